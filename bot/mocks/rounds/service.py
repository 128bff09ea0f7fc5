"""The clock of a round: who takes part, when silence is counted, when it closes."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.db import insert_all
from bot.mocks import rules
from bot.mocks import service as mocks
from bot.mocks.outcomes import service as outcomes
from bot.mocks.rules import EntryState, Rhythm, RoundState, Wish
from bot.mocks.tables import MockEntry, MockGroup, MockProfile, MockRound, MockSeat
from bot.outbox.service import ring
from bot.people.tables import Member
from bot.plans.ending import eligibility as peace
from bot.workspaces.tables import Workspace

PAGE = 500  # people

# Of a group that was told: not those who had gone before it was.
HEARD: ColumnElement[bool] = or_(MockSeat.left_at.is_(None), MockSeat.left_at >= MockGroup.tell_at)


@dataclass(frozen=True)
class Resting:
    """Somebody who rests from now on, with their entry of the round that was silent."""

    entry_id: int
    member: Member


@dataclass(frozen=True)
class Step:
    """What the clock has moved on; `lapsed` are groups that ended with the round.

    `waited`: who was on standby to its end and has heard so, by their entry's id, with how many
    groups they had had.
    """

    row: MockRound
    resting: Sequence[Resting] = ()
    lapsed: Sequence[int] = field(default_factory=tuple)
    waited: Sequence[tuple[int, int]] = ()


async def step(session: AsyncSession, now: datetime, machine_now: datetime) -> Step | None:
    """Move one round on whose time has come; None when there is none.

    A workspace's rounds go in the order of their weeks: who rests after this week's silence is
    not matched for the next.
    """
    row = await _next(session, now)
    if row is None:
        return None
    if row.state == RoundState.OPEN:
        await _open(session, row, now, machine_now)
        return Step(row)
    if row.next_at == rules.counts_at(row.week):
        row.next_at = row.closes_at
        await _plan(session, row, now)
        return Step(row, resting=await _count(session, row))
    return Step(row, lapsed=await _close(session, row, now), waited=await _waited(session, row))


async def _next(session: AsyncSession, now: datetime) -> MockRound | None:
    """The round whose time has come, locked behind all that its step changes and people hold.

    Looked at again once it is locked: another replica may have moved it on meanwhile.
    """
    while (row := await session.scalar(_due(now))) is not None:
        seen = row.next_at
        if row.state == RoundState.RUNNING:
            await _hold_before(session, row)
        if (await mocks.hold_round(session, row.id)).next_at == seen:
            return row
    return None


async def _hold_before(session: AsyncSession, row: MockRound) -> None:
    """Lock what comes before a round in the order of locks: profiles to count, groups to close."""
    if row.next_at == rules.counts_at(row.week):
        held = (
            select(MockProfile.id)
            .where(MockProfile.workspace_id == row.workspace_id)
            .order_by(MockProfile.id)
        )
    else:
        held = (
            select(MockGroup.id)
            .where(MockGroup.round_id == row.id)
            .where(mocks.UNDER_WAY)
            .order_by(MockGroup.id)
        )
    await session.execute(held.with_for_update(key_share=True))


def _due(now: datetime) -> Select[MockRound]:
    earlier = aliased(MockRound)
    return (
        select(MockRound)
        .join(Workspace, Workspace.id == MockRound.workspace_id)
        .where(MockRound.next_at <= now, Workspace.stopped_at.is_(None))
        .where(
            ~exists().where(
                earlier.workspace_id == MockRound.workspace_id,
                earlier.week < MockRound.week,
                earlier.next_at <= now,
            )
        )
        .order_by(MockRound.week, MockRound.id)
        .limit(1)
        .execution_options(populate_existing=True)
    )


async def _open(
    session: AsyncSession, row: MockRound, now: datetime, machine_now: datetime
) -> None:
    """Write down who takes part, and let them be matched; a week that has passed is left out."""
    if rules.counts_at(row.week) <= now:
        row.state, row.next_at = RoundState.CLOSED, None
        await _plan(session, row, now, this_week=True)
        return
    await _enter(session, row)
    row.state, row.next_at = RoundState.RUNNING, rules.counts_at(row.week)
    row.next_try_at, row.tries = machine_now, 0
    ring(session, mocks.BELL)
    await _plan(session, row, now)


async def _plan(
    session: AsyncSession, row: MockRound, now: datetime, *, this_week: bool = False
) -> None:
    """The next round, if somebody wants one; after a standstill also that of the week we are in."""
    wanted = await session.scalar(
        select(MockProfile.id)
        .where(MockProfile.workspace_id == row.workspace_id, MockProfile.joined_at.is_not(None))
        .limit(1)
    )
    if wanted is None:
        return
    ahead = await mocks.open_round(session, row.workspace_id, now)
    if this_week and ahead.week - rules.WEEK > row.week:
        await mocks.open_round(session, row.workspace_id, rules.matches_at(ahead.week - rules.WEEK)
                               - rules.QUARTER)  # fmt: skip


# --- who takes part -------------------------------------------------------------------------------


async def _enter(session: AsyncSession, row: MockRound) -> None:
    """An entry for everybody eligible, a page of people at a time."""
    before = await session.scalar(
        select(MockRound.id).where(
            MockRound.workspace_id == row.workspace_id, MockRound.week == row.week - rules.WEEK
        )
    )
    last = 0
    while True:
        people = (await session.execute(_wishes(row.workspace_id, before, last))).all()
        silent = await peace.silent_week(session, [one.member_id for one in people], row.week)
        entering = [
            one.member_id for one in people if rules.takes_part(_wish(one, silent), row.week)
        ]
        values = [
            {
                "workspace_id": row.workspace_id,
                "round_id": row.id,
                "member_id": member_id,
                "state": EntryState.STANDBY,
                "reason": "",
                "first": False,
            }
            for member_id in entering
        ]
        await insert_all(session, MockEntry, values, "member_id")
        if len(people) < PAGE:
            return
        last = people[-1].member_id


def _wishes(workspace_id: int, before: int | None, last: int) -> Select[*tuple[Any, ...]]:
    had = exists().where(
        MockSeat.member_id == MockProfile.member_id,
        MockSeat.round_id == before,
        MockSeat.group_id == MockGroup.id,
        mocks.TOLD,
        HEARD,
    )
    return (
        select(
            MockProfile.member_id,
            MockProfile.rhythm,
            MockProfile.wanted_week,
            MockProfile.skipped_week,
            MockProfile.resting,
            Member.paused_until,
            had.label("had_partner"),
        )
        .join(Member, Member.id == MockProfile.member_id)
        .where(MockProfile.workspace_id == workspace_id, MockProfile.joined_at.is_not(None))
        .where(Member.is_deleted.is_(False), MockProfile.member_id > last)
        .order_by(MockProfile.member_id)
        .limit(PAGE)
    )


def _wish(row: Any, silent: Collection[int]) -> Wish:
    return Wish(
        Rhythm(row.rhythm),
        row.wanted_week,
        row.skipped_week,
        row.resting,
        row.paused_until,
        bool(row.had_partner),
        silent=row.member_id in silent,
    )


# --- silence, and the end -------------------------------------------------------------------------


async def _count(session: AsyncSession, row: MockRound) -> list[Resting]:
    """Count the round's silence; returns who rests from now on."""
    heard = (
        select(MockSeat.member_id)
        .join(MockGroup, MockGroup.id == MockSeat.group_id)
        .where(MockGroup.round_id == row.id, mocks.TOLD, HEARD)
        .group_by(MockSeat.member_id)
    )
    touched = func.max(MockSeat.touched_at)
    await session.execute(
        update(MockProfile)
        .where(MockProfile.member_id.in_(heard.having(touched.is_not(None))))
        .values(silent_rounds=0)
    )
    await session.execute(
        update(MockProfile)
        .where(MockProfile.member_id.in_(heard.having(touched.is_(None))))
        .where(MockProfile.joined_at.is_not(None), MockProfile.resting.is_(False))
        .values(silent_rounds=MockProfile.silent_rounds + 1)
    )
    tired = await session.scalars(
        update(MockProfile)
        .where(MockProfile.workspace_id == row.workspace_id, MockProfile.resting.is_(False))
        .where(MockProfile.joined_at.is_not(None))
        .where(MockProfile.silent_rounds >= rules.REST_AFTER)
        .values(resting=True)
        .returning(MockProfile.member_id)
    )
    found = await session.execute(
        select(MockEntry.id, Member)
        .join(Member, Member.id == MockEntry.member_id)
        .where(MockEntry.round_id == row.id, MockEntry.member_id.in_(list(tired)))
        .order_by(MockEntry.id)
    )
    return [Resting(entry_id, member) for entry_id, member in found.all()]


async def _close(session: AsyncSession, row: MockRound, now: datetime) -> Sequence[int]:
    """What nobody has answered lapses; returns those groups."""
    row.state, row.next_at = RoundState.CLOSED, None
    row.finish()
    return await outcomes.lapse(session, row.id, now)


async def _waited(session: AsyncSession, row: MockRound) -> list[tuple[int, int]]:
    waiting = await session.execute(
        select(MockEntry.id, MockEntry.member_id)
        .where(MockEntry.round_id == row.id, MockEntry.state == EntryState.STANDBY)
        .where(MockEntry.told_at.is_not(None))
        .order_by(MockEntry.id)
    )
    found = [(one[0], one[1]) for one in waiting.all()]
    had = await mocks.groups_had(session, row.id, [member_id for _, member_id in found])
    return [(entry_id, had.get(member_id, 0)) for entry_id, member_id in found]
