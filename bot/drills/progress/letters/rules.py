"""What the monthly letter finds in a month, and what it suggests. Pure; docs/progress.md."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from statistics import fmean

from bot.drills.progress import rules
from bot.drills.progress.rules import Answer
from bot.people.rules import zone
from bot.plans.letters.rules import bounds, month_after, month_before
from bot.scoring.rules import ENOUGH, Cell

ANSWERS = 3  # with a mark, before there is a letter
CLEAR = 0.4  # of a mark, between two means
PAIRS = 0.75  # of all pairs (Vargha and Delaney 2000)
SPREADS = 5  # marks in each month before spreads are held against each other
NARROWER = 0.3  # of a mark
GAP = 0.5  # of a mark, between one's own and the scorer's


class Found(StrEnum):
    """The findings; the first that a month carries is told."""

    rose = "rose"
    steadier = "steadier"
    strength = "strength"
    otherwise = "otherwise"
    to_win = "to_win"
    done = "done"


class Next(StrEnum):
    """What a letter suggests."""

    blitz = "blitz"
    mock = "mock"
    track = "track"
    own_marks = "own_marks"
    drill = "drill"


@dataclass(frozen=True)
class Own:
    """A member's own mark of a cell, given blind, beside the scorer's."""

    cell: Cell
    own: float
    scorer: float


@dataclass(frozen=True)
class Finding:
    """One thing that the month says.

    `now` and `before`: means from 0 to 4, or spreads; of a strength the family's and the others';
    of a gap one's own and the scorer's. `over` marks or answers are behind `now`.
    """

    found: Found
    cell: Cell | None = None
    family: str = ""
    now: float = 0.0
    before: float = 0.0
    over: int = 0
    over_before: int = 0


@dataclass(frozen=True)
class Dot:
    """A mark on a day of the month, 1 to 31."""

    day: int
    mark: float
    partner: bool = False


@dataclass(frozen=True)
class Course:
    """A cell's month: its marks by day, its mean and that of the month before, from three on."""

    cell: Cell
    dots: tuple[Dot, ...] = ()
    level: float | None = None
    before: float | None = None


@dataclass(frozen=True)
class Letter:
    """A month in figures: `first` is its first day, `length` its days, `days` those practised."""

    first: date
    length: int
    answers: int
    days: int
    finding: Finding
    then: Next
    weakest: Cell | None
    courses: tuple[Course, ...]


def letter(answers: Sequence[Answer], owns: Sequence[Own], first: date, tz: str) -> Letter | None:
    """The letter about the month that begins on `first`; None with fewer than three answers.

    `answers` are all that the member has, `owns` the month's marks of their own.
    """
    month = within(answers, first, tz)
    given = [one for one in month if not one.partner and one.marks]
    if len(given) < ANSWERS:
        return None
    before = within(answers, month_before(first), tz)
    cells = rules.grid(answers).whole.cells
    weakest = rules.weakest(cells)
    days = {_local(one.at, tz) for one in given}
    found = finding(month, before, owns, weakest, len(given), len(days))
    return Letter(
        first,
        (month_after(first) - first).days,
        len(given),
        len(days),
        found,
        suggestion(found, weakest),
        weakest,
        tuple(_course(cell, month, before, tz) for cell in Cell),
    )


def within(answers: Iterable[Answer], first: date, tz: str) -> list[Answer]:
    """Those of the month, oldest first."""
    begins, ends = bounds(first, tz)
    return sorted((one for one in answers if begins <= one.at < ends), key=lambda one: one.at)


def _local(at: datetime, tz: str) -> date:
    return at.astimezone(zone(tz)).date()


def _course(cell: Cell, month: Sequence[Answer], before: Sequence[Answer], tz: str) -> Course:
    dots = tuple(
        Dot(_local(one.at, tz).day, one.marks[cell], one.partner)
        for one in month
        if cell in one.marks
    )
    return Course(cell, dots, _level(_marks(month, cell)), _level(_marks(before, cell)))


def _marks(answers: Iterable[Answer], cell: Cell) -> list[float]:
    return [one.marks[cell] for one in answers if cell in one.marks]


def _level(marks: Sequence[float]) -> float | None:
    return fmean(marks) if len(marks) >= ENOUGH else None


