"""Numbers as people type them."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import UserMistake
from bot.okrs.parse import LARGEST, number


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
