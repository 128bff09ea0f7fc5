"""The words of a forecast: no digit that its uncertainty does not support. Pure."""

import math

from bot.okrs.forecast import Forecast
from bot.okrs.progress import goal
from bot.okrs.rules import Kind, Terms
from bot.okrs.wording import FIRM, HUGE, number, unit_words, with_minus

CLOSEST = 1e-9  # of the larger end: nearer ends are one number
_COUNTS = {2: "two", 3: "three", 4: "four"}


def forecast_words(forecast: Forecast | None, terms: Terms) -> str:
    """Such as *Needs 3.1 a week, the last four gave 1.7; lands at 62 to 74 of 80.*

    Empty for what keeps a level or moves through stages: those have no forecast.
    """
    if terms.kind.keeps or terms.kind is Kind.ORDINAL:
        return ""
    if forecast is None:
        return "Too few values for a forecast."
    text = f"{_speed(forecast, terms)}; {_landing(forecast, terms)}"
    return f"{text[:1].upper()}{text[1:]}."


def _speed(forecast: Forecast, terms: Terms) -> str:
    mark = f"{FIRM}%" if terms.kind is Kind.MILESTONES else ""
    last = _COUNTS.get(min(forecast.points, 4), "few")
    gave = f"the last {last} gave {_rate(forecast.gave)}{mark}"
    if forecast.needs is None:
        return f"{gave} a week"
    if forecast.needs == 0:
        return "the target is reached"
    return f"needs {_rate(forecast.needs)}{mark} a week, {gave}"


def _rate(value: float) -> str:
    """Two digits: four readings know no more of a pace."""
    if not math.isfinite(value) or not value or abs(value) >= HUGE:
        return number(value, 2)
    return number(round(value, 1 - math.floor(math.log10(abs(value)))), 2)


def _landing(forecast: Forecast, terms: Terms) -> str:
    low, high = sorted((forecast.low, forecast.high))
    if terms.kind is Kind.MILESTONES:
        return f"lands at {_between(low, high, 1.0)}{FIRM}% of the milestones"
    shown, wanted = _between(low, high), goal(terms)
    if wanted is None:
        return f"lands at {shown}{unit_words(terms.unit)}"
    return f"lands at {shown} of {number(wanted)}"


def _between(low: float, high: float, step: float = 0.0) -> str:
    """As exact as the distance allows: a step of the last digit is at most a quarter of it.

    With a `step`, 1 or a power of ten, in such steps.
    """
    width = high - low
    most = max(abs(low), abs(high))
    if not math.isfinite(width) or most >= HUGE or width <= most * CLOSEST:
        ends = [number(one, 3) for one in (low, high)]
    else:
        decimals = -math.floor(math.log10(step or width / 4))
        ends = [_rounded(one, min(decimals, 10)) for one in (low, high)]
    while "." in ends[0] and "." in ends[1] and all(one.endswith(("0", ".")) for one in ends):
        ends = [one[:-1] for one in ends]
    return ends[0] if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}"


def _rounded(value: float, decimals: int) -> str:
    """Below zero `decimals` are tens, hundreds…"""
    near = round(value, decimals) + 0.0  # no minus before a zero
    return with_minus(f"{near:,.{max(decimals, 0)}f}")
