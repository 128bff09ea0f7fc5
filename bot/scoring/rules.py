"""What is scored and what a score is: questions, cells, evidence, scorecards and the rubric.

Pure values. The scorer that fills a scorecard is `bot.scoring.embedded.score`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

LEVELS = 5  # anchors per cell: levels 0 to 4
ANCHOR = 200  # characters of an anchor, so that it fits on a card
VERSION = 80  # characters of a rubric's version
HEAVIEST = 3  # times the usual weight that a cell may count in overall
ENOUGH = 3  # marks before a cell's mean says anything


class Cell(StrEnum):
    """One row of the rubric. `title` is the word people see."""

    restatement = "restatement"
    trade_offs = "trade_offs"
    execution = "execution"
    communication = "communication"

    @property
    def title(self) -> str:  # type: ignore[override]  # a str in an enum already has title()
        """The cell's name as members read it, for example *Trade-offs*."""
        return self.value.replace("_", "-").capitalize()


ALL_CELLS: tuple[Cell, ...] = tuple(Cell)
CONTENT_CELLS: tuple[Cell, ...] = (Cell.restatement, Cell.trade_offs, Cell.execution)


@dataclass(frozen=True)
class KeyPoint:
    """Something a strong answer covers. `weight` is above 0; `cell` may be left open."""

    point: str
    cell: Cell | None = None
    weight: float = 1.0


@dataclass(frozen=True)
class Question:
    """A drill as the scorer sees it: `minutes` is the length of the answer box."""

    prompt: str
    key_points: tuple[KeyPoint, ...] = ()
    cells: tuple[Cell, ...] = ALL_CELLS
    minutes: float = 3.0
    model_answer: str | None = None
    probes: tuple[str, ...] = ()
    flips: tuple[str, ...] = ()


@dataclass(frozen=True)
class Evidence:
    """Words that earned a mark: `answer[start:end] == quote`, in the answer as it was typed."""

    quote: str
    start: int
    end: int
    kind: str


@dataclass(frozen=True)
class CellScore:
    """A cell's mark from 0 to 4, or None when it was not assessed.

    `anchor` is the rubric's text for the level met (empty when not assessed); `missing` names
    the kinds of evidence that would have raised the mark, the most useful first. A score above
    0 always comes with evidence.
    """

    score: float | None
    evidence: tuple[Evidence, ...] = ()
    anchor: str = ""
    missing: tuple[str, ...] = ()

    @property
    def level(self) -> int | None:
        """The whole mark shown on a card; halves go up."""
        return None if self.score is None else int(self.score + 0.5)

    @property
    def quotes(self) -> tuple[str, ...]:
        """The distinct quotes, in the order they were found."""
        return tuple(dict.fromkeys(found.quote for found in self.evidence))


@dataclass(frozen=True)
class KeyPointScore:
    """How far a key point was met: `coverage` from 0 to 1; `quote` is set when `covered`."""

    point: str
    covered: bool
    coverage: float
    quote: str | None = None


