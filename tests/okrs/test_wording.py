"""The words of every OKR screen, read aloud once."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.home.okrs.views import Goal, Goals, goals
from bot.okrs import wording
from bot.okrs.forecast import Forecast
from bot.okrs.health import Colour, Reason, Why
from bot.okrs.outlook.wording import forecast_words
from bot.okrs.rules import Kind, Milestone, Terms
from tests.okrs.listed import Spec, board

DAYS = Terms(Kind.DECREASE, baseline=9, target=4, unit="days")
SHOPS = Terms(Kind.INCREASE, baseline=0, target=80, stretch=95)
REFUNDS = Terms(Kind.KEEP_BELOW, target=2.5, unit="%")
LIST = Terms(Kind.MILESTONES, milestones=(Milestone("Designed", 2, True), Milestone("Out", 1)))
STAGES = Terms(Kind.ORDINAL, target=2, zones=("Idea", "Beta", "General availability"))
NUMBERS = {
    "progress": 0.4,
    "expected": 0.62,
    "guardrail": 7,
    "mean": 3.25,
    "spread": 4,
    "days": 16.9,
    "week": 4,
}


@pytest.mark.parametrize("code", Why)
def test_every_reason_is_one_sentence(code: Why) -> None:
    told = wording.reason_words(Reason(code, NUMBERS), {7: "Refund rate"})
    assert re.fullmatch(r"[A-Z][^{}]{8,90}\.", told)
    assert wording.reason_words(Reason(code), {}).endswith(".")


def test_reasons_say_their_numbers_and_names() -> None:
    def told(code: Why) -> str:
        return wording.reason_words(Reason(code, NUMBERS), {7: "Refund rate"})

    assert told(Why.BEHIND) == "Behind: 40\xa0% of the way, expected 62\xa0%."
    assert told(Why.GUARDRAIL_BREACHED) == "Its guardrail “Refund rate” is breached."
    assert told(Why.STALE) == "No new value for 16 days."
    assert wording.reason_words(Reason(Why.GUARDRAIL_UNKNOWN, NUMBERS), {}).startswith(
        "Its guardrail has"
    )
    assert len({told(code) for code in Why}) == len(Why)


def test_every_colour_and_kind_has_words_of_its_own() -> None:
    assert len({wording.colour_mark(one) for one in Colour}) == len(Colour)
    assert all(wording.colour_mark(one).endswith(wording.colour_word(one)) for one in Colour)
    assert len({wording.kind_words(one) for one in Kind}) == len(Kind)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0"),
        (-0.0, "0"),
        (8.10, "8.1"),
        (99.995, "99.995"),
        (-0.035, "−0.035"),
        (12345.6, "12,345.6"),
        (1234567.9, "1,234,568"),
        (1e300, "1e+300"),
        (float("inf"), "∞"),
    ],
)
def test_numbers_are_short(value: float, shown: str) -> None:
    assert wording.number(value) == shown


@pytest.mark.parametrize(
    ("terms", "value", "shown", "target"),
    [
        (DAYS, 8.1, "8.1 days", "from 9 to 4 days"),
        (DAYS, 1, "1 day", "from 9 to 4 days"),
        (DAYS, None, "no value yet", "from 9 to 4 days"),
        (SHOPS, 62, "62", "from 0 to 80, at best 95"),
        (REFUNDS, 3.1, "3.1\xa0%", "at most 2.5\xa0%"),
        (LIST, 200 / 3, "1 of 2 milestones", "all 2 milestones"),
        (LIST, 25, "25\xa0% of the milestones", "all 2 milestones"),
        (STAGES, 1, "Beta", "up to General availability"),
        (Terms(Kind.BASELINE_FIRST), 3, "3", "no target yet"),
        (Terms(Kind.KEEP_IN_BAND, low=3, high=5), 4, "4", "between 3 and 5"),
    ],
)
def test_values_and_targets(terms: Terms, value: float | None, shown: str, target: str) -> None:
    assert wording.value_words(terms, value) == shown
    assert wording.target_words(terms) == target
    said_already = " of 2 milestones" in shown
    assert wording.target_beside(terms, value) == ("" if said_already else target)


@pytest.mark.parametrize(
    ("terms", "forecast", "told"),
    [
        (
            SHOPS,
            Forecast(68, 62.1, 74.4, 3.12, 1.71, 6),
            "Needs 3.1 a week, the last four gave 1.7; lands at 62 to 74 of 80.",
        ),
        (
            DAYS,
            Forecast(6, 5.83, 6.91, -0.612, -0.2, 3),
            "Needs −0.61 a week, the last three gave −0.2; lands at 5.8 to 6.9 of 4.",
        ),
        (
            DAYS,
            Forecast(5, 4.7, 5.11, None, -0.2, 6),
            "The last four gave −0.2 a week; lands at 4.7 to 5.1 of 4.",
        ),
        (
            SHOPS,
            Forecast(85, 84, 86, 0, 1.7, 6),
            "The target is reached; lands at 84 to 86 of 80.",
        ),
        (
            REFUNDS,
            Forecast(2.2, 2.1, 2.4, None, 0.1, 5),
            "",
        ),
        (
            STAGES,
            Forecast(1.6, 1.1, 2.4, 0.1, 0.1, 3),
            "",
        ),
        (SHOPS, None, "Too few values for a forecast."),
        (
            SHOPS,
            Forecast(61.8, 61.83, 73.9, 3.12, 1.71, 6),
            "Needs 3.1 a week, the last four gave 1.7; lands at 62 to 74 of 80.",
        ),
        (
            Terms(Kind.INCREASE, baseline=0, target=20_000, unit="orders"),
            Forecast(11_500, 10_234.4, 12_871.3, 1234.5, 987.6, 6),
            "Needs 1,200 a week, the last four gave 990; lands at 10,200 to 12,900 of 20,000.",
        ),
        (
            SHOPS,
            Forecast(75, -3.2, 121.2, 3.12, 1.71, 6),
            "Needs 3.1 a week, the last four gave 1.7; lands at 0 to 120 of 80.",
        ),
        (
            LIST,
            Forecast(66.7, 66.6667, 71.2, None, 12.345, 4),
            "The last four gave 12\xa0% a week; lands at 67 to 71\xa0% of the milestones.",
        ),
        (
            SHOPS,
            Forecast(61.83333, 61.83333, 61.83333, 0, 1.7, 6),
            "The target is reached; lands at 61.8 of 80.",
        ),
    ],
)
def test_forecasts(terms: Terms, forecast: Forecast | None, told: str) -> None:
    assert forecast_words(forecast, terms) == told


def test_only_the_whole_is_a_hundred_percent() -> None:
    assert wording.percent(0.999) == "99\xa0%"
    assert wording.percent(0.001) == "under 1\xa0%"
    assert wording.progress_bar(0.999).startswith("▰▰▰▰▰▰▰▰▰▱")
    assert wording.progress_bar(1).startswith("▰" * 10)
    assert "unknown" in wording.progress_bar(None)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from((DAYS, SHOPS, REFUNDS, LIST, STAGES)), *[st.floats()] * 4)
def test_no_number_breaks_a_sentence(
    terms: Terms, low: float, high: float, needs: float, gave: float
) -> None:
    assert wording.value_words(terms, low)
    told = forecast_words(Forecast(low, low, high, needs, gave, 4), terms)
    assert told.endswith(".") == (terms not in (REFUNDS, STAGES))
    assert len(told) < 200


def test_home_names_a_number_of_milestones_once() -> None:
    spec = Spec("A list", Terms(Kind.MILESTONES, milestones=LIST.milestones), (100 * 2 / 3,))
    told = board([spec, Spec("Days")])
    mine = tuple(Goal("Checkout", one, {}) for one in told.objectives[0].key_results)
    shown = str(goals(Goals(True, mine=mine), "UTC"))
    assert "1 of 2 milestones" in shown
    assert "all 2 milestones" not in shown
    assert "7 days, from 9 to 4 days" in shown
