"""When people are asked, reminded and left alone: pure rules over zones, clocks and days off."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.config import ROOT
from bot.okrs.checkins import rules
from bot.okrs.checkins.rules import Answerer, Presence
from bot.okrs.scoreboard import Rhythm
from bot.people.rules import Quiet

TUESDAYS = Rhythm(1, "Tue", time(10), "Europe/Berlin")
STARTS, ENDS = date(2026, 1, 5), date(2026, 4, 5)
TUESDAY = date(2026, 3, 3)
DEADLINE = datetime(2026, 3, 5, 9, tzinfo=UTC)
ZONES = ("Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kolkata", "America/St_Johns", "UTC")


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}:00+00:00")


def test_the_days_of_a_cycle() -> None:
    weekly = rules.days(STARTS, ENDS, TUESDAYS)
    assert (weekly[0], weekly[-1], len(weekly)) == (date(2026, 1, 6), date(2026, 3, 31), 13)
    fortnightly = rules.days(STARTS, ENDS, Rhythm(2, "Mon", time(10), "UTC"))
    assert (fortnightly[0], fortnightly[1], len(fortnightly)) == (STARTS, date(2026, 1, 19), 7)


@pytest.mark.parametrize(
    ("day", "deadline"),
    [
        (TUESDAY, "03-05T09:00"),
        (date(2026, 3, 27), "03-31T08:00"),  # a Friday, and Berlin's clock goes forward between
        (date(2026, 3, 28), "03-31T08:00"),  # a Saturday
    ],
)
def test_the_deadline_is_the_second_work_day_after(day: date, deadline: str) -> None:
    assert rules.deadline(day, TUESDAYS) == at(deadline)


def test_after_a_standstill_only_what_can_still_be_answered() -> None:
    assert rules.next_round(STARTS, ENDS, TUESDAYS, at("03-05T08:59")) == TUESDAY
    assert rules.next_round(STARTS, ENDS, TUESDAYS, DEADLINE) == date(2026, 3, 10)
    assert rules.next_round(STARTS, ENDS, TUESDAYS, at("04-02T08:00")) is None


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(ZONES), st.sampled_from(rules.days(STARTS, ENDS, TUESDAYS)))
def test_everybody_is_asked_between_opening_and_deadline(tz: str, day: date) -> None:
    """Also at the ends of the Earth, and over every change of the clock."""
    due = rules.due_at(day, TUESDAYS, tz)
    local = due.astimezone(ZoneInfo(tz))
    assert (local.date(), local.time()) == (day, time(10))
    assert rules.opens(day, TUESDAYS) <= due
    assert due + timedelta(hours=20) < rules.deadline(day, TUESDAYS)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (Presence("Europe/Berlin"), "03-03T09:00"),
        (Presence("Europe/Berlin", quiet=Quiet(time(22), time(11))), "03-03T10:00"),
        (Presence("Europe/Berlin", paused_until=at("03-03T12:00")), "03-03T12:00"),
        (Presence("Europe/Berlin", paused_until=at("03-03T21:00")), "03-04T06:00"),
        (Presence("Europe/Berlin", ((TUESDAY, TUESDAY),)), "03-04T09:00"),
        (Presence("Europe/Berlin", ((TUESDAY, date(2026, 3, 5)),)), None),
        (Presence("Europe/Berlin", paused_until=DEADLINE), None),
        (Presence("Europe/Berlin", quiet=Quiet(time(0), time(0))), "03-03T09:00"),
    ],
)
def test_when_one_person_is_asked(told: Presence, expected: str | None) -> None:
    due = rules.due_at(TUESDAY, TUESDAYS, told.tz)
    asked = rules.ask_at(told, due, TUESDAYS.at, DEADLINE)
    assert asked == (at(expected) if expected else None)


def test_a_public_holiday_is_waited_out() -> None:
    labour = Presence("Europe/Berlin", country="DE")
    friday = rules.due_at(date(2026, 5, 1), TUESDAYS, "Europe/Berlin")
    deadline = rules.deadline(date(2026, 5, 1), TUESDAYS)
    assert rules.ask_at(labour, friday, time(10), deadline) == at("05-04T08:00")


def test_the_reminder_comes_a_day_later_and_never_on_a_weekend() -> None:
    told = Presence("Europe/Berlin")
    assert rules.remind_at(told, at("03-03T09:07"), time(10), DEADLINE) == at("03-04T09:00")
    assert rules.remind_at(told, at("03-04T09:00"), time(10), DEADLINE) is None
    friday = rules.deadline(date(2026, 3, 6), TUESDAYS)
    assert rules.remind_at(told, at("03-06T09:00"), time(10), friday) == at("03-09T09:00")


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(ZONES),
    st.integers(0, 6),
    st.integers(0, 23),
    st.integers(0, 23),
    st.one_of(st.none(), st.integers(0, 96)),
)
def test_nobody_is_asked_when_they_may_not_be(
    tz: str, off: int, quiet_from: int, quiet_to: int, pause: int | None
) -> None:
    due = rules.due_at(TUESDAY, TUESDAYS, tz)
    gone = TUESDAY + timedelta(days=off)
    told = Presence(
        tz,
        ((gone, gone),),
        None,
        None if pause is None else due + timedelta(hours=pause),
        Quiet(time(quiet_from), time(quiet_to)),
    )
    asked = rules.ask_at(told, due, TUESDAYS.at, DEADLINE)
    if asked is None:
        return
    local = asked.astimezone(ZoneInfo(tz))
    assert due <= asked < DEADLINE
    assert local.date() != gone
    assert not told.quiet.covers(local.time())
    assert told.paused_until is None or asked >= told.paused_until
    assert not rules.away(told, due, DEADLINE)


def test_the_accountable_owner_gives_the_value_or_the_first_who_can() -> None:
    ana, ben, dev = Answerer(1, True, True), Answerer(2, False, True), Answerer(3, False, True)
    assert rules.giver([ben, ana, dev]) == 1
    assert rules.giver([Answerer(1, True, False), ben, dev]) == 2
    assert rules.giver([Answerer(1, True, False), Answerer(2, False, False)]) is None
    assert rules.giver([]) is None


def test_fresh_for_three_days() -> None:
    assert rules.fresh(DEADLINE - timedelta(days=2), DEADLINE)
    assert not rules.fresh(DEADLINE - timedelta(days=3), DEADLINE)
    assert not rules.fresh(None, DEADLINE)


def test_the_picture_of_a_call_names_its_states() -> None:
    page = (ROOT / "docs" / "check-ins.md").read_text("utf-8")
    picture = page.split("## The call")[1].split("```")[1]
    drawn = {
        word for line in picture.splitlines() for word in re.findall(r"(\w+) -->|--> (\w+)", line)
    }
    assert {one or other for one, other in drawn} == set(rules.CallState)
