"""The message to a group, the form for another time, and what is said when somebody goes. Pure."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from bot.errors import UserMistake
from bot.mocks.meetings import phrases, rules
from bot.mocks.meetings.rules import Meeting, Slot
from bot.mocks.rules import SLOTS, GroupState
from bot.slack.blocks import (
    Block,
    Message,
    actions,
    button,
    confirm,
    date_field,
    entered,
    field,
    mention,
    mentions,
    modal,
    note,
    section,
    time_field,
)
from bot.slack.declare import read_id

PRESS = "mocks.suits"
ANOTHER = "mocks.another_time"
SAVE_ANOTHER = "mocks.another_time_save"
CANNOT = "mocks.cannot"
GIVE_UP = "mocks.find_another"
RULE = "mock.pair"
LAST_SECOND = 2**33  # of a slot in a button: the year 2242
MISTAKES = {
    "no_such_group": "This meeting is not there any more.",
    "not_in_group": "You are not in this meeting any more. `/mock` shows your week.",
    "meeting_over": "This meeting is over, so nothing was changed. `/mock` shows your week.",
    "time_agreed": "You have all agreed on a time. *Find another time* on the message gives it up.",
    "nothing_agreed": "No time is agreed, so there is none to give up.",
    "changed_enough": "This meeting has moved eight times by now, so its time stays. If it suits "
    "you no more, *I can’t this week* tells the others.",
    "time_passed": "This time has passed. *Another time* adds one that is ahead.",
    "time_gone": "This time is not proposed any more. The message shows those that are.",
    "slot_missing": "Choose a day and a time.",
    "slot_other_week": "Choose a day of this round’s week, {last} at the latest.",
    "slot_passed": "This lies in the past. Choose a time that is ahead.",
    "slots_full": "Six times are proposed already. Press one of them, or write to each other here.",
}


# --- the group's message ------------------------------------------------------------------------


def group(told: Meeting) -> Message:
    """Who with whom, why, how the hour goes, and the times; or how it ended."""
    if not told.state.under_way:
        return ended(told)
    head = _head(told)
    agreed = told.state == GroupState.AGREED and told.agreed_at is not None
    blocks: list[Block] = [section(head)]
    said = [_why(told), _how(told)]
    blocks += [section(one) for one in said if one]
    times = _agreed(told) if agreed else _proposed(told)
    return Message(
        "\n".join([head, *filter(None, said), *_in_words(told)]),
        (*blocks, *times, note(_foot(told))),
    )


def _head(told: Meeting) -> str:
    who = mentions([one.user_id for one in told.people])
    begun = "A new mock interview" if told.rematch else "Your mock interview"
    return f"*{who}*\n{begun} for this week. Interview type: *{phrases.track(told.track)}*."


def _why(told: Meeting) -> str:
    trio = len(told.people) > 2
    lines = [f"• {one}" for one in phrases.why(told.why, trio=trio)]
    return "\n".join([f"*Why you {'three' if trio else 'two'}*", *lines]) if lines else ""


def _how(told: Meeting) -> str:
    said = phrases.how(rules.turns(told.people))
    return f"*How the hour goes*\n{said}" if said else ""


def _in_words(told: Meeting) -> list[str]:
    """The times for who reads no blocks."""
    if told.agreed_at is not None:
        return [f"Agreed: {phrases.when(told.agreed_at, told.people)}"]
    lines = [_told(told, slot) for slot in told.slots[:SLOTS]]
    return ["When? Press every time that suits you.", *lines] if lines else [_no_time()]


def _told(told: Meeting, slot: Slot) -> str:
    suits = f" (suits {mentions(slot.pressed)})" if slot.pressed else ""
    return f"{phrases.when(slot.at, told.people)}{suits}"


def _no_time() -> str:
    return "No proposed time is left. Agree on one here, and add it with *Another time*."


def _agreed(told: Meeting) -> list[Block]:
    at = told.agreed_at
    if at is None:
        return []
    lines = [
        f"*Agreed.* {phrases.when(at, told.people)}",
        f"On your clock: {phrases.own_clock(at)}",
    ]
    ask = confirm(
        "Give up this time?",
        "It is off for everybody then, and you look for another one together.",
        "Give it up",
        "Keep it",
    )
    return [
        section("\n".join(lines)),
        actions(
            button("Find another time", GIVE_UP, str(told.group_id), confirm=ask),
            _cannot(told.group_id),
        ),
    ]


def _proposed(told: Meeting) -> list[Block]:
    slots = told.slots[:SLOTS]
    blocks = [_slot(told, slot) for slot in slots]
    if slots:
        blocks.insert(0, section("*When?* Press every time that suits you."))
    else:
        blocks.append(section(f"*When?* {_no_time()}"))
    another = button("Another time", ANOTHER, str(told.group_id))
    return [*blocks, actions(another, _cannot(told.group_id))]


def _slot(told: Meeting, slot: Slot) -> Block:
    lines = [phrases.when(slot.at, told.people), f"On your clock: {phrases.own_clock(slot.at)}"]
    if slot.pressed:
        lines.append(f":white_check_mark: suits {mentions(slot.pressed)}")
    seconds = int(slot.at.timestamp())
    return section(
        "\n".join(lines),
        button("Suits me", f"{PRESS}.{seconds}", f"{told.group_id}.{seconds}"),
    )


def _cannot(group_id: int) -> Block:
    ask = confirm(
        "Leave this meeting?",
        "You get no other partner this week. I tell the others that you cannot make it, and who "
        "is left alone gets another partner if I find one.",
        "I can’t this week",
        "Stay in it",
    )
    return button("I can’t this week", CANNOT, str(group_id), confirm=ask)


def _foot(told: Meeting) -> str:
    alone = "The kit you interview with comes to you alone, in a direct message."
    if told.state == GroupState.AGREED:
        return f"The calendar file is in the thread. {alone}"
    return (
        "Pressing again takes it back. When all of you press the same time it is agreed, and a "
        f"calendar file comes into the thread. {alone}"
    )


def ended(told: Meeting) -> Message:
    """In place of all that, once it is over."""
    gone = mention(told.off) if told.off else "One of you"
    said = {
        GroupState.MET: "You have met. Thank you for the hour you gave each other.",
        GroupState.COULD_NOT: f"{gone} cannot make it this week, so this meeting is off.",
        GroupState.LAPSED: "This week is over. `/mock` shows what comes next.",
    }.get(told.state, "This meeting is over.")
    text = f"*{mentions([one.user_id for one in told.people])}*\n{said}"
    text = text if told.people else said
    return Message(text, (section(text),))


def you_left() -> Message:
    """To who has pressed *I can’t this week*, alone."""
    text = (
        "Done: you are out of this week’s meeting, and who was in it with you hears of it. `/mock` "
        "shows your next week."
    )
    return Message(text, (section(text),))


# --- somebody goes ------------------------------------------------------------------------------


def alone_again(gone: str | None, *, again: bool) -> Message:
    """To who is left, alone. `gone` is None where it is not said who or why."""
    begun = (
        f"{mention(gone)} cannot make it this week, so your mock interview is off."
        if gone
        else "Your mock interview did not come about. I am sorry about that."
    )
    then = (
        "I am looking for somebody else for you, and you come before others. You hear from me as "
        "soon as there is somebody."
        if again
        else "You have had three partners this week, and that is the most; the next round brings "
        "a new one."
    )
    text = f"{begun} {then}"
    return Message(text, (section(text),))


def two_left(gone: str, user_ids: Sequence[str]) -> Message:
    """Into the thread of three who are two now."""
    text = (
        f"{mention(gone)} is not in this week’s meeting any more. "
        f"{mentions(user_ids)}, you go on as a pair: half an hour each. "
        "The message above and your kits show how."
    )
    return Message(text, (section(text),))


# --- another time -------------------------------------------------------------------------------


def another_time(group_id: int, week: date, today: date, tz: str) -> Block:
    """The form, in the zone of who opened it."""
    day = min(max(today, week), date.fromordinal(week.toordinal() + 6))
    blocks = [
        field("date", "Day", date_field("value", day)),
        field("time", "Time", time_field("value", time(18)), hint=f"On your clock ({tz})."),
        note("It is proposed to all of you, for an hour, and counts as suiting you."),
    ]
    return modal("Another time", SAVE_ANOTHER, blocks, metadata=str(group_id), submit="Propose it")


def read_another(state: Mapping[str, Any]) -> tuple[date | None, time | None]:
    day, at = entered(state, "date"), entered(state, "time")
    return (
        date.fromisoformat(day) if day else None,
        time.fromisoformat(at) if at else None,
    )


def read_press(value: str) -> tuple[int, datetime]:
    """The group and the start that a button names. Raises UserMistake when it names none."""
    number, _, seconds = value.partition(".")
    if not seconds.isdecimal() or int(seconds) > LAST_SECOND:
        raise UserMistake("stale")
    return read_id(number), datetime.fromtimestamp(int(seconds), UTC)
