"""Cycles, objectives and key results: who may change them, and how they change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import hold, insert_once
from bot.errors import UserMistake
from bot.okrs import loading, terms
from bot.okrs.checkins import rules as rounds
from bot.okrs.rules import Terms
from bot.okrs.tables import Amendment as Amendment
from bot.okrs.tables import Cycle as Cycle  # doors name these types
from bot.okrs.tables import KeyResult as KeyResult
from bot.okrs.tables import KeyResultOwner
from bot.okrs.tables import Objective as Objective
from bot.okrs.tables import TeamCycle as TeamCycle
from bot.people.tables import Member
from bot.people.teams import service as teams
from bot.people.teams.tables import Team

FIRST_MEASURED = "first measurement"  # why a first value becomes the baseline
HISTORY = timedelta(days=14)  # after a cycle; one that is brought in later asks nobody for grades


@dataclass(frozen=True)
class Place:
    """A team's cycle by its names, for pickers and commands."""

    team_cycle_id: int
    team_id: int
    team: str
    cycle_id: int
    cycle: str
    starts: date
    ends: date
    closed: bool


async def places(
    session: AsyncSession, workspace_id: int, team_ids: Sequence[int] | None = None
) -> list[Place]:
    """Teams' cycles, the newest cycle first, then by team; of these teams, or of all."""
    query = (
        select(TeamCycle, Cycle, Team.name)
        .join(Cycle, Cycle.id == TeamCycle.cycle_id)
        .join(Team, Team.id == TeamCycle.team_id)
        .where(TeamCycle.workspace_id == workspace_id)
        .order_by(Cycle.starts.desc(), Team.name, TeamCycle.id)
    )
    if team_ids is not None:
        query = query.where(TeamCycle.team_id.in_(team_ids))
    rows = await session.execute(query)
    return [
        Place(
            one.id,
            one.team_id,
            name,
            cycle.id,
            cycle.key,
            cycle.starts,
            cycle.ends,
            one.closed_at is not None,
        )
        for one, cycle, name in rows.all()
    ]


async def cycle_of(session: AsyncSession, workspace_id: int, key: str) -> Cycle | None:
    found: Cycle | None = await session.scalar(
        select(Cycle).where(Cycle.workspace_id == workspace_id, Cycle.key == key)
    )
    return found


async def join(
    session: AsyncSession, workspace_id: int, team_id: int, cycle: Cycle, now: datetime
) -> TeamCycle:
    """The team's part in a cycle, locked; when it is new, or only drafted, it is planned."""
    values = {"workspace_id": workspace_id, "team_id": team_id, "cycle_id": cycle.id}
    made = await insert_once(session, TeamCycle, **values)
    row = (
        await session.scalars(
            select(TeamCycle)
            .where(TeamCycle.team_id == team_id, TeamCycle.cycle_id == cycle.id)
            .with_for_update(key_share=True)
        )
    ).one()
    drafted = row.next_round_at is None and row.close_at is None and row.settle_at is None
    if made is not None or drafted:
        plan(row, cycle, now)
    return row


def plan(team_cycle: TeamCycle, cycle: Cycle, now: datetime) -> None:
    """After any change of dates or rhythm: the next round and the close-out from now on."""
    if team_cycle.closed_at is not None:
        return
    beat = loading.rhythm(team_cycle, cycle)
    day = rounds.next_round(cycle.starts, cycle.ends, beat, now)
    team_cycle.next_round_at = rounds.opens(day, beat) if day else None
    closing = rounds.closes(cycle.ends, beat)
    team_cycle.close_at = closing if closing > now - HISTORY else None


async def objective(session: AsyncSession, workspace_id: int, objective_id: int) -> Objective:
    """Locked. Raises UserMistake when this workspace has no such objective."""
    return await hold(session, Objective, workspace_id, objective_id, "no_such_objective")


async def key_result(session: AsyncSession, workspace_id: int, key_result_id: int) -> KeyResult:
    """Locked. Raises UserMistake when this workspace has no such key result."""
    return await hold(session, KeyResult, workspace_id, key_result_id, "no_such_key_result")


async def add_key_result(
    session: AsyncSession, home: Objective, key: str, title: str, told: Terms, now: datetime
) -> KeyResult:
    """A new key result, last of its objective. `key` is free in the team's cycle."""
    last = await session.scalar(
        select(func.max(KeyResult.position)).where(KeyResult.objective_id == home.id)
    )
    row = KeyResult(
        workspace_id=home.workspace_id,
        team_id=home.team_id,
        cycle_id=home.cycle_id,
        objective_id=home.id,
        position=0 if last is None else last + 1,
        key=key,
        title=title,
        created_at=now,
        **terms.to_document(told),
    )
    session.add(row)
    await session.flush()
    return row


def terms_of(row: KeyResult) -> Terms:
    """The terms that hold now."""
    return terms.from_document(loading.current(row))


async def amend(
    session: AsyncSession,
    row: KeyResult,
    wanted: Terms,
    member_id: int | None,
    reason: str,
    now: datetime,
) -> bool:
    """Let these terms hold from now on; False when they hold already.

    What was read before keeps the terms that held then.
    """
    before, after = terms.to_document(terms_of(row)), terms.to_document(wanted)
    if before == after:
        return False
    session.add(
        Amendment(
            workspace_id=row.workspace_id,
            key_result_id=row.id,
            member_id=member_id,
            at=now,
            before=before,
            after=after,
            reason=reason,
        )
    )
    write(row, after)
    await session.flush()
    return True


def write(row: KeyResult, document: Mapping[str, Any]) -> None:
    """Put terms into the row without a trace: for marking milestones done, and for drafts."""
    for name, value in document.items():
        setattr(row, name, value)


@dataclass(frozen=True)
class Ownership:
    member_id: int
    function: str
    accountable: bool


async def set_owners(session: AsyncSession, row: KeyResult, wanted: Sequence[Ownership]) -> None:
    """Who answers for the key result from now on; at most one of them is accountable."""
    await session.execute(delete(KeyResultOwner).where(KeyResultOwner.key_result_id == row.id))
    for one in wanted:
        session.add(
            KeyResultOwner(
                workspace_id=row.workspace_id,
                key_result_id=row.id,
                member_id=one.member_id,
                function=one.function,
                accountable=one.accountable,
            )
        )
    await session.flush()


async def may_write(session: AsyncSession, team: Team, member: Member) -> None:
    """Anybody in the team may add to its goals. Raises UserMistake for others."""
    if not await teams.belongs(session, team, member):
        raise UserMistake("not_in_team", team=team.name, lead=team.lead)


async def may_amend(session: AsyncSession, row: KeyResult, member: Member) -> None:
    """The team's lead, an admin and the accountable owner may change what was agreed."""
    team = await teams.get(session, row.workspace_id, row.team_id)
    if teams.leads(team, member):
        return
    accountable = await session.scalar(
        select(KeyResultOwner.member_id).where(
            KeyResultOwner.key_result_id == row.id, KeyResultOwner.accountable
        )
    )
    if accountable != member.id:
        raise UserMistake("not_yours", title=row.title, lead=team.lead)
