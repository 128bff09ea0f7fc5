"""Which colour a key result has at an instant, and why. Pure; `docs/okrs.md` gives the reasons.

A colour is derived, never typed. It gets better only by what somebody said or a source measured:
no passing of time, and no missing word, turns anything green.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum

from bot.okrs.forecast import Forecast, forecast
from bot.okrs.progress import breached, expected_of, progress, reached_stretch
from bot.okrs.rules import Confidence, History, Kind, Terms

STALE_AFTER = 1.5  # times the rhythm: one check-in missed, and half the way to the next
BEHIND = 0.10  # share behind the curve that is no news: a good week of a quarter is 0.08
FAR_BEHIND = 0.25  # share behind the curve, early on
FAR_BEHIND_OF_EXPECTED = 0.30  # later: less than 70% of what is expected
LOW_CONFIDENCE = 4.0  # a mean below caps at amber
NO_CONFIDENCE = 2.0  # a mean below is red
SPLIT = 3  # points between two votes that open a risk review
_TINY = 1e-9


class Colour(StrEnum):
    """Grey is neither good nor bad: nobody knows."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    GREY = "grey"


# The weakest link is the one furthest right.
WORSE = (Colour.GREEN, Colour.GREY, Colour.AMBER, Colour.RED)


class Why(StrEnum):
    """What a reason says; in brackets the numbers it carries."""

    ON_PACE = "on_pace"  # (progress, expected)
    BEHIND = "behind"  # (progress, expected)
    FAR_BEHIND = "far_behind"  # (progress, expected)
    REACHED = "reached"  # ()
    STRETCH = "stretch"  # ()
    HELD = "held"  # ()
    BREACHED = "breached"  # (progress: the share recovered)
    GUARDRAIL_BREACHED = "guardrail_breached"  # (guardrail: its id)
    GUARDRAIL_UNKNOWN = "guardrail_unknown"  # (guardrail: its id)
    LOW_CONFIDENCE = "low_confidence"  # (mean: 0 to 10)
    CONFIDENCE_SPLIT = "confidence_split"  # (spread: 3 to 10, mean)
    STALE = "stale"  # (days since the newest value)
    SOURCE_FAILED = "source_failed"  # (days since the newest value, if there ever was one)
    NOT_STARTED = "not_started"  # ()
    NEVER = "never"  # (week of the cycle, from 1)
    NO_BASELINE = "no_baseline"  # ()
    NO_TARGET = "no_target"  # ()
    EMPTY = "empty"  # (): an objective without key results


@dataclass(frozen=True)
class Reason:
    """Why a colour is what it is; views word it."""

    code: Why
    values: Mapping[str, float] = field(default_factory=dict, hash=False)

    def get(self, name: str) -> float:
        """0.0 where the reason does not carry it."""
        return float(self.values.get(name, 0.0))


@dataclass(frozen=True)
class Standing:
    """One key result at one instant. `reasons` has at least one; the first made the colour.

    `progress` and `expected` are shares 0 to 1, `confidence` the mean and `spread` the widest gap
    of the newest revealed votes, 0 to 10. `measured_at` and `age` tell of the value.
    """

    id: int
    at: datetime
    terms: Terms
    value: float | None
    measured_at: datetime | None
    progress: float | None
    expected: float
    colour: Colour
    reasons: tuple[Reason, ...]
    age: timedelta | None
    confidence: float | None
    spread: int | None
    forecast: Forecast | None

    @property
    def why(self) -> Reason:
        return self.reasons[0]

    @property
    def breached(self) -> bool:
        """Is its level known not to be held?"""
        return self.colour is not Colour.GREY and breached(self.terms, self.value) is True

    @property
    def lag(self) -> float:
        """The share missing to what is expected; what nobody knows is all missing."""
        return self.expected - (self.progress or 0.0)


@dataclass(frozen=True)
class ObjectiveStanding:
    """An objective is as its weakest key result: its colour and reasons, the lowest progress.

    `progress` is None when that of no key result is known.
    """

    progress: float | None
    colour: Colour
    weakest: int | None
    reasons: tuple[Reason, ...]

    @property
    def why(self) -> Reason:
        return self.reasons[0]


def standing(history: History, at: datetime, guardrail: Standing | None = None) -> Standing:
    """The key result as it stood at `at`: nothing that came later plays a part.

    `guardrail` is the standing of the key result that `history.guardrail` names; without it that
    guardrail counts as unknown.
    """
    return _guarded(_alone(history, at), history.guardrail, guardrail)


def standings(histories: Iterable[History], at: datetime) -> dict[int, Standing]:
    """All of them by id. Guardrails may guard each other in any way, also in a circle:

    whether a level is held does not depend on what guards it.
    """
    known = list(histories)
    alone = {one.id: _alone(one, at) for one in known}
    return {
        one.id: _guarded(
            alone[one.id],
            one.guardrail,
            alone.get(one.guardrail) if one.guardrail is not None else None,
        )
        for one in known
    }


def objective(standings: Sequence[Standing]) -> ObjectiveStanding:
    """The weakest link: one breached level or one silent key result and it is not green."""
    if not standings:
        return ObjectiveStanding(None, Colour.GREY, None, (Reason(Why.EMPTY),))
    weakest = max(standings, key=lambda one: (WORSE.index(one.colour), one.lag, -one.id))
    shares = [one.progress for one in standings if one.progress is not None]
    return ObjectiveStanding(min(shares, default=None), weakest.colour, weakest.id, weakest.reasons)


