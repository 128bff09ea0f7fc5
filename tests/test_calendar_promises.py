"""What the calendar's rules promise for any schedule, at any instant of two years."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.people.rules import WEEKDAYS, Quiet, quiet_begins, until_quiet_ends
from bot.plans.rules import Schedule, closes, next_due

ZONES = st.sampled_from(
    [
        "Europe/Berlin",
        "America/New_York",
        "Australia/Lord_Howe",  # half an hour
        "Pacific/Apia",
        "Pacific/Kiritimati",  # UTC+14
        "Pacific/Pago_Pago",  # UTC-11
        "Asia/Kolkata",
        "America/Nuuk",  # its gap ends the day
        "America/Havana",  # its gap begins the day
        "Asia/Beirut",
        "Africa/Casablanca",  # four changes a year
        "UTC",
    ]
)
TIMES = st.builds(time, st.integers(0, 23), st.integers(0, 59))
SCHEDULES = st.builds(
    Schedule,
    at=TIMES,
    tz=ZONES,
    work_days=st.sets(st.sampled_from(WEEKDAYS), min_size=1).map(tuple),
    country=st.sampled_from([None, "DE", "US", "IN"]),
    quiet=st.builds(Quiet, TIMES, TIMES),
)
INSTANTS = st.integers(0, 2 * 365 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@given(SCHEDULES, INSTANTS)
@settings(max_examples=300, deadline=None)
@example(
    Schedule(time(2, 30), "Europe/Berlin", WEEKDAYS, quiet=Quiet(time(3), time(5))),
    datetime(2026, 3, 28, 12, tzinfo=UTC),
)
def test_next_due_and_its_window_keep_their_promises(schedule: Schedule, after: datetime) -> None:
    due = next_due(schedule, after)
    assert due is not None
    there = due.astimezone(ZoneInfo(schedule.tz))
    chosen = schedule.quiet.covers(schedule.at)

    assert due > after
    assert schedule.is_work_day(there.date())
    if there.time() != schedule.at:  # only where the clock jumps over the time
        wished = datetime.combine(there.date(), schedule.at, UTC)
        there_and_back = wished.replace(tzinfo=ZoneInfo(schedule.tz)).astimezone(UTC)
        assert there_and_back.astimezone(ZoneInfo(schedule.tz)).time() != schedule.at
    assert chosen or not schedule.quiet.covers(there.time())

    end = closes(due, schedule)
    assert due - timedelta(seconds=1) < end < due + timedelta(hours=3)
    minute = due
    while minute <= end:
        then = minute.astimezone(ZoneInfo(schedule.tz))
        assert then.date() == there.date()
        assert schedule.quiet.covers(there.time()) or not schedule.quiet.covers(then.time())
        minute += timedelta(minutes=1)


@given(ZONES, st.builds(Quiet, TIMES, TIMES), INSTANTS)
@settings(max_examples=300, deadline=None)
def test_quiet_begins_and_ends_at_the_first_instant(tz: str, quiet: Quiet, now: datetime) -> None:
    place, until = ZoneInfo(tz), now + timedelta(hours=6)
    start, end = quiet_begins(now, until, place, quiet), until_quiet_ends(now, place, quiet)

    def covered(moment: datetime) -> bool:
        return quiet.covers(moment.astimezone(place).time())

    assert now <= start <= until
    assert start == until or covered(start)
    assert not covered(end)
    for begin, stop, wanted in ((now, start, False), (now, end, True)):
        moment = begin
        while moment < stop:
            assert covered(moment) is wanted
            moment += timedelta(minutes=10)
