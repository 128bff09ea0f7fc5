"""Why these people, in sentences, from the terms of their weight."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, permutations

from bot.mocks.pairing.pool import Member

MOST = 4  # sentences
LEAD = 1.0  # levels ahead in a cell that are worth a sentence
ALONE = {
    "no_windows": "No free times are given, so there was nobody to look for.",
    "no_hour": "No free hour lies between the morning and the evening of the own zone.",
    "only_one": "Nobody else takes part this week.",
    "nobody_fits": "Nobody who could be asked has a free hour at the same time.",
    "all_taken": "Everybody who could be asked meets somebody else this week; next time this is "
    "made up for.",
}


@dataclass(frozen=True)
class Facts:
    """A group as the sentences need it.

    `shared`: free hours of all in the week; `weeks`: how long ago two of them met, by their ids
    in order; `waited`: who had no partner in the last round; `terms`: points.
    """

    members: tuple[Member, ...]
    shared: float
    weeks: Mapping[tuple[str, str], int]
    waited: frozenset[str]
    terms: Mapping[str, float]


def alone(code: str) -> str:
    """Why somebody has no partner."""
    return ALONE[code]


def reasons(facts: Facts) -> tuple[str, ...]:
    """Up to four sentences, those of the terms that weigh most first; never none."""
    order = sorted(facts.terms, key=lambda name: -abs(facts.terms[name]))
    said = [line for name in order for line in TELLING[name](facts) if facts.terms[name] or name
            in ("repeat", "level")]  # fmt: skip
    return tuple(said[:MOST]) or (f"You share {_hours(facts.shared)} this week.",)


def _complement(facts: Facts) -> Iterator[str]:
    leads = [
        (one.cells[cell] - other.cells[cell], cell, one.id, other.id)
        for one, other in permutations(facts.members, 2)
        for cell in sorted(one.cells.keys() & other.cells.keys())
        if one.cells[cell] - other.cells[cell] >= LEAD
    ]
    told: set[str] = set()
    for _, cell, strong, weak in sorted(leads, key=lambda one: (-one[0], one[1:])):
        if strong not in told and len(told) < 2:
            told.add(strong)
            yield f"{strong} is ahead in {cell.replace('_', ' ')}, where {weak} has room to grow."


def _overlap(facts: Facts) -> Iterator[str]:
    yield f"You share {_hours(facts.shared)} this week."


def _hours(hours: float) -> str:
    return "1 free hour" if hours == 1 else f"{hours:g} free hours"


def _level(facts: Facts) -> Iterator[str]:
    levels = [one.level for one in facts.members if one.level is not None]
    if len(levels) < len(facts.members):
        return
    apart = max(levels) - min(levels)
    if apart == 0:
        yield "You are at the same level."
    elif apart <= 1:
        yield "You are at most one level apart."


def _types(facts: Facts) -> Iterator[str]:
    named = [one.types for one in facts.members if one.types]
    shared = sorted(frozenset.intersection(*named)) if len(named) > 1 else []
    if shared:
        listed = ", ".join(one.replace("_", " ").replace("-", " ") for one in shared[:3])
        yield f"You practise the same interviews: {listed}."


def _repeat(facts: Facts) -> Iterator[str]:
    pairs = list(combinations(sorted(one.id for one in facts.members), 2))
    if not any(two in facts.weeks for two in pairs):
        yield "You have not been paired before."
        return
    for two in pairs:
        weeks = facts.weeks.get(two)
        if weeks is not None and weeks > 0:
            ago = "1 week" if weeks == 1 else f"{weeks} weeks"
            yield f"{two[0]} and {two[1]} were last paired {ago} ago."


def _reliability(facts: Facts) -> Iterator[str]:
    if all(one.reliability >= 0.9 for one in facts.members):
        yield "All of you keep your appointments."


def _waiting(facts: Facts) -> Iterator[str]:
    for who in sorted(facts.waited):
        yield f"{who} had no partner in the last round and so comes first."


TELLING: Mapping[str, Callable[[Facts], Iterator[str]]] = {
    "complement": _complement,
    "overlap": _overlap,
    "level": _level,
    "types": _types,
    "repeat": _repeat,
    "reliability": _reliability,
    "waiting": _waiting,
}
