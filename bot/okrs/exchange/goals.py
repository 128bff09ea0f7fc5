"""Objectives and key results, from the document into the store."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from bot.okrs import service as okrs
from bot.okrs import terms
from bot.okrs.exchange import calendar, given, owning
from bot.okrs.exchange.document import KeyResultRow, ObjectiveRow, Path
from bot.okrs.exchange.work import Place, Work, write
from bot.okrs.rules import Kind
from bot.okrs.tables import Cycle, KeyResult, Objective
from bot.people.teams.tables import Team


@dataclass
class Goal:
    """An objective of the document beside its row in the store."""

    told: ObjectiveRow
    row: Objective
    at: Place
    path: Path
    new: bool
    changed: bool = False


@dataclass
class Result:
    """A key result of the document beside its row in the store."""

    told: KeyResultRow
    row: KeyResult
    goal: Goal
    path: Path
    new: bool
    changed: bool = False


async def store(work: Work) -> list[Result]:
    """All of them; what points at others is bound when all are there."""
    goals = await _goals(work)
    results = await _results(work, goals)
    work.index()
    for goal in goals:
        _align(work, goal)
    for result in results:
        _guard(work, result)
        result.changed = (
            await owning.store(work, result.told, result.row, result.path) or result.changed
        )
    await _circles(work, goals)
    await work.session.flush()
    _allowed(work, goals, results)
    for goal in goals:
        work.changes.count("objective", new=goal.new, changed=goal.changed)
    for result in results:
        work.changes.count("key result", new=result.new, changed=result.changed)
    return results


async def _goals(work: Work) -> list[Goal]:
    goals: dict[tuple[Place, str], Goal] = {}
    for number, told in enumerate(work.document.objectives):
        path: Path = ("objectives", number)
        team = work.team(told.team, (*path, "team"))
        cycle = work.cycle(told.cycle, (*path, "cycle"))
        if team is None or cycle is None:
            continue
        at = (cycle.id, team.id)
        if (at, told.key) in goals:
            work.fault((*path, "key"), f"“{told.key}” stands twice for this team and cycle")
            continue
        goal = await _goal(work, told, team, cycle, path)
        if goal is not None:
            goals[at, told.key] = goal
    await work.session.flush()
    return list(goals.values())


async def _goal(
    work: Work, told: ObjectiveRow, team: Team, cycle: Cycle, path: Path
) -> Goal | None:
    at = (cycle.id, team.id)
    row = work.objectives.get((at, told.key))
    if row is not None:
        return Goal(told, row, at, path, new=False, changed=_change(work, row, told))
    if told.title is None:
        work.fault((*path, "title"), "is missing, and the objective is new")
        return None
    await calendar.join(work, cycle, at)
    row = Objective(
        workspace_id=work.workspace_id,
        team_id=team.id,
        cycle_id=cycle.id,
        key=told.key,
        title=told.title,
        state="active",
        created_at=told.created_at or work.now,
    )
    _change(work, row, told)
    work.session.add(row)
    work.objectives[at, told.key] = row
    return Goal(told, row, at, path, new=True)


def _change(work: Work, row: Objective, told: ObjectiveRow) -> bool:
    wanted: dict[str, Any] = {}
    if told.title is not None:
        wanted["title"] = told.title
    if told.state is not None:
        wanted["state"] = told.state
    if told.state == "archived":
        wanted["archived_at"] = told.archived_at or row.archived_at or work.now
    elif told.state is not None:
        wanted["archived_at"] = None
    return write(row, wanted)


async def _results(work: Work, goals: Sequence[Goal]) -> list[Result]:
    free: Counter[int] = Counter()  # the next position in each objective
    for one in work.results.values():
        free[one.objective_id] = max(free[one.objective_id], one.position + 1)
    found: dict[tuple[Place, str], Result] = {}
    for goal in work.watch(goals, "objectives", len(goals)):
        for number, told in enumerate(goal.told.key_results):
            path = (*goal.path, "key_results", number)
            if (goal.at, told.key) in found:
                work.fault((*path, "key"), f"“{told.key}” stands twice for this team and cycle")
                continue
            row = work.results.get((goal.at, told.key))
            if row is None:
                result = _new(work, told, goal, path)
            else:
                result = Result(told, row, goal, path, new=False)
                result.changed = _fields(work, result)
                result.changed = await _terms(work, result) or result.changed
            if result is None:
                continue
            if result.new or result.row.objective_id != goal.row.id:  # new here
                result.row.objective_id, result.changed = goal.row.id, True
                result.row.position = free[goal.row.id]
                free[goal.row.id] += 1
            found[goal.at, told.key] = result
    await work.session.flush()
    return list(found.values())


def _new(work: Work, told: KeyResultRow, goal: Goal, path: Path) -> Result | None:
    read = given.read(told, None, path)
    work.faults += read.faults
    if told.title is None:
        work.fault((*path, "title"), "is missing, and the key result is new")
    if told.title is None or read.faults:
        return None
    if goal.row.state != "draft":
        for name, says in given.faults(read.terms):
            work.fault((*path, name), says)
    row = KeyResult(
        workspace_id=work.workspace_id,
        team_id=goal.row.team_id,
        cycle_id=goal.row.cycle_id,
        objective_id=goal.row.id,
        key=told.key,
        title=told.title,
        customer_link="",
        created_at=told.created_at or work.now,
        **terms.to_document(read.terms),
    )
    work.session.add(row)
    work.results[goal.at, told.key] = row
    result = Result(told, row, goal, path, new=True)
    _fields(work, result)
    return result


def _fields(work: Work, result: Result) -> bool:
    told, wanted = result.told, dict[str, Any]()
    if told.title is not None:
        wanted["title"] = told.title
    if told.gives("leading"):
        wanted["leading"] = told.leading
    if told.gives("customer_link"):
        wanted["customer_link"] = told.customer_link or ""
    if told.gives("archived_at"):
        wanted["archived_at"] = told.archived_at
    return write(result.row, wanted)


async def _terms(work: Work, result: Result) -> bool:
    """Change what a key result promises: with a reason, which makes an amendment of it."""
    told, row = result.told, result.row
    held = okrs.terms_of(row)
    read = given.read(told, held, result.path)
    work.faults += read.faults
    if read.faults or given.same(read.terms, held):
        return False
    if given.only_done(held, read.terms) or result.goal.row.state == "draft":
        okrs.write(row, terms.to_document(read.terms))
        return True
    wrong = given.faults(read.terms)
    for name, says in wrong:
        work.fault((*result.path, name), says)
    if not told.reason.strip():
        name = next(iter(given.difference(read.terms, held)), "target")
        work.fault((*result.path, name), "is changed; say why in the field reason")
    elif not wrong:
        author = work.by.id if work.by else None
        await okrs.amend(work.session, row, read.terms, author, told.reason.strip(), work.now)
        work.changes.count("amendment", new=True)
    return True


def _align(work: Work, goal: Goal) -> None:
    if not goal.told.gives("parent"):
        return
    parent_id = None
    if goal.told.parent is not None:
        parent = work.objective(goal.told.parent, goal.at, (*goal.path, "parent"))
        if parent is None:
            return
        parent_id = parent.id
    goal.changed = write(goal.row, {"parent_id": parent_id}) or goal.changed


async def _circles(work: Work, goals: Sequence[Goal]) -> None:
    """An objective may not stand above itself, by however many others between."""
    aligned = [goal for goal in goals if goal.row.parent_id is not None]
    if not aligned:
        return
    await work.session.flush()
    rows = await work.session.execute(
        select(Objective.id, Objective.parent_id).where(
            Objective.workspace_id == work.workspace_id, Objective.parent_id.is_not(None)
        )
    )
    above = {row.id: row.parent_id for row in rows}
    for goal in aligned:
        seen, at = {goal.row.id}, above.get(goal.row.id)
        while at is not None and at not in seen:
            seen.add(at)
            at = above.get(at)
        if at == goal.row.id:
            work.fault((*goal.path, "parent"), "makes a circle: the parent stands below it")


def _guard(work: Work, result: Result) -> None:
    told, path = result.told, (*result.path, "guardrail")
    if not told.gives("guardrail"):
        return
    found = None
    if told.guardrail is not None:
        found = work.result(told.guardrail, result.goal.at, path)
        if found is None:
            return
        if found.id == result.row.id:
            work.fault(path, "must be another key result")
        elif found.id != result.row.guardrail_id and not Kind(found.kind).keeps:
            work.fault(path, f"must be a level to keep, and “{found.key}” is to {found.kind}")
    wanted = {"guardrail_id": found.id if found else None}
    result.changed = write(result.row, wanted) or result.changed


def _allowed(work: Work, goals: Sequence[Goal], results: Sequence[Result]) -> None:
    touched = {one.goal.path: one.goal for one in results if one.new or one.changed}
    touched |= {goal.path: goal for goal in goals if goal.new or goal.changed}
    by_id = {team.id: team for team in work.teams.values()}
    for path, goal in touched.items():
        work.leads(by_id[goal.at[1]], path)
