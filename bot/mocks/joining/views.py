"""`/mock`: the form, and what changes who takes part. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from bot.content import TRACKS
from bot.drills.views import PRIVACY
from bot.errors import UserMistake
from bot.mocks.joining import parse
from bot.mocks.joining.excluding import views as excluding
from bot.mocks.joining.rules import Sheet, Wanted, all_count, has_hour
from bot.mocks.pairing.pool import Window
from bot.mocks.rules import Rhythm
from bot.plans.views import TRACK_NAMES, moment_words
from bot.scoring.judge.views import privacy
from bot.slack.blocks import (
    Block,
    Message,
    actions,
    button,
    checkboxes,
    entered,
    escape,
    field,
    mentions,
    modal,
    section,
    select,
    text_field,
)

JOIN = "mocks.join"
LEAVE = "mocks.leave"
WINDOWS = "mocks.windows"
PARTNER = "mocks.partner"
NOT_THIS_WEEK = "mocks.not_this_week"
SAVE = "mocks.join_save"
YES = "yes"  # the value of a button that asks nothing more

RHYTHMS = {
    Rhythm.WEEKLY: "Every week",
    Rhythm.FORTNIGHTLY: "Every other week",
    Rhythm.ON_REQUEST: "Only when I ask",
}
LEVELS = {
    1: "New to interviews",
    2: "Practised a little",
    3: "Had some real interviews",
    4: "Had many real interviews",
    5: "Interviews others",
}
EXAMPLE = "Mon-Fri 18:00-20:00"
MISTAKES = {
    **excluding.MISTAKES,
    "not_joined": "You have not joined the mock interviews yet. `/mock join` takes a minute.",
    "bad_window": "I cannot read line {line}, “{given}”. Write a day and two times, such as "
    "Tue 18:00-20:00.",
    "bad_windows": "I cannot read lines {line}; the first is “{given}”. Write a day and two times, "
    "such as Tue 18:00-20:00.",
    "many_windows": "These are more than {most} windows. Fewer, longer ones find a partner too.",
    "long_windows": "That is too long to read: write {most} characters at most.",
    "no_windows": "Say when you are free, such as Mon-Fri 18:00-20:00.",
    "short_windows": "A mock interview takes an hour. Name a window with an hour in a row between "
    "07:00 and 22:00, such as Tue 18:00-20:00.",
    "mocks_paused": "Everything is paused for you, so nobody is looked for. `/drill resume` ends "
    "the pause; then ask again.",
    "week_gone": "The round of that week is over or not open yet. `/mock` shows the next one.",
    "needs_mock_rhythm": "Choose how often.",
    "not_usage": "Say `/mock not this week`, or `/mock not next week`.",
    "partner_usage": "Say `/mock partner this week`, or `/mock partner next week`.",
}


def week_words(week: date) -> str:
    return f"the week of {week.day} {week:%B}"


# --- the form -------------------------------------------------------------------------------------


def form(told: Sheet, typed: str | None = None, wrong: str = "", judge: str = "") -> Block:
    """`typed` stands in the field of free times instead of what is kept, `wrong` right above it."""
    wanted = told.wanted
    lines = parse.written(wanted.windows) if typed is None else typed
    blocks = [
        *_intro(told, judge),
        field("rhythm", "How often", select("value", _options(RHYTHMS), wanted.rhythm)),
    ]
    if wrong:
        blocks.append(section(f":warning: {escape(wrong)}"))
    blocks += [
        field(
            "windows",
            "When you are free",
            text_field("value", lines, multiline=True, placeholder=EXAMPLE, most=parse.LONGEST),
            hint=f"A line for each, such as {EXAMPLE} or Sat, Sun 10-12. On your own clock: "
            f"{told.tz}, {'as you chose it' if told.tz_chosen else 'from your Slack profile'}; "
            "change it with /drill setup.",
        ),
        field(
            "level",
            "Where you are",
            select("value", _options(LEVELS), str(wanted.level or "")),
            optional=True,
            hint="I look for somebody near your level first.",
        ),
        field(
            "tracks",
            "What you want to practise",
            checkboxes("value", [(one, TRACK_NAMES[one]) for one in TRACKS], wanted.tracks),
            optional=True,
            hint="None chosen means any.",
        ),
    ]
    return modal("Mock interviews", SAVE, blocks, submit="Save" if told.joined else "Join")


def _intro(told: Sheet, judge: str) -> list[Block]:
    what = (
        "What you change holds from the next matching on."
        if told.joined
        else "I look for a partner who is strong where you are not. You meet for an hour and "
        "interview each other."
    )
    return [section(what)] + [section(f"{PRIVACY}{privacy(judge)}")] * (not told.privacy_told)


def _options(told: Mapping[Any, str]) -> list[tuple[str, str]]:
    return [(str(value), text) for value, text in told.items()]


def read(state: Mapping[str, Any]) -> Wanted:
    """What was entered; raises UserMistake with every field that is wrong."""
    wrong: list[UserMistake] = []
    rhythm = str(entered(state, "rhythm") or "")
    if rhythm not in {*Rhythm}:
        wrong.append(UserMistake("needs_mock_rhythm", field="rhythm"))
    windows: Sequence[Window] = ()
    try:
        windows = read_windows(str(entered(state, "windows") or ""), "windows")
    except UserMistake as mistake:
        wrong.append(mistake)
    if wrong:
        raise UserMistake.together(wrong)
    level = str(entered(state, "level") or "")
    tracks = tuple(one for one in TRACKS if one in (entered(state, "tracks") or ()))
    return Wanted(
        Rhythm(rhythm),
        tuple(windows),
        int(level) if level in map(str, LEVELS) else None,
        tracks,
    )


def read_windows(text: str, field: str | None = None) -> tuple[Window, ...]:
    """Free times with room for a mock interview. Raises UserMistake."""
    found = parse.windows(text, field)
    if not found:
        raise UserMistake("no_windows", field=field)
    if not has_hour(found):
        raise UserMistake("short_windows", field=field)
    return found


def worded(mistake: UserMistake) -> str:
    """The sentence of a mistake in what was typed after `/mock windows`."""
    return MISTAKES[mistake.code].format(**mistake.values)


def windows_kept(windows: Sequence[Window]) -> Message:
    return Message(f"{free_words(windows)}\nThat holds from the next matching on.")


def free_words(windows: Sequence[Window]) -> str:
    """What was read of the free times, for the person to check."""
    rest = "" if all_count(windows) else "\nNobody is asked to meet before 07:00 or after 22:00."
    return f"*Kept.* You are free:\n{parse.written(windows)}{rest}"


# --- this week, not this week ---------------------------------------------------------------------


def looking(week: date) -> Message:
    text = (
        f"I am looking for a partner for you in {week_words(week)}. You hear of it as soon as "
        "there is one; nobody can promise it this late."
    )
    undo = button("Not this week after all", NOT_THIS_WEEK, week.isoformat())
    return Message(text, (section(text), actions(undo)))


def takes_part(week: date, matches_at: datetime, tz: str, *, late: bool = False) -> Message:
    """`late`: this week can be no more."""
    text = (
        f"{'This week no meeting is possible for you any more. ' * late}You take part in "
        f"{week_words(week)}. Partners are matched on {moment_words(matches_at, tz)}."
    )
    undo = button("Not that week after all", NOT_THIS_WEEK, week.isoformat())
    return Message(text, (section(text), actions(undo)))


def back(week: date, matches_at: datetime, tz: str, possible: date | None) -> Message:
    text = (
        f"Welcome back. You take part from {week_words(week)} on; partners are matched on "
        f"{moment_words(matches_at, tz)}."
    )
    blocks = [section(text)]
    if possible is not None:
        early = button("A partner this week already", PARTNER, possible.isoformat())
        blocks.append(actions(early))
    return Message(text, tuple(blocks))


def have_partner(user_ids: Sequence[str]) -> Message:
    others = mentions(user_ids) or "a partner"
    return Message(f"You have {others} this week already. `/mock` shows when you meet.")


def left_out(week: date) -> Message:
    text = f"You take no part in {week_words(week)}. The week after, everything is as before."
    undo = button("Take part after all", PARTNER, week.isoformat())
    return Message(text, (section(text), actions(undo)))


def given_up(user_ids: Sequence[str], week: date) -> Message:
    """The pair or the place on standby of that week is given up; `user_ids` hear of it."""
    told = f" {mentions(user_ids)} {'hear' if len(user_ids) > 1 else 'hears'} it from me." * bool(
        user_ids
    )
    text = f"You are out of the mock interviews in {week_words(week)}.{told}"
    return Message(text, (section(text),))


def undo_given_up(user_ids: Sequence[str], week: date) -> Message:
    """The same with a way back, while the week has a free hour left."""
    said = given_up(user_ids, week)
    again = button("Look for a partner after all", PARTNER, week.isoformat())
    return Message(said.text, (*said.blocks, actions(again)))


def out_already(week: date, ahead: date) -> Message:
    text = f"You are out of the mock interviews in {week_words(week)} already."
    also = button(f"Leave out {week_words(ahead)} too", NOT_THIS_WEEK, ahead.isoformat())
    return Message(text, (section(text), actions(also)))


# --- leaving --------------------------------------------------------------------------------------


def ask_leave(user_ids: Sequence[str]) -> Message:
    text = (
        f"You have {mentions(user_ids) or 'a partner'} this week. If you leave now, they hear that "
        "you cannot make it, and I look for somebody else for them."
    )
    yes = button("Leave", LEAVE, YES, style="danger")
    stay = button("Leave out this week only", NOT_THIS_WEEK)
    return Message(text, (section(text), actions(yes, stay)))


def left() -> Message:
    text = (
        "You have left the mock interviews. Your times are kept for the day you come back; your "
        "marks stay yours."
    )
    return Message(text, (section(text), actions(button("Join again", JOIN))))
