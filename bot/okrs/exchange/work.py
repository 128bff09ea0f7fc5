"""One import under way: what the store holds of what the document names, and what came of it."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import Base, insert_all
from bot.okrs.exchange.document import Document, Fault, Given, Path
from bot.okrs.tables import Amendment, Cycle, KeyResult, KeyResultOwner, Objective, TeamCycle
from bot.people.tables import Member
from bot.people.teams import service as teams
from bot.people.teams.tables import Team, TeamMember

CHUNK = 500  # ids in one statement
Place = tuple[int, int]  # cycle id, team id
Row = TypeVar("Row", bound=Base)
Id = TypeVar("Id")
Watch = Callable[[Iterable[Any], str, int], Iterable[Any]]  # rows, their name, how many


def _unwatched(rows: Iterable[Any], what: str, total: int) -> Iterable[Any]:
    return rows


@dataclass
class Changes:
    """How many of each kind are new, changed and as they were; `notes` are sentences besides."""

    new: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    same: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)

    def count(self, kind: str, *, new: bool = False, changed: bool = False) -> None:
        (self.new if new else self.changed if changed else self.same)[kind] += 1

    @property
    def nothing(self) -> bool:
        return not self.new.total() and not self.changed.total()


@dataclass
class Work:
    """`by` is who imports; None is the operator, who may do everything.

    Long loops run through `watch`, which may show how far they are.
    """

    session: AsyncSession
    workspace_id: int
    now: datetime
    given: Given
    by: Member | None = None
    watch: Watch = _unwatched
    changes: Changes = field(default_factory=Changes)
    faults: list[Fault] = field(default_factory=list)
    newcomers: set[str] = field(default_factory=set)  # user ids
    new_teams: set[str] = field(default_factory=set)  # keys
    members: dict[str, Member] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)
    functions: dict[tuple[int, int], TeamMember] = field(default_factory=dict)  # team, member
    cycles: dict[str, Cycle] = field(default_factory=dict)
    places: dict[Place, TeamCycle] = field(default_factory=dict)
    objectives: dict[tuple[Place, str], Objective] = field(default_factory=dict)
    results: dict[tuple[Place, str], KeyResult] = field(default_factory=dict)
    owners: dict[int, list[KeyResultOwner]] = field(default_factory=lambda: defaultdict(list))
    amendments: dict[int, list[Amendment]] = field(default_factory=lambda: defaultdict(list))
    _called: dict[str, list[KeyResult]] = field(default_factory=lambda: defaultdict(list))

    @property
    def document(self) -> Document:
        return self.given.document

    def fault(self, path: Path, says: str) -> None:
        self.faults.append(Fault(path, says))

    def unknown(self, path: Path, what: str, told: str, known: Iterable[str]) -> None:
        """There is no such thing; nothing is said when it is named where something was wrong."""
        section = f"{what}s".replace(" ", "_")
        if {(section, "*"), (section, told.rpartition("/")[2])} & self.given.lost:
            return
        near = get_close_matches(told, known, n=1, cutoff=0.6)
        guess = f"; did you mean {near[0]}?" if near else ""
        self.fault(path, f"there is no {what} “{told}”{guess}")

    def leads(self, team: Team, path: Path) -> bool:
        """May the author change this team's things? If not, it is a fault."""
        if self.by is None or teams.leads(team, self.by):
            return True
        self.fault(path, f"only the lead of {team.name} or an admin may import this")
        return False

    def team(self, key: str, path: Path) -> Team | None:
        found = self.teams.get(key)
        if found is None:
            self.unknown(path, "team", key, self.teams)
        return found

    def cycle(self, key: str, path: Path) -> Cycle | None:
        found = self.cycles.get(key)
        if found is None:
            self.unknown(path, "cycle", key, self.cycles)
        return found

    def objective(self, told: str, home: Place, path: Path) -> Objective | None:
        place, key = self._place(told, home)
        found = self.objectives.get((place, key)) if place else None
        if found is None:
            self.unknown(path, "objective", told, [key for _, key in self.objectives])
        return found

    def result(self, told: str, home: Place | None, path: Path) -> KeyResult | None:
        """The key result of this name: at home, or without a home wherever there is only one."""
        place, key = self._place(told, home)
        if place is not None and (found := self.results.get((place, key))):
            return found
        others = [] if home or "/" in told else self._called.get(key, [])
        if len(others) == 1:
            return others[0]
        if others:
            names = " or ".join(sorted(self.full(one) for one in others)[:3])
            self.fault(path, f"several key results are called “{told}”: write {names}")
        else:
            self.unknown(path, "key result", told, self._called)
        return None

    def _place(self, told: str, home: Place | None) -> tuple[Place | None, str]:
        if "/" not in told:
            return home, told
        cycle_key, team_key, key = told.split("/")
        cycle, team = self.cycles.get(cycle_key), self.teams.get(team_key)
        return ((cycle.id, team.id) if cycle and team else None), key

    def index(self) -> None:
        """Once every key result of the document is there: which bear the same key."""
        self._called.clear()
        for (_, key), one in self.results.items():
            self._called[key].append(one)

    def full(self, row: KeyResult) -> str:
        """`cycle/team/key`."""
        cycle = next(one.key for one in self.cycles.values() if one.id == row.cycle_id)
        team = next(one.key for one in self.teams.values() if one.id == row.team_id)
        return f"{cycle}/{team}/{row.key}"


