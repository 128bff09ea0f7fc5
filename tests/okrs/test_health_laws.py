"""What no history of a key result can bring about, whatever happens in it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.okrs.health import Colour, Why, objective, standing, standings
from bot.okrs.rules import Amended, Confidence, Curve, History, Kind, Reading, Shape, Terms

STARTS, ENDS = date(2027, 1, 4), date(2027, 4, 4)  # 13 weeks
WEEK = timedelta(weeks=1)
MONDAY = datetime(2027, 1, 4, tzinfo=UTC)
HOURS = st.integers(-300, 24 * 100)
INSTANTS = HOURS.map(lambda hours: MONDAY + timedelta(hours=hours))
VALUES = st.floats(-50, 150)
KINDS = st.builds(
    Terms,
    kind=st.sampled_from(Kind),
    baseline=st.sampled_from([None, 0, 10, 100]),
    target=st.sampled_from([None, 0, 50, 100]),
    low=st.sampled_from([None, 20]),
    high=st.sampled_from([None, 80]),
    zones=st.just(("a", "b", "c")),
    curve=st.sampled_from(Shape).map(lambda shape: Curve(shape, ((date(2027, 2, 1), 0.4),))),
)


def _ordered(things: st.SearchStrategy[list[datetime]]) -> st.SearchStrategy[list[datetime]]:
    return things.map(sorted)


@st.composite
def histories(draw: st.DrawFn, number: int = 1, guardrail: int | None = None) -> History:
    since = draw(_ordered(st.lists(INSTANTS, max_size=3)))
    read = draw(_ordered(st.lists(INSTANTS, max_size=8)))
    voted = draw(_ordered(st.lists(INSTANTS, max_size=3)))
    votes = st.lists(st.integers(0, 10), min_size=1, max_size=4).map(tuple)
    return History(
        number,
        STARTS,
        ENDS,
        draw(st.sampled_from([timedelta(days=1), WEEK, 2 * WEEK])),
        (
            Amended(MONDAY - 9 * WEEK, draw(KINDS)),
            *(Amended(at, draw(KINDS)) for at in since),
        ),
        tuple(Reading(at, draw(VALUES)) for at in read),
        tuple(Confidence(at, draw(votes)) for at in voted),
        guardrail,
        tuple(draw(_ordered(st.lists(INSTANTS, max_size=2)))),
    )


@given(histories(), INSTANTS)
@settings(max_examples=80, deadline=None)
def test_what_comes_later_never_rewrites_history(told: History, at: datetime) -> None:
    known = replace(
        told,
        amended=tuple(one for one in told.amended if one.since <= at),
        readings=tuple(one for one in told.readings if one.at <= at),
        confidence=tuple(one for one in told.confidence if one.at <= at),
        failed=tuple(one for one in told.failed if one <= at),
    )
    assert standing(told, at) == standing(known, at)


@given(histories(), INSTANTS, st.integers(1, 24 * 60))
@settings(max_examples=120, deadline=None)
def test_silence_never_gives_green(told: History, at: datetime, hours: int) -> None:
    """Time alone turns nothing green, and nobody is green without a value of late."""
    later = at + timedelta(hours=hours)
    quiet = replace(
        told,
        amended=told.amended[:1],
        readings=tuple(told.until(at)),
        confidence=tuple(one for one in told.confidence if one.at <= at),
        failed=tuple(one for one in told.failed if one <= at),
    )
    before, after = standing(quiet, at), standing(quiet, later)
    assert after.colour is not Colour.GREEN or before.colour is Colour.GREEN
    if after.colour is Colour.GREEN:
        assert after.age is not None
        assert after.measured_at is not None
        over = datetime(2027, 4, 5, tzinfo=UTC)
        assert min(later, over) - after.measured_at <= 1.5 * quiet.every
    assert before.reasons
    assert before.why.code


@given(histories(1, guardrail=2), histories(2), INSTANTS)
@settings(max_examples=120, deadline=None)
def test_no_guardrail_breached_or_unknown_lets_green_through(
    partner: History, rail: History, at: datetime
) -> None:
    told = standings([partner, rail], at)
    held = told[2].colour is not Colour.GREY and not told[2].breached
    codes = [one.code for one in told[1].reasons]
    assert held or told[1].colour is not Colour.GREEN
    assert held is not bool({Why.GUARDRAIL_BREACHED, Why.GUARDRAIL_UNKNOWN} & set(codes))
    assert standing(partner, at, told[2]) == told[1]
    assert held or objective([told[1], told[2]]).colour is not Colour.GREEN


@given(histories(), VALUES, VALUES, INSTANTS)
@settings(max_examples=80, deadline=None)
def test_a_better_value_never_has_a_worse_colour(
    told: History, worse: float, better: float, at: datetime
) -> None:
    worst_first = ("red", "amber", "green")
    pair = [
        standing(replace(told, readings=(Reading(at, value),), failed=()), at)
        for value in (worse, better)
    ]
    shares = [one.progress for one in pair]
    assume(None not in shares and pair[0].colour is not Colour.GREY)
    if shares[0] <= shares[1]:  # type: ignore[operator]  # the line above has no None left
        first, second = (worst_first.index(one.colour) for one in pair)
        assert first <= second
