"""The gap between a rater's marks and others', and the harshness behind it."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.scoring.gap import (
    ENOUGH,
    LAST,
    CellGap,
    Compared,
    Harshness,
    cell_gaps,
    gaps,
    harshness,
    mean_gap,
    student,
)
from bot.scoring.rules import Cell

LEVELS = st.integers(0, 4)
REALS = st.floats(0, 4, allow_nan=False).map(lambda mark: round(mark, 3))
OWN = st.dictionaries(st.sampled_from(Cell), LEVELS, min_size=1)
BOT = st.fixed_dictionaries(dict.fromkeys(Cell, REALS))
ANSWERS = st.lists(st.builds(Compared, OWN, BOT), min_size=ENOUGH, max_size=12)


def shifted(one: Compared, own: float, others: float) -> Compared:
    return Compared(
        {cell: mark + own for cell, mark in one.own.items()},
        {cell: mark + others for cell, mark in one.bot.items()},
        tuple({cell: mark + others for cell, mark in peer.items()} for peer in one.peers),
    )


def found(answers: list[Compared]) -> Harshness:
    told = harshness(answers)
    assert told is not None
    return told


# --- gaps ---------------------------------------------------------------------------------------


def test_a_gap_needs_both_marks() -> None:
    own = {Cell.restatement: 3, Cell.trade_offs: 1}
    bot = {Cell.trade_offs: 2.5, Cell.execution: 4.0}
    assert gaps(own, bot) == {Cell.trade_offs: -1.5}
    assert mean_gap(own, bot) == -1.5
    assert mean_gap(own, {}) is None


def test_a_cells_gaps_over_time() -> None:
    answers = [Compared({Cell.execution: own}, {Cell.execution: 2.0}) for own in (4, 3, 2, 1, 0, 3)]
    assert cell_gaps(answers) == {Cell.execution: CellGap(1 / 6, 6, (1.0, 0.0, -1.0, -2.0, 1.0))}
    assert len(cell_gaps(answers * 3)[Cell.execution].last) == LAST


def test_nothing_compared_nothing_told() -> None:
    assert cell_gaps([]) == {}
    assert harshness([]) is None


# --- harshness ----------------------------------------------------------------------------------


def test_before_three_answers_nothing_is_said() -> None:
    one = Compared({Cell.execution: 1}, {Cell.execution: 3.0})
    apart = Compared({Cell.execution: 1}, {Cell.restatement: 3.0})
    assert harshness([one] * (ENOUGH - 1)) is None
    assert harshness([one] * (ENOUGH - 1) + [apart]) is None
    assert found([one] * ENOUGH).answers == ENOUGH


def test_the_formula_by_hand() -> None:
    """d = −1, 0, −2: mean −1, squares 2; offset 3·−1/4; S² = (0.5 + 2 + 0.75)/5 = 0.65."""
    answers = [
        Compared(
            {Cell.execution: 1, Cell.restatement: 2}, {Cell.execution: 2, Cell.restatement: 3}
        ),
        Compared({Cell.execution: 2}, {Cell.execution: 2.0, Cell.restatement: 4.0}),
        Compared({Cell.execution: 0}, {Cell.execution: 2.0}),
    ]
    told = found(answers)
    assert told.offset == pytest.approx(-0.75)
    assert told.give == pytest.approx(2.5706 * (0.65 / 4) ** 0.5, abs=0.002)
    assert told.could_be_chance


def test_peers_count_as_much_as_the_bot() -> None:
    one = Compared({Cell.execution: 2}, {Cell.execution: 2.0}, ({Cell.execution: 4.0},))
    assert found([one] * 3).offset == pytest.approx(-0.75)


@given(ANSWERS, st.floats(-4, 4))
def test_a_text_that_all_find_better_says_nothing_of_the_rater(
    answers: list[Compared], by: float
) -> None:
    moved = [shifted(one, by, by) for one in answers]
    assert found(moved).offset == pytest.approx(found(answers).offset, abs=1e-9)
    assert found(moved).give == pytest.approx(found(answers).give, abs=1e-9)


@given(ANSWERS, st.floats(0.01, 4))
def test_a_kinder_rater_is_found_kinder(answers: list[Compared], by: float) -> None:
    kinder = [shifted(one, by, 0) for one in answers]
    n = len(answers)
    moved = found(kinder).offset - found(answers).offset
    assert moved == pytest.approx(by * n / (n + 1))


@given(ANSWERS)
def test_the_sign_is_that_of_the_gaps_and_the_size_never_more(answers: list[Compared]) -> None:
    means = [mean_gap(one.own, one.bot) or 0.0 for one in answers]
    mean = sum(means) / len(means)
    told = found(answers)
    assert told.offset * mean >= 0
    assert abs(told.offset) <= abs(mean) + 1e-12


@given(ANSWERS)
def test_swapping_rater_and_bot_turns_the_sign(answers: list[Compared]) -> None:
    swapped = [
        Compared({cell: one.bot[cell] for cell in one.own}, dict(one.own)) for one in answers
    ]
    assert found(swapped).offset == pytest.approx(-found(answers).offset, abs=1e-9)
    assert found(swapped).give == pytest.approx(found(answers).give, abs=1e-9)


@given(ANSWERS, st.integers(2, 6))
def test_more_of_the_same_makes_it_surer(answers: list[Compared], times: int) -> None:
    assert found(answers * times).give < found(answers).give


@given(ANSWERS)
def test_the_order_of_answers_does_not_matter(answers: list[Compared]) -> None:
    assert found(answers[::-1]).offset == pytest.approx(found(answers).offset)


@pytest.mark.parametrize(
    ("degrees", "exact"), [(5, 2.5706), (7, 2.3646), (10, 2.2281), (22, 2.0739), (1000, 1.9623)]
)
def test_students_quantile(degrees: int, exact: float) -> None:
    assert student(0.975, degrees) == pytest.approx(exact, abs=0.005)


# --- does the interval hold what it says? -------------------------------------------------------


def simulated(rng: random.Random, offset: float, n: int, spread: float) -> list[Compared]:
    """Answers marked by a rater with this offset, in whole levels from 0 to 4 as in the form."""
    answers = []
    for _ in range(n):
        of_answer = rng.gauss(0, spread)
        bot = {cell: rng.uniform(1, 3) for cell in Cell}
        own = {
            cell: min(4, max(0, round(mark + offset + of_answer + rng.gauss(0, 0.4))))
            for cell, mark in bot.items()
        }
        answers.append(Compared(own, bot))
    return answers


def coverage(offset: float | None, n: int, spread: float, raters: int = 2000) -> float:
    """The share of raters whose true offset lies in their interval; None: each has their own."""
    rng = random.Random(f"{offset} {n} {spread}")
    held = 0
    for _ in range(raters):
        true = rng.gauss(0, 0.4) if offset is None else offset
        told = found(simulated(rng, true, n, spread))
        held += abs(told.offset - true) <= told.give
    return held / raters


@pytest.mark.parametrize("n", [3, 8, 20])
@pytest.mark.parametrize("spread", [0.3, 0.5])
def test_the_interval_covers_the_truth_19_times_in_20(n: int, spread: float) -> None:
    most = 0.98 if n > ENOUGH else 0.995  # the prior keeps three answers careful
    assert 0.93 <= coverage(None, n, spread) <= most


@pytest.mark.parametrize("offset", [-0.6, 0.0, 0.6])
def test_also_for_a_rater_who_is_clearly_harsh_or_kind(offset: float) -> None:
    assert 0.92 <= coverage(offset, 8, 0.4) <= 0.99
