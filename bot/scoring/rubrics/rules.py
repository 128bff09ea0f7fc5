"""How a workspace's rubric changes: one cell at a time, each change a version. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.errors import UserMistake
from bot.scoring.rules import CONTENT_CELLS, Cell, Rubric


@dataclass(frozen=True)
class CellText:
    """What can be changed of a cell: the words of levels 0 to 4, and its weight from 0 to 3."""

    anchors: tuple[str, ...]
    weight: float


@dataclass(frozen=True)
class InUse:
    """A workspace's rubric and where it comes from.

    `at` is None for the rubric of the content folders, which nobody of the workspace changed;
    `changed_by` is None, too, when who changed it has left no trace on purpose.
    """

    rubric: Rubric
    at: datetime | None = None
    changed_by: str | None = None


def cell_text(rubric: Rubric, cell: Cell) -> CellText:
    return CellText(tuple(rubric.anchors[cell]), rubric.weights[cell])


def with_cell(rubric: Rubric, cell: Cell, text: CellText, version: str) -> Rubric:
    """The rubric with one cell changed. Raises UserMistake when no content would count."""
    weights: Mapping[Cell, float] = {**rubric.weights, cell: text.weight}
    if not any(weights[one] for one in CONTENT_CELLS):
        raise UserMistake("rubric_counts_nothing", field="weight")
    return replace(
        rubric, version=version, anchors={**rubric.anchors, cell: text.anchors}, weights=weights
    )


def version_of(now: str, number: int) -> str:
    """The name of a workspace's change: `v1` or `v1+1` becomes `v1+2` for number 2."""
    stem, plus, count = now.rpartition("+")
    stem = stem if plus and count.isdecimal() else now
    return f"{stem[:60]}+{number}"
