"""How one rater's marks lie beside others' marks of the same texts. Pure.

A gap is *own mark − other mark*: above 0 the rater is kinder, below 0 harsher. Nothing here
changes a mark; the figures are told to the person they are about.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
    """One text: the rater's own marks, 0 to 4, the bot's, and other people's of the same text."""

    own: Marks
    bot: Marks
    peers: tuple[Marks, ...] = ()


@dataclass(frozen=True)
class CellGap:
    """A cell's mean gap to the bot over so many answers; `last` has the newest at its end."""

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
    """How a person marks themselves, over so many answers that the bot has marked too."""

    answers: int
    cells: Mapping[Cell, CellGap]
    harshness: Harshness | None


def seen_self(compared: Sequence[Compared]) -> SeenSelf:
    """All that is told of these answers, oldest first."""
    known = [one for one in compared if gaps(one.own, one.bot)]
    return SeenSelf(len(known), cell_gaps(known), harshness(known))


def gaps(own: Marks, other: Marks) -> dict[Cell, float]:
    """Own − other, for each cell that both have marked."""
    return {cell: own[cell] - other[cell] for cell in Cell if cell in own and cell in other}


def mean_gap(own: Marks, other: Marks) -> float | None:
    """The mean over the cells that both have marked; None when there is none."""
    found = gaps(own, other)
    return sum(found.values()) / len(found) if found else None


def cell_gaps(compared: Sequence[Compared]) -> dict[Cell, CellGap]:
    """Each cell's gap to the bot over these answers, oldest first; cells never compared lack."""
    found: dict[Cell, list[float]] = {}
    for one in compared:
        for cell, gap in gaps(one.own, one.bot).items():
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

    Few answers make a wild mean, so it is drawn towards 0, as James and Stein (1961) and Efron
    and Morris (1975) do: the normal-inverse-gamma posterior (Gelman et al., *Bayesian Data
    Analysis*, 3rd ed., section 3.3) with prior mean 0 worth k = 1 answer and prior variance
    s² = 0.5² worth v = 2:

        offset = n·mean / (k + n)
        S²     = (v·s² + Σ(d − mean)² + k·n·mean²/(k + n)) / (v + n)
        give   = t(0.975; v + n) · sqrt(S² / (k + n))
    """
    found = [gap for one in compared if (gap := _beside_all(one)) is not None]
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


def _beside_all(one: Compared) -> float | None:
    """d of the formula above: the mean over the cells that anybody else has marked too."""
    others = (one.bot, *one.peers)
    reference = {}
    for cell in Cell:
        marks = [other[cell] for other in others if cell in other]
        if marks:
            reference[cell] = sum(marks) / len(marks)
    return mean_gap(one.own, reference)


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
