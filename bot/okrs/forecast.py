"""Where a key result will land, with an interval that holds four times in five. Pure.

Two ways in which numbers move are held against each other. On a *line* every reading scatters about
a steady trend; on a *walk* every week adds a step to where the last one ended. What explains the
readings better gives landing and interval: a regression line drawn on, or the last value and the
pace of the last four readings. `python -m tests.okrs.simulated` shows how often the interval holds.
"""

import math
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from statistics import median

from bot.okrs.progress import direction, expected, goal
from bot.okrs.rules import History, Kind, Reading, Shape, Terms

FEWEST = 3  # readings on days of their own: two always lie on a line
LATELY = 4  # readings that tell what a week brought of late
OUTLIER = 3.0  # robust standard deviations; Hampel's identifier
CLEANABLE = 5  # below, no reading can be told from an outlier
# Chosen on simulated series, so that neither way of moving is favoured much.
WALKS_FIRST = math.log(1.7)  # in doubt it is a walk: its interval is the wider one
MARGIN = 0.9  # times the textbook's width; the next line gives more than this takes
WALK_MARGIN = 1.35  # for walks of five readings on: trends bend
FINEST = 0.002  # of the way: smoother than this no real number is
_MAD = 1.4826  # median absolute deviation to standard deviation, of a normal distribution
# 90% quantiles of Student's t with 1, 2, 3... degrees of freedom, and of the normal distribution.
_T90 = (3.078, 1.886, 1.638, 1.533, 1.476, 1.440, 1.415, 1.397, 1.383, 1.372, 1.363, 1.356, 1.350)
_NORMAL90 = 1.282
_WEEK = timedelta(weeks=1)
_LEAST_LEFT = 1 / 7  # weeks; with less than a day there is no weekly need


@dataclass(frozen=True)
class Forecast:
    """Values are in the key result's own unit, `needs` and `gave` in units a week with their sign.

    Four times in five the last value of the cycle lies from `low` to `high`. `needs` is what each
    week left has to bring to reach the target (0 when reached, None without target or time left),
    `gave` what a week brought over the last four readings.
    """

    landing: float
    low: float
    high: float
    needs: float | None
    gave: float
    points: int  # readings it stands on, one a day at most


def forecast(history: History, at: datetime) -> Forecast | None:
    """What the readings up to `at` say of the value at the cycle's end.

    None with fewer than three readings on days of their own since the last re-baselining, once
    the cycle is over, and for kinds that do not grow: keeps, and zones, which have no width.
    """
    terms = history.terms(at)
    end = datetime.combine(history.ends + timedelta(days=1), time.min, UTC)
    if terms.kind.keeps or terms.kind is Kind.ORDINAL or at >= end:
        return None
    readings = _daily(history, at)
    if len(readings) < FEWEST:
        return None
    *weeks, over = _weeks(history, terms, [*(one.at for one in readings), end])
    values = [one.value for one in readings]
    landing, half = _predicted(weeks, cleaned(weeks, values), over, _finest(terms, values))
    least, most = (values[-1], 100.0) if terms.kind is Kind.MILESTONES else (-math.inf, math.inf)
    landing, low, high = (
        max(min(one, most), least) for one in (landing, landing - half, landing + half)
    )
    lately = readings[-LATELY:]
    gave = (lately[-1].value - lately[0].value) / ((lately[-1].at - lately[0].at) / _WEEK)
    needs = _needs(terms, values[-1], (end - at) / _WEEK)
    return Forecast(landing, low, high, needs, gave, len(readings))


def rebased(history: History, at: datetime) -> datetime | None:
    """Since when readings can be compared: kind, unit, milestones or a known baseline changed."""
    held = [one for one in history.amended if one.since <= at]
    since = None
    for before, after in pairwise(held):
        if _measure(before.terms) != _measure(after.terms) or (
            before.terms.baseline is not None and before.terms.baseline != after.terms.baseline
        ):
            since = after.since
    return since


def cleaned(weeks: list[float], values: list[float]) -> list[float]:
    """The values with outliers drawn onto the trend; as they are when fewer than five.

    An outlier is far both from the line of Theil (1950) and Sen (1968) through all readings, and
    from its neighbours. Far is three times the median absolute deviation, made larger for few
    points: it is taken from a line that was fitted to them.
    """
    count = len(values)
    if count < CLEANABLE:
        return values
    slope = median(
        (values[late] - values[early]) / (weeks[late] - weeks[early])
        for late in range(count)
        for early in range(late)
    )
    level = median(value - slope * week for week, value in zip(weeks, values, strict=True))
    off = [value - level - slope * week for week, value in zip(weeks, values, strict=True)]
    far = OUTLIER * _MAD * median(abs(one) for one in off) * count / (count - 2)
    return [
        value - off[place] if abs(off[place]) > far and abs(_apart(off, place)) > far else value
        for place, value in enumerate(values)
    ]