@dataclass(frozen=True)
class Scorecard:
    """One answer's marks. `overall` is from 0 to 4 and is not the mean of the cells."""

    cells: dict[Cell, CellScore]
    overall: float
    key_points: tuple[KeyPointScore, ...] = ()
    flags: tuple[str, ...] = ()
    scorer: str = "embedded-v2"
    confidence: str = "low"

    def to_dict(self) -> dict[str, Any]:
        """The card as plain JSON values; `from_dict` turns them back into an equal card."""
        return {
            "cells": {cell.value: _cell_to_dict(score) for cell, score in self.cells.items()},
            "overall": self.overall,
            "key_points": [
                {
                    "point": found.point,
                    "covered": found.covered,
                    "coverage": found.coverage,
                    "quote": found.quote,
                }
                for found in self.key_points
            ],
            "flags": list(self.flags),
            "scorer": self.scorer,
            "confidence": self.confidence,
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> "Scorecard":
        """Read a stored card. Raises KeyError or ValueError when it is not one."""
        return cls(
            cells={Cell(name): _cell_from_dict(each) for name, each in stored["cells"].items()},
            overall=float(stored["overall"]),
            key_points=tuple(
                KeyPointScore(
                    each["point"], bool(each["covered"]), float(each["coverage"]), each["quote"]
                )
                for each in stored["key_points"]
            ),
            flags=tuple(stored["flags"]),
            scorer=str(stored["scorer"]),
            confidence=str(stored["confidence"]),
        )


def _cell_to_dict(score: CellScore) -> dict[str, Any]:
    return {
        "score": score.score,
        "evidence": [
            {"quote": found.quote, "start": found.start, "end": found.end, "kind": found.kind}
            for found in score.evidence
        ],
        "anchor": score.anchor,
        "missing": list(score.missing),
    }


def _cell_from_dict(stored: Mapping[str, Any]) -> CellScore:
    mark = stored["score"]
    return CellScore(
        score=None if mark is None else float(mark),
        evidence=tuple(
            Evidence(each["quote"], int(each["start"]), int(each["end"]), each["kind"])
            for each in stored["evidence"]
        ),
        anchor=str(stored["anchor"]),
        missing=tuple(stored["missing"]),
    )


@dataclass(frozen=True)
class Mean:
    """A cell's mean mark, 0 to 4, over so many marks, `peers` of them by partners in mocks."""

    mark: float
    count: int
    peers: int = 0

    @property
    def known(self) -> bool:
        return self.count >= ENOUGH


def _weights_of_one() -> dict[Cell, float]:
    return dict.fromkeys(Cell, 1.0)


@dataclass(frozen=True)
class Rubric:
    """The anchors of one version: for each cell the plain words of levels 0 to 4.

    `weights`: what each cell counts in overall, 0 to 3, 1 being the usual. A cell that weighs 0 is
    marked and does not count. Of the cells other than communication at least one counts.
    """

    version: str
    anchors: Mapping[Cell, tuple[str, ...]]
    weights: Mapping[Cell, float] = field(default_factory=_weights_of_one)

    def anchor(self, cell: Cell, score: float) -> str:
        """The text of the level that a mark from 0 to 4 meets."""
        return self.anchors[cell][min(LEVELS - 1, max(0, int(score + 0.5)))]

    def to_dict(self) -> dict[str, Any]:
        """The rubric as plain JSON values; `from_dict` turns them back into an equal rubric."""
        return {
            "version": self.version,
            "cells": {
                cell.value: {"anchors": list(texts), "weight": self.weights[cell]}
                for cell, texts in self.anchors.items()
            },
        }

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> "Rubric":
        """Read a rubric file's content. Raises ValueError: field, and how to mend it."""
        version = content.get("version")
        if not isinstance(version, str) or not 0 < len(version) <= VERSION:
            raise ValueError('version: a short text is needed, such as version = "v1"')
        cells = content.get("cells")
        if not isinstance(cells, Mapping):
            raise ValueError("cells: one table a cell is needed, such as [cells.execution]")  # noqa: TRY004  # one error for bad files
        for name in cells:
            if name not in tuple(Cell):
                raise ValueError(f"cells.{name}: use {', '.join(Cell)}")
        anchors = {cell: _anchors(cells, cell) for cell in Cell}
        weights = {cell: _weight(cells, cell) for cell in Cell}
        if not any(weights[cell] for cell in CONTENT_CELLS):
            named = ", ".join(CONTENT_CELLS)
            raise ValueError(f"cells: give one of {named} a weight above 0")
        return cls(version, anchors, weights)


def _anchors(cells: Mapping[str, Any], cell: Cell) -> tuple[str, ...]:
    table = cells.get(cell.value)
    texts = table.get("anchors") if isinstance(table, Mapping) else None
    fits = isinstance(texts, list | tuple) and len(texts) == LEVELS
    if not fits or not all(isinstance(text, str) and text.strip() for text in texts or ()):
        raise ValueError(f"cells.{cell.value}.anchors: five texts are needed, level 0 to 4")
    for level, text in enumerate(texts or ()):
        if len(text) > ANCHOR:
            where = f"cells.{cell.value}.anchors[{level}]"
            raise ValueError(f"{where}: has {len(text)} characters; write {ANCHOR} at most")
    return tuple(texts or ())


def _weight(cells: Mapping[str, Any], cell: Cell) -> float:
    value = cells[cell.value].get("weight", 1.0)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= HEAVIEST:
        raise ValueError(f"cells.{cell.value}.weight: a number from 0 to {HEAVIEST} is needed")
    return float(value)
