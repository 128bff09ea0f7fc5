"""A plan from its first day to its last, as it looks on one date. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from bot.people.rules import WEEKDAYS, is_off
from bot.plans.course import (
    NOTHING_NEW,
    Course,
    Place,
    Stage,
    Stretch,
    is_gap,
    last_practice_day,
    place,
    stretches,
)

DAY = timedelta(days=1)
AHEAD = 28  # dates that a plan without a date shows from today on
BEHIND = 14  # and before it


class Why(StrEnum):
    """Why a work day is none."""

    PAUSE = "pause"  # or a rest that is over
    REST = "rest"  # that lasts
    OFF = "off"
    HOLIDAY = "holiday"


class State(StrEnum):
    """What is to be said above all else."""

    OPEN = "open"  # no date is named
    AHEAD = "ahead"
    NOTHING_NEW = "nothing_new"  # the day or one of the five before it, and practice goes on
    SILENT = "silent"  # after the last practice day
    TODAY = "today"  # the interview is today
    OVER = "over"


class Step(StrEnum):
    """How far a stage is."""

    DONE = "done"
    NOW = "now"
    COMING = "coming"


@dataclass(frozen=True)
class Line:
    """One stage. `nth`: which of its `days` practice days today is, or was the last one."""

    stage: Stage
    first: date
    last: date
    days: int
    step: Step
    nth: int = 0


@dataclass(frozen=True)
class Gap:
    """Dates that follow each other, free for one reason; free weekdays may lie between them."""

    first: date
    last: date
    why: Why


@dataclass(frozen=True)
class Timeline:
    """A plan as it looks `today`.

    `number` is today's practice day, or the last one's; `of` the plan's; `left` counts practice
    days from today on. `days` are the practice days from `begins` to `ends`, `gaps` what lies
    between them for a reason.
    """

    today: date
    state: State
    target: date | None
    practises: bool  # today is a practice day
    number: int
    of: int | None
    left: int
    lines: tuple[Line, ...]
    days: tuple[date, ...]
    gaps: tuple[Gap, ...]
    nothing_new_from: date | None
    last_day: date | None  # the last practice day before the day
    begins: date
    ends: date


def timeline(course: Course, today: date) -> Timeline:
    """The whole plan where the interview day is named; else four weeks ahead."""
    target = course.target
    at = place(course, today)
    begins = course.began_on if target else max(course.began_on, today - BEHIND * DAY)
    ends = max(target or today + AHEAD * DAY, begins)
    last = ends - DAY if target else ends
    practises = not is_gap(course, today, today) and course.began_on <= today
    before_the_day = practises and (target is None or today < target)
    stages = stretches(course, today, AHEAD)
    return Timeline(
        today,
        _state(at, target, today),
        target,
        before_the_day,
        at.number,
        at.of,
        0 if at.of is None else at.of - at.number + before_the_day,
        tuple(_lines(stages, at, today)),
        tuple(day for day in _dates(begins, last) if not is_gap(course, day, today)),
        tuple(_gaps(course, begins, last, today)),
        max(begins, target - NOTHING_NEW) if target else None,
        last_practice_day(course, today),
        begins,
        ends,
    )


def _state(at: Place, target: date | None, today: date) -> State:
    if target is None:
        return State.OPEN
    if today >= target:
        return State.TODAY if today == target else State.OVER
    if at.silent:
        return State.SILENT
    return State.NOTHING_NEW if at.nothing_new else State.AHEAD


def _lines(stages: Sequence[Stretch], at: Place, today: date) -> Iterator[Line]:
    """A stage is on from its first practice day to the eve of the next stage’s first."""
    for number, one in enumerate(stages):
        ends = stages[number + 1].first if number + 1 < len(stages) else None
        step = Step.COMING
        if one.first <= today:
            begun = ends is None or today < ends
            step = Step.NOW if begun and not at.silent else Step.DONE
        nth = min(max(at.number - one.number + 1, 1), one.days) if step is Step.NOW else 0
        yield Line(one.stage, one.first, one.last, one.days, step, nth)


def _gaps(course: Course, first: date, last: date, today: date) -> Iterator[Gap]:
    found: Gap | None = None
    for day in _dates(first, last):
        practises = not is_gap(course, day, today)
        why = None if practises else why_free(course, day, today)
        if found and (practises or (why and why != found.why)):
            yield found
            found = None
        if why:
            found = Gap(found.first if found else day, day, why)
    if found:
        yield found


def _dates(first: date, last: date) -> Iterator[date]:
    return (first + number * DAY for number in range((last - first).days + 1))


def why_free(course: Course, day: date, today: date) -> Why | None:
    """Why this gap of the plan is one; None for a weekday that is free in every week."""
    schedule = course.schedule
    if WEEKDAYS[day.weekday()] not in schedule.work_days:
        return None
    # As in the course: a rest that lasts ends with today.
    pauses = [(first, last) for first, last in schedule.pauses if last or day <= today]
    ends = [last for first, last in pauses if schedule.pauses_on(day, first, last)]
    if ends:
        return Why.PAUSE if all(ends) else Why.REST
    return Why.OFF if is_off(day, schedule.days_off) else Why.HOLIDAY
