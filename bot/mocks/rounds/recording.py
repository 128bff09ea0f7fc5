"""Writes a round down: groups and seats, and who is left. Who takes part is read again here."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.content import Content
from bot.content.kits import Kit
from bot.mocks import rules
from bot.mocks import service as mocks
from bot.mocks.choosing import rules as choosing
from bot.mocks.pairing.parcel import Planned
from bot.mocks.rounds.loading import Person, Pool
from bot.mocks.rounds.rules import is_late
from bot.mocks.rules import EntryState
from bot.mocks.tables import MockEntry, MockExclusion, MockGroup, MockProfile, MockRound, MockSeat
from bot.people.tables import Member

PAGE = 40  # people told at once that nobody was found


@dataclass(frozen=True)
class Here:
    """Somebody on standby who takes part still; the entry is locked."""

    entry: MockEntry
    member: Member


@dataclass(frozen=True)
class Left:
    """Somebody without a partner; `groups`: how many they have had in this round."""

    entry_id: int
    member: Member
    code: str
    groups: int


@dataclass(frozen=True)
class Written:
    """What came of a page of groups.

    `broken`: somebody of it has to be matched anew; `alone`: who cannot, and the reason's code.
    """

    group_ids: Sequence[int]
    broken: bool
    alone: Mapping[str, str]


async def groups(
    session: AsyncSession, pool: Pool, made: Sequence[Planned], content: Content
) -> Written:
    """Write a page of groups.

    A group in which somebody has left, paused, been deactivated or excluded since, or has a seat
    by now, is not made: the others stay on standby. In the course of a week neither is one that
    no time to meet is left for.
    """
    here = await _standing(session, pool, {who for one in made for who in one.members})
    apart = await _apart(session, [one.member.id for one in here.values()])
    late = is_late(pool.row.week, pool.now)
    timely = [one for one in made if one.slots or not late]
    whole = [one for one in timely if _may_meet(one, here, apart)]
    broken = any(who in here for one in timely if one not in whole for who in one.members)
    rows = [_group(pool, one, content) for one in whole]
    session.add_all(rows)
    await session.flush()
    for row, one in zip(rows, whole, strict=True):
        session.add_all(_seats(pool, row, one, here, content))
        for who in one.members:
            entry = here[who].entry
            entry.state, entry.reason = EntryState.SEATED, ""
            entry.first, entry.told_at = False, None
    await session.flush()  # the index that seats nobody twice has the last word
    alone = {who: "nobody_fits" for one in made if one not in timely for who in one.members}
    return Written([row.id for row in rows], broken, alone)


async def _standing(
    session: AsyncSession, pool: Pool, users: Collection[str]
) -> Mapping[str, Here]:
    ids = [pool.people[who].member_id for who in users]
    rows = await session.execute(
        select(MockEntry, Member, MockProfile)
        .join(Member, Member.id == MockEntry.member_id)
        .join(MockProfile, MockProfile.member_id == MockEntry.member_id)
        .where(MockEntry.round_id == pool.row.id, MockEntry.state == EntryState.STANDBY)
        .where(MockEntry.member_id.in_(ids))
        .order_by(MockEntry.member_id)
        .with_for_update(of=MockEntry)
    )
    found = rows.all()
    known = [(profile, member) for _, member, profile in found]
    stay = await mocks.staying(session, known, pool.row.week, pool.now)
    return {member.user_id: Here(entry, member) for entry, member, _ in found if member.id in stay}


async def _apart(session: AsyncSession, ids: Sequence[int]) -> set[tuple[int, int]]:
    """Who is not to be with whom, both ways."""
    if not ids:
        return set()
    rows = await session.execute(
        select(MockExclusion.member_id, MockExclusion.other_id).where(
            MockExclusion.member_id.in_(ids), MockExclusion.other_id.in_(ids)
        )
    )
    found = {(row[0], row[1]) for row in rows.all()}
    return found | {(other, one) for one, other in found}


def _may_meet(one: Planned, here: Mapping[str, Here], apart: set[tuple[int, int]]) -> bool:
    if any(who not in here for who in one.members):
        return False
    ids = [here[who].member.id for who in one.members]
    return not any(two in apart for two in combinations(ids, 2))


def _earlier(pool: Pool, one: Planned) -> bool:
    """Has somebody of it lost a partner of this week?"""
    return any(
        who in pool.memory.had[pool.row.week] or pool.people[who].first for who in one.members
    )


def _group(pool: Pool, one: Planned, content: Content) -> MockGroup:
    return MockGroup(
        workspace_id=pool.row.workspace_id,
        round_id=pool.row.id,
        rematch=_earlier(pool, one),
        track=_track(pool, one, content),
        weight=one.weight,
        why=[reason.to_dict() for reason in one.why],
        slots=[at.isoformat() for at in one.slots],
        tell_at=one.tell_at,
    )


def _track(pool: Pool, one: Planned, content: Content) -> str:
    """The interview type: one that there are kits for and all practise, practised longest ago."""
    there = sorted({kit.track for kit in content.kits.values()})
    wanted = [pool.people[who].tracks for who in one.members]
    return choosing.choose_track(there, wanted, pool.memory.lately(one.members)) if there else ""


def _seats(
    pool: Pool, row: MockGroup, one: Planned, here: Mapping[str, Here], content: Content
) -> list[MockSeat]:
    ids = {here[who].member.id: who for who in one.members}
    first = {member_id: one.roles[who] for member_id, who in ids.items()}
    turns = rules.turns(first)
    told: list[str] = []  # kits of this group, so that nobody is asked what they have just read
    seats = []
    for member_id in sorted(turns, key=lambda each: turns[each]):
        candidate = ids[rules.candidate_of(first, member_id)]
        kit = _kit(pool, row, candidate, told, content)
        told += [kit.id] if kit else []
        member = here[ids[member_id]].member
        seats.append(
            MockSeat(
                workspace_id=row.workspace_id,
                round_id=row.round_id,
                group_id=row.id,
                member_id=member_id,
                turn=turns[member_id],
                role=first[member_id],
                kit_id=kit.id if kit else "",
                kit_version=kit.version if kit else 0,
                ask_at=rules.ask_at(mocks.awake(member), pool.row.week, one.tell_at, None),
            )
        )
    return seats


def _kit(
    pool: Pool, row: MockGroup, candidate: str, told: Sequence[str], content: Content
) -> Kit | None:
    kits = list(content.kits.values())
    if not kits:
        return None
    seen = [*reversed(told), *pool.memory.seen([candidate])]
    level = pool.people[candidate].level
    return choosing.choose_kit(kits, row.track, level, seen, f"{pool.row.seed}/{candidate}")


# --- who is left ----------------------------------------------------------------------------------


async def left(
    session: AsyncSession, pool: Pool, codes: Mapping[str, str], now: datetime
) -> list[Left]:
    """Of these people, who has no partner and has not heard so since they had one."""
    ids = {pool.people[who].member_id: _code(pool.people[who], code) for who, code in codes.items()}
    rows = await session.execute(
        select(MockEntry, Member, MockProfile)
        .join(Member, Member.id == MockEntry.member_id)
        .join(MockProfile, MockProfile.member_id == MockEntry.member_id)
        .where(MockEntry.round_id == pool.row.id, MockEntry.state == EntryState.STANDBY)
        .where(MockEntry.member_id.in_(list(ids)))
        .order_by(MockEntry.member_id)
        .with_for_update(of=MockEntry)
    )
    had = await mocks.groups_had(session, pool.row.id, list(ids))
    found, standing = [], rows.all()
    known = [(profile, member) for _, member, profile in standing]
    stay = await mocks.staying(session, known, pool.row.week, now)
    for entry, member, _ in standing:
        entry.reason = ids[member.id]
        heard = entry.told_at is not None
        if not heard and member.id in stay:
            entry.told_at = now
            found.append(Left(entry.id, member, entry.reason, had.get(member.id, 0)))
    return found


def _code(person: Person, code: str) -> str:
    """The reason as they are told it: free times that all lie on days off are not none."""
    return "days_off" if code == "no_windows" and person.has_windows else code


async def finish(session: AsyncSession, pool: Pool, machine_now: datetime, *, again: bool) -> None:
    """Nobody is to be matched now, unless somebody came on standby meanwhile, or `again`."""
    changed: dict[str, Any] = {"next_try_at": machine_now if again else None, "tries": 0}
    await session.execute(
        update(MockRound)
        .where(MockRound.id == pool.row.id, MockRound.next_try_at == pool.lease)
        .values(changed)
    )


async def postpone(session: AsyncSession, pool: Pool, machine_now: datetime) -> None:
    row = await session.get_one(MockRound, pool.row.id, with_for_update=True)
    if row.next_try_at == pool.lease:
        row.postpone(machine_now)
