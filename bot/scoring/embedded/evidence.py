"""What an admissible sentence is evidence of. One sentence may be evidence of several kinds."""

from collections import defaultdict
from dataclasses import dataclass

from bot.scoring.embedded.admissible import Marked
from bot.scoring.embedded.case import Case
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
CONDITIONS = frozenset(
    ["if", "unless", "should", "when", "once", "under", "over", "below", "above", "only", "until"]
)


@dataclass(frozen=True)
class Found:
    """The best sentence for a kind; `strength` is its specificity, 0.1 to 1."""

    kind: str
    marked: Marked
    strength: float
    times: int  # different sentences that carry the kind

    def quoted(self, raw: str) -> Evidence:
        sentence = self.marked.sentence
        return Evidence(raw[sentence.start : sentence.end], sentence.start, sentence.end, self.kind)


def collect(marked: tuple[Marked, ...], case: Case) -> dict[str, Found]:
    """For each kind of evidence the best admissible sentence."""
    usable = [each for each in marked if each.reason is None]
    carriers: dict[str, list[Marked]] = defaultdict(list)
    for order, each in enumerate(usable):
        for kind in _kinds(each, order, len(usable), case):
            carriers[kind].append(each)
    found = {}
    for kind, bearers in carriers.items():
        best = max(bearers, key=lambda each: (each.specificity, -each.place))
        found[kind] = Found(kind, best, best.specificity, len(bearers))
    return found


def _kinds(each: Marked, order: int, total: int, case: Case) -> set[str]:
    return _restated(each, order, total, case) | _traded(each) | _executed(each)


def _restated(each: Marked, order: int, total: int, case: Case) -> set[str]:
    kinds = each.cues & {"assumption", "definition", "scope", "constraint"}
    content = each.sentence.content_set
    early = order < max(3, total / 2)
    shared = content & case.prompt.content
    specific = content & case.specific
    if len(content) < 3:
        kinds = frozenset()
    found = set(kinds)
    if not early:
        found.discard("constraint")
        if not each.cues & {"reframe", "assumption"}:
            found.discard("scope")
    overlap = len(shared) / len(content) if content else 0.0
    if early and "reframe" in each.cues and shared and 0.08 <= overlap <= 0.75:
        found.add("reframe")
    if early and specific and overlap >= 0.08:
        found.add("topic")
    return found


def _conditional(each: Marked) -> bool:
    return any(word.text in CONDITIONS for word in each.sentence.words)


def _traded(each: Marked) -> set[str]:
    found = set(each.cues & {"cost", "loser", "alternative", "boundary"})
    numbers = bool(each.sentence.numbers)
    if "decision" in each.cues and len(each.sentence.content) >= 2:
        found.add("decision")
    if "reason" in each.cues and each.facts:
        found.add("reason")
    if numbers and found & {"cost", "alternative", "loser"}:
        found.add("priced")
    if _conditional(each) and _flips(each, numbers):
        found.add("flip")
    return found


def _flips(each: Marked, numbers: bool) -> bool:
    strong = "flip" in each.cues and bool(each.cues & {"decision", "cost", "threshold"} or numbers)
    rule = numbers and "threshold" in each.cues and bool(each.cues & {"decision", "stop"})
    return strong or rule


def _executed(each: Marked) -> set[str]:
    found = set(each.cues & {"metric", "time", "method", "steps"})
    numbers = bool(each.sentence.numbers)
    if "action" in each.cues:
        found.add("action" if each.facts or each.cues & {"time", "metric", "owner"} else "vague")
    elif "vague" in each.cues:
        found.add("vague")
    if numbers and "threshold" in each.cues:
        found.add("threshold")
    if "stop" in each.cues and (_conditional(each) or numbers):
        found.add("stop")
    if "owner" in each.cues and each.cues & {"action", "time", "metric"}:
        found.add("owner")
    if not each.facts:
        found -= {"metric", "time", "steps", "method"}
    return found
