"""Trios: where somebody would sit out, three meet and one of them observes.

A trio weighs the mean of its three edges, all of which must be possible, and has an hour that is
free for all three. Rounds are compared by
people in a group, then by fewer trios, then by weight.
"""

import heapq
from collections.abc import Callable, Mapping, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

NONE = np.iinfo(np.int64).min  # in a table of weights: these two may not meet
SMALL = 20  # people among whom every trio is tried
SHORT = 12  # trios tried among `AMONG` people, the most promising first; more among fewer
AMONG = 300
BUDGET = 3_000  # matchings for one search
SWEEPS = 60

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Group = tuple[int, ...]
Matched = Callable[[Ints, Sequence[int]], list[tuple[int, int]]]
Value = tuple[int, int, int]


class Search:
    """The best groups of one connected part of a pool.

    `table`: square and symmetric, `NONE` where two may not meet. `starts`: per row, when a free
    hour begins. `matched`: the best pairs among some of the rows.
    """

    def __init__(self, table: Ints, starts: Flags, matched: Matched) -> None:
        self._table = table
        self._starts = starts
        self._matched = matched
        self._left = BUDGET
        self._known: dict[Group, list[tuple[int, int]]] = {}
        self._done: dict[Group, list[Group]] = {}

    def best(self) -> list[Group]:
        return self._best(tuple(range(len(self._table))))

    def _best(self, alive: Group) -> list[Group]:
        if alive in self._done:
            return self._done[alive]
        chosen: list[Group] = list(self._pairs(alive))
        value, out = self._value(chosen), len(alive) - 2 * len(chosen)
        for trio in self._trios(alive) if out else ():
            rest = tuple(one for one in alive if one not in trio)
            if 2 * len(self._pairs(rest)) + 3 <= len(alive) - out:
                continue  # it would bring nobody in
            tried = [trio, *self._best(rest)]
            if self._value(tried) > value:
                chosen, value = tried, self._value(tried)
            if self._left < 0:
                break
        self._done[alive] = chosen
        return chosen

    def _pairs(self, alive: Group) -> list[tuple[int, int]]:
        if alive not in self._known:
            self._left -= 1
            self._known[alive] = self._matched(self._table, alive)
        return self._known[alive]

    def _value(self, groups: Sequence[Group]) -> Value:
        """(people, minus trios, weight); higher is better."""
        weight = sum(self._weight(group) for group in groups)
        return sum(map(len, groups)), -sum(len(group) == 3 for group in groups), weight

    def _weight(self, group: Group) -> int:
        edges = [int(self._table[a, b]) for a, b in combinations(group, 2)]
        return sum(edges) // len(edges)

    def _trios(self, alive: Group) -> list[Group]:
        """All that are possible among few; among many the most promising."""
        rows = np.array(alive)
        small = self._table[np.ix_(rows, rows)]
        possible, starts = small != NONE, self._starts[rows]
        if len(alive) <= SMALL:
            return [
                (alive[a], alive[b], alive[c])
                for a, b, c in combinations(range(len(alive)), 3)
                if possible[a, b] and possible[a, c] and possible[b, c] and meet(starts[[a, b, c]])
            ]
        return [
            (alive[a], alive[b], alive[c])
            for a, b, c in _promising(np.where(possible, small, 0).astype(float), possible, starts)
        ]


def meet(starts: Flags) -> bool:
    """Whether these rows have an hour in common."""
    return bool(starts.all(axis=0).any())


def _promising(
    weight: NDArray[np.float64], possible: NDArray[np.bool_], starts: Flags
) -> list[Group]:
    """The trios that gain most over what their three are worth elsewhere."""
    scale = max(1.0, float(np.abs(weight).max()))
    weight = np.where(possible, weight / scale, -np.inf)
    price = _worth(weight)
    pair = weight / 3 - (price[:, None] + price[None, :]) / 2
    short = round(SHORT * max(1.0, (AMONG / len(weight)) ** 2.7))  # matchings grow about so
    found: list[tuple[float, Group]] = []  # the worst of them first
    for one in range(len(weight) - 2):
        gain = pair[one + 1 :, one + 1 :] + pair[one, one + 1 :, None] + pair[None, one, one + 1 :]
        worst = found[0][0] if len(found) == short else -np.inf
        for a, b in np.argwhere(gain > worst).tolist():
            three = (one, one + 1 + a, one + 1 + b)
            if a < b and meet(starts[list(three)]):
                heapq.heappush(found, (float(gain[a, b]), three))
                if len(found) > short:
                    heapq.heappop(found)
    return [trio for _, trio in sorted(found, reverse=True)]


def _worth(weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """What each adds to the best matching, roughly: belief propagation with damping.

    Bayati, Shah and Sharma, *Max-product for maximum weight matching* (2008): exact when the
    linear programme of the matching is tight, an estimate otherwise, which is all it is used for.
    """
    size = len(weight)
    inbox = np.zeros((size, size))  # [i, j]: what j could have without i
    for _ in range(SWEEPS):
        offer = weight + 10 - inbox  # 10: everybody is to be paired before weight counts
        order = np.partition(offer, -2, axis=1)[:, -2:]
        without = np.where(offer == order[:, 1:], order[:, :1], order[:, 1:])
        outbox = np.maximum(0, np.where(np.isfinite(without), without, 0))
        inbox = (inbox + outbox.T) / 2
    worth = (weight + 10 - inbox).max(axis=1)
    return np.where(np.isfinite(worth), np.maximum(worth, 0), 0)


def joined(
    pairs: Sequence[tuple[int, int]],
    left: Sequence[int],
    starts: Flags,
    worth: Mapping[Group, int],
    block: Callable[[Ints], tuple[NDArray[np.bool_], Ints]],
) -> list[Group]:
    """Who is `left` joins the pair that loses least; with each other first, if they can meet.

    `starts`: per row, when a free hour begins. `worth`: each pair's weight. `block` gives who may
    meet the rows asked for, and the weights.
    """
    groups: list[Group] = list(pairs)
    for who in left:
        if any(who in group for group in groups):
            continue
        allowed, weight = block(np.array([who], dtype=np.int64))
        alone = [o for o in left if o != who and allowed[0, o] and not _in(groups, o)]
        if alone:
            other = max(alone, key=lambda one: (int(weight[0, one]), -one))
            groups.append((min(who, other), max(who, other)))
            continue
        places = [
            at
            for at, group in enumerate(groups)
            if len(group) == 2
            and all(allowed[0, one] for one in group)
            and meet(starts[[who, *group]])
        ]
        if places:
            gains = {
                at: sum(int(weight[0, one]) for one in groups[at]) - 2 * worth.get(groups[at], 0)
                for at in places
            }
            at = max(gains, key=lambda at: (gains[at], -at))
            groups[at] = tuple(sorted((*groups[at], who)))
    return groups


def _in(groups: Sequence[Group], who: int) -> bool:
    return any(who in group for group in groups)
