"""When a drill is due and which one comes next. Pure: no clock, no database, no Slack."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.people.rules import (
    WEEKDAYS,
    Quiet,
    Span,
    is_holiday,
    is_off,
    quiet_begins,
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
REMEMBERED = 3  # dates; a move across the date line brings back two at most
Pause = tuple[datetime, datetime | None]  # None: a rest that lasts


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
    taken: Collection[date] = ()  # local dates that have had their drill, or were left out
    pauses: Sequence[Pause] = ()  # that were, or are; for counting practice
    until: date | None = None  # the last local date on which a drill may be due

    def is_work_day(self, day: date) -> bool:
        """A chosen weekday that is neither a public holiday nor a day off."""
        return (
            WEEKDAYS[day.weekday()] in self.work_days
            and not is_off(day, self.days_off)
            and not is_holiday(day, self.country)
        )

    def counts(self, day: date) -> bool:
        """A work day whose drill no pause kept away."""
        if not self.is_work_day(day):
            return False
        return not any(self.pauses_on(day, first, last) for first, last in self.pauses)

    def pauses_on(self, day: date, first: datetime, last: datetime | None) -> bool:
        """Does a pause from `first` to `last` keep that day's drill away?"""
        moment = wall_clock(day, self.at, zone(self.tz))
        return first <= moment and (last is None or moment < last)


def next_due(schedule: Schedule, after: datetime) -> datetime | None:
    """The first moment after `after` that fits the schedule, in UTC; None when there is none."""
    tz = zone(schedule.tz)
    start = max(after, schedule.paused_until) if schedule.paused_until else after
    today = start.astimezone(tz).date()
    for number in range(LOOK_AHEAD):
        day = today + timedelta(days=number)
        if schedule.until and day > schedule.until:
            return None
        if day in schedule.taken or not schedule.is_work_day(day):
            continue
        moment = _due_on(day, schedule, tz)
        if moment is not None and moment > after and moment >= start:
            return moment
    return None


def _due_on(day: date, schedule: Schedule, tz: ZoneInfo) -> datetime | None:
    """When that day's drill is due; None where the zone has no such day.

    A time that the clock jumps over must not land in quiet hours which the member did not choose.
    """
    moment = wall_clock(day, schedule.at, tz)
    local = moment.astimezone(tz)
    if local.time() != schedule.at and not schedule.quiet.covers(schedule.at):
        moment = until_quiet_ends(moment, tz, schedule.quiet)
    return moment if moment.astimezone(tz).date() == day else None


def local_date(moment: datetime, tz: str) -> date:
    """The date that a calendar in this zone shows then."""
    return moment.astimezone(zone(tz)).date()


def closes(due: datetime, schedule: Schedule) -> datetime:
    """Until when a drill due then may open: three hours, never into quiet hours or tomorrow.

    A daily time that the member chose inside quiet hours stands, and so does its window.
    """
    tz = zone(schedule.tz)
    local = due.astimezone(tz)
    end = min(due + GRACE, wall_clock(local.date() + timedelta(days=1), time.min, tz))
    if not schedule.quiet.covers(local.time()):
        end = quiet_begins(due, end, tz, schedule.quiet)
    return end - timedelta(seconds=1)


@dataclass(frozen=True)
class Turn:
    """What a due time that has come asks for."""

    due: datetime | None  # the due time whose drill may still open
    missed: date | None  # the newest local date whose drill is skipped, because it is too late
    next_due: datetime | None


def turn(schedule: Schedule, due: datetime, now: datetime) -> Turn:
    """What to do at `now` about a drill due at `due`, `now` or earlier.

    There is never a backlog: after a standstill only the newest drill opens, if it still may.
    """
    missed: date | None = None
    following = next_due(schedule, after=due)
    while following is not None and following <= now:
        missed, due = local_date(due, schedule.tz), following
        following = next_due(schedule, after=due)
    if now > closes(due, schedule):
        return Turn(None, local_date(due, schedule.tz), following)
    return Turn(due, missed, following)


def practised(
    answered: Iterable[date], today: date, schedule: Schedule, since: date
) -> tuple[int, int]:
    """(days practised, work days) among the last 14 work days.

    Holidays, days off, pauses and days before `since`, the day the member began, are not counted
    against anybody, nor is today while it lasts; a day with an answer always counts, also a Sunday.
    """
    done = set(answered)
    window: list[date] = []
    day = today
    while len(window) < WINDOW and day >= since:
        if day in done or (day != today and schedule.counts(day)):
            window.append(day)
        day -= timedelta(days=1)
    return sum(day in done for day in window), len(window)
