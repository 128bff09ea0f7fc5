"""When a team is asked, and until when it may answer. Pure."""

from datetime import UTC, date, datetime, timedelta, timezone

from bot.okrs.scoreboard import Rhythm
from bot.people.rules import WEEKDAYS, wall_clock, zone

EARLIEST = timezone(timedelta(hours=14))  # the first place on Earth at which a day begins
ANSWERING = 2  # work days between the check-in day and the deadline


def days(starts: date, ends: date, rhythm: Rhythm) -> list[date]:
    """Every check-in day of a cycle, the first in its first week."""
    day = starts + timedelta(days=(WEEKDAYS.index(rhythm.day) - starts.weekday()) % 7)
    found = []
    while day <= ends:
        found.append(day)
        day += timedelta(weeks=rhythm.weeks)
    return found


def opens(day: date, rhythm: Rhythm) -> datetime:
    """When the day's time has come anywhere: the round is written, and people are asked by zone."""
    return datetime.combine(day, rhythm.at, EARLIEST).astimezone(UTC)


def deadline(day: date, rhythm: Rhythm) -> datetime:
    """The second work day after the check-in day, at the same time in the rhythm's zone."""
    left = ANSWERING
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    return wall_clock(day, rhythm.at, zone(rhythm.tz))


def next_round(starts: date, ends: date, rhythm: Rhythm, now: datetime) -> date | None:
    """The first check-in day whose deadline lies ahead; None when the cycle has no more."""
    ahead = (day for day in days(starts, ends, rhythm) if deadline(day, rhythm) > now)
    return next(ahead, None)


def closes(ends: date, rhythm: Rhythm) -> datetime:
    """When the close-out is asked for: on the day after the cycle, at the rhythm's time."""
    return wall_clock(ends + timedelta(days=1), rhythm.at, zone(rhythm.tz))
