"""Reads a team's cycle from the store: a handful of statements, however many key results."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.errors import UserMistake
from bot.okrs import health, terms
from bot.okrs.checkins.tables import CheckIn, Reveal
from bot.okrs.health import Standing
from bot.okrs.rules import Amended, Confidence, History, Reading, counted
from bot.okrs.scoreboard import KeyResultLine, ObjectiveLine, Owner, Rhythm, Scoreboard
from bot.okrs.tables import (
    Amendment,
    Cycle,
    KeyResult,
    KeyResultOwner,
    Objective,
    TeamCycle,
)
from bot.people.tables import Member
from bot.people.teams.tables import Team

WEEKS = {"week": 1, "two_weeks": 2}


def rhythm(team_cycle: TeamCycle, cycle: Cycle) -> Rhythm:
    """The team's own rhythm where it has one, otherwise the cycle's."""
    return Rhythm(
        weeks=WEEKS[team_cycle.every or cycle.every],
        day=team_cycle.day or cycle.day,
        at=team_cycle.at or cycle.at,
        tz=cycle.tz,
    )


async def scoreboard(
    session: AsyncSession, workspace_id: int, team_cycle_id: int, at: datetime
) -> Scoreboard:
    """The team's cycle as it stood at `at`. Raises UserMistake when there is none."""
    row = (
        await session.execute(
            select(TeamCycle, Cycle, Team)
            .join(Cycle, Cycle.id == TeamCycle.cycle_id)
            .join(Team, Team.id == TeamCycle.team_id)
            .where(TeamCycle.workspace_id == workspace_id, TeamCycle.id == team_cycle_id)
        )
    ).first()
    if row is None:
        raise UserMistake("no_such_cycle")
    team_cycle, cycle, team = row
    beat = rhythm(team_cycle, cycle)
    objectives = await _objectives(session, team_cycle, at)
    found = await key_results(session, [one.id for one, _ in objectives], at)
    guards = await guardrails_elsewhere(session, found)
    known = await histories(session, [*found, *guards], cycle, beat)
    standings = health.standings(known.values(), at)
    owners = await owners_of(session, [one.id for one in found])
    titles = {one.id: one.title for one in (*found, *guards)}
    lines = _lines(found, titles, known, standings, owners)
    return Scoreboard(
        team_cycle_id=team_cycle.id,
        team_id=team.id,
        team_key=team.key,
        team=team.name,
        lead=team.lead,
        channel=team.channel,
        cycle_id=cycle.id,
        cycle=cycle.key,
        starts=cycle.starts,
        ends=cycle.ends,
        at=at,
        rhythm=beat,
        objectives=tuple(_objective(one, parent, lines[one.id]) for one, parent in objectives),
    )


async def _objectives(
    session: AsyncSession, team_cycle: TeamCycle, at: datetime
) -> list[tuple[Objective, str]]:
    """(objective, title and team of its parent), those archived or still drafts left out."""
    parent, home = aliased(Objective), aliased(Team)
    rows = await session.execute(
        select(Objective, parent.title, home.name)
        .outerjoin(parent, parent.id == Objective.parent_id)
        .outerjoin(home, home.id == parent.team_id)
        .where(Objective.team_id == team_cycle.team_id, Objective.cycle_id == team_cycle.cycle_id)
        .where(Objective.state != "draft")
        .where(Objective.archived_at.is_(None) | (Objective.archived_at > at))
        .order_by(Objective.id)
    )
    return [(row[0], f"{row[1]} ({row[2]})" if row[1] else "") for row in rows.all()]


async def key_results(
    session: AsyncSession, objective_ids: Collection[int], at: datetime
) -> Sequence[KeyResult]:
    """Of these objectives, in their order, those archived before `at` left out."""
    rows = await session.scalars(
        select(KeyResult)
        .where(KeyResult.objective_id.in_(objective_ids))
        .where(KeyResult.archived_at.is_(None) | (KeyResult.archived_at > at))
        .order_by(KeyResult.objective_id, KeyResult.position, KeyResult.id)
    )
    return rows.all()


async def guardrails_elsewhere(
    session: AsyncSession, found: Sequence[KeyResult]
) -> Sequence[KeyResult]:
    """Guardrails that are another team's, or archived since."""
    wanted = {one.guardrail_id for one in found if one.guardrail_id} - {one.id for one in found}
    if not wanted:
        return ()
    return (await session.scalars(select(KeyResult).where(KeyResult.id.in_(wanted)))).all()


async def histories(
    session: AsyncSession, found: Sequence[KeyResult], cycle: Cycle, beat: Rhythm
) -> dict[int, History]:
    """Everything known of these key results of one cycle, by id."""
    ids = [one.id for one in found]
    amended = await _amendments(session, ids)
    readings, confidence = await _check_ins(session, ids, timedelta(weeks=beat.weeks))
    return {
        one.id: History(
            id=one.id,
            starts=cycle.starts,
            ends=cycle.ends,
            every=timedelta(weeks=beat.weeks),
            amended=_terms(one, amended[one.id]),
            readings=tuple(readings[one.id]),
            confidence=confidence[one.id],
            guardrail=one.guardrail_id,
        )
        for one in found
    }


