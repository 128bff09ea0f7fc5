"""When a team is asked, who of it, until when it may answer, and when votes are opened. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone
from enum import StrEnum

from bot.okrs.health import SPLIT
from bot.okrs.scoreboard import Rhythm
from bot.people.rules import (
    MINUTE,
    WEEKDAYS,
    Quiet,
    Span,
    is_holiday,
    is_off,
    until_quiet_ends,
    wall_clock,
    zone,
)

EARLIEST = timezone(timedelta(hours=14))  # the first place on Earth at which a day begins
ANSWERING = 2  # work days between the check-in day and the deadline
FRESH = timedelta(days=3)


class CallState(StrEnum):
    """Of one person's call in one round; `docs/check-ins.md` draws the ways between them."""

    PLANNED = "planned"
    ASKED = "asked"
    REMINDED = "reminded"
    DONE = "done"
    LEFT = "left"  # never asked, or in vain


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


# --- people -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Presence:
    """What decides when one person may be asked."""

    tz: str
    days_off: tuple[Span, ...] = ()
    country: str | None = None
    paused_until: datetime | None = None
    quiet: Quiet = field(default_factory=Quiet)

    def off(self, day: date) -> bool:
        return is_off(day, self.days_off) or is_holiday(day, self.country)


def due_at(day: date, rhythm: Rhythm, tz: str) -> datetime:
    """The check-in time of `day` on this person's own clock."""
    return wall_clock(day, rhythm.at, zone(tz))


def ask_at(told: Presence, wanted: datetime, at: time, until: datetime) -> datetime | None:
    """The first instant from `wanted` on at which the person may be asked; None before `until`.

    Pauses and quiet hours are waited out; a day off, a holiday and a weekend after the check-in
    day are passed, and the person is asked at `at` of the next day.
    """
    tz = zone(told.tz)
    day = wanted.astimezone(tz).date()
    moment = max(wanted, told.paused_until or wanted)
    while moment < until:
        today = moment.astimezone(tz).date()
        if told.off(today) or (today.weekday() >= 5 and today != day):
            moment = max(wall_clock(today + timedelta(days=1), at, tz), moment + MINUTE)
            continue
        awake = until_quiet_ends(moment, tz, told.quiet)
        if awake == moment:
            return moment
        moment = awake
    return None


def remind_at(told: Presence, asked: datetime, at: time, until: datetime) -> datetime | None:
    """A day after the person was asked, at `at` of their next day; None before `until`."""
    tz = zone(told.tz)
    day = asked.astimezone(tz).date() + timedelta(days=1)
    while day.weekday() >= 5:
        day += timedelta(days=1)
    return ask_at(told, wall_clock(day, at, tz), at, until)


def away(told: Presence, due: datetime, until: datetime) -> bool:
    """Is the person paused or off from the check-in's time to its deadline?"""
    tz = zone(told.tz)
    back = max(due, told.paused_until or due)
    if back >= until:
        return True
    day, last = back.astimezone(tz).date(), until.astimezone(tz).date()
    first = due.astimezone(tz).date()
    while day <= last:
        if not told.off(day) and (day.weekday() < 5 or day == first):
            return False
        day += timedelta(days=1)
    return True


@dataclass(frozen=True)
class Answerer:
    """An owner of a key result, as far as a round asks."""

    member_id: int
    accountable: bool
    present: bool


def giver(owners: Sequence[Answerer]) -> int | None:
    """Whose value is asked for: the accountable owner's, else the first present co-owner's."""
    present = [one for one in owners if one.present]
    first = next((one for one in present if one.accountable), None)
    first = first or next(iter(present), None)
    return first.member_id if first else None


@dataclass(frozen=True)
class Said:
    """What one person says of one key result; `done` are positions of milestones, from 0."""

    key_result_id: int
    confidence: int
    value: float | None = None
    done: tuple[int, ...] | None = None
    note: str = ""
    blocker: str = ""


# --- votes --------------------------------------------------------------------------------------


def fresh(value_at: datetime | None, now: datetime) -> bool:
    """Is a value so new that nobody needs to give another?"""
    return value_at is not None and value_at > now - FRESH


def complete(asked: Collection[int], voted: Collection[int]) -> bool:
    """Have all who were asked voted, and anybody at all?"""
    return bool(voted) and set(asked) <= set(voted)


def needs_review(votes: Sequence[int]) -> bool:
    """Do two votes lie so far apart that the team should talk, whatever the mean?"""
    return len(votes) > 1 and max(votes) - min(votes) >= SPLIT
