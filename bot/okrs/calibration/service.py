from datetime import UTC, datetime, time

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import UserMistake
from bot.okrs import loading
from bot.okrs.calibration import rules
from bot.okrs.calibration.rules import Pair, Sureness
from bot.okrs.closing.loading import newest
from bot.okrs.closing.rules import over
from bot.okrs.closing.tables import Grade
from bot.okrs.grading import foreseen
from bot.okrs.tables import Cycle, KeyResult, TeamCycle
from bot.people.tables import Member
from bot.people.teams import service as teams
from bot.people.teams.tables import Team


async def sureness(
    session: AsyncSession, member: Member, team_cycle_id: int
) -> tuple[str, Sureness | None, int]:
    """(team's name, how sure it was over its closed cycles, of how many key results one can say).

    `team_cycle_id` names any of the team's. It is for people of the team and nobody else, admins
    included. Raises UserMistake for others.
    """
    team_id = await session.scalar(
        select(TeamCycle.team_id).where(
            TeamCycle.workspace_id == member.workspace_id, TeamCycle.id == team_cycle_id
        )
    )
    team = await teams.get(session, member.workspace_id, team_id or 0)
    mine = await teams.of_member(session, member)
    if team.id not in {one.id for one in mine}:
        raise UserMistake("sure_not_yours")
    pairs = await _pairs(session, team)
    return team.name, rules.sureness(pairs), len(pairs)


async def _pairs(session: AsyncSession, team: Team) -> list[Pair]:
    rows = await session.execute(
        select(TeamCycle, Cycle)
        .join(Cycle, Cycle.id == TeamCycle.cycle_id)
        .where(TeamCycle.team_id == team.id, TeamCycle.closed_at.is_not(None))
        .order_by(Cycle.starts)
    )
    return [pair for row, cycle in rows.all() for pair in await pairs_of(session, row, cycle)]


async def pairs_of(session: AsyncSession, row: TeamCycle, cycle: Cycle) -> list[Pair]:
    """Of the cycle's graded key results, in their order."""
    graded = select(Grade.key_result_id).where(Grade.workspace_id == row.workspace_id)
    found = await session.scalars(
        select(KeyResult)
        .where(KeyResult.team_id == row.team_id, KeyResult.cycle_id == cycle.id)
        .where(KeyResult.id.in_(graded), KeyResult.workspace_id == row.workspace_id)
        .order_by(KeyResult.id)
    )
    beat = loading.rhythm(row, cycle)
    known = await loading.histories(session, found.all(), cycle, beat)
    grades = await newest(session, list(known))
    starts, ends = datetime.combine(cycle.starts, time.min, UTC), over(cycle.ends, beat.tz)
    said = {id_: rules.foretold(one, starts, ends) for id_, one in known.items()}
    return [(mean, foreseen(grades[id_].given)) for id_, mean in said.items() if mean is not None]