# --- the finding --------------------------------------------------------------------------------


def finding(
    month: Sequence[Answer],
    before: Sequence[Answer],
    owns: Sequence[Own],
    weakest: Cell | None,
    answers: int,
    days: int,
) -> Finding:
    """The first in the order of docs/progress.md that the month carries."""
    return (
        _rose(month, before)
        or _steadier(month, before)
        or _strength(month)
        or _otherwise(owns)
        or _to_win(month, weakest)
        or Finding(Found.done, now=float(answers), over=days)
    )


def _largest(found: Mapping[Finding, float]) -> Finding | None:
    """The first of those with the largest size."""
    return max(found, key=lambda one: found[one], default=None)


def _rose(month: Sequence[Answer], before: Sequence[Answer]) -> Finding | None:
    found = {}
    for cell in Cell:
        new, old = _marks(month, cell), _marks(before, cell)
        if _higher(new, old):
            one = Finding(Found.rose, cell, "", fmean(new), fmean(old), len(new), len(old))
            found[one] = one.now - one.before
    return _largest(found)


def _higher(new: Sequence[float], old: Sequence[float]) -> bool:
    """Enough marks, clearly higher, and not by a few of them alone."""
    if len(new) < ENOUGH or len(old) < ENOUGH or fmean(new) - fmean(old) < CLEAR - 1e-9:
        return False
    won = sum((a > b) + (a == b) / 2 for a in new for b in old)
    return won / (len(new) * len(old)) >= PAIRS


def _steadier(month: Sequence[Answer], before: Sequence[Answer]) -> Finding | None:
    found = {}
    for cell in Cell:
        new, old = _marks(month, cell), _marks(before, cell)
        if len(new) < SPREADS or len(old) < SPREADS or fmean(old) - fmean(new) >= NARROWER:
            continue
        now, then = rules.spread(new), rules.spread(old)
        if rules.is_steady(now) and then - now >= NARROWER - 1e-9:
            one = Finding(Found.steadier, cell, "", now, then, len(new), len(old))
            found[one] = then - now
    return _largest(found)


def _strength(month: Sequence[Answer]) -> Finding | None:
    found = {}
    wholes = [
        (one.family, one.overall)
        for one in month
        if one.overall is not None and one.marks and not one.partner
    ]
    for family in sorted({name for name, _ in wholes}):
        its = [mark for name, mark in wholes if name == family]
        others = [mark for name, mark in wholes if name != family]
        if _higher(its, others):
            over = (len(its), len(others))
            one = Finding(Found.strength, None, family, fmean(its), fmean(others), *over)
            found[one] = one.now - one.before
    return _largest(found)


def _otherwise(owns: Sequence[Own]) -> Finding | None:
    found = {}
    for cell in Cell:
        mine = [one for one in owns if one.cell == cell]
        if len(mine) < ENOUGH:
            continue
        gaps = [one.own - one.scorer for one in mine]
        mean = fmean(gaps)
        same = sum(gap * mean > 0 for gap in gaps)
        if abs(mean) >= GAP - 1e-9 and same / len(gaps) >= PAIRS:
            own, scorer = fmean(one.own for one in mine), fmean(one.scorer for one in mine)
            one = Finding(Found.otherwise, cell, "", own, scorer, len(mine))
            found[one] = abs(mean)
    return _largest(found)


def _to_win(month: Sequence[Answer], weakest: Cell | None) -> Finding | None:
    marks = {cell: _marks(month, cell) for cell in Cell}
    if weakest is None or len(marks[weakest]) < ENOUGH:
        return None
    others = [fmean(marks[cell]) for cell in Cell if cell != weakest and len(marks[cell]) >= ENOUGH]
    level = fmean(marks[weakest])
    if not others or min(others) - level < NARROWER - 1e-9:
        return None
    return Finding(Found.to_win, weakest, "", level, min(others), len(marks[weakest]))


def suggestion(found: Finding, weakest: Cell | None) -> Next:
    """The one thing to do that fits."""
    fits = {
        Found.steadier: Next.mock,
        Found.strength: Next.track,
        Found.otherwise: Next.own_marks,
        Found.done: Next.drill,
    }
    blitz = Next.blitz if weakest is not None else Next.drill
    return fits.get(found.found, blitz)
