"""What a member's past says of the next drill: the cell to aim at, and how hard it may be. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from bot.plans.bank import Bank
from bot.scoring.rules import ENOUGH, Cell

NEWEST = 6  # marks that make a cell's level
GOOD = 2.5  # a mark after which the next drill is a step harder
LOW = 1.5  # two marks under it, and the next is a step easier
MISSED = 2.0  # overall under which a drill comes back
OFF = 2.5  # overall from which it comes back no more
HARDEST = 2


@dataclass(slots=True)  # not frozen: that is slow to build, and a batch reads 200,000 of them
class Past:
    """One session of the past. Sequences of them are newest first.

    `answered`: a scorecard stands, and `overall` and `marks` (0 to 4; cells that were not
    assessed are left out) are its own. `day` is the member's local date of the answer, or of the
    drill without one. `sent` is false when the message never went out.
    """

    drill_id: str
    family: str
    day: date
    kind: str = "daily"  # daily, now, team, blitz
    answered: bool = False
    overall: float | None = None
    marks: Mapping[Cell, float] = field(default_factory=dict)
    aim: Cell | None = None
    back: bool = False
    sent: bool = True
    stage: str | None = None


@dataclass(frozen=True, slots=True)
class Level:
    """The mean of a cell's newest six marks, and over how many of them it goes (3 to 6)."""

    mean: float
    marks: int


class Step(StrEnum):
    """How the rung of the ladder was found."""

    FIRST = "first"  # no good mark in the aim yet
    UP = "up"  # one step above the last good one
    TOP = "top"  # the last good one was hard already
    DOWN = "down"  # the two newest marks were low


def levels(marks: Iterable[Mapping[Cell, float]]) -> dict[Cell, Level]:
    """The known cells, from marks in drills and mocks, newest first."""
    found: dict[Cell, list[float]] = {cell: [] for cell in Cell}
    for one in marks:
        for cell, mark in one.items():
            if len(found[cell]) < NEWEST:
                found[cell].append(mark)
    return {
        cell: Level(sum(given) / len(given), len(given))
        for cell, given in found.items()
        if len(given) >= ENOUGH
    }


def weakest(known: Mapping[Cell, Level]) -> Cell | None:
    """The known cell with the lowest level, the first in the rubric's order among equals."""
    return min((cell for cell in Cell if cell in known), key=lambda one: known[one].mean,
               default=None)  # fmt: skip


def aim(known: Mapping[Cell, Level], past: Sequence[Past]) -> Cell:
    """The weakest cell two drills of three; else, and while none is known, each in turn."""
    aims = [one.aim for one in past if one.aim is not None and one.sent]
    weak = weakest(known)
    if weak is not None and aims[:2] != [weak, weak]:
        return weak
    # Never first, then longest ago; the rubric's order among equals.
    others = [cell for cell in Cell if cell != weak]
    return max(others, key=lambda one: aims.index(one) if one in aims else len(aims))


def ladder(bank: Bank, past: Sequence[Past], cell: Cell) -> tuple[int, Step]:
    """The rung for this cell, 0 to 2: one step above the last drill done well in it."""
    marked = [
        (one.marks[cell], bank.drills[one.drill_id].difficulty)
        for one in past
        if cell in one.marks and one.drill_id in bank.drills
    ]
    if len(marked) > 1 and marked[0][0] < LOW and marked[1][0] < LOW:
        return max(marked[0][1] - 1, 0), Step.DOWN
    for mark, difficulty in marked:
        if mark >= GOOD:
            top = difficulty == HARDEST
            return min(difficulty + 1, HARDEST), Step.TOP if top else Step.UP
    return 0, Step.FIRST


def lately_met(past: Sequence[Past]) -> list[str]:
    """The families of the last two drills that came to the member, newest first.

    A team's drill in a channel is not one of them.
    """
    sent = (one.family for one in past if one.sent and one.kind != "team")
    return [family for family, _ in zip(sent, range(2), strict=False)]
