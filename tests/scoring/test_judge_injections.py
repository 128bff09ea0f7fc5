"""No words in an answer raise its marks, whatever the model that judges it does.

The model here is as bad as one can be: it gives the highest marks to everything it is told to.
"""

import json
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.scoring.embedded import score
from bot.scoring.judge import prompt
from bot.scoring.judge.masking import Mask, Masked
from bot.scoring.judge.reply import CellReply, PointReply, Reply
from bot.scoring.judge.standing import (
    CELL_MOVES,
    DOWN,
    FAR,
    UP,
    judged,
    looked_up,
    read_answer,
    sent,
    within,
)
from bot.scoring.rules import Cell, Scorecard
from tests.scoring.graded_set import Graded, load, rubric
from tests.scoring.injections import Trick, bases, question, tricks


@cache
def scored(answer: str) -> Scorecard:
    return score(question(), answer, rubric())


def marks(card: Scorecard) -> dict[str, float]:
    """Every mark there is; one that was not assessed counts as 0."""
    cells = {cell.value: found.score or 0.0 for cell, found in card.cells.items()}
    return cells | {"overall": card.overall}


@cache
def going(answer: str) -> tuple[Mask, Masked] | None:
    return sent(question(), answer, ())


@cache
def request(answer: str) -> str | None:
    """All that the model would ever be sent about this answer."""
    made = going(answer)
    return json.dumps(prompt.chat(question(), rubric(), made[1].text)) if made else None


def reply(answer: str, mark: float) -> Reply:
    """The same mark for everything, with a quote that stands."""
    made = going(answer)
    words = max(made[1].text.splitlines(), key=len) if made else ""
    cell = CellReply(score=mark, quote=words, reason="")
    points = tuple(
        PointReply(number=n, hit=mark >= 3, quote=words)
        for n in range(1, len(question().key_points) + 1)
    )
    return Reply(cells=dict.fromkeys(Cell, cell), key_points=points)


@cache
def stands(answer: str, mark: float) -> Scorecard:
    """The card after a model gave this mark to everything, or was not asked at all."""
    embedded = scored(answer)
    if going(answer) is None:
        return embedded
    verdict = looked_up(question(), answer, (), reply(answer, mark))
    return judged(question(), answer, embedded, verdict, rubric()).card


def test_the_corpus_is_wide_enough() -> None:
    assert len(tricks()) >= 64
    assert len({each.kind for each in tricks()}) >= 15
    assert len(bases()) >= 3


@pytest.mark.parametrize("trick", tricks(), ids=lambda each: each.name)
def test_the_embedded_scorer_gives_nothing_for_it(trick: Trick) -> None:
    for base in bases().values():
        before = marks(scored(base))
        for answer in trick.added_to(base):
            after = marks(scored(answer))
            assert {name: mark for name, mark in after.items() if mark > before[name]} == {}


@pytest.mark.parametrize("trick", [*tricks(), *tricks("fresh")], ids=lambda each: each.name)
def test_the_model_never_sees_it(trick: Trick) -> None:
    """The same request, byte for byte, so no model can treat the two answers differently."""
    for base in bases().values():
        wanted = request(base)
        for answer in trick.added_to(base):
            assert request(answer) == wanted


@pytest.mark.parametrize("honest", [2.5])
@pytest.mark.parametrize("trick", tricks(), ids=lambda each: each.name)
def test_a_model_that_obeys_whatever_it_sees_lifts_nothing(trick: Trick, honest: float) -> None:
    for base in bases().values():
        before = marks(stands(base, honest))
        for answer in trick.added_to(base):
            obeys = request(answer) != request(base)
            after = marks(stands(answer, 4.0 if obeys else honest))
            assert {name: mark for name, mark in after.items() if mark > before[name]} == {}


@pytest.mark.parametrize("trick", tricks(), ids=lambda each: each.name)
def test_where_the_trick_is_known_even_the_highest_marks_lift_nothing(trick: Trick) -> None:
    """Had the model been told by other ways: the embedded marks are the most there is."""
    for base in bases().values():
        before = marks(scored(base))
        for answer in trick.added_to(base):
            if read_answer(question(), answer).reading.aside:
                after = marks(stands(answer, 4.0))
                assert {name: mark for name, mark in after.items() if mark > before[name]} == {}


@pytest.mark.parametrize("mark", [0.0, 2.5, 4.0])
@pytest.mark.parametrize("trick", tricks(), ids=lambda each: each.name)
def test_the_same_verdict_gives_no_more_with_it(trick: Trick, mark: float) -> None:
    """What stands with the trick never lies above what stands without it."""
    for base in bases().values():
        before = marks(stands(base, mark))
        for answer in trick.added_to(base)[:1]:
            after = marks(stands(answer, mark))
            assert {name: one for name, one in after.items() if one > before[name]} == {}


MARK = st.floats(0, 4, allow_nan=False)


@given(MARK, MARK, MARK, MARK, st.booleans())
def test_what_stands_grows_with_both_marks(
    low: float, high: float, model: float, other: float, held: bool
) -> None:
    low, high = sorted((low, high))
    model, other = sorted((model, other))
    assert within(low, model, UP, DOWN, held=held) <= within(high, other, UP, DOWN, held=held)
    assert within(low, model, UP, DOWN, held=True) <= within(low, model, UP, DOWN, held=False)


@given(MARK, MARK, st.booleans())
def test_no_mark_moves_further_than_allowed(embedded: float, model: float, held: bool) -> None:
    stood = within(embedded, model, UP, DOWN, held=held)
    top = embedded if held else embedded + UP
    assert embedded - DOWN - 0.005 <= stood <= min(4.0, top) + 0.005


@pytest.mark.parametrize("graded", load(), ids=lambda each: each.name)
@pytest.mark.parametrize("mark", [0.0, 2.0, 4.0])
def test_the_bounds_hold_for_every_graded_answer(graded: Graded, mark: float) -> None:
    made = sent(graded.question, graded.text, ())
    if made is None:
        return
    words = max(made[1].text.splitlines(), key=len)
    cell = CellReply(score=mark, quote=words, reason="")
    points = tuple(
        PointReply(number=n, hit=mark > 2, quote=words)
        for n in range(1, len(graded.question.key_points) + 1)
    )
    told = Reply(cells=dict.fromkeys(Cell, cell), key_points=points)
    embedded = score(graded.question, graded.text, rubric())
    found = judged(
        graded.question,
        graded.text,
        embedded,
        looked_up(graded.question, graded.text, (), told),
        rubric(),
    )
    assert embedded.overall - DOWN <= found.card.overall + 0.01
    assert found.card.overall <= embedded.overall + (0 if found.held else UP) + 0.01
    for name, one in found.card.cells.items():
        before = embedded.cells[name].score
        if before is None or one.score is None:
            assert one.score == before
            continue
        assert abs(one.score - before) <= CELL_MOVES + 0.01
        assert bool(one.evidence) == (one.score > 0)
        for each in one.evidence:
            assert graded.text[each.start : each.end] == each.quote != ""
    assert found.held or found.overall <= embedded.overall + FAR
