"""What is sent of an answer, and which of the model's marks stand. Pure.

The rule that a hijacked model cannot break, in three parts.

1. *It does not see the trick.* Only admissible sentences that speak of the case are sent. Sentences
   to the marker, without a word of the drill, word lists, copies and recitation are no part of the
   request, so an answer with such words gives the same request, byte for byte, as the answer
   without them; then the model cannot treat them differently.
2. *It moves marks a little.* A cell moves by at most one mark, overall by half a mark up and one
   down, and the same caps hold that bind the embedded scorer.
3. *Doubt goes to the lower mark.* Where the answer speaks to its marker, or the model sees far more
   in the whole than the embedded scorer did, no mark rises at all.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from bot.scoring.embedded.addressing import sign
from bot.scoring.embedded.case import Case
from bot.scoring.embedded.key_points import key_points
from bot.scoring.embedded.reading import Reading
from bot.scoring.embedded.reading import read_answer as reading_of
from bot.scoring.embedded.text import Sentence
from bot.scoring.embedded.vocabulary import stems_of
from bot.scoring.embedded.weighing import SHARES, Weighing, overall
from bot.scoring.judge.masking import Mask, Masked
from bot.scoring.judge.prompt import cells_of
from bot.scoring.rules import (
    Cell,
    CellScore,
    Evidence,
    KeyPointScore,
    Question,
    Rubric,
    Scorecard,
)

if TYPE_CHECKING:  # pydantic stays out of the scoring process until a judge has spoken
    from bot.scoring.judge.reply import Reply

FEWEST_WORDS = 12  # under these nothing is assessed
CELL_MOVES = 1.0  # marks that a cell moves, up or down
UP, DOWN = 0.5, 1.0  # marks that overall moves
FAR = 1.0  # a model that sees more than this above the embedded mark is not followed upwards
FEWEST_QUOTED = 3  # words of a quote, where its sentence has as many
REJECTED = 1  # cells whose quote may fail before the whole reply is put aside
PLAIN_WORDS = 8  # of a sentence without a word of the drill that is sent all the same
CAPPED = 0.75  # marks that a cap took from the model's, from which its reason is left out
ON_TOPIC = 2.0  # the most that content can get, from which key points are believed
POINTS_A_QUOTE = 2  # key points that the same words can make
KIND = "judge"


@dataclass(frozen=True)
class Read:
    """An answer as the judge takes it: the scorer's reading, and the sentences that are sent."""

    reading: Reading
    sent: tuple[Sentence, ...]


def read_answer(question: Question, answer: str) -> Read:
    reading = reading_of(question, answer)
    sent = tuple(
        one.sentence
        for one in reading.marked
        if one.reason is None and _on_the_case(one.sentence, reading.case)
    )
    return Read(reading, sent)


def _on_the_case(sentence: Sentence, case: Case) -> bool:
    """Does it use a word of the drill, or too few and too plain words to say anything else?

    Of the words of good graded answers 97 in 100 stand in such sentences.
    """
    if sentence.content_set & _words(case):
        return True
    if len(sentence.words) > PLAIN_WORDS or sentence.numbers or sign(sentence, case):
        return False
    return sentence.content_set <= stems_of("verbs") | stems_of("generic")


def _words(case: Case) -> frozenset[str]:
    """Every content word of the drill, its model answer's too."""
    told = [case.prompt, *case.points, *([case.model] if case.model else [])]
    return frozenset().union(*(wording.content for wording in told))


def sent(question: Question, answer: str, names: tuple[str, ...]) -> tuple[Mask, Masked] | None:
    """The admissible sentences, masked; None when there are too few words to judge.

    `names` are the workspace's members'.
    """
    found = read_answer(question, answer)
    if sum(len(sentence.words) for sentence in found.sent) < FEWEST_WORDS:
        return None
    mask = Mask(names)
    return mask, mask.of(answer, [(one.start, one.end) for one in found.sent])


@dataclass(frozen=True)
class Opinion:
    """One cell's mark by the model; `span` is where the answer holds its quote, if it does."""

    score: float
    span: tuple[int, int] | None
    reason: str


@dataclass(frozen=True)
class Verdict:
    """A reply whose quotes were looked up; nothing in it is the answer's own text but reasons."""

    cells: Mapping[Cell, Opinion]
    hits: Mapping[int, tuple[int, int]]  # key point from 0: where it is made

    @property
    def rejected(self) -> tuple[Cell, ...]:
        """Cells with a mark that no quote carries."""
        return tuple(cell for cell, one in self.cells.items() if one.score and not one.span)

    @property
    def usable(self) -> bool:
        return len(self.rejected) <= REJECTED

    def to_dict(self) -> dict[str, Any]:
        cells = {
            cell.value: {"score": one.score, "span": one.span, "reason": one.reason}
            for cell, one in self.cells.items()
        }
        return {"cells": cells, "hits": [[point, *span] for point, span in self.hits.items()]}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> "Verdict":
        cells = {
            Cell(name): Opinion(
                float(one["score"]),
                (int(one["span"][0]), int(one["span"][1])) if one["span"] else None,
                str(one["reason"]),
            )
            for name, one in stored["cells"].items()
        }
        return cls(cells, {int(n): (int(start), int(end)) for n, start, end in stored["hits"]})


