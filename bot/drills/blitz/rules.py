"""Which drills a blitz brings back, and what came of them. Pure; `docs/plan.md` in arithmetic."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from bot.plans.choosing import Past
from bot.scoring.rules import Cell

MOST = 3  # drills in a blitz
LAST = 5.0  # beyond every mark: an answer without one in the cell comes after those with one


@dataclass(frozen=True)
class Pick:
    """A drill for a blitz, and the mark of its newest answer in the cell; None: not assessed."""

    drill_id: str
    before: float | None


def pick(past: Sequence[Past], cell: Cell, today: date, asks: Collection[str]) -> list[Pick]:
    """Up to three answered drills: the lowest mark first, then longest ago.

    `past` is newest first; `asks` are the drills of the bank that ask for the cell. What was
    answered today is left out.
    """
    newest: dict[str, Past] = {}
    for one in past:
        if one.answered and one.drill_id in asks:
            newest.setdefault(one.drill_id, one)
    left = [one for one in reversed(newest.values()) if one.day != today]
    left.sort(key=lambda one: one.marks.get(cell, LAST))  # a stable sort: the oldest stays first
    return [Pick(one.drill_id, one.marks.get(cell)) for one in left[:MOST]]


@dataclass(frozen=True)
class Turn:
    """Which drill of a blitz one is, and what it got in the cell before (0 to 4)."""

    blitz_id: int
    cell: Cell
    number: int  # from 1
    of: int
    before: float | None = None
    daily: bool = False  # the day's drill is the first of the blitz


def read_turn(stored: Mapping[str, Any]) -> Turn:
    """A turn as `service.told` keeps it with its session."""
    return Turn(
        int(stored["id"]),
        Cell(stored["cell"]),
        int(stored["number"]),
        int(stored["of"]),
        stored["before"],
        bool(stored["daily"]),
    )


@dataclass(frozen=True)
class Step:
    """One drill of a blitz that was opened; marks of the blitz's cell, 0 to 4, None: not assessed.

    `before` stood when the blitz began. `opening`: how the drill begins.
    """

    opening: str
    answered: bool
    before: float | None
    after: float | None


class Ending(StrEnum):
    """What stands under a drill's closing card."""

    NEXT = "next"  # the buttons that open the next drill and end the blitz
    SUMMARY = "summary"  # the blitz is over
    NOTHING = "nothing"  # a later drill of the blitz is under way, or its card has the rest


@dataclass(frozen=True)
class Told:
    """What the closing card of one drill of a blitz says; `steps` are all that were opened."""

    turn: Turn
    step: Step
    steps: Sequence[Step]
    ending: Ending


@dataclass(frozen=True)
class Compared:
    """Means over the drills of a blitz that have both marks."""

    before: float
    after: float
    count: int


def compared(steps: Sequence[Step]) -> Compared | None:
    """None when no drill has a mark before and now."""
    both = [
        (one.before, one.after)
        for one in steps
        if one.answered and one.before is not None and one.after is not None
    ]
    if not both:
        return None
    count = len(both)
    before, after = (sum(marks) / count for marks in zip(*both, strict=True))
    return Compared(before, after, count)
