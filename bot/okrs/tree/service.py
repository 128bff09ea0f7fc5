"""A cycle's objectives of every team, laid out; only what a page shows is measured."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from difflib import get_close_matches

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.errors import UserMistake
from bot.okrs import health, loading
from bot.okrs.tables import Cycle, Objective, TeamCycle
from bot.okrs.tree.rules import Node, Placed, Tree, TreeKeyResult, TreeLine, laid
from bot.people.teams import service as teams
from bot.people.teams.tables import Team
from bot.slack.blocks import clip, escape

PAGE = 20  # objectives


async def named(
    session: AsyncSession, workspace_id: int, typed: str, today: date
) -> tuple[int, int]:
    """(cycle, team) that somebody named in any order; team 0 means all.

    Without a cycle it is the one that runs, else the newest. Raises UserMistake when a word is
    neither, and when there is no cycle at all.
    """
    cycles = await _cycles(session, workspace_id)
    if not cycles:
        raise UserMistake("no_cycles")
    by_word = {one.key.lower(): one for one in cycles}
    words = typed.lower().split()
    chosen = next((by_word[word] for word in words if word in by_word), None)
    rest = " ".join(word for word in words if word not in by_word)
    team_id = await _team(session, workspace_id, rest, list(by_word)) if rest else 0
    running = (one for one in cycles if one.starts <= today <= one.ends)
    return (chosen or next(running, cycles[0])).id, team_id


async def _team(session: AsyncSession, workspace_id: int, typed: str, cycles: list[str]) -> int:
    found = await teams.called(session, workspace_id, typed)
    if found is not None:
        return found.id
    known = await teams.all_of(session, workspace_id)
    names = [name.lower() for one in known for name in (one.name, one.key)]
    near = get_close_matches(typed, [*names, *cycles], n=1, cutoff=0.4)
    if not near:
        raise UserMistake("tree_unknown")
    raise UserMistake("tree_near", near=escape(clip(near[0], 60)))


async def _cycles(session: AsyncSession, workspace_id: int) -> Sequence[Cycle]:
    rows = await session.scalars(
        select(Cycle)
        .where(Cycle.workspace_id == workspace_id)
        .order_by(Cycle.starts.desc(), Cycle.id)
    )
    return rows.all()


async def tree(
    session: AsyncSession, workspace_id: int, cycle_id: int, team_id: int, page: int, at: datetime
) -> Tree:
    """Raises UserMistake when the workspace has no such cycle; past the end is the last page."""
    cycles = await _cycles(session, workspace_id)
    cycle = next((one for one in cycles if one.id == cycle_id), None)
    if cycle is None:
        raise UserMistake("no_such_cycle")
    found = await _objectives(session, cycle, at)
    nodes = [Node(one.id, one.parent_id, one.team_id) for one, _, _ in found]
    placed = laid(nodes, team_id)
    pages = max(-(-len(placed) // PAGE), 1)
    page = min(max(page, 0), pages - 1)
    shown = placed[page * PAGE : (page + 1) * PAGE]
    lines = await _lines(session, cycle, found, shown, at)
    known = {one.id for one in nodes}
    rows = await teams.all_of(session, workspace_id)
    return Tree(
        cycle_id=cycle.id,
        cycle=cycle.key,
        team_id=team_id,
        page=page,
        pages=pages,
        count=len(placed),
        lines=tuple(_elsewhere(line, parent_id in known) for line, parent_id in lines),
        cycles=tuple((one.id, one.key) for one in cycles),
        teams=tuple((one.id, one.name) for one in rows),
    )


def _elsewhere(line: TreeLine, parent_stands_here: bool) -> TreeLine:
    return replace(line, parent="") if parent_stands_here else line


Row = tuple[Objective, str, str]  # with its team's name and its parent's title


async def _objectives(session: AsyncSession, cycle: Cycle, at: datetime) -> list[Row]:
    parent = aliased(Objective)
    rows = await session.execute(
        select(Objective, Team.name, parent.title)
        .join(Team, Team.id == Objective.team_id)
        .outerjoin(parent, parent.id == Objective.parent_id)
        .where(Objective.cycle_id == cycle.id, Objective.state != "draft")
        .where(Objective.archived_at.is_(None) | (Objective.archived_at > at))
        .order_by(Team.name, Objective.id)
    )
    return [(row[0], row[1], row[2] or "") for row in rows.all()]


async def _lines(
    session: AsyncSession,
    cycle: Cycle,
    found: Sequence[Row],
    shown: Sequence[Placed],
    at: datetime,
) -> list[tuple[TreeLine, int | None]]:
    """The lines shown, each with the id of its objective's parent."""
    by_id = {row[0].id: row for row in found}
    measured = await _key_results(session, cycle, [one.id for one in shown], at)
    lines = []
    for one in shown:
        objective, team, parent = by_id[one.id]
        within = tuple(measured.get(one.id, ()))
        standing = health.objective([each.standing for each in within])
        lines.append(
            (
                TreeLine(one.depth, one.orphan, objective.title, team, standing, within, parent),
                objective.parent_id,
            )
        )
    return lines


async def _key_results(
    session: AsyncSession, cycle: Cycle, objective_ids: Sequence[int], at: datetime
) -> dict[int, list[TreeKeyResult]]:
    """By objective, as the team's scoreboard has them."""
    found = await loading.key_results(session, objective_ids, at)
    guards = await loading.guardrails_elsewhere(session, found)
    every = await _weeks(session, cycle)
    usual = timedelta(weeks=loading.WEEKS[cycle.every])
    beat = loading.rhythm(TeamCycle(), cycle)
    rows = [*found, *guards]
    histories = await loading.histories(session, rows, cycle, beat)
    own = [replace(histories[one.id], every=every.get(one.team_id, usual)) for one in rows]
    standings = health.standings(own, at)
    titles = {one.id: one.title for one in rows}
    lines: dict[int, list[TreeKeyResult]] = {}
    for one in found:
        named = one.guardrail_id
        guard = {named: titles[named]} if named is not None else {}
        told = TreeKeyResult(one.title, standings[one.id], guard)
        lines.setdefault(one.objective_id, []).append(told)
    return lines


async def _weeks(session: AsyncSession, cycle: Cycle) -> dict[int, timedelta]:
    """The time between two check-ins of the teams that have a rhythm of their own."""
    rows = await session.execute(
        select(TeamCycle.team_id, TeamCycle.every).where(
            TeamCycle.cycle_id == cycle.id, TeamCycle.every.is_not(None)
        )
    )
    return {one: timedelta(weeks=loading.WEEKS[every or "week"]) for one, every in rows}
