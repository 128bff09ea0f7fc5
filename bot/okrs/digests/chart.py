"""The picture of a digest, in values: what to draw, and the same in words. Pure.

Days are counted from the cycle's first instant; heights are in each key result's own unit. The
picture is JSON through and through, because another process draws it.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime, time, timedelta
from typing import Any

from bot.okrs.digests.rules import TURNED, Digest
from bot.okrs.health import WORSE, Colour, Standing
from bot.okrs.outlook.wording import forecast_words
from bot.okrs.progress import band, expected_of, goal, origin
from bot.okrs.rules import History, Kind
from bot.okrs.scoreboard import KeyResultLine, Scoreboard
from bot.okrs.wording import (
    colour_word,
    number,
    percent,
    reason_words,
    target_beside,
    value_words,
)

PANELS = 12  # key results in one picture
ALT = 2_000  # characters of an alt text
HIGHEST = 1e12  # what is further from zero is not drawn: nobody could read its axis
_TITLE = 60  # characters of a title in the alt text

Point = tuple[float, float]


@dataclass(frozen=True)
class Panel:
    """One key result. Lines are (day, height), oldest first; `confidence` heights are 0 to 10.

    `fan` is (low, landing, high) at the cycle's end. `limits` are drawn as lines that must not be
    crossed: the target of one that grows, the ends of a band of one that keeps. `zones` are the
    names of the heights 0, 1, 2… where those are stages.
    """

    title: str
    colour: str
    state: str
    detail: str
    reason: str
    readings: tuple[Point, ...]
    expected: tuple[Point, ...]
    confidence: tuple[Point, ...]
    limits: tuple[float, ...]
    keeps: bool
    fan: tuple[float, float, float] | None = None
    told: str = ""  # the newest confidence, in words
    zones: tuple[str, ...] = ()
    floor: bool = False  # the one limit of a level must not be fallen below


@dataclass(frozen=True)
class Picture:
    """`today` and `ends` are days; `ticks` are (day, date in words)."""

    title: str
    note: str
    today: float
    ends: float
    ticks: tuple[tuple[float, str], ...]
    panels: tuple[Panel, ...]
    alt: str

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> "Picture":
        """The opposite of `to_dict`, also after JSON, whose lists stand for tuples."""
        panels = tuple(Panel(**{one: _frozen(row[one]) for one in row}) for row in told["panels"])
        rest = {one.name: _frozen(told[one.name]) for one in fields(cls) if one.name != "panels"}
        return cls(panels=panels, **rest)


def _frozen(value: Any) -> Any:
    return tuple(_frozen(one) for one in value) if isinstance(value, list | tuple) else value


def picture(board: Scoreboard, told: Digest) -> Picture | None:
    """What to draw of a team's cycle; None when there is no value or vote yet.

    Of more key results than fit, those that changed and then those that need looking at.
    """
    lines = list(board.key_results)
    if not any(one.history.readings or one.history.confidence for one in lines):
        return None
    shown = _shown(lines, told)
    left = len(lines) - len(shown)
    titles = {one.id: one.title for one in lines}
    note = f"{len(shown)} of {len(lines):,} key results; the rest is in the digest" if left else ""
    return Picture(
        title=f"{board.team}, {board.cycle}",
        note=note,
        today=_day(board, board.at),
        ends=float((board.ends - board.starts).days + 1),
        ticks=_ticks(board),
        panels=tuple(_panel(board, one, titles) for one in shown),
        alt=alt(board, shown),
    )


def _shown(lines: Sequence[KeyResultLine], told: Digest) -> list[KeyResultLine]:
    """At most `PANELS`, in the order of the team's own list."""
    turned = {one.key_result_id for one in told.changes if one.news in TURNED}
    ranked = sorted(
        lines,
        key=lambda one: (
            one.id not in turned,
            -WORSE.index(one.standing.colour),
            -one.standing.lag,
            one.id,
        ),
    )
    wanted = {one.id for one in ranked[:PANELS]}
    return [one for one in lines if one.id in wanted]


def _day(board: Scoreboard, at: datetime) -> float:
    return (at - datetime.combine(board.starts, time.min, UTC)) / timedelta(days=1)


