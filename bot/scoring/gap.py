"""How one rater's marks lie beside others' marks of the same texts, or the same people. Pure.

A gap is *own mark − other mark*: above 0 the rater is kinder, below 0 harsher. Nothing here
changes a mark; the figures are told to the person they are about, and how somebody marks partners
to those whom they marked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt
from statistics import NormalDist

from bot.scoring.rules import Cell

ENOUGH = 3  # blind answers before anything is said of a rater
LOOKS_BACK = 20  # answers; what is older says little of the rater of today
LAST = 5  # gaps that are told one by one
LEVEL = 0.95  # of the interval
MOST = 4.0  # no two marks lie further apart

# What is held of a rater before any answer: one answer's worth of *no harshness at all*, and two
# answers' worth of a spread of half a mark between answers.
PRIOR_ANSWERS, PRIOR_SPREAD_ANSWERS, PRIOR_SPREAD = 1.0, 2.0, 0.5

Marks = Mapping[Cell, float]


@dataclass(frozen=True)
class Compared:
    """One text: the rater's own marks, 0 to 4, the bot's, and other people's of the same text.

    Of a mock interview the bot has marked nothing: `bot` is its mean for each cell of the person
    who was marked. Where one marks somebody else, `peers` has each other partner's mean for them.
    """

    own: Marks
    bot: Marks
    peers: tuple[Marks, ...] = ()
    mock: bool = False


@dataclass(frozen=True)
class CellGap:
    """A cell's mean gap over so many answers; `last` has the newest at its end."""

    mean: float
    count: int
    last: tuple[float, ...]


@dataclass(frozen=True)
class Harshness:
    """A rater's constant distance from the others, in marks; below 0 the rater is harsher.

    The true one lies within `offset ± give` with 95 % probability, after so many answers.
    """

    offset: float
    give: float
    answers: int

    @property
    def could_be_chance(self) -> bool:
        """Is no harshness at all within the interval?"""
        return abs(self.offset) <= self.give


@dataclass(frozen=True)
class SeenSelf:
    """How a person marks themselves, over so many answers and mocks that others have marked too.

    `cells`: the gap to the bot. `partners`: the gap to partners, over mocks. `mocks`: how many of
    the answers are mocks.
    """

    answers: int
    cells: Mapping[Cell, CellGap]
    harshness: Harshness | None
    partners: Mapping[Cell, CellGap] = field(default_factory=dict)
    mocks: int = 0


@dataclass(frozen=True)
class MarksOthers:
    """How a person marks partners in mocks, over so many forms that were given blind and shown.

    `usual` is None before `ENOUGH` of them can be compared with anything.
    """

    forms: int
    usual: Harshness | None


def seen_self(compared: Sequence[Compared]) -> SeenSelf:
    """All that is told of these answers and mocks, oldest first."""
    known = [one for one in compared if gaps(one.own, beside(one))]
    return SeenSelf(
        len(known),
        cell_gaps(known),
        harshness(known),
        _cell_gaps([(one.own, mean_marks(one.peers)) for one in known]),
        sum(one.mock for one in known),
    )


def gaps(own: Marks, other: Marks) -> dict[Cell, float]:
    """Own − other, for each cell that both have marked."""
    return {cell: own[cell] - other[cell] for cell in Cell if cell in own and cell in other}


def mean_gap(own: Marks, other: Marks) -> float | None:
    """The mean over the cells that both have marked; None when there is none."""
    found = gaps(own, other)
    return sum(found.values()) / len(found) if found else None


def mean_marks(marks: Sequence[Marks]) -> dict[Cell, float]:
    """The mean for each cell that anybody has marked."""
    given = {cell: [one[cell] for one in marks if cell in one] for cell in Cell}
    return {cell: sum(found) / len(found) for cell, found in given.items() if found}


def cell_gaps(compared: Sequence[Compared]) -> dict[Cell, CellGap]:
    """Each cell's gap to the bot over these answers, oldest first; cells never compared lack."""
    return _cell_gaps([(one.own, one.bot) for one in compared])


def _cell_gaps(pairs: Sequence[tuple[Marks, Marks]]) -> dict[Cell, CellGap]:
    found: dict[Cell, list[float]] = {}
    for own, other in pairs:
        for cell, gap in gaps(own, other).items():
            found.setdefault(cell, []).append(gap)
    return {
        cell: CellGap(
            sum(found[cell]) / len(found[cell]), len(found[cell]), tuple(found[cell][-LAST:])
        )
        for cell in Cell
        if cell in found
    }


def harshness(compared: Sequence[Compared]) -> Harshness | None:
    """The rater's constant harshness with a 95 % interval; None before `ENOUGH` answers.

    Model, the additive rater effect of many-facet rating models (Linacre, *Many-Facet Rasch
    Measurement*, 1989, on the marks' own scale): mark = text and cell + rater + noise. Text and
    cell cancel in the difference from those who marked the same text, so with
    d[t] = mean over the cells of (own − mean of bot and peers) the d are rater + noise. Cells of
    one answer err together, so the answer, not the cell, is what is counted.

    In a mock the bot's mean for the person's cell stands for the mark it did not give; for how a
    rater marks partners, each other partner's mean for that person stands too. How a person's day
    differed from their usual one is noise then, and widens the interval. Others' own harshness does
    not cancel; it averages out as far as a rater meets different people.

    Few answers make a wild mean, so it is drawn towards 0, as James and Stein (1961) and Efron
    and Morris (1975) do: the normal-inverse-gamma posterior (Gelman et al., *Bayesian Data
    Analysis*, 3rd ed., section 3.3) with prior mean 0 worth k = 1 answer and prior variance
    s² = 0.5² worth v = 2:

        offset = n·mean / (k + n)
        S²     = (v·s² + Σ(d − mean)² + k·n·mean²/(k + n)) / (v + n)
        give   = t(0.975; v + n) · sqrt(S² / (k + n))
    """
    found = [gap for one in compared if (gap := mean_gap(one.own, beside(one))) is not None]
    n = len(found)
    if n < ENOUGH:
        return None
    mean = sum(found) / n
    k, v = PRIOR_ANSWERS, PRIOR_SPREAD_ANSWERS
    squares = sum((gap - mean) ** 2 for gap in found)
    pulled = k * n * mean**2 / (k + n)
    variance = (v * PRIOR_SPREAD**2 + squares + pulled) / (v + n)
    give = student(0.5 + LEVEL / 2, v + n) * sqrt(variance / (k + n))
    return Harshness(n * mean / (k + n), min(give, MOST), n)


def beside(one: Compared) -> dict[Cell, float]:
    """The mean of all others' marks, bot and peers alike, for each cell that anybody has marked."""
    return mean_marks((one.bot, *one.peers))


def student(p: float, degrees: float) -> float:
    """Student's t quantile; within 0.01 for p up to 0.975 and 4 or more degrees of freedom.

    Abramowitz and Stegun, *Handbook of Mathematical Functions*, 26.7.5.
    """
    z = NormalDist().inv_cdf(p)
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + sum(term / degrees ** (place + 1) for place, term in enumerate(terms))
