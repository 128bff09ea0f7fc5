"""The figures of scoring.md on the development set, and the laws that no answer may break."""

import time
from dataclasses import replace

import pytest

from bot.scoring.embedded import score
from bot.scoring.rules import Cell, Scorecard
from tests.scoring import figures
from tests.scoring.agreement import kappa, spearman
from tests.scoring.figures import Scored
from tests.scoring.graded_set import (
    BEGGING,
    Graded,
    keyword_bag,
    load,
    rubric,
    shuffled,
    without_marks,
)

PADDING = (
    " At the end of the day it is really important to look at the bigger picture. As we all know, "
    "there are many factors, and communication is key. I am sure that together we will succeed."
)
EXCELLENT = [each for each in load() if each.kind == "excellent"]
WRITTEN = [each for each in load() if each.style != "made"]


def overall(graded: Graded, text: str) -> float:
    return score(graded.question, text, rubric()).overall


def named(graded: Graded) -> str:
    return graded.name


@pytest.fixture(scope="module")
def scored() -> list[Scored]:
    return figures.run()


def test_the_set_is_wide_enough() -> None:
    assert len({each.drill for each in load()}) >= 8
    assert {"spoken", "bullets", "non_native", "chat"} <= {each.style for each in load()}


def test_overall_agrees_with_the_labels(scored: list[Scored]) -> None:
    assert figures.agreement(scored, None, spearman) >= 0.80
    assert figures.agreement(scored, None, kappa) >= 0.70


def test_every_cell_agrees_with_the_labels(scored: list[Scored]) -> None:
    ranks = {cell: figures.agreement(scored, cell, spearman) for cell in Cell}
    assert min(ranks.values()) >= 0.60, ranks
    assert sum(ranks.values()) / len(ranks) >= 0.68, ranks


def test_good_answers_stand_above_adversarial_ones(scored: list[Scored]) -> None:
    assert figures.ordered_pairs(scored) >= 0.95


@pytest.mark.parametrize(
    ("kind", "most"),
    [
        ("stuffing", 1.0),
        ("prompt_copied", 1.0),
        ("off_topic", 1.0),
        ("model_copied", 1.0),
        ("points_pasted", 1.0),
        ("padding", 1.75),
        ("framework", 1.75),
    ],
)
def test_adversarial_answers_stay_low(scored: list[Scored], kind: str, most: float) -> None:
    assert max(figures.by_kind(scored)[kind]) <= most


def test_short_and_sharp_answers_are_not_punished(scored: list[Scored]) -> None:
    marks = figures.by_kind(scored)["sharp"]
    assert sum(marks) / len(marks) >= 2.4


@pytest.mark.parametrize("kind", ["excellent", "decent"])
def test_adding_what_says_nothing_gains_nothing(kind: str) -> None:
    """Strictly over the drills that ship: test_laws.py. Here answers of all forms, nearly all."""
    gains = [
        overall(graded, f"{graded.text}\n{addition}") - overall(graded, graded.text)
        for graded in load()
        if graded.kind == kind
        for addition in (keyword_bag(graded.question), graded.question.prompt, PADDING, BEGGING)
    ]
    assert sum(gain > 0.25 for gain in gains) <= len(gains) / 50


@pytest.mark.parametrize("graded", EXCELLENT, ids=named)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_shuffled_words_lose(graded: Graded, seed: int) -> None:
    assert overall(graded, shuffled(graded.text, seed)) <= max(
        0.3, overall(graded, graded.text) - 1.5
    )


def test_an_excellent_answer_to_another_drill_is_worth_little() -> None:
    """Drills of one trade share their words, so one pair in a hundred may pass the bound."""
    questions = {each.drill: each for each in EXCELLENT}
    marks = [
        overall(other, graded.text)
        for graded in EXCELLENT
        for other in questions.values()
        if other.drill != graded.drill
    ]
    assert sum(mark > 1.2 for mark in marks) <= len(marks) / 100


def test_punctuation_and_capitals_matter_little() -> None:
    moved = [
        abs(overall(graded, without_marks(graded.text)) - overall(graded, graded.text))
        for graded in EXCELLENT
    ]
    assert sum(move > 0.4 for move in moved) <= len(moved) / 10
    assert sum(moved) / len(moved) <= 0.25


def test_style_and_accent_move_an_excellent_answer_little() -> None:
    """The hands tell one answer in five forms; chat of fragments alone may lose more."""
    moves = figures.style_moves("development")
    assert sum(moves) / len(moves) <= 0.25
    assert sum(move > 0.4 for move in moves) <= len(moves) / 8


@pytest.mark.parametrize("graded", load(), ids=named)
def test_every_mark_carries_its_words(graded: Graded) -> None:
    card = score(graded.question, graded.text, rubric())
    assert card == score(graded.question, graded.text, rubric())
    for cell in card.cells.values():
        assert cell.score is not None
        assert 0 <= cell.score <= 4
        assert bool(cell.evidence) == (cell.score > 0)
        for found in cell.evidence:
            assert graded.text[found.start : found.end] == found.quote != ""
    for point in card.key_points:
        assert point.covered == (point.quote is not None)
        assert point.quote is None or point.quote in graded.text


def test_eleven_words_are_not_assessed_and_twelve_are() -> None:
    question = load()[0].question
    eleven: Scorecard = score(
        question, "one two three four five six seven eight nine ten eleven", rubric()
    )
    assert eleven.overall == 0
    assert all(cell.score is None for cell in eleven.cells.values())
    twelve = score(
        question, "I would pull the failed unlocks per station today and move bikes", rubric()
    )
    assert all(cell.score is not None for cell in twelve.cells.values())


def test_a_cell_not_exercised_is_null_and_one_left_out_is_zero() -> None:
    graded = next(each for each in load() if each.kind == "off_topic")
    question = replace(graded.question, cells=(Cell.restatement, Cell.execution))
    card = score(question, graded.question.prompt, rubric())
    assert card.cells[Cell.trade_offs].score is None
    left_out = card.cells[Cell.execution]
    assert (left_out.score, left_out.evidence) == (0, ())
    assert left_out.missing


def test_scoring_is_quick() -> None:
    times = []
    for graded in WRITTEN:
        started = time.process_time()
        score(graded.question, graded.text, rubric())
        times.append(time.process_time() - started)
    assert sorted(times)[int(len(times) * 0.95)] < 0.020
