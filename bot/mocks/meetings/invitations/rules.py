"""The agreed time as a calendar file (RFC 5545). Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.mocks.rules import LENGTH

NAME = "mock-interview.ics"
ALARM = timedelta(minutes=15)  # before the start
PRODUCT = "-//Drumbeat//Mock interviews//EN"


@dataclass(frozen=True)
class Invitation:
    """`uid` stays the same for a group, `sequence` grows with every change of its time."""

    uid: str
    sequence: int
    start: datetime
    made_at: datetime
    summary: str
    description: str


def written(told: Invitation) -> bytes:
    """A calendar of one event, in UTC, that asks nobody for an answer."""
    from icalendar import Alarm, Calendar, Event  # where it is used: it takes a while to load

    event = Event()
    event.add("uid", told.uid)
    event.add("sequence", told.sequence)
    event.add("dtstamp", told.made_at.astimezone(UTC))
    event.add("dtstart", told.start.astimezone(UTC))
    event.add("dtend", told.start.astimezone(UTC) + LENGTH)
    event.add("summary", told.summary)
    event.add("description", told.description)
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", told.summary)
    alarm.add("trigger", -ALARM)
    event.add_component(alarm)
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    made: bytes = calendar.to_ical()
    return made
