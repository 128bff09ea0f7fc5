"""The letter: which finding a month carries, and on which day it comes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.drills.progress.letters import chart, rules, views
from bot.drills.progress.letters.rules import Found, Letter, Next, Own
from bot.drills.progress.rules import MOCKS, Answer
from bot.people.rules import Quiet
from bot.plans.letters.rules import bounds, may_come, month_after, month_before, next_letter
from bot.plans.rules import Schedule
from bot.scoring.rules import Cell

MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)
BERLIN = "Europe/Berlin"
EVEN = (2.0, 2.2, 2.1, 1.9, 2.0)


def told(
    month: date, marks: Sequence[float], family: str = "launch", cell: Cell = Cell.execution
) -> list[Answer]:
    """One answer a day from the month's second day on, with a mark in this cell alone."""
    first = datetime(month.year, month.month, 2, 9, tzinfo=UTC)
    return [
        Answer(first + timedelta(days=day), family, {cell: mark}, mark)
        for day, mark in enumerate(marks)
    ]


def april(*answers: Answer, owns: Sequence[Own] = ()) -> Letter:
    found = rules.letter(answers, owns, APRIL, BERLIN)
    assert found is not None
    return found


TITLES = {"launch": "Launch, ramp and rollback", "sunset": "Closing something down"}
OWNS = [Own(Cell.restatement, 3, 2), Own(Cell.restatement, 3, 2.4), Own(Cell.restatement, 4, 3)]
OTHERS = told(APRIL, (2.6,) * 3, cell=Cell.trade_offs)


@pytest.mark.parametrize(
    ("answers", "owns", "found", "then", "says"),
    [
        (
            told(MARCH, EVEN) + told(APRIL, (2.4, 2.6, 2.8, 3.0, 2.7, 3.1)),
            OWNS,
            Found.rose,
            Next.blitz,
            "Execution went up: 2.8 of 4 over 6 marks, after 2.0 over 5 in March. These are few "
            "marks, so take it as a first sign.",
        ),
        (  # the mean is higher by a single mark: two pairs of three do not carry it
            told(MARCH, (2, 2, 2)) + told(APRIL, (2, 2, 4)),
            [],
            Found.done,
            Next.drill,
            "No change in your marks is clear enough to name yet.",
        ),
        (  # two marks in the month before are no month
            told(MARCH, (0, 0)) + told(APRIL, (4, 4, 4)),
            [],
            Found.done,
            Next.drill,
            "No change",
        ),
        (
            told(MARCH, (0.5, 3.5, 2, 3.5, 0.5, 2)) + told(APRIL, (2, 2.2, 1.8, 2, 2.1, 1.9)),
            [],
            Found.steadier,
            Next.mock,
            "Execution got steadier: half of your 6 marks lie within 0.1 of the middle, after 1.1 "
            "over 6 in March.",
        ),
        (
            told(APRIL, (3, 3.2, 3.1), "launch") + told(APRIL, (2, 2.2, 2.1), "sunset"),
            [],
            Found.strength,
            Next.track,
            "Launch, ramp and rollback is a strength of yours: 3.1 of 4 as a whole over 3 answers, "
            "and 2.1 over the 3 others.",
        ),
        (
            told(APRIL, EVEN),
            OWNS,
            Found.otherwise,
            Next.own_marks,
            "You mark your restatement 0.9 higher than I do: 3.3 and 2.5 over 3 answers.",
        ),
        (
            told(APRIL, EVEN),
            [replace(one, own=one.scorer - 1) for one in OWNS],
            Found.otherwise,
            Next.own_marks,
            "1.0 lower than I do: 1.5 and 2.5 over 3 answers. You may be better at it than you "
            "think.",
        ),
        (  # one of three gaps has another sign
            told(APRIL, EVEN),
            [*OWNS[:2], Own(Cell.restatement, 2, 2.4)],
            Found.done,
            Next.drill,
            "No change",
        ),
        (
            [*told(APRIL, (1.5, 1.6, 1.4)), *OTHERS],
            [],
            Found.to_win,
            Next.blitz,
            "Most is to be won in execution: 1.5 of 4 over 3 marks, and 2.6 or more in the other "
            "cells.",
        ),
        (told(APRIL, EVEN), [], Found.done, Next.drill, "No change"),
    ],
)
def test_the_finding(
    answers: list[Answer], owns: list[Own], found: Found, then: Next, says: str
) -> None:
    if found == Found.to_win:  # without a family that stands out
        answers = [replace(one, overall=2.0) for one in answers]
    letter = april(*answers, owns=owns)
    assert (letter.finding.found, letter.then) == (found, then)
    message = views.letter(letter, TITLES)
    assert says in message.text
    assert says.split(":")[0] in str(message.blocks).replace("*", "")


