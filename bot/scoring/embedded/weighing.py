"""What lowers an answer as a whole: off the subject, copied, shuffled, padded, recited."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.scoring.embedded.admissible import shares
from bot.scoring.embedded.order import gain
from bot.scoring.embedded.reading import Reading
from bot.scoring.embedded.relevance import relevance
from bot.scoring.embedded.text import Text
from bot.scoring.rules import ALL_CELLS, Cell, CellScore, Question

# The most that relevance allows, [log-odds, mark]: what another drill's answer reaches, and above.
TOPIC_KNOTS = ((-3.0, 0.0), (-1.0, 0.5), (0.0, 1.0), (0.5, 1.2), (1.2, 4.0))
# A very long answer meets words of many drills: so much more is asked of 320 words than of 220.
# A short one has room for few of them.
LONG_FROM, LONG_TO, LONG_ASKS = 220, 320, 3.5
SHORT_FROM, SHORT_TO, SHORT_EASES = 40, 100, 1.5
OFF_TOPIC = -1.0  # log-odds under which the card says so
SHARES = {
    Cell.restatement: 0.1, Cell.trade_offs: 0.36, Cell.execution: 0.42, Cell.communication: 0.12,
}  # fmt: skip
HOLLOW = (0.2, 0.55)  # share of empty words from which overall is held down
FEWEST_SAID = 12  # words in sentences under which there is nothing to mark
KEY_POINTS_SHARE = 0.2  # of overall; coverage alone can be gamed, so it stays small
ENOUGH_POINTS = 0.5  # share of the points that a three-minute answer can carry
NAMES = {
    "list": "word_list", "prompt": "prompt_copied", "model": "model_copied", "repeat": "repeated",
    "framework": "framework", "padding": "padding", "grader": "grader_instruction",
}  # fmt: skip


def ramp(value: float, low: float, high: float) -> float:
    """0 below `low`, 1 above `high`, straight between."""
    return min(1.0, max(0.0, (value - low) / (high - low)))


@dataclass(frozen=True)
class Weighing:
    """An answer's standing as a whole; all shares are from 0 to 1, `relevance` is log-odds."""

    idle: dict[str, float]
    relevance: float
    order: float  # 1: English order, 0: shuffled
    said: int  # words that stand in sentences, lists of words aside
    noise: float  # how surely the usable words say nothing, 0 to 1
    long_sentences: bool

    @classmethod
    def of(cls, question: Question, reading: Reading) -> "Weighing":
        text, marked = reading.text, reading.marked
        usable = [each for each in marked if each.reason is None]
        words = sum(len(each.sentence.words) for each in usable)
        # Short answers give few pairs, so less is asked of them before order is doubted.
        ease = ramp(text.words, 30, 120)
        order = ramp(gain(text.sentences), -0.35 + 0.35 * ease, -0.15 + 0.25 * ease)
        mean = words / max(1, len(usable))
        relevant = relevance(marked, question)
        typed = text.words + sum(len(sentence.words) for sentence in reading.aside)
        relevant -= LONG_ASKS * ramp(typed, LONG_FROM, LONG_TO)
        relevant += SHORT_EASES * (1 - ramp(text.words, SHORT_FROM, SHORT_TO))
        idle = shares(marked)
        if reading.aside:
            idle["grader"] = reading.aside_share
        noise = sum(each.signs["noise"] * len(each.sentence.words) for each in usable)
        return cls(idle, relevant, order, reading.said, noise / max(1, words), mean > 28)

    @property
    def topic(self) -> float:
        """The most that content can get when this much of it is about the case."""
        for (low, start), (high, end) in itertools.pairwise(TOPIC_KNOTS):
            if self.relevance <= high:
                return start + (end - start) * ramp(self.relevance, low, high)
        return 4.0

    @property
    def hollow(self) -> float:
        """The share of words that say nothing: listed, recited, padding, or noise by the model."""
        empty = sum(self.idle.get(reason, 0.0) for reason in ("list", "framework", "padding"))
        return empty + max(0.0, 1.0 - empty) * self.noise

    def factor(self, cell: Cell) -> float:
        """What a cell's mark is multiplied by."""
        if cell is Cell.communication:
            return 0.35 + 0.65 * self.order
        return 0.1 + 0.9 * self.order

    def cap(self, cell: Cell) -> float:
        """The most a cell can get."""
        if self.said < FEWEST_SAID:
            return 0.0
        if cell is not Cell.communication:
            return self.topic
        if self.idle.get("prompt", 0) > 0.6 or self.idle.get("model", 0) > 0.6:
            return 1.0
        return 2.0 if self.relevance < OFF_TOPIC else 4.0

    def ceiling(self) -> float:
        """The most overall can get."""
        if self.said < FEWEST_SAID:
            return 0.0
        idle = sum(self.idle.values())
        top = min(self.topic, 4.0 - 3.2 * ramp(idle, 0.45, 0.85))
        top = min(top, 4.0 - 3.5 * ramp(self.hollow, *HOLLOW))
        if self.idle.get("framework", 0) + self.idle.get("padding", 0) > 0.5:
            top = min(top, 1.5)
        return top

    def floor(self) -> float:
        """What reciting a method or polite filler is worth by itself: it names the trade."""
        if self.said < FEWEST_SAID:
            return 0.0
        recited = 0.3 * self.idle.get("framework", 0.0) + 0.2 * self.idle.get("padding", 0.0)
        return recited * self.order

    def flags(self) -> tuple[str, ...]:
        """Names of what was held against the answer, for the card and for operators."""
        found = [name for reason, name in NAMES.items() if self.idle.get(reason, 0) > 0.15]
        if self.idle.get("grader") and "grader_instruction" not in found:
            found.append("grader_instruction")
        if self.relevance < OFF_TOPIC:
            found.append("off_topic")
        if self.order < 0.5:
            found.append("shuffled")
        return tuple(found)

    def faults(self, text: Text) -> tuple[str, ...]:
        """What made it harder to follow, the worst first."""
        found = sorted(self.idle, key=lambda reason: -self.idle[reason])
        gaps = [NAMES[reason] for reason in found if self.idle[reason] > 0.1]
        if self.long_sentences:
            gaps.append("long_sentences")
        if text.fillers > 0.05 * text.words:
            gaps.append("fillers")
        return tuple(gaps[:3]) or ("answer_first",)