def _ticks(board: Scoreboard) -> tuple[tuple[float, str], ...]:
    """Three dates: the first day, one in the middle, the last."""
    span = (board.ends - board.starts).days
    days = sorted({0, span // 2, span})
    dates = [board.starts + timedelta(days=day) for day in days]
    return tuple(
        (day + (day == span and span > 0), f"{date.day} {date:%b}")
        for day, date in zip(days, dates, strict=True)
    )


def _panel(board: Scoreboard, line: KeyResultLine, titles: Mapping[int, str]) -> Panel:
    standing, history = line.standing, line.history
    terms = standing.terms
    ordinal = terms.kind is Kind.ORDINAL and bool(terms.zones)
    return Panel(
        title=line.title,
        colour=standing.colour.value,
        state=colour_word(standing.colour),
        detail=_detail(standing),
        reason=reason_words(standing.why, titles),
        readings=_drawable((_day(board, one.at), one.value) for one in history.until(board.at)),
        expected=_drawable(_expected(board, history)),
        confidence=_drawable(
            (_day(board, one.at), one.mean)
            for one in history.confidence
            if one.at <= board.at and one.votes
        ),
        limits=_limits(standing),
        keeps=terms.kind.keeps,
        fan=_fan(standing),
        told="" if standing.confidence is None else f"{number(standing.confidence, 2)} of 10",
        zones=terms.zones if ordinal else (),
        floor=terms.kind.keeps and band(terms)[0] is not None,
    )


def _detail(standing: Standing) -> str:
    """The line under the state: value and target."""
    value = value_words(standing.terms, standing.value)
    wanted = target_beside(standing.terms, standing.value)
    return f"{value}; {wanted}" if wanted else value


def _drawable(points: Iterator[Point]) -> tuple[Point, ...]:
    return tuple((round(day, 3), height) for day, height in points if _seen(day) and _seen(height))


def _seen(height: float) -> bool:
    return math.isfinite(height) and abs(height) <= HIGHEST


def _expected(board: Scoreboard, history: History) -> Iterator[Point]:
    """The curve in units of value, a point a day; a step stands upright."""
    terms = history.terms(board.at)
    start, end = origin(terms), goal(terms)
    if start is None or end is None:
        return
    first = datetime.combine(board.starts, time.min, UTC)
    for day in range((board.ends - board.starts).days + 2):
        share = expected_of(history, first + timedelta(days=day), board.at)
        yield float(day), start + share * (end - start)


def _limits(standing: Standing) -> tuple[float, ...]:
    terms = standing.terms
    wanted = band(terms) if terms.kind.keeps else (goal(terms),)
    return tuple(one for one in wanted if one is not None and _seen(one))


def _fan(standing: Standing) -> tuple[float, float, float] | None:
    told = standing.forecast
    if told is None or standing.colour is Colour.GREY:
        return None
    ends = (min(told.low, told.high), told.landing, max(told.low, told.high))
    return ends if all(_seen(one) for one in ends) else None


# --- in words -------------------------------------------------------------------------------------


def alt(board: Scoreboard, shown: Sequence[KeyResultLine]) -> str:
    """The picture for who cannot see it, at most 2,000 characters: shorter where many are shown.

    *Days from sign-up to first sale: 7 days, at risk. Behind: 40 % of the way, expected 62 %…*
    """
    titles = {one.id: one.title for one in board.key_results}
    head = f"{board.team[:_TITLE]}, {board.cycle[:_TITLE]}."
    for words in _BY_LENGTH:
        text = " ".join([head, *(words(one, titles) for one in shown)])
        if len(text) <= ALT:
            return text
    return text[: ALT - 1] + "…"


def _all(line: KeyResultLine, titles: Mapping[int, str]) -> str:
    said = _landing(line, titles)
    if line.standing.confidence is None:
        return said
    return f"{said} Confidence {number(line.standing.confidence, 2)} of 10."


def _landing(line: KeyResultLine, titles: Mapping[int, str]) -> str:
    standing = line.standing
    why = reason_words(standing.why, titles)
    said = f"{_named(line, titles)}, {colour_word(standing.colour).lower()}. {why}"
    if standing.forecast is None or standing.colour is Colour.GREY:
        return said
    return f"{said} {forecast_words(standing.forecast, standing.terms)}"


def _short(line: KeyResultLine, titles: Mapping[int, str]) -> str:
    standing = line.standing
    share = "" if standing.progress is None else f", {percent(standing.progress)} of the way"
    return f"{_named(line, titles)}, {colour_word(standing.colour).lower()}{share}."


def _named(line: KeyResultLine, _titles: Mapping[int, str]) -> str:
    title = " ".join(line.title.split())
    title = title if len(title) <= _TITLE else title[: _TITLE - 1].rstrip() + "…"
    return f"{title}: {value_words(line.standing.terms, line.standing.value)[:_TITLE]}"


_BY_LENGTH: tuple[Callable[[KeyResultLine, Mapping[int, str]], str], ...] = (
    _all,
    _landing,
    _short,
    _named,
)
