"""Free times as people write them; who takes part and why not, in words."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import UserMistake
from bot.mocks.joining import parse, rules, views
from bot.mocks.pairing.pool import Window
from bot.mocks.rules import Rhythm, Wish, takes_part
from bot.people.rules import zone

MIDNIGHT = 24 * 60
MINUTES = st.integers(0, MIDNIGHT)
ANY_WINDOW = st.builds(
    lambda day, one, other: Window(day, min(one, other), max(one, other)),
    st.integers(0, 6),
    MINUTES,
    MINUTES,
).filter(lambda one: one.start < one.end)
WEEK = date(2026, 3, 9)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Mon-Fri 18:00-20:00", "Mon-Fri 18:00-20:00"),
        ("Sat 10-12", "Sat 10:00-12:00"),
        ("weekdays 18:30–20", "Mon-Fri 18:30-20:00"),
        ("Tue, Thu 7pm-9pm", "Tue, Thu 19:00-21:00"),
        ("tues & thurs 7-9 p.m.", "Tue, Thu 19:00-21:00"),
        ("Mondays and Wednesdays from 6 pm until 8 pm", "Mon, Wed 18:00-20:00"),
        ("Thu 11-1pm", "Thu 11:00-13:00"),
        ("Mon 10pm-2", "Mon 22:00-24:00\nTue 00:00-02:00"),
        ("Sun 23:00 to 01:30", "Mon 00:00-01:30\nSun 23:00-24:00"),
        ("Fri 22-0", "Fri 22:00-24:00"),
        ("weekend noon-midnight", "Sat, Sun 12:00-24:00"),
        ("every day 8am-9", "Mon-Sun 08:00-09:00"),
        ("Fri-Mon 0-24", "Mon, Fri-Sun 00:00-24:00"),
        ("Tue 18-20, Thu 19-21", "Tue 18:00-20:00\nThu 19:00-21:00"),
        ("Mon 9-10 and 14-15", "Mon 09:00-10:00\nMon 14:00-15:00"),
        ("Mon 18-20\nmonday 1930-2100; MON 21:00-21:30", "Mon 18:00-21:30"),
        ("• Mon: 18.00 - 20h30\n\n- 7-8pm on Fri.", "Mon 18:00-20:30\nFri 19:00-20:00"),
    ],
)
def test_free_times_are_read_as_people_write_them(typed: str, read: str) -> None:
    assert parse.written(parse.windows(typed)) == read


@pytest.mark.parametrize(
    ("typed", "code", "lines", "given"),
    [
        ("Mon 18-20\nSunn 18-19", "bad_window", "2", "Sunn 18-19"),
        ("Mon 25-26", "bad_window", "1", "Mon 25-26"),
        ("Mon 18:00-18:75", "bad_window", "1", "Mon 18:00-18:75"),
        ("Mon 13pm-14pm", "bad_window", "1", "Mon 13pm-14pm"),
        ("Mon 18", "bad_window", "1", "Mon 18"),
        ("18-20", "bad_window", "1", "18-20"),
        ("t 10-12", "bad_window", "1", "t 10-12"),
        ("Mon 18-18", "bad_window", "1", "Mon 18-18"),
        ("weekdays-Sun 9-10", "bad_window", "1", "weekdays-Sun 9-10"),
        ("evenings\nMon 18-20\n<!channel> 9", "bad_windows", "1, 3", "evenings"),
        ("Mon 18-20 maybe", "bad_window", "1", "Mon 18-20 maybe"),
    ],
)
def test_what_cannot_be_read_is_named(typed: str, code: str, lines: str, given: str) -> None:
    with pytest.raises(UserMistake) as refused:
        parse.windows(typed, "windows")
    told = refused.value
    assert (told.code, told.field) == (code, "windows")
    assert told.values == {"line": lines, "given": given}
    assert given in views.worded(told)


@settings(max_examples=150)
@given(st.lists(ANY_WINDOW, max_size=12))
def test_what_is_written_is_read_again(found: list[Window]) -> None:
    made = parse.merged(found)
    assert parse.windows(parse.written(made)) == made
    assert parse.given(parse.stored(made)) == made
    # Merging keeps every minute and no other.
    minutes = {(one.day, at) for one in found for at in range(one.start, one.end)}
    assert minutes == {(one.day, at) for one in made for at in range(one.start, one.end)}
    assert all(one.day != other.day or one.end < other.start for one, other in pairwise(made))


@settings(max_examples=200)
@given(st.text(alphabet="mondaytuefris 0123456789:-–,;\napm.h", max_size=60))
def test_any_text_is_read_or_refused(typed: str) -> None:
    try:
        found = parse.windows(typed)
    except UserMistake as mistake:
        found = ()
        views.worded(mistake)  # in a sentence that can be filled
    assert all(0 <= one.day < 7 and 0 <= one.start < one.end <= MIDNIGHT for one in found)


def test_too_many_windows_are_refused() -> None:
    line = "\n".join(
        f"Mon {at // 60}:{at % 60:02}-{at // 60}:{at % 60 + 1:02}" for at in range(0, 1400, 20)
    )
    with pytest.raises(UserMistake, match="many_windows"):
        parse.windows(line)


@pytest.mark.parametrize(
    ("typed", "enough"),
    [
        ("Mon 18-19", True),
        ("Mon 18-18:45; Tue 18-18:45", False),
        ("Mon 5-7:45", False),  # of it 45 minutes are in waking hours
        ("Mon 6-8", True),
        ("Mon 21:30-23:30", False),
        ("Mon 18:05-19:10", False),  # matching counts whole quarter-hours
    ],
)
def test_an_hour_in_a_row_is_needed(typed: str, enough: bool) -> None:
    assert rules.has_hour(parse.windows(typed)) is enough
    if not enough:
        with pytest.raises(UserMistake, match="short_windows"):
            views.read_windows(typed)


def test_a_free_hour_is_looked_for_in_what_is_left_of_the_week() -> None:
    evenings = parse.windows("Tue 18-20; Sun 20-22")
    madrid = zone("Europe/Madrid")

    def free(day: int, hour: int, minute: int = 0, off: tuple[date, ...] = ()) -> bool:
        now = datetime.combine(WEEK + timedelta(days=day), time(hour, minute), madrid)
        spans = tuple((one, one) for one in off)
        return rules.still_free(evenings, "Europe/Madrid", spans, WEEK, now.astimezone(UTC))

    sunday = WEEK + timedelta(days=6)
    assert free(1, 17)  # 19 to 20 on Tuesday is left, with two hours' notice
    assert not free(1, 17, 1, off=(sunday,))
    assert free(6, 19)
    assert not free(6, 19, 1)


@settings(max_examples=200)
@given(
    st.builds(
        Wish,
        st.sampled_from(Rhythm),
        st.sampled_from([None, WEEK, WEEK + timedelta(weeks=1)]),
        st.sampled_from([None, WEEK]),
        st.booleans(),
        st.sampled_from(
            [None, datetime(2026, 3, 9, 12, tzinfo=UTC), datetime(2026, 3, 9, 13, tzinfo=UTC)]
        ),
        st.booleans(),
    )
)
def test_a_reason_is_given_exactly_to_those_who_take_no_part(wish: Wish) -> None:
    assert (rules.why_not(wish, WEEK) == "") is takes_part(wish, WEEK)
