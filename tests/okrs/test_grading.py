"""What a key result was worth, and how well a team foresaw it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.okrs.grading import Brier, brier, foreseen, grade
from bot.okrs.rules import Kind, Terms

UP = Terms(Kind.INCREASE, 0, 100)


@pytest.mark.parametrize(
    ("value", "worth"),
    [
        (-5, 0.0),
        (2.4, 0.0),
        (2.5, 0.05),
        (50, 0.5),
        (67.4, 0.65),
        (67.5, 0.7),
        (70, 0.7),
        (99.9, 0.95),  # only what is reached is a 1.0
        (100, 1.0),
        (140, 1.0),
        (None, None),
    ],
)
def test_grades_are_rounded_to_a_twentieth(value: float | None, worth: float | None) -> None:
    assert grade(UP, value) == worth


@pytest.mark.parametrize(
    ("terms", "value", "worth"),
    [
        (Terms(Kind.KEEP_BELOW, target=2.5), 2.5, 1.0),
        (Terms(Kind.KEEP_BELOW, target=2.5), 2.6, 0.0),
        (Terms(Kind.KEEP_BELOW, baseline=4.5, target=2.5), 3.5, 0.5),
        (Terms(Kind.KEEP_BELOW, baseline=4.5, target=2.5), 2.51, 0.95),
        (Terms(Kind.MILESTONES), 87.5, 0.9),
        (Terms(Kind.ORDINAL, zones=("a", "b", "c", "d")), 2, 0.65),
        (Terms(Kind.DECREASE, 4, 4), 5, 0.0),
        (Terms(Kind.BASELINE_FIRST), 5, None),
    ],
)
def test_every_kind_has_a_grade(terms: Terms, value: float, worth: float | None) -> None:
    assert grade(terms, value) == worth


@given(st.floats(-50, 150))
def test_a_grade_is_near_the_progress(value: float) -> None:
    worth = grade(UP, value)
    assert worth is not None
    assert abs(worth - min(max(value / 100, 0), 1)) <= 0.0500001
    assert round(worth * 20) == pytest.approx(worth * 20)


def test_calibration() -> None:
    perfect = [(10, True), (0, False), (10, True), (0, False), (10, True)]
    assert brier(perfect) == Brier(0.0, 0.0, 5)
    assert brier([(5, True)] * 3 + [(5, False)] * 3) == Brier(0.25, 0.0, 6)
    surer = brier([(9, True), (9, False), (9, True), (9, False), (9, True)])
    assert surer is not None
    assert surer.lean == pytest.approx(0.3), "it said 0.9, and 0.6 came about"
    assert surer.score == pytest.approx((3 * 0.01 + 2 * 0.81) / 5)
    shyer = brier([(4, True)] * 5)
    assert shyer is not None
    assert shyer.lean == pytest.approx(-0.6)


def test_few_pairs_say_nothing() -> None:
    assert brier([]) is None
    assert brier([(9, True)] * 4) is None


def test_what_came_about() -> None:
    assert foreseen(0.7)
    assert not foreseen(0.65)
