"""Opens rounds: who is asked about what, and for what nobody can be asked."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import insert_all
from bot.okrs import loading as okrs
from bot.okrs.checkins import loading, rules
from bot.okrs.checkins.loading import Window, here, presence
from bot.okrs.checkins.rules import CallState
from bot.okrs.checkins.tables import CheckInCall, Round
from bot.okrs.scoreboard import Rhythm
from bot.okrs.tables import Cycle, KeyResult, Objective, TeamCycle
from bot.people import service as people
from bot.people.tables import Member
from bot.people.teams.tables import Team
from bot.workspaces.tables import Workspace

BATCH = 20  # teams that one transaction asks about
Owners = Mapping[int, Sequence[tuple[Any, Member]]]  # by key result


@dataclass(frozen=True)
class Opened:
    """A round that was just written; `unowned` are titles that nobody answers for in it."""

    round_id: int
    workspace_id: int
    team: str
    lead: Member
    unowned: tuple[str, ...]
    tell_at: datetime | None
    deadline: datetime


@dataclass(frozen=True)
class _Due:
    """A place whose time has come, and the day that is asked about."""

    place: TeamCycle
    cycle: Cycle
    team: Team
    day: date
    beat: Rhythm

    @property
    def deadline(self) -> datetime:
        return rules.deadline(self.day, self.beat)

    @property
    def window(self) -> Window:
        return Window(self.day, self.deadline, self.beat)


async def open_due(session: AsyncSession, now: datetime) -> tuple[list[Opened], bool]:
    """Open the rounds of a batch of places; say whether more may be waiting.

    After a standstill only the newest round that can still be answered is asked.
    """
    rows = await session.execute(
        select(TeamCycle, Cycle, Team)
        .join(Cycle, Cycle.id == TeamCycle.cycle_id)
        .join(Team, Team.id == TeamCycle.team_id)
        .join(Workspace, Workspace.id == TeamCycle.workspace_id)
        .where(TeamCycle.next_round_at <= now, Workspace.stopped_at.is_(None))
        .order_by(TeamCycle.next_round_at)
        .limit(BATCH)
        .with_for_update(skip_locked=True, of=TeamCycle)
    )
    batch = rows.all()
    if not batch:
        return [], False
    still_open = await _with_open_rounds(session, [place.id for place, _, _ in batch], now)
    due = [one for row in batch if (one := _turn(*row, now, row[0].id in still_open))]
    found = await _key_results(session, [one.place.id for one in due])
    due = [one for one in due if found.get(one.place.id)]
    made = await _write(session, due, now)
    asked = [one for one in due if one.place.id in made]
    owners = await loading.owners(session, [row.id for known in found.values() for row in known])
    await _call(session, asked, made, found, owners, now)
    leads = await _leads(session, asked)
    opened = []
    for one in asked:
        lead = leads[one.place.id]
        opened.append(_opened(one, made[one.place.id], lead, found[one.place.id], owners, now))
    return opened, len(batch) == BATCH


async def _with_open_rounds(
    session: AsyncSession, place_ids: Sequence[int], now: datetime
) -> set[int]:
    """After a change of rhythm a round may be open still: nobody is asked twice at a time.

    One whose deadline has come is none: another replica may be closing it at this moment.
    """
    rows = await session.scalars(
        select(Round.team_cycle_id).where(Round.team_cycle_id.in_(place_ids), Round.closes_at > now)
    )
    return set(rows)


def _turn(place: TeamCycle, cycle: Cycle, team: Team, now: datetime, busy: bool) -> _Due | None:
    """Move the place to its next round; the round to open now, if there is one."""
    beat = okrs.rhythm(place, cycle)
    day = rules.next_round(cycle.starts, cycle.ends, beat, now)
    if day is None:
        place.next_round_at = None
        return None
    if rules.opens(day, beat) > now:  # the one that was planned cannot be answered any more
        place.next_round_at = rules.opens(day, beat)
        return None
    later = [one for one in rules.days(cycle.starts, cycle.ends, beat) if one > day]
    place.next_round_at = rules.opens(later[0], beat) if later else None
    return None if busy else _Due(place, cycle, team, day, beat)


async def _key_results(
    session: AsyncSession, place_ids: Sequence[int]
) -> Mapping[int, list[KeyResult]]:
    """Key results that are worked on, by place."""
    rows = await session.execute(
        select(TeamCycle.id, KeyResult)
        .join(
            KeyResult,
            (TeamCycle.team_id == KeyResult.team_id) & (TeamCycle.cycle_id == KeyResult.cycle_id),
        )
        .join(Objective, Objective.id == KeyResult.objective_id)
        .where(TeamCycle.id.in_(place_ids))
        .where(Objective.state == "active", KeyResult.archived_at.is_(None))
        .order_by(KeyResult.id)
    )
    found: dict[int, list[KeyResult]] = {}
    for place_id, row in rows.all():
        found.setdefault(place_id, []).append(row)
    return found


async def _write(session: AsyncSession, due: Sequence[_Due], now: datetime) -> Mapping[int, int]:
    """The rounds' ids by place; one of that day is there already when its place is missing."""
    told = await session.execute(
        select(Round.team_cycle_id, func.max(Round.number))
        .where(Round.team_cycle_id.in_([one.place.id for one in due]))
        .group_by(Round.team_cycle_id)
    )
    numbers = {row[0]: row[1] for row in told}
    rows = [
        {
            "workspace_id": one.place.workspace_id,
            "team_cycle_id": one.place.id,
            "number": numbers.get(one.place.id, 0) + 1,
            "day": one.day,
            "opened_at": now,
            "deadline": one.deadline,
            "closes_at": one.deadline,
            "digest_at": one.deadline,
        }
        for one in due
    ]
    return await insert_all(session, Round, rows, "team_cycle_id")


