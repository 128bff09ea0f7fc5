"""What comes with the calendar file. Pure."""

from collections.abc import Sequence
from datetime import datetime

from bot.mocks.meetings import phrases
from bot.mocks.meetings.rules import Person
from bot.slack.blocks import Message

RULE = "mock.calendar"


def attached(at: datetime, people: Sequence[Person]) -> Message:
    return Message(
        f"Agreed: {phrases.when(at, people)}. Open the file to put it into your calendar; a "
        "time from an earlier file is replaced by it."
    )
