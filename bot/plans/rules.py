"""When a drill is due and which one comes next. Pure: no clock, no database, no Slack."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import Protocol, TypeVar

from bot.people.rules import (
    WEEKDAYS,
    Quiet,
    Span,
    is_holiday,
    is_off,
    until_quiet_ends,
    wall_clock,
    zone,
)

GRACE = timedelta(hours=3)  # a drill may open until so long after its time
TRACK = "product-metrics"
DAILY_TIME = time(9)
WORK_DAYS = WEEKDAYS[:5]
LOOK_AHEAD = 800  # days; beyond it a plan whose every day is off has no next drill
WINDOW = 14  # work days over which practice is counted
REST_AFTER = 5  # work days without an answer


@dataclass(frozen=True)
class Schedule:
    """A wall-clock time in the member's own zone, so it survives daylight saving."""

    at: time
    tz: str
    work_days: Collection[str] = WORK_DAYS
    days_off: Sequence[Span] = ()
    country: str | None = None
    paused_until: datetime | None = None
    quiet: Quiet = field(default_factory=Quiet)

    def is_work_day(self, day: date) -> bool:
        """A chosen weekday that is neither a public holiday nor a day off."""
        return (
            WEEKDAYS[day.weekday()] in self.work_days
            and not is_off(day, self.days_off)
            and not is_holiday(day, self.country)
        )


def next_due(schedule: Schedule, after: datetime) -> datetime | None:
    """The first moment after `after` that fits the schedule, in UTC; None when there is none."""
    tz = zone(schedule.tz)
    start = max(after, schedule.paused_until) if schedule.paused_until else after
    today = start.astimezone(tz).date()
    for number in range(LOOK_AHEAD):
        day = today + timedelta(days=number)
        if not schedule.is_work_day(day):
            continue
        moment = wall_clock(day, schedule.at, tz)
        if moment > after and moment >= start:
            return moment
    return None


def local_date(moment: datetime, tz: str) -> date:
    return moment.astimezone(zone(tz)).date()


def closes(due: datetime, schedule: Schedule) -> datetime:
    """Until when a drill due then may open: three hours, never into quiet hours or tomorrow.

    A daily time that the member chose inside quiet hours stands, and so does its window.
    """
    tz = zone(schedule.tz)
    day = due.astimezone(tz).date()
    ends = [due + GRACE, wall_clock(day + timedelta(days=1), time.min, tz)]
    if not schedule.quiet.covers(due.astimezone(tz).time()):
        quiet = wall_clock(day, schedule.quiet.start, tz)
        ends.append(
            quiet if quiet > due else wall_clock(day + timedelta(days=1), schedule.quiet.start, tz)
        )
    return min(ends) - timedelta(seconds=1)


def allowed(now: datetime, schedule: Schedule) -> datetime:
    """`now`, or the end of quiet hours when it lies in them."""
    return until_quiet_ends(now, zone(schedule.tz), schedule.quiet)


class Drill(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def family(self) -> str: ...


Choice = TypeVar("Choice", bound=Drill)


def choose(
    drills: Sequence[Choice], seen: Sequence[str], families: Collection[str], seed: str
) -> Choice:
    """A drill not seen yet and of none of these families; else the one seen longest ago.

    `seen` is newest first. The order among equals depends on `seed` alone, so each member walks
    the bank in an order of their own and adding a drill moves no other.
    """
    age = {drill_id: position for position, drill_id in reversed(list(enumerate(seen)))}

    def order(drill: Choice) -> tuple[int, bool, str]:
        unseen_first = -age.get(drill.id, len(seen))
        lot = sha256(f"{seed}/{drill.id}".encode()).hexdigest()
        return unseen_first, drill.family in families, lot

    return min(drills, key=order)


def practised(
    answered: Iterable[date], today: date, schedule: Schedule, since: date
) -> tuple[int, int]:
    """(days practised, work days) among the last 14 work days.

    Holidays, days off and days before `since`, the day the member began, are not counted
    against anybody; a day with an answer always counts, also a Sunday.
    """
    done = set(answered)
    window: list[date] = []
    day = today
    while len(window) < WINDOW and day >= since:
        if schedule.is_work_day(day) or day in done:
            window.append(day)
        day -= timedelta(days=1)
    return sum(day in done for day in window), len(window)
