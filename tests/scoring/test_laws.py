"""What must hold of every drill that ships: nothing is gained by what says nothing.

Sixty drills stand for the bank, all of it is for `make soak`.

The model answer stands for an excellent answer; the scorer is not told that it is the model's.
"""

import random
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.scoring.embedded import score
from bot.scoring.rules import Cell, Question
from tests.scoring.few import few
from tests.scoring.graded_set import (
    keyword_bag,
    question_of,
    rubric,
    shuffled,
    without_marks,
)

FOLDER = Path("content/drills")
EMPTY = (
    "At the end of the day it is really important to look at the bigger picture.",
    "As we all know, there are many factors, and communication is key.",
    "I am sure that together we will succeed.",
    "This is a very interesting question and there is no easy answer.",
    "We have to be careful here and think it through properly.",
    "Needless to say, the devil is in the detail.",
)


@cache
def bank() -> Mapping[str, Mapping[str, Any]]:
    found = (tomllib.loads(path.read_text(encoding="utf-8")) for path in FOLDER.glob("*/*.toml"))
    return {drill["id"]: drill for drill in found}


@cache
def question(drill: str) -> Question:
    return question_of(bank()[drill])


@cache
def excellent(drill: str) -> str:
    return str(bank()[drill]["model_answer"]).strip()


@cache
def overall(drill: str, answer: str) -> float:
    return score(question(drill), answer, rubric()).overall


OTHERS_TAKEN = 0.003  # of the excellent answers to other drills, those that get over 1.2
every_drill = pytest.mark.parametrize("drill", few(bank()))
drills = st.sampled_from(sorted(bank()))


@every_drill
def test_a_word_list_the_prompt_and_a_second_copy_add_nothing(drill: str) -> None:
    base = overall(drill, excellent(drill))
    for addition in (keyword_bag(question(drill)), question(drill).prompt, excellent(drill)):
        assert overall(drill, f"{excellent(drill)}\n{addition}") <= base + 0.25
        assert overall(drill, f"{addition}\n{excellent(drill)}") <= base + 0.25


@given(drills, st.lists(st.sampled_from(EMPTY), min_size=1, max_size=8), st.data())
def test_empty_sentences_add_nothing_wherever_they_stand(
    drill: str, empty: list[str], data: st.DataObject
) -> None:
    sentences = excellent(drill).split(". ")
    for sentence in empty:
        sentences.insert(data.draw(st.integers(0, len(sentences))), sentence.rstrip("."))
    assert overall(drill, ". ".join(sentences)) <= overall(drill, excellent(drill)) + 0.25


@given(drills, st.randoms(use_true_random=False))
def test_a_word_list_in_any_order_adds_nothing(drill: str, chance: random.Random) -> None:
    words = keyword_bag(question(drill)).split(", ")
    chance.shuffle(words)
    listed = ", ".join(words[: chance.randint(5, len(words))])
    assert (
        overall(drill, f"{excellent(drill)}\n{listed}") <= overall(drill, excellent(drill)) + 0.25
    )
    assert overall(drill, listed) <= 1.0


@given(drills, st.integers(0, 10_000))
def test_shuffled_words_lose(drill: str, seed: int) -> None:
    base = overall(drill, excellent(drill))
    assert overall(drill, shuffled(excellent(drill), seed)) <= base - 1.5


@every_drill
def test_what_was_given_is_worth_little(drill: str) -> None:
    points = [point.point for point in question(drill).key_points]
    assert overall(drill, ". ".join(points) + ".") <= 1.0
    assert overall(drill, "First, " + ". Then, ".join(points) + ".") <= 1.0
    assert overall(drill, question(drill).prompt) <= 1.0
    told = question_of(bank()[drill], told=True)
    assert score(told, excellent(drill), rubric()).overall <= 1.0


def siblings(drill: str, other: str) -> bool:
    """Do both play in one data set? Then each speaks of the other's people and things."""
    one, two = (bank()[name].get("sql", {}).get("data") for name in (drill, other))
    return one is not None and one == two


def test_the_excellent_answer_to_another_drill_is_worth_little() -> None:
    """All but a few in a thousand: two drills may happen to share their rarer words."""
    names = few(bank())
    pairs = [(one, two) for one in names for two in names if one != two and not siblings(one, two)]
    taken = [pair for pair in pairs if overall(pair[0], excellent(pair[1])) > 1.2]
    assert len(taken) <= OTHERS_TAKEN * len(pairs), taken


@every_drill
def test_punctuation_and_capitals_matter_little(drill: str) -> None:
    bare = without_marks(excellent(drill))
    assert abs(overall(drill, bare) - overall(drill, excellent(drill))) <= 0.4


@every_drill
def test_one_sentence_never_fills_a_cell(drill: str) -> None:
    """However much is packed into it: marks need breadth."""
    packed = (
        "I would ship it on Monday with Ana as owner and stop if the rate falls under 5%, "
        "which costs 3,000 a week and is better than waiting, unless the customers who lose leave"
    )
    named = " ".join(sorted(question(drill).prompt.split(), key=len)[-3:])
    card = score(question(drill), f"{packed}, {named}.", rubric())
    content = [mark for cell, mark in card.cells.items() if cell is not Cell.communication]
    assert max(mark.score or 0 for mark in content) <= 3.0


@every_drill
def test_the_same_input_gives_the_same_card(drill: str) -> None:
    first = score(question(drill), excellent(drill), rubric())
    assert first == score(question(drill), excellent(drill), rubric())
    for cell in first.cells.values():
        for found in cell.evidence:
            assert excellent(drill)[found.start : found.end] == found.quote


@given(drills, st.text(max_size=400))
def test_any_text_gets_a_card(drill: str, text: str) -> None:
    card = score(question(drill), text, rubric())
    assert 0 <= card.overall <= 4
    for cell in card.cells.values():
        for found in cell.evidence:
            assert text[found.start : found.end] == found.quote


def test_model_answers_are_good_answers() -> None:
    marks = [overall(drill, excellent(drill)) for drill in bank()]
    assert sum(marks) / len(marks) >= 3.4
    assert min(marks) >= 2.5
