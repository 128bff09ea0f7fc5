"""Objectives of one cycle beside those of the next."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from bot.okrs.closing.rules import Line, Onward
from bot.okrs.drafting import rules
from bot.okrs.drafting.rules import Carried, DraftLine, NextCycle
from bot.okrs.tables import Cycle, KeyResult, Objective, TeamCycle


async def key_results(
    session: AsyncSession, team_id: int, cycle_id: int
) -> list[tuple[Objective, list[KeyResult]]]:
    """Objectives of the team that are not archived, with theirs, in order."""
    objectives = await session.scalars(
        select(Objective)
        .where(Objective.team_id == team_id, Objective.cycle_id == cycle_id)
        .where(Objective.archived_at.is_(None))
        .order_by(Objective.id)
    )
    found: dict[int, tuple[Objective, list[KeyResult]]] = {one.id: (one, []) for one in objectives}
    rows = await session.scalars(
        select(KeyResult)
        .where(KeyResult.objective_id.in_(found), KeyResult.archived_at.is_(None))
        .order_by(KeyResult.position, KeyResult.id)
    )
    for one in rows:
        found[one.objective_id][1].append(one)
    return list(found.values())


async def successors(
    session: AsyncSession,
    table: type[Objective] | type[KeyResult],
    rows: Collection[Objective | KeyResult],
    new: Cycle,
) -> dict[int, int]:
    """{id: id of the one with the same team and key in the new cycle}."""
    keys = [(one.team_id, one.key) for one in rows]
    found = await session.execute(
        select(table.team_id, table.key, table.id)
        .where(table.cycle_id == new.id, table.archived_at.is_(None))
        .where(tuple_(table.team_id, table.key).in_(keys))
    )
    ids = {(team_id, key): id_ for team_id, key, id_ in found}
    return {one.id: ids[one.team_id, one.key] for one in rows if (one.team_id, one.key) in ids}


async def listed(
    session: AsyncSession,
    row: TeamCycle,
    team: str,
    new: Cycle,
    found: Sequence[tuple[Objective, list[KeyResult]]],
    lines: Mapping[int, Line],
) -> NextCycle:
    """What stands in the new cycle now of what ended."""
    old = {one.key: one for _, rows in found for one in rows}
    homes = {one.key for one, _ in found}
    drafted = []
    for home, rows in await key_results(session, row.team_id, new.id):
        if home.key not in homes:
            continue
        carried = tuple(
            _carried(one, old[one.key], lines.get(old[one.key].id))
            for one in rows
            if one.key in old
        )
        drafted.append(DraftLine(home.id, home.title, home.state != "draft", carried))
    dropped = tuple(one.title for one in lines.values() if one.mark.onward == Onward.DROP)
    open_ = tuple(one.title for one in lines.values() if not one.mark.onward)
    return NextCycle(row.id, team, new.key, new.starts, new.ends, tuple(drafted), dropped, open_)


def _carried(new: KeyResult, old: KeyResult, line: Line | None) -> Carried:
    change = line is not None and line.mark.onward == Onward.CHANGE
    there = line is not None and rules.reached(line.terms, line.value)
    return Carried(new.title, change, there, bool(old.guardrail_id) and not new.guardrail_id)
