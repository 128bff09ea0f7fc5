"""A scoreboard in the words and figures of its page. Pure; `board.html` only lays them out.

Texts are raw: the template escapes them. Figures and reasons come from the rules and words that
Slack shows, so the page can say nothing else than the digest does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from bot.okrs.board.drawing import Drawing, drawing
from bot.okrs.board.rules import Change, Standstill
from bot.okrs.closing.views import grade_words
from bot.okrs.health import Colour, Standing
from bot.okrs.outlook.wording import forecast_words
from bot.okrs.rules import Milestone
from bot.okrs.scoreboard import KeyResultLine, ObjectiveLine, Owner, Scoreboard
from bot.okrs.wording import (
    colour_word,
    number,
    percent,
    reason_words,
    target_words,
    value_words,
)
from bot.people.rules import zone
from bot.slack.blocks import FORMER, plural

ORDER = (Colour.GREEN, Colour.AMBER, Colour.RED, Colour.GREY)


@dataclass(frozen=True)
class Status:
    """`colour` names a class of the style sheet; the word says the same to everybody."""

    colour: str
    word: str
    count: int = 0


@dataclass(frozen=True)
class Progress:
    """Shares 0 to 1; None: no bar, or no mark on it."""

    words: str
    share: float | None = None
    expected: float | None = None


@dataclass(frozen=True)
class Guardrail:
    """`anchor` is empty when its key result is not on the page."""

    title: str
    anchor: str


@dataclass(frozen=True)
class Card:
    """A key result. `changes` are sentences, oldest first."""

    anchor: str
    title: str
    status: Status
    reasons: tuple[str, ...]
    value: str
    measured: str
    target: str
    progress: Progress
    drawing: Drawing | None
    confidence: str
    forecast: str
    grade: str
    accountable: str
    others: tuple[str, ...]
    guardrail: Guardrail | None
    milestones: tuple[Milestone, ...]
    changes: tuple[str, ...]


@dataclass(frozen=True)
class Section:
    """An objective; its colour and reason are those of its weakest key result."""

    anchor: str
    title: str
    parent: str
    status: Status
    reason: str
    progress: str
    cards: tuple[Card, ...]

    @property
    def count(self) -> str:
        return plural(len(self.cards), "key result")


@dataclass(frozen=True)
class Page:
    team: str
    cycle: str
    when: str
    dates: str
    as_of: str
    sections: tuple[Section, ...]
    counts: tuple[Status, ...]

    @property
    def total(self) -> str:
        return plural(sum(len(one.cards) for one in self.sections), "key result")


def page(told: Standstill) -> Page:
    """The whole page; also of a team that has no objectives yet."""
    board = told.board
    tz = zone(board.rhythm.tz)
    titles = _titles(board)
    sections = tuple(_section(one, told, titles, tz) for one in board.objectives)
    colours = [one.standing.colour for one in board.key_results]
    return Page(
        team=board.team,
        cycle=board.cycle,
        when=_when(board, tz),
        dates=f"{_dated(board.starts)} to {_dated(board.ends)}",
        as_of=f"{_dated(board.at.astimezone(tz), weekday=True)}, "
        f"{board.at.astimezone(tz):%H:%M} ({board.rhythm.tz})",
        sections=sections,
        counts=tuple(_status(one, colours.count(one)) for one in ORDER if one in colours),
    )


def _titles(board: Scoreboard) -> Mapping[int, str]:
    """Key results' titles by id, guardrails of other teams included."""
    guards = {one.history.guardrail: one.guardrail for one in board.key_results if one.guardrail}
    own = {one.id: one.title for one in board.key_results}
    return {key: title for key, title in guards.items() if key is not None} | own


def _when(board: Scoreboard, tz: tzinfo) -> str:
    today, weeks = board.at.astimezone(tz).date(), (board.ends - board.starts).days // 7 + 1
    if today < board.starts:
        return "The cycle has not begun"
    if today > board.ends:
        return "The cycle has ended"
    return f"Week {min(max(board.week, 1), weeks)} of {weeks}"


def _dated(day: date, *, weekday: bool = False) -> str:
    return f"{f'{day:%A} ' if weekday else ''}{day.day} {day:%B %Y}"


def _status(colour: Colour, count: int = 0) -> Status:
    return Status(colour.value, colour_word(colour), count)


