"""The joint risk review: two views of one key result side by side, and how to talk. Pure."""

from dataclasses import dataclass

from bot.okrs.calls.views import TITLE, WORDS, Voice, voice
from bot.okrs.health import Colour
from bot.okrs.wording import colour_mark, number
from bot.slack.blocks import (
    Block,
    Message,
    clip,
    escape,
    header,
    mention,
    mrkdwn,
    section,
    sections,
)

QUESTIONS = (
    "What does each of you see that the other may not?",
    "What would have to be true for the lower number to be right, and how would you notice early?",
    "What is done this week, by whom, and does the target still hold?",
)
NAMED = 20


@dataclass(frozen=True)
class Review:
    """Votes that lie far apart, lowest first, at least two; `mean` 0 to 10."""

    title: str
    team: str
    voices: tuple[Voice, ...]
    mean: float
    colour: Colour
    reason: str


def review(told: Review) -> Message:
    """Both ends side by side, whatever the mean says."""
    title = escape(clip(told.title, TITLE))
    spread = told.voices[-1].confidence - told.voices[0].confidence if told.voices else 0
    why = (
        f"The votes lie {spread} points apart, their mean is {number(told.mean, 2)} of 10. "
        f"{colour_mark(told.colour)}. {escape(clip(told.reason, 600))}"
    )
    ends = [_end(one) for one in (*told.voices[:1], *told.voices[1:][-1:])]
    blocks: list[Block] = [header("Joint risk review"), section(f"*{title}*\n{why}")]
    if ends:
        blocks.append({"type": "section", "fields": [mrkdwn(one, 2000) for one in ends]})
    between = [voice(one) for one in told.voices[1:-1][:NAMED]]
    if between:
        blocks += sections("*The other votes*\n" + "\n".join(between))[:3]
    called = " ".join(dict.fromkeys(mention(one.user_id) for one in told.voices[:NAMED]))
    ask = f"{called}: please talk it over in this thread, whatever the mean says.".lstrip(": ")
    blocks.append(section(ask))
    head = f"*Joint risk review: {title}*"
    return Message("\n".join([head, why, *ends, *between, ask]), tuple(blocks))


def _end(one: Voice) -> str:
    said = escape(clip(one.note, WORDS)) or "No sentence was given."
    blocked = f"\nIn the way: {escape(clip(one.blocker, WORDS))}" if one.blocker else ""
    return f"*{mention(one.user_id)}: {one.confidence} of 10*\n{said}{blocked}"


def questions() -> Message:
    """What opens the thread."""
    lines = [f"{n}. {one}" for n, one in enumerate(QUESTIONS, 1)]
    text = "\n".join(["Three questions to begin with:", *lines])
    return Message(text, (section(text),))


def unposted(channel: str | None, told: Review) -> Message:
    """To the team's lead, where the channel could not be reached."""
    made = review(told)
    where = f"<#{escape(clip(channel, 40))}>" if channel else ""
    why = (
        f"I could not post this in {where}: invite me there with `/invite`. "
        if channel
        else f"*{escape(clip(told.team, 60))}* has no channel yet; `/okr team` sets one. "
    )
    text = f"{why}Until then it comes to you, who lead the team: please bring the two together."
    return Message(f"{text}\n{made.text}", (section(text), *made.blocks))


def over() -> Message:
    """In place of a review whose key result is no longer here."""
    return Message("This risk review is over, and its key result is no longer here.")
