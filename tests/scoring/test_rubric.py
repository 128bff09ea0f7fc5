"""The rubric: read, refused with the mend named, and what a cell's weight does to overall."""

import pickle
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from bot.scoring.embedded import score
from bot.scoring.rules import Cell, CellScore, Question, Rubric
from tests.scoring.graded_set import RUBRIC, question_of, rubric


@dataclass(frozen=True)
class Answered:
    """A drill of the bank with its model answer given as a member's (ruling 23)."""

    name: str
    question: Question
    text: str


def bank() -> list[Answered]:
    found = []
    for path in sorted(Path("content/drills").rglob("*.toml"))[::4]:
        drill = tomllib.loads(path.read_text(encoding="utf-8"))
        half = len(drill["model_answer"]) // 2
        asked = question_of({**drill, "cells": None})
        found.append(Answered(path.stem, asked, drill["model_answer"]))
        found.append(Answered(f"{path.stem}, half of it", asked, drill["model_answer"][:half]))
    return found


WRITTEN = bank()


def written() -> dict[str, Any]:
    return tomllib.loads(RUBRIC.read_text(encoding="utf-8"))


def weighing(**weights: float) -> Rubric:
    return replace(
        rubric(), weights={**rubric().weights, **{Cell(name): n for name, n in weights.items()}}
    )


def overall(answered: Answered, **weights: float) -> float:
    return score(answered.question, answered.text, weighing(**weights)).overall


def test_a_file_without_weights_counts_each_cell_once() -> None:
    content = written()
    for table in content["cells"].values():
        del table["weight"]
    assert Rubric.from_dict(content) == rubric()
    assert set(rubric().weights.values()) == {1.0}


def test_a_rubric_comes_back_from_the_store_and_from_a_process() -> None:
    own = weighing(execution=2.5, communication=0)
    assert Rubric.from_dict(own.to_dict()) == own
    assert pickle.loads(pickle.dumps(own)) == own


@pytest.mark.parametrize(
    ("cell", "field", "value", "said"),
    [
        ("execution", "weight", 3.5, "cells.execution.weight: a number from 0 to 3"),
        ("execution", "weight", -0.5, "cells.execution.weight: a number from 0 to 3"),
        ("execution", "weight", True, "cells.execution.weight: a number from 0 to 3"),
        ("execution", "weight", "2", "cells.execution.weight: a number from 0 to 3"),
        ("execution", "weight", float("nan"), "cells.execution.weight: a number from 0 to 3"),
        ("trade_offs", "anchors", ["a", "b"], "cells.trade_offs.anchors: five texts"),
        ("trade_offs", "anchors", "fives", "cells.trade_offs.anchors: five texts"),
        ("trade_offs", "anchors", ["a", "b", "c", "d", " "], "cells.trade_offs.anchors: five"),
        (
            "execution",
            "anchors",
            ["a", "b", "c", "d", "e" * 201],
            r"cells.execution.anchors\[4\]: has 201 characters; write 200 at most",
        ),
    ],
)
def test_a_wrong_field_is_named_with_the_mend(cell: str, field: str, value: Any, said: str) -> None:
    content = written()
    content["cells"][cell][field] = value
    with pytest.raises(ValueError, match=said):
        Rubric.from_dict(content)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({}, "version: a short text"),
        ({"version": "v" * 81}, "version: a short text"),
        ({"version": "v1"}, "cells: one table a cell"),
        ({"version": "v1", "cells": {"style": {}}}, "cells.style: use restatement"),
        ({"version": "v1", "cells": {"execution": 3}}, "cells.restatement.anchors: five texts"),
    ],
)
def test_a_wrong_file_is_refused_by_name(content: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Rubric.from_dict(content)


def test_communication_alone_is_no_rubric() -> None:
    content = written()
    for cell in ("restatement", "trade_offs", "execution"):
        content["cells"][cell]["weight"] = 0
    with pytest.raises(ValueError, match="a weight above 0"):
        Rubric.from_dict(content)


@pytest.mark.parametrize("answered", WRITTEN, ids=lambda answered: answered.name)
def test_weights_move_overall_and_nothing_else(answered: Answered) -> None:
    plain = score(answered.question, answered.text, rubric())
    for weights in ({"execution": 3.0}, {"communication": 0.0}, {"trade_offs": 0.5}):
        own = score(answered.question, answered.text, weighing(**weights))
        assert replace(own, overall=plain.overall) == plain


def test_the_same_weight_everywhere_is_no_weight() -> None:
    for answered in WRITTEN:
        assert overall(answered, **dict.fromkeys(Cell, 2.0)) == overall(answered)


def test_a_heavy_cell_pulls_overall_its_way() -> None:
    """Where a cell stands clearly above the rest it raises, where below it lowers."""
    moved = 0
    for answered in WRITTEN:
        card = score(answered.question, answered.text, rubric())
        for cell in (Cell.trade_offs, Cell.execution):
            change = overall(answered, **{cell: 3.0}) - card.overall
            others = [_mark(card.cells[one]) for one in Cell if one is not cell]
            if _mark(card.cells[cell]) >= max(others):
                assert change >= 0, (answered.name, cell)
            if _mark(card.cells[cell]) <= min(others):
                assert change <= 0, (answered.name, cell)
            moved += change != 0
    assert moved > len(WRITTEN) / 2


def test_a_cell_of_weight_0_is_marked_and_does_not_count() -> None:
    """Overall is what it would be had the drill asked for the other cells only."""
    for answered in WRITTEN:
        own = score(answered.question, answered.text, weighing(communication=0))
        assert own.cells[Cell.communication].score is not None
        content = tuple(cell for cell in Cell if cell is not Cell.communication)
        asked = replace(answered.question, cells=content)
        assert own.overall == score(asked, answered.text, rubric()).overall


def test_a_drill_of_uncounted_cells_only_is_weighed_as_usual() -> None:
    question: Question = replace(WRITTEN[0].question, cells=(Cell.restatement,))
    plain = score(question, WRITTEN[0].text, rubric())
    assert plain.overall > 0
    assert score(question, WRITTEN[0].text, weighing(restatement=0)).overall == plain.overall


def test_clear_words_about_nothing_stay_worth_nothing() -> None:
    """Weights cannot lift communication over the cap that content sets."""
    empty = (
        "This is a really important topic and I care about it. It needs thought from all of us. "
        "We should be kind and careful. Then everything will be fine for everybody in the end."
    )
    question = replace(WRITTEN[0].question, cells=(Cell.restatement, Cell.communication))
    own = weighing(restatement=0, communication=3)
    assert score(question, empty, own).overall <= score(question, empty, rubric()).overall + 0.35


def _mark(cell: CellScore) -> float:
    return cell.score or 0.0
