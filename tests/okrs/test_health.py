"""Which colour a key result has at an instant, and the reason beside it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.okrs.health import (
    Colour,
    ObjectiveStanding,
    Reason,
    Standing,
    Why,
    objective,
    standing,
    standings,
)
from bot.okrs.rules import Amended, Confidence, History, Kind, Reading, Terms

STARTS, ENDS = date(2027, 1, 4), date(2027, 4, 4)  # 13 weeks
WEEK = timedelta(weeks=1)
MONDAY = datetime(2027, 1, 4, tzinfo=UTC)
HALF = MONDAY + 6.5 * WEEK  # expected: 0.5
TERMS = Terms(Kind.INCREASE, 0, 100)
LEVEL = Terms(Kind.KEEP_BELOW, target=2.5)


def history(
    *values: tuple[datetime, float],
    terms: Terms = TERMS,
    votes: tuple[int, ...] = (),
    guardrail: int | None = None,
    number: int = 1,
) -> History:
    return History(
        number,
        STARTS,
        ENDS,
        WEEK,
        (Amended(MONDAY - WEEK, terms),),
        tuple(Reading(at, value) for at, value in values),
        (Confidence(MONDAY, votes),) if votes else (),
        guardrail,
    )


def seen(
    value: float, votes: tuple[int, ...] = (), terms: Terms = TERMS, at: datetime = HALF
) -> tuple[Colour, list[str]]:
    """Colour and codes with a fresh value."""
    told = standing(history((at, value), terms=terms, votes=votes), at)
    return told.colour, [one.code for one in told.reasons]


@pytest.mark.parametrize(
    ("value", "colour", "code"),
    [
        (50, Colour.GREEN, Why.ON_PACE),
        (40, Colour.GREEN, Why.ON_PACE),  # 0.10 behind is no news
        (39.9, Colour.AMBER, Why.BEHIND),
        (25, Colour.AMBER, Why.BEHIND),  # 0.25 behind
        (24.9, Colour.RED, Why.FAR_BEHIND),
        (100, Colour.GREEN, Why.REACHED),
    ],
)
def test_pace_at_half_time(value: float, colour: Colour, code: Why) -> None:
    assert seen(value) == (colour, [code])


@pytest.mark.parametrize(
    ("weeks", "value", "colour"),
    [
        (1, 0, Colour.GREEN),  # 0.08 expected: a first week without growth is no alarm
        (2, 0, Colour.AMBER),
        (3, 0, Colour.AMBER),  # 0.23
        (4, 0, Colour.RED),
        (13, 90, Colour.GREEN),
        (13, 70, Colour.AMBER),  # 70% of what was expected: a good grade, so never red
        (13, 69, Colour.RED),
    ],
)
def test_early_weeks_are_not_noisy_and_late_ones_are_fair(
    weeks: int, value: float, colour: Colour
) -> None:
    assert seen(value, at=MONDAY + weeks * WEEK)[0] is colour


@pytest.mark.parametrize(
    ("votes", "value", "colour", "codes"),
    [
        ((4, 4), 50, Colour.GREEN, [Why.ON_PACE]),
        ((3, 4), 50, Colour.AMBER, [Why.LOW_CONFIDENCE, Why.ON_PACE]),
        ((2, 2), 50, Colour.AMBER, [Why.LOW_CONFIDENCE, Why.ON_PACE]),
        ((1, 2), 50, Colour.RED, [Why.LOW_CONFIDENCE, Why.ON_PACE]),
        ((1, 2), 30, Colour.RED, [Why.LOW_CONFIDENCE, Why.BEHIND]),
        ((1, 2), 10, Colour.RED, [Why.FAR_BEHIND, Why.LOW_CONFIDENCE]),
        ((3, 3), 30, Colour.AMBER, [Why.BEHIND, Why.LOW_CONFIDENCE]),
        ((9, 6), 50, Colour.GREEN, [Why.ON_PACE, Why.CONFIDENCE_SPLIT]),  # though the mean is fine
        ((9, 7), 50, Colour.GREEN, [Why.ON_PACE]),
        ((1, 1), 100, Colour.GREEN, [Why.REACHED, Why.LOW_CONFIDENCE]),  # it is there already
    ],
)
def test_confidence(votes: tuple[int, ...], value: float, colour: Colour, codes: list[str]) -> None:
    assert seen(value, votes) == (colour, codes)


def test_a_level_is_held_or_breached() -> None:
    assert seen(2.5, terms=LEVEL) == (Colour.GREEN, [Why.HELD])
    assert seen(2.6, terms=LEVEL) == (Colour.RED, [Why.BREACHED])
    assert seen(2.0, (3,), terms=LEVEL) == (Colour.AMBER, [Why.LOW_CONFIDENCE, Why.HELD])
    assert seen(105, terms=replace(TERMS, stretch=101)) == (Colour.GREEN, [Why.STRETCH])


@pytest.mark.parametrize(
    ("read", "at", "code", "values"),
    [
        (None, MONDAY - WEEK, Why.NOT_STARTED, {}),
        (None, MONDAY + 1.5 * WEEK, Why.NOT_STARTED, {}),
        (None, MONDAY + 1.6 * WEEK, Why.NEVER, {"week": 2}),
        (None, MONDAY + 5 * WEEK, Why.NEVER, {"week": 6}),
        (None, MONDAY + 50 * WEEK, Why.NEVER, {"week": 14}),
        (MONDAY - 0.1 * WEEK, MONDAY - 0.1 * WEEK, Why.NOT_STARTED, {}),  # a value of before
        (MONDAY - 0.1 * WEEK, MONDAY + WEEK, Why.NOT_STARTED, {}),
        (MONDAY - WEEK, MONDAY + 2 * WEEK, Why.STALE, {"days": 21}),
        (MONDAY + WEEK, MONDAY + 2.6 * WEEK, Why.STALE, {"days": pytest.approx(11.2)}),
        (MONDAY + 11 * WEEK, MONDAY + 20 * WEEK, Why.STALE, {"days": 63}),
        (MONDAY + WEEK, MONDAY + 2.5 * WEEK, Why.ON_PACE, {}),  # one check-in may be late
        (MONDAY + 12 * WEEK, MONDAY + 20 * WEEK, Why.ON_PACE, {}),  # fresh when the cycle ended
    ],
)
def test_silence_is_grey_and_says_how_long(
    read: datetime | None, at: datetime, code: Why, values: Mapping[str, object]
) -> None:
    told = standing(history(*([(read, 95.0)] if read else [])), at)
    assert told.why.code == code
    assert (told.colour is Colour.GREEN) is (code is Why.ON_PACE)
    assert code is Why.ON_PACE or told.why.values == values


def test_what_lacks_its_ends_is_grey() -> None:
    for terms, code in (
        (Terms(Kind.BASELINE_FIRST), Why.NO_BASELINE),
        (Terms(Kind.BASELINE_FIRST, baseline=3), Why.NO_TARGET),
        (Terms(Kind.DECREASE, target=4), Why.NO_BASELINE),
        (Terms(Kind.INCREASE, baseline=4), Why.NO_TARGET),
        (Terms(Kind.KEEP_IN_BAND), Why.NO_TARGET),
    ):
        assert seen(9, terms=terms) == (Colour.GREY, [code])


def test_a_source_that_fails_is_grey_until_the_next_value() -> None:
    failed = replace(history((HALF, 90), (HALF + WEEK, 92)), failed=(HALF + timedelta(days=3),))
    assert standing(failed, HALF + timedelta(days=2)).colour is Colour.GREEN
    told = standing(failed, HALF + timedelta(days=4))
    assert (told.colour, told.why) == (Colour.GREY, Reason(Why.SOURCE_FAILED, {"days": 4.0}))
    assert standing(failed, HALF + WEEK).colour is Colour.GREEN


def guarded(value: float | None, level: float | None, votes: tuple[int, ...] = ()) -> Standing:
    partner = history(*([(HALF, value)] if value is not None else []), guardrail=2, votes=votes)
    rail = history(*([(HALF, level)] if level is not None else []), terms=LEVEL, number=2)
    return standings([partner, rail], HALF)[1]


@pytest.mark.parametrize(
    ("value", "level", "colour", "codes"),
    [
        (60, 2.0, Colour.GREEN, [Why.ON_PACE]),
        (60, 3.0, Colour.AMBER, [Why.GUARDRAIL_BREACHED, Why.ON_PACE]),
        (60, None, Colour.AMBER, [Why.GUARDRAIL_UNKNOWN, Why.ON_PACE]),
        (100, 3.0, Colour.AMBER, [Why.GUARDRAIL_BREACHED, Why.REACHED]),  # not at that price
        (30, 3.0, Colour.AMBER, [Why.BEHIND, Why.GUARDRAIL_BREACHED]),
        (5, 3.0, Colour.RED, [Why.FAR_BEHIND, Why.GUARDRAIL_BREACHED]),
        (None, 3.0, Colour.GREY, [Why.NEVER, Why.GUARDRAIL_BREACHED]),
    ],
)
def test_a_guardrail_caps_its_partner_and_says_so(
    value: float | None, level: float | None, colour: Colour, codes: list[str]
) -> None:
    told = guarded(value, level)
    assert (told.colour, [one.code for one in told.reasons]) == (colour, codes)
    for reason in told.reasons:
        assert not reason.code.startswith("guardrail") or reason.get("guardrail") == 2


def test_a_guardrail_that_is_gone_is_unknown() -> None:
    orphan = history((HALF, 60), guardrail=7)
    assert standings([orphan], HALF)[1].why == Reason(Why.GUARDRAIL_UNKNOWN, {"guardrail": 7})
    assert standing(orphan, HALF).colour is Colour.AMBER


def test_guardrails_in_a_circle_come_to_an_end() -> None:
    ring = [
        history((HALF, level), terms=LEVEL, number=number, guardrail=number % 3 + 1)
        for number, level in ((1, 2.0), (2, 2.0), (3, 9.0))
    ]
    told = standings(ring, HALF)
    assert [told[number].colour for number in (1, 2, 3)] == ["green", "amber", "red"]
    itself = history((HALF, 9.0), terms=LEVEL, guardrail=1)
    assert standings([itself], HALF)[1].colour is Colour.RED


def test_a_standing_tells_all_its_numbers() -> None:
    told = standing(history((MONDAY, 10), (HALF - WEEK, 45), votes=(9, 4)), HALF)
    assert (told.id, told.at, told.terms, told.value) == (1, HALF, TERMS, 45)
    assert (told.measured_at, told.age) == (HALF - WEEK, WEEK)
    assert (told.progress, told.expected) == (0.45, 0.5)
    assert (told.confidence, told.spread) == (6.5, 5)
    assert told.lag == pytest.approx(0.05)
    assert hash(told.why) == hash(Reason(Why.ON_PACE)), "reasons can be put in a set"


def test_an_objective_is_as_its_weakest_link() -> None:
    parts = [
        standing(history((HALF, value), number=number), HALF)
        for number, value in enumerate((90, 30, 35, 45))
    ]
    silent = standing(history(number=9), HALF)
    assert objective(parts) == ObjectiveStanding(0.3, Colour.AMBER, 1, parts[1].reasons)
    assert objective([parts[0], parts[3]]).colour is Colour.GREEN
    assert objective([parts[0], silent]) == ObjectiveStanding(
        0.9, Colour.GREY, 9, silent.reasons
    ), "a silent key result vetoes green"
    assert objective([parts[1], silent]).weakest == 1, "what is known to be bad says more"
    assert objective([guarded(90, 3.0), parts[0]]).why.code is Why.GUARDRAIL_BREACHED
    assert objective([silent]).progress is None
    assert objective([]) == ObjectiveStanding(None, Colour.GREY, None, (Reason(Why.EMPTY),))


def test_an_amendment_holds_from_its_instant() -> None:
    told = history((HALF, 60))
    later = replace(told, amended=(*told.amended, Amended(HALF + WEEK, replace(TERMS, target=240))))
    assert standing(later, HALF).colour is Colour.GREEN
    assert standing(later, HALF + WEEK).progress == 0.25
