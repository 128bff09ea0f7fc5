"""The rubric as people read it, and the forms that change it: builders and readers. Pure."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.errors import UserMistake
from bot.scoring.rubrics.rules import CellText, InUse, cell_text
from bot.scoring.rules import ANCHOR, HEAVIEST, LEVELS, Cell, Rubric
from bot.slack.blocks import (
    Block,
    checkboxes,
    clip,
    date_token,
    divider,
    entered,
    escape,
    field,
    mention,
    modal,
    note,
    section,
    sections,
    select,
    text_field,
)

RUBRIC = "scoring.rubric"
CHOOSE = "scoring.rubric_cell"
SAVE = "scoring.rubric_save"
WEIGHTS = {
    0.0: "0: marked, but not counted",
    0.5: "0.5: half as much as usual",
    1.0: "1: the usual",
    1.5: "1.5: half as much again",
    2.0: "2: twice as much",
    2.5: "2.5: two and a half times",
    3.0: "3: three times as much",
}
LEVEL_NAMES = ("nothing of it", "a start", "half of it", "good", "all of it")
MISTAKES = {
    "rubric_blank": "Say in a few words what an answer of this level looks like.",
    "rubric_long": "At most {most} characters, so that it fits on a card. This has {count}.",
    "rubric_weight": "Choose one of the weights in the list.",
    "rubric_counts_nothing": "Restatement, Trade-offs or Execution must count: choose a weight "
    "above 0 here, or give another of them one first.",
    "rubric_cell": "Choose the cell that you want to change.",
}


def rubric_page(in_use: InUse, *, can_edit: bool, news: str = "") -> Block:
    """The whole rubric; whoever may change it chooses a cell here."""
    rubric = in_use.rubric
    blocks = [section(f":white_check_mark: {escape(news)}")] if news else []
    blocks.append(
        section(
            "Every answer is marked in four cells, from 0 to 4. These are the words that each "
            "level is held against. A weight multiplies what its cell usually counts in the "
            "overall mark; trade-offs and execution count most."
        )
    )
    blocks.append(note(_standing(in_use)))
    if can_edit:  # above the long text: under it the first lines would be out of sight
        cells = [(cell.value, cell.title) for cell in Cell]
        blocks.append(field("cell", "Cell to change", select("value", cells)))
    for cell in Cell:
        blocks += [divider(), *sections(_cell(rubric, cell))]
    if not can_edit:
        return modal("The rubric", RUBRIC, blocks, submit="", close="Close")
    return modal("The rubric", CHOOSE, blocks, submit="Change it", close="Close")


def _standing(in_use: InUse) -> str:
    version = escape(clip(in_use.rubric.version, 60))
    if in_use.at is None:
        return f"Version {version} is in use: the standard text. Nobody here has changed it."
    who = mention(in_use.changed_by)
    return f"Version {version} is in use. Changed by {who} on {_when(in_use.at)}."


def _when(at: datetime) -> str:
    return date_token(at, "{date_long} at {time}", f"{at:%Y-%m-%d %H:%M} UTC")


def _cell(rubric: Rubric, cell: Cell) -> str:
    weight = rubric.weights[cell]
    counts = "marked, but not counted" if not weight else f"weight {weight:g}"
    levels = "\n".join(
        f"*{level}*  {escape(text)}" for level, text in enumerate(rubric.anchors[cell])
    )
    return f"*{cell.title}*  ({counts})\n{levels}"


def cell_form(
    in_use: InUse, cell: Cell, typed: CellText | None = None, *, moved: bool = False
) -> Block:
    """The form of one cell, filled with what holds, or with what the person had `typed`."""
    holds = cell_text(in_use.rubric, cell)
    shown = typed or holds
    # Slack keeps what was typed in inputs of the same name; another cell's are others.
    named = f"{cell.value}_"
    blocks = [*_moved(in_use, holds)] if moved else []
    blocks.append(note(_standing(in_use)))
    for level in range(LEVELS):
        label = f"Level {level}: {LEVEL_NAMES[level]}"
        box = text_field("value", shown.anchors[level], multiline=True, most=ANCHOR)
        blocks.append(field(f"{named}level_{level}", label, box))
    weights = [(str(weight), text) for weight, text in WEIGHTS.items()]
    if shown.weight not in WEIGHTS:  # a content file may hold any number
        weights.append((str(shown.weight), f"{shown.weight:g}: as it is now"))
    blocks.append(
        field(
            f"{named}weight",
            "Weight in the overall mark",
            select("value", weights, str(shown.weight)),
            hint="The other cells keep theirs.",
        )
    )
    reset = [("reset", "Reset to the standard text and weight")]
    box = checkboxes("value", reset, ["reset"] if moved and typed is None else [])
    hint = "What stands above is then not used."
    blocks.append(field(f"{named}reset", "Or", box, hint=hint, optional=True))
    told = json.dumps({"cell": cell.value, "version": in_use.rubric.version})
    return modal(cell.title, SAVE, blocks, metadata=told, submit="Save")


def _moved(in_use: InUse, holds: CellText) -> list[Block]:
    who = f"<@{in_use.changed_by}>" if in_use.changed_by else "Somebody"
    levels = "\n".join(f"*{level}*  {escape(text)}" for level, text in enumerate(holds.anchors))
    text = (
        f":warning: {who} changed this cell while you were writing, so nothing was saved yet. What "
        "you wrote stands below as you left it. *Save* puts it in place of this text, *Cancel* "
        f"leaves this text:\n{levels}\nWeight {holds.weight:g}"
    )
    return [*sections(text), divider()]


def saved(version: str) -> str:
    return f"Saved. Marks from now on meet version {version}; earlier cards stay as they are."


def unchanged(version: str) -> str:
    return f"Nothing was different, so version {version} stays."


def read_choice(state: Mapping[str, Any]) -> Cell:
    """The cell that was chosen. Raises UserMistake."""
    chosen = entered(state, "cell")
    if chosen not in tuple(Cell):
        raise UserMistake("rubric_cell", field="cell")
    return Cell(chosen)


def read_form(metadata: str) -> tuple[Cell, str]:
    """Which cell a form is about, and the version it was filled from. Raises UserMistake."""
    try:
        told = json.loads(metadata)
        return Cell(told["cell"]), str(told["version"])
    except (ValueError, KeyError, TypeError) as error:
        raise UserMistake("stale") from error


def read_cell(state: Mapping[str, Any], cell: Cell) -> CellText | None:
    """What was entered, None for *Reset*. Raises UserMistake with the field."""
    named = f"{cell.value}_"
    if entered(state, f"{named}reset"):
        return None
    anchors = tuple(_anchor(state, f"{named}level_{level}") for level in range(LEVELS))
    try:
        weight = float(entered(state, f"{named}weight") or "")
    except ValueError:
        weight = -1.0
    if not 0 <= weight <= HEAVIEST:
        raise UserMistake("rubric_weight", field=f"{named}weight")
    return CellText(anchors, weight)


def _anchor(state: Mapping[str, Any], block_id: str) -> str:
    text = " ".join((entered(state, block_id) or "").split())
    if not text:
        raise UserMistake("rubric_blank", field=block_id)
    if len(text) > ANCHOR:
        raise UserMistake("rubric_long", field=block_id, most=ANCHOR, count=len(text))
    return text
