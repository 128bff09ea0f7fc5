"""What a channel's drill says. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.content import Drill
from bot.drills.views import PRIVACY_AFTER, box
from bot.plans.views import TRACK_NAMES, moment_words
from bot.scoring.judge.views import privacy
from bot.scoring.rules import Cell
from bot.slack.blocks import (
    TEXT,
    Block,
    Message,
    actions,
    button,
    clip,
    escape,
    header,
    note,
    plural,
    section,
    sections,
)

NAME_ME = "drills.name_me"
MISTAKES = {
    "team_usage": "Say when and where: `/drill team 09:00 Europe/Berlin`, or `/drill team off`.",
    "team_channel": "A team drill lives in a channel. Type this in the channel that should get it.",
    "team_zone": "I do not know the zone “{given}”. Did you mean {near}?",
    "lead_only": "Only <@{lead}>, who leads this channel’s drill, or an admin can change it.",
    "no_team_drill": "This channel has no daily drill.",
}


def drill(told: Drill) -> Message:
    """The question for all; scores never stand in the channel."""
    track = TRACK_NAMES.get(told.track, told.track)
    prompt = escape(told.prompt.strip())
    how = (
        f"Answer in this thread; your first reply opens {box(told.minutes)} box. "
        "Your scorecard comes to you alone, by direct message."
    )
    blocks: list[Block] = [header(f"The team’s drill: {track}"), *sections(prompt), note(how)]
    return Message(clip(f"The team’s drill ({track}). {how} {prompt}", TEXT), tuple(blocks))


def scheduled(channel: str, next_due: datetime | None, tz: str, lead: str) -> Message:
    when = f" The next comes on {moment_words(next_due, tz)}." if next_due else ""
    return Message(
        f"<#{channel}> has a daily drill now, led by <@{lead}>.{when} "
        "Invite me to the channel if I am not in it yet: `/invite @Drumbeat`."
    )


def stopped(channel: str) -> Message:
    return Message(f"<#{channel}> has no daily drill any more.")


def standing(channel: str, next_due: datetime | None, tz: str, lead: str) -> Message:
    when = f"comes next on {moment_words(next_due, tz)}" if next_due else "is switched off"
    return Message(f"The drill of <#{channel}>, led by <@{lead}>, {when}.")


def first_answer(session_id: int, judge: str) -> Message:
    """By direct message, before the first scorecard of somebody who answers in a channel."""
    text = f"Thank you for answering. {PRIVACY_AFTER}{privacy(judge)}"
    return Message(
        text,
        (
            section(text),
            actions(button("Name me in tomorrow’s summary", NAME_ME, str(session_id))),
        ),
    )


def named(yes: bool) -> Message:
    return Message(
        "Tomorrow’s summary names you among those who answered; never your marks."
        if yes
        else "Tomorrow’s summary does not name you."
    )


def summary(
    prompt: str | None,
    count: int,
    means: Mapping[Cell, float],
    missed: Sequence[str],
    names: Sequence[str],
) -> Message:
    lines = [f"*This drill: {plural(count, 'person', 'people')} answered.*"]
    if prompt:
        lines.append(f"> {escape(clip(' '.join(prompt.split()), 160))}")
    lines.append(" · ".join(f"{cell.title} {mean:.1f} of 4" for cell, mean in means.items()))
    if missed:
        lines.append("Most of us left out:")
        lines += [f"• {escape(point)}" for point in missed]
    if names:
        lines.append("With " + ", ".join(f"<@{name}>" for name in names) + ".")
    text = "\n".join(lines)
    return Message(
        clip(text, TEXT), (section(text), note("Averages only; no one’s marks are shown."))
    )


def cannot_post(channel: str) -> Message:
    return Message(
        f"I could not post today’s drill in <#{channel}>: invite me with `/invite @Drumbeat`; "
        "the next one comes at its usual time."
    )
