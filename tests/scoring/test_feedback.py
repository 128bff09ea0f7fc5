from dataclasses import replace

import pytest

from bot.scoring.embedded import score
from bot.scoring.feedback import change, feedback, score_probe, score_retake
from bot.scoring.rules import Cell
from bot.scoring.wording import Focus
from tests.scoring.graded_set import Graded, load, rubric

BIKES = next(each for each in load() if each.drill == "bike-share-drop" and each.kind == "decent")


@pytest.mark.parametrize("graded", load(), ids=lambda graded: graded.name)
def test_each_line_has_a_quote_or_a_gap(graded: Graded) -> None:
    card = score(graded.question, graded.text, rubric())
    coached = feedback(graded.question, graded.text, card, "u1")
    for line in (coached.keep, coached.stop, coached.start):
        assert (line.quote is None) != (line.gap is None)
        assert line.quote is None or line.quote in graded.text
        assert len(line.text) <= 90
    if coached.rewrite:
        assert coached.rewrite.original in graded.text
        assert coached.rewrite.better != coached.rewrite.original
    assert coached.probe
    assert coached == feedback(graded.question, graded.text, card, "u1")


def test_a_rewrite_invents_no_fact() -> None:
    for graded in load():
        card = score(graded.question, graded.text, rubric())
        rewritten = feedback(graded.question, graded.text, card, "u1").rewrite
        if rewritten:
            before = {char for char in rewritten.original if char.isdigit()}
            assert {char for char in rewritten.better if char.isdigit()} <= before


def test_sentences_vary_with_the_seed() -> None:
    card = score(BIKES.question, BIKES.text, rubric())
    keeps = {feedback(BIKES.question, BIKES.text, card, str(n)).keep.text for n in range(12)}
    assert len(keeps) > 1


def test_the_drills_own_probes_come_first() -> None:
    question = replace(BIKES.question, probes=("What if the docks are full?",))
    card = score(question, BIKES.text, rubric())
    assert feedback(question, BIKES.text, card, "a").probe == "What if the docks are full?"


def test_a_probe_reply_is_what_it_adds() -> None:
    question = replace(
        BIKES.question, flips=("failed unlocks are flat", "one price plan carries the drop")
    )
    card = score(question, BIKES.text, rubric())
    reply = (
        "If failed unlocks stay flat until Thursday I would change my mind and look at the price "
        "plan, because then bikes are not the cause."
    )
    told = score_probe(question, BIKES.text, card, "What would change your mind?", reply, rubric())
    assert "failed unlocks are flat" in told.now
    assert "flip" in {each.kind for each in told.evidence}
    assert all(reply[each.start : each.end] == each.quote for each in told.evidence)
    assert told.change.overall > 0
    empty = score_probe(question, BIKES.text, card, "What would change it?", "No idea.", rubric())
    assert (empty.now, empty.evidence) == ((), ())


def test_a_retake_is_marked_on_the_one_thing() -> None:
    focus = Focus(Cell.trade_offs, "what would flip the decision")
    met = score_retake(
        focus,
        BIKES.question,
        BIKES.text,
        "I would switch to pricing if failed unlocks are below 5% on Thursday.",
        rubric(),
    )
    assert met.met
    assert met.quote == "I would switch to pricing if failed unlocks are below 5% on Thursday."
    assert met.after > met.before
    missed = score_retake(focus, BIKES.question, BIKES.text, "Riders are important.", rubric())
    assert (missed.met, missed.quote) == (False, None)


def test_change_says_what_was_gained() -> None:
    weak = next(each for each in load() if each.drill == BIKES.drill and each.kind == "weak")
    first = score(BIKES.question, weak.text, rubric())
    second = score(BIKES.question, BIKES.text, rubric())
    moved = change(first, second)
    assert moved.overall > 0
    assert moved.gained
    assert moved.text
    assert change(second, second).overall == 0