async def _call(
    session: AsyncSession,
    due: Sequence[_Due],
    made: Mapping[int, int],
    found: Mapping[int, Sequence[KeyResult]],
    owners: Owners,
    now: datetime,
) -> None:
    """One call for each owner who can answer, at the rhythm's time on their own clock."""
    rows: list[dict[str, Any]] = []
    for one in due:
        called: dict[int, Member] = {}
        for row in found[one.place.id]:
            for _, member in owners.get(row.id, ()):
                if here(member, one.window):
                    called[member.id] = member
        rows += [_plan(one, made[one.place.id], member, now) for member in called.values()]
    await insert_all(session, CheckInCall, rows, "member_id")


def _plan(one: _Due, round_id: int, member: Member, now: datetime) -> dict[str, Any]:
    due_at = rules.due_at(one.day, one.beat, member.tz)
    next_at = rules.ask_at(presence(member), max(due_at, now), one.beat.at, one.deadline)
    return {
        "workspace_id": one.place.workspace_id,
        "round_id": round_id,
        "member_id": member.id,
        "due_at": due_at,
        "state": CallState.PLANNED if next_at else CallState.LEFT,
        "next_at": next_at,
    }


async def _leads(session: AsyncSession, due: Sequence[_Due]) -> Mapping[int, Member]:
    """Who runs each place's team."""
    rows = await session.execute(
        select(TeamCycle.id, Member)
        .join(Team, Team.id == TeamCycle.team_id)
        .join(Member, (Member.workspace_id == Team.workspace_id) & (Member.user_id == Team.lead))
        .where(TeamCycle.id.in_([one.place.id for one in due]))
    )
    found = {row[0]: row[1] for row in rows.all()}
    for one in due:
        if one.place.id not in found:  # never seen: Slack has not told us of them yet
            member = await people.ensure(session, one.team.workspace_id, one.team.lead)
            found[one.place.id] = member
    return found


async def lost(session: AsyncSession, round_ids: Collection[int], now: datetime) -> list[Opened]:
    """These rounds anew, after somebody could not be asked: who answers for what, if anybody."""
    if not round_ids:
        return []
    rows = await session.execute(
        select(Round, TeamCycle, Cycle, Team)
        .join(TeamCycle, TeamCycle.id == Round.team_cycle_id)
        .join(Cycle, Cycle.id == TeamCycle.cycle_id)
        .join(Team, Team.id == TeamCycle.team_id)
        .where(Round.id.in_(round_ids), Round.closes_at.is_not(None))
    )
    told = [
        (row.id, _Due(place, cycle, team, row.day, okrs.rhythm(place, cycle)))
        for row, place, cycle, team in rows.all()
    ]
    due = [one for _, one in told]
    found = await _key_results(session, [one.place.id for one in due])
    owners = await loading.owners(session, [row.id for known in found.values() for row in known])
    leads = await _leads(session, due)
    return [
        _opened(one, round_id, leads[one.place.id], found.get(one.place.id, ()), owners, now)
        for round_id, one in told
    ]


def _opened(
    one: _Due,
    round_id: int,
    lead: Member,
    found: Sequence[KeyResult],
    owners: Owners,
    now: datetime,
) -> Opened:
    unowned = tuple(
        row.title
        for row in found
        if not any(here(member, one.window) for _, member in owners.get(row.id, ()))
    )
    wanted = max(rules.due_at(one.day, one.beat, lead.tz), now)
    tell_at = rules.ask_at(presence(lead), wanted, one.beat.at, one.deadline)
    return Opened(
        round_id, one.place.workspace_id, one.team.name, lead, unowned, tell_at, one.deadline
    )


async def next_seen(session: AsyncSession, after: datetime) -> tuple[datetime | None, ...]:
    """When the next person is asked, and when the next digest is due: what people notice."""
    return tuple(
        [
            await session.scalar(select(column).where(column > after).order_by(column).limit(1))
            for column in (CheckInCall.next_at, Round.closes_at)
        ]
    )


async def due(session: AsyncSession, now: datetime) -> tuple[bool, bool]:
    """May a round open, and may somebody be asked? Two indexed columns are looked at."""
    row = (
        await session.execute(
            select(
                exists().where(TeamCycle.next_round_at <= now),
                exists().where(CheckInCall.next_at <= now),
            )
        )
    ).one()
    return bool(row[0]), bool(row[1])