def _apart(off: list[float], place: int) -> float:
    neighbours = off[max(place - 1, 0) : place] + off[place + 1 : place + 2]
    return off[place] - sum(neighbours) / len(neighbours)


def _measure(terms: Terms) -> tuple[object, ...]:
    """What makes two values comparable. That a milestone was done changes the value only."""
    return terms.kind, terms.unit, tuple((one.title, one.weight) for one in terms.milestones)


def _daily(history: History, at: datetime) -> list[Reading]:
    """One reading a day, its last, since the last re-baselining."""
    since = rebased(history, at)
    days = {
        one.at.astimezone(UTC).date(): one
        for one in history.until(at)
        if since is None or one.at >= since
    }
    return list(days.values())


def _weeks(history: History, terms: Terms, instants: list[datetime]) -> list[float]:
    """Weeks since the first; of a promised S-curve they are as long as its growth in them.

    So a slow start that was foreseen does not foretell a poor end.
    """
    weeks = [(one - instants[0]) / _WEEK for one in instants]
    if terms.curve.shape is not Shape.S_CURVE:
        return weeks
    whole = (history.ends - history.starts + timedelta(days=1)) / _WEEK
    grown = [whole * expected(terms, history.starts, history.ends, one) for one in instants]
    if any(after <= before for before, after in pairwise(grown)):  # some lie outside the cycle
        return weeks
    return [one - grown[0] for one in grown]


def _finest(terms: Terms, values: list[float]) -> float:
    """The least variance of a reading: three numbers on a ruler are luck, not knowledge."""
    target, start = goal(terms), terms.baseline
    way = max(values) - min(values)
    if target is not None:
        way = max(way, abs(target - (values[0] if start is None else start)))
    return max((FINEST * way) ** 2, (1e-9 * max(abs(one) for one in values)) ** 2, 1e-300)


def _predicted(
    weeks: list[float], values: list[float], end: float, finest: float
) -> tuple[float, float]:
    """Landing and half the interval's width at week `end`."""
    free = len(weeks) - 2
    line, off_line, likely_line = _line(weeks, values, end, finest)
    walk, off_walk, likely_walk = _walk(weeks, values, end, finest)
    t90 = _T90[free - 1] if free <= len(_T90) else _NORMAL90
    if likely_walk + WALKS_FIRST > likely_line:
        margin = WALK_MARGIN if len(weeks) >= CLEANABLE else MARGIN
        return walk, t90 * margin * math.sqrt(off_walk)
    return line, t90 * MARGIN * math.sqrt(off_line)


def _line(
    weeks: list[float], values: list[float], end: float, finest: float
) -> tuple[float, float, float]:
    """Least squares: prediction, its variance, and the restricted log likelihood.

    The last is of the readings given the model, level, slope and scale integrated out (Harville,
    Biometrika 61, 1974), so that it can be held against the walk's.
    """
    count = len(weeks)
    middle, mean = sum(weeks) / count, sum(values) / count
    spread = sum((week - middle) ** 2 for week in weeks)
    pairs = list(zip(weeks, values, strict=True))
    slope = sum((week - middle) * (value - mean) for week, value in pairs) / spread
    left = sum((value - mean - slope * (week - middle)) ** 2 for week, value in pairs)
    free = count - 2
    left = max(left, free * finest)
    variance = left / free * (1 + 1 / count + (end - middle) ** 2 / spread)
    likely = -0.5 * (math.log(count) + math.log(spread) + free * math.log(left))
    return mean + slope * (end - middle), variance, likely


def _walk(
    weeks: list[float], values: list[float], end: float, finest: float
) -> tuple[float, float, float]:
    """Random walk: as `_line`. It goes on as fast as the last four readings did.

    All of them would tell the drift a little better if it never changed; it does.
    """
    steps = [
        (later - week, after - value)
        for week, later, value, after in zip(weeks, weeks[1:], values, values[1:], strict=False)
    ]
    span, ahead = weeks[-1] - weeks[0], max(end - weeks[-1], 0.0)
    drift = (values[-1] - values[0]) / span
    left = sum((grown - drift * took) ** 2 / took for took, grown in steps)
    free = len(weeks) - 2
    left = max(left, free * finest)
    lately = weeks[-1] - weeks[-LATELY:][0]
    pace = (values[-1] - values[-LATELY:][0]) / lately
    variance = left / free * (ahead + ahead**2 / lately)
    likely = -0.5 * (
        sum(math.log(took) for took, _ in steps) + math.log(span) + free * math.log(left)
    )
    return values[-1] + pace * ahead, variance, likely


def _needs(terms: Terms, value: float, left: float) -> float | None:
    target = goal(terms)
    if target is None:
        return None
    missing = target - value
    if missing * direction(terms) <= 0:
        return 0.0
    return missing / left if left >= _LEAST_LEFT else None
