"""From kinds of evidence to a mark per cell: distinct kinds add up, breadth counts, 4 is full."""

import itertools
from collections.abc import Mapping
from typing import Any

from bot.scoring.embedded.admissible import Marked
from bot.scoring.embedded.evidence import KINDS, Found, shown
from bot.scoring.embedded.text import Text
from bot.scoring.embedded.vocabulary import read
from bot.scoring.rules import Cell

BREADTH = (0.0, 0.72, 0.9, 1.0)  # by number of different sentences that carry a cell
SHORT, LONG, BRIEF = 40, 120, 0.4  # words of a short and a long answer; what the short gains
FROM_ONE = 3.0  # the most that one sentence earns
CARRIES = 0.3  # strength from which a sentence carries a cell
GAPS: dict[Cell, tuple[str, ...]] = {
    Cell.restatement: ("reframe", "assumption", "definition", "scope", "constraint"),
    Cell.trade_offs: ("decision", "cost", "alternative", "priced", "flip", "loser"),
    Cell.execution: ("action", "metric", "threshold", "stop", "owner", "time"),
}

# What the anchors of level 2 and above take for given.
IMPLIED: dict[Cell, frozenset[str]] = {
    Cell.restatement: frozenset({"reframe"}),
    Cell.trade_offs: frozenset({"decision", "cost"}),
    Cell.execution: frozenset({"action"}),
}
IMPLIED_FROM = 1.5


def _carriers(found: Mapping[str, Found], cell: Cell) -> int:
    """How many different sentences carry the cell, at least one."""
    there = (found[kind] for kind in KINDS[cell] if kind in found)
    return max(1, len({each.marked.place for each in there if each.strength >= CARRIES}))


def breadth(found: Mapping[str, Found], cell: Cell) -> float:
    """A factor from 0 to 1 by how many different sentences carry the cell."""
    return BREADTH[min(_carriers(found, cell), len(BREADTH) - 1)]


def most(found: Mapping[str, Found], cell: Cell) -> float:
    """The highest mark: one sentence, however much is packed into it, does not fill a cell."""
    alone = cell is not Cell.communication and _carriers(found, cell) == 1
    return FROM_ONE if alone else 4.0


def room(text: Text, cell: Cell) -> float:
    """What a short answer's evidence counts more: it says the same in fewer sentences.

    Not in restatement, which the short ones leave out.
    """
    if cell is Cell.restatement:
        return 1.0
    long = min(1.0, max(0.0, (text.words - SHORT) / (LONG - SHORT)))
    return 1.0 + BRIEF * (1.0 - long)


def content(text: Text, found: Mapping[str, Found], cell: Cell) -> float:
    """The sum of a content cell, before it is mapped to a mark."""
    return summed(found, cell, read("marks.toml")[cell.value]) * room(text, cell)


def summed(found: Mapping[str, Found], cell: Cell, weights: Mapping[str, Any]) -> float:
    """Every kind adds its weight by strength, a second sentence less; breadth counts."""
    total = sum(
        weights["best"][kind] * found[kind].strength + weights["second"] * found[kind].second
        for kind in KINDS[cell]
        if kind in found
    )
    return float(total) * breadth(found, cell)


def communication(text: Text, marked: tuple[Marked, ...], idle: Mapping[str, float]) -> float:
    """Clear until shown otherwise: puff, repeats, lists and endless sentences take from it."""
    usable = [each for each in marked if each.reason is None]
    if idle.get("list", 0) > 0.6:
        return 0.0
    if not usable:  # sentences that can be followed, and nothing in them
        return 1.0 + 0.5 * idle.get("framework", 0.0)
    value = 2.3 + _shape(usable)
    density = sum(min(1.0, each.specificity) * len(each.sentence.words) for each in usable)
    value += 1.4 * (density / max(1, sum(len(each.sentence.words) for each in usable)) - 0.45)
    first = usable[0]
    answers = first.shows("decision") or first.shows("action")
    if answers or (first.place == 0 and first.facts > 1):
        value += 0.3
    value -= 2.5 * sum(share for reason, share in idle.items() if reason != "padding")
    value -= 2.0 * idle.get("padding", 0.0)
    value -= min(0.5, 2.0 * text.fillers / max(1, text.words))
    return value


def _shape(usable: list[Marked]) -> float:
    lengths = [len(each.sentence.words) for each in usable if not each.sentence.cut]
    if not lengths:  # no stops to go by: speech as it was written down
        return 0.35
    mean = sum(lengths) / len(lengths)
    if mean > 28:
        return -0.3
    return 0.5 if mean <= 20 else 0.25


def missing(found: dict[str, Found], cell: Cell, mark: float) -> tuple[str, ...]:
    """The kinds that would have added most, the most useful first; at most three.

    Not what the anchor of the mark already says is there.
    """
    there = IMPLIED.get(cell, frozenset()) if mark >= IMPLIED_FROM else frozenset()
    gaps = GAPS.get(cell, ())
    return tuple(kind for kind in gaps if kind not in there and not shown(found, kind))[:3]


def calibrated(cell: Cell, raw: float) -> float:
    """A monotone map from raw sums to marks from 0 to 4, knots in marks.toml."""
    knots = read("marks.toml")[cell.value]["knots"]
    if raw <= knots[0][0]:
        return float(knots[0][1])
    for (x0, y0), (x1, y1) in itertools.pairwise(knots):
        if raw <= x1:
            return float(y0 + (y1 - y0) * (raw - x0) / (x1 - x0))
    return float(knots[-1][1])