def _alone(history: History, at: datetime) -> Standing:
    """The standing before its guardrail has a say."""
    terms, newest = history.terms(at), history.newest(at)
    value = newest.value if newest else None
    votes = _votes(history, at)
    share, should = progress(terms, value), expected_of(history, at, at)
    unknown = _unknown(history, at, share)
    if unknown is not None:
        colour, reasons = Colour.GREY, (unknown, *_feeling(votes))
    else:
        colour, reasons = _felt(*_paced(terms, value, share or 0.0, should), votes)
    return Standing(
        id=history.id,
        at=at,
        terms=terms,
        value=value,
        measured_at=newest.at if newest else None,
        progress=share,
        expected=should,
        colour=colour,
        reasons=reasons,
        age=at - newest.at if newest else None,
        confidence=votes.mean if votes else None,
        spread=votes.spread if votes else None,
        forecast=forecast(history, at),
    )


def _votes(history: History, at: datetime) -> Confidence | None:
    """The newest round with a vote. It stands until the next: silence must not improve it."""
    seen = [one for one in history.confidence if one.at <= at and one.votes]
    return seen[-1] if seen else None


def _unknown(history: History, at: datetime, share: float | None) -> Reason | None:
    """Why nobody knows, if nobody does."""
    starts, over = _bounds(history)
    newest = history.newest(at)
    patience = history.every * STALE_AFTER
    days = (at - newest.at) / timedelta(days=1) if newest else None
    if any((newest is None or newest.at < one) and one <= at for one in history.failed):
        return Reason(Why.SOURCE_FAILED, {} if days is None else {"days": days})
    if newest is None or newest.at < starts:
        if at <= starts + patience:
            return Reason(Why.NOT_STARTED)
        if days is None:
            return Reason(Why.NEVER, {"week": (min(at, over) - starts).days // 7 + 1})
    # What was known when the cycle ended stays known: an old cycle does not turn grey.
    if newest is not None and min(at, over) - newest.at > patience:
        return Reason(Why.STALE, {"days": days or 0.0})
    if share is None:
        return Reason(_lacking(history.terms(at)))
    return None


def _lacking(terms: Terms) -> Why:
    if terms.kind is Kind.BASELINE_FIRST:
        return Why.NO_BASELINE if terms.baseline is None else Why.NO_TARGET
    return Why.NO_TARGET if terms.kind.keeps or terms.target is None else Why.NO_BASELINE


def _bounds(history: History) -> tuple[datetime, datetime]:
    """The cycle's first instant and the one after its last, in UTC."""
    return (
        datetime.combine(history.starts, time.min, UTC),
        datetime.combine(history.ends + timedelta(days=1), time.min, UTC),
    )


def _paced(
    terms: Terms, value: float | None, share: float, should: float
) -> tuple[Colour, tuple[Reason, ...]]:
    if terms.kind.keeps:
        if share < 1:
            return Colour.RED, (Reason(Why.BREACHED, {"progress": share}),)
        return Colour.GREEN, (Reason(Why.HELD),)
    if share >= 1:
        best = Why.STRETCH if reached_stretch(terms, value) else Why.REACHED
        return Colour.GREEN, (Reason(best),)
    lag = should - share - _TINY
    numbers = {"progress": share, "expected": should}
    if lag <= BEHIND:
        return Colour.GREEN, (Reason(Why.ON_PACE, numbers),)
    if lag <= max(FAR_BEHIND, FAR_BEHIND_OF_EXPECTED * should):
        return Colour.AMBER, (Reason(Why.BEHIND, numbers),)
    return Colour.RED, (Reason(Why.FAR_BEHIND, numbers),)


def _felt(
    colour: Colour, reasons: tuple[Reason, ...], votes: Confidence | None
) -> tuple[Colour, tuple[Reason, ...]]:
    """What is reached is reached, whatever anybody felt; else low confidence is a warning."""
    said = _feeling(votes)
    if votes is None or votes.mean >= LOW_CONFIDENCE or reasons[0].code in _ARRIVED:
        return colour, (*reasons, *said)
    cap = Colour.RED if votes.mean < NO_CONFIDENCE else Colour.AMBER
    return _capped(colour, reasons, cap, said)


_ARRIVED = (Why.REACHED, Why.STRETCH)


def _feeling(votes: Confidence | None) -> tuple[Reason, ...]:
    """What the votes say beside the colour."""
    if votes is None:
        return ()
    said = []
    if votes.mean < LOW_CONFIDENCE:
        said.append(Reason(Why.LOW_CONFIDENCE, {"mean": votes.mean}))
    if votes.spread >= SPLIT:
        split = {"spread": float(votes.spread), "mean": votes.mean}
        said.append(Reason(Why.CONFIDENCE_SPLIT, split))
    return tuple(said)


def _capped(
    colour: Colour, reasons: tuple[Reason, ...], cap: Colour, said: tuple[Reason, ...]
) -> tuple[Colour, tuple[Reason, ...]]:
    """At best `cap`; what made the colour stands first."""
    if WORSE.index(cap) > WORSE.index(colour):
        return cap, (*said, *reasons)
    return colour, (*reasons, *said)


def _guarded(alone: Standing, named: int | None, guardrail: Standing | None) -> Standing:
    if named is None:
        return alone
    if guardrail is None or guardrail.colour is Colour.GREY:
        code = Why.GUARDRAIL_UNKNOWN
    elif guardrail.breached:
        code = Why.GUARDRAIL_BREACHED
    else:
        return alone
    said = (Reason(code, {"guardrail": named}),)
    if alone.colour is Colour.GREY:  # a cap makes nothing known
        return replace(alone, reasons=(*alone.reasons, *said))
    colour, reasons = _capped(alone.colour, alone.reasons, Colour.AMBER, said)
    return replace(alone, colour=colour, reasons=reasons)