def _section(
    line: ObjectiveLine, told: Standstill, titles: Mapping[int, str], tz: tzinfo
) -> Section:
    standing = line.standing
    weakest = titles.get(standing.weakest or 0, "")
    reason = reason_words(standing.why, titles)
    return Section(
        anchor=f"o{line.id}",
        title=line.title,
        parent=line.parent,
        status=_status(standing.colour),
        reason=f"“{weakest}”: {reason}" if weakest else reason,
        progress="unknown" if standing.progress is None else percent(standing.progress),
        cards=tuple(_card(one, told, titles, tz) for one in line.key_results),
    )


def _card(line: KeyResultLine, told: Standstill, titles: Mapping[int, str], tz: tzinfo) -> Card:
    standing, terms, at = line.standing, line.terms, told.board.at
    others = [one for one in line.owners if not one.accountable]
    return Card(
        anchor=f"k{line.id}",
        title=line.title,
        status=_status(standing.colour),
        reasons=tuple(reason_words(one, titles) for one in standing.reasons),
        value=value_words(terms, standing.value),
        measured=_dated(standing.measured_at.astimezone(tz)) if standing.measured_at else "",
        target=target_words(terms),
        progress=_progress(standing),
        drawing=drawing(line, at, tz),
        confidence=_confidence(line, at),
        forecast="" if standing.value is None else forecast_words(standing.forecast, terms),
        grade=f"{grade_words(told.grades[line.id])} of 1" if line.id in told.grades else "",
        accountable=_person(line.accountable) if line.accountable else "",
        others=tuple(_person(one) for one in others),
        guardrail=_guardrail(line, told.board),
        milestones=terms.milestones,
        changes=tuple(_changed(one, line, told.board, tz) for one in told.changes.get(line.id, ())),
    )


def _progress(standing: Standing) -> Progress:
    share = standing.progress
    if share is None:
        return Progress("Progress is not known.")
    then = " when last measured" if standing.colour is Colour.GREY else ""
    if standing.terms.kind.keeps:
        back = f", {percent(share)} of the way back" if 0 < share < 1 else ""
        return Progress(f"{'Held' if share >= 1 else 'Not held'}{then}{back}.", share)
    words = f"{percent(share)} of the way{then}, {percent(standing.expected)} expected by now."
    return Progress(words, share, standing.expected)


def _confidence(line: KeyResultLine, at: datetime) -> str:
    """The newest revealed votes: mean, how many, how far apart."""
    standing = line.standing
    seen = [one for one in line.history.confidence if one.at <= at and one.votes]
    if standing.confidence is None or standing.spread is None or not seen:
        return ""
    words = f"{number(standing.confidence, 2)} of 10, {plural(len(seen[-1].votes), 'vote')}"
    return f"{words}, {plural(standing.spread, 'point')} apart" if standing.spread else words


def _person(owner: Owner) -> str:
    name = owner.name or FORMER
    told = [one for one in (owner.function, "no longer here" if owner.gone else "") if one]
    return f"{name} ({', '.join(told)})" if told else name


def _guardrail(line: KeyResultLine, board: Scoreboard) -> Guardrail | None:
    if not line.guardrail:
        return None
    here = any(one.id == line.history.guardrail for one in board.key_results)
    return Guardrail(line.guardrail, f"k{line.history.guardrail}" if here else "")


def _changed(change: Change, line: KeyResultLine, board: Scoreboard, tz: tzinfo) -> str:
    """Such as *12 February 2026: from 9 to 4 days became from 9 to 6 days, by the team’s lead,

    because “the market moved”.* People are named by what they are to the key result.
    """
    before, after = target_words(change.before), target_words(change.after)
    what = f"{before} became {after}" if before != after else _else_changed(change)
    who = _role(change.user_id, line.owners, board.lead)
    because = f", because “{change.reason.strip().rstrip('.')}”" if change.reason.strip() else ""
    return f"{_dated(change.at.astimezone(tz))}: {what}{who}{because}."


def _else_changed(change: Change) -> str:
    if change.before.curve != change.after.curve:
        return "the expected course was changed"
    if change.before.milestones != change.after.milestones:
        return "the milestones were changed"
    if change.before.kind is not change.after.kind:
        return "the kind of goal was changed"
    return "the terms were changed"


def _role(user_id: str, owners: Sequence[Owner], lead: str) -> str:
    if user_id and user_id == lead:
        return ", by the team’s lead"
    mine = next((one for one in owners if one.user_id == user_id), None)
    if mine is None:
        return ""
    return ", by its accountable owner" if mine.accountable else ", by a co-owner"
