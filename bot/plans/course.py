"""What each day of a plan is for: stages, the last days, silence. `docs/plan.md` in arithmetic.

Pure: the same calendar gives the same plan, so nothing of it is stored but its first day.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache

from bot.people.rules import WEEKDAYS, holidays_of, wall_clock, zone
from bot.plans.rules import Schedule, local_date

DAY = timedelta(days=1)
NOTHING_NEW = timedelta(days=5)  # before the day
FINALS = 2  # practice days
UNDATED = 8  # from this practice day on a plan without a date is daily


class Stage(StrEnum):
    """In the order in which a plan with a date goes through them."""

    FUNDAMENTALS = "fundamentals"
    SCENARIOS = "scenarios"
    DAILY = "daily"
    LOOPS = "loops"
    BLITZ = "blitz"
    FINAL = "final"


@dataclass(frozen=True)
class Course:
    """A plan as the calendar sees it. A pause without an end in `schedule` is a rest that lasts."""

    began_on: date
    target: date | None  # the interview day
    schedule: Schedule


@dataclass(frozen=True)
class Place:
    """Where in the plan a date lies."""

    stage: Stage | None  # None from the interview day on, or without a practice day before it
    number: int  # of the practice day, from 1; of the last one before a date that is none, or 0
    of: int | None  # practice days in all; None without an interview date
    nothing_new: bool  # one of the five dates before the day, the day or later
    silent: bool  # after the last practice day before the day
    last: bool  # that last practice day


@dataclass(frozen=True)
class Stretch:
    """Practice days that follow each other in one stage. Free dates may lie between them."""

    stage: Stage
    first: date
    last: date
    days: int  # practice days in it, at least 1
    number: int  # of the practice day it begins with


def place(course: Course, day: date) -> Place:
    """Where `day` lies; a rest that lasts is taken to end with it.

    A date that is no practice day has the stage of the practice day before it, or of the first.
    """
    closed = _closed(course, day)
    target = course.target
    if target is None:
        number = _count(closed, course.began_on, day)
        return Place(_undated(max(number, 1)), number, None, False, False, False)
    eve = target - DAY
    number = _count(closed, course.began_on, min(day, eve))
    total = number + _count(closed, max(course.began_on, day + DAY), eve)
    practises = course.began_on <= day <= eve and not _free_day(closed, day)
    silent = number == total and not practises
    nothing_new = day >= target - NOTHING_NEW
    over = day >= target or total == 0
    stage = None if over else dated(max(number, 1), total)
    return Place(stage, number, total, nothing_new, silent, practises and number == total)


def stretches(course: Course, today: date, days_ahead: int = 60) -> Sequence[Stretch]:
    """The stages with their dates, as they look `today`, from the first day on.

    Up to the eve of the interview day, however far that is; without one up to `days_ahead` dates
    from today.
    """
    closed = _closed(course, today)
    end = course.target - DAY if course.target else today + days_ahead * DAY
    days = list(_practice_days(closed, course.began_on, end))
    found: list[Stretch] = []
    for number, day in enumerate(days, start=1):
        stage = dated(number, len(days)) if course.target else _undated(number)
        if found and found[-1].stage == stage:
            found[-1] = replace(found[-1], last=day, days=found[-1].days + 1)
        else:
            found.append(Stretch(stage, day, day, 1, number))
    return found


def ahead(course: Course, today: date) -> list[tuple[Stage, int]]:
    """The stages from `today` up to the interview day, in order, with the practice days left."""
    if course.target is None:
        return []
    closed, eve = _closed(course, today), course.target - DAY
    days = list(_practice_days(closed, course.began_on, eve))
    stages = [dated(at, len(days)) for at, day in enumerate(days, start=1) if day >= today]
    return [(stage, stages.count(stage)) for stage in dict.fromkeys(stages)]


def is_gap(course: Course, day: date, today: date | None = None) -> bool:
    """Is it no practice day: a free weekday, holiday, day off, pause or rest.

    A rest that lasts is taken to end with `today`; without it, it goes on for good.
    """
    return _free_day(_closed(course, today) if today else course, day)


def last_practice_day(course: Course, today: date) -> date | None:
    """The last one before the interview day, after which it is silent; None when there is none."""
    if course.target is None:
        return None
    closed, day = _closed(course, today), course.target - DAY
    if not _count(closed, course.began_on, day):
        return None
    while _free_day(closed, day):
        day -= DAY
    return day


# --- stages by number ----------------------------------------------------------------------------


def _undated(number: int) -> Stage:
    if number >= UNDATED:
        return Stage.DAILY
    order = (Stage.FUNDAMENTALS, Stage.SCENARIOS, Stage.LOOPS)
    return Stage.BLITZ if number == UNDATED - 1 else order[(number - 1) // 2]


def dated(number: int, total: int) -> Stage:
    """The stage of practice day `number`, from 1, of a plan with `total` of them."""
    before = total - FINALS
    if number > before:
        return Stage.FINAL
    for stage, size in sizes(before):
        if number <= size:
            return stage
        number -= size
    raise AssertionError("the sizes of the stages sum up to the days before the final ones")


SHORT = {  # days before the final ones: fundamentals, scenarios, mock loops, blitz
    1: (0, 1, 0, 0),
    2: (1, 1, 0, 0),
    3: (1, 1, 0, 1),
    4: (1, 1, 1, 1),
    5: (1, 2, 1, 1),
    6: (2, 2, 1, 1),
    7: (2, 2, 2, 1),
}


@lru_cache(maxsize=2048)
def sizes(before: int) -> tuple[tuple[Stage, int], ...]:
    """Practice days of each stage, in order, when `before` of them lie before the final ones."""
    if before <= 0:
        return ()
    if before in SHORT:
        first, second, loops, blitz = SHORT[before]
    else:
        weeks, fortnights = (before - 7) // 7, (before - 7) // 14
        first, second = min(2 + weeks, 5), min(2 + weeks, 6)
        loops, blitz = min(2 + fortnights, 4), min(1 + fortnights, 3)
    return (
        (Stage.FUNDAMENTALS, first),
        (Stage.SCENARIOS, second),
        (Stage.DAILY, before - first - second - loops - blitz),
        (Stage.LOOPS, loops),
        (Stage.BLITZ, blitz),
    )


# --- practice days -------------------------------------------------------------------------------


def _closed(course: Course, today: date) -> Course:
    """The course with a rest that lasts ended by the end of `today`."""
    pauses = course.schedule.pauses
    if all(last is not None for _, last in pauses):
        return course
    end = wall_clock(today + DAY, time.min, zone(course.schedule.tz))
    ended = [(first, end if last is None else last) for first, last in pauses]
    return replace(course, schedule=replace(course.schedule, pauses=ended))


def _practice_days(course: Course, first: date, last: date) -> Iterator[date]:
    free, chosen = _free_days(course, first, last), _chosen(course.schedule)
    day = first
    while day <= last:
        if chosen[day.weekday()] and day not in free:
            yield day
        day += DAY


def _free_day(course: Course, day: date) -> bool:
    return not course.schedule.counts(day)


def _count(course: Course, first: date, last: date) -> int:
    """How many practice days there are from `first` to `last`, both in.

    Counted by whole weeks less what is free in them, so that years cost no more than weeks.
    """
    if last < first:
        return 0
    chosen = _chosen(course.schedule)
    weeks, rest = divmod((last - first).days + 1, 7)
    days = weeks * sum(chosen)
    days += sum(chosen[(first.weekday() + number) % 7] for number in range(rest))
    return days - sum(chosen[day.weekday()] for day in _free_days(course, first, last))


def _chosen(schedule: Schedule) -> list[bool]:
    return [name in schedule.work_days for name in WEEKDAYS]


def _free_days(course: Course, first: date, last: date) -> set[date]:
    """Holidays, days off and days in a pause, from `first` to `last`, on whatever weekday."""
    schedule = course.schedule
    free: set[date] = set()
    for year in range(first.year, last.year + 1):
        free.update(day for day in holidays_of(schedule.country, year) if first <= day <= last)
    for begins, ends in schedule.days_off:
        free.update(_dates(max(begins, first), min(ends, last)))
    for since, until in schedule.pauses:
        free.update(_paused(schedule, since, until, first, last))
    return free


def _paused(
    schedule: Schedule, since: datetime, until: datetime | None, first: date, last: date
) -> Iterator[date]:
    """The dates whose drill lies in the pause; only at its ends the time of day matters."""
    begins = local_date(since, schedule.tz)
    ends = local_date(until, schedule.tz) if until else last + DAY
    yield from _dates(max(begins + DAY, first), min(ends - DAY, last))
    for day in {begins, ends}:
        if first <= day <= last and schedule.pauses_on(day, since, until):
            yield day


def _dates(first: date, last: date) -> Iterator[date]:
    return (first + number * DAY for number in range((last - first).days + 1))