def current(row: KeyResult) -> dict[str, object]:
    """The terms that hold now, as a document."""
    columns = ("kind", "unit", "baseline", "target", "stretch", "low", "high", "curve")
    return {name: getattr(row, name) for name in (*columns, "milestones", "zones")}


def _terms(row: KeyResult, amended: Sequence[Amendment]) -> tuple[Amended, ...]:
    first = amended[0].before if amended else current(row)
    made = [Amended(row.created_at, terms.from_document(first))]
    made += [Amended(one.at, terms.from_document(one.after)) for one in amended]
    return tuple(made)


async def _amendments(session: AsyncSession, ids: Collection[int]) -> Mapping[int, list[Amendment]]:
    rows = await session.scalars(
        select(Amendment)
        .where(Amendment.key_result_id.in_(ids))
        .order_by(Amendment.at, Amendment.id)
    )
    found: dict[int, list[Amendment]] = defaultdict(list)
    for one in rows:
        found[one.key_result_id].append(one)
    return found


async def _check_ins(
    session: AsyncSession, ids: Collection[int], every: timedelta
) -> tuple[Mapping[int, list[Reading]], Mapping[int, tuple[Confidence, ...]]]:
    """Values, and the confidences that are open: revealed, or given outside any round.

    Of those given outside, each person's last of a day counts.
    """
    rows = await session.execute(
        select(
            CheckIn.id,
            CheckIn.member_id,
            CheckIn.key_result_id,
            CheckIn.at,
            CheckIn.value,
            CheckIn.confidence,
            CheckIn.round_id,
        )
        .where(CheckIn.key_result_id.in_(ids))
        .order_by(CheckIn.at, CheckIn.id)
    )
    readings: dict[int, list[Reading]] = defaultdict(list)
    by_day: dict[tuple[int, date], dict[object, tuple[datetime, int]]] = defaultdict(dict)
    for number, member_id, key_result_id, at, value, said, round_id in rows:
        if value is not None:
            readings[key_result_id].append(Reading(at, value))
        if said is not None and round_id is None:
            by_day[key_result_id, at.date()][member_id or f"former {number}"] = (at, said)
    alone: dict[int, list[Confidence]] = defaultdict(list)
    for (key_result_id, _), told in by_day.items():
        last = max(at for at, _ in told.values())
        alone[key_result_id].append(Confidence(last, tuple(one for _, one in told.values())))
    revealed: dict[int, list[Confidence]] = defaultdict(list)
    opened = await session.execute(
        select(Reveal.key_result_id, Reveal.at, Reveal.votes).where(Reveal.key_result_id.in_(ids))
    )
    for key_result_id, at, votes in opened:
        if votes:
            revealed[key_result_id].append(Confidence(at, tuple(votes)))
    return readings, {one: counted(revealed[one], alone[one], every) for one in ids}


async def owners_of(session: AsyncSession, ids: Collection[int]) -> Mapping[int, tuple[Owner, ...]]:
    """Owners by key result, the accountable one first, then by function."""
    rows = await session.execute(
        select(KeyResultOwner, Member)
        .join(Member, Member.id == KeyResultOwner.member_id)
        .where(KeyResultOwner.key_result_id.in_(ids))
        .order_by(KeyResultOwner.accountable.desc(), KeyResultOwner.id)
    )
    found: dict[int, list[Owner]] = defaultdict(list)
    for row, member in rows:
        found[row.key_result_id].append(
            Owner(
                member.id,
                member.user_id,
                member.name,
                row.function,
                row.accountable,
                member.is_deleted,
            )
        )
    return {one: tuple(owners) for one, owners in found.items()}


def _lines(
    found: Iterable[KeyResult],
    titles: Mapping[int, str],
    known: Mapping[int, History],
    standings: Mapping[int, Standing],
    owners: Mapping[int, tuple[Owner, ...]],
) -> Mapping[int, list[KeyResultLine]]:
    lines: dict[int, list[KeyResultLine]] = defaultdict(list)
    for one in found:
        lines[one.objective_id].append(
            KeyResultLine(
                id=one.id,
                key=one.key,
                title=one.title,
                owners=owners.get(one.id, ()),
                history=known[one.id],
                standing=standings[one.id],
                leading=one.leading,
                customer_link=one.customer_link,
                guardrail=titles.get(one.guardrail_id or 0, ""),
            )
        )
    return lines


def _objective(row: Objective, parent: str, lines: Sequence[KeyResultLine]) -> ObjectiveLine:
    return ObjectiveLine(
        id=row.id,
        key=row.key,
        title=row.title,
        state=row.state,
        standing=health.objective([one.standing for one in lines]),
        key_results=tuple(lines),
        parent_id=row.parent_id,
        parent=parent,
    )
