"""The close-out: asking for grades, the form of them, and how a cycle ended. Pure.

What a form asks and what it reads stand here together. Texts are for the whole team: a close-out
names no person.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.drills.views import MUTE
from bot.errors import UserMistake
from bot.okrs import parse
from bot.okrs.closing.rules import Line, Onward, Said, Sheet, choices
from bot.okrs.grading import NEEDS_CAUSE
from bot.okrs.progress import progress
from bot.okrs.views import place_words
from bot.okrs.wording import percent, target_words, value_words
from bot.plans.views import moment_words
from bot.slack.blocks import (
    Block,
    Message,
    actions,
    button,
    clip,
    divider,
    entered,
    escape,
    field,
    modal,
    note,
    plural,
    section,
    select,
    text_field,
)

CLOSE = "okrs.close"
SAVE = "okrs.close_save"
ASK = "okr.close"  # the rule that can be muted
PAGE = 10  # key results in one form; six blocks each
NAMED = 20  # titles a message names
SENTENCE = 600  # characters of a reason or a cause
_GRADE = re.compile(r"[01]\.\d{1,2}")
ONWARD = {
    Onward.KEEP: "Keep it as it is",
    Onward.CHANGE: "Go on, but change it",
    Onward.DROP: "Drop it",
}
MISTAKES = {
    "close_grade": "Choose a grade from 0.0 to 1.0.",
    "close_reason": "Say in a sentence why the grade differs from the figures. Both are kept.",
    "close_cause": "Under 0.7 the team wants to learn from it: name the root cause in your own "
    "words.",
    "close_onward": "Choose what becomes of it in the next cycle.",
    "close_over": "This cycle is closed, so nothing was changed. Within a day its lead can reopen "
    "it with `/okr close`.",
    "close_early": "This cycle is not over yet. I ask for its grades on the day after it ends.",
    "close_not_yours": "None of this cycle’s key results is yours to grade. Accountable owners "
    "grade theirs, and the lead those of people who are away.",
    "close_final": "Only a cycle that closed within the last day can be reopened. Nothing was "
    "changed.",
}


def grade_words(grade: float) -> str:
    """With one digit, with two where it lies between tenths."""
    return f"{grade:.1f}" if abs(round(grade, 1) - grade) < 1e-9 else f"{grade:.2f}"


# --- asking -------------------------------------------------------------------------------------


def ask(
    team_cycle_id: int,
    team: str,
    cycle: str,
    mine: Sequence[str],
    orphans: Sequence[str],
    settles: datetime,
    tz: str,
) -> Message:
    """To one person, once. `orphans` are key results that nobody else will grade."""
    head = (
        f"{escape(clip(team, 150))} has reached the end of {escape(clip(cycle, 60))}. How did it "
        f"go? Grades are taken until {moment_words(settles, tz)}."
    )
    parts = [
        (f"*Yours to grade ({len(mine)})*", mine),
        (f"*Nobody answers for these ({len(orphans)}), so they come to you as the lead*", orphans),
    ]
    lists = ["\n".join([words, *_bullets(titles)]) for words, titles in parts if titles]
    why = "This comes once a cycle to whoever answers for a key result."
    buttons = actions(
        button("Grade", CLOSE, str(team_cycle_id), style="primary"),
        button("Mute close-outs", MUTE, ASK),
    )
    return Message(
        "\n".join([head, *lists]),
        (section(head), *(section(words) for words in lists), buttons, note(why)),
    )


def _bullets(titles: Sequence[str]) -> list[str]:
    lines = [f"• {escape(clip(one, 100))}" for one in titles[:NAMED]]
    more = len(titles) - NAMED
    return [*lines, f"• and {more} more"] if more > 0 else lines


# --- the form -----------------------------------------------------------------------------------


def pages(sheet: Sheet) -> int:
    return max(-(-len(sheet.lines) // PAGE), 1)


def form(sheet: Sheet, page: int) -> Block:
    """`page` counts from 0; past the end is the last one."""
    last = pages(sheet) - 1
    page = min(max(page, 0), last)
    place = place_words(sheet.team, sheet.cycle)
    intro = f"*{place}.* Grades are taken until {moment_words(sheet.settles, sheet.tz)}. "
    intro += "The team’s channel hears grades, reasons and root causes, and no names."
    if last:
        intro += f" Page {page + 1} of {last + 1}; each is kept when you go on."
    blocks: list[Block] = [section(intro)]
    for line in sheet.lines[page * PAGE : (page + 1) * PAGE]:
        blocks += [divider(), *_fields(line, sheet.user_id)]
    return modal(
        "How did it go?",
        SAVE,
        blocks,
        metadata=f"{sheet.team_cycle_id}:{page}",
        submit="Save" if page == last else "Save, next page",
    )


def _fields(line: Line, user_id: str) -> list[Block]:
    mark = line.mark
    whose = "" if line.owner == user_id else f" ({_whose(line.owner)})"
    grades = [(grade_words(one), grade_words(one)) for one in choices(mark.computed)]
    what = f"*{escape(clip(line.title, 300))}*{whose}\n{escape(clip(how(line), 2000))}"
    return [
        section(what),
        field(
            f"grade_{line.id}",
            "Grade",
            select("value", grades, grade_words(mark.given)),
        ),
        field(
            f"reason_{line.id}",
            "Why it differs from the figures",
            text_field("value", mark.reason, multiline=True, most=SENTENCE),
            optional=True,
            hint="Only where it does. Both grades are kept.",
        ),
        field(
            f"cause_{line.id}",
            "Root cause",
            text_field("value", mark.cause, multiline=True, most=SENTENCE),
            optional=True,
            hint=f"Under {NEEDS_CAUSE}: what in the work led to it? No names.",
        ),
        field(
            f"onward_{line.id}",
            "In the next cycle",
            select("value", [(one.value, words) for one, words in ONWARD.items()], mark.onward),
        ),
    ]


def _whose(owner: str) -> str:
    return f"of <@{escape(clip(owner, 40))}>" if owner else "nobody answers for it"


def how(line: Line) -> str:
    """How the figures come to their grade, step by step."""
    terms, computed = line.terms, line.mark.computed
    if line.value is None:
        return "It was never measured, so the figures give no grade; 0.0 stands for that."
    known = f"Last value: {value_words(terms, line.value)}. Promise: {target_words(terms)}."
    share = progress(terms, line.value)
    if computed is None or share is None:
        return f"{known} Without start and target the figures give no grade."
    if not terms.kind.keeps:
        return f"{known} That is {percent(share)} of the way: {grade_words(computed)}."
    if share >= 1:
        return f"{known} Its level is held: {grade_words(computed)}."
    back = f", {percent(share)} of the way back" if share > 0 else ""
    return f"{known} Its level is not held{back}: {grade_words(computed)}."


def read(state: Mapping[str, Any]) -> list[Said]:
    """What was entered, by key result. Raises UserMistake where no grade is chosen."""
    found = []
    for block_id in state:
        what, _, number = block_id.partition("_")
        if what != "grade" or not number.isdecimal():
            continue
        chosen = str(entered(state, block_id) or "")
        if not _GRADE.fullmatch(chosen):
            raise UserMistake("close_grade", field=block_id)
        found.append(
            Said(
                int(number),
                float(chosen),
                _words(state, f"reason_{number}"),
                _words(state, f"cause_{number}"),
                entered(state, f"onward_{number}") or "",
            )
        )
    return found


def _words(state: Mapping[str, Any], block_id: str) -> str:
    return " ".join(str(entered(state, block_id) or "").split())


def place(metadata: str) -> tuple[int, int]:
    """(team's cycle, page) of a form. Raises UserMistake for a form that is none of ours."""
    team_cycle_id, _, page = metadata.partition(":")
    return parse.identity(team_cycle_id), parse.identity(page or 0)


def saved(team: str, cycle: str, left: int, closed: bool) -> Block:
    """After the last page. `left` key results still want a person's grade."""
    name = place_words(team, cycle)
    if closed:
        words = f"Thank you. All of {name} is graded, so the cycle is closed; its team hears of it."
    elif left:
        words = (
            f"Thank you, kept. {plural(left, 'key result')} of {name} still "
            f"{'wants' if left == 1 else 'want'} a grade. You can change yours until the cycle is "
            "closed: `/okr close`."
        )
    else:
        words = f"Thank you, kept. {name} can be changed until its lead closes it again."
    return modal("How did it go?", "okrs.closed", [section(words)], submit="", close="Close")
