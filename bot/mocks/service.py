"""What every part of mock interviews asks of the store: profiles, groups, seats, standby.

Whoever locks several rows takes them in this order, so that no two wait for each other: the
member, profiles, groups by id, the round, entries, then seats and what is said.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import hold, insert_once
from bot.errors import UserMistake
from bot.mocks import rules
from bot.mocks.rules import EntryState, GroupState, RoundState
from bot.mocks.tables import MockEntry, MockGroup, MockProfile, MockRound, MockSeat
from bot.outbox.service import ring
from bot.people.rules import Quiet
from bot.people.tables import Member
from bot.plans.ending import eligibility as peace

# A group counts as told when its message went out.
TOLD: ColumnElement[bool] = and_(
    MockGroup.channel.is_not(None), MockGroup.state != GroupState.UNTOLD
)
UNDER_WAY: ColumnElement[bool] = MockGroup.state.in_([one for one in GroupState if one.under_way])
BELL = "pairing"  # rings when somebody on standby is to be matched
LARGEST_SEED = 2**31


async def profile(session: AsyncSession, member: Member) -> MockProfile:
    """The member's profile, locked; written with defaults, joining nothing, when there is none."""
    await insert_once(session, MockProfile, workspace_id=member.workspace_id, member_id=member.id)
    return (
        await session.scalars(
            select(MockProfile).where(MockProfile.member_id == member.id).with_for_update()
        )
    ).one()


def wish(
    profile: MockProfile, member: Member, *, had_partner: bool = False, silent: bool = False
) -> rules.Wish:
    """What decides whether this member takes part; `had_partner` in the round of the week before.

    The rhythm, and so `had_partner`, counts when a round is matched, not later.
    """
    return rules.Wish(
        rules.Rhythm(profile.rhythm),
        profile.wanted_week,
        profile.skipped_week,
        profile.resting,
        member.paused_until,
        had_partner,
        here=profile.joined_at is not None and not member.is_deleted,
        silent=silent,
    )


async def staying(
    session: AsyncSession,
    people: Iterable[tuple[MockProfile, Member]],
    week: date,
    at: datetime,
) -> frozenset[int]:
    """Who of these is in that week's round still, by their members' ids."""
    known = list(people)
    silent = await peace.silent_week(session, [member.id for _, member in known], week)
    return frozenset(
        member.id
        for profile, member in known
        if rules.stays_in(wish(profile, member, silent=member.id in silent), week, at)
    )


def awake(member: Member) -> rules.Awake:
    return rules.Awake(member.tz, Quiet(member.quiet_from, member.quiet_to))


# --- rounds -----------------------------------------------------------------------------------


async def open_round(session: AsyncSession, workspace_id: int, now: datetime) -> MockRound:
    """The workspace's next round that is not matched yet; planned when there is none."""
    week = rules.next_week(now)
    values = {
        "workspace_id": workspace_id,
        "week": week,
        "seed": (workspace_id * 7919 + week.toordinal()) % LARGEST_SEED,
        "matches_at": rules.matches_at(week),
        "closes_at": rules.closes_at(week),
        "next_at": rules.matches_at(week),
    }
    await insert_once(session, MockRound, **values)
    return (await session.scalars(_round_of(workspace_id, week))).one()


async def running_round(
    session: AsyncSession, workspace_id: int, now: datetime
) -> MockRound | None:
    """The matched round of the week that runs, until the next one is matched."""
    week = rules.next_week(now) - rules.WEEK
    found: MockRound | None = await session.scalar(
        _round_of(workspace_id, week).where(MockRound.state == RoundState.RUNNING)
    )
    return found


