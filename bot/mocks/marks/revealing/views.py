"""What all who were there read of the marks of a mock interview, once they are open. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.mocks.marks.rules import TOP, NextStep
from bot.mocks.marks.views import MARKS, PEOPLE, SENTENCE
from bot.scoring.gap import ENOUGH, Harshness, Marks
from bot.scoring.rules import Cell
from bot.slack.blocks import (
    FORMER,
    Block,
    Message,
    actions,
    button,
    clip,
    escape,
    mention,
    mentions,
    note,
    plural,
    section,
    sections,
)

DRILLS = "your drills"


@dataclass(frozen=True)
class Partner:
    """What a partner gave the reader; `marks` None: no form yet. `usual`: how they mark others."""

    user_id: str
    marks: Marks | None
    note: str
    blind: bool
    usual: Harshness | None


@dataclass(frozen=True)
class Reveal:
    """All that one person is told of a mock; `own` None: they gave no marks themselves.

    `bot`: the mean of the scorer's marks for their drills, cell by cell.
    """

    group_id: int
    partners: tuple[Partner, ...]
    own: Marks | None
    bot: Marks
    step: NextStep | None


def reveal(told: Reveal) -> Message:
    """One short line a cell, then a few lines a partner: it is read on a phone."""
    partners = told.partners[: PEOPLE - 1]
    met = mentions([one.user_id for one in partners]) or FORMER
    head = f"*Your mock interview with {met}*"
    full, short = _cells(told, partners)
    nobody = "Nobody has marked you yet."
    blocks: list[Block] = [section(head), *sections("\n".join(short) or nobody)[:2]]
    lines = [head, *(full or [nobody])]
    for one in partners:
        said = _partner(one)
        lines.append(said)
        blocks.append(section(said))
    if told.step:
        lines.append(_step(told.step))
        blocks.append(section(lines[-1]))
    if told.own is None:
        missing = (
            "You have not given marks yourself. They are still welcome, and are shown at once."
        )
        lines.append(missing)
        fill = button("Fill in the marks", MARKS, str(told.group_id), style="primary")
        blocks += [section(missing), actions(fill)]
    last = "Marks are from 0 to 4. `/mock history` shows all your mock interviews."
    return Message("\n".join([*lines, last]), (*blocks, note(last)))


def _cells(told: Reveal, partners: Sequence[Partner]) -> tuple[list[str], list[str]]:
    """A line a cell: in full for the text, and short under a line that names the people once."""
    given = [told.own or {}, *(one.marks or {} for one in partners)]
    cells = [cell for cell in Cell if any(cell in one for one in given)]
    marked = [("you", told.own)] if told.own is not None else []
    marked += [(mention(one.user_id), one.marks) for one in partners if one.marks is not None]
    drills = {cell: f"{told.bot[cell]:.1f}" for cell in cells if cell in told.bot}
    full, short = [], []
    for cell in cells:
        marks = [_mark(one, cell) for _, one in marked]
        lines = [f"{who} {mark}" for (who, _), mark in zip(marked, marks, strict=True)]
        lines += [f"{DRILLS} {drills[cell]}"] if cell in drills else []
        full.append(f"*{cell.title}*  {' · '.join(lines)}")
        marks += [drills.get(cell, "–")] if drills else []
        short.append(f"*{cell.title}*  {' · '.join(marks)}")
    names = [who for who, _ in marked] + [DRILLS] * bool(drills)
    return full, [f"In each line: {' · '.join(names)}", *short] if short else []


def _mark(marks: Marks, cell: Cell) -> str:
    return f"{marks[cell]:g}" if cell in marks else "–"


def _partner(one: Partner) -> str:
    who = mention(one.user_id)
    if one.marks is None:
        return f"{who} has not given marks yet. If they come, they are added here."
    lines = []
    if one.note:
        lines.append(f"> “{clip(escape(one.note), SENTENCE * 2)}”\n— {who}")
    if not one.blind:
        lines.append(f"{who} gave these after the marks were open.")
    lines.append(usual_line(one.user_id, one.usual))
    return "\n".join(lines)


def usual_line(user_id: str, told: Harshness | None) -> str:
    """How somebody marks partners: `<@U0BEN> usually marks 0.4 higher than others do, …`."""
    who = mention(user_id)
    if told is None:
        return f"How {who} usually marks is not known yet: that takes {plural(ENOUGH, 'form')}."
    over = f"give or take {told.give:.1f}, over {plural(told.answers, 'form')}."
    text = f"{who} usually marks {than_others(told.offset)}, {over}"
    near = abs(round(told.offset, 1)) < 0.1
    chance = "" if near or not told.could_be_chance else " That may be chance."
    return f"{text}{chance} It changes no mark."


def than_others(gap: float) -> str:
    size = abs(round(gap, 1))
    if size < 0.1:
        return "about as others do"
    return f"{size:.1f} {'higher' if gap > 0 else 'lower'} than others do"


def _step(step: NextStep) -> str:
    title = step.cell.title
    if step.gap is None:
        return f"*Next:* {title}. It is where you got the least, {step.mark:.1f} of {TOP}."
    return (
        f"*Next:* {title}. You see yourself {step.gap:.1f} higher there than you were seen: ask "
        "what was missing."
    )


def come_late(user_id: str) -> Message:
    """Under a reveal, when somebody gave their marks after it."""
    return Message(f"{mention(user_id)} has given marks now. They stand in the message above.")
