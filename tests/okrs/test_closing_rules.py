"""What the close-out decides, without a store: tables of cases."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.okrs.calibration import rules as calibration
from bot.okrs.calibration import views as calibration_views
from bot.okrs.checkins.rules import Presence
from bot.okrs.closing import rules, views
from bot.okrs.closing.outcomes import views as outcomes
from bot.okrs.closing.rules import Answerable, CloseOut, Ended, Line, Mark, Said
from bot.okrs.drafting.rules import carried, next_key, next_span, reached
from bot.okrs.grading import grade
from bot.okrs.progress import progress
from bot.okrs.rules import Amended, Confidence, Curve, History, Kind, Milestone, Shape, Terms
from bot.okrs.scoreboard import Rhythm

RHYTHM = Rhythm(1, "Tue", time(10), "Europe/Berlin")
FALL = Terms(Kind.DECREASE, baseline=9, target=4, unit="days")
STEPS = (Milestone("Designed", 1, done=True), Milestone("Built", 2), Milestone("Out", 1))


@pytest.mark.parametrize(
    ("key", "then"),
    [
        ("2026-Q1", "2026-Q2"),
        ("2026-Q4", "2027-Q1"),
        ("2026-H1", "2026-H2"),
        ("2026-H2", "2027-H1"),
        ("2026-H3", "2026-H3-next"),
        ("Spring", "Spring-next"),
    ],
)
def test_the_next_key(key: str, then: str) -> None:
    assert next_key(key) == then


@pytest.mark.parametrize(
    ("starts", "ends", "then"),
    [
        # thirteen weeks are followed by thirteen weeks, a quarter of the calendar by the next one
        (date(2026, 1, 5), date(2026, 4, 5), (date(2026, 4, 6), date(2026, 7, 5))),
        (date(2026, 1, 1), date(2026, 3, 31), (date(2026, 4, 1), date(2026, 6, 30))),
        (date(2026, 10, 1), date(2026, 12, 31), (date(2027, 1, 1), date(2027, 3, 31))),
        (date(2027, 11, 1), date(2028, 1, 31), (date(2028, 2, 1), date(2028, 4, 30))),
        (date(2026, 2, 1), date(2026, 2, 28), (date(2026, 3, 1), date(2026, 3, 31))),
    ],
)
def test_the_next_span(starts: date, ends: date, then: tuple[date, date]) -> None:
    assert next_span(starts, ends) == then


LATER = timedelta(days=91)


@pytest.mark.parametrize(
    ("terms", "value", "baseline"),
    [
        (FALL, 6.5, 6.5),  # half-way: from there
        (FALL, 11.0, 11.0),  # worse than at the start: from there too
        (FALL, 4.0, 9),  # reached: there is no way from the target to itself
        (FALL, None, 9),  # never measured
        (Terms(Kind.BASELINE_FIRST), 5.0, None),  # its target was never agreed
        (Terms(Kind.KEEP_BELOW, target=2.5), 2.1, None),  # held
        (Terms(Kind.KEEP_BELOW, target=2.5), 3.1, 3.1),  # breached: the way back is shown
        (Terms(Kind.ORDINAL, zones=("Alpha", "Beta", "GA")), 1, 1),
    ],
)
def test_where_a_kept_key_result_starts(
    terms: Terms, value: float | None, baseline: float | None
) -> None:
    went_on = carried(terms, value, LATER)
    assert went_on.baseline == baseline
    assert (went_on.kind, went_on.target) == (terms.kind, terms.target)


def test_milestones_that_are_left_go_on_and_dates_move() -> None:
    curve = Curve(Shape.STEPS, ((date(2026, 2, 2), 0.5),))
    left = carried(Terms(Kind.MILESTONES, milestones=STEPS, curve=curve), 25, LATER)
    assert [one.title for one in left.milestones] == ["Built", "Out"]
    assert left.curve.points == ((date(2026, 5, 4), 0.5),)
    done = tuple(Milestone(one.title, one.weight, done=True) for one in STEPS)
    anew = Terms(Kind.MILESTONES, milestones=done)
    assert reached(anew, 100)
    assert [one.done for one in carried(anew, 100, LATER).milestones] == [False] * 3


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from([Kind.INCREASE, Kind.DECREASE]),
    *[st.floats(-1e6, 1e6, allow_nan=False).map(lambda one: round(one, 3)) for _ in range(3)],
)
def test_what_goes_on_is_never_nearer_than_it_was(
    kind: Kind, baseline: float, target: float, value: float
) -> None:
    terms = Terms(kind, baseline=baseline, target=target)
    before = progress(terms, value)
    after = progress(carried(terms, value, LATER), value)
    assert after == (1.0 if before == 1.0 else 0.0)


@pytest.mark.parametrize(
    ("computed", "said", "missing"),
    [
        (0.8, Said(1, 0.8, onward="keep"), []),
        (0.8, Said(1, 0.9, onward="keep"), ["reason"]),
        (0.8, Said(1, 0.6, onward="drop"), ["reason", "cause"]),
        (0.5, Said(1, 0.5), ["cause", "onward"]),
        (0.5, Said(1, 0.5, cause="Late start.", onward="maybe"), ["onward"]),
        (None, Said(1, 0.0, cause="Never measured.", onward="drop"), []),
        (None, Said(1, 0.7, onward="keep"), ["reason"]),
        (0.65, Said(1, 0.7, reason="Rounded up.", onward="keep"), []),
    ],
)
def test_what_a_grade_must_say(computed: float | None, said: Said, missing: list[str]) -> None:
    assert rules.lacks(computed, said) == missing


def test_a_grade_between_tenths_can_be_chosen() -> None:
    assert 0.85 in rules.choices(0.85)
    assert len(rules.choices(0.85)) == 12
    assert len(rules.choices(0.3)) == len(rules.choices(None)) == 11


MADRID = Presence("Europe/Madrid", country=None)
MONDAY = datetime(2026, 4, 6, 8, tzinfo=UTC)
WEEK = MONDAY + rules.SETTLES


def test_who_is_asked_and_when() -> None:
    """Away is asked on the way back, gone or away for long is the lead's, nights are waited out."""
    back = datetime(2026, 4, 8, 12, tzinfo=UTC)
    people = {
        1: MADRID,
        2: Presence("Asia/Tokyo", paused_until=back),
        3: Presence("Europe/Madrid", paused_until=WEEK + timedelta(days=1)),
        9: MADRID,
    }
    found = [
        Answerable(n, f"KR {n}", who) for n, who in enumerate((1, 1, 2, 3, 4, None))
    ]  # 4 has left
    asked = rules.askings(found, people, 9, RHYTHM, MONDAY, WEEK)
    assert set(asked) == {1, 2, 9}
    assert (asked[1].at, asked[1].mine) == (MONDAY, ["KR 0", "KR 1"])
    assert asked[2].at == datetime(2026, 4, 8, 22, tzinfo=UTC)  # 07:00 in Tokyo, quiet until then
    assert asked[9].orphans == ["KR 3", "KR 4", "KR 5"]
    saturday = datetime(2026, 4, 4, 8, tzinfo=UTC)
    assert rules.askings(found, people, 9, RHYTHM, saturday, WEEK)[1].at == MONDAY
    assert rules.askings(found, {}, None, RHYTHM, MONDAY, WEEK) == {}
    assert set(rules.askings(found, people, 3, RHYTHM, MONDAY, WEEK)) == {1, 2}


