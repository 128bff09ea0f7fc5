"""Key results that might have been, to see how often a forecast's interval holds.

`python -m tests.okrs.simulated` prints the figures of docs/okrs.md. Every series has a cycle of 13
weeks, a reading each Tuesday, 3 to 13 of them, and an end that is measured like any reading.
"""

import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from bot.okrs.forecast import forecast
from bot.okrs.rules import Amended, Curve, History, Kind, Reading, Shape, Terms

STARTS, WEEKS = date(2027, 1, 4), 13
ENDS = STARTS + timedelta(weeks=WEEKS, days=-1)
FIRST = datetime(2027, 1, 5, 10, tzinfo=UTC)
OVER = (datetime(2027, 1, 4, tzinfo=UTC) + timedelta(weeks=WEEKS) - FIRST) / timedelta(weeks=1)
WAY = 100.0  # from baseline to target, before the series is scaled and turned
Made = tuple[dict[float, float], float]  # values by week, and the last value of the cycle
Family = Callable[[random.Random, list[float]], Made]


@dataclass(frozen=True)
class Series:
    """`true` is the value at the cycle's end, which the forecast does not see."""

    history: History
    at: datetime
    true: float


def steady(dice: random.Random, weeks: list[float]) -> Made:
    """A trend, and noise of 1 to 8% of the way about it."""
    start, slope, noise = _trend(dice)
    values = {week: start + slope * week + dice.gauss(0, noise) for week in weeks}
    return values, start + slope * OVER + dice.gauss(0, noise)


def gaps(dice: random.Random, weeks: list[float]) -> Made:
    """A quarter of the weeks without a reading."""
    values, true = steady(dice, weeks)
    kept = {week: value for week, value in values.items() if dice.random() > 0.25}
    return (kept if len(kept) > 2 else values), true


def outliers(dice: random.Random, weeks: list[float]) -> Made:
    """One reading in ten is wrong by 5 to 10 times the noise; the end is not."""
    start, slope, noise = _trend(dice)
    values = {week: start + slope * week + dice.gauss(0, noise) for week in weeks}
    for week in weeks:
        if dice.random() < 0.1:
            values[week] += dice.choice((-1, 1)) * dice.uniform(5, 10) * noise
    return values, start + slope * OVER + dice.gauss(0, noise)


def wandering(dice: random.Random, weeks: list[float]) -> Made:
    """Each week adds its own step; next to no noise of measurement."""
    return _steps(dice, weeks, 0.2)


def noisy_steps(dice: random.Random, weeks: list[float]) -> Made:
    """Each week adds its own step, and the measurement is as noisy as a step is uneven."""
    return _steps(dice, weeks, 1.0)


def slowing(dice: random.Random, weeks: list[float]) -> Made:
    """The easy part comes first: growth halves every 2 to 6 weeks."""
    pace, noise = dice.uniform(3, 8), dice.uniform(1, 5)

    def grown(week: float) -> float:
        return WAY * (1 - math.exp(-(week + 1) / pace))

    return {week: grown(week) + dice.gauss(0, noise) for week in weeks}, grown(OVER) + dice.gauss(
        0, noise
    )


def late(dice: random.Random, weeks: list[float]) -> Made:
    """Slow, fast, slow: an S-curve."""
    noise = dice.uniform(1, 5)

    def grown(week: float) -> float:
        x = (week + 1) / (OVER + 1)
        return WAY * x * x * (3 - 2 * x)

    return {week: grown(week) + dice.gauss(0, noise) for week in weeks}, WAY + dice.gauss(0, noise)


def foreseen(dice: random.Random, weeks: list[float]) -> Made:
    """As `late`, and the owner chose the S-curve for it."""
    return late(dice, weeks)


# The forecast promises its 80% for these; trends that bend are told apart in docs/okrs.md.
MAIN = (steady, gaps, outliers, wandering, noisy_steps)
BENDING = (slowing, late, foreseen)
SHAPES: dict[Family, Shape] = {foreseen: Shape.S_CURVE}


def simulated(family: Family, count: int, seed: int) -> Iterator[Series]:
    """`count` series, the same for the same seed, in units and directions of all kinds."""
    dice = random.Random(f"{family.__name__} {seed}")
    for number in range(count):
        points = dice.randint(3, WEEKS)
        values, true = family(dice, [float(week) for week in range(points)])
        scale = dice.choice((-1, 1)) * 10 ** dice.uniform(-3, 3)
        offset = dice.uniform(-2, 2) * scale * WAY
        seen = {week: offset + scale * value for week, value in values.items()}
        curve = Curve(SHAPES.get(family, Shape.LINEAR))
        yield _series(number, seen, offset, scale, true, curve)


def _series(
    number: int, values: dict[float, float], offset: float, scale: float, true: float, curve: Curve
) -> Series:
    readings = tuple(
        Reading(FIRST + timedelta(weeks=week), value) for week, value in values.items()
    )
    kind = Kind.INCREASE if scale > 0 else Kind.DECREASE
    terms = Terms(kind, baseline=offset, target=offset + scale * WAY, curve=curve)
    begun = Amended(FIRST - timedelta(days=3), terms)
    history = History(number, STARTS, ENDS, timedelta(weeks=1), (begun,), readings)
    return Series(history, readings[-1].at, offset + scale * true)


def _trend(dice: random.Random) -> tuple[float, float, float]:
    """Start, growth a week from slightly back to more than enough, and noise."""
    noise = math.exp(dice.uniform(0, math.log(8)))
    return dice.uniform(-5, 5), dice.uniform(-0.1, 1.3) * WAY / WEEKS, noise


def _steps(dice: random.Random, weeks: list[float], noise: float) -> Made:
    level, slope, _ = _trend(dice)
    uneven = dice.uniform(0.3, 1.2) * WAY / WEEKS
    values: dict[float, float] = {}
    before = 0.0
    for week in weeks:
        level += slope * (week - before) + dice.gauss(0, uneven * math.sqrt(week - before))
        values[week] = level + dice.gauss(0, noise * uneven)
        before = week
    left = OVER - before
    true = level + slope * left + dice.gauss(0, uneven * math.sqrt(left))
    return values, true + dice.gauss(0, noise * uneven)


def covered(family: Family, count: int, seed: int = 2027) -> list[tuple[int, bool]]:
    """For each series how many readings it has, and whether the interval held.

    The forecast's margins were chosen on other seeds.
    """
    told = []
    for one in simulated(family, count, seed):
        seen = forecast(one.history, one.at)
        assert seen is not None
        told.append((len(one.history.readings), seen.low <= one.true <= seen.high))
    return told


def share(held: list[tuple[int, bool]], least: int = 3, most: int = WEEKS) -> float:
    """The share of intervals that held, of series with `least` to `most` readings."""
    kept = [held for points, held in held if least <= points <= most]
    return sum(kept) / len(kept)


def main() -> None:
    print("family        all   3-4   5-8  9-13 readings")
    for family in (*MAIN, *BENDING):
        held = covered(family, 4000)
        parts = (share(held), share(held, 3, 4), share(held, 5, 8), share(held, 9))
        print(f"{family.__name__:12}", *(f"{part:5.1%}" for part in parts))


if __name__ == "__main__":
    main()
