"""Numbers, milestones, zones and curves as people type them."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import UserMistake
from bot.okrs import parse
from bot.okrs.parse import LARGEST, number
from bot.okrs.rules import Curve, Milestone, Shape


@pytest.mark.parametrize(
    ("typed", "unit", "value"),
    [
        ("", "", None),
        ("  ", "%", None),
        ("7", "", 7),
        ("1,200", "", 1200),
        ("1,200,000", "", 1_200_000),
        ("1,200.50", "", 1200.5),
        ("1.200,50", "", 1200.5),
        ("1.200.000", "", 1_200_000),
        ("1 200", "", 1200),
        ("1\u00a0200,5", "", 1200.5),
        ("1'200", "", 1200),
        ("0,5", "", 0.5),
        ("2.5%", "%", 2.5),
        ("2.5 %", "", 2.5),
        ("62 percent", "%", 62),
        ("8.1 days", "days", 8.1),
        ("1 day", "days", 1),
        ("€40k", "€", 40_000),
        ("1.2m", "", 1_200_000),
        ("-3", "", -3),
        ("−3,5", "", -3.5),
        ("+4", "", 4),
        (".5", "", 0.5),
        ("12,5", "", 12.5),
        ("0,125", "", 0.125),
        ("3 ms", "ms", 3),
    ],
)
def test_what_people_type(typed: str, unit: str, value: float | None) -> None:
    assert number(typed, unit) == value


@pytest.mark.parametrize("typed", ["about 7", "7-8", "seven", "1,2,3", "1.2.3", "nan", "inf", "7x"])
def test_what_nobody_can_read(typed: str) -> None:
    with pytest.raises(UserMistake) as refused:
        number(typed, field="value.1")
    assert (refused.value.code, refused.value.field) == ("bad_number", "value.1")


def test_beyond_all_figures() -> None:
    with pytest.raises(UserMistake, match="huge_number"):
        number("1e300")


@settings(max_examples=100, deadline=None)
@given(st.floats(-1e12, 1e12).map(lambda one: round(one, 2)))
def test_both_ways_of_writing_are_read(value: float) -> None:
    assert number(f"{value:,.2f}") == value
    swapped = f"{value:,.2f}".replace(",", "\0").replace(".", ",").replace("\0", ".")
    assert number(swapped) == value


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=30), st.text(max_size=5))
def test_nothing_typed_breaks_it(typed: str, unit: str) -> None:
    with suppress(UserMistake):
        value = number(typed, unit)
        assert value is None or abs(value) <= LARGEST


CYCLE = (date(2027, 1, 4), date(2027, 4, 4))


def test_milestones_are_read_as_they_are_written() -> None:
    told = parse.milestones("[x] Designed\n\n Built | 2,5 \n[ ] Out for 10 | 20 % | 1")
    assert told == (
        Milestone("Designed", 1, True),
        Milestone("Built", 2.5),
        Milestone("Out for 10 | 20 %", 1),
    )
    assert parse.milestones(parse.milestones_typed(told)) == told


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("Built | heavy", "bad_weight"),
        ("Built | 0", "bad_weight"),
        ("| 2", "bad_weight"),
        ("Built\nbuilt | 2", "same_twice"),
        ("\n".join(str(n) for n in range(31)), "too_many"),
        ("x" * 201, "too_long"),
    ],
)
def test_milestones_that_cannot_be_read(typed: str, code: str) -> None:
    with pytest.raises(UserMistake) as refused:
        parse.milestones(typed, field="milestones")
    assert (refused.value.code, refused.value.field) == (code, "milestones")


def test_zones_are_lines() -> None:
    assert parse.zones("Idea\n Beta \n\nEverybody") == ("Idea", "Beta", "Everybody")
    assert parse.zones("") == ()
    with pytest.raises(UserMistake, match="few_zones"):
        parse.zones("Idea")


def test_a_curve_is_read_as_it_is_written() -> None:
    told = parse.curve("steps", "2027-02-15 40 %\n2027-03-01: 70", *CYCLE)
    points = ((date(2027, 2, 15), 0.4), (date(2027, 3, 1), 0.7))
    assert told == Curve(Shape.STEPS, points)
    assert parse.curve("steps", parse.curve_typed(told), *CYCLE) == told
    assert parse.curve("s_curve", "whatever", *CYCLE) == Curve(Shape.S_CURVE)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "no_points"),
        ("15 February 40 %", "bad_point"),
        ("2027-02-15", "bad_point"),
        ("2027-02-15 140 %", "bad_point"),
        ("2027-05-15 40 %", "point_outside"),
        ("2027-02-15 40 %\n2027-02-10 50 %", "points_order"),
        ("2027-02-15 40 %\n2027-02-20 30 %", "points_order"),
    ],
)
def test_a_curve_that_cannot_be_read(typed: str, code: str) -> None:
    with pytest.raises(UserMistake, match=code):
        parse.curve("phased", typed, *CYCLE)
