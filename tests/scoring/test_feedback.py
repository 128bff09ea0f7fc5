"""Keep, stop, start and the rewrite, over every development answer and every drill that ships."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pytest

from bot.scoring import feedback as coach
from bot.scoring.embedded import score
from bot.scoring.embedded.reading import read_answer
from bot.scoring.embedded.vocabulary import read
from bot.scoring.feedback import FULL, Feedback, Line, feedback
from bot.scoring.rewrite import Rewrite, rewrite
from bot.scoring.rules import Cell, Question, Scorecard
from tests.scoring.few import few
from tests.scoring.graded_set import load, question_of, rubric

BIKES = next(each for each in load() if each.drill == "bike-share-drop" and each.kind == "decent")
SEEDS = [str(number) for number in range(10)]
LONGEST = 110  # characters of a line
FLATTERY = (
    *("great", "excellent", "brilliant", "amazing", "perfect", "perfectly", "awesome", "fantastic"),
    *("wonderful", "super", "superb", "impressive", "outstanding", "bravo", "nice", "congrats"),
    *("well done", "good job", "good work", "proud", "best", "masterful", "love"),
)
SCOLDING = (
    *("bad", "wrong", "poor", "poorly", "lazy", "fail", "failed", "failure", "unfortunately"),
    *("careless", "sloppy", "terrible", "useless", "nonsense", "disappointing", "weak", "sadly"),
    *("you must", "you should have", "you forgot", "you failed", "never", "again and again"),
    *("waste", "wasted", "mistake was", "stupid", "obviously", "not good enough"),
)


@dataclass(frozen=True)
class Sample:
    name: str
    question: Question
    text: str


def _samples() -> Iterator[Sample]:
    for each in load():
        yield Sample(each.name, each.question, each.text)
    paths = {path.stem: path for path in Path("content/drills").glob("*/*.toml")}
    for name in few(paths):
        drill = tomllib.loads(paths[name].read_text(encoding="utf-8"))
        yield Sample(name, question_of(drill), str(drill["model_answer"]))
    yield Sample("short", BIKES.question, "Yes, I would.")
    yield Sample("empty", BIKES.question, " \n ")


SAMPLES = list(_samples())
EACH = pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)


@cache
def _card(sample: Sample) -> Scorecard:
    return score(sample.question, sample.text, rubric())


@cache
def _coached(sample: Sample, seed: str) -> Feedback:
    return feedback(sample.question, sample.text, _card(sample), seed)


def _lines(coached: Feedback) -> tuple[Line, Line, Line]:
    return coached.keep, coached.stop, coached.start


@EACH
def test_each_line_has_a_quote_or_a_gap(sample: Sample) -> None:
    coached = _coached(sample, "1")
    for line in _lines(coached):
        assert (line.quote is None) != (line.gap is None)
        assert line.quote is None or line.quote in sample.text
        assert 0 < len(line.text) <= LONGEST
    assert coached.probe
    assert coached == feedback(sample.question, sample.text, _card(sample), "1")


@pytest.mark.parametrize("aim", list(Cell))
def test_an_aim_that_is_left_low_is_taken_up(aim: Cell) -> None:
    taken = 0
    for sample in SAMPLES[::9]:
        card, plain = _card(sample), _coached(sample, "1")
        found = card.cells[aim]
        coached = feedback(sample.question, sample.text, card, "1", aim)
        if found.score is None or found.score >= FULL or not found.missing:
            assert coached == plain
            continue
        taken += coached.focus.cell != plain.focus.cell
        assert coached.focus.cell == aim
        assert coached.focus.what in found.missing
        assert coached.start.gap == coached.focus.what
    assert taken


@EACH
def test_what_is_praised_is_surely_there(sample: Sample) -> None:
    reading = read_answer(sample.question, sample.text)
    for seed in SEEDS[:5]:
        keep = _coached(sample, seed).keep
        if keep.quote is None:
            assert keep.kind == "none"
            continue
        said = [
            each
            for each in reading.marked
            if sample.text[each.sentence.start : each.sentence.end] == keep.quote
        ]
        assert any(each.reason is None for each in said), "a sentence set aside is not praised"
        if keep.kind in coach.PRAISED:
            assert max(each.signs[keep.kind] for each in said) >= coach.PRAISE
        else:
            assert keep.kind in {"clear", "plain"}


@EACH
def test_nothing_is_praised_and_dropped_at_once(sample: Sample) -> None:
    for seed in SEEDS:
        coached = _coached(sample, seed)
        assert coached.keep.quote is None or coached.keep.quote != coached.stop.quote


@EACH
def test_neighbouring_days_never_say_the_same(sample: Sample) -> None:
    told = [tuple(line.text for line in _lines(_coached(sample, seed))) for seed in SEEDS]
    assert len(set(told)) == len(told)
    for line in zip(*told, strict=True):
        assert len(set(line)) >= 3


@EACH
def test_a_rewrite_keeps_the_words_and_invents_none(sample: Sample) -> None:
    for seed in SEEDS[:3]:
        told = _coached(sample, seed).rewrite
        if told is None:
            continue
        assert told.original in sample.text
        assert told.better != told.original
        _reads_well(told)


def _reads_well(told: Rewrite) -> None:
    own = told.better
    for frame in read("feedback.toml")["frame"].values():
        if isinstance(frame, str):
            own = own.replace(frame, "")
    spelled = read("feedback.toml")["speech"]["spelled"]
    given = _words(told.original)
    given |= {word for short in given & set(spelled) for word in _words(spelled[short])}
    assert _words(own) <= given, "only blanks and the frame around them are new"
    assert own[:1] == " " or own[:1].upper() == own[:1] or re.match(r"\w+[A-Z]", own)
    assert own.strip()[-1] in ".!?"
    assert not re.search(r"\s[,.;]|,,|\.\.(?!\.)|  ", own.strip())
    assert own.count("(") == own.count(")")
    assert told.better.count("[") == told.better.count("]")


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))


def test_no_text_flatters_or_scolds() -> None:
    data = read("feedback.toml")
    texts = [
        text
        for part in ("keep", "stop", "start", "change", "retake")
        for options in data[part].values()
        for text in options
    ]
    for text in texts:
        plain = f" {' '.join(re.findall(r'[a-z’]+', text.lower()))} "
        found = [word for word in (*FLATTERY, *SCOLDING) if f" {word} " in plain]
        assert not found, (found, text)
        assert text[0].isupper()
        assert text.endswith((".", "?", "}."))
        assert not text.startswith(("Keep ", "Stop ", "Start ")), "the card has the label"


def test_the_three_lines_come_round_after_sixty_days() -> None:
    data = read("feedback.toml")
    for part, count in (("keep", 5), ("stop", 4), ("start", 3)):
        for kind, options in data[part].items():
            assert len(set(options)) == count, (part, kind)


@pytest.mark.parametrize(
    ("kind", "fault"),
    [
        ("prompt_copied", "prompt_copied"),
        ("model_copied", "model_copied"),
        ("stuffing", "word_list"),
        ("shuffled", "shuffled"),
        ("begging", "grader_instruction"),
    ],
)
def test_a_stop_names_what_was_done(kind: str, fault: str) -> None:
    answers = [each for each in load() if each.kind == kind and each.style == "made"]
    said = [
        feedback(each.question, each.text, score(each.question, each.text, rubric()), "1").stop.kind
        for each in answers
    ]
    assert said.count(fault) >= 0.9 * len(said)


def _rewritten(text: str, gaps: tuple[str, ...]) -> str | None:
    marked = read_answer(BIKES.question, text).marked
    told = rewrite(text, marked, gaps, None)
    return told.better if told else None


def test_speech_and_chat_are_rewritten_as_sentences() -> None:
    text = "so um I choose the vans over uh the voucher because riders need bikes at seven"
    assert _rewritten(text, ("flip",)) == (
        "I choose the vans over the voucher because riders need bikes at seven. "
        "I would decide otherwise if [fact, with a number]."
    )
    text = "i'd choose the vans tbh, because dont we lose the riders otherwise"
    assert (_rewritten(text, ("cost",)) or "").startswith("I'd choose the vans, because don't we ")


def test_questions_lists_and_fragments_are_left_alone() -> None:
    for text in ("Would you choose the vans here?", "vans, vouchers, stations", "Vans: 14 a night"):
        assert _rewritten(text, ("flip", "cost", "owner")) is None


def test_the_drills_own_probes_come_in_turn() -> None:
    question = replace(BIKES.question, probes=("What if the docks are full?", "And in winter?"))
    card = score(question, BIKES.text, rubric())
    asked = [feedback(question, BIKES.text, card, seed).probe for seed in ("6", "7", "8")]
    assert asked == ["What if the docks are full?", "And in winter?", "What if the docks are full?"]
