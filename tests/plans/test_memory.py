"""When missed drills and recall cards come back: against fsrs itself and against written dates."""

from datetime import UTC, date, datetime, timedelta

import pytest
from fsrs import Card, Rating, Scheduler
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.drills.opening import rules as opening
from bot.plans.memory import rules
from bot.plans.memory.rules import Review, answered, recalled, replay

DAY = date(2026, 3, 3)


def due(*told: tuple[int, float]) -> date | None:
    """When a drill comes back that got these overall marks so many days after `DAY`."""
    kept = replay([answered(DAY + timedelta(days=ago), overall) for ago, overall in told])
    return kept.due_on if kept else None


@pytest.mark.parametrize(
    ("overall", "rating", "returns"),
    [
        (0.0, Rating.Again, True),
        (0.99, Rating.Again, True),
        (1.0, Rating.Hard, True),
        (1.99, Rating.Hard, True),
        (2.0, Rating.Good, None),
        (2.49, Rating.Good, None),
        (2.5, Rating.Good, False),
        (3.0, Rating.Easy, False),
    ],
)
def test_what_an_answer_is_worth(overall: float, rating: Rating, returns: bool | None) -> None:
    assert answered(DAY, overall) == Review(DAY, rating, returns)


def test_dates_written_down() -> None:
    # FSRS 6, default weights: first stability 0.212 (again), 1.2931 (hard), 2.3065, 8.2956 days;
    # the interval is its round figure, at least a day.
    assert due((0, 0.5)) == date(2026, 3, 4)
    assert due((0, 1.5)) == date(2026, 3, 4)
    assert due((0, 2.2)) is None  # never missed
    # Worked out by hand from the published formula: 4.55 days, 28.3 days, and 0.64 of the card.
    assert due((0, 1.5), (1, 2.2)) == date(2026, 3, 9)  # not good enough yet
    assert due((0, 1.5), (1, 2.5)) is None
    assert due((0, 3.5), (9, 1.5)) == date(2026, 3, 13)  # a good answer before the miss is none
    assert due((0, 1.5), (1, 2.5), (5, 3.5), (9, 1.5)) == due((0, 1.5), (1, 2.5), (9, 1.5))
    assert replay([]) is None
    card = replay([recalled(DAY, "knew"), recalled(DAY + timedelta(days=3), "missed")])
    assert card is not None
    assert card.due_on == date(2026, 3, 7)


def test_of_one_date_the_last_counts() -> None:
    assert due((0, 0.5), (0, 1.5), (0, 2.6)) == due((0, 2.6))
    assert replay([recalled(DAY, "missed"), recalled(DAY, "knew")]) == replay(
        [recalled(DAY, "knew")]
    )


@given(st.lists(st.tuples(st.integers(1, 40), st.sampled_from(list(Rating))), min_size=1))
@settings(max_examples=40, deadline=None)
def test_the_library_says_the_same(steps: list[tuple[int, Rating]]) -> None:
    scheduler = Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)
    card, at, reviews = Card(card_id=1), datetime(2026, 1, 1, tzinfo=UTC), []
    for ago, rating in steps:
        at += timedelta(days=ago)
        card, _ = scheduler.review_card(card, rating, at)
        reviews.append(Review(at.date(), rating))

    kept = replay(reviews)
    assert kept is not None
    assert (kept.stability, kept.difficulty) == (card.stability, card.difficulty)
    assert (kept.due_on, kept.reviewed_on) == (card.due.date(), at.date())
    assert rules.replay([*reviews, reviews[-1]]) == kept


# --- recall cards ---------------------------------------------------------------------------------


def test_a_new_card_and_one_that_is_due_take_turns() -> None:
    cards, ready = ["a", "b", "c"], {"z": DAY, "y": DAY}

    def card(*shown: str, due: dict[str, date] | None = None) -> str | None:
        return opening.card(cards, shown, due or {})

    assert card() == "a"
    assert card(due=ready) == "a"  # beginning with a new one
    assert card("a", due=ready) == "y"  # of the same day the lower id
    assert card("a", due=ready | {"z": DAY - timedelta(days=1)}) == "z"
    assert card("y", "a", "y", due=ready) == "b"  # the last was a return
    assert card("a") == "b"
    assert card("c", "b", "a", due={"b": DAY}) == "b"
    assert card("a", "c", "b", "a") == "b"  # nothing new or due: longest ago
    assert opening.card([], ["a"], {}) is None
