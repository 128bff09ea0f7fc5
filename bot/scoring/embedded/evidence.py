"""What an admissible sentence is evidence of. One sentence may be evidence of several kinds."""

from dataclasses import dataclass

from bot.scoring.embedded.admissible import Marked
from bot.scoring.embedded.case import Case
from bot.scoring.embedded.vocabulary import stems_of
from bot.scoring.rules import Cell, Evidence

KINDS: dict[Cell, tuple[str, ...]] = {
    Cell.restatement: ("reframe", "assumption", "definition", "scope", "constraint", "topic"),
    Cell.trade_offs: (
        "cost", "alternative", "decision", "priced", "flip", "loser", "boundary", "reason",
    ),
    Cell.execution: (
        "action", "metric", "threshold", "stop", "steps", "time", "owner", "method", "vague",
    ),
}  # fmt: skip
IN_FIGURES = frozenset({"priced", "threshold"})  # kinds that are nothing without a number
UNSURE, SURE = 0.15, 0.75  # probabilities below which a kind counts nothing, above which in full
UNSTOPPED = 1.4  # what a stretch of a text without stops counts more
GENERAL = 0.75  # what evidence without a fact of the case counts
FEWEST_WORDS = 3  # of content, in a sentence that can be evidence


@dataclass(frozen=True)
class Found:
    """The best sentence for a kind; `strength` is from 0 to 1."""

    kind: str
    marked: Marked
    strength: float
    second: float  # the strength of the next best sentence

    def quoted(self, raw: str) -> Evidence:
        sentence = self.marked.sentence
        return Evidence(raw[sentence.start : sentence.end], sentence.start, sentence.end, self.kind)


def collect(marked: tuple[Marked, ...], case: Case) -> dict[str, Found]:
    """For each kind of evidence that is there at all the best admissible sentence."""
    usable = [each for each in marked if each.reason is None]
    found = {}
    for kind in (kind for kinds in KINDS.values() for kind in kinds):
        strong = [(strength(each, kind, len(usable), case), each) for each in usable]
        ranked = sorted((pair for pair in strong if pair[0]), key=lambda pair: -pair[0])
        if ranked:  # sorting keeps the order of equals: the first sentence wins
            second = ranked[1][0] if len(ranked) > 1 else 0.0
            found[kind] = Found(kind, ranked[0][1], ranked[0][0], second)
    return found


def strength(each: Marked, kind: str, total: int, case: Case) -> float:
    """How good a sentence is as evidence of a kind, 0 to 1."""
    if kind == "topic":
        return _topic(each, total, case)
    if each.signs[kind] <= UNSURE:
        return 0.0
    if len(each.sentence.content) < FEWEST_WORDS and not each.sentence.numbers:
        return 0.0
    if kind in IN_FIGURES and not _figures(each):
        return 0.0
    sure = min(1.0, (each.signs[kind] - UNSURE) / (SURE - UNSURE))
    if kind == "vague":
        return sure
    sure *= 1.0 - each.signs["noise"]
    if each.sentence.cut:  # without stops the model has less to go by
        sure = min(1.0, UNSTOPPED * sure)
    return sure * (GENERAL if each.facts == 0 else 1.0) * (0.6 + 0.4 * each.specificity)


def _topic(each: Marked, total: int, case: Case) -> float:
    """An early sentence that names what this is about."""
    early = each.place < max(3, total / 2)
    return 1.0 if early and each.sentence.content_set & case.specific else 0.0


def _figures(each: Marked) -> bool:
    return bool(each.sentence.numbers) or not stems_of("numbers").isdisjoint(each.sentence.stems)


def shown(found: dict[str, Found], kind: str) -> bool:
    """Is the kind there clearly enough to be quoted, and not to be called missing?"""
    return kind in found and (kind == "topic" or found[kind].marked.shows(kind))
