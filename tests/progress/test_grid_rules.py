"""The grid's figures: written examples, and laws that hold for any marks."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.drills.progress import rules, views
from bot.drills.progress.rules import MOCKS, Answer, Grid
from bot.plans import aiming
from bot.scoring.rules import Cell

BEGAN = datetime(2026, 3, 2, 8, tzinfo=UTC)
MARKS = st.floats(0, 4, allow_nan=False).map(lambda one: round(one, 2))
SOME = st.lists(MARKS, min_size=6, max_size=20)


def answer(day: int, family: str = "metric-drop", **marks: float) -> Answer:
    told = {Cell(name): mark for name, mark in marks.items()}
    return Answer(BEGAN + timedelta(days=day), family, told, 2.0)


@pytest.mark.parametrize(
    ("marks", "says"),
    [
        ([], "not enough yet (0 of 3 answers)"),
        ([2, 3], "not enough yet (2 of 3 answers)"),
        ([2, 3, 3], "2.7 of 4, no spread and no trend yet. 3 answers."),
        ([1, 2, 3, 4], "2.5 of 4, varies by 0.8, no trend yet. 4 answers."),
        ([2, 2, 2.5, 2, 2], "2.1 of 4, steady, no trend yet. 5 answers."),
        ([2, 3, 2, 3, 2, 3], "2.5 of 4, steady, no clear trend. 6 answers."),
        # slopes of all pairs: the median is 0.4 a step, over five steps
        ([1, 1.4, 1.8, 2.2, 2.6, 3], "2.0 of 4, steady, up 2.0. 6 answers."),
        ([3, 2.6, 2.2, 1.8, 1.4, 1], "2.0 of 4, steady, down 2.0. 6 answers."),
        # a rise that nobody could feel is none
        ([2, 2.01, 2.02, 2.03, 2.04, 2.05], "2.0 of 4, steady, no clear trend. 6 answers."),
        # only the newest six make the level, only the newest twelve the trend
        ([0] * 9 + [3] * 12, "3.0 of 4, steady, no clear trend. 21 answers."),
    ],
)
def test_a_cell_in_words(marks: list[float], says: str) -> None:
    assert views.line(Cell.execution, rules.figure(marks)) == f"*Execution*  {says}"


def test_spread_and_trend_by_hand() -> None:
    # Quartiles of 0 1 2 3 4 by type 7 are 1 and 3.
    assert rules.spread([4, 0, 3, 1, 2]) == 1.0
    # S = 12 of 15 pairs, three ties of two: Var S = (510 - 54) / 18, z = 2.19.
    assert rules.trend([1, 1, 2, 2, 3, 3]) == pytest.approx(2.5)
    # One pair the wrong way round is borne, S = 13; with two far ones it is not.
    assert rules.trend([1, 2, 3, 4, 3.5, 4]) is not None
    assert rules.trend([3, 2, 3, 1, 3.5, 4]) is None


@settings(max_examples=60, deadline=None)
@given(SOME, MARKS)
def test_laws_of_a_cell(marks: list[float], shift: float) -> None:
    told = rules.figure(marks)
    assert told.level is not None
    assert told.spread is not None
    newest = marks[-6:]
    assert min(newest) - 1e-9 <= told.level <= max(newest) + 1e-9
    assert 0 <= told.spread <= (max(newest) - min(newest)) / 2 + 1e-9
    again = rules.figure([*marks, told.level])
    assert again.count == told.count + 1
    up = rules.figure([one + shift for one in marks])
    assert up.level == pytest.approx(told.level + shift)
    assert up.spread == pytest.approx(told.spread)


@settings(max_examples=60, deadline=None)
@given(SOME, st.booleans())
def test_a_trend_turns_with_time_and_with_the_scale(marks: list[float], rising: bool) -> None:
    marks = sorted(marks) if rising else marks  # by chance alone hardly any has a trend
    there = rules.trend(marks[-12:])
    back = rules.trend(marks[-12:][::-1])
    down = rules.trend([4 - one for one in marks[-12:]])
    assert (there is None) == (back is None) == (down is None)
    if there is not None and back is not None and down is not None:
        assert back == pytest.approx(-there)
        assert down == pytest.approx(-there, abs=1e-6)
        assert abs(there) >= rules.NOTICEABLE


@settings(max_examples=40, deadline=None)
@given(MARKS, st.integers(1, 30))
def test_equal_marks_never_change_the_level(mark: float, count: int) -> None:
    told = rules.figure([mark] * (count + 2))
    more = rules.figure([mark] * (count + 3))
    assert told.level == pytest.approx(mark) == more.level
    assert told.spread in (None, 0)
    assert told.trend is None is more.trend


def test_chance_seldom_makes_a_trend() -> None:
    """One in twenty at most, as the page promises."""
    lot = random.Random(7)
    runs = [rules.trend([lot.uniform(0, 4) for _ in range(12)]) for _ in range(2000)]
    assert sum(one is not None for one in runs) <= 2000 * 0.05
    rising = [rules.trend([n / 8 + lot.uniform(0, 1) for n in range(12)]) for _ in range(200)]
    assert sum(one is not None for one in rising) >= 190


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["sunset", "launch", MOCKS]),
            st.dictionaries(st.sampled_from(list(Cell)), MARKS, max_size=4),
            st.booleans(),
        ),
        max_size=40,
    )
)
def test_a_grid_counts_every_mark_once_in_any_order(
    told: list[tuple[str, dict[Cell, float], bool]],
) -> None:
    answers = [
        Answer(BEGAN + timedelta(hours=place), family, marks, partner=partner and family == MOCKS)
        for place, (family, marks, partner) in enumerate(told)
    ]
    grid = rules.grid(answers)
    assert grid == rules.grid(reversed(answers))
    for cell in Cell:
        parts = [row.cells[cell] for row in grid.families]
        whole = grid.whole.cells[cell]
        assert whole.count == sum(one.count for one in parts)
        assert whole.peers == sum(one.peers for one in parts)
        assert whole.count == sum(cell in marks for _, marks, _ in told)
    sizes = [row.marks for row in grid.families]
    assert sizes == sorted(sizes, reverse=True)
    assert 0 not in sizes
    # The weakest cell is the plan's: both pages name the same one.
    newest_first = [one.marks for one in reversed(answers)]
    assert rules.weakest(grid.whole.cells) == aiming.weakest(aiming.levels(newest_first))


def test_app_home_names_the_most_practised_families() -> None:
    answers = [answer(day, "launch", execution=2, trade_offs=1) for day in range(5)]
    answers += [answer(9 + day, "sunset", execution=3) for day in range(3)]
    answers += [answer(20, "a-b", execution=1), answer(21, "gone & <old>", execution=1)]
    answers += [Answer(BEGAN, MOCKS, {Cell.execution: 3.0}, partner=True)] * 2
    titles = {"launch": "Launch, ramp and rollback", "sunset": "Closing something down"}
    told = rules.grid(answers)
    *first, button = views.families(told, titles)
    assert [one["text"]["text"] for one in first] == [
        "*Launch, ramp and rollback*  5 answers\nTrade-offs 1.0, Execution 2.0",
        "*Closing something down*  3 answers\nExecution 3.0",
        "*Mock interviews*  2 sets of marks, not enough yet (2 of 3)",
    ]
    assert button["elements"][0]["action_id"] == "home.grid"
    modal = str(views.all_families(told, titles))
    assert "gone &amp; &lt;old&gt;" in modal
    assert (
        "*Closing something down*, 3 answers\n"
        "*Execution*  3.0 of 4, no spread and no trend yet. 3 answers.\n"
        "Not enough yet, of 3 marks: Restatement 0, Trade-offs 0, Communication 0"
    ) in views.all_families(told, titles)["blocks"][1]["text"]["text"]
    assert "*Mock interviews*, 2 sets of marks, not enough yet (2 of 3)" in modal
    assert views.stats(told, titles).count("\n") == 8


def test_many_families_are_turned_like_pages() -> None:
    answers = [
        answer(day, f"family-{number:02}", execution=2) for number in range(45) for day in (1, 2)
    ]
    told = rules.grid(answers)
    pages = [views.all_families(told, {}, page) for page in range(3)]
    assert [str(page).count("2 answers") for page in pages] == [20, 20, 5]
    assert ["More practised" in str(page) for page in pages] == [False, True, True]
    assert ["Less practised" in str(page) for page in pages] == [True, True, False]
    assert views.all_families(told, {}, 9) == pages[0]
    assert "Nothing scored yet" in str(views.all_families(Grid(), {}))
