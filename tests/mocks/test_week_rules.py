"""The week of a round as values; docs/mocks.md is the promise."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

import pytest

from bot.mocks import rules
from bot.mocks.choosing import rules as choosing
from bot.mocks.rules import Awake, GroupState, Outcome, Rhythm, Wish
from bot.people.rules import Quiet

WEEK = date(2026, 3, 23)  # Europe's clocks change on its Sunday
DEFAULT = Quiet()
BERLIN, TOKYO, NEW_YORK, AUCKLAND = (
    Awake(tz, DEFAULT)
    for tz in ("Europe/Berlin", "Asia/Tokyo", "America/New_York", "Pacific/Auckland")
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_calendar_of_a_round() -> None:
    assert rules.matches_at(WEEK) == at("2026-03-22T12:00")
    assert rules.counts_at(WEEK) == rules.matches_at(WEEK + rules.WEEK) == at("2026-03-29T12:00")
    assert rules.closes_at(WEEK) == at("2026-03-31T12:00")
    assert rules.next_week(at("2026-03-22T11:59")) == WEEK
    assert rules.next_week(at("2026-03-22T12:00")) == WEEK + rules.WEEK


@pytest.mark.parametrize(
    ("people", "told"),
    [
        ((BERLIN,), "2026-03-23T06:00"),  # seven o'clock on Monday
        ((BERLIN, NEW_YORK), "2026-03-23T11:00"),
        ((TOKYO,), "2026-03-22T22:00"),  # Monday there
        ((TOKYO, BERLIN), "2026-03-23T06:00"),
        ((TOKYO, NEW_YORK), "2026-03-23T11:00"),
        ((AUCKLAND, NEW_YORK), "2026-03-23T18:00"),
    ],
)
def test_telling_waits_for_monday_and_for_everybody(people: Sequence[Awake], told: str) -> None:
    assert rules.tell_at(people, WEEK, rules.matches_at(WEEK)) == at(told)


def test_telling_in_the_middle_of_the_week_and_of_a_quarter() -> None:
    assert rules.tell_at((BERLIN,), WEEK, at("2026-03-25T10:07:31")) == at("2026-03-25T10:15")
    assert rules.tell_at((BERLIN,), WEEK, at("2026-03-25T22:00")) == at("2026-03-26T06:00")


def test_who_is_never_awake_together_is_told_all_the_same() -> None:
    day, night = Quiet(time(20), time(8)), Quiet(time(8), time(20))
    never = (Awake("UTC", day), Awake("UTC", night))
    assert rules.tell_at(never, WEEK, rules.matches_at(WEEK)) == at("2026-03-23T12:00")


def test_when_the_outcome_is_asked() -> None:
    monday, wednesday = at("2026-03-23T06:00"), at("2026-03-25T18:00")
    assert rules.ask_at(BERLIN, WEEK, monday, None) == at("2026-03-26T17:00")
    assert rules.ask_at(BERLIN, WEEK, wednesday, None) == at("2026-03-28T17:00")
    assert rules.ask_at(BERLIN, WEEK, monday, None, again=True) == at("2026-03-28T17:00")
    assert rules.ask_at(BERLIN, WEEK, monday, wednesday) == at("2026-03-25T19:30")
    late = at("2026-03-25T19:00")  # ends at 21:00 there: quiet from then on
    assert rules.ask_at(BERLIN, WEEK, monday, late) == at("2026-03-26T06:00")


@pytest.mark.parametrize(
    ("wish", "taking_part"),
    [
        (Wish(Rhythm.WEEKLY), True),
        (Wish(Rhythm.WEEKLY, had_partner=True), True),
        (Wish(Rhythm.FORTNIGHTLY), True),
        (Wish(Rhythm.FORTNIGHTLY, had_partner=True), False),
        (Wish(Rhythm.FORTNIGHTLY, wanted_week=WEEK, had_partner=True), True),
        (Wish(Rhythm.ON_REQUEST), False),
        (Wish(Rhythm.ON_REQUEST, wanted_week=WEEK), True),
        (Wish(Rhythm.ON_REQUEST, wanted_week=WEEK - rules.WEEK), False),
        (Wish(Rhythm.WEEKLY, skipped_week=WEEK), False),
        (Wish(Rhythm.WEEKLY, skipped_week=WEEK - rules.WEEK), True),
        (Wish(Rhythm.WEEKLY, resting=True), False),
        (Wish(Rhythm.WEEKLY, paused_until=at("2026-03-23T12:00")), True),
        (Wish(Rhythm.WEEKLY, paused_until=at("2026-03-23T12:01")), False),
    ],
)
def test_who_takes_part(wish: Wish, *, taking_part: bool) -> None:
    assert rules.takes_part(wish, WEEK) is taking_part


@pytest.mark.parametrize(
    ("wish", "staying"),
    [
        (Wish(Rhythm.ON_REQUEST), True),  # a place is not taken away by the rhythm
        (Wish(Rhythm.FORTNIGHTLY, had_partner=True), True),
        (Wish(Rhythm.WEEKLY, here=False), False),
        (Wish(Rhythm.WEEKLY, resting=True), False),
        (Wish(Rhythm.WEEKLY, skipped_week=WEEK), False),
        (Wish(Rhythm.WEEKLY, paused_until=at("2026-03-25T09:00")), True),
        (Wish(Rhythm.WEEKLY, paused_until=at("2026-03-25T09:01")), False),
    ],
)
def test_who_is_still_in_the_round_on_wednesday(wish: Wish, *, staying: bool) -> None:
    assert rules.stays_in(wish, WEEK, at("2026-03-25T09:00")) is staying


def test_reliability_begins_at_one_and_no_shows_weigh_twice_silence() -> None:
    assert rules.reliability(0, 0, 0) == 1
    assert rules.reliability(2, 1, 0) == rules.reliability(2, 0, 2) == pytest.approx(4 / 5)
    assert rules.reliability(0, 50, 0) > 0


@pytest.mark.parametrize(
    ("said", "ended"),
    [
        ((), None),
        ((Outcome.NOT_YET,), None),
        ((Outcome.NOT_YET, Outcome.MET), GroupState.MET),
        ((Outcome.COULD_NOT, Outcome.MET), GroupState.MET),
        ((Outcome.NO_SHOW, Outcome.MET), GroupState.UNCLEAR),
        ((Outcome.NO_SHOW, Outcome.COULD_NOT), GroupState.NO_SHOW),
        ((Outcome.COULD_NOT, Outcome.NOT_YET), GroupState.COULD_NOT),
    ],
)
def test_how_a_group_ends(said: Sequence[Outcome], ended: GroupState | None) -> None:
    assert rules.settled(said) == ended


def test_the_earliest_slot_that_suits_all() -> None:
    one, two, three = (at(f"2026-03-24T{hour}:00") for hour in (17, 18, 19))
    assert rules.agreed([three, one, two], [{two, three}, {three, two}]) == two
    assert rules.agreed([one, two], [{one}, {two}]) is None
    assert rules.agreed([], [{one}, {one}]) is None


def test_a_pair_swaps_and_a_trio_goes_round() -> None:
    pair = {1: "interviewer", 2: "candidate"}
    assert rules.turns(pair) == {1: 0, 2: 1}
    assert rules.candidate_of(pair, 1) == 2
    assert rules.candidate_of(pair, 2) == 1
    trio = pair | {3: "observer"}
    assert [rules.roles(trio, turn) for turn in range(3)] == [
        trio,
        {1: "observer", 2: "interviewer", 3: "candidate"},
        {1: "candidate", 2: "observer", 3: "interviewer"},
    ]
    asked = {rules.candidate_of(trio, who) for who in trio}
    assert asked == set(trio)  # everybody is a candidate once


def test_the_interview_type() -> None:
    tracks = ("a", "b", "c")
    assert choosing.choose_track(tracks, [{"b", "c"}, {"c"}], []) == "c"
    assert choosing.choose_track(tracks, [{"b", "c"}, ()], []) == "b"
    assert choosing.choose_track(tracks, [(), ()], ["a", "b"]) == "c"
    assert choosing.choose_track(tracks, [(), ()], ["a", "c", "b"]) == "b"  # the longest ago
    assert choosing.choose_track(tracks, [{"b"}, {"c"}], []) == "b"  # none is shared: somebody's
    assert choosing.choose_track(tracks, [{"gone"}, {"lost"}], []) == "a"


@dataclass(frozen=True)
class Case:
    id: str
    track: str
    difficulty: str


def test_the_kit() -> None:
    kits = [Case(name, "a", name) for name in ("easy", "medium", "hard")]
    kits.append(Case("other", "b", "easy"))

    def chosen(level: int | None, *seen: str, track: str = "a") -> str:
        return choosing.choose_kit(kits, track, level, seen, "seed").id

    assert [chosen(level) for level in (1, 3, 5, None)] == ["easy", "medium", "hard", "medium"]
    assert chosen(1, "easy") == "medium"
    assert chosen(1, "hard", "medium", "easy") == "easy"  # seen longest ago
    assert chosen(5, track="b") == "other"
    assert chosen(1, track="none") in {"easy", "other"}
    lots = {choosing.choose_kit([*kits, Case("e2", "a", "easy")], "a", 1, (), str(n)).id
            for n in range(20)}  # fmt: skip
    assert lots == {"easy", "e2"}
