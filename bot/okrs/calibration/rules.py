"""How sure a team was, against how it went. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.okrs.grading import brier
from bot.okrs.rules import History

UNTIL = 0.8  # of the cycle: in the last fifth everybody can see how it ends
Pair = tuple[float, bool]  # mean confidence 0 to 10; did it come about?


@dataclass(frozen=True)
class Sureness:
    """`said` is the mean confidence, 0 to 10; `came` of `count` key results reached 0.7.

    `score` is Brier's, 0 (always right) to 1; `lean` above 0: surer than it went, -1 to 1.
    """

    count: int
    came: int
    said: float
    score: float
    lean: float


def foretold(history: History, starts: datetime, over: datetime) -> float | None:
    """The mean of the last confidence shown before the cycle's last fifth; None without one."""
    until = starts + (over - starts) * UNTIL
    seen = [one for one in history.confidence if one.votes and starts <= one.at < until]
    return seen[-1].mean if seen else None


def sureness(pairs: Sequence[Pair]) -> Sureness | None:
    """None of too few pairs to say anything."""
    found = brier(pairs)
    if found is None:
        return None
    came = sum(one for _, one in pairs)
    said = sum(one for one, _ in pairs) / len(pairs)
    return Sureness(found.count, came, said, found.score, found.lean)