def looked_up(question: Question, answer: str, names: tuple[str, ...], reply: "Reply") -> Verdict:
    """Find every quote of the reply in the answer's admissible sentences."""
    made = sent(question, answer, names)
    if made is None:
        return Verdict({}, {})
    mask, masked = made
    found = read_answer(question, answer)
    cells = {
        cell: Opinion(
            reply.cells[cell].score,
            _span(masked, reply.cells[cell].quote, answer, found),
            mask.unmasked(reply.cells[cell].reason),
        )
        for cell in cells_of(question)
    }
    hits = {
        point.number - 1: span
        for point in reply.key_points
        if point.hit and (span := _span(masked, point.quote, answer, found))
    }
    return Verdict(cells, hits)


def _span(masked: Masked, quote: str | None, answer: str, found: Read) -> tuple[int, int] | None:
    """Where the answer holds the quote; None when it does not, or not in what was sent of it."""
    span = masked.find(quote or "")
    if span is None:
        return None
    start, end = span
    touched = [one for one in found.reading.text.sentences if one.start < end and one.end > start]
    if not touched or any(one not in found.sent for one in touched):
        return None
    fewest = min(FEWEST_QUOTED, len(touched[0].words))
    return span if len(answer[start:end].split()) >= fewest else None


@dataclass(frozen=True)
class Judged:
    """The marks that stand, beside both that they were made from.

    `own` and `overall` are the model's, under the same caps; `embedded` is the other card.
    `held` says why nothing rose: *addressed*, *far*, or empty.
    """

    card: Scorecard
    embedded: Scorecard
    own: Mapping[Cell, float]
    overall: float
    reasons: Mapping[Cell, str]
    rejected: tuple[Cell, ...] = ()
    held: str = ""


def judged(
    question: Question, answer: str, embedded: Scorecard, verdict: Verdict, rubric: Rubric
) -> Judged:
    """Join the model's marks with the embedded scorer's."""
    found = read_answer(question, answer)
    weighing = Weighing.of(question, found.reading)
    own = {
        cell: round(min(weighing.cap(cell), one.score * weighing.factor(cell)), 2)
        for cell, one in verdict.cells.items()
        if cell not in verdict.rejected and embedded.cells[cell].score is not None
    }
    scored = key_points(question, found.reading.case, found.reading.marked, answer)
    earned = [point.earned for point in scored]
    hits = _believed(verdict, weighing)
    earned = [1.0 if n in hits else min(each, 0.5) for n, each in enumerate(earned)]
    theirs = {cell: CellScore(own.get(cell, embedded.cells[cell].score)) for cell in Cell}
    whole = overall(question, theirs, earned, weighing, rubric.weights)
    held = "addressed" if found.reading.aside else ""
    if not held and max(whole, _uncapped(verdict, own)) > embedded.overall + FAR:
        held = "far"
    scores = {
        cell: _cell(cell, answer, embedded.cells[cell], own, verdict, rubric, bool(held))
        for cell in Cell
    }
    stands = within(embedded.overall, whole, UP, DOWN, held=bool(held))
    points = embedded.key_points if held else _points(answer, embedded, hits)
    card = replace(embedded, cells=scores, overall=stands, key_points=points)
    # A reason for a mark that the caps took away would praise what the card calls nothing.
    told = {cell: verdict.cells[cell] for cell in own}
    reasons = {cell: one.reason for cell, one in told.items() if one.score - own[cell] < CAPPED}
    return Judged(card, embedded, own, whole, reasons, verdict.rejected, held)


def _uncapped(verdict: Verdict, own: Mapping[Cell, float]) -> float:
    """What the model sees in the whole before any cap: words that only lower a cap do not
    bring it nearer to the scorer.
    """
    parts = sum(SHARES[cell] for cell in own)
    return sum(SHARES[cell] * verdict.cells[cell].score for cell in own) / parts if parts else 0.0


def within(embedded: float, model: float, up: float, down: float, *, held: bool) -> float:
    """The mark that stands: the model's, so far as it may move the embedded one.

    Grows with both marks, never lies above `embedded + up`, nor above `embedded` when held.
    """
    top = embedded if held else min(4.0, embedded + up)
    return round(min(top, max(model, embedded - down, 0.0)), 2)


def _cell(
    cell: Cell,
    answer: str,
    embedded: CellScore,
    own: Mapping[Cell, float],
    verdict: Verdict,
    rubric: Rubric,
    held: bool,
) -> CellScore:
    if cell not in own or embedded.score is None:
        return embedded
    score = within(embedded.score, own[cell], CELL_MOVES, CELL_MOVES, held=held)
    span = verdict.cells[cell].span
    quoted = (Evidence(answer[span[0] : span[1]], *span, KIND),) if span else ()
    evidence = (*quoted, *embedded.evidence) if score else ()
    return replace(
        embedded,
        score=score if evidence else 0.0,
        evidence=evidence,
        anchor=rubric.anchor(cell, score if evidence else 0.0),
        missing=embedded.missing if score < 4 else (),
    )


def _believed(verdict: Verdict, weighing: Weighing) -> Mapping[int, tuple[int, int]]:
    """Key points that count as made: of an answer on the subject, two by the same words at most."""
    if weighing.topic < ON_TOPIC:
        return {}
    carried = Counter[tuple[int, int]]()
    hits = {}
    for number, span in sorted(verdict.hits.items()):
        carried[span] += 1
        if carried[span] <= POINTS_A_QUOTE:
            hits[number] = span
    return hits


def _points(
    answer: str, embedded: Scorecard, hits: Mapping[int, tuple[int, int]]
) -> tuple[KeyPointScore, ...]:
    """A point is covered when either found it: both need the words that make it."""
    points = []
    for number, point in enumerate(embedded.key_points):
        span = hits.get(number)
        if span and not point.covered:
            point = replace(point, covered=True, quote=answer[span[0] : span[1]])
        points.append(point)
    return tuple(points)
