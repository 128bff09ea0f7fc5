"""The grid of progress: count, level, spread and trend of each cell. Pure; docs/progress.md."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import combinations
from math import sqrt
from statistics import fmean, median, quantiles

from bot.plans.aiming import NEWEST
from bot.scoring.rules import ENOUGH, Cell

MOCKS = ""  # the family of mock interviews
SPREADS = 4  # marks before a spread says anything
TRENDS = 6  # marks before a trend is looked for
LATELY = 12  # marks that a trend is looked for in
SURE = 1.96  # z beyond which chance alone brings a trend once in twenty times
NOTICEABLE = 0.3  # of a mark, below which a trend is not worth a word
STEADY = 0.5  # of a mark, up to which a spread is called steady


@dataclass(frozen=True)
class Answer:
    """What one answer or one partner's form gave: marks and `overall` from 0 to 4.

    `family` is the drill's, `MOCKS` for mock interviews. `partner`: a partner in a mock gave it.
    """

    at: datetime
    family: str
    marks: Mapping[Cell, float]
    overall: float | None = None
    partner: bool = False


@dataclass(frozen=True)
class Figure:
    """One cell: so many marks, `peers` of them by partners; None where there are too few.

    `level` is a mark over the newest `over`. `spread` is half the middle half of them. `trend` is
    the change over the newest `watched` marks, None where they do not carry one.
    """

    count: int = 0
    peers: int = 0
    level: float | None = None
    over: int = 0
    spread: float | None = None
    trend: float | None = None
    watched: int = 0

    @property
    def steady(self) -> bool:
        return self.spread is not None and is_steady(self.spread)


@dataclass(frozen=True)
class Row:
    """A family, or everything: how many answers with a mark, and its cells."""

    family: str
    answers: int
    cells: Mapping[Cell, Figure]

    @property
    def marks(self) -> int:
        return sum(one.count for one in self.cells.values())


@dataclass(frozen=True)
class Grid:
    """Everything together, and each practised family, the one with the most marks first."""

    whole: Row = field(default_factory=lambda: Row(MOCKS, 0, {}))
    families: tuple[Row, ...] = ()


def grid(answers: Iterable[Answer]) -> Grid:
    """The figures of these answers, in any order; those without a mark do not count."""
    known = sorted((one for one in answers if one.marks), key=lambda one: one.at)
    kinds = Counter(one.family for one in known)
    rows = [_row(kind, [one for one in known if one.family == kind]) for kind in kinds]
    rows.sort(key=lambda one: (-one.marks, one.family))
    return Grid(_row(MOCKS, known), tuple(rows))


def _row(family: str, answers: Sequence[Answer]) -> Row:
    cells = {}
    for cell in Cell:
        given = [one for one in answers if cell in one.marks]
        peers = sum(one.partner for one in given)
        cells[cell] = figure([one.marks[cell] for one in given], peers)
    return Row(family, len(answers), cells)


def figure(marks: Sequence[float], peers: int = 0) -> Figure:
    """The figures of a cell's marks, oldest first."""
    newest, lately = marks[-NEWEST:], marks[-LATELY:]
    known, watched = len(marks) >= ENOUGH, len(marks) >= TRENDS
    return Figure(
        count=len(marks),
        peers=peers,
        level=fmean(newest) if known else None,
        over=len(newest) if known else 0,
        spread=spread(newest) if len(newest) >= SPREADS else None,
        trend=trend(lately) if watched else None,
        watched=len(lately) if watched else 0,
    )


def spread(marks: Sequence[float]) -> float:
    """Half the distance between the quartiles of two marks or more.

    Quartiles by Hyndman and Fan (1996), type 7.
    """
    low, _, high = quantiles(marks, n=4, method="inclusive")
    return (high - low) / 2


def is_steady(spread: float) -> bool:
    """As people see it, to a tenth."""
    return round(spread, 1) <= STEADY


def trend(marks: Sequence[float]) -> float | None:
    """The change over these marks, oldest first; None where chance may have brought it.

    Test: Mann and Kendall's, corrected for ties (Kendall 1975). Size: Theil and Sen's slope (1968)
    times the steps between the first mark and the last.
    """
    size = len(marks)
    pairs = list(combinations(range(size), 2))
    rises = sum((marks[b] > marks[a]) - (marks[b] < marks[a]) for a, b in pairs)
    equal = Counter(marks).values()
    tied = sum(count * (count - 1) * (2 * count + 5) for count in equal)
    variance = (size * (size - 1) * (2 * size + 5) - tied) / 18
    if variance <= 0 or (abs(rises) - 1) / sqrt(variance) < SURE:
        return None
    change = median((marks[b] - marks[a]) / (b - a) for a, b in pairs) * (size - 1)
    return change if abs(change) >= NOTICEABLE else None


def weakest(cells: Mapping[Cell, Figure]) -> Cell | None:
    """The known cell with the lowest level, the first of equals; None while none is known."""
    known = {cell: one.level for cell in Cell if (one := cells.get(cell)) and one.level is not None}
    return min(known, key=lambda cell: known[cell] or 0.0, default=None)
