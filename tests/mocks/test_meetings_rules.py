"""How a group's hour, its times, its calendar file and a kit are laid out, without a store."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from icalendar import Calendar, Event

from bot.content.base import Strict
from bot.content.kits import Cue, Fact, Kit, Probe, Signal
from bot.errors import UserMistake
from bot.mocks import rules as week_rules
from bot.mocks.meetings import phrases, rules, views
from bot.mocks.meetings.invitations.rules import Invitation, written
from bot.mocks.meetings.kits import views as kit_views
from bot.mocks.meetings.kits.rules import Run, timeline
from bot.mocks.meetings.rules import Meeting, Person, Slot
from bot.mocks.rules import GroupState, Reason

ANA, BEN, CEM = Person("U0ANA", "Europe/Berlin"), Person("U0BEN", "Europe/London"), Person(
    "U0CEM", "Asia/Tokyo"
)  # fmt: skip
AT = datetime(2026, 11, 24, 17, tzinfo=UTC)
MONDAY = date(2026, 11, 23)


# --- times ----------------------------------------------------------------------------------------


def test_a_time_is_shown_on_everybodys_clock() -> None:
    assert phrases.when(AT, (ANA, BEN)) == (
        "*Tue 24 Nov:* 18:00 <@U0ANA> (Berlin), 17:00 <@U0BEN> (London)"
    )
    three = phrases.when(AT, (ANA, Person("U0DAN", "Europe/Berlin"), CEM))
    assert three == (
        "*Tue 24 Nov:* 18:00 <@U0ANA> and <@U0DAN> (Berlin), Wed 25 Nov 02:00 <@U0CEM> (Tokyo)"
    )


def test_the_hour_is_shared_as_the_roles_of_the_round_move_on() -> None:
    """`bot.mocks.rules.roles` is where roles move; the message must say the same."""
    for people in ((ANA, BEN), (ANA, BEN, CEM)):
        ids = [one.user_id for one in people]
        first = dict(zip(range(3), ("interviewer", "candidate", "observer"), strict=True))
        first = {who: first[who] for who in range(len(people))}
        for number, turn in enumerate(rules.turns(people)):
            told = {role: ids[who] for who, role in week_rules.roles(first, number).items()}
            assert turn.interviewer == told["interviewer"]
            assert turn.candidate == told["candidate"]
            assert turn.observer == told.get("observer")
            assert turn.minutes * len(people) == 60
        assert [week_rules.turns(first)[who] for who in first] == list(range(len(people)))


@pytest.mark.parametrize(
    ("day", "at", "field", "code"),
    [
        (None, time(18), "date", "slot_missing"),
        (date(2026, 11, 24), None, "time", "slot_missing"),
        (date(2026, 11, 22), time(18), "date", "slot_other_week"),
        (date(2026, 11, 30), time(9), "date", "slot_other_week"),
        (date(2026, 11, 23), time(18), "date", "slot_passed"),
        (date(2026, 11, 24), time(9), "time", "slot_passed"),
        (date(2026, 11, 24), time(18, 30), "date", "slots_full"),
    ],
)
def test_a_proposed_time_is_refused_beside_its_field(
    day: date | None, at: time | None, field: str, code: str
) -> None:
    now = datetime(2026, 11, 24, 9, tzinfo=UTC)  # 10:00 in Berlin
    full = [AT + timedelta(hours=hour) for hour in range(6)]
    with pytest.raises(UserMistake) as refused:
        rules.new_slot(day, at, "Europe/Berlin", MONDAY, full, now)
    assert (refused.value.field, refused.value.code) == (field, code)
    assert views.MISTAKES[code].format_map(refused.value.values)


def test_a_proposed_time_is_read_on_the_own_clock_up_to_sunday_night() -> None:
    now, last = AT - timedelta(days=1), date(2026, 11, 29)
    made = rules.new_slot(last, time(23, 30), "Europe/Berlin", MONDAY, [], now)
    assert made == datetime(2026, 11, 29, 22, 30, tzinfo=UTC)
    full = [AT + timedelta(hours=hour) for hour in range(6)]
    known = rules.new_slot(date(2026, 11, 24), time(18), "Europe/Berlin", MONDAY, full, now)
    assert known == AT  # proposed already: it takes no place of its own


def test_pressing_again_takes_it_back() -> None:
    later = AT + timedelta(hours=1)
    assert rules.toggled([later], AT) == [AT, later]
    assert rules.toggled([AT, later], AT) == [later]
    assert rules.read(rules.stored([AT])) == [AT]


@pytest.mark.parametrize("value", ["", "7", "7.", "x.5", "7.x", "7.-5", "7." + "9" * 30, "9" * 20])
def test_a_button_that_names_nothing_is_stale(value: str) -> None:
    with pytest.raises(UserMistake):
        views.read_press(value)


# --- words ----------------------------------------------------------------------------------------


def meeting(*people: Person, **more: Any) -> Meeting:
    told: dict[str, Any] = {
        "group_id": 7,
        "state": GroupState.PROPOSED,
        "track": "product-metrics",
        "why": (),
    }
    return Meeting(**{**told, "people": people, "slots": (Slot(AT),), **more})


EVERY = (
    Reason("ahead", ("U0ANA", "U0BEN"), "trade_offs"),
    Reason("overlap", number=6.5),
    Reason("same_level"),
    Reason("near_level"),
    Reason("types", what="product-metrics,leadership"),
    Reason("new"),
    Reason("repeat", ("U0ANA", "U0BEN"), number=1.0),
    Reason("waited", ("U0BEN",)),
    Reason("newcomer", ("U0BEN",)),
    Reason("lost", ("U0BEN",)),
)


def test_every_reason_that_may_be_read_has_a_sentence() -> None:
    for trio in (True, False):
        for one in EVERY:
            (said,) = phrases.why([one], trio=trio) or [""]
            assert said.endswith((".", "!")) or (trio and one.code == "repeat"), one
    assert phrases.why([EVERY[0]], trio=False) == [
        "<@U0ANA> is strong in trade-offs: a good one to learn it with."
    ]
    assert phrases.why([EVERY[6]], trio=False) == ["You last practised together 1 week ago."]


def test_nobodys_weakness_or_reliability_is_told() -> None:
    assert phrases.why([Reason("reliable"), Reason("knew")], trio=False) == []
    assert "U0BEN" not in phrases.why([EVERY[0]], trio=False)[0]


def test_the_message_says_who_why_how_and_when() -> None:
    told = views.group(meeting(ANA, BEN, why=EVERY[:2], slots=(Slot(AT, ("U0BEN",)), Slot(AT))))
    for said in (
        "*<@U0ANA> and <@U0BEN>*",
        "Interview type: *Product metrics*",
        "*Why you two*",
        "• First 30 minutes: <@U0ANA> interviews <@U0BEN>.",
        "• Last 30 minutes: you swap, and <@U0BEN> interviews <@U0ANA>.",
        "18:00 <@U0ANA> (Berlin), 17:00 <@U0BEN> (London)",
    ):
        assert said in told.text
    assert told.text.count("(suits <@U0BEN>)") == 1, "a screen reader says whom it suits"
    shown = str(told.blocks)
    assert "suits <@U0BEN>" in shown
    assert f"<!date^{int(AT.timestamp())}^" in shown
    three = views.group(meeting(ANA, BEN, CEM, slots=()))
    assert "<@U0BEN> interviews <@U0CEM>, <@U0ANA> observes" in three.text
    assert "No proposed time is left" in str(three.blocks)


# --- the calendar file ----------------------------------------------------------------------------


def test_the_calendar_file_is_read_back() -> None:
    told = Invitation(
        "mock-1-7-99@drumbeat", 2, AT, AT - timedelta(days=1), "Ana & “Ben”; a, b", "Line\nline"
    )
    calendar = Calendar.from_ical(written(told))
    assert (calendar["METHOD"], calendar["VERSION"]) == ("PUBLISH", "2.0")
    (event,) = [one for one in calendar.walk() if isinstance(one, Event)]
    assert (event["UID"], event["SEQUENCE"]) == ("mock-1-7-99@drumbeat", 2)
    assert event["DTSTART"].to_ical() == b"20261124T170000Z"
    assert event["DTEND"].to_ical() == b"20261124T180000Z"
    assert (str(event["SUMMARY"]), str(event["DESCRIPTION"])) == ("Ana & “Ben”; a, b", "Line\nline")
    assert "ORGANIZER" not in event
    (alarm,) = event.walk("VALARM")
    assert alarm["TRIGGER"].to_ical() == b"-PT15M"
    assert b"\r\n" in written(told)


# --- kits -----------------------------------------------------------------------------------------


def kit(**more: Any) -> Kit:
    told: dict[str, Any] = {
        "id": "a-kit",
        "track": "product-metrics",
        "difficulty": "medium",
        "title": "The green badge",
        "minutes": 30,
        "prompt": "First line.\nSecond <line>.",
        "facts": [{"asked": "the sample", "tell": "4,000 users"}] * 2,
        "probes": [{"minute": n, "ask": f"Why {n}?", "listen_for": "a why"} for n in (6, 12, 18)],
        "signals": [
            {"cell": cell, "strong": f"good {cell}", "weak": "weak"}
            for cell in ("execution", "restatement")
        ],
        "clock": [{"minute": n, "cue": f"Cue {n}"} for n in (0, 12, 27)],
        "key_points": [],
        "good_for": ["x"],
    }
    return Kit.model_construct(**_parts(told | more))


def _parts(told: dict[str, Any]) -> dict[str, Any]:
    kinds: dict[str, type[Strict]] = {
        "facts": Fact,
        "probes": Probe,
        "signals": Signal,
        "clock": Cue,
    }
    made = dict(told)
    for name, model in kinds.items():
        made[name] = tuple(model.model_construct(**one) for one in told[name])
    return made


def test_a_kits_minutes_move_up_for_a_shorter_turn() -> None:
    steps, feedback = timeline(kit(), 20)  # 15 minutes of interview for a kit of 30
    assert [step.minute for step in steps] == [0, 3, 6, 6, 9, 14]
    assert feedback == 15
    steps, feedback = timeline(kit(minutes=20), 30)
    assert [step.minute for step in steps] == [0, 6, 12, 12, 18, 27]
    assert feedback == 20


def test_a_kit_is_read_top_to_bottom_while_interviewing() -> None:
    told = kit_views.kit(kit(), Run("U0BEN", None, 1, 30))
    shown = "\n".join(
        str(one["text"]["text"]) for one in told.blocks if one["type"] in ("section", "header")
    )
    places = [
        shown.index(said)
        for said in (
            "The green badge",
            "You interview <@U0BEN> in the second half hour.",
            "*Say this*\nFirst line.\nSecond &lt;line&gt;.",
            "*0 min*  Cue 0",
            "*5 min*  Ask: “Why 6?”",
            "*25 min*  Stop here.",
            "*Tell only when asked*",
            "good restatement",
            "good execution",
        )
    ]
    assert places == sorted(places)
    last = kit(minutes=25, clock=[{"minute": 25, "cue": "Close the book."}])
    ends = str(kit_views.kit(last, Run("U0BEN", None, 0, 30)).blocks)
    assert ends.count("*25 min*") == 1
    assert "*25 min*  Close the book. Five minutes are for feedback" in ends
    three = kit_views.kit(kit(), Run("U0BEN", "U0CEM", 2, 20))
    assert "third 20 minutes. <@U0CEM> observes." in three.text
    assert "First line" not in told.text  # a notification may be seen by the wrong eyes