def test_a_letter_needs_three_answers_of_the_month_itself() -> None:
    two = [*told(MARCH, EVEN), *told(APRIL, (2, 2))]
    partner = Answer(datetime(2026, 4, 9, tzinfo=UTC), MOCKS, {Cell.execution: 3}, partner=True)
    unmarked = Answer(datetime(2026, 4, 9, tzinfo=UTC), "launch", {}, 0.0)
    assert rules.letter([*two, partner, unmarked], [], APRIL, BERLIN) is None
    letter = april(*two, partner, unmarked, *told(APRIL, (3,)))
    assert (letter.answers, letter.days, letter.length) == (3, 2, 30)
    execution = next(one for one in letter.courses if one.cell == Cell.execution)
    assert [dot.day for dot in execution.dots] == [2, 2, 3, 9]
    assert [dot.partner for dot in execution.dots] == [False, False, False, True]
    assert execution.level == 2.5
    assert execution.before == pytest.approx(2.04)
    alt = views.alt(letter)
    marks = "Execution: 4 marks, from 2.0 to 3.0, 1 from partners, mean 2.5, in March"
    assert f"{marks} the mean" in alt
    assert "Communication: no marks." in alt
    panel = next(one for one in chart.picture(letter)["panels"] if one["title"] == "Execution")
    assert panel["says"] == "mean 2.5, 4 marks"


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 60),
            st.sampled_from(["launch", "sunset", MOCKS]),
            st.dictionaries(st.sampled_from(list(Cell)), st.integers(0, 8), max_size=4),
            st.booleans(),
        ),
        max_size=50,
    )
)
def test_no_month_is_blamed(raw: list[tuple[int, str, dict[Cell, int], bool]]) -> None:
    """Whatever was answered: no line counts what was missed, and every sample is named."""
    answers = [
        Answer(
            datetime(2026, 3, 1, 12, tzinfo=UTC) + timedelta(days=day),
            family,
            {cell: mark / 2 for cell, mark in marks.items()},
            partner=partner,
            overall=None if partner else 2.0,
        )
        for day, family, marks, partner in raw
    ]
    letter = rules.letter(answers, [], APRIL, BERLIN)
    given = [one for one in rules.within(answers, APRIL, BERLIN) if not one.partner and one.marks]
    assert (letter is None) == (len(given) < 3)
    if letter is None:
        return
    text = views.letter(letter, TITLES).text
    assert not any(word in text.lower() for word in ("miss", "only", "fail", "should", "unfort"))
    assert 1 <= letter.days <= letter.answers == len(given)
    if letter.finding.found != Found.done:
        assert letter.finding.over >= 3
    assert chart.picture(letter)["days"] == 30


# --- when ---------------------------------------------------------------------------------------


def at(text: str, tz: str = BERLIN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(tz))


