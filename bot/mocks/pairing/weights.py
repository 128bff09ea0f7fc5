"""What makes a good pair, in numbers that a workspace can change: `mocks/weights.toml`.

All points are of one kind: a pair's weight is their sum. The defaults here and the file that
ships with the bot are the same; a test compares them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

LIMIT = 100.0  # points a term may be worth; keeps sums exact in whole numbers


@dataclass(frozen=True)
class Points:
    """Points of each term at its full size; 0 switches a term off. 0 to 100.

    `level` and `repeat` are taken away, the others given.
    """

    complement: float = 4.0
    overlap: float = 1.5
    level: float = 2.0
    types: float = 2.0
    repeat: float = 12.0
    reliability: float = 1.5
    waiting: float = 10.0


@dataclass(frozen=True)
class Shape:
    """`enough_hours` (0.25 to 100) shared count fully; a repeat halves every `half_life_weeks`
    (0.1 to 520); sitting out is looked for in the last `rounds` (1 to 52) rounds."""

    enough_hours: float = 6.0
    half_life_weeks: float = 26.0
    rounds: float = 8.0


@dataclass(frozen=True)
class Hours:
    """The waking hours, local, 0 to 24: nobody is asked to meet outside them."""

    wake: float = 7.0
    sleep: float = 22.0


@dataclass(frozen=True)
class Thinning:
    """Up to `exact` members (2 to 1,000) every edge is used; beyond, `candidates` a member
    (5 to 200)."""

    exact: float = 300.0
    candidates: float = 25.0


@dataclass(frozen=True)
class Outcomes:
    """How much of a repeat it is after each outcome, 0 to 1; `other` is any outcome not named."""

    met: float = 1.0
    not_yet: float = 0.5
    could_not: float = 0.25
    no_show: float = 0.5
    other: float = 1.0

    def of(self, outcome: str) -> float:
        value = getattr(self, outcome, None)
        return value if isinstance(value, float) else self.other


@dataclass(frozen=True)
class Weights:
    """Everything `mocks/weights.toml` can say."""

    points: Points = field(default_factory=Points)
    shape: Shape = field(default_factory=Shape)
    hours: Hours = field(default_factory=Hours)
    thinning: Thinning = field(default_factory=Thinning)
    outcomes: Outcomes = field(default_factory=Outcomes)

    def changed(self, table: Mapping[str, Any]) -> "Weights":
        """With what a table names. Raises ValueError: field, what is wrong, what it may be."""
        parts = {name: getattr(self, name) for name in (one.name for one in fields(self))}
        for name, given in table.items():
            if name not in parts:
                raise ValueError(f"{name}: is not known; it may be {', '.join(parts)}")
            if not isinstance(given, Mapping):
                raise ValueError(f"{name}: must be a table, [{name}]")  # noqa: TRY004  # of a file, not a type
            parts[name] = replace(parts[name], **_numbers(name, parts[name], given))
        made = Weights(**parts)
        if made.hours.sleep - made.hours.wake < 1:
            raise ValueError("hours.sleep: must be an hour or more after hours.wake")
        return made


BOUNDS = {
    "points": (0.0, LIMIT),
    "outcomes": (0.0, 1.0),
    "hours": (0.0, 24.0),
    "shape.enough_hours": (0.25, 100.0),
    "shape.half_life_weeks": (0.1, 520.0),
    "shape.rounds": (1.0, 52.0),
    "thinning.exact": (2.0, 1000.0),
    "thinning.candidates": (5.0, 200.0),
}


def _numbers(part: str, now: Any, given: Mapping[str, Any]) -> dict[str, float]:
    known = [one.name for one in fields(now)]
    read = {}
    for name, value in given.items():
        where = f"{part}.{name}"
        if name not in known:
            raise ValueError(f"{where}: is not known; it may be {', '.join(known)}")
        low, high = BOUNDS.get(where) or BOUNDS[part]
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not low <= value <= high:
            raise ValueError(f"{where}: must be a number from {low:g} to {high:g}")
        read[name] = float(value)
    return read
