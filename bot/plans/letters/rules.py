"""When the monthly letter is due, and where months begin. Pure; docs/progress.md."""

from datetime import date, datetime, time, timedelta

from bot.people.rules import until_quiet_ends, wall_clock, zone
from bot.plans.rules import GRACE, LOOK_AHEAD, Schedule, local_date

AFTER = timedelta(hours=7)  # the daily time
DAY = timedelta(days=1)


def moment(schedule: Schedule, day: date) -> datetime | None:
    """When a letter would come on this day; None when it is no practice day, or silent then."""
    if not schedule.counts(day):
        return None
    tz = zone(schedule.tz)
    at = until_quiet_ends(wall_clock(day, schedule.at, tz) + AFTER, tz, schedule.quiet)
    paused, last = schedule.paused_until, schedule.until
    if (paused and at < paused) or (last and local_date(at, schedule.tz) > last):
        return None
    return at


def next_letter(schedule: Schedule, after: datetime) -> datetime | None:
    """The first moment after `after` at which a letter may come; None when there is none ahead."""
    first = local_date(after, schedule.tz) - DAY
    for number in range(LOOK_AHEAD):
        day = first + number * DAY
        if schedule.until and day > schedule.until:
            return None
        at = moment(schedule, day)
        if at is not None and at > after:
            return at
    return None


def may_come(schedule: Schedule, now: datetime) -> bool:
    """Is it time: the moment of a practice day has come, three hours ago at most?"""
    today = local_date(now, schedule.tz)
    moments = [moment(schedule, day) for day in (today, today - DAY)]
    if not any(at is not None and at <= now <= at + GRACE for at in moments):
        return False
    return not schedule.quiet.covers(now.astimezone(zone(schedule.tz)).time())


def month_of(day: date) -> date:
    """Its first day."""
    return day.replace(day=1)


def month_before(day: date) -> date:
    """The first day of the month before the one that `day` lies in."""
    return month_of(month_of(day) - DAY)


def month_after(day: date) -> date:
    """The first day of the month after the one that `day` lies in."""
    return month_of(month_of(day) + 31 * DAY)


def bounds(first: date, tz: str) -> tuple[datetime, datetime]:
    """From the month's first midnight in the zone to the next month's, which is not in it."""
    place = zone(tz)
    return wall_clock(first, time.min, place), wall_clock(month_after(first), time.min, place)
