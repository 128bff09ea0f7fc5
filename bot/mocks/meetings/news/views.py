"""What the others hear when somebody moves the time: a message that changes rings nobody. Pure."""

from collections.abc import Sequence
from datetime import datetime

from bot.mocks.meetings import phrases
from bot.mocks.meetings.rules import Person
from bot.slack.blocks import Message, mention, mentions, section


def given_up(by: str, at: datetime, people: Sequence[Person], *, again: bool) -> Message:
    """`by` gave up this agreed time; `again`: another one suits all of them already."""
    then = (
        "Another time suits you all; its calendar file is in this thread."
        if again
        else "Press the times above that suit you, or add one with *Another time*."
    )
    return _to(people, by, f"{mention(by)} has given up {_at(at, people)}, so that is off. {then}")


def proposed(by: str, at: datetime, people: Sequence[Person]) -> Message:
    text = f"{mention(by)} proposes {_at(at, people)}. If it suits you, press it above."
    return _to(people, by, text)


def _at(at: datetime, people: Sequence[Person]) -> str:
    return phrases.when(at, people)


def _to(people: Sequence[Person], by: str, text: str) -> Message:
    """With the others' names first: in a thread only who is named hears of it."""
    others = mentions([one.user_id for one in people if one.user_id != by])
    said = f"{others}: {text}" if others else text
    return Message(said, (section(said),))
