"""What people are asked for by direct message, and what they get back. Pure.

The text of each message says all that its blocks say, for who has it read aloud.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.drills.views import MUTE
from bot.okrs.checkins.views import AGAIN, ALL, CHECK_IN
from bot.okrs.health import Colour
from bot.okrs.rules import Terms
from bot.okrs.wording import colour_mark, target_beside, value_words
from bot.slack.blocks import (
    Block,
    Message,
    actions,
    button,
    clip,
    date_token,
    escape,
    mention,
    modal,
    note,
    plural,
    section,
)

ASK, REMIND = "okr.check_in", "okr.check_in_reminder"  # the rules that can be muted
SHOWN = 20  # key results a message shows; the form and App Home have them all
TITLE = 150
WORDS = 300  # of a sentence that is quoted


@dataclass(frozen=True)
class Wanted:
    """One key result that is asked about."""

    title: str
    team: str
    terms: Terms
    value: float | None
    gives_value: bool


@dataclass(frozen=True)
class Voice:
    """One vote, opened. `user_id` None: a former member."""

    user_id: str | None
    confidence: int
    note: str
    blocker: str


@dataclass(frozen=True)
class Result:
    """What a check-in gives back about one key result.

    `confidence` is the reader's own; `voices` are everybody's, once `opened`.
    """

    title: str
    team: str
    terms: Terms
    value: float | None
    colour: Colour
    reason: str
    forecast: str
    confidence: int | None
    opened: bool
    voices: tuple[Voice, ...]


@dataclass(frozen=True)
class Aside:
    """Something to know beside the results. `code` is one of `ASIDES`."""

    code: str
    title: str
    user_id: str = ""
    value: str = ""
    at: datetime | None = None


ASIDES = {
    "late": "*{title}*: its votes were opened before yours came, so yours is a late one and "
    "everybody may see it.",
    "unknown": "*{title}*: you gave no value this time; without a new one it turns grey.",
    "crossed": "*{title}*: {who} gave {value} {when}. Yours is newer, so it counts.",
    "gone": "Some of these key results are no longer yours, or were archived: they were left out.",
}


# --- asking -------------------------------------------------------------------------------------


def asked(wanted: Sequence[Wanted], deadline: datetime) -> Message:
    """What is due, and the button that opens the form."""
    head = f"Your check-in: {plural(len(wanted), 'key result')}, until {_when(deadline)}."
    why = "Your teams’ check-in rhythm asks once a round and reminds you once."
    return _asking(head, wanted, why, ASK, "Mute check-ins")


def reminder(wanted: Sequence[Wanted], deadline: datetime) -> Message:
    head = (
        f"Still open: your check-in of {plural(len(wanted), 'key result')}, "
        f"until {_when(deadline)}. Two clicks are enough when nothing changed."
    )
    why = "This is the only reminder of this check-in."
    return _asking(head, wanted, why, REMIND, "Mute these reminders")


def _asking(head: str, wanted: Sequence[Wanted], why: str, rule: str, mute: str) -> Message:
    teams = {one.team for one in wanted}
    lines = [_wanted(one, name_team=len(teams) > 1) for one in wanted[:SHOWN]]
    if len(wanted) > SHOWN:
        lines.append(f"and {len(wanted) - SHOWN:,} more in the form")
    blocks: list[Block] = [section(head)]
    blocks += [section(line) for line in lines]
    blocks += [
        actions(button("Check in", CHECK_IN, style="primary"), button(mute, MUTE, rule)),
        note(why),
    ]
    return Message("\n".join([head, *lines, why]), tuple(blocks))


def _wanted(one: Wanted, *, name_team: bool) -> str:
    team = f"{escape(clip(one.team, 60))}: " if name_team else ""
    asked_for = "" if one.gives_value else " Only your confidence is asked for."
    told = [value_words(one.terms, one.value), target_beside(one.terms, one.value)]
    state = escape(", ".join(clip(each, TITLE) for each in told if each))
    title = f"*{escape(clip(one.title, TITLE))}*"
    return f"• {team}{title}  {state}.{asked_for}"


def _when(instant: datetime) -> str:
    return date_token(instant, "{date_short_pretty} at {time}", f"{instant:%d %B %H:%M} UTC")


# --- giving back --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Back:
    """What a check-in gives back: what was said at `at`, where it leads, what is still due."""

    at: datetime
    results: tuple[Result, ...]
    due: tuple[Wanted, ...] = ()
    asides: tuple[Aside, ...] = ()


def checked_in(told: Back) -> Message:
    """In place of the message that asked."""
    lines = _back(told)
    again = button("Check in the rest", CHECK_IN) if told.due else button("Change", CHECK_IN, AGAIN)
    blocks = (*(section(line) for line in lines), actions(again))
    return Message("\n".join(lines), blocks)


def kept(told: Back) -> Block:
    """In place of the form, for who did not come from the message."""
    blocks = [section(line) for line in _back(told)]
    return modal("Check-in", "okrs.told", blocks, submit="", close="Close")


def _back(told: Back) -> list[str]:
    lines = [f"Checked in at {date_token(told.at, '{time}', f'{told.at:%H:%M} UTC')}. Thank you."]
    lines += [_aside(one) for one in told.asides[:SHOWN]]
    lines += [_result(one) for one in told.results[:SHOWN]]
    if len(told.results) > SHOWN:
        lines.append(f"and {len(told.results) - SHOWN:,} more, all in App Home")
    if told.due:
        lines.append(f"Still due: {plural(len(told.due), 'key result')}.")
    return lines


def _aside(one: Aside) -> str:
    when = date_token(one.at, "at {time}", f"at {one.at:%H:%M} UTC") if one.at else "before"
    return (
        ASIDES.get(one.code, "").format(
            title=escape(clip(one.title, TITLE)),
            who=mention(one.user_id or None),
            value=escape(clip(one.value, 80)),
            when=when,
        )
        or "Kept."
    )


def _result(one: Result) -> str:
    value = escape(clip(value_words(one.terms, one.value), TITLE))
    told = f"*{escape(clip(one.title, TITLE))}*  {value}"
    why = escape(clip(f"{one.reason} {one.forecast}".strip(), 600))
    lines = [told, f"{colour_mark(one.colour)}. {why}"]
    if one.opened and len(one.voices) > 1:
        lines += [voice(each) for each in one.voices[:10]]
    elif one.confidence is not None:
        unseen = "" if one.opened else " The others see it when all have voted."
        lines.append(f"Your confidence: {one.confidence} of 10.{unseen}")
    return "\n".join(lines)


def voice(one: Voice) -> str:
    """One person's confidence and sentences, in a line."""
    said = f": {escape(clip(one.note, WORDS))}" if one.note else ""
    blocked = f" In the way: {escape(clip(one.blocker, WORDS))}" if one.blocker else ""
    return f"> {mention(one.user_id)} {one.confidence}{said}{blocked}"


