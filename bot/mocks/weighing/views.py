"""The form of the weights that make a good pair: builder and readers. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.errors import UserMistake
from bot.mocks.weighing import rules
from bot.mocks.weighing.rules import KNOBS, Knob, Weighing
from bot.slack.blocks import (
    Block,
    checkboxes,
    date_token,
    divider,
    entered,
    escape,
    field,
    mention,
    modal,
    note,
    plural,
    section,
    text_field,
)

WEIGHTS = "mocks.weights"
SAVE = "mocks.weights_save"
RESET = "reset"
HEADS = {
    "points": "*Points.* A pair’s weight is their sum, and the round with the most people and then "
    "the highest total is chosen. 0 switches a line off.",
    "shape": "*What counts as enough*",
    "hours": "*Waking hours.* Nobody is asked to meet outside them.",
    "outcomes": "*How much of a repeat it is*, by what came of the last meeting",
}
MISTAKES = {
    "weights_number": "Write a number from {low} to {high}.",
    "weights_together": "This must be an hour or more after the start of the waking hours.",
}


def form(
    shown: Weighing, typed: Mapping[str, float] | None = None, *, moved: bool = False,
    news: str = "",
) -> Block:  # fmt: skip
    """Every number with its unit, what it means and what ships; filled with what holds.

    `typed` stands in its place when somebody else was faster.
    """
    blocks = [section(f":white_check_mark: {escape(news)}")] if news else []
    if moved:
        blocks.append(section(_moved(shown)))
    blocks.append(note(_standing(shown)))
    table = ""
    for knob in KNOBS:
        if knob.table != table:
            blocks += [divider(), section(HEADS[knob.table])]
            table = knob.table
        blocks.append(_field(knob, shown, (typed or {}).get(knob.id, knob.of(shown.now))))
    box = checkboxes("value", [(RESET, "Back to the shipped ones")])
    hint = "What stands above is then not used."
    blocks += [divider(), field(RESET, "Or", box, hint=hint, optional=True)]
    seen = shown.at.isoformat() if shown.at else ""
    return modal("What makes a good pair", SAVE, blocks, metadata=seen)


def _field(knob: Knob, shown: Weighing, value: float) -> Block:
    low, high = (_number(one) for one in knob.bounds)
    hint = f"{knob.full} From {low} to {high}; shipped: {_number(knob.of(shown.shipped))}."
    box = text_field("value", _number(value), most=20)
    return field(knob.id, f"{knob.what} ({knob.unit})", box, hint=hint)


def _number(value: float) -> str:
    return f"{value:.10g}"


def _standing(shown: Weighing) -> str:
    if shown.at is None:
        return "The shipped weights are in use: nobody here has changed them."
    other = sum(knob.of(shown.now) != knob.of(shown.shipped) for knob in KNOBS)
    when = date_token(shown.at, "{date_long} at {time}", f"{shown.at:%Y-%m-%d %H:%M} UTC")
    who = f"Changed by {mention(shown.by)} on {when}"
    if not other:
        return f"{who}: the shipped weights are in use."
    return f"{who}: {plural(other, 'number')} {'is' if other == 1 else 'are'} not as shipped."


def _moved(shown: Weighing) -> str:
    return (
        f":warning: {mention(shown.by) if shown.by else 'Somebody'} changed the weights while you "
        "were writing, so nothing was saved yet. What you wrote stands below. *Save* puts it in "
        "place, *Cancel* leaves theirs."
    )


def saved() -> str:
    return "Saved. They count from the next matching."


def unchanged() -> str:
    return "Nothing was different, so nothing was changed."


def read(state: Mapping[str, Any]) -> dict[str, float] | None:
    """{"points.level": 2.0} as entered, None for *Back*. Raises UserMistake with every field."""
    if entered(state, RESET):
        return None
    values, wrong = {}, []
    for knob in KNOBS:
        value = rules.number(str(entered(state, knob.id) or ""))
        if value is not None and rules.fits(knob, value):
            values[knob.id] = value
        else:
            low, high = (_number(one) for one in knob.bounds)
            wrong.append(UserMistake("weights_number", field=knob.id, low=low, high=high))
    if wrong:
        raise UserMistake.together(wrong)
    return values


def read_seen(metadata: str) -> datetime | None:
    """When the weights were made that the form was filled from. Raises UserMistake."""
    try:
        return datetime.fromisoformat(metadata) if metadata else None
    except ValueError as error:
        raise UserMistake("stale") from error
