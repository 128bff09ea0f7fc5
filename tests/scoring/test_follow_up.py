"""Second answers: the probe with its flip test, and the retake of the one thing missed."""

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from bot.drills.later import views
from bot.scoring.embedded import score
from bot.scoring.embedded.vocabulary import read
from bot.scoring.follow_up import (
    FLIP_QUESTION,
    ProbeScore,
    RetakeScore,
    change,
    score_probe,
    score_retake,
)
from bot.scoring.rules import Cell, Question
from bot.scoring.wording import Focus
from tests.scoring.graded_set import load, question_of, rubric

BIKES = next(each for each in load() if each.drill == "bike-share-drop" and each.kind == "decent")
FLIPS = ("failed unlocks are flat", "one price plan carries the drop")
ASKED = replace(BIKES.question, flips=FLIPS)
PROBE = "What would change your mind?"
WEAK = "I would look at it with the team, and then we decide what is best."
BANK = [
    tomllib.loads(path.read_text(encoding="utf-8"))
    for path in sorted(Path("content/drills").glob("*/*.toml"))
]
FLIP = Focus(Cell.trade_offs, "what would flip the decision")


def _probed(reply: str, first: str = BIKES.text, question: Question = ASKED) -> ProbeScore:
    card = score(question, first, rubric())
    return score_probe(question, first, card, PROBE, reply, rubric())


def _retaken(retake: str, first: str = BIKES.text, focus: Focus = FLIP) -> RetakeScore:
    return score_retake(focus, BIKES.question, first, retake, rubric())


def test_a_probe_reply_is_what_it_adds() -> None:
    reply = (
        "If failed unlocks stay flat until Thursday I would change my mind and look at the price "
        "plan, because then bikes are not the cause."
    )
    told = _probed(reply)
    assert FLIPS[0] in told.now
    assert "flip" in {each.kind for each in told.evidence}
    assert all(reply[each.start : each.end] == each.quote for each in told.evidence)
    assert told.change.overall > 0


def test_what_was_named_before_is_not_named_again() -> None:
    first = f"{BIKES.text} I would turn round if failed unlocks are flat, then bikes are no cause."
    told = _probed("If one price plan carries the whole drop I would change the price.", first)
    assert (told.before, told.now, told.unnamed) == ((FLIPS[0],), (FLIPS[1],), ())
    told = _probed("As I said: flat failed unlocks would turn me round.", first)
    assert (told.before, told.now, told.unnamed) == ((FLIPS[0],), (), (FLIPS[1],))


def test_a_reply_without_content_adds_nothing() -> None:
    told = _probed("No idea.")
    assert (told.before, told.now, told.unnamed, told.evidence) == ((), (), FLIPS, ())
    assert told.change.overall <= 0


@pytest.mark.parametrize("drill", BANK, ids=lambda drill: drill["id"])
def test_words_handed_back_name_no_flip_and_move_no_mark(drill: dict[str, object]) -> None:
    flips, probes = drill["flips"], drill["probes"]
    assert isinstance(flips, list)
    assert isinstance(probes, list)
    question = replace(question_of(drill), flips=tuple(flips))
    card = score(question, WEAK, rubric())
    for probe in probes:
        for reply in (probe, question.prompt, f"{probe} {FLIP_QUESTION}"):
            told = score_probe(question, WEAK, card, probe, reply, rubric())
            assert (told.before, told.now) == ((), ())
            assert told.change.overall <= 0.1


def test_flips_named_in_sentences_are_found_in_every_drill() -> None:
    found = total = 0
    for drill in BANK:
        question = replace(question_of(drill), flips=tuple(drill["flips"]))
        card = score(question, WEAK, rubric())
        reply = " ".join(
            f"My answer would turn if I learned this: {one}." for one in drill["flips"]
        )
        told = score_probe(question, WEAK, card, drill["probes"][0], reply, rubric())
        found, total = found + len(told.now), total + len(drill["flips"])
    assert found >= 0.95 * total


def test_a_drill_without_flips_says_nothing_of_them() -> None:
    told = _probed("If rides recover I would stop.", question=BIKES.question)
    assert (told.before, told.now, told.unnamed) == ((), (), ())
    assert "Flip test" not in views.probe_card(told, 1).text
    assert "Flip test" not in views.probed_line(views.Probed.of(told))


def test_the_probe_card_says_when_each_flip_was_named() -> None:
    first = f"{BIKES.text} I would turn round if failed unlocks are flat, then bikes are no cause."
    shown = views.probe_card(_probed("I would wait for the summer.", first), 1).text
    assert "Flip test: 1 of 2 before the probe, 1 of 2 now" in shown
    assert "failed unlocks are flat (in your first answer)" in shown
    assert "one price plan carries the drop (not found in your words)" in shown


def test_a_retake_is_marked_on_the_one_thing() -> None:
    met = _retaken("I would switch to pricing if failed unlocks are below 5% on Thursday.")
    assert met.met
    assert met.quote == "I would switch to pricing if failed unlocks are below 5% on Thursday."
    assert met.after > met.before
    assert FLIP.what in met.text
    missed = _retaken("Riders are important.")
    assert (missed.met, missed.quote) == (False, None)
    assert read("feedback.toml")["frame"]["flip"] in missed.then


@pytest.mark.parametrize("kind", ["excellent", "decent", "weak", "sharp"])
def test_saying_the_first_answer_again_counts_once(kind: str) -> None:
    for each in load():
        if each.kind != kind:
            continue
        for gap in ("flip", "cost", "decision"):
            focus = Focus(Cell.trade_offs, read("feedback.toml")["gap"][gap])
            again = score_retake(focus, each.question, each.text, each.text, rubric())
            assert not again.met
            assert again.after == again.before


def test_naming_the_gap_is_not_filling_it() -> None:
    for kind in read("feedback.toml")["frame"]:
        what = read("feedback.toml")["gap"].get(kind)
        if what:
            assert not _retaken(f"{what}.", WEAK, Focus(Cell.trade_offs, what)).met


def test_what_the_answer_had_already_is_said_so() -> None:
    first = f"{BIKES.text} I would switch to pricing if failed unlocks are below 5% on Thursday."
    told = _retaken("Riders are important.", first)
    assert not told.met
    assert told.text in {
        text.format(what=FLIP.what) for text in read("feedback.toml")["retake"]["already"]
    }


def test_change_says_what_was_gained() -> None:
    weak = next(each for each in load() if each.drill == BIKES.drill and each.kind == "weak")
    first = score(BIKES.question, weak.text, rubric())
    second = score(BIKES.question, BIKES.text, rubric())
    moved = change(first, second)
    assert moved.overall > 0
    assert moved.gained
    assert f"{moved.overall:.1f}" in moved.text
    assert change(second, second).overall == 0
    assert not change(second, second).noticeable
