"""Pools of people for the tests of matching, and the best round found by trying them all."""

import random
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import combinations

from bot.mocks.pairing.groups import Round
from bot.mocks.pairing.pool import Member, Past, Pool, Window

WEEK = date(2026, 11, 23)  # the Monday of 2026-W48
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Kiritimati", "UTC")
CELLS = ("restatement", "trade_offs", "execution", "communication")
KINDS = ("sense", "execution", "leadership")
Group = tuple[str, ...]
Value = tuple[int, int, int]


def random_pool(rng: random.Random, size: int, windows: int = 3) -> Pool:
    """People with a few windows each, so that some can meet and some cannot."""
    ids = [f"U{place}" for place in range(size)]
    members = tuple(_member(rng, one, ids, windows) for one in ids)
    history = []
    for _ in range(rng.randint(0, size) if size > 1 else 0):
        one, other = rng.sample(ids, 2)
        week = date(2026, 11, 23 - 7 * rng.randint(1, 3))
        history.append(Past(one, other, week, rng.choice(("met", "no_show", "could_not"))))
    return Pool(rng.randrange(1000), WEEK, members, tuple(history))


def _member(rng: random.Random, own: str, ids: Sequence[str], windows: int) -> Member:
    free = []
    for _ in range(rng.randint(0 if rng.random() < 0.1 else 1, windows)):
        start = rng.randrange(6 * 60, 21 * 60, 15)
        free.append(Window(rng.randrange(5), start, min(1440, start + rng.randrange(30, 400))))
    return Member(
        own,
        rng.choice(ZONES),
        tuple(free),
        level=rng.choice((None, 1, 2, 3, 4, 5)),
        cells={cell: rng.uniform(0, 4) for cell in CELLS if rng.random() < 0.8},
        types=frozenset(kind for kind in KINDS if rng.random() < 0.5),
        exclude=frozenset(rng.sample(ids, 1)) if rng.random() < 0.2 else frozenset(),
        reliability=rng.uniform(0, 1),
    )


def best_value(made: Round) -> Value:
    """(people, minus trios, weight in whole units) of the best round, by trying every one."""
    laid, known = made.sheet, made.edges
    weight = {
        (one, other): value
        for one, other, value in zip(
            known.one.tolist(), known.other.tolist(), known.weight.tolist(), strict=True
        )
    }
    trios = {
        three: sum(weight[two] for two in combinations(three, 2)) // 3
        for three in combinations(range(len(laid.members)), 3)
        if all(two in weight for two in combinations(three, 2))
        and laid.starts[list(three)].all(axis=0).any()
    }
    return max(_values(tuple(range(len(laid.members))), weight, trios))


def _values(
    left: tuple[int, ...], pairs: dict[tuple[int, int], int], trios: dict[tuple[int, int, int], int]
) -> Iterator[Value]:
    if not left:
        yield 0, 0, 0
        return
    first, rest = left[0], left[1:]
    options: list[tuple[tuple[int, ...], Value]] = [(rest, (0, 0, 0))]
    for other in rest:
        if (first, other) in pairs:
            after = tuple(one for one in rest if one != other)
            options.append((after, (2, 0, pairs[first, other])))
    for a, b in combinations(rest, 2):
        if (first, a, b) in trios:
            after = tuple(one for one in rest if one not in (a, b))
            options.append((after, (3, -1, trios[first, a, b])))
    for after, (people, fewer, weight) in options:
        best = max(_values(after, pairs, trios))
        yield people + best[0], fewer + best[1], weight + best[2]


def value(made: Round) -> Value:
    """The same of a round that was made."""
    people = sum(len(one.members) for one in made.groups)
    trios = sum(len(one.members) == 3 for one in made.groups)
    return people, -trios, round(made.weight * 10_000)