def answered() -> Message:
    """In place of a reminder, once it is not needed any more."""
    return Message("You have checked in. Nothing is due from you here any more.")


def closed(titles: Sequence[str]) -> Message:
    """In place of what was asked, when the deadline has passed."""
    listed = ", ".join(f"*{escape(clip(one, TITLE))}*" for one in titles[:SHOWN])
    text = f"This check-in is over without your word on {listed or 'your key results'}."
    late = "You can still check in: the value counts from then on."
    blocks = (section(f"{text} {late}"), actions(button("Check in late", CHECK_IN, ALL)))
    return Message(f"{text} {late}", blocks)


def past() -> Message:
    """In place of a check-in of long ago, or of key results that are not the reader's any more."""
    return Message("This check-in is over. `/okr` shows what is due from you now.")


# --- nothing is due -----------------------------------------------------------------------------


def nothing_due(titles: Sequence[str], next_at: datetime | None) -> Message:
    """What `/okr` says when nobody waits for anything: what comes, and what is mine."""
    if not titles:
        return Message(
            "No key result is yours, so nothing is due from you. `/okr new` writes an objective, "
            "`/okr tree` shows everybody’s."
        )
    comes = f"The next check-in comes {_when(next_at)}." if next_at else "No other one is planned."
    text = f"Nothing is due from you. {comes}"
    shown = [f"• {escape(clip(one, TITLE))}" for one in titles[:15]]
    if len(titles) > len(shown):
        shown.append(f"and {len(titles) - len(shown):,} more")
    listed = "*Your key results*\n" + "\n".join(shown)
    return Message(
        f"{text}\n{listed}",
        (section(text), section(listed), actions(button("Check in anyway", CHECK_IN, ALL))),
    )
