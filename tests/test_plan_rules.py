"""How practice is counted, and what people may type about times and days."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import UserMistake
from bot.plans import parse
from bot.plans.rules import Schedule, practised

# --- practice ------------------------------------------------------------------------------------

WORK = Schedule(time(9), "UTC", country="US")
FRIDAY = date(2026, 7, 10)  # Friday the 3rd was a holiday
LONG_AGO = date(2026, 1, 1)


def days(*numbers: int) -> list[date]:
    return [date(2026, 7, number) for number in numbers]


MONDAY = date(2026, 7, 6)
OFF = Schedule(time(9), "UTC", days_off=[(date(2026, 7, 7), date(2026, 7, 9))])
NOONS = (datetime(2026, 7, 6, 12, tzinfo=UTC), datetime(2026, 7, 9, 12, tzinfo=UTC))
PAUSED = Schedule(time(9), "UTC", pauses=[NOONS])
PRACTISED = [
    # what is shown, answered, schedule, since → (practised, work days)
    ("nothing yet", [], WORK, LONG_AGO, (0, 14)),
    ("each day once, however many answers", days(10, 10, 9), WORK, LONG_AGO, (2, 14)),
    (
        "today lasts still, 19 June is a holiday: the 18th counts",
        [date(2026, 6, 18)],
        WORK,
        LONG_AGO,
        (1, 14),
    ),
    ("the 17th is beyond", [date(2026, 6, 17)], WORK, LONG_AGO, (0, 14)),
    ("a Sunday with an answer counts", days(5), WORK, LONG_AGO, (1, 14)),
    ("a member since Wednesday", days(8, 10), WORK, date(2026, 7, 8), (2, 3)),
    ("days off do not count", days(10), OFF, MONDAY, (1, 2)),
    # from Monday noon to Thursday noon: Tuesday, Wednesday and Thursday had no drill
    ("a pause does not count", days(10), PAUSED, MONDAY, (1, 2)),
    ("but an answer in it does", days(8), PAUSED, MONDAY, (1, 2)),
]


@pytest.mark.parametrize(
    ("answered", "schedule", "since", "expected"),
    [row[1:] for row in PRACTISED],
    ids=[row[0] for row in PRACTISED],
)
def test_practised(
    answered: list[date], schedule: Schedule, since: date, expected: tuple[int, int]
) -> None:
    assert practised(answered, FRIDAY, schedule, since) == expected


# --- what people type ----------------------------------------------------------------------------

TIMES = [
    ("8:30", time(8, 30)),
    ("08:30", time(8, 30)),
    (" 08.30 ", time(8, 30)),
    ("8h30", time(8, 30)),
    ("0830", time(8, 30)),
    ("830", time(8, 30)),
    ("8", time(8)),
    ("0", time(0)),
    ("23:59", time(23, 59)),
    ("8pm", time(20)),
    ("8:30 PM", time(20, 30)),
    ("12am", time(0)),
    ("12:15 pm", time(12, 15)),
]


@pytest.mark.parametrize(("text", "expected"), TIMES)
def test_times(text: str, expected: time) -> None:
    assert parse.time_of_day(text) == expected


TODAY = date(2026, 3, 3)
NOW = datetime(2026, 3, 3, 7, 58, tzinfo=UTC)  # 08:58 in Berlin


def _pause(text: str) -> datetime:
    return parse.pause(text, NOW, "Europe/Berlin")


def _span(text: str) -> tuple[date, date]:
    return parse.span(text, TODAY)


def _day(text: str) -> date:
    return parse.day(text, TODAY)


REFUSED: list[tuple[Callable[[str], object], str, list[str]]] = [
    (
        parse.time_of_day,
        "bad_time",
        ["24:00", "8:60", "8:5", "noon", "13pm", "0am", "-8", "8:30:00", "08:30 Berlin"],
    ),
    (parse.time_of_day, "no_time", ["", " "]),
    (_day, "no_day", [""]),
    (_pause, "no_pause", [""]),
    (parse.track, "bad_track", ["metrix"]),
    (parse.track, "no_such_track", ["", "poetry", "chess", "and", "p", "pr"]),
    (_day, "bad_day", ["tomorrow", "2027-02-29", "01.03.2027", "2027-13-01"]),
    (
        _pause,
        "bad_pause",
        ["0d", "2", "w", "2y", "-1d", "367d", "13m", "2026-03-03", "2026-03-02", "0001-01-01"],
    ),
    (_pause, "bad_pause", ["9999-12-31", "2027-03-05", "forever"]),
    (
        _span,
        "bad_span",
        ["", "..", "2026-12-24..", "..2026-12-24", "2026-12-24..2026-12-23", "next week"],
    ),
    (_span, "bad_span", ["2026-03-03..2027-03-05", "2026-03-03..9999-12-31"]),
    (_span, "span_over", ["2026-03-02", "2026-02-01..2026-03-02", "0001-01-01"]),
]


@pytest.mark.parametrize(
    ("read", "code", "text"),
    [(read, code, text) for read, code, texts in REFUSED for text in texts],
)
def test_refused(read: Callable[[str], object], code: str, text: str) -> None:
    with pytest.raises(UserMistake) as caught:
        read(text)

    assert caught.value.code == code
    assert caught.value.values["given"] == (text.strip() or "nothing")


def test_tracks() -> None:
    assert parse.track("leadership") == "leadership"
    assert parse.track(" Product Metrics ") == "product-metrics"
    with pytest.raises(UserMistake) as caught:
        parse.track("leedership")
    assert caught.value.values["near"] == "leadership"


@pytest.mark.parametrize(
    ("text", "track"),
    [
        ("SQL", "metrics-coding"),
        ("“Metrics and SQL”", "metrics-coding"),
        ('"metrics &amp; SQL"', "metrics-coding"),
        ("Coding", "metrics-coding"),
        ("leader", "leadership"),
        ("product ex", "product-execution"),
        ("incentives", "aligned-incentives"),
    ],
)
def test_a_part_of_a_track_that_only_one_has_is_enough(text: str, track: str) -> None:
    assert parse.track(text) == track


@pytest.mark.parametrize(("text", "count"), [("metrics", 2), ("product", 3), ("“Product”", 3)])
def test_a_part_that_more_than_one_track_has_gets_the_list(text: str, count: int) -> None:
    with pytest.raises(UserMistake) as caught:
        parse.track(text)
    assert caught.value.code == "which_track"
    meant = caught.value.values["meant"]
    assert isinstance(meant, str)
    assert meant.count("(") == count


def test_interview_days() -> None:
    assert _day(" 2027-03-01 ") == date(2027, 3, 1)
    assert parse.ahead(TODAY, TODAY) == TODAY  # the day itself
    for wrong in (TODAY - timedelta(days=1), TODAY + timedelta(days=4 * 366)):
        with pytest.raises(UserMistake) as caught:
            parse.ahead(wrong, TODAY, field="target")
        assert (caught.value.code, caught.value.field) == ("day_not_ahead", "target")


PAUSES = [
    # now 08:58 on Tuesday the 3rd; the clock goes forward on the 29th → end, local
    ("3d", "2026-03-06 08:58"),
    ("10 days", "2026-03-13 08:58"),
    ("2w", "2026-03-17 08:58"),
    ("2 weeks", "2026-03-17 08:58"),
    ("4w", "2026-03-31 08:58"),  # by the wall clock, so that drill at 09:00 is not lost
    ("1m", "2026-04-02 08:58"),
    ("366d", "2027-03-04 08:58"),
    ("2026-03-09", "2026-03-09 00:00"),
]


@pytest.mark.parametrize(("text", "expected"), PAUSES)
def test_pauses(text: str, expected: str) -> None:
    assert f"{_pause(text).astimezone(ZoneInfo('Europe/Berlin')):%Y-%m-%d %H:%M}" == expected


SPANS = [
    ("2026-12-24..2027-01-02", date(2026, 12, 24), date(2027, 1, 2)),
    ("2026-12-24 to 2027-01-02", date(2026, 12, 24), date(2027, 1, 2)),
    ("2026-12-24 .. 2027-01-02", date(2026, 12, 24), date(2027, 1, 2)),
    ("2026-12-24", date(2026, 12, 24), date(2026, 12, 24)),
    ("2026-02-20..2026-03-03", date(2026, 2, 20), TODAY),  # begun, and not over
]


@pytest.mark.parametrize(("text", "first", "last"), SPANS)
def test_spans(text: str, first: date, last: date) -> None:
    assert _span(text) == (first, last)


def test_what_was_typed_is_repeated_short_and_harmless() -> None:
    assert parse.shown("<@U123> *bold* `code`") == "@U123 bold code"
    assert len(parse.shown("x" * 500)) == 40


@given(st.text(max_size=30))
@settings(max_examples=300, deadline=None)
def test_nothing_typed_is_worse_than_a_mistake(text: str) -> None:
    for read in (parse.time_of_day, parse.track, _day, _pause, _span):
        with suppress(UserMistake):
            read(text)
