"""When a drill is due and until when it may open, as tables a reader can check by hand."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from bot.people.rules import (
    WEEKDAYS,
    Quiet,
    country_of,
    is_holiday,
    until_quiet_ends,
    wall_clock,
    zone,
)
from bot.plans.rules import Schedule, Turn, closes, next_due, turn

EVERY_DAY = WEEKDAYS
NIGHT = Quiet()  # 21:00 to 07:00


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def local(moment: datetime | None, tz: str) -> str:
    assert moment is not None
    return moment.astimezone(ZoneInfo(tz)).strftime("%Y-%m-%d %H:%M")


WALL_CLOCK = [
    # zone, day, time → instant in UTC
    ("Europe/Berlin", "2026-03-28", "09:00", "2026-03-28T08:00"),  # winter, UTC+1
    ("Europe/Berlin", "2026-03-29", "09:00", "2026-03-29T07:00"),  # summer since 02:00, UTC+2
    ("Europe/Berlin", "2026-03-29", "02:30", "2026-03-29T01:30"),  # jumped over: 03:30
    ("Europe/Berlin", "2026-10-25", "02:30", "2026-10-25T00:30"),  # comes twice: the first
    ("Europe/Berlin", "2026-10-25", "03:00", "2026-10-25T02:00"),  # after the change, UTC+1
    ("America/New_York", "2026-03-08", "02:30", "2026-03-08T07:30"),  # jumped over: 03:30
    ("America/New_York", "2026-11-01", "01:30", "2026-11-01T05:30"),  # comes twice: the first
    ("Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-03T15:45"),  # half an hour: 02:45
    ("Australia/Lord_Howe", "2026-04-05", "01:45", "2026-04-04T14:45"),  # twice, UTC+11 first
    ("Australia/Lord_Howe", "2026-04-05", "09:00", "2026-04-04T22:30"),  # winter, UTC+10:30
    ("Pacific/Kiritimati", "2026-01-01", "09:00", "2025-12-31T19:00"),  # UTC+14
    ("Pacific/Apia", "2026-06-01", "00:00", "2026-05-31T11:00"),  # UTC+13 since 2021
    ("Pacific/Pago_Pago", "2026-01-01", "23:59", "2026-01-02T10:59"),  # UTC-11
    ("Asia/Kolkata", "2026-07-01", "09:00", "2026-07-01T03:30"),  # UTC+5:30
    ("America/Havana", "2026-03-08", "00:30", "2026-03-08T05:30"),  # the gap begins the day: 01:30
    ("America/Nuuk", "2026-03-28", "23:30", "2026-03-29T00:30"),  # the gap ends the day: 22:30
]


@pytest.mark.parametrize(("tz", "day", "at", "expected"), WALL_CLOCK)
def test_wall_clock(tz: str, day: str, at: str, expected: str) -> None:
    moment = wall_clock(date.fromisoformat(day), time.fromisoformat(at), zone(tz))

    assert moment == utc(expected)
    assert local(moment, tz)[:10] == day


NEXT = [
    # what is shown, schedule, after → local
    ("later today", Schedule(time(9), "Europe/Berlin"), "2026-03-03T07:59", "2026-03-03 09:00"),
    (
        "strictly after: tomorrow",
        Schedule(time(9), "Europe/Berlin"),
        "2026-03-03T08:00",
        "2026-03-04 09:00",
    ),
    (
        "Friday is followed by Monday, an hour earlier in UTC",
        Schedule(time(9), "Europe/Berlin"),
        "2026-03-27T08:00",
        "2026-03-30 09:00",
    ),
    (
        "a time that is jumped over comes by the length of the gap later",
        Schedule(time(2, 30), "Europe/Berlin", EVERY_DAY),
        "2026-03-28T12:00",
        "2026-03-29 03:30",
    ),
    (
        "a time that comes twice is taken once: after the first comes the next day",
        Schedule(time(1, 30), "America/New_York", EVERY_DAY),
        "2026-11-01T05:30",
        "2026-11-02 01:30",
    ),
    (
        "half an hour at Lord Howe",
        Schedule(time(2, 15), "Australia/Lord_Howe", EVERY_DAY, country=None),
        "2026-10-03T12:00",
        "2026-10-04 02:45",
    ),
    (
        "a new year at UTC+14 is a holiday there, though it is still December in UTC",
        Schedule(time(9), "Pacific/Kiritimati", country="KI"),
        "2025-12-31T18:00",
        "2026-01-02 09:00",
    ),
    (
        "at UTC-11 the local date is the day before",
        Schedule(time(20), "Pacific/Pago_Pago"),
        "2026-06-03T06:59",
        "2026-06-02 20:00",
    ),
    (
        "a daily time inside quiet hours stands",
        Schedule(time(22), "Asia/Kolkata"),
        "2026-06-02T00:00",
        "2026-06-02 22:00",
    ),
    (
        "Good Friday and Easter Monday in Germany",
        Schedule(time(9), "Europe/Berlin", country="DE"),
        "2026-04-02T12:00",
        "2026-04-07 09:00",
    ),
    (
        "Independence Day 2026 is a Saturday: Friday is off in its stead",
        Schedule(time(9), "America/New_York", country="US"),
        "2026-07-02T20:00",
        "2026-07-06 09:00",
    ),
    (
        "New Year's Day 2028 is a Saturday: the last Friday of 2027 is off",
        Schedule(time(9), "America/New_York", country="US"),
        "2027-12-30T20:00",
        "2028-01-03 09:00",
    ),
    (
        "days off, both ends in",
        Schedule(time(9), "Europe/London", days_off=[(date(2026, 6, 2), date(2026, 6, 4))]),
        "2026-06-01T12:00",
        "2026-06-05 09:00",
    ),
    (
        "a pause ends by itself; one that ends at the time lets it through",
        Schedule(time(9), "UTC", paused_until=utc("2026-06-10T09:00")),
        "2026-06-01T12:00",
        "2026-06-10 09:00",
    ),
    (
        "a pause that ends a minute later does not",
        Schedule(time(9), "UTC", paused_until=utc("2026-06-10T09:01")),
        "2026-06-01T12:00",
        "2026-06-11 09:00",
    ),
    (
        "a pause that is over changes nothing",
        Schedule(time(9), "UTC", paused_until=utc("2026-05-10T09:00")),
        "2026-06-01T12:00",
        "2026-06-02 09:00",
    ),
    (
        "a date that had its drill gets no second one when the time moves on",
        Schedule(time(15), "Europe/Berlin", taken=[date(2026, 3, 3)]),
        "2026-03-03T09:00",
        "2026-03-04 15:00",
    ),
    (
        "from Kiritimati to Pago Pago: the 3rd comes again, and had its drill",
        Schedule(time(9), "Pacific/Pago_Pago", taken=[date(2026, 3, 2), date(2026, 3, 3)]),
        "2026-03-03T10:00",  # still 23:00 on the 2nd there
        "2026-03-04 09:00",
    ),
    (
        "a jump must not land in quiet hours that were not chosen: 02:30 → 03:30 → 04:00",
        Schedule(time(2, 30), "Europe/Berlin", EVERY_DAY, quiet=Quiet(time(3), time(4))),
        "2026-03-28T12:00",
        "2026-03-29 04:00",
    ),
]


@pytest.mark.parametrize(
    ("schedule", "after", "expected"), [row[1:] for row in NEXT], ids=[row[0] for row in NEXT]
)
def test_next_due(schedule: Schedule, after: str, expected: str) -> None:
    assert local(next_due(schedule, utc(after)), schedule.tz) == expected


def test_next_due_of_a_schedule_without_days() -> None:
    forever = Schedule(time(9), "UTC", days_off=[(date(2026, 1, 1), date(2030, 1, 1))])

    assert next_due(forever, utc("2026-06-01T00:00")) is None
    assert next_due(Schedule(time(9), "UTC", ()), utc("2026-06-01T00:00")) is None


CLOSES = [
    # what is shown, zone, due (local), quiet → last second it may open (local)
    ("three hours", "Europe/Berlin", "2026-03-03 09:00", NIGHT, "11:59:59"),
    ("not into quiet hours", "Europe/Berlin", "2026-03-03 19:30", NIGHT, "20:59:59"),
    ("not even by a minute", "Europe/Berlin", "2026-03-03 20:59", NIGHT, "20:59:59"),
    ("not into tomorrow", "Asia/Kolkata", "2026-03-03 22:30", Quiet(time(0), time(6)), "23:59:59"),
    ("chosen in quiet hours: stands", "UTC", "2026-03-03 21:00", NIGHT, "23:59:59"),
    ("chosen before they end: stands", "UTC", "2026-03-03 05:00", NIGHT, "07:59:59"),
    ("noon nap", "UTC", "2026-03-03 11:00", Quiet(time(12), time(13)), "11:59:59"),
    ("three true hours", "Europe/Berlin", "2026-03-29 01:00", Quiet(time(9), time(9)), "04:59:59"),
    # 02:30 does not exist on that day: the clock jumps from 02:00 into the quiet 03:00
    ("in the gap", "Europe/Berlin", "2026-03-29 01:30", Quiet(time(2, 30), time(8)), "01:59:59"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("tz", "due", "quiet", "expected"), [row[1:] for row in CLOSES], ids=[row[0] for row in CLOSES]
)
def test_closes(tz: str, due: str, quiet: Quiet, expected: str) -> None:
    at = datetime.fromisoformat(due).replace(tzinfo=ZoneInfo(tz))
    schedule = Schedule(at.time(), tz, EVERY_DAY, quiet=quiet)

    end = closes(at.astimezone(UTC), schedule).astimezone(ZoneInfo(tz))

    assert f"{end:%Y-%m-%d %H:%M:%S}" == f"{due[:10]} {expected}"


QUIET_ENDS = [
    # now (local) → end of quiet hours (local)
    ("2026-03-03 12:00", "2026-03-03 12:00"),  # not quiet
    ("2026-03-03 21:00", "2026-03-04 07:00"),
    ("2026-03-03 23:59", "2026-03-04 07:00"),
    ("2026-03-04 06:59", "2026-03-04 07:00"),
    ("2026-03-04 07:00", "2026-03-04 07:00"),
    ("2026-03-28 22:00", "2026-03-29 07:00"),  # nine hours by the wall, eight in truth
    ("2026-10-24 22:00", "2026-10-25 07:00"),
]


@pytest.mark.parametrize(("now", "expected"), QUIET_ENDS)
def test_quiet_hours_over_midnight(now: str, expected: str) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    moment = datetime.fromisoformat(now).replace(tzinfo=berlin).astimezone(UTC)

    assert local(until_quiet_ends(moment, berlin, NIGHT), "Europe/Berlin") == expected


def test_quiet_hours_by_day_and_none_at_all() -> None:
    nap = Quiet(time(12), time(13))

    assert [nap.covers(time(12)), nap.covers(time(12, 59))] == [True, True]
    assert [nap.covers(time(11, 59)), nap.covers(time(13))] == [False, False]
    assert not Quiet(time(8), time(8)).covers(time(8))  # same time twice: no quiet hours


def test_holidays_go_by_country() -> None:
    unity = date(2026, 10, 3)

    assert is_holiday(unity, "DE")
    assert not is_holiday(unity, "US")
    assert not is_holiday(unity, None)
    assert not is_holiday(unity, "ZZ")  # a country the library does not know
    assert is_holiday(date(2026, 7, 3), "US")  # observed
    assert (country_of("Europe/Berlin"), country_of("Asia/Calcutta")) == ("DE", "IN")
    assert country_of("UTC") is None


BERLIN = Schedule(time(9), "Europe/Berlin")
TURNS = [
    # now → drill that may still open, newest missed date, next; it was due on Mon 2 March, 08:00Z
    ("2026-03-02T08:00", "2026-03-02T08:00", None, "2026-03-03T08:00"),  # on time
    ("2026-03-02T10:59", "2026-03-02T08:00", None, "2026-03-03T08:00"),  # late and allowed
    ("2026-03-02T11:00", None, "2026-03-02", "2026-03-03T08:00"),  # three hours are over
    ("2026-03-03T07:00", None, "2026-03-02", "2026-03-03T08:00"),
    ("2026-03-04T09:00", "2026-03-04T08:00", "2026-03-03", "2026-03-05T08:00"),  # two days down
    ("2026-03-08T09:00", None, "2026-03-06", "2026-03-09T08:00"),  # down until Sunday
]


@pytest.mark.parametrize(("now", "due", "missed", "following"), TURNS)
def test_after_a_standstill(now: str, due: str | None, missed: str | None, following: str) -> None:
    told = turn(BERLIN, utc("2026-03-02T08:00"), utc(now))

    day = date.fromisoformat(missed) if missed else None
    assert told == Turn(utc(due) if due else None, day, utc(following))
