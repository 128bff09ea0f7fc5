"""How far a key result is, and how far it should be. Pure: values in, shares 0 to 1 out."""

import math
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from bot.okrs.rules import Curve, History, Kind, Milestone, Shape, Terms

ALMOST = 0.99  # the most that a level not held can show
PERCENT = 100.0
_TINY = 1e-9  # floating point must not cost anybody a zone


def progress(terms: Terms, value: float | None) -> float | None:
    """The share of what was promised that `value` reaches, 0 to 1; None when nobody can know.

    It never falls when the value moves in the good direction. An increase without a baseline
    starts at 0 if its target is above 0, a decrease if it is below; any other way without a
    baseline has no length, so only its end is known: 1.0 when reached, else None.
    """
    if value is None or not math.isfinite(value):
        return None
    if terms.kind.keeps:
        return _kept(terms, value)
    start, target, upwards = _way(terms)
    if target is None:
        return None
    if value == target or (value > target) == upwards:
        return 1.0
    if start is None:
        return None
    if start == target or (start > target) == upwards:
        return 0.0  # it began where it wanted to be, and has lost it
    return _share(start, target, value)


def direction(terms: Terms) -> int:
    """1 when more is better, -1 when less is, 0 for a band and while a target is not known."""
    if terms.kind is Kind.KEEP_IN_BAND:
        return 0
    if terms.kind is Kind.KEEP_ABOVE:
        return 1
    if terms.kind is Kind.KEEP_BELOW:
        return -1
    _, target, upwards = _way(terms)
    return 0 if target is None else 1 if upwards else -1


def goal(terms: Terms) -> float | None:
    """The value at which progress is 1; None for keeps and while it is not known.

    Of milestones and ordinal zones without a target it is all of them, and the last zone.
    """
    return None if terms.kind.keeps else _way(terms)[1]


def origin(terms: Terms) -> float | None:
    """The value at which progress is 0; None for keeps and while it is not known."""
    return None if terms.kind.keeps else _way(terms)[0]


def band(terms: Terms) -> tuple[float | None, float | None]:
    """The lowest and highest value that still hold, both in; None where there is no limit.

    Keep above and keep below name their level as target; one end of a band says it as well.
    """
    if terms.kind is Kind.KEEP_ABOVE:
        return (terms.low if terms.target is None else terms.target), None
    if terms.kind is Kind.KEEP_BELOW:
        return None, (terms.high if terms.target is None else terms.target)
    return terms.low, terms.high


def breached(terms: Terms, value: float | None) -> bool | None:
    """Is the level of a keep not held? Other kinds are never breached; None when unknown."""
    if not terms.kind.keeps:
        return False
    share = progress(terms, value)
    return None if share is None else share < 1


def reached_stretch(terms: Terms, value: float | None) -> bool:
    """Is the promise kept, and the stretch beyond it reached too? A band has no stretch."""
    if value is None or terms.stretch is None or progress(terms, value) != 1:
        return False
    ways = direction(terms)
    return ways != 0 and (value - terms.stretch) * ways >= 0


def milestone_value(milestones: Sequence[Milestone]) -> float:
    """The weighted percentage done, 0 to 100; of no milestones 0."""
    whole = math.fsum(one.weight for one in milestones)
    if whole <= 0:
        return 0.0
    if all(one.done for one in milestones):
        return PERCENT
    return PERCENT * math.fsum(one.weight for one in milestones if one.done) / whole


def expected(terms: Terms, starts: date, ends: date, at: datetime | date) -> float:
    """The share that should be reached at `at`, 0 to 1, never falling; 1 once the cycle is over.

    The cycle runs from the first instant of `starts` to the last of `ends` in the zone of `at`; a
    plain date means its evening. What holds a level is expected to hold it always. Somebody
    between two ordinal zones cannot show it, so there the share is that of the zone below.
    """
    over = _days(starts, at) >= _days(starts, ends)
    if terms.kind.keeps or over:
        return 1.0
    share = min(max(_CURVES[terms.curve.shape](terms.curve, starts, ends, at), 0.0), 1.0)
    return _zone_below(terms, share) if terms.kind is Kind.ORDINAL else share


