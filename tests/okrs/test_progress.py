"""Worked examples of how far a key result is, kind by kind, and what the numbers never do."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.okrs.progress import (
    breached,
    direction,
    expected,
    expected_of,
    goal,
    milestone_value,
    origin,
    progress,
    reached_stretch,
)
from bot.okrs.rules import Amended, Curve, History, Kind, Milestone, Shape, Terms

NAN, INF = float("nan"), float("inf")
UP, DOWN, ABOVE, BELOW = Kind.INCREASE, Kind.DECREASE, Kind.KEEP_ABOVE, Kind.KEEP_BELOW
BAND, FIRST = Kind.KEEP_IN_BAND, Kind.BASELINE_FIRST
STONES = Terms(
    Kind.MILESTONES,
    milestones=(Milestone("Design", 1), Milestone("Build", 3), Milestone("Launch", 4)),
)
ZONES = Terms(Kind.ORDINAL, zones=("ad hoc", "repeatable", "defined", "measured", "improving"))

# Kind, baseline, target, value: progress.
WAYS = [
    # Increase: the share of the way from baseline to target.
    (UP, 20, 80, 20, 0.0),
    (UP, 20, 80, 50, 0.5),
    (UP, 20, 80, 80, 1.0),
    (UP, 20, 80, 95, 1.0),  # beyond is not more than all of it
    (UP, 20, 80, 5, 0.0),  # below the start is not less than nothing
    (UP, -30, -10, -20, 0.5),  # both ends below zero
    (UP, -10, 10, 0, 0.5),  # across zero
    (UP, None, 40, 10, 0.25),  # without a baseline it started at 0
    (UP, None, -10, -20, None),  # 0 is beyond the target, so nobody knows where it started
    (UP, None, -10, -5, 1.0),  # reached wherever it started
    (UP, 80, 80, 80, 1.0),  # start equals target: reached ...
    (UP, 80, 80, 79, 0.0),  # ... or lost
    (UP, 90, 80, 85, 1.0),  # it started beyond its target
    (UP, 90, 80, 79, 0.0),
    (UP, 20, None, 50, None),
    (UP, 20, 80, None, None),  # no check-in yet, or the week was missed
    (UP, 20, 80, NAN, None),  # no number
    # Decrease: the same, downwards.
    (DOWN, 9, 4, 9, 0.0),
    (DOWN, 9, 4, 8, 0.2),
    (DOWN, 9, 4, 4, 1.0),
    (DOWN, 9, 4, 2, 1.0),
    (DOWN, 9, 4, 12, 0.0),
    (DOWN, -10, -30, -25, 0.75),
    (DOWN, None, -40, -10, 0.25),  # a loss that grows on purpose started at 0
    (DOWN, None, 4, 8, None),  # from where does it come down?
    (DOWN, None, 4, 3, 1.0),
    (DOWN, None, 0, 3, None),
    (DOWN, 4, 4, 4, 1.0),
    (DOWN, 4, 4, 5, 0.0),
    (DOWN, 3, 4, 3.5, 1.0),
    (DOWN, 9, 4, None, None),
    # Keep above: held or not; a baseline on the wrong side tells what is recovered.
    (ABOVE, None, 99.5, 99.5, 1.0),  # the level itself holds
    (ABOVE, None, 99.5, 99.9, 1.0),
    (ABOVE, None, 99.5, 99.4, 0.0),
    (ABOVE, 99.0, 99.5, 99.25, 0.5),  # it was below when the cycle began
    (ABOVE, 99.0, 99.5, 98.0, 0.0),
    (ABOVE, 99.9, 99.5, 99.0, 0.0),  # it was fine before, so nothing is recovered
    (ABOVE, 0, 100, 99.999, 0.99),  # nearly is never 1
    (ABOVE, None, -5, -7, 0.0),
    (ABOVE, None, None, 7, None),
    (ABOVE, None, 99.5, None, None),
    # Keep below.
    (BELOW, None, 2.5, 2.5, 1.0),
    (BELOW, None, 2.5, 0, 1.0),
    (BELOW, None, 2.5, 2.6, 0.0),
    (BELOW, 4.5, 2.5, 3.0, 0.75),
    (BELOW, 2.0, 2.5, 3.0, 0.0),
    (BELOW, None, -2.5, -2.0, 0.0),
    (BELOW, None, 2.5, None, None),
    # Baseline first: up or down by the order of its ends, once both are known.
    (FIRST, None, None, 7, None),
    (FIRST, None, 9, 7, None),
    (FIRST, 5, None, 7, None),
    (FIRST, 5, 9, 7, 0.5),
    (FIRST, 9, 5, 8, 0.25),
    (FIRST, 9, 5, 4, 1.0),
    (FIRST, 5, 5, 5, 1.0),  # start equals target: kept or lost
    (FIRST, 5, 5, 4, 0.0),
    (FIRST, 5, 9, None, None),
]

# Low, high, baseline, value: progress. Both ends are in.
BANDS = [
    (40, 60, None, 50, 1.0),
    (40, 60, None, 40, 1.0),
    (40, 60, None, 60, 1.0),
    (40, 60, None, 39.9, 0.0),
    (40, 60, None, 61, 0.0),
    (40, 60, 20, 30, 0.5),  # on its way up into the band
    (40, 60, 100, 70, 0.75),  # on its way down into it
    (40, 60, 20, 70, 0.0),  # through it and out on the other side
    (-20, -10, -40, -30, 0.5),
    (40, None, None, 1000, 1.0),  # one end alone
    (40, None, None, 39, 0.0),
    (None, 60, None, -1000, 1.0),
    (None, 60, 80, 61, 0.95),
    (5, 5, None, 5, 1.0),  # a band of one value
    (5, 5, 0, 4, 0.8),
    (None, None, None, 5, None),
    (40, 60, 20, None, None),
]

# (weighted percentage done, progress)
DONE = [(0, 0.0), (12.5, 0.125), (50, 0.5), (62.5, 0.625), (100, 1.0), (None, None)]

# (weights done, weights open, percentage)
WEIGHED = [
    ((), (), 0.0),
    ((), (1, 1), 0.0),
    ((1,), (1, 2), 25.0),
    ((3, 4), (1,), 87.5),
    ((0.1, 0.2, 0.7), (), 100.0),  # no trace of 0.1 + 0.2
    ((5,), (), 100.0),
    ((1, 1), (1,), 200 / 3),
]

# (baseline, target, position, progress) of five zones, 0 to 4
POSITIONS = [
    (None, None, 0, 0.0),  # the target is the last zone if none is named
    (None, None, 2, 0.5),
    (None, None, 4, 1.0),
    (None, 2, 1, 0.5),
    (1, 3, 2, 0.5),
    (1, 3, 0, 0.0),  # a zone back
    (1, 3, 4, 1.0),
    (3, 3, 3, 1.0),  # start equals target
    (3, 3, 2, 0.0),
    (1, 3, None, None),
]


@pytest.mark.parametrize(("kind", "baseline", "target", "value", "share"), WAYS)
def test_ways_and_levels(
    kind: Kind, baseline: float, target: float, value: float, share: float | None
) -> None:
    assert progress(Terms(kind, baseline, target), value) == _about(share)


@pytest.mark.parametrize(("low", "high", "baseline", "value", "share"), BANDS)
def test_bands(low: float, high: float, baseline: float, value: float, share: float | None) -> None:
    terms = Terms(BAND, baseline=baseline, low=low, high=high)
    assert progress(terms, value) == _about(share)
    assert breached(terms, value) is (None if share is None else share < 1)


@pytest.mark.parametrize(("value", "share"), DONE)
def test_milestones(value: float, share: float | None) -> None:
    assert progress(STONES, value) == share


@pytest.mark.parametrize(("done", "still", "percentage"), WEIGHED)
def test_milestones_weigh(
    done: tuple[float, ...], still: tuple[float, ...], percentage: float
) -> None:
    stones = [Milestone("did", one, True) for one in done] + [
        Milestone("will", one) for one in still
    ]
    assert milestone_value(stones) == pytest.approx(percentage)
    assert (milestone_value(stones) == 100) is (bool(done) and not still)


@pytest.mark.parametrize(("baseline", "target", "position", "share"), POSITIONS)
def test_ordinal_zones(
    baseline: float, target: float, position: float, share: float | None
) -> None:
    assert progress(replace(ZONES, baseline=baseline, target=target), position) == share


def _about(share: float | None) -> object:
    return None if share is None else pytest.approx(share)


def test_only_levels_are_breached() -> None:
    assert breached(Terms(UP, 20, 80), 0) is False
    assert breached(Terms(BELOW, target=2.5), 2.6) is True
    assert breached(Terms(BELOW, target=2.5), None) is None
    assert breached(Terms(BELOW, high=2.5), 2.6) is True, "an end of a band names the level too"


@pytest.mark.parametrize(
    ("terms", "value", "reached"),
    [
        (Terms(UP, 20, 80, 100), 99, False),
        (Terms(UP, 20, 80, 100), 100, True),
        (Terms(DOWN, 9, 4, 3), 3.5, False),
        (Terms(DOWN, 9, 4, 3), 3, True),
        (Terms(UP, 20, 80), 200, False),  # none was set
        (Terms(UP, 20, 80, 100), None, False),
        (Terms(UP, 20, 80, 60), 70, False),  # a stretch short of the target is none
        (Terms(ABOVE, target=99.5, stretch=99.9), 99.95, True),
        (Terms(BELOW, target=2.5, stretch=2), 1.9, True),
        (Terms(FIRST, 9, 5, 4), 4, True),
        (Terms(BAND, low=1, high=2, stretch=1.5), 1.5, False),
    ],
)
def test_stretch(terms: Terms, value: float, reached: bool) -> None:
    assert reached_stretch(terms, value) is reached


@pytest.mark.parametrize(
    ("terms", "ends", "way"),
    [
        (Terms(UP, None, 40), (0, 40), 1),
        (Terms(DOWN, 9, 4), (9, 4), -1),
        (Terms(DOWN, None, 4), (None, 4), -1),
        (STONES, (0, 100), 1),
        (ZONES, (0, 4), 1),
        (Terms(FIRST, 9, 5), (9, 5), -1),
        (Terms(FIRST, 9), (9, None), 0),
        (Terms(ABOVE, target=3), (None, None), 1),
        (Terms(BELOW, target=3), (None, None), -1),
        (Terms(BAND, low=3), (None, None), 0),
    ],
)
def test_where_it_comes_from_and_goes(
    terms: Terms, ends: tuple[float | None, float | None], way: int
) -> None:
    assert (origin(terms), goal(terms)) == ends
    assert direction(terms) == way


# A cycle of ten days: every day is a tenth. A date counts to its evening.
STARTS, ENDS = date(2027, 1, 4), date(2027, 1, 13)
NOON = datetime(2027, 1, 6, 12, tzinfo=UTC)
POINTS = ((date(2027, 1, 8), 0.6), (date(2027, 1, 5), 0.2))


@pytest.mark.parametrize(
    ("shape", "at", "share"),
    [
        (Shape.LINEAR, STARTS - timedelta(days=9), 0.0),
        (Shape.LINEAR, datetime(2027, 1, 4, tzinfo=UTC), 0.0),
        (Shape.LINEAR, STARTS, 0.1),
        (Shape.LINEAR, NOON, 0.25),
        (Shape.LINEAR, NOON.astimezone(timezone(timedelta(hours=12))), 0.3),  # midnight there
        (Shape.LINEAR, ENDS, 1.0),
        (Shape.LINEAR, ENDS + timedelta(days=30), 1.0),
        (Shape.S_CURVE, NOON, 3 * 0.25**2 - 2 * 0.25**3),
        (Shape.S_CURVE, date(2027, 1, 8), 0.5),
        (Shape.S_CURVE, ENDS, 1.0),
        (Shape.STEPS, datetime(2027, 1, 5, 12, tzinfo=UTC), 0.0),  # that day is still there
        (Shape.STEPS, date(2027, 1, 5), 0.2),
        (Shape.STEPS, date(2027, 1, 7), 0.2),
        (Shape.STEPS, date(2027, 1, 8), 0.6),
        (Shape.STEPS, date(2027, 1, 12), 0.6),
        (Shape.STEPS, ENDS, 1.0),  # the cycle's end is always the last step
        (Shape.PHASED, datetime(2027, 1, 4, tzinfo=UTC), 0.0),
        (Shape.PHASED, STARTS, 0.1),
        (Shape.PHASED, date(2027, 1, 5), 0.2),
        (Shape.PHASED, datetime(2027, 1, 7, 12, tzinfo=UTC), 0.2 + 0.4 / 2),
        (Shape.PHASED, date(2027, 1, 8), 0.6),
        (Shape.PHASED, ENDS, 1.0),
    ],
)
def test_curves(shape: Shape, at: date, share: float) -> None:
    terms = Terms(UP, 0, 1, curve=Curve(shape, POINTS))
    assert expected(terms, STARTS, ENDS, at) == pytest.approx(share)


def test_a_level_is_expected_to_hold_from_the_first_day() -> None:
    assert expected(Terms(ABOVE, target=1), STARTS, ENDS, STARTS) == 1


def test_between_two_zones_the_lower_one_is_expected() -> None:
    shares = [expected(ZONES, STARTS, ENDS, STARTS + timedelta(days=day)) for day in range(10)]
    assert shares == [0, 0, 0.25, 0.25, 0.5, 0.5, 0.5, 0.75, 0.75, 1]


def test_what_finds_its_baseline_first_sets_out_when_its_target_is_known() -> None:
    found = datetime(2027, 1, 8, 15, tzinfo=UTC)
    history = History(
        1,
        STARTS,
        ENDS,
        timedelta(days=1),
        (
            Amended(datetime(2027, 1, 1, tzinfo=UTC), Terms(FIRST)),
            Amended(found, Terms(FIRST, 5, 9)),
            Amended(found + timedelta(days=1), Terms(FIRST, 5, 8)),
        ),
    )
    ends = datetime(2027, 1, 12, 23, tzinfo=UTC)
    assert expected_of(history, datetime(2027, 1, 8, tzinfo=UTC), ends) == 0
    assert expected_of(history, date(2027, 1, 10), ends) == 0.5
    assert expected_of(history, date(2027, 1, 8), datetime(2027, 1, 7, tzinfo=UTC)) == 0.5


NUMBERS = st.floats(-1e6, 1e6)
MAYBE = st.none() | NUMBERS
TERMS = st.builds(
    Terms,
    kind=st.sampled_from(Kind),
    baseline=MAYBE,
    target=MAYBE,
    stretch=MAYBE,
    low=MAYBE,
    high=MAYBE,
    zones=st.sampled_from([(), ("a",), ("a", "b", "c")]),
    curve=st.builds(
        Curve,
        st.sampled_from(Shape),
        st.lists(
            st.tuples(st.dates(STARTS - timedelta(9), ENDS + timedelta(9)), st.floats(-1, 2)),
            max_size=4,
        ).map(tuple),
    ),
)


@given(TERMS, NUMBERS, NUMBERS)
@settings(max_examples=150, deadline=None)
def test_progress_never_falls_on_the_good_side(terms: Terms, one: float, other: float) -> None:
    low, high = (progress(terms, value) for value in sorted((one, other)))
    for share in (low, high):
        assert share is None or 0 <= share <= 1
    if low is not None and high is not None:
        assert (high - low) * direction(terms) >= 0


@given(TERMS, st.integers(-500, 500), st.integers(0, 500))
@settings(max_examples=150, deadline=None)
def test_what_is_expected_never_falls(terms: Terms, hour: int, later: int) -> None:
    at = datetime(2027, 1, 4, tzinfo=UTC) + timedelta(hours=hour)
    now = expected(terms, STARTS, ENDS, at)
    then = expected(terms, STARTS, ENDS, at + timedelta(hours=later))
    assert 0 <= now <= then + 1e-12
    assert then <= 1
    assert expected(terms, STARTS, ENDS, ENDS) == 1


@given(TERMS)
@settings(max_examples=50, deadline=None)
def test_no_number_is_no_progress(terms: Terms) -> None:
    assert {progress(terms, value) for value in (None, NAN, INF, -INF)} == {None}
