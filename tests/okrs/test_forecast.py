"""Where key results land: worked examples, and how often the interval holds."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.okrs.forecast import Forecast, cleaned, forecast, rebased
from bot.okrs.rules import Amended, Curve, History, Kind, Milestone, Reading, Shape, Terms
from tests.okrs.simulated import MAIN, covered, foreseen, late, share, simulated, steady

STARTS, ENDS = date(2027, 1, 4), date(2027, 4, 4)  # 13 weeks
MONDAY, WEEK = datetime(2027, 1, 4, tzinfo=UTC), timedelta(weeks=1)
TERMS = Terms(Kind.INCREASE, 0, 80)


def history(*values: float, terms: Terms = TERMS) -> History:
    """Weekly values, the first at the end of week 1."""
    readings = tuple(
        Reading(MONDAY + number * WEEK, value) for number, value in enumerate(values, 1)
    )
    return History(1, STARTS, ENDS, WEEK, (Amended(MONDAY - WEEK, terms),), readings)


def told(*values: float, terms: Terms = TERMS) -> Forecast:
    """The forecast at the last reading."""
    found = forecast(history(*values, terms=terms), MONDAY + len(values) * WEEK)
    assert found is not None
    return found


def test_needs_and_gave() -> None:
    """Nine weeks in at 67.6 of 80: what is left, over four weeks, and the last four readings."""
    seen = told(10, 20, 31, 41, 52, 62.5, 64.1, 66, 67.6)
    assert seen.needs == pytest.approx((80 - 67.6) / 4)
    assert seen.gave == pytest.approx((67.6 - 62.5) / 3)
    assert seen.points == 9
    assert seen.landing == pytest.approx(67.6 + 4 * 1.7), "it lands as the last four lead"
    assert seen.low < seen.landing < seen.high


def test_a_steady_trend_lands_where_it_leads() -> None:
    seen = told(6, 12.2, 17.9, 24.1, 30, 36.1, 41.8)
    assert seen.landing == pytest.approx(78, abs=1)
    assert 1 < seen.high - seen.low < 10


def test_down_has_negative_needs() -> None:
    seen = told(9, 8.6, 8.1, 7.6, terms=Terms(Kind.DECREASE, 9, 4))
    assert seen.needs == pytest.approx(-3.6 / 9)
    assert seen.gave == pytest.approx(-1.4 / 3)
    assert told(9, 6, 3.9, terms=Terms(Kind.DECREASE, 9, 4)).needs == 0, "it is there"
    found = told(9, 8, 7, terms=Terms(Kind.BASELINE_FIRST, 9, 4))
    assert found.needs == -0.3
    assert told(9, 8, 7, terms=Terms(Kind.BASELINE_FIRST, 9)).needs is None


def test_three_points_are_wide_even_on_a_line() -> None:
    assert forecast(history(5, 10), MONDAY + 2 * WEEK) is None
    few, many = told(5, 10.5, 15), told(*(5.0 * week for week in range(1, 11)))
    assert few.high - few.low > 20
    assert few.high - few.low > 10 * (many.high - many.low) > 0
    still = told(0, 0, 0)
    assert still.low < 0 < still.high


def test_one_reading_a_day_counts_the_last() -> None:
    once = history(5, 11, 15)
    corrected = (Reading(MONDAY + 2 * WEEK - timedelta(hours=1), 99), *once.readings[1:])
    twice = replace(once, readings=(once.readings[0], *corrected))
    # An hour before midnight is the day before, so that one stays a reading of its own.
    assert forecast(twice, MONDAY + 4 * WEEK) != forecast(once, MONDAY + 4 * WEEK)
    shifted = (Reading(MONDAY + 2 * WEEK + timedelta(hours=1), 11),)
    same_day = replace(
        once,
        readings=(once.readings[0], Reading(MONDAY + 2 * WEEK, 99), *shifted, once.readings[2]),
    )
    plain = replace(once, readings=(once.readings[0], *shifted, once.readings[2]))
    assert forecast(same_day, MONDAY + 4 * WEEK) == forecast(plain, MONDAY + 4 * WEEK)


@pytest.mark.parametrize("place", [0, 3, 6])
def test_one_slip_of_the_keyboard_moves_next_to_nothing(place: int) -> None:
    clean = [6, 12.2, 17.9, 24.1, 30, 36.1, 41.8]
    wrong = list(clean)
    wrong[place] *= 10
    fine, slipped = told(*clean), told(*wrong)
    assert slipped.landing == pytest.approx(fine.landing, abs=2)
    assert slipped.high - slipped.low < 15
    weeks = [float(week) for week in range(7)]
    assert cleaned(weeks, clean) == clean


def test_readings_start_anew_when_the_baseline_is_changed() -> None:
    before = history(5, 10, 15, 20, 70, 72, 74)
    at = MONDAY + 4.5 * WEEK
    moved = replace(before, amended=(*before.amended, Amended(at, replace(TERMS, baseline=68))))
    seen = forecast(moved, MONDAY + 7 * WEEK)
    assert seen is not None
    assert (seen.points, rebased(moved, MONDAY + 7 * WEEK)) == (3, at)
    assert seen.landing == pytest.approx(86, abs=1)
    assert forecast(moved, MONDAY + 6 * WEEK) is None, "two are not enough"
    raised = replace(before, amended=(*before.amended, Amended(at, replace(TERMS, target=90))))
    assert rebased(raised, MONDAY + 7 * WEEK) is None, "a new target measures the same"


def test_a_baseline_found_does_not_start_anew() -> None:
    open_ = replace(history(3, 4, 5), amended=(Amended(MONDAY, Terms(Kind.BASELINE_FIRST)),))
    known = Amended(MONDAY + 2.5 * WEEK, Terms(Kind.BASELINE_FIRST, 3, 9))
    assert rebased(replace(open_, amended=(*open_.amended, known)), MONDAY + 3 * WEEK) is None


def test_milestones_stay_between_what_is_done_and_all() -> None:
    stones = Terms(Kind.MILESTONES, milestones=(Milestone("a", 1), Milestone("b", 3)))
    fast = told(10, 30, 55, 80, terms=stones)
    assert fast.landing == fast.high == 100
    stuck = told(0, 25, 25, 25, terms=stones)
    assert stuck.low == 25 <= stuck.landing <= stuck.high == 100
    done = replace(stones, milestones=(Milestone("a", 1, True), Milestone("b", 3)))
    ticked = history(0, 0, 25, terms=stones)
    ticked = replace(ticked, amended=(*ticked.amended, Amended(MONDAY + 3 * WEEK, done)))
    assert rebased(ticked, MONDAY + 3 * WEEK) is None, "to be done is no new measure"
    heavier = replace(stones, milestones=(Milestone("a", 2), Milestone("b", 3)))
    weighed = replace(ticked, amended=(*ticked.amended[:1], Amended(MONDAY + 3 * WEEK, heavier)))
    assert rebased(weighed, MONDAY + 3 * WEEK) == MONDAY + 3 * WEEK


def test_what_has_no_forecast() -> None:
    for terms in (
        Terms(Kind.KEEP_ABOVE, target=3),
        Terms(Kind.KEEP_BELOW, target=3),
        Terms(Kind.KEEP_IN_BAND, low=3),
        Terms(Kind.ORDINAL, zones=("a", "b", "c")),
    ):
        assert forecast(history(0, 1, 1, 2, terms=terms), MONDAY + 5 * WEEK) is None
    over = MONDAY + 13 * WEEK
    assert forecast(history(1, 2, 3), over) is None, "then the value itself is known"
    last_hour = forecast(history(1, 2, 3), over - timedelta(hours=1))
    assert last_hour is not None
    assert last_hour.needs is None


def test_a_promised_s_curve_is_followed() -> None:
    """Slow weeks that were foreseen do not foretell a poor end."""
    shares = [x * x * (3 - 2 * x) for x in (week / 13 for week in range(1, 6))]
    values = [80 * one for one in shares]
    straight, curved = (
        told(*values),
        told(*values, terms=replace(TERMS, curve=Curve(Shape.S_CURVE))),
    )
    assert curved.landing == pytest.approx(80, abs=3)
    assert curved.high - curved.low < straight.high - straight.low
    early = replace(history(*values, terms=replace(TERMS, curve=Curve(Shape.S_CURVE))), starts=ENDS)
    assert forecast(early, MONDAY + 5 * WEEK) is not None, (
        "readings of before the cycle still count"
    )


@given(
    st.lists(st.tuples(st.integers(0, 12 * 7 * 24), st.floats(-1e9, 1e9)), min_size=3, max_size=13),
    st.sampled_from([Kind.INCREASE, Kind.MILESTONES, Kind.BASELINE_FIRST]),
    st.sampled_from(Shape),
)
@settings(max_examples=80, deadline=None)
def test_any_readings_have_a_forecast_in_order(
    read: list[tuple[int, float]], kind: Kind, shape: Shape
) -> None:
    readings = tuple(Reading(MONDAY + timedelta(hours=hour), value) for hour, value in sorted(read))
    one = replace(history(terms=Terms(kind, 0, 80, curve=Curve(shape))), readings=readings)
    seen = forecast(one, MONDAY + 12 * WEEK)
    assert (seen is None) is (len({reading.at.date() for reading in readings}) < 3)
    if seen is not None:
        assert seen.low <= seen.landing <= seen.high


def test_four_intervals_in_five_hold() -> None:
    """On each way in which numbers move, and on all of them together."""
    held = {family.__name__: covered(family, 1500) for family in MAIN}
    for name, told in held.items():
        assert 0.75 <= share(told) <= 0.85, name
    everything = [one for told in held.values() for one in told]
    assert 0.78 <= share(everything) <= 0.83
    assert share(everything, 3, 4) >= 0.75, "three points are honest"


def test_an_s_curve_foreseen_holds_better() -> None:
    straight, curved = share(covered(late, 1000)), share(covered(foreseen, 1000))
    assert curved >= straight + 0.03
    assert curved >= 0.7


def test_a_forecast_takes_less_than_a_millisecond() -> None:
    """The fastest of many: the machine may be busy with other things."""
    full = [one for one in simulated(steady, 200, 9) if len(one.history.readings) == 13]
    assert full
    took = []
    for one in full * 5:
        start = process_time()
        forecast(one.history, one.at)
        took.append(process_time() - start)
    assert min(took) < 0.001