def expected_of(history: History, at: datetime | date, known: datetime) -> float:
    """`expected` at `at` by the terms in force at `known`: a chart draws it for every day.

    What had to find its baseline first is on its way only since its target is known.
    """
    terms = history.terms(known)
    return expected(terms, _sets_out(history, known), history.ends, at)


def _sets_out(history: History, known: datetime) -> date:
    if history.terms(known).kind is not Kind.BASELINE_FIRST:
        return history.starts
    for one in history.amended:
        if one.since <= known and _is_known(one.terms):
            return min(max(one.since.date(), history.starts), history.ends)
    return history.starts


def _is_known(terms: Terms) -> bool:
    return terms.baseline is not None and terms.target is not None


def _way(terms: Terms) -> tuple[float | None, float | None, bool]:
    """Start, target, and whether it leads upwards."""
    start, target = terms.baseline, terms.target
    if terms.kind is Kind.BASELINE_FIRST:
        if start is None or target is None:
            return start, None, True
        return start, target, target >= start
    if terms.kind in (Kind.MILESTONES, Kind.ORDINAL):
        last = PERCENT if terms.kind is Kind.MILESTONES else _last_zone(terms)
        return start or 0.0, last if target is None else target, True
    upwards = terms.kind is Kind.INCREASE
    if start is None and target is not None and target != 0 and (target > 0) == upwards:
        start = 0.0
    return start, target, upwards


def _last_zone(terms: Terms) -> float | None:
    return float(len(terms.zones) - 1) if terms.zones else None


def _share(start: float, target: float, value: float) -> float:
    return min(max((value - start) / (target - start), 0.0), 1.0)


def _kept(terms: Terms, value: float) -> float | None:
    """1.0 while held, else the share recovered from a baseline that was on the same wrong side."""
    low, high = band(terms)
    if low is None and high is None:
        return None
    start = terms.baseline
    if low is not None and value < low:
        return min(_share(start, low, value), ALMOST) if start is not None and start < low else 0.0
    if high is not None and value > high:
        share = start is not None and start > high and _share(start, high, value)
        return min(share, ALMOST) if share else 0.0
    return 1.0


def _days(starts: date, at: datetime | date) -> float:
    """Days from the first instant of `starts`; a date counts to its evening."""
    if not isinstance(at, datetime):
        return float((at - starts).days + 1)
    return (at - datetime.combine(starts, time.min, at.tzinfo)) / timedelta(days=1)


def _elapsed(curve: Curve, starts: date, ends: date, at: datetime | date) -> float:
    return min(max(_days(starts, at) / _days(starts, ends), 0.0), 1.0)


def _s_curve(curve: Curve, starts: date, ends: date, at: datetime | date) -> float:
    """Smoothstep, 3x² - 2x³: slow in the first and last weeks, half-way at half-time."""
    x = _elapsed(curve, starts, ends, at)
    return x * x * (3 - 2 * x)


def _steps(curve: Curve, starts: date, ends: date, at: datetime | date) -> float:
    now = _days(starts, at)
    return max((share for day, share in curve.points if _days(starts, day) <= now), default=0.0)


def _phased(curve: Curve, starts: date, ends: date, at: datetime | date) -> float:
    """Straight lines through (first instant, 0), the evenings given, and (last evening, 1)."""
    now, before, reached = _days(starts, at), 0.0, 0.0
    for day, share in (*sorted(curve.points), (ends, 1.0)):
        there, share = _days(starts, day), max(share, reached)
        if now < there:
            span = max(there - before, _TINY)
            return reached + (share - reached) * max(now - before, 0.0) / span
        before, reached = there, share
    return 1.0


_CURVES = {
    Shape.LINEAR: _elapsed,
    Shape.S_CURVE: _s_curve,
    Shape.STEPS: _steps,
    Shape.PHASED: _phased,
}


def _zone_below(terms: Terms, share: float) -> float:
    start, last, _ = _way(terms)
    steps = round((last or 0.0) - (start or 0.0))
    if steps <= 0:
        return share
    return min(math.floor(share * steps + _TINY) / steps, 1.0)