@pytest.mark.parametrize(
    ("schedule", "after", "comes"),
    [
        (Schedule(time(9), BERLIN), "2026-05-01T00:00", "2026-05-01T16:00"),
        (Schedule(time(9), BERLIN, country="DE"), "2026-05-01T00:00", "2026-05-04T16:00"),
        # seven hours after the time run into quiet hours: their end, the next morning
        (Schedule(time(18), BERLIN), "2026-06-01T00:00", "2026-06-02T07:00"),
        (Schedule(time(15), BERLIN), "2026-06-01T00:00", "2026-06-02T07:00"),
        (Schedule(time(23), BERLIN, quiet=Quiet(time(0), time(0))), "2026-06-01T00:00",
         "2026-06-02T06:00"),
        # the night in which the clock is put forward: seven real hours
        (Schedule(time(1, 30), BERLIN, ("Sun",)), "2026-03-29T00:00", "2026-03-29T09:30"),
        (Schedule(time(9), BERLIN, days_off=((date(2026, 6, 1), date(2026, 6, 5)),)),
         "2026-06-01T00:00", "2026-06-08T16:00"),
        (Schedule(time(9), BERLIN, pauses=[(at("2026-05-20T09:00"), at("2026-06-03T12:00"))]),
         "2026-06-01T00:00", "2026-06-04T16:00"),
        (Schedule(time(9), BERLIN, paused_until=at("2026-06-02T12:00")),
         "2026-06-01T00:00", "2026-06-02T16:00"),
        # a rest that lasts, and the silence behind the last day before an interview
        (Schedule(time(9), BERLIN, pauses=[(at("2026-05-20T09:00"), None)]),
         "2026-06-01T00:00", None),
        (Schedule(time(9), BERLIN, until=date(2026, 6, 1)), "2026-06-01T00:00", "2026-06-01T16:00"),
        (Schedule(time(9), BERLIN, until=date(2026, 6, 1)), "2026-06-01T16:00", None),
        (Schedule(time(18), BERLIN, until=date(2026, 6, 1)), "2026-06-01T00:00", None),
        (Schedule(time(9), BERLIN, work_days=()), "2026-06-01T00:00", None),
    ],
)  # fmt: skip
def test_the_letters_moment(schedule: Schedule, after: str, comes: str | None) -> None:
    found = next_letter(schedule, at(after))
    assert found == (at(comes) if comes else None)
    if found is not None:
        assert may_come(schedule, found)
        assert may_come(schedule, found + timedelta(hours=2))
        assert not may_come(schedule, found - timedelta(seconds=1))
        assert not may_come(schedule, found + timedelta(hours=3, seconds=1))


def test_a_late_letter_keeps_out_of_quiet_hours() -> None:
    evening = Schedule(time(13), BERLIN)
    comes = next_letter(evening, at("2026-06-01T00:00"))
    assert comes == at("2026-06-01T20:00")
    assert may_come(evening, at("2026-06-01T20:59"))
    assert not may_come(evening, at("2026-06-01T21:30"))


@pytest.mark.parametrize(
    ("first", "tz", "begins", "hours"),
    [
        (MARCH, BERLIN, "2026-02-28T23:00", 31 * 24 - 1),
        (date(2026, 10, 1), BERLIN, "2026-09-30T22:00", 31 * 24 + 1),
        (date(2024, 2, 1), "Pacific/Kiritimati", "2024-01-31T10:00", 29 * 24),
        (date(2026, 1, 1), "Pacific/Pago_Pago", "2026-01-01T11:00", 31 * 24),
        # Apia left out 30 December 2011
        (date(2011, 12, 1), "Pacific/Apia", "2011-12-01T10:00", 30 * 24),
        (date(2026, 12, 1), "UTC", "2026-12-01T00:00", 31 * 24),
    ],
)
def test_a_month_on_the_members_calendar(first: date, tz: str, begins: str, hours: int) -> None:
    begun, ended = bounds(first, tz)
    assert begun == at(begins, "UTC")
    assert ended - begun == timedelta(hours=hours)


@settings(max_examples=80, deadline=None)
@given(
    st.dates(date(2025, 1, 1), date(2028, 12, 31)),
    st.sampled_from([BERLIN, "Pacific/Kiritimati", "Pacific/Pago_Pago", "America/St_Johns", "UTC"]),
    st.times(),
    st.sampled_from([Quiet(), Quiet(time(0), time(0)), Quiet(time(12), time(18))]),
)
def test_months_tile_the_calendar_and_letters_keep_out_of_quiet(
    day: date, tz: str, daily: time, quiet: Quiet
) -> None:
    first = day.replace(day=1)
    assert month_before(month_after(day)) == first == month_after(month_before(day))
    assert bounds(first, tz)[1] == bounds(month_after(first), tz)[0]
    schedule = Schedule(daily.replace(microsecond=0), tz, quiet=quiet)
    begun, ended = bounds(first, tz)
    comes = next_letter(schedule, begun)
    assert comes is not None
    assert begun < comes < ended
    assert not quiet.covers(comes.astimezone(ZoneInfo(tz)).time())
