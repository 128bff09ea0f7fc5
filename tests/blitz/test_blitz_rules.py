"""Which drills a blitz brings back, and how before and now are said."""

import re
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.drills import rules as drill_rules
from bot.drills.blitz import rules, views
from bot.drills.blitz.rules import Compared, Pick, Step, compared
from bot.drills.rules import Next, State, Times
from bot.plans.choosing import Past
from bot.scoring.rules import Cell
from tests.world import TUESDAY

TODAY = date(2026, 3, 3)
CELL = Cell.trade_offs
START = datetime.fromisoformat(TUESDAY)


def past(drill_id: str, ago: int, mark: float | None = None, *, answered: bool = True) -> Past:
    marks = {} if mark is None else {CELL: mark}
    day = TODAY - timedelta(days=ago)
    return Past(drill_id, "family", day, answered=answered, overall=2.0, marks=marks)


def test_the_lowest_mark_then_the_longest_ago_then_the_lower_id() -> None:
    told = [
        past("today", 0, 0.0),
        past("b", 3, 1.0),
        past("a", 3, 1.0),
        past("better", 3, 2.0),
        past("unmarked", 4),
        past("met", 5, answered=False),
        past("old", 6, 1.0),
        past("foreign", 7, 0.0),
        past("b", 8, 0.0),  # an older answer says nothing
    ]
    asks = {one.drill_id for one in told} - {"foreign"}
    assert rules.pick(told, CELL, TODAY, asks) == [Pick("old", 1.0), Pick("a", 1.0), Pick("b", 1.0)]
    left = rules.pick(told, CELL, TODAY, {"unmarked", "better"})
    assert left == [Pick("better", 2.0), Pick("unmarked", None)]
    assert rules.pick(told, CELL, TODAY, {"met", "today"}) == []


MARK = st.none() | st.floats(0, 4)
PAST = st.builds(past, st.sampled_from("abcdef"), st.integers(0, 9), MARK, answered=st.booleans())


@settings(max_examples=60)
@given(st.lists(PAST, max_size=12), st.sets(st.sampled_from("abcdef")))
def test_what_is_picked_was_answered_before_today_and_is_asked_for(
    told: list[Past], asks: set[str]
) -> None:
    told.sort(key=lambda one: one.day, reverse=True)
    picks = rules.pick(told, CELL, TODAY, asks)
    ids = [one.drill_id for one in picks]
    newest = {one.drill_id: one for one in reversed(told) if one.answered}
    fit = {name for name, one in newest.items() if name in asks and one.day != TODAY}
    assert len(ids) == len(set(ids)) == min(len(fit), rules.MOST)
    assert set(ids) <= fit
    assert all(one.before == newest[one.drill_id].marks.get(CELL) for one in picks)


def step(before: float | None, after: float | None, *, answered: bool = True) -> Step:
    return Step("A question", answered, before, after)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (step(2.0, 3.0), "2 → 3. That is 1 level up."),
        (step(0.0, 2.5), "0 → 3. That is 3 levels up."),
        (step(2.0, 2.4), "2 → 2. The same as last time."),
        (step(3.0, 2.0), "3 → 2. Single answers go up and down"),
        (step(None, 2.0), "2 now. It was not assessed last time."),
        (step(2.0, None), "not assessed this time; last time it was 2."),
        (step(None, None), "not assessed this time."),
        (step(2.0, None, answered=False), "your answer was withdrawn"),
    ],
)
def test_before_and_now_in_plain_words(told: Step, words: str) -> None:
    said = views.moved(CELL, told)
    assert said.startswith("*Trade-offs:* ")
    assert words in said
    assert not re.search(r"worse|fail|bad|only|unfortunately|lost|drop", said)


def test_the_means_are_over_drills_with_both_marks() -> None:
    steps = [step(1.0, 3.0), step(2.0, None), step(None, 2.0), step(2.0, 2.0)]
    assert compared(steps) == Compared(1.5, 2.5, 2)
    assert compared(steps[1:3]) is None
    assert compared([step(1.0, 3.0, answered=False)]) is None


def test_the_means_are_those_of_the_marks_above_them() -> None:
    said = views.summary(CELL, 3, [step(0.2, 0.4), step(0.1, 0.6)])
    assert [line[-7:] for line in said[1:3]] == ["*0 → 0*", "*0 → 1*"]
    assert said[-1] == "On average 0.0 before and 0.5 now, over 2 drills."


def test_a_drill_of_a_blitz_lasts_twenty_minutes() -> None:
    times = Times(State.PLANNED, 3.0, length=drill_rules.BLITZ)
    opened = drill_rules.opened(times, START)
    assert opened.ends_at == START + timedelta(minutes=20)
    assert opened.next_at == START + timedelta(minutes=10)
    assert drill_rules.what_next(opened, START + timedelta(minutes=10)) == Next.REMIND
    late = drill_rules.replied(opened, START + timedelta(minutes=30))
    assert late.late
    assert late.ends_at == START + timedelta(minutes=50)
