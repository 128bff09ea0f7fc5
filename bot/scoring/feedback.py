"""What to keep, stop and start, one rewritten sentence, the probe; pure, and chosen by a seed.

The same question, answer, card and seed give the same feedback. Every quote is an exact part of
the answer; a line without a quote names a gap instead.
"""

from dataclasses import dataclass

from bot.scoring.embedded.reading import Reading, read_answer
from bot.scoring.embedded.text import Sentence
from bot.scoring.embedded.vocabulary import gap_kind, gap_name, read
from bot.scoring.follow_up import Change as Change
from bot.scoring.follow_up import ProbeScore as ProbeScore
from bot.scoring.follow_up import RetakeScore as RetakeScore
from bot.scoring.follow_up import change as change
from bot.scoring.follow_up import score_probe as score_probe
from bot.scoring.follow_up import score_retake as score_retake
from bot.scoring.rewrite import Rewrite, rewrite
from bot.scoring.rules import Cell, CellScore, Question, Scorecard
from bot.scoring.wording import Focus, pick, worded

# The kinds worth praising first: the rarer in a first draft, the earlier.
PRAISED = (
    *("flip", "threshold", "stop", "priced", "loser", "assumption", "definition", "scope"),
    *("alternative", "reframe", "cost", "owner", "metric", "decision", "action", "time", "clear"),
)
FAULTS = {
    "list": "word_list", "prompt": "prompt_copied", "model": "model_copied",
    "repeat": "repeated", "framework": "framework", "padding": "padding",
    "grader": "grader_instruction",
}  # fmt: skip
LONG = 34  # words in a sentence
GENERAL = 0.5  # specificity under which a sentence could stand in any answer


@dataclass(frozen=True)
class Line:
    """One line of feedback: with the words it is about, or the gap it names."""

    text: str
    quote: str | None = None
    gap: str | None = None


@dataclass(frozen=True)
class Feedback:
    keep: Line
    stop: Line
    start: Line
    rewrite: Rewrite | None
    probe: str
    focus: Focus


def feedback(question: Question, answer: str, card: Scorecard, seed: str) -> Feedback:
    """One keep, one stop, one start, a rewrite of an own sentence, the probe and the focus."""
    reading = read_answer(question, answer)
    marked = reading.marked
    focus = focus_of(card)
    kind = gap_kind(focus.what)
    keep = _keep(card, seed)
    return Feedback(
        keep=keep,
        stop=_stop(answer, reading, card, keep, seed),
        start=Line(worded("start", kind, seed, "other"), gap=focus.what),
        rewrite=rewrite(answer, marked, kind),
        probe=_probe(question, focus, seed),
        focus=focus,
    )


def focus_of(card: Scorecard) -> Focus:
    """The weakest cell that was assessed, and the first thing missing there."""
    assessed = [
        (found.score, order, cell, found)
        for order, (cell, found) in enumerate(card.cells.items())
        if found.score is not None and found.missing
    ]
    if not assessed:
        return Focus(Cell.restatement, gap_name("reframe"))
    # Communication faults are said under *stop*; the retake is for content where there is a gap.
    content = [each for each in assessed if each[2] is not Cell.communication]
    _, _, cell, found = min(content or assessed, key=lambda each: (each[0], each[1]))
    return Focus(cell, found.missing[0])


def _keep(card: Scorecard, seed: str) -> Line:
    def score_of(found: CellScore) -> float:
        return found.score or 0.0

    evidence = [each for found in card.cells.values() for each in found.evidence]
    for kind in PRAISED:
        for each in evidence:
            if each.kind == kind:
                return Line(worded("keep", kind, seed), quote=each.quote)
    best = max(card.cells.values(), key=score_of, default=None)
    if best is not None and best.evidence:
        return Line(worded("keep", "clear", seed), quote=best.evidence[0].quote)
    return Line(worded("keep", "none", seed), gap=gap_name("action"))


def _stop(answer: str, reading: Reading, card: Scorecard, keep: Line, seed: str) -> Line:
    marked = reading.marked
    fault = _fault(reading)
    if fault is not None:
        return _about(answer, *fault, seed)
    if gap_name("fillers") in card.cells[Cell.communication].missing:
        return Line(worded("stop", "fillers", seed), gap=gap_name("fillers"))
    general = [each for each in marked if each.specificity < GENERAL]
    for each in sorted(general, key=lambda each: (each.specificity, each.place)):
        line = _about(answer, each.sentence, "vague" if each.shows("vague") else "plain", seed)
        if line.quote != keep.quote:
            return line
    return Line(worded("stop", "none", seed), gap="nothing to drop")


def _fault(reading: Reading) -> tuple[Sentence, str] | None:
    """The sentence that most needs to go, and what is wrong with it."""
    if reading.aside:
        return reading.aside[0], "grader_instruction"
    for each in reading.marked:
        if each.reason:
            return each.sentence, FAULTS[each.reason]
    for each in reading.marked:
        if len(each.sentence.words) > LONG:
            return each.sentence, "long_sentences"
    return None


def _about(answer: str, sentence: Sentence, kind: str, seed: str) -> Line:
    return Line(worded("stop", kind, seed), quote=answer[sentence.start : sentence.end])


def _probe(question: Question, focus: Focus, seed: str) -> str:
    own = question.probes or tuple(read("feedback.toml")["probe"][focus.cell.value])
    return pick(own, seed, "probe")
