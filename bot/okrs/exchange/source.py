"""What export reads from, and the natural keys that it names things by."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.okrs.tables import Cycle, KeyResult, Objective
from bot.people.tables import Member
from bot.people.teams.tables import Team, TeamMember


@dataclass(frozen=True)
class Names:
    """Natural keys by id."""

    users: Mapping[int, str]
    teams: Mapping[int, str]
    cycles: Mapping[int, str]
    objectives: Mapping[int, str]  # cycle/team/key
    results: Mapping[int, str]  # cycle/team/key
    functions: Mapping[tuple[int, int], str]  # team, member


class Source:
    """Rows of the teams wanted."""

    def __init__(
        self, session: AsyncSession, workspace_id: int, team_ids: Collection[int] | None
    ) -> None:
        self.session, self.workspace_id, self.team_ids = session, workspace_id, team_ids

    async def rows(self, query: Any, team: Any) -> Sequence[Any]:
        """The query's rows in this workspace, of the teams wanted; `team` is the column."""
        if self.team_ids is not None:
            query = query.where(team.in_(self.team_ids))
        found: Sequence[Any] = (await self.session.execute(query)).all()
        return found

    async def results(self) -> Sequence[KeyResult]:
        query = select(KeyResult).where(KeyResult.workspace_id == self.workspace_id)
        query = query.order_by(KeyResult.objective_id, KeyResult.position, KeyResult.id)
        return [row[0] for row in await self.rows(query, KeyResult.team_id)]


async def names(session: AsyncSession, workspace_id: int) -> Names:
    async def pairs(table: Any, *columns: Any) -> Sequence[Any]:
        rows = await session.execute(
            select(table.id, *columns).where(table.workspace_id == workspace_id)
        )
        return rows.all()

    teams = dict(await pairs(Team, Team.key))
    cycles = dict(await pairs(Cycle, Cycle.key))
    users = dict(await pairs(Member, Member.user_id))

    async def full(table: Any) -> Mapping[int, str]:
        found = await pairs(table, table.cycle_id, table.team_id, table.key)
        return {one: f"{cycles[cycle]}/{teams[team]}/{key}" for one, cycle, team, key in found}

    parts = await pairs(TeamMember, TeamMember.team_id, TeamMember.member_id, TeamMember.function)
    functions = {(team, member): told for _, team, member, told in parts}
    return Names(users, teams, cycles, await full(Objective), await full(KeyResult), functions)
