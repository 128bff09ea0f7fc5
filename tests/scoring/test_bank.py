"""The scorer on the drills that ship: a model answer is good, its key points pasted are not."""

import tomllib
from pathlib import Path
from statistics import mean

import pytest

from bot.scoring.embedded import score
from bot.scoring.rules import Question
from tests.scoring.graded_set import keyword_bag, question_of, rubric, shuffled

BANK = [
    (path.stem, tomllib.loads(path.read_text(encoding="utf-8")))
    for path in sorted(Path("content/drills").glob("*/*.toml"))
]
CASES = [(question_of(content), str(content["model_answer"])) for _, content in BANK]
NAMES = [name for name, _ in BANK]


def test_there_is_a_bank() -> None:
    assert CASES


@pytest.mark.parametrize(("question", "answer"), CASES, ids=NAMES)
def test_what_was_given_is_worth_little(question: Question, answer: str) -> None:
    points = " ".join(f"{point.point}." for point in question.key_points)
    for text in (points, question.prompt, keyword_bag(question)):
        assert score(question, text, rubric()).overall <= 1.0
    known = Question(question.prompt, question.key_points, question.cells, 3.0, answer)
    assert score(known, answer, rubric()).overall <= 1.0


@pytest.mark.parametrize(("question", "answer"), CASES, ids=NAMES)
def test_shuffled_model_answers_lose(question: Question, answer: str) -> None:
    assert score(question, shuffled(answer), rubric()).overall <= max(
        0.5, score(question, answer, rubric()).overall - 1.5
    )


def test_model_answers_are_good_answers() -> None:
    marks = [score(question, answer, rubric()).overall for question, answer in CASES]
    assert mean(marks) >= 3.0