async def load(work: Work) -> None:
    """What the store holds, in a dozen statements."""
    session, place = work.session, work.workspace_id
    work.teams = {one.key: one for one in await _all(session, Team, place)}
    work.functions = {
        (one.team_id, one.member_id): one for one in await _all(session, TeamMember, place)
    }
    work.cycles = {one.key: one for one in await _all(session, Cycle, place)}
    work.places = {
        (one.cycle_id, one.team_id): one for one in await _all(session, TeamCycle, place)
    }
    cycles, homes, keys = _named(work)
    for objective in await _of(session, Objective, Objective.team_id, homes):
        if objective.cycle_id in cycles:
            at = (objective.cycle_id, objective.team_id)
            work.objectives[at, objective.key] = objective
    found = await _of(session, KeyResult, KeyResult.team_id, homes)
    found += await _of(session, KeyResult, KeyResult.key, keys, KeyResult.workspace_id == place)
    for result in found:
        if result.cycle_id in cycles or result.key in keys:
            work.results[(result.cycle_id, result.team_id), result.key] = result
    ids = [one.id for one in work.results.values()]
    for owner in await _of(session, KeyResultOwner, KeyResultOwner.key_result_id, ids):
        work.owners[owner.key_result_id].append(owner)
    for amendment in await _of(session, Amendment, Amendment.key_result_id, ids):
        work.amendments[amendment.key_result_id].append(amendment)


def _named(work: Work) -> tuple[set[int], set[int], set[str]]:
    """Cycles and teams whose goals the document names, and keys that it names alone."""
    told, named = work.document, [f"{one.cycle}/{one.team}/" for one in work.document.objectives]
    for objective in told.objectives:
        named += [objective.parent or "", *(one.guardrail or "" for one in objective.key_results)]
    alone = {one.key_result for one in told.check_ins} | {one.key_result for one in told.grades}
    parts = [one.split("/") for one in (*named, *alone) if "/" in one]
    cycles = {work.cycles[one].id for one, *_ in parts if one in work.cycles}
    homes = {work.teams[one].id for _, one, _ in parts if one in work.teams}
    return cycles, homes, {one for one in alone if "/" not in one}


async def _all(session: AsyncSession, table: type[Row], workspace_id: int) -> Sequence[Row]:
    columns = table.__table__.c
    rows = await session.scalars(
        select(table).where(columns.workspace_id == workspace_id).order_by(columns.id)
    )
    return rows.all()


async def _of(
    session: AsyncSession, table: type[Row], column: Any, wanted: Collection[Any], *more: Any
) -> list[Row]:
    """Rows whose column is one of those wanted, as they were added."""
    found: list[Row] = []
    for part in chunks(sorted(wanted)):
        query = select(table).where(column.in_(part), *more).order_by(table.__table__.c.id)
        found += (await session.scalars(query)).all()
    return found


def write(row: Base, wanted: Mapping[str, object]) -> bool:
    """Set what differs; True when anything did."""
    different = {name: told for name, told in wanted.items() if getattr(row, name) != told}
    for name, told in different.items():
        setattr(row, name, told)
    return bool(different)


def chunks(ids: Sequence[Id]) -> Iterable[Sequence[Id]]:
    return (ids[at : at + CHUNK] for at in range(0, len(ids), CHUNK))


async def meet(work: Work, users: Iterable[str]) -> None:
    """Everybody whom the document names; who is not known yet is written down."""
    wanted = sorted({*users})
    await _known(work, wanted)
    missing = [one for one in wanted if one not in work.members]
    rows = [{"workspace_id": work.workspace_id, "user_id": one} for one in missing]
    await insert_all(work.session, Member, rows, "user_id")
    await _known(work, missing)
    work.newcomers = set(missing)


async def _known(work: Work, users: Sequence[str]) -> None:
    for at in range(0, len(users), CHUNK):
        rows = await work.session.scalars(
            select(Member).where(
                Member.workspace_id == work.workspace_id,
                Member.user_id.in_(users[at : at + CHUNK]),
            )
        )
        work.members |= {one.user_id: one for one in rows}
