"""A member's own marks, the card that waits for them, and *This mark is wrong*. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.drills.answers.views import WRONG as WRONG  # its form stands here
from bot.drills.views import SELF_SCORE
from bot.errors import UserMistake
from bot.scoring.rules import LEVELS, Cell, CellScore, Rubric
from bot.slack.blocks import (
    Block,
    Message,
    actions,
    button,
    checkboxes,
    clip,
    entered,
    escape,
    field,
    modal,
    note,
    section,
    select,
    text_field,
)
from bot.slack.declare import read_id

SHOW_CARD = "drills.show_card"
SAVE_OWN = "drills.self_score_save"
SAVE_WRONG = "drills.mark_wrong_save"
TAKE_BACK = "take_back"
ANCHOR = 500  # characters of an anchor in a form
QUOTE = 280
SENTENCE = 300  # characters that a person may write
MISTAKES = {
    "nothing_to_mark": "There is no answer to score here. `/drill now` opens a new drill.",
    "card_is_out": "The scorecard is in the thread already.",
    "no_marks": "Choose a mark for at least one cell, or press Cancel to leave it.",
    "marks_stay": "The scorecard is out by now, so the marks you gave before it stay. "
    "Press Cancel to go back.",
    "mark_gone": "This mark is gone: the answer was withdrawn or its words were erased. "
    "Nothing was changed.",
    "needs_why": "Say in one sentence what is wrong with this mark.",
}


# --- the card waits -----------------------------------------------------------------------------


def waits(session_id: int) -> Message:
    """In place of the card, for a member who wants to be asked first."""
    text = "Your answer is scored. The card waits until you have given your own marks."
    value = str(session_id)
    return Message(
        text,
        (
            section(text),
            actions(
                button("Score yourself", SELF_SCORE, value, style="primary"),
                button("Skip, show me the card", SHOW_CARD, value),
            ),
            note("It comes by itself when the answer box closes or the session ends."),
        ),
    )


def waited() -> Message:
    """The same message once the card may be shown."""
    text = "Your answer is scored, and the card is here."
    return Message(text, (section(text),))


# --- own marks ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class OwnForm:
    """What the form shows; `cells` are those that the drill exercises."""

    session_id: int
    cells: tuple[Cell, ...]
    rubric: Rubric
    marks: Mapping[Cell, int]
    note: str
    revealed: bool


def own_form(told: OwnForm) -> Block:
    """One choice a cell, under the words of its five levels."""
    first = (
        "You have seen the scorecard, so your marks will stand beside mine on the card and do not "
        "count in *How you see yourself*."
        if told.revealed
        else "Which marks does your answer deserve? You can change them until you see mine. "
        "Leave out what you cannot judge, or press Cancel to skip all of it."
    )
    blocks: list[Block] = [section(first)]
    blocks += choices(told.cells, told.rubric, told.marks, "your mark")
    why = text_field("value", told.note, most=SENTENCE)
    blocks.append(field("note", "Why? One line, for yourself", why, optional=True))
    return modal("Score yourself", SAVE_OWN, blocks, metadata=str(told.session_id))


def choices(
    cells: Sequence[Cell], rubric: Rubric, marks: Mapping[Cell, int], whose: str
) -> list[Block]:
    """Of each cell the words of its levels, and a mark to choose; `read_own` reads them."""
    blocks: list[Block] = []
    for cell in (one for one in Cell if one in cells):
        anchors = [clip(escape(one), ANCHOR) for one in rubric.anchors[cell]]
        lines = [f"*{level}*  {anchor}" for level, anchor in enumerate(anchors)]
        blocks.append(section(f"*{cell.title}*\n" + "\n".join(lines)))
        chosen = marks.get(cell)
        choice = select("value", _levels("no mark"), None if chosen is None else str(chosen))
        blocks.append(field(cell.value, f"{cell.title}: {whose}", choice, optional=True))
    return blocks


def _levels(none: str) -> list[tuple[str, str]]:
    """The marks to choose from; Slack lets nobody empty a list again, so `none` stands in it."""
    marks = [(str(level), f"{level} of {LEVELS - 1}") for level in range(LEVELS)]
    return [*marks, ("none", none)]


def read_own(state: Mapping[str, Any], cells: Sequence[Cell]) -> tuple[dict[Cell, int], str]:
    """The marks that were chosen and the note. Raises UserMistake when none was chosen."""
    chosen = {cell: _level(entered(state, cell.value)) for cell in cells}
    marks = {cell: level for cell, level in chosen.items() if level is not None}
    if not marks:
        raise UserMistake("no_marks", field=cells[0].value if cells else None)
    return marks, _line(state, "note")


def _level(given: Any) -> int | None:
    return int(given) if given in {str(level) for level in range(LEVELS)} else None


def _line(state: Mapping[str, Any], block_id: str) -> str:
    return " ".join((entered(state, block_id) or "").split())[:SENTENCE]


def read_session(metadata: str) -> int:
    """The session that a form is about. Raises UserMistake when it names none."""
    return read_id(metadata)


def own_kept(*, scored: bool, revealed: bool) -> Block:
    if revealed:
        text = "Kept. In a moment the card shows your marks beside mine."
    elif scored:
        text = "Kept. Your card is on its way and shows your marks beside mine."
    else:
        text = (
            "Kept. When your answer is scored, the card shows your marks beside mine. Until then "
            "*Score yourself* lets you change them."
        )
    return modal("Score yourself", "drills.told", [section(text)], submit="", close="Close")


def own_stays(marks: Mapping[Cell, int], note_given: str) -> Block:
    """For who opens the form again after the card came."""
    lines = [f"• {cell.title}: {marks[cell]} of {LEVELS - 1}" for cell in Cell if cell in marks]
    blocks = [section("You have seen the scorecard, so your own marks stay as they are.")]
    if lines:
        blocks.append(section("\n".join(lines)))
    if note_given:
        blocks.append(note(f"Your note: {escape(note_given)}"))
    return modal("Score yourself", "drills.told", blocks, submit="", close="Close")


# --- this mark is wrong -------------------------------------------------------------------------


def wrong_form(
    session_id: int, named: Cell, score: CellScore, why: str, fitting: int | None
) -> Block:
    """The mark, its anchor and quotes, and a sentence on what is wrong with it.

    With a `why` from before it can be changed or taken back.
    """
    lines = [f"*{named.title}: {score.level}/4*  {clip(escape(score.anchor), ANCHOR)}".rstrip()]
    for quote in score.quotes[:2] if score.level else ():  # as on the card
        words = clip(escape(" ".join(quote.split())), QUOTE)
        lines.append(f"> “{words}”")
    blocks = [
        section("\n".join(lines)),
        field(
            "why",
            "What is wrong with this mark?",
            text_field("value", why, most=SENTENCE),
            hint="One sentence is enough.",
        ),
        field(
            "fitting",
            "Which mark would be right?",
            select("value", _levels("I am not sure"), None if fitting is None else str(fitting)),
            optional=True,
        ),
        *_taking_back(why),
        note(
            "Admins are shown how many marks were called wrong, without words or names. The mark "
            "itself stays as it is."
        ),
    ]
    metadata = f"{session_id}.{named.value}"
    return modal("This mark is wrong", SAVE_WRONG, blocks, metadata=metadata, submit="Send")


def _taking_back(why: str) -> list[Block]:
    if not why:
        return []
    box = checkboxes("value", [("back", "Take back what I said of this mark")], [])
    return [field(TAKE_BACK, "Or", box, optional=True)]


def read_taken_back(state: Mapping[str, Any]) -> bool:
    return bool(entered(state, TAKE_BACK))


def read_wrong(state: Mapping[str, Any]) -> tuple[str, int | None]:
    """The sentence and the mark that would be right. Raises UserMistake without a sentence."""
    why = _line(state, "why")
    if not why:
        raise UserMistake("needs_why", field="why")
    return why, _level(entered(state, "fitting"))


def read_mark(metadata: str) -> tuple[int, Cell]:
    """The session and the cell that a form is about. Raises UserMistake when it names none."""
    number, _, name = metadata.partition(".")
    return read_session(number), read_cell(name)


def read_cell(name: str) -> Cell:
    if name not in tuple(Cell):
        raise UserMistake("stale")
    return Cell(name)


def wrong_kept(named: Cell, *, again: bool) -> Block:
    begun = (
        f"Changed: this is now what you say of the mark for *{named.title}*."
        if again
        else f"Noted: you call the mark for *{named.title}* wrong."
    )
    text = (
        f"{begun} Admins are shown how many marks were called wrong, without words or names. "
        "The mark stays as it is. Your words are kept with your data: `/drill export` "
        "shows them, `/drill delete-me` erases them, and the same button changes them or takes "
        "them back."
    )
    return modal("This mark is wrong", "drills.told", [section(text)], submit="", close="Close")


def wrong_taken_back(named: Cell) -> Block:
    text = f"Taken back: you no longer call the mark for *{named.title}* wrong."
    return modal("This mark is wrong", "drills.told", [section(text)], submit="", close="Close")
