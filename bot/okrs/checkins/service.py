"""What is due from whom, and what a round has said so far: reading only.

A confidence, note or blocker of a round leaves this file after its `Reveal`, not before.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.okrs import loading as okrs
from bot.okrs.checkins import loading, rules
from bot.okrs.checkins.loading import Item as Item  # doors name these types
from bot.okrs.checkins.rules import CallState
from bot.okrs.checkins.tables import CheckIn, CheckInCall, Reveal
from bot.okrs.checkins.tables import Round as Round
from bot.okrs.tables import Cycle, KeyResult, KeyResultOwner, TeamCycle
from bot.people.tables import Member


@dataclass(frozen=True)
class Owed:
    """What one person owes one key result's round."""

    key_result_id: int
    title: str
    team: str
    cycle: str
    round_id: int
    due_at: datetime
    gives_value: bool


@dataclass(frozen=True)
class Debtor:
    """Somebody who owes check-ins, for the lead's eyes."""

    user_id: str
    titles: tuple[str, ...]


@dataclass(frozen=True)
class Note:
    """What somebody said in a round, once it is revealed; `user_id` None: a former member."""

    key_result_id: int
    user_id: str | None
    confidence: int | None
    note: str
    blocker: str
    at: datetime


async def mine(session: AsyncSession, member: Member, now: datetime) -> tuple[Item, ...]:
    """All key results that the member answers for in cycles that run, by team, in their order."""
    return (await loading.items(session, [member.id], now)).get(member.id, ())


async def owed(session: AsyncSession, member: Member, now: datetime) -> tuple[Owed, ...]:
    """What is due from the member by now, over all teams."""
    return owing(await mine(session, member, now), now)


def owing(told: Iterable[Item], now: datetime) -> tuple[Owed, ...]:
    return tuple(
        Owed(
            one.key_result_id,
            one.title,
            one.team,
            one.cycle,
            one.round_id,
            one.due_at,
            one.gives_value,
        )
        for one in told
        if one.due and one.round_id is not None and one.due_at is not None and one.due_at <= now
    )


async def next_due(session: AsyncSession, member: Member, now: datetime) -> datetime | None:
    """When the member's next check-in comes: one that is planned, else the next round's."""
    planned: datetime | None = await session.scalar(
        select(func.min(CheckInCall.next_at)).where(
            CheckInCall.member_id == member.id, CheckInCall.state == CallState.PLANNED
        )
    )
    if planned is not None:
        return planned
    rows = await session.execute(
        select(TeamCycle, Cycle)
        .join(Cycle, Cycle.id == TeamCycle.cycle_id)
        .join(
            KeyResult,
            (KeyResult.team_id == TeamCycle.team_id) & (KeyResult.cycle_id == TeamCycle.cycle_id),
        )
        .join(KeyResultOwner, KeyResultOwner.key_result_id == KeyResult.id)
        .where(KeyResultOwner.member_id == member.id, TeamCycle.next_round_at.is_not(None))
        .where(KeyResult.archived_at.is_(None))
        .distinct()
    )
    found = []
    for place, cycle in rows.all():
        beat = okrs.rhythm(place, cycle)
        ahead = (day for day in rules.days(cycle.starts, cycle.ends, beat))
        times = (rules.due_at(day, beat, member.tz) for day in ahead)
        found += [next((one for one in times if one > now), None)]
    return min((one for one in found if one is not None), default=None)


async def owed_by_round(session: AsyncSession, round_id: int, now: datetime) -> tuple[Debtor, ...]:
    """Who owes a round what; for App Home of the lead alone, never for a channel."""
    rows = await session.execute(
        select(Member.id, Member.user_id)
        .join(CheckInCall, CheckInCall.member_id == Member.id)
        .where(CheckInCall.round_id == round_id, Member.is_deleted.is_(False))
        .order_by(CheckInCall.id)
    )
    users = {row[0]: row[1] for row in rows}
    told = await loading.items(session, list(users), now)
    found = []
    for member_id, user_id in users.items():
        due = owing(told.get(member_id, ()), now)
        titles = tuple(one.title for one in due if one.round_id == round_id)
        if titles:
            found.append(Debtor(user_id, titles))
    return tuple(found)


async def current_round(session: AsyncSession, team_cycle_id: int, now: datetime) -> Round | None:
    """The team's round that is open, or the last one that was opened by `now`."""
    found: Round | None = await session.scalar(
        select(Round)
        .where(Round.team_cycle_id == team_cycle_id, Round.opened_at <= now)
        .order_by(Round.day.desc())
        .limit(1)
    )
    return found


async def round_notes(session: AsyncSession, round_id: int) -> tuple[Note, ...]:
    """What was said in a round of the key results that are revealed, by key result and time."""
    rows = await session.execute(
        select(CheckIn, Member.user_id)
        .outerjoin(Member, Member.id == CheckIn.member_id)
        .join(
            Reveal,
            (Reveal.round_id == CheckIn.round_id) & (Reveal.key_result_id == CheckIn.key_result_id),
        )
        .where(CheckIn.round_id == round_id, CheckIn.confidence.is_not(None))
        .order_by(CheckIn.key_result_id, CheckIn.at, CheckIn.id)
    )
    newest: dict[tuple[int, object], Note] = {}
    for row, user_id in rows.all():
        who = user_id or f"former {row.id}"
        newest[row.key_result_id, who] = Note(
            row.key_result_id, user_id, row.confidence, row.note, row.blocker, row.at
        )
    return tuple(newest.values())


async def blockers(session: AsyncSession, round_id: int) -> tuple[Note, ...]:
    """What stands in the way, as far as the round is revealed."""
    return tuple(one for one in await round_notes(session, round_id) if one.blocker)