def overall(
    question: Question,
    scores: dict[Cell, CellScore],
    points: Sequence[float],
    weighing: Weighing,
    weights: Mapping[Cell, float],
) -> float:
    """The holistic mark from 0 to 4, in hundredths: cells, a bounded part for points, caps.

    `weights` are the rubric's: what they leave out is left out here, unless nothing would remain.
    """
    marks = {cell: scores[cell].score or 0.0 for cell in ALL_CELLS if cell in question.cells}
    if not marks:
        return 0.0
    parts = {cell: SHARES[cell] * weights[cell] for cell in marks}
    if not any(parts.values()):
        parts = SHARES
    value = sum(parts[cell] * mark for cell, mark in marks.items())
    value /= sum(parts[cell] for cell in marks)
    told = [cell for cell in marks if cell is not Cell.communication]
    content = [marks[cell] for cell in told if parts[cell]] or [marks[cell] for cell in told]
    if content:  # clear words about nothing are worth nothing
        value = min(value, 0.35 + 1.15 * max(content))
    if points:
        value += KEY_POINTS_SHARE * (4 * _met(question, points) - value)
    value *= 0.05 + 0.95 * weighing.order
    value = max(weighing.floor(), min(value, weighing.ceiling(), 4.0))
    return round(max(0.0, value), 2)


def _met(question: Question, points: Sequence[float]) -> float:
    total = sum(point.weight for point in question.key_points)
    met = sum(
        point.weight * min(1.0, earned / 0.5)
        for point, earned in zip(question.key_points, points, strict=True)
    )
    return min(1.0, met / (ENOUGH_POINTS * total)) if total else 0.0
