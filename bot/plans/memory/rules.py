"""When a missed drill or a recall card comes back: FSRS over the days it was answered on. Pure.

The scheduler is `fsrs` 6 (Ye, Su and Cao, *A Stochastic Shortest Path Algorithm for Optimizing
Spaced Repetition Scheduling*, KDD 2022; https://github.com/open-spaced-repetition) with its default
weights, 90 % wanted recall, no learning steps and no fuzz, so that the same answers give the same
day. A memory is replayed from all answers each time: an answer that was scored again, edited or
withdrawn leaves no trace of what it was.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache

from fsrs import Card, Rating, Scheduler

from bot.plans.aiming import MISSED, OFF

DRILL, CARD = "drill", "card"
RECALLS: Mapping[str, Rating] = {
    "missed": Rating.Again,
    "half": Rating.Hard,
    "knew": Rating.Good,
}


@dataclass(frozen=True)
class Review:
    """One answer on a local date; `returns`: it comes back, it does not, or (None) as before."""

    on: date
    rating: Rating
    returns: bool | None = True


@dataclass(frozen=True)
class Kept:
    """What is remembered of an item. `stability` in days, `difficulty` 1 to 10, as FSRS has them.

    `due_on` is None for what was answered well and comes no more.
    """

    stability: float
    difficulty: float
    reviewed_on: date
    due_on: date | None


def answered(on: date, overall: float) -> Review:
    """A drill's answer with its overall mark, 0 to 4."""
    if overall < MISSED:
        return Review(on, Rating.Again if overall < 1 else Rating.Hard, returns=True)
    rating = Rating.Good if overall < 3 else Rating.Easy
    return Review(on, rating, returns=False if overall >= OFF else None)


def recalled(on: date, code: str) -> Review:
    """A recall card as its member marked it: knew, half or missed. It always comes back."""
    return Review(on, RECALLS[code])


def replay(reviews: Sequence[Review]) -> Kept | None:
    """What these answers leave, oldest first; of one date the last counts. None without a miss.

    An answer to what does not come back, before the first miss or after it was mended, is no
    review of it.
    """
    card, returns = Card(card_id=0, due=_noon(date.min)), False
    for one in {review.on: review for review in reviews}.values():
        if not returns and not one.returns:
            continue
        card, _ = _scheduler().review_card(card, one.rating, _noon(one.on))
        returns = returns if one.returns is None else one.returns
    if card.stability is None or card.difficulty is None or card.last_review is None:
        return None
    due_on = card.due.date() if returns else None
    return Kept(card.stability, card.difficulty, card.last_review.date(), due_on)


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


@lru_cache(maxsize=1)
def _scheduler() -> Scheduler:
    return Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)
