"""What comes with the calendar file. Pure."""

from collections.abc import Sequence
from datetime import datetime

from bot.mocks.meetings import phrases
from bot.mocks.meetings.rules import Person
from bot.slack.blocks import Message

RULE = "mock.calendar"


def attached(at: datetime, people: Sequence[Person]) -> Message:
    return Message(
        f"Agreed: {phrases.when(at, people)}. Open the file to put it into your calendar; it "
        "takes the place of an earlier one."
    )
