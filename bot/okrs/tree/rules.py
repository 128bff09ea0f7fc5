"""How objectives hang under their parents, laid out line by line. Pure."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.okrs.health import ObjectiveStanding, Standing


@dataclass(frozen=True)
class Node:
    """An objective by its ids; `parent_id` may name one that is not among the nodes."""

    id: int
    parent_id: int | None
    team_id: int


@dataclass(frozen=True)
class Placed:
    """An objective's line: `depth` 0 at the top; an orphan has neither parent nor children."""

    id: int
    depth: int
    orphan: bool = False


@dataclass(frozen=True)
class TreeKeyResult:
    """A key result's line. `titles` name its guardrail, by id."""

    title: str
    standing: Standing
    titles: Mapping[int, str]


@dataclass(frozen=True)
class TreeLine:
    """An objective with its team; `parent` is the title of a parent that stands elsewhere."""

    depth: int
    orphan: bool
    title: str
    team: str
    standing: ObjectiveStanding
    key_results: tuple[TreeKeyResult, ...]
    parent: str = ""


@dataclass(frozen=True)
class Tree:
    """One page of a cycle's tree; `page` counts from 0. `team_id` is 0 for all teams.

    `cycles` and `teams` are (id, name) of what one can look at instead.
    """

    cycle_id: int
    cycle: str
    team_id: int
    page: int
    pages: int
    count: int  # objectives on all pages
    lines: tuple[TreeLine, ...]
    cycles: tuple[tuple[int, str], ...]
    teams: tuple[tuple[int, str], ...]


def laid(nodes: Sequence[Node], team_id: int = 0) -> list[Placed]:
    """Every objective once, below its parent, in the order given; orphans last.

    Without any alignment there are no orphans: nothing hangs anywhere. Of a circle of parents
    the first is taken as its top. `team_id` keeps that team's objectives with all that hang
    above and below them.
    """
    known = {one.id: one for one in nodes}
    children: dict[int | None, list[int]] = defaultdict(list)
    for one in nodes:
        children[one.parent_id if one.parent_id in known else None].append(one.id)
    seen: set[int] = set()
    placed = [line for top in children[None] for line in _below(top, children, seen)]
    for one in nodes:  # what no top leads to hangs in a circle
        if one.id not in seen:
            placed += _below(one.id, children, seen)
    if team_id:
        kept = _related(known, children, team_id)
        placed = [one for one in placed if one.id in kept]
    return _orphans_last(placed, known, children)


def _below(top: int, children: Mapping[int | None, list[int]], seen: set[int]) -> Iterable[Placed]:
    waiting = [(top, 0)]
    while waiting:
        one, depth = waiting.pop()
        if one in seen:
            continue
        seen.add(one)
        yield Placed(one, depth)
        waiting += [(child, depth + 1) for child in reversed(children.get(one, []))]


def _related(
    known: Mapping[int, Node], children: Mapping[int | None, list[int]], team_id: int
) -> set[int]:
    own = [one.id for one in known.values() if one.team_id == team_id]
    below: set[int] = set()
    for one in own:
        list(_below(one, children, below))  # notes in `below` what it sees
    return below | {up for one in own for up in above(one, _parents(known))}


def _parents(known: Mapping[int, Node]) -> dict[int, int | None]:
    return {one.id: one.parent_id if one.parent_id in known else None for one in known.values()}


def above(objective_id: int, parent_of: Mapping[int, int | None]) -> list[int]:
    """Its parent, the parent's parent and so on, each once, also where they form a circle."""
    found: list[int] = []
    up = parent_of.get(objective_id)
    while up is not None and up not in found and up != objective_id:
        found.append(up)
        up = parent_of.get(up)
    return found


def circular(objective_id: int, parent_id: int, parent_of: Mapping[int, int | None]) -> bool:
    """Would this parent make the objective hang under itself?"""
    return objective_id == parent_id or objective_id in above(parent_id, parent_of)


def _orphans_last(
    placed: Sequence[Placed], known: Mapping[int, Node], children: Mapping[int | None, list[int]]
) -> list[Placed]:
    aligned = {one.id for one in known.values() if one.parent_id is not None}
    if not aligned:
        return list(placed)
    hanging: Collection[int] = aligned | {one.id for one in placed if children.get(one.id)}
    tied = [one for one in placed if one.id in hanging]
    return tied + [Placed(one.id, 0, True) for one in placed if one.id not in hanging]
