"""Cycles and the teams in them, from the document into the store."""

from datetime import timedelta
from typing import Any

from bot.okrs import service as okrs
from bot.okrs.exchange.document import CycleRow, Path, PlaceRow
from bot.okrs.exchange.work import Place, Work
from bot.okrs.tables import Cycle, TeamCycle

LONGEST = timedelta(days=732)
RHYTHM = ("every", "day", "at")


async def cycles(work: Work) -> None:
    seen: set[str] = set()
    for at, row in enumerate(work.document.cycles):
        path: Path = ("cycles", at)
        if row.key in seen:
            work.fault((*path, "key"), f"“{row.key}” stands twice")
            continue
        seen.add(row.key)
        new = row.key not in work.cycles
        cycle = _new(work, row, path) if new else work.cycles[row.key]
        if cycle is None:
            continue
        changed = _change(work, cycle, row, path, new=new)
        await work.session.flush()
        if changed and not new:
            for (cycle_id, _), part in work.places.items():
                if cycle_id == cycle.id:
                    plan(work, part, cycle)
        for key, told in row.teams.items():
            changed = await _part(work, cycle, key, told, (*path, "teams", key)) or changed
        work.changes.count("cycle", new=new, changed=changed)


def _new(work: Work, row: CycleRow, path: Path) -> Cycle | None:
    missing = [name for name in ("starts", "ends") if getattr(row, name) is None]
    for name in missing:
        work.fault((*path, name), "is missing, and the cycle is new")
    if missing:
        return None
    cycle = Cycle(workspace_id=work.workspace_id, key=row.key, starts=row.starts, ends=row.ends)
    work.session.add(cycle)
    work.cycles[row.key] = cycle
    return cycle


def _change(work: Work, cycle: Cycle, row: CycleRow, path: Path, *, new: bool) -> bool:
    wanted: dict[str, Any] = {
        name: told for name in ("starts", "ends") if (told := getattr(row, name)) is not None
    }
    if row.check_in is not None:
        names = (*RHYTHM, "tz")
        wanted |= {one: told for one in names if (told := getattr(row.check_in, one)) is not None}
    if not new and all(getattr(cycle, name) == told for name, told in wanted.items()):
        return False
    if not new and work.by is not None and not work.by.is_admin:
        work.fault(path, "only an admin may change a cycle, because it is every team’s")
        return False
    for name, told in wanted.items():
        setattr(cycle, name, told)
    if not timedelta(0) < cycle.ends - cycle.starts <= LONGEST:
        work.fault((*path, "ends"), "must come after it starts, within two years")
    return True


async def _part(work: Work, cycle: Cycle, key: str, told: PlaceRow, path: Path) -> bool:
    """A team's own rhythm in the cycle; True when anything changed."""
    team = work.team(key, path)
    if team is None:
        return False
    at: Place = (cycle.id, team.id)
    part = work.places.get(at)
    wanted = {name: getattr(told, name) for name in RHYTHM if told.gives(name)}
    wanted |= {"closed_at": told.closed} if told.gives("closed") else {}
    if part and all(getattr(part, name) == one for name, one in wanted.items()):
        return False
    if not work.leads(team, path):
        return False
    part = await join(work, cycle, at)
    for name, one in wanted.items():
        setattr(part, name, one)
    if part.closed_at is not None:
        part.next_round_at = part.close_at = part.settle_at = None
    else:
        plan(work, part, cycle)
    return True


async def join(work: Work, cycle: Cycle, at: Place) -> TeamCycle:
    """The team's part in the cycle; a new one is planned."""
    part = work.places.get(at)
    if part is None:
        part = await okrs.join(work.session, work.workspace_id, at[1], cycle, work.now)
        work.places[at] = part
        plan(work, part, cycle)
    return part


def plan(work: Work, part: TeamCycle, cycle: Cycle) -> None:
    """From now on: a cycle that is over asks nobody for its close-out by itself."""
    okrs.plan(part, cycle, work.now)
    if part.close_at is not None and part.close_at <= work.now:
        part.close_at = None
