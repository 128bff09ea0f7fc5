"""From kinds of evidence to a mark per cell: distinct kinds add up, breadth counts, 4 is full."""

import itertools
from collections.abc import Mapping

from bot.scoring.embedded.admissible import Marked
from bot.scoring.embedded.evidence import KINDS, Found
from bot.scoring.embedded.text import Text
from bot.scoring.embedded.vocabulary import read
from bot.scoring.rules import Cell

BREADTH = (0.0, 0.72, 0.88, 1.0)  # by number of different sentences that carry a cell
GAPS: dict[Cell, tuple[str, ...]] = {
    Cell.restatement: ("reframe", "assumption", "definition", "scope", "constraint"),
    Cell.trade_offs: ("decision", "cost", "alternative", "priced", "flip", "loser"),
    Cell.execution: ("action", "metric", "threshold", "stop", "owner", "time"),
}


def worth(found: Mapping[str, Found], kind: str, full: float, floor: float = 0.5) -> float:
    """What a kind adds: `full` from a specific sentence, `floor * full` from a general one."""
    if kind not in found:
        return 0.0
    return full * (floor + (1 - floor) * found[kind].strength)


def breadth(found: Mapping[str, Found], cell: Cell) -> float:
    """How many different sentences carry the cell, as a factor from 0 to 1."""
    places = {found[kind].marked.place for kind in KINDS[cell] if kind in found}
    return BREADTH[min(len(places), len(BREADTH) - 1)]


def restatement(found: Mapping[str, Found]) -> float:
    """The goal in own words first; assumption, definition, scope and constraint on top."""
    named = sorted(
        (worth(found, kind, 1.0) for kind in ("assumption", "definition", "scope")), reverse=True
    )
    extra = named[0] + 0.6 * named[1] + 0.3 * named[2] + worth(found, "constraint", 0.4)
    if "reframe" in found:
        return 0.6 + worth(found, "reframe", 1.3) + extra
    return worth(found, "topic", 0.9) + 0.9 * extra


def trade_offs(found: Mapping[str, Found]) -> float:
    """A tension, the side taken, the other option, the price, the loser, the flip."""
    tension = max(worth(found, kind, 1.0) for kind in ("cost", "alternative", "loser"))
    if not tension:
        return worth(found, "flip", 0.8) + worth(found, "decision", 0.3)
    total = tension + worth(found, "decision", 0.6) + worth(found, "reason", 0.25)
    if "cost" in found and "alternative" in found:
        total += 0.5
    total += worth(found, "priced", 0.8) + worth(found, "flip", 0.9)
    total += worth(found, "loser", 0.3) + worth(found, "boundary", 0.2)
    return total * breadth(found, Cell.trade_offs)


def execution(found: Mapping[str, Found]) -> float:
    """Something to do; then measure, threshold, way back, order, time and owner."""
    total = worth(found, "action", 1.0) or worth(found, "vague", 0.5)
    if "action" in found and found["action"].times > 1:
        total += 0.3
    for kind, full in (
        ("metric", 0.5), ("threshold", 0.7), ("stop", 0.6), ("steps", 0.35), ("time", 0.45),
        ("owner", 0.4), ("method", 0.3),
    ):  # fmt: skip
        total += worth(found, kind, full)
    return total * breadth(found, Cell.execution)


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
    if usable[0].cues & {"decision", "action"} or (usable[0].place == 0 and usable[0].facts > 1):
        value += 0.3
    value -= 2.5 * sum(share for reason, share in idle.items() if reason != "padding")
    value -= 2.0 * idle.get("padding", 0.0)
    value -= min(0.5, 2.0 * text.fillers / max(1, text.words))
    return value


def _shape(usable: list[Marked]) -> float:
    lengths = [len(each.sentence.words) for each in usable if not each.sentence.cut]
    if not lengths:
        return 0.1
    mean = sum(lengths) / len(lengths)
    if mean > 28:
        return -0.3
    return 0.5 if mean <= 20 else 0.25


def missing(found: Mapping[str, Found], cell: Cell) -> tuple[str, ...]:
    """The kinds that would have added most, the most useful first; at most three."""
    return tuple(kind for kind in GAPS.get(cell, ()) if kind not in found)[:3]


def calibrated(cell: Cell, raw: float) -> float:
    """A monotone map from raw sums to marks from 0 to 4, knots in knots.toml."""
    knots = read("knots.toml")["cells"][cell.value]
    if raw <= knots[0][0]:
        return float(knots[0][1])
    for (x0, y0), (x1, y1) in itertools.pairwise(knots):
        if raw <= x1:
            return float(y0 + (y1 - y0) * (raw - x0) / (x1 - x0))
    return float(knots[-1][1])
