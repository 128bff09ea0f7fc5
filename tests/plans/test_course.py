"""What each day of a plan is for: `docs/plan.md` against `bot/plans/course.py`."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from time import process_time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.people.rules import WEEKDAYS, is_holiday, is_off, wall_clock, zone
from bot.plans.course import (
    Course,
    Place,
    Stage,
    dated,
    is_gap,
    last_practice_day,
    place,
    sizes,
    stretches,
)
from bot.plans.rules import Schedule, next_due

DAY = timedelta(days=1)
MONDAY = date(2026, 3, 2)
ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
)
LETTERS = dict(zip(Stage, "fsdlb!", strict=True))


def course(target: date | None = None, began: date = MONDAY, **other: Any) -> Course:
    """Mondays to Fridays at nine in Berlin, without holidays, if nothing else is said."""
    known: dict[str, Any] = {"at": time(9), "tz": "Europe/Berlin"}
    return Course(began, target, Schedule(**(known | other)))


def drawn(of: Course, days: int) -> str:
    """One sign a date from the first day on: a letter of `LETTERS`, `.` free, `_` silence."""
    signs = []
    for number in range(days):
        day = of.began_on + number * DAY
        told = place(of, day)
        if told.silent:
            signs.append("_")
        else:
            assert told.stage is not None
            signs.append("." if is_gap(of, day) else LETTERS[told.stage])
    return "".join(signs)


WRITTEN = [  # interview day, dates from Monday 2 March 2026 on
    (None, "ffssl..lbddd..dd"),
    (date(2026, 3, 2), "___"),  # today: nothing before it
    (date(2026, 3, 3), "!__"),  # tomorrow: one final
    (date(2026, 3, 4), "!!__"),
    (date(2026, 3, 5), "s!!_"),
    (date(2026, 3, 6), "fs!!__"),
    (date(2026, 3, 7), "fsb!!_"),  # a Saturday
    (date(2026, 3, 9), "fsb!!___"),  # a Monday: silence begins on Friday's end
    (date(2026, 3, 10), "fslb!..!_"),
    (date(2026, 3, 11), "fsslb..!!_"),
    (date(2026, 3, 12), "ffssl..b!!_"),
    (date(2026, 3, 13), "ffssl..lb!!_"),
    (date(2026, 3, 14), "ffssd..llb!!_"),
    (date(2026, 3, 16), "ffssd..llb!!___"),
    (date(2026, 3, 31), "fffss..sdddd..ddddd..dllb!..!_"),
]


@pytest.mark.parametrize(("target", "expected"), WRITTEN, ids=str)
def test_written_examples(target: date | None, expected: str) -> None:
    assert drawn(course(target), len(expected)) == expected


def test_two_months() -> None:
    """42 practice days: M is 40, which is 33 days beyond the first seven."""
    told = stretches(course(date(2026, 4, 29)), MONDAY)

    assert [(one.stage.value, one.days, str(one.first), one.number) for one in told] == [
        ("fundamentals", 5, "2026-03-02", 1),
        ("scenarios", 6, "2026-03-09", 6),
        ("daily", 22, "2026-03-17", 12),
        ("loops", 4, "2026-04-16", 34),
        ("blitz", 3, "2026-04-22", 38),
        ("final", 2, "2026-04-27", 41),
    ]
    assert told[-1].last == date(2026, 4, 28)


TABLE = [  # M: fundamentals, scenarios, daily, loops, blitz
    (0, ()),
    (1, (0, 1, 0, 0, 0)),
    (2, (1, 1, 0, 0, 0)),
    (3, (1, 1, 0, 0, 1)),
    (4, (1, 1, 0, 1, 1)),
    (5, (1, 2, 0, 1, 1)),
    (6, (2, 2, 0, 1, 1)),
    (7, (2, 2, 0, 2, 1)),
    (8, (2, 2, 1, 2, 1)),
    (13, (2, 2, 6, 2, 1)),
    (14, (3, 3, 5, 2, 1)),
    (21, (4, 4, 8, 3, 2)),
    (28, (5, 5, 13, 3, 2)),
    (35, (5, 6, 17, 4, 3)),
    (49, (5, 6, 31, 4, 3)),
    (118, (5, 6, 100, 4, 3)),
    (800, (5, 6, 782, 4, 3)),
]


@pytest.mark.parametrize(("before", "expected"), TABLE)
def test_table(before: int, expected: tuple[int, ...]) -> None:
    assert tuple(size for _, size in sizes(before)) == expected


# --- rests, pauses, holidays, the clock ----------------------------------------------------------


def at(text: str, tz: str = "Europe/Berlin") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone(tz)).astimezone(UTC)


def test_a_pause_moves_what_comes_after_it() -> None:
    away = course(pauses=[(at("2026-03-04 10:00"), at("2026-03-09 09:00"))])

    assert drawn(away, 10) == "ffs....sll"


def test_a_pause_before_the_days_time_is_none() -> None:
    short = course(pauses=[(at("2026-03-03 07:00"), at("2026-03-03 09:00"))])

    assert drawn(short, 5) == "ffssl"


def test_a_pause_up_to_the_day_brings_the_final_days_forward_and_silence_with_them() -> None:
    away = [(at("2026-03-10 10:00"), at("2026-03-20 10:00"))]

    assert drawn(course(date(2026, 3, 16), pauses=away), 15) == "fsslb..!!______"


def test_a_rest_that_lasts_ends_with_the_day_one_looks_from() -> None:
    resting = course(date(2026, 3, 16), pauses=[(at("2026-03-04 09:10"), None)])
    tuesday = date(2026, 3, 10)

    told = place(resting, tuesday)
    assert (told.number, told.of, told.silent) == (3, 6, False)  # Wed, Thu and Fri are left
    assert place(resting, date(2026, 3, 13)).silent  # no practice day is left
    assert is_gap(resting, tuesday)
    assert is_gap(resting, tuesday + DAY)
    assert not is_gap(resting, tuesday + DAY, tuesday)
    assert sum(one.days for one in stretches(resting, tuesday)) == 6


def test_christmas_is_a_gap() -> None:
    german = course(date(2026, 12, 30), date(2026, 12, 21), country="DE")

    assert drawn(german, 11) == "fslb...!!__"
    assert drawn(course(date(2026, 12, 30), date(2026, 12, 21)), 11) == "fsslb..!!__"


def test_a_weekend_has_the_stage_of_the_day_before_it_and_the_first_one_that_of_day_one() -> None:
    saturday = date(2026, 2, 28)

    assert place(course(began=saturday), saturday) == Place(
        Stage.FUNDAMENTALS, 0, None, False, False, False
    )
    assert place(course(), date(2026, 3, 8)).stage == Stage.LOOPS


def test_nothing_new_from_five_dates_before_the_day_on() -> None:
    told = [place(course(date(2026, 3, 20)), date(2026, 3, day)) for day in range(13, 23)]

    assert [one.nothing_new for one in told] == [False] * 2 + [True] * 8
    assert [one.silent for one in told] == [False] * 7 + [True] * 3
    assert [one.last for one in told] == [False] * 6 + [True] + [False] * 3


def test_a_late_plan_and_an_early_one_cost_little() -> None:
    """A batch of a thousand members asks once each; the figure is several times what it takes."""
    spans = [(date(2026, 8, 1), date(2026, 8, 21)), (date(2026, 12, 24), date(2027, 1, 2))]
    pauses = [(at("2026-05-04 10:00"), at("2026-05-11 10:00"))] * 5
    usual = course(date(2026, 5, 1), country="DE", days_off=spans, pauses=pauses)
    long = course(MONDAY + timedelta(days=1095), country="DE", days_off=spans, pauses=pauses)
    place(long, MONDAY)  # holidays of these years are looked up once

    for one, at_most in ((usual, 0.3), (long, 3.0)):
        begun = process_time()
        for number in range(200):
            place(one, MONDAY + number * DAY)
        assert (process_time() - begun) / 200 * 1000 < at_most * 3


# --- whatever the calendar -----------------------------------------------------------------------


@st.composite
def courses(draw: st.DrawFn) -> Course:
    began = MONDAY + draw(st.integers(-200, 200)) * DAY
    tz = draw(st.sampled_from(ZONES))
    begins = datetime.combine(began, time(12), UTC)
    hours = st.integers(-48, 24 * 100)
    pauses: list[tuple[datetime, datetime | None]] = []
    for _ in range(draw(st.integers(0, 3))):
        first = begins + timedelta(hours=draw(hours))
        pauses.append((first, first + timedelta(hours=draw(st.integers(0, 24 * 30)))))
    if draw(st.booleans()):
        pauses.append((begins + timedelta(hours=draw(hours)), None))
    off = [
        (began + first * DAY, began + (first + draw(st.integers(0, 20))) * DAY)
        for first in draw(st.lists(st.integers(-30, 120), max_size=3))
    ]
    return course(
        began + draw(st.integers(0, 130)) * DAY if draw(st.booleans()) else None,
        began,
        at=draw(st.times()).replace(microsecond=0),
        tz=tz,
        work_days=draw(st.sets(st.sampled_from(WEEKDAYS))),
        days_off=off,
        country=draw(st.sampled_from((None, "DE", "IN", "US"))),
        pauses=pauses,
    )


def by_hand(of: Course, today: date) -> list[date]:
    """The practice days of a plan looked at `today`, one date after another."""
    schedule, tz = of.schedule, zone(of.schedule.tz)
    end = of.target - DAY if of.target else of.began_on + 400 * DAY
    days = []
    for number in range((end - of.began_on).days + 1):
        day = of.began_on + number * DAY
        moment = wall_clock(day, schedule.at, tz)
        rests = wall_clock(today + DAY, time.min, tz)
        if (
            WEEKDAYS[day.weekday()] in schedule.work_days
            and not is_holiday(day, schedule.country)
            and not is_off(day, schedule.days_off)
            and not any(first <= moment < (last or rests) for first, last in schedule.pauses)
        ):
            days.append(day)
    return days


@settings(max_examples=60)
@given(courses(), st.integers(-3, 140))
def test_a_date_lies_where_counting_by_hand_puts_it(of: Course, ahead: int) -> None:
    day = of.began_on + ahead * DAY
    days = by_hand(of, day)
    told = place(of, day)

    assert told.number == sum(one <= day for one in days)
    assert told.of == (len(days) if of.target else None)
    assert told.silent == (of.target is not None and all(one < day for one in days))
    assert told.last == (of.target is not None and days[-1:] == [day])
    assert (told.stage is None) == (of.target is not None and (day >= of.target or not days))
    if of.target:
        assert last_practice_day(of, day) == (days[-1] if days else None)
        assert told.nothing_new == ((of.target - day).days <= 5)


@settings(max_examples=60)
@given(courses(), st.integers(0, 140))
def test_stretches_say_of_every_practice_day_what_its_date_says(of: Course, ahead: int) -> None:
    today = of.began_on + ahead * DAY
    told = stretches(of, today, 30)
    end = of.target or today + 31 * DAY
    days = [day for day in by_hand(of, today) if day < end]

    assert sum(one.days for one in told) == len(days)
    if of.target:
        assert [one.stage for one in told] == sorted({one.stage for one in told}, key=ORDER.index)
    for one in told:
        inside = [day for day in days if one.first <= day <= one.last]
        assert (inside[0], inside[-1], len(inside)) == (one.first, one.last, one.days)
        assert days[one.number - 1] == one.first
        for day in inside:
            if day >= today:  # a rest is taken to end with the date one asks for
                break
            if all(last for _, last in of.schedule.pauses):
                assert place(of, day).stage == one.stage


ORDER = list(Stage)


@settings(max_examples=100)
@given(st.integers(1, 1000))
def test_every_practice_day_has_one_stage_and_the_stages_keep_their_order(total: int) -> None:
    told = [dated(number, total) for number in range(1, total + 1)]
    counted = Counter(told)

    assert [stage for stage, _ in groupby(told)] == sorted(counted, key=ORDER.index)
    assert counted[Stage.FINAL] == min(total, 2)
    assert sum(size for _, size in sizes(total - 2)) == max(total - 2, 0)
    assert all(size >= 0 for _, size in sizes(total - 2))


@given(st.integers(1, 400))
def test_a_longer_plan_takes_no_stage_a_day_away(before: int) -> None:
    shorter, longer = dict(sizes(before)), dict(sizes(before + 1))

    assert all(longer[stage] >= shorter[stage] for stage in shorter if stage != Stage.DAILY)


@settings(max_examples=60)
@given(courses(), st.integers(0, 140))
def test_a_drill_is_due_on_practice_days_before_the_day_alone(of: Course, ahead: int) -> None:
    schedule = replace(of.schedule, pauses=[one for one in of.schedule.pauses if one[1]])
    schedule = replace(schedule, until=of.target - DAY if of.target else None)
    after = datetime.combine(of.began_on + ahead * DAY, time(12), UTC)
    due = next_due(replace(schedule, paused_until=after), after)
    if due is None:
        return
    day = due.astimezone(zone(schedule.tz)).date()
    told = place(replace(of, schedule=replace(schedule, pauses=())), day)

    assert not told.silent
    assert told.stage is not None
    assert of.target is None or day < of.target


@pytest.mark.parametrize(("tz", "spring", "autumn"), [
    ("Europe/Berlin", date(2026, 3, 29), date(2026, 10, 25)),
    ("America/New_York", date(2026, 3, 8), date(2026, 11, 1)),
])  # fmt: skip
def test_days_on_which_the_clock_is_changed_are_days_like_others(
    tz: str, spring: date, autumn: date
) -> None:
    for changed in (spring, autumn):
        began = changed - 3 * DAY
        of = course(changed + 4 * DAY, began, at=time(2, 30), tz=tz, work_days=WEEKDAYS)
        assert drawn(of, 8) == "fsslb!!_"


def test_an_ocean_crossed_moves_no_stage() -> None:
    """The plan counts local dates, wherever they are; only a pause's ends are instants."""
    drawings = {drawn(course(date(2026, 3, 13), tz=name), 12) for name in ZONES}

    assert drawings == {"ffssl..lb!!_"}
