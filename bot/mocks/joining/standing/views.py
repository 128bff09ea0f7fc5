"""How things stand: the bare `/mock`, and the section of App Home. Pure."""

from datetime import date

from bot.mocks.history.views import HISTORY
from bot.mocks.joining import parse
from bot.mocks.joining.excluding.views import EXCLUDE
from bot.mocks.joining.rules import Meeting, Standing, has_hour
from bot.mocks.joining.views import (
    JOIN,
    LEAVE,
    LEVELS,
    NOT_THIS_WEEK,
    PARTNER,
    RHYTHMS,
    WINDOWS,
    YES,
    back,
    free_words,
    have_partner,
    looking,
    takes_part,
    week_words,
)
from bot.mocks.marks.views import MARKS
from bot.mocks.outcomes.views import HOW
from bot.mocks.rules import Rhythm
from bot.mocks.solo.views import SOLO
from bot.plans.views import RESUME, TRACK_NAMES, moment_words
from bot.slack.blocks import (
    Block,
    Message,
    actions,
    button,
    clip,
    confirm,
    mentions,
    modal,
    note,
    plural,
    section,
)

WHAT = (
    "Every week I find you a partner who is strong where you are not. You agree on an hour, each "
    "interviews the other from a kit, and you mark each other before either sees the marks."
)
OFTEN = {
    Rhythm.WEEKLY: "every week",
    Rhythm.FORTNIGHTLY: "every other week",
    Rhythm.ON_REQUEST: "when you ask",
}
NO_HOUR = (
    "None of your free times has an hour between 07:00 and 22:00, so nobody can be found. *Change* "
    "mends that."
)


def message(told: Standing) -> Message:
    """The bare `/mock`."""
    shown = body(told)
    said = [one["text"]["text"] for one in shown if one["type"] == "section"]
    return Message("\n".join(said), (*shown, *buttons(told)))


def body(told: Standing) -> list[Block]:
    """What is now, what comes next, and what was chosen."""
    made = [section(_head(told))]
    if not told.joined:
        return made
    if not told.resting:
        made.append(section(next_words(told)))
    if not has_hour(told.windows):
        made.append(section(NO_HOUR))
    return [*made, note(_chosen(told))]


def _head(told: Standing) -> str:
    if not told.joined:
        return WHAT
    if told.meeting is not None:
        return _meeting(told.meeting, told.tz)
    if told.resting:
        return (
            "*You are resting.* Three weeks went by without a word from you, so I find you no "
            "partner until you call."
        )
    if told.looking and told.running:
        return (
            f"*No partner yet* in {week_words(told.running)}. I am looking; you hear as soon as "
            "there is one."
        )
    return f"You take part in the mock interviews *{OFTEN[told.rhythm]}*."


def _meeting(told: Meeting, tz: str) -> str:
    week = week_words(told.week)
    if not told.told:
        when = moment_words(told.told_at, tz)
        return f"*Your partner for {week} is found.* You hear of each other on {when}."
    # Slack names no group conversation where it is linked, so words say where it is.
    place = "your group conversation" if told.channel else "our direct message"
    head = f"*{week[:1].upper()}{week[1:]}:* with {mentions(told.user_ids) or 'a partner'}"
    if told.agreed_at is not None:
        return f"{head}, on {moment_words(told.agreed_at, tz)}. More is in {place}."
    if not told.slots:
        return (
            f"{head}. No time is agreed, and those proposed have passed: *Another time* in {place} "
            "adds one."
        )
    times = "\n".join(f"• {moment_words(one, tz)}" for one in told.slots[:6])
    return f"{head}. No time is agreed yet. Proposed:\n{times}\nPress all that suit you in {place}."


def next_words(told: Standing) -> str:
    """Whether they take part in the next round, and why not."""
    week, when = week_words(told.week), moment_words(told.matches_at, told.tz)
    ahead = f"Partners for {week} are matched on {when}"
    if not told.why_not:
        return f"{ahead}; you take part."
    if told.why_not == "paused" and told.paused_until:
        until = moment_words(told.paused_until, told.tz)
        return f"You are paused until {until}, so you take no part in {week}."
    if told.why_not == "silent":
        return (
            f"Your interview is near or just over, so I leave you in peace in {week}. If you would "
            "like a partner all the same, write `/mock partner`."
        )
    if told.why_not == "left_out":
        return f"You leave out {week}."
    if told.why_not == "had_partner":
        return f"{ahead}; you have a partner the week before, so that is your week off."
    if told.why_not == "on_request":
        return f"{ahead}; you take part if you ask before."
    return f"{ahead}; you take no part."


