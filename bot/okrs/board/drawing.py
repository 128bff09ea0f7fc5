"""A key result's course as a small drawing: points in a box, and what it says in words. Pure."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

from bot.okrs.progress import band, expected_of, goal, origin
from bot.okrs.rules import Kind, Shape, Terms
from bot.okrs.scoreboard import KeyResultLine
from bot.okrs.wording import value_words

WIDTH, HEIGHT, EDGE = 240.0, 56.0, 4.0  # of the box; the edge stays free for marks
STEPS = 91  # of the expected course where it is no straight line: a day of a quarter
NAMED = 8  # newest values that the description names
Point = tuple[float, float]


@dataclass(frozen=True)
class Drawing:
    """`values` and `course` are polylines (`x,y x,y`), empty where there is none.

    `limits` are heights of the levels to keep, `last` is where the newest value stands.
    """

    values: str
    course: str
    limits: tuple[str, ...]
    last: tuple[str, str]
    described: str


def drawing(line: KeyResultLine, at: datetime, tz: tzinfo) -> Drawing | None:
    """The values until `at` over the days of the cycle; None without any of them."""
    history = line.history
    starts = datetime.combine(history.starts, time.min, tz)
    ends = datetime.combine(history.ends + timedelta(days=1), time.min, tz)
    readings = [
        one for one in history.until(at) if starts <= one.at <= ends and math.isfinite(one.value)
    ]
    if not readings:
        return None
    told = [((one.at - starts) / (ends - starts), one.value) for one in readings]
    course = _course(line, starts, ends, at)
    limits = [one for one in band(line.terms) if one is not None] if line.terms.kind.keeps else []
    place = _Scale([value for _, value in (*told, *course)] + limits)
    values = [place.point(x, value) for x, value in told]
    return Drawing(
        values=_polyline(values) if len(values) > 1 else "",
        course=_polyline([place.point(x, value) for x, value in course]),
        limits=tuple(_short(place.height(one)) for one in limits),
        last=(_short(values[-1][0]), _short(values[-1][1])),
        described=_described(line.terms, [(one.at, one.value) for one in readings], tz),
    )


def _course(
    line: KeyResultLine, starts: datetime, ends: datetime, at: datetime
) -> list[tuple[float, float]]:
    """What is expected of each day, as (share of the cycle, value)."""
    start, target = origin(line.terms), goal(line.terms)
    if start is None or target is None:
        return []
    made = [(0.0, start)]
    for x, share in _shares(line, starts, ends, at):
        value = start + (target - start) * share
        if _jumps(line.terms) and value != made[-1][1]:
            made.append((x, made[-1][1]))
        made.append((x, value))
    return made


def _shares(
    line: KeyResultLine, starts: datetime, ends: datetime, at: datetime
) -> Iterator[tuple[float, float]]:
    """(share of the cycle, share expected by then), to the cycle's end."""
    last = expected_of(line.history, line.history.ends, at)
    terms = line.terms
    straight = terms.curve.shape is Shape.LINEAR and terms.kind is not Kind.BASELINE_FIRST
    steps = 1 if straight and not _jumps(terms) else STEPS
    for step in range(1, steps):
        moment = starts + (ends - starts) * step / steps
        yield step / steps, expected_of(line.history, moment, at)
    yield 1.0, last


def _jumps(terms: Terms) -> bool:
    return terms.kind is Kind.ORDINAL or terms.curve.shape is Shape.STEPS


class _Scale:
    """From values to heights; what is higher stands higher."""

    def __init__(self, values: Sequence[float]) -> None:
        self.low, high = min(values), max(values)
        self.span = high - self.low

    def height(self, value: float) -> float:
        share = (value - self.low) / self.span if self.span else 0.5
        return HEIGHT - EDGE - share * (HEIGHT - 2 * EDGE)

    def point(self, x: float, value: float) -> Point:
        return EDGE + x * (WIDTH - 2 * EDGE), self.height(value)


def _polyline(points: Sequence[Point]) -> str:
    return " ".join(f"{_short(x)},{_short(y)}" for x, y in points)


def _short(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _day(local: datetime) -> str:
    return f"{local.day} {local:%B}"


def _described(terms: Terms, told: Sequence[tuple[datetime, float]], tz: tzinfo) -> str:
    """The newest values in words, for whoever does not see the lines."""
    named = [
        f"{_day(one.astimezone(tz))}: {value_words(terms, value)}" for one, value in told[-NAMED:]
    ]
    left = len(told) - len(named)
    before = f" {left} earlier {'value' if left == 1 else 'values'} before that." if left else ""
    return f"{'; '.join(named)}.{before}"