async def hold_round(session: AsyncSession, round_id: int) -> MockRound:
    """The round, locked, as it stands now; not against rows that only point here."""
    rows = await session.scalars(
        select(MockRound)
        .where(MockRound.id == round_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return rows.one()


def _round_of(workspace_id: int, week: date) -> Select[MockRound]:
    return select(MockRound).where(MockRound.workspace_id == workspace_id, MockRound.week == week)


# --- groups -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sitting:
    """A seat that is taken, and who sits there."""

    seat: MockSeat
    member: Member


async def held(session: AsyncSession, workspace_id: int, group_id: int) -> MockGroup:
    """The group, locked: whatever depends on several seats begins here. Raises UserMistake."""
    return await hold(session, MockGroup, workspace_id, group_id, "no_such_group")


async def sittings(
    session: AsyncSession, group_id: int, *, gone: bool = False
) -> Sequence[Sitting]:
    """Who is in the group, by turn; with `gone` also who was."""
    return (await sat(session, [group_id], gone=gone)).get(group_id, [])


async def sat(
    session: AsyncSession, group_ids: Collection[int], *, gone: bool = False
) -> Mapping[int, Sequence[Sitting]]:
    """The same of many groups at once, by their ids; one without anybody is not in it."""
    rows = await session.execute(
        select(MockSeat, Member)
        .join(Member, Member.id == MockSeat.member_id)
        .where(MockSeat.group_id.in_(group_ids))
        .where(*([] if gone else [MockSeat.left_at.is_(None)]))
        .order_by(MockSeat.turn, MockSeat.id)
        .execution_options(populate_existing=True)  # read again once the group is held
    )
    found: dict[int, list[Sitting]] = {}
    for seat, member in rows.all():
        found.setdefault(seat.group_id, []).append(Sitting(seat, member))
    return found


def mine(sitting: Sequence[Sitting], member: Member) -> Sitting:
    """This member's seat. Raises UserMistake when they are not in the group any more."""
    found = next((one for one in sitting if one.member.id == member.id), None)
    if found is None:
        raise UserMistake("not_in_group")
    return found


async def under_way(
    session: AsyncSession, member: Member, round_id: int | None = None
) -> Sequence[MockGroup]:
    """The member's groups that have not ended, by id; more than one around a weekend."""
    rows = await session.scalars(
        select(MockGroup)
        .join(MockSeat, MockSeat.group_id == MockGroup.id)
        .where(MockSeat.member_id == member.id, MockSeat.left_at.is_(None), UNDER_WAY)
        .where(*([] if round_id is None else [MockGroup.round_id == round_id]))
        .order_by(MockGroup.id)
    )
    return rows.all()


# --- standby --------------------------------------------------------------------------------------


async def stand_by(
    session: AsyncSession,
    round_id: int,
    member_ids: Collection[int],
    machine_now: datetime,
    *,
    first: bool,
) -> list[int]:
    """Let these people, who have no seat, be matched again; returns who may.

    Nobody has more than `rules.GROUPS` groups in a round. `first`: they lost a partner, and so
    come before others.
    """
    row = await hold_round(session, round_id)
    had = await groups_had(session, round_id, member_ids)
    again = [one for one in sorted(member_ids) if had.get(one, 0) < rules.GROUPS]
    for member_id in again:
        await insert_once(
            session,
            MockEntry,
            workspace_id=row.workspace_id,
            round_id=round_id,
            member_id=member_id,
        )
    entries = await _entries(session, round_id, again)
    for entry in entries:
        entry.state, entry.reason, entry.first = EntryState.STANDBY, "", entry.first or first
    if entries and row.state == RoundState.RUNNING:
        row.next_try_at, row.tries = machine_now, 0
        ring(session, BELL)
    return again


async def groups_had(
    session: AsyncSession, round_id: int, member_ids: Collection[int]
) -> Mapping[int, int]:
    """In how many groups of the round these members are or were; who was in none is not in it."""
    rows = await session.execute(
        select(MockSeat.member_id, func.count())
        .where(MockSeat.round_id == round_id, MockSeat.member_id.in_(member_ids))
        .group_by(MockSeat.member_id)
    )
    return {row[0]: row[1] for row in rows.all()}


async def put_out(
    session: AsyncSession, round_id: int, member_ids: Collection[int], state: EntryState
) -> None:
    """These people are done with this round, or out of it."""
    for entry in await _entries(session, round_id, member_ids):
        entry.state = state


async def _entries(
    session: AsyncSession, round_id: int, member_ids: Collection[int]
) -> Sequence[MockEntry]:
    rows = await session.scalars(
        select(MockEntry)
        .where(MockEntry.round_id == round_id, MockEntry.member_id.in_(member_ids))
        .order_by(MockEntry.member_id)
        .with_for_update()
    )
    return rows.all()


async def part(
    session: AsyncSession,
    group: MockGroup,
    gone: Collection[int],
    state: GroupState,
    now: datetime,
    machine_now: datetime,
) -> list[int]:
    """Let these members leave a group that the caller holds; returns who is on standby for it.

    Where two are left they go on as a pair. Else the group ends in `state` and who was left is
    first on standby. Who is gone is out of the round.
    """
    await hold_round(session, group.round_id)
    left = []
    for one in await sittings(session, group.id):
        if one.member.id in gone:
            one.seat.left_at, one.seat.ask_at, one.seat.remind_at = now, None, None
        else:
            left.append(one)
    await put_out(session, group.round_id, gone, EntryState.OUT)
    if len(left) > 1:
        return []
    return await end(session, group, left, state, now, machine_now)


async def end(
    session: AsyncSession,
    group: MockGroup,
    left: Sequence[Sitting],
    state: GroupState,
    now: datetime,
    machine_now: datetime,
) -> list[int]:
    """The group is over without a meeting: who is left has no seat, and is first on standby."""
    group.state, group.ended_at = state, now
    for one in left:
        one.seat.left_at, one.seat.ask_at, one.seat.remind_at = now, None, None
    ids = [one.member.id for one in left]
    return await stand_by(session, group.round_id, ids, machine_now, first=True)
