"""What a digest tells: what changed since the last one, then how everything stands. Pure.

Texts are raw, as `bot/okrs/wording.py` gives them. A *change* is of one key result; those that
matter most come first.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.okrs.health import WORSE, Colour, Standing, Why
from bot.okrs.outlook.wording import forecast_words
from bot.okrs.rules import Terms
from bot.okrs.scoreboard import KeyResultLine, ObjectiveLine, Scoreboard
from bot.okrs.wording import reason_words, target_beside, target_words, value_words


class News(StrEnum):
    """What can have happened to a key result, in the order in which a digest tells it."""

    BREACHED = "breached"  # its level was held, and is not any more
    WORSE = "worse"
    AMENDED = "amended"
    REVIEW = "review"  # votes lay so far apart that a risk review was opened
    SILENT = "silent"  # it was known how it stands, and is not any more
    BETTER = "better"
    REACHED = "reached"
    KNOWN = "known"  # it is known how it stands, and was not
    ADDED = "added"
    DROPPED = "dropped"
    MOVED = "moved"  # another value, the same colour


ORDER = tuple(News)
ASIDE = (News.AMENDED, News.REVIEW, News.MOVED)
TURNED = tuple(one for one in News if one not in ASIDE)  # counted first, as another colour is
_ARRIVED = (Why.REACHED, Why.STRETCH)


@dataclass(frozen=True)
class Amended:
    """Terms were changed; `who` is a name, empty for a former member or none."""

    key_result_id: int
    before: Terms
    after: Terms
    who: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Review:
    """`votes` were revealed so far apart that the team is asked to talk."""

    key_result_id: int
    votes: tuple[int, ...]


@dataclass(frozen=True)
class Blocker:
    """What somebody waits for: said, and revealed, since the last digest."""

    title: str
    who: str
    words: str


@dataclass(frozen=True)
class Change:
    """`before` and `after` are values in words; of an amendment they are the targets.

    `guards` are the titles of key results that this one guards, `reason` the one of the colour or
    the one that was given, `weight` what puts one change before others of its kind.
    """

    news: News
    key_result_id: int
    title: str
    colour: Colour
    was: Colour
    before: str
    after: str
    reason: str = ""
    who: str = ""
    guards: tuple[str, ...] = ()
    votes: tuple[int, ...] = ()
    weight: float = 0.0


@dataclass(frozen=True)
class Line:
    """One key result. `votes` are the newest revealed; what keeps a level has no `progress`."""

    id: int
    title: str
    colour: Colour
    value: str
    target: str
    progress: float | None
    reasons: tuple[str, ...]
    forecast: str
    confidence: float | None
    votes: tuple[int, ...]


@dataclass(frozen=True)
class Part:
    """One objective; `reason` is of the weakest key result, which is `weakest` by title."""

    title: str
    colour: Colour
    progress: float | None
    weakest: str
    reason: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Digest:
    """`week` of `weeks`, 0 before the cycle; `since` is None when nothing was told before."""

    team_cycle_id: int
    team: str
    cycle: str
    week: int
    weeks: int
    since: datetime | None
    changes: tuple[Change, ...]
    parts: tuple[Part, ...]
    blockers: tuple[Blocker, ...]
    repeats: bool = False  # still no fresh value, and nothing else to tell

    @property
    def lines(self) -> tuple[Line, ...]:
        return tuple(line for part in self.parts for line in part.lines)


def digest(
    now: Scoreboard,
    before: Scoreboard | None,
    amended: Sequence[Amended] = (),
    reviews: Sequence[Review] = (),
    blockers: Sequence[Blocker] = (),
) -> Digest:
    """Everything a digest says. `before` is the scoreboard at the last digest, if there was one."""
    titles, found = _titles(now), changes(before, now, amended, reviews)
    return Digest(
        team_cycle_id=now.team_cycle_id,
        team=now.team,
        cycle=now.cycle,
        week=now.week,
        weeks=((now.ends - now.starts).days + 7) // 7,
        since=before.at if before else None,
        changes=found,
        parts=tuple(_part(one, titles) for one in now.objectives),
        blockers=tuple(blockers),
        repeats=bool(before and before.silent and now.silent and not (found or blockers)),
    )


def changes(
    before: Scoreboard | None,
    now: Scoreboard,
    amended: Sequence[Amended] = (),
    reviews: Sequence[Review] = (),
) -> tuple[Change, ...]:
    """What happened between the two, each kind of news after those that matter more.

    Without a `before` no colour changed: only amendments and reviews are told.
    """
    lines = {one.id: one for one in now.key_results}
    titles = _titles(now)
    found = [*_told(amended, reviews, lines, titles)]
    found += _compared(before, lines, titles, _guards(now)) if before else ()
    return tuple(sorted(found, key=lambda one: (ORDER.index(one.news), -one.weight)))


def _compared(
    before: Scoreboard,
    lines: Mapping[int, KeyResultLine],
    titles: Mapping[int, str],
    guards: Mapping[int, tuple[str, ...]],
) -> Iterable[Change]:
    old = {one.id: one for one in before.key_results}
    for id_, line in lines.items():
        was = old.get(id_)
        news = News.ADDED if was is None else _news(was.standing, line.standing)
        if news is not None:
            told = _change(news, line, was or line, titles)
            yield replace(told, guards=guards.get(id_, ()))
    for id_, gone in old.items():
        if id_ not in lines:
            yield _change(News.DROPPED, gone, gone, titles)


def _news(was: Standing, now: Standing) -> News | None:
    if now.breached and not was.breached:
        return News.BREACHED
    if now.why.code in _ARRIVED and was.why.code not in _ARRIVED:
        return News.REACHED
    if was.colour is not now.colour:
        return _turned(was.colour, now.colour)
    if now.colour is Colour.GREY and was.why.code is Why.NOT_STARTED and now.why != was.why:
        return News.SILENT  # the first value is overdue
    return News.MOVED if now.value is not None and now.value != was.value else None


def _turned(was: Colour, now: Colour) -> News:
    if now is Colour.GREY:
        return News.SILENT
    worse = WORSE.index(now) > WORSE.index(was)
    return News.KNOWN if was is Colour.GREY else News.WORSE if worse else News.BETTER


def _change(
    news: News, line: KeyResultLine, was: KeyResultLine, titles: Mapping[int, str]
) -> Change:
    now, then = line.standing, was.standing
    return Change(
        news,
        line.id,
        line.title,
        now.colour,
        then.colour,
        value_words(then.terms, then.value),
        value_words(now.terms, now.value),
        reason_words(now.why, titles),
        weight=_weight(news, now, then),
    )


def _weight(news: News, now: Standing, then: Standing) -> float:
    """Of a value how far it moved; else how much is missing."""
    return abs((now.progress or 0) - (then.progress or 0)) if news is News.MOVED else now.lag


def _told(
    amended: Sequence[Amended],
    reviews: Sequence[Review],
    lines: Mapping[int, KeyResultLine],
    titles: Mapping[int, str],
) -> Iterable[Change]:
    for one in amended:
        if line := lines.get(one.key_result_id):
            wanted = (target_words(one.before), target_words(one.after))
            told = _change(News.AMENDED, line, line, titles)
            yield replace(
                told, before=wanted[0], after=wanted[1], who=one.who, reason=one.reason, weight=0
            )
    for review in reviews:
        if line := lines.get(review.key_result_id):
            spread = max(review.votes, default=0) - min(review.votes, default=0)
            told = _change(News.REVIEW, line, line, titles)
            yield replace(told, votes=review.votes, weight=spread)


def _titles(board: Scoreboard) -> dict[int, str]:
    """Of every key result, and of guardrails that are another team's."""
    elsewhere = {
        one.history.guardrail: one.guardrail for one in board.key_results if one.history.guardrail
    }
    return elsewhere | {one.id: one.title for one in board.key_results}


def _guards(board: Scoreboard) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    for one in board.key_results:
        if one.history.guardrail:
            found[one.history.guardrail] = (*found.get(one.history.guardrail, ()), one.title)
    return found


def _part(one: ObjectiveLine, titles: Mapping[int, str]) -> Part:
    standing = one.standing
    return Part(
        one.title,
        standing.colour,
        standing.progress,
        titles.get(standing.weakest or 0, ""),
        reason_words(standing.why, titles),
        tuple(_line(line, titles) for line in one.key_results),
    )


def _line(line: KeyResultLine, titles: Mapping[int, str]) -> Line:
    standing = line.standing
    known = [one for one in line.history.confidence if one.at <= standing.at and one.votes]
    return Line(
        line.id,
        line.title,
        standing.colour,
        value_words(standing.terms, standing.value),
        target_beside(standing.terms, standing.value),
        None if standing.terms.kind.keeps else standing.progress,
        tuple(reason_words(one, titles) for one in standing.reasons),
        forecast_words(standing.forecast, standing.terms) if standing.forecast else "",
        standing.confidence,
        tuple(sorted(known[-1].votes)) if known else (),
    )
