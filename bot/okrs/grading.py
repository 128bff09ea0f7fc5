"""What a key result was worth in the end, and how well a team foresaw it. Pure."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from bot.okrs.progress import progress
from bot.okrs.rules import Terms

STEPS = 20  # a grade moves by 0.05
NEEDS_CAUSE = 0.7  # below, the close-out asks for the root cause
LEAST = 5  # pairs under which a score says nothing about a team


@dataclass(frozen=True)
class Brier:
    """`score` 0 (always right) to 1; `lean` above 0: surer than outcomes allowed, -1 to 1."""

    score: float
    lean: float
    count: int


def grade(terms: Terms, value: float | None) -> float | None:
    """0.0 to 1.0 in steps of 0.05; None when progress is not known.

    Rounded to the nearest step, except that only what is reached is a 1.0.
    """
    share = progress(terms, value)
    if share is None:
        return None
    if share >= 1:
        return 1.0
    return min(math.floor(share * STEPS + 0.5), STEPS - 1) / STEPS


def foreseen(grade: float) -> bool:
    """Did it come about? The outcome that confidence is scored against."""
    return grade >= NEEDS_CAUSE


def brier(pairs: Iterable[tuple[float, bool]]) -> Brier | None:
    """How well confidence foretold outcomes; None of fewer than five pairs.

    Each pair is a confidence, 0 to 10, and whether the key result was graded 0.7 or more. The
    score is the mean squared error of confidence / 10 as a probability: G. W. Brier,
    "Verification of forecasts expressed in terms of probability", Monthly Weather Review 78
    (1950), 1-3, in its form for two outcomes. `lean` is the mean forecast less the share that
    came about.
    """
    told = [(confidence / 10, float(came)) for confidence, came in pairs]
    if len(told) < LEAST:
        return None
    count = len(told)
    score = math.fsum((said - came) ** 2 for said, came in told) / count
    lean = math.fsum(said - came for said, came in told) / count
    return Brier(score, lean, count)