def _chosen(told: Standing) -> str:
    lines = ", ".join(parse.written(told.windows).splitlines()) or "no free times"
    parts = [f"{RHYTHMS[told.rhythm]}; {clip(lines, 600)} ({told.tz})"]
    if told.level is not None:
        parts.append(LEVELS.get(told.level, ""))
    parts.append(", ".join(TRACK_NAMES.get(one, "") for one in told.tracks) or "Any interview")
    if told.excluded:
        parts.append(f"{plural(told.excluded, 'person', 'people')} excluded")
    return "  ·  ".join(filter(None, parts))


def buttons(told: Standing) -> list[Block]:
    """One for everything that the words of `/mock` can do here: what is to come, what was."""
    return [actions(*_ahead(told)), actions(*_past(told))]


def _past(told: Standing) -> list[Block]:
    made: list[Block] = []
    if told.to_mark is not None:
        made.append(button("Fill in the marks", MARKS, str(told.to_mark), style="primary"))
    elif told.newest is not None:
        made.append(button("Marks", MARKS, str(told.newest)))
    if told.meeting is not None and told.meeting.told:
        made.append(button("How it went", HOW))
    if told.joined or told.newest is not None:
        made.append(button("Your mocks so far", HISTORY))
    return [*made, button("A mock with me, now", SOLO)]


def _ahead(told: Standing) -> list[Block]:
    if not told.joined:
        return [button("Join", JOIN, style="primary")]
    made = [button("Pair me again", PARTNER, style="primary")] if told.resting else _weeks(told)
    sure = confirm(
        "Leave the mock interviews?",
        "I find you no partner any more, and a partner you have now hears that you cannot make it. "
        "Your times and marks are kept.",
        "Leave",
        "Stay",
    )
    return [
        *made,
        button("Change", WINDOWS),
        button("Exclude somebody", EXCLUDE),
        button("Leave", LEAVE, YES, confirm=sure),
    ]


def _weeks(told: Standing) -> list[Block]:
    """This week first, then the next round."""
    made: list[Block] = []
    if told.meeting is not None:
        sure = confirm(
            "Not this week?",
            "Your partner hears that you cannot make it, and I look for somebody else for them.",
            "Not this week",
            "Keep it",
        )
        off = button("Not this week", NOT_THIS_WEEK, told.meeting.week.isoformat(), confirm=sure)
        made.append(off)
    elif told.running and told.looking:
        made.append(button("Not this week", NOT_THIS_WEEK, told.running.isoformat()))
    elif told.running and told.possible:
        made.append(button("A partner this week", PARTNER, told.running.isoformat()))
    value, ahead = told.week.isoformat(), week_words(told.week)
    if not told.why_not:
        made.append(button(f"Leave out {ahead}", f"{NOT_THIS_WEEK}.next", value))
    elif told.why_not == "paused":
        made.append(button("Resume", RESUME))
    else:
        made.append(button(f"Take part in {ahead}", f"{PARTNER}.next", value))
    return made


def wanted(code: str, week: date, told: Standing) -> Message:
    """What came of asking for a partner: `code` is of `joining.service.want`."""
    if code == "looking":
        return looking(week)
    if code == "seated" and told.meeting:
        return have_partner(told.meeting.user_ids if told.meeting.told else ())
    if code == "back":
        early = told.running if told.possible else None
        return back(week, told.matches_at, told.tz, early)
    return takes_part(week, told.matches_at, told.tz, late=code == "too_late")


def kept(told: Standing) -> Block:
    """After the form: what was read of it, and what comes next."""
    made = [section(free_words(told.windows)), section(_after(told))]
    if told.running and told.possible:
        early = button("A partner this week already", PARTNER, told.running.isoformat())
        made.append(actions(early))
    return modal("Mock interviews", "mocks.kept", made, submit="", close="Close")


def _after(told: Standing) -> str:
    return _head(told) if told.meeting or told.looking else next_words(told)