@pytest.mark.parametrize(
    ("terms", "value", "words"),
    [
        (FALL, 6.5, "Last value: 6.5 days. Promise: from 9 to 4 days. That is 50\xa0% of the way"),
        (FALL, None, "never measured"),
        (Terms(Kind.KEEP_BELOW, target=2.5, unit="%"), 2.1, "Its level is held: 1.0."),
        (Terms(Kind.KEEP_BELOW, target=2.5, unit="%"), 3.0, "Its level is not held: 0.0."),
        (Terms(Kind.MILESTONES, milestones=STEPS), 25.0, "1 of 3 milestones. Promise: all 3 mile"),
        (Terms(Kind.ORDINAL, zones=("Alpha", "Beta", "GA")), 1.0, "Beta. Promise: up to GA"),
        (Terms(Kind.BASELINE_FIRST, unit="s"), 3.0, "the figures give no grade"),
    ],
)
def test_how_a_grade_comes_about_in_words(terms: Terms, value: float | None, words: str) -> None:
    computed = grade(terms, value)
    line = Line(1, "x", terms, value, Mark(computed, computed or 0.0))
    assert words in views.how(line)


def test_five_hundred_key_results_fit_slack_and_none_is_lost() -> None:
    mark = Mark(0.5, 0.6, "Out & about <!here>.", "We asked too late.", "change", by_person=True)
    lines = tuple(Line(n, f"Key result {n}.", FALL, 6.5, mark) for n in range(500))
    told = CloseOut(1, 2, "Checkout", "2026-Q1", "U0ANA", "C0PRODUCT", (Ended("Sell", lines),))
    made = [outcomes.close_out(told, n, to_lead=False) for n in range(outcomes.pages(told))]
    shown = "\n".join(
        block["text"]["text"] for one in made for block in one.blocks[:-1] if "text" in block
    )
    for n in range(500):
        assert f"• Key result {n}.: *0.6*" in shown
    assert "<!here>" not in shown
    assert all(len(one.blocks) <= 50 for one in made)


# --- how sure -----------------------------------------------------------------------------------

STARTS, OVER = datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 4, 6, tzinfo=UTC)


def _history(*said: tuple[int, tuple[int, ...]]) -> History:
    votes = tuple(Confidence(STARTS + timedelta(days=day), told) for day, told in said)
    amended = (Amended(STARTS, FALL),)
    every = timedelta(weeks=1)
    return History(1, STARTS.date(), date(2026, 4, 5), every, amended, confidence=votes)


@pytest.mark.parametrize(
    ("said", "foretold"),
    [
        ([(8, (2,)), (60, (6, 8)), (85, (10,))], 7.0),  # the last fifth begins on day 72.8
        ([(72, (6,)), (73, (10,))], 6.0),
        ([(85, (10,))], None),
        ([(-3, (9,))], None),  # before it began
        ([], None),
    ],
)
def test_which_confidence_counts(
    said: list[tuple[int, tuple[int, ...]]], foretold: float | None
) -> None:
    assert calibration.foretold(_history(*said), STARTS, OVER) == foretold


def test_one_sentence_about_a_team() -> None:
    """Brier by hand: five said 8, two came: (2 × 0.04 + 3 × 0.64) / 5 = 0.40; lean 0.8 - 0.4."""
    pairs = [(8.0, n < 2) for n in range(5)]
    assert calibration.sureness(pairs[:4]) is None
    told = calibration.sureness(pairs)
    assert told is not None
    assert (told.count, told.came, told.said) == (5, 2, 8.0)
    assert (round(told.score, 9), round(told.lean, 9)) == (0.4, 0.4)
    said = calibration_views.how_sure("Checkout", told).text
    assert "8.0 of 10 sure" in said
    assert "2 of 5 key results (4.0 of 10)" in said
    assert "surer than it turned out (Brier score 0.40" in said
    assert said.count(". ") == 0
