"""The form for the marks of a mock interview, and what all who were there read of them. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.drills.views import MUTE
from bot.errors import UserMistake
from bot.mocks.marks.rules import TOP
from bot.plans.views import moment_words
from bot.scoring.rules import LEVELS, Cell, Rubric
from bot.slack.blocks import (
    Block,
    Message,
    actions,
    button,
    clip,
    entered,
    escape,
    field,
    mentions,
    modal,
    section,
    select,
    text_field,
)

MARKS = "mocks.marks"
SAVE = "mocks.marks_save"
TOLD = "mocks.marks_told"
REMINDER = "mock.marks_reminder"
TITLE = "Marks of your mock"
SENTENCE = 300  # characters that a person may write
ANCHOR = 220  # characters of an anchor in the form
NAME = 40
PEOPLE = 3  # in a group, at most
MISTAKES = {
    "mock_not_met": "This meeting has not taken place, as far as I know, so there is nothing to "
    "mark. When you have met, press *We met* where I asked.",
    "mock_no_marks": "Choose a mark for {who} here, or for another of the four.",
    "mock_no_own_marks": "Choose a mark for yourself here, or for another of the four.",
    "mock_marks_stay": "The marks of this meeting are open by now, so those you gave stay as they "
    "are. `/mock feedback` shows them all.",
    "mock_marks_closed": "The marks of this meeting are not open yet.",
    "mock_nothing_to_mark": "No meeting of yours waits for marks. After a mock interview I ask "
    "what came of it, and *We met* leads to the form.",
}


# --- the form -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sheet:
    """One person in the form, a member: `who` in plain words, `user_id` None for oneself."""

    id: int
    who: str
    user_id: str | None
    marks: Mapping[Cell, int]
    note: str


@dataclass(frozen=True)
class MarksForm:
    """`sheets`: a partner or two, and last oneself. `late`: the others' marks are open already."""

    group_id: int
    rubric: Rubric
    sheets: tuple[Sheet, ...]
    late: bool


def form(told: MarksForm) -> Block:
    """Cell by cell: the words of its levels, and below them a mark for each who was there."""
    sheets = told.sheets[:PEOPLE]
    blocks: list[Block] = [section(_first(told, sheets))]
    for cell in Cell:
        anchors = [clip(escape(one), ANCHOR) for one in told.rubric.anchors[cell]]
        lines = [f"*{level}*  {anchor}" for level, anchor in enumerate(anchors)]
        blocks.append(section(f"*{cell.title}*\n" + "\n".join(lines)))
        blocks += [_choice(cell, one) for one in sheets]
    for one in sheets:
        words = text_field("value", one.note, multiline=True, most=SENTENCE)
        blocks.append(field(f"note.{one.id}", _question(one), words, optional=True))
    return modal(TITLE, SAVE, blocks, metadata=str(told.group_id), submit="Send")


def _first(told: MarksForm, sheets: Sequence[Sheet]) -> str:
    met = mentions([one.user_id for one in sheets if one.user_id])
    began = f"You met {met}. " if met else ""
    if told.late:
        return (
            f"{began}The others’ marks are open already, so yours are shown to them as soon as you "
            "send them, and do not count as given blind."
        )
    return (
        f"{began}Mark how each of you did as the candidate: one mark each at least, the rest where "
        "you can judge. Nobody sees yours before all have given theirs, or 48 hours after the "
        "first form. Until then you can change them."
    )


def _choice(cell: Cell, one: Sheet) -> Block:
    levels = [(str(level), f"{level} of {TOP}") for level in range(LEVELS)]
    chosen = one.marks.get(cell)
    # Slack lets nobody empty a list again, so a word for none stands in it.
    choice = select(
        "value", [*levels, ("none", "no mark")], None if chosen is None else str(chosen)
    )
    return field(f"{cell.value}.{one.id}", f"{cell.title}: {_name(one)}", choice, optional=True)


def _name(one: Sheet) -> str:
    return clip(one.who, NAME) or "your partner" if one.user_id else "you"


def _question(one: Sheet) -> str:
    if one.user_id:
        return f"What should {_name(one)} keep, what change?"
    return "What will you keep, what change?"


@dataclass(frozen=True)
class Filled:
    """What was entered for one person."""

    marks: Mapping[Cell, int]
    note: str


def read_form(state: Mapping[str, Any], sheets: Sequence[Sheet]) -> dict[int, Filled]:
    """{person: what was entered}. Raises UserMistake for each of these who has no mark."""
    found, wrong = {}, []
    for one in sheets:
        chosen = {cell: entered(state, f"{cell.value}.{one.id}") for cell in Cell}
        levels = {str(level) for level in range(LEVELS)}
        marks = {cell: int(mark) for cell, mark in chosen.items() if mark in levels}
        typed = " ".join((entered(state, f"note.{one.id}") or "").split())[:SENTENCE]
        if not marks:
            code = "mock_no_marks" if one.user_id else "mock_no_own_marks"
            where = f"{next(iter(Cell)).value}.{one.id}"
            wrong.append(UserMistake(code, field=where, who=_name(one)))
        found[one.id] = Filled(marks, typed)
    if wrong:
        raise UserMistake.together(wrong)
    return found


def kept(opens: datetime | None, tz: str, *, late: bool) -> Block:
    """After the form: `opens` is when the marks are shown at the latest, None for now."""
    if late:
        text = "Thank you. Your marks now stand in our direct message, beside the others’."
    elif opens is None:
        text = "Thank you. All marks are in: you find them in our direct message in a moment."
    else:
        text = (
            "Thank you. You see the others’ marks as soon as all have given theirs, at the latest "
            f"on {moment_words(opens, tz)}. Until then `/mock feedback` lets you change yours."
        )
    return modal(TITLE, TOLD, [section(text)], submit="", close="Close")


# --- the reminder ---------------------------------------------------------------------------------


def reminder(group_id: int, user_ids: Sequence[str]) -> Message:
    """Once, a day after they met."""
    met = mentions(user_ids) or "somebody"
    text = (
        f"You met {met} for a mock interview, and your marks are still missing. It takes two "
        "minutes. All marks open at the same time, and nobody sees any before."
    )
    row = actions(
        button("Fill in the marks", MARKS, str(group_id), style="primary"),
        button("Mute these reminders", MUTE, REMINDER),
    )
    return Message(text, (section(text), row))


def reminded(user_ids: Sequence[str]) -> Message:
    """In the place of the reminder, once the marks are given."""
    met = mentions(user_ids) or "somebody"
    text = f"Thank you: your marks for the mock interview with {met} are in."
    return Message(text, (section(text),))
