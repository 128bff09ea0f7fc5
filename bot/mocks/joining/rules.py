"""What a member wants of mock interviews and how things stand for them, as values. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.mocks.pairing.pool import Window
from bot.mocks.pairing.weights import Hours
from bot.mocks.rules import NOTICE, Rhythm, Wish, noon, takes_part
from bot.people.rules import Span, is_off, wall_clock, zone

HOURS = Hours()
QUARTER = 15  # minutes, the grain of matching
MEETING = 60


@dataclass(frozen=True)
class Wanted:
    """What the form says; `level` 1 to 5, None when not said; no `tracks`: any."""

    rhythm: Rhythm = Rhythm.WEEKLY
    windows: tuple[Window, ...] = ()
    level: int | None = None
    tracks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """What the form shows: what is kept, and whose clock it is."""

    wanted: Wanted
    tz: str
    tz_chosen: bool
    joined: bool
    privacy_told: bool


@dataclass(frozen=True)
class Meeting:
    """A group under way; `user_ids` are the others in it.

    `told_at` is when it hears of each other; until then nobody is named.
    """

    week: date
    user_ids: tuple[str, ...]
    told_at: datetime
    told: bool
    agreed_at: datetime | None
    slots: tuple[datetime, ...]  # still ahead
    channel: str | None


@dataclass(frozen=True)
class Standing:
    """How things stand for one member.

    `week` is the Monday of the next round to be matched, at `matches_at`; `why_not` is a code of
    `why_not`, empty when they take part. `running` is the Monday of the round under way, where the
    member can be in it; `looking`: they are on standby in it; `possible`: they could be.
    `to_mark` is the group whose marks wait for theirs, `newest` the last that met.
    """

    tz: str
    week: date
    matches_at: datetime
    joined: bool = False
    resting: bool = False
    rhythm: Rhythm = Rhythm.WEEKLY
    windows: tuple[Window, ...] = ()
    level: int | None = None
    tracks: tuple[str, ...] = ()
    excluded: int = 0
    why_not: str = ""
    paused_until: datetime | None = None
    running: date | None = None
    looking: bool = False
    possible: bool = False
    meeting: Meeting | None = None
    to_mark: int | None = None
    newest: int | None = None


def why_not(wish: Wish, week: date) -> str:
    """Why somebody who has joined takes no part in the week's round; empty when they do."""
    if takes_part(wish, week):
        return ""
    if wish.resting:
        return "resting"
    if wish.skipped_week == week:
        return "left_out"
    if wish.paused_until is not None and wish.paused_until > noon(week):
        return "paused"
    if wish.silent:
        return "silent"
    return "on_request" if wish.rhythm == Rhythm.ON_REQUEST else "had_partner"


def _awake(one: Window, hours: Hours) -> tuple[int, int]:
    """The part of a window in which people are asked to meet, in whole quarter-hours."""
    start = max(-(-one.start // QUARTER) * QUARTER, round(hours.wake * 60))
    return start, min(one.end // QUARTER * QUARTER, round(hours.sleep * 60))


def has_hour(windows: Iterable[Window], hours: Hours = HOURS) -> bool:
    """Is there an hour in a row in which a mock interview could be?"""
    return any(end - start >= MEETING for start, end in (_awake(one, hours) for one in windows))


def all_count(windows: Iterable[Window], hours: Hours = HOURS) -> bool:
    """Do all the windows lie wholly in the hours in which people are asked to meet?"""
    return all(one.start >= hours.wake * 60 and one.end <= hours.sleep * 60 for one in windows)


def still_free(
    windows: Iterable[Window], tz: str, off: Iterable[Span], week: date, now: datetime
) -> bool:
    """Is there still a free hour in the week that begins on that Monday, with notice of it?"""
    spans = tuple(off)
    for one in windows:
        day = week + timedelta(days=one.day)
        start, end = (_at(day, minute, tz) for minute in _awake(one, HOURS))
        begins = max(start, now + NOTICE)
        if not is_off(day, spans) and end - begins >= timedelta(minutes=MEETING):
            return True
    return False


def _at(day: date, minute: int, tz: str) -> datetime:
    days, rest = divmod(minute, 24 * 60)
    return wall_clock(day + timedelta(days=days), time(rest // 60, rest % 60), zone(tz))
