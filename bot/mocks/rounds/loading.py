"""Reads the pool of a round page by page, so that thousands of people hold nobody up."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot import work
from bot.content import Content
from bot.mocks import rules
from bot.mocks import service as mocks
from bot.mocks.pairing import parcel
from bot.mocks.pairing.pool import Member as InPool
from bot.mocks.pairing.weights import Weights
from bot.mocks.rounds import rules as own
from bot.mocks.rounds.rules import ENOUGH_MARKS, Memory, earliest, latest, told, windows
from bot.mocks.rounds.service import HEARD
from bot.mocks.rules import EntryState, RoundState
from bot.mocks.tables import (
    MockEntry,
    MockExclusion,
    MockGroup,
    MockProfile,
    MockRound,
    MockSeat,
    MockSolo,
)
from bot.mocks.weighing import service as weighing
from bot.people import service as people
from bot.people.rules import Quiet
from bot.people.tables import Member
from bot.scoring import service as scoring

PAGE = 100  # people, or rows of history, handled at once
AT_ONCE = 2_000  # seats, about, that one transaction reads of the weeks before
A_PERSON = timedelta(milliseconds=20)  # of lease: matching, recording and room to spare


@dataclass(frozen=True)
class Person:
    """Somebody in the pool, as the recording needs them; `has_windows`: on any day."""

    member_id: int
    level: int | None
    tracks: frozenset[str]
    has_windows: bool
    quiet: Quiet
    first: bool


@dataclass
class Pool:
    """A round that was claimed; filled by `fill`. People by their user ids."""

    row: MockRound
    lease: datetime
    now: datetime
    weights: Weights
    memory: Memory
    people: dict[str, Person] = field(default_factory=dict)
    members: list[InPool] = field(default_factory=list)
    weeks: list[Any] = field(default_factory=list)  # Mondays of rounds before this one
    rounds: list[tuple[int, Any]] = field(default_factory=list)  # to be read, (id, Monday)
    last: int = 0  # the member read last
    entered: bool = False  # all people are read


async def claim(
    session: AsyncSession, content: Content, now: datetime, machine_now: datetime
) -> Pool | None:
    """The running round that has waited longest for its matching, leased; None: there is none."""
    found = await work.claim(session, MockRound, machine_now)
    if not found:
        return None
    row = found[0]
    standing = await session.scalar(
        select(func.count())
        .select_from(MockEntry)
        .where(MockEntry.round_id == row.id, MockEntry.state == EntryState.STANDBY)
    )
    row.next_try_at = machine_now + work.LEASE + (standing or 0) * A_PERSON
    used = await weighing.weights(session, row.workspace_id, content)
    return Pool(row, row.next_try_at, now, used, Memory(row.week))


async def fill(session: AsyncSession, pool: Pool) -> bool:
    """Read one more part; False when all is read."""
    if not pool.entered:
        await _people(session, pool)
        return True
    if not pool.rounds or not pool.people:
        return False
    count = max(1, AT_ONCE // max(len(pool.people), 1))
    batch, pool.rounds = pool.rounds[:count], pool.rounds[count:]
    await _history(session, pool, batch)
    return True


# --- people ---------------------------------------------------------------------------------------


async def _people(session: AsyncSession, pool: Pool) -> None:
    rows = (
        await session.execute(
            select(MockEntry.first, Member, MockProfile)
            .join(Member, Member.id == MockEntry.member_id)
            .join(MockProfile, MockProfile.member_id == MockEntry.member_id)
            .where(MockEntry.round_id == pool.row.id, MockEntry.state == EntryState.STANDBY)
            .where(MockEntry.member_id > pool.last)
            .order_by(MockEntry.member_id)
            .limit(PAGE)
        )
    ).all()
    known = [(profile, member) for _, member, profile in rows]
    stay = await mocks.staying(session, known, pool.row.week, pool.now)
    here = [row for row in rows if row[1].id in stay]
    ids = [member.id for _, member, _ in here]
    means = await scoring.means_of(session, ids) if ids else {}
    apart = await _exclusions(session, ids)
    for first, member, profile in here:
        cells = {
            cell.value: mean.mark
            for cell, mean in means.get(member.id, {}).items()
            if mean.count >= ENOUGH_MARKS
        }
        _add(pool, first, member, profile, cells, apart.get(member.id, frozenset()))
    await _solos(session, pool, {member.id: member.user_id for _, member, _ in here})
    if len(rows) < PAGE:
        pool.entered = True
        await _rounds(session, pool)
    else:
        pool.last = rows[-1][1].id


def _add(
    pool: Pool,
    first: bool,
    member: Member,
    profile: MockProfile,
    cells: Mapping[str, float],
    apart: frozenset[str],
) -> None:
    tracks = own.tracks_of(*profile.tracks)
    free = windows(profile.windows, pool.row.week, people.off(member))
    quiet = own.quiet_of(member.quiet_from, member.quiet_to)
    pool.people[member.user_id] = Person(
        member.id, profile.level, tracks, bool(profile.windows), quiet, first
    )
    pool.members.append(
        InPool(member.user_id, member.tz, free, profile.level, cells, tracks, apart)
    )


async def _exclusions(session: AsyncSession, ids: Sequence[int]) -> Mapping[int, frozenset[str]]:
    if not ids:
        return {}
    rows = await session.execute(
        select(MockExclusion.member_id, Member.user_id)
        .join(Member, Member.id == MockExclusion.other_id)
        .where(MockExclusion.member_id.in_(ids))
    )
    found: dict[int, set[str]] = {}
    for member_id, user_id in rows.all():
        found.setdefault(member_id, set()).add(user_id)
    return {one: frozenset(others) for one, others in found.items()}


async def _solos(session: AsyncSession, pool: Pool, users: Mapping[int, str]) -> None:
    """A kit of a mock interview with the bot was seen, too."""
    rows = await session.execute(
        select(MockSolo.member_id, MockSolo.kit_id, MockSolo.started_at).where(
            MockSolo.member_id.in_(list(users)), MockSolo.started_at.is_not(None)
        )
    )
    for member_id, kit_id, started_at in rows.all():
        latest(pool.memory.kits[users[member_id]], kit_id, started_at or pool.now)


# --- the weeks before -----------------------------------------------------------------------------


async def _rounds(session: AsyncSession, pool: Pool) -> None:
    """Rounds of the last 52 weeks, newest first; one in which nobody was counts for none."""
    row = pool.row
    found = await session.execute(
        select(MockRound.id, MockRound.week)
        .where(MockRound.workspace_id == row.workspace_id, MockRound.week <= row.week)
        .where(MockRound.week >= row.week - rules.HISTORY, MockRound.state != RoundState.OPEN)
        .where(exists().where(MockEntry.round_id == MockRound.id))
        .order_by(MockRound.week.desc())
    )
    pool.rounds = [(one.id, one.week) for one in found.all()]
    pool.weeks = [week for _, week in pool.rounds if week < row.week]


async def _history(session: AsyncSession, pool: Pool, batch: Sequence[tuple[int, Any]]) -> None:
    ids = [round_id for round_id, _ in batch]
    result = await session.stream(_seats(pool.row.id, ids))
    group: list[Any] = []
    async for rows in result.partitions(PAGE):
        for row in rows:
            if group and group[0].group_id != row.group_id:
                pool.memory.take(told(group))
                group = []
            group.append(row)
    if group:
        pool.memory.take(told(group))
    await _sat_out(session, pool, batch)


def _standing(round_id: int) -> Select[Any]:
    return select(MockEntry.member_id).where(
        MockEntry.round_id == round_id, MockEntry.state == EntryState.STANDBY
    )


def _seats(round_id: int, ids: Sequence[int]) -> Select[*tuple[Any, ...]]:
    """Seats of told groups of these rounds in which somebody of the pool was, by group."""
    mine = aliased(MockSeat)
    return (
        select(
            MockSeat.group_id,
            MockRound.week,
            MockGroup.state,
            MockGroup.track,
            MockGroup.agreed_at,
            MockGroup.tell_at,
            MockGroup.ended_at,
            MockSeat.member_id,
            Member.user_id,
            MockSeat.role,
            MockSeat.kit_id,
            MockSeat.outcome,
            MockSeat.absent_id,
            MockSeat.touched_at,
            MockSeat.left_at,
        )
        .join(MockGroup, MockGroup.id == MockSeat.group_id)
        .join(MockRound, MockRound.id == MockGroup.round_id)
        .join(Member, Member.id == MockSeat.member_id)
        .where(MockGroup.round_id.in_(ids), mocks.TOLD, HEARD)
        .where(
            MockGroup.id.in_(
                select(mine.group_id).where(
                    mine.round_id.in_(ids), mine.member_id.in_(_standing(round_id))
                )
            )
        )
        .order_by(MockGroup.id, MockSeat.turn)
    )


async def _sat_out(session: AsyncSession, pool: Pool, batch: Sequence[tuple[int, Any]]) -> None:
    weeks = {round_id: week for round_id, week in batch if week < pool.row.week}
    rows = await session.execute(
        select(MockEntry.round_id, Member.user_id)
        .join(Member, Member.id == MockEntry.member_id)
        .where(MockEntry.round_id.in_(list(weeks)), MockEntry.state == EntryState.STANDBY)
        .where(MockEntry.member_id.in_(_standing(pool.row.id)))
        .order_by(Member.user_id)
    )
    for round_id, user_id in rows.all():
        pool.memory.sat_out(weeks[round_id], [user_id])


# --- the order ------------------------------------------------------------------------------------


async def order(pool: Pool) -> parcel.Order:
    """What the matching process takes; empties `members`. Lets others have a turn in between."""
    memory, members, history = pool.memory, [], []
    for at in range(0, len(pool.members), PAGE):
        page = pool.members[at : at + PAGE]
        rated = [replace(one, reliability=memory.reliability(one.id)) for one in page]
        members.append(parcel.pack_members([(one, pool.people[one.id].quiet) for one in rated]))
        await asyncio.sleep(0)
    pool.members.clear()
    for at in range(0, len(memory.pairs), PAGE):
        history.append(parcel.pack_history(memory.pairs[at : at + PAGE]))
        await asyncio.sleep(0)
    return parcel.Order(
        pool.row.seed,
        pool.row.week,
        pool.now,
        earliest(pool.now),
        tuple(pool.weeks),
        pool.weights,
        tuple(members),
        tuple(history),
        frozenset(who for who, one in pool.people.items() if one.first),
        {who: count for who, count in memory.observed.items() if count and who in pool.people},
    )
