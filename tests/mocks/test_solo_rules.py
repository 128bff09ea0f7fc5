"""The plan of a solo mock, what is said late, and which fact a question is about."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import ROOT
from bot.content import load
from bot.errors import UserMistake
from bot.mocks.solo import rules, service
from bot.mocks.solo.rules import Kind, State
from bot.mocks.tables import MockSolo

NOON = datetime(2027, 1, 5, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Probe:
    minute: int
    ask: str


@dataclass(frozen=True)
class Fact:
    asked: str
    tell: str


PROBES = (Probe(6, "Why?"), Probe(12, "What else?"), Probe(22, "And then?"))
PLAN = rules.plan(25, PROBES)
FACTS = (
    Fact("Cancellations by nurses", "120 of them."),
    Fact("What it costs when a nurse cancels", "Nobody knows."),
    Fact("What counts as a booking", "A press."),
    Fact("Quality of the visits", "4.7 stars."),
    Fact("What Thảo thinks", "She waits."),
    Fact("What is behind “other”", "Lamps."),
)


def test_the_plan_has_the_case_the_probes_the_word_and_the_end() -> None:
    assert [(one.minute, one.kind) for one in PLAN] == [
        (0, Kind.CASE), (6, Kind.PROBE), (12, Kind.PROBE), (22, Kind.PROBE), (22, Kind.SOON),
        (25, Kind.END),
    ]  # fmt: skip
    assert [one.place for one in PLAN] == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("minute", "said"),
    [
        (5.9, []), (6, ["Why?"]), (7, ["Why?"]), (12, ["What else?"]), (13.5, ["What else?"]),
        (22, ["And then?", ""]), (24, ["And then?", ""]), (25, [""]), (200, [""]),
    ],
)  # fmt: skip
def test_what_is_late_is_not_dumped(minute: float, said: list[str]) -> None:
    told = rules.due(PLAN, 1, NOON, NOON + minute * MINUTE)
    assert [one.ask for one in told] == said
    assert (told[-1].kind == Kind.END) == (minute >= 25) if told else minute < 6


@given(st.lists(st.floats(0, 30), min_size=1, max_size=12))
def test_nothing_is_said_twice_whenever_the_clock_is_looked_at(moments: list[float]) -> None:
    step, said = 1, []
    for minute in sorted(moments):
        now = NOON + minute * MINUTE
        told = rules.due(PLAN, step, NOON, now)
        assert sum(one.kind == Kind.PROBE for one in told) <= 1
        step, next_at = rules.after(PLAN, step, NOON, now)
        assert next_at > now or step == len(PLAN)
        said += [one.place for one in told]
    assert said == sorted(set(said))
    if max(moments) >= 25:
        assert said.count(PLAN[-1].place) == 1


def test_a_line_is_for_the_time_until_the_next() -> None:
    assert rules.until(PLAN, PLAN[0], NOON) is None
    assert rules.until(PLAN, PLAN[1], NOON) == NOON + 12 * MINUTE
    assert rules.until(PLAN, PLAN[3], NOON) == NOON + 25 * MINUTE
    assert rules.until(PLAN, PLAN[5], NOON) is None


def test_late_words_count_for_half_an_hour() -> None:
    end = NOON + 25 * MINUTE
    assert not rules.late(end, end)
    assert rules.late(end, end + MINUTE)
    assert rules.counts(end, end + 30 * MINUTE)
    assert not rules.counts(end, end + 31 * MINUTE)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("How many bookings did nurses cancel?", "120 of them."),
        ("Hm. What does a cancellation cost us?", "Nobody knows."),
        ("I would wait. What do we count as a booking?", "A press."),
        ("Are the visits any good? I mean their quality?", "4.7 stars."),
        ("what does thao think?", "She waits."),
        ("What’s behind *other*?*", "Lamps."),
        ("And “quality of visits?”", "4.7 stars."),
    ],
)
def test_a_question_is_given_its_fact(text: str, told: str) -> None:
    reply = rules.answer(text, FACTS)
    assert reply is not None
    assert reply.told == (told,)


def test_a_long_message_is_read_from_its_end() -> None:
    long = "word " * 8000 + "? So what counts as a booking?"
    reply = rules.answer(long, FACTS)
    assert reply == rules.Reply(("A press.",))
    assert sum(map(len, rules.questions(long))) <= rules.READ


def test_several_questions_get_each_fact_once() -> None:
    reply = rules.answer("What counts as a booking? And quality? A booking, though?", FACTS)
    assert reply is not None
    assert reply.told == ("A press.", "4.7 stars.")


@pytest.mark.parametrize("text", ["Who is the king?", "How long did the test run?", "Really?"])
def test_nothing_is_made_up(text: str) -> None:
    assert rules.answer(text, FACTS) == rules.Reply(())


@pytest.mark.parametrize("text", ["", "?", " ?? ", "What counts? I say: a booking.", "I ask. Yes!"])
def test_what_is_no_question_gets_no_reply(text: str) -> None:
    assert rules.answer(text, FACTS) is None


@given(st.text(max_size=80), st.lists(st.text(max_size=30), max_size=4))
def test_any_words_are_read(text: str, asked: list[str]) -> None:
    reply = rules.answer(f"{text}?", [Fact(one, one) for one in asked])
    assert reply is None or set(reply.told) <= set(asked)


def test_the_facts_of_the_shipped_kits_are_found_by_their_own_names() -> None:
    kits = load([ROOT / "content"]).kits.values()
    found = [rules.about(f"{fact.asked}?", kit.facts) == fact for kit in kits for fact in kit.facts]
    assert sum(found) >= 0.95 * len(found) > 50


def test_an_old_offer_and_a_second_start_are_refused() -> None:
    kit = next(iter(load([ROOT / "content"]).kits.values()))
    row = MockSolo(state=State.OFFERED, offered_at=NOON)
    with pytest.raises(UserMistake, match="solo_old"):
        service.start(row, kit, NOON + timedelta(hours=13))
    service.start(row, kit, NOON + MINUTE)
    assert row.ends_at == NOON + (1 + kit.minutes) * MINUTE
    with pytest.raises(UserMistake, match="solo_started"):
        service.start(row, kit, NOON + 2 * MINUTE)
