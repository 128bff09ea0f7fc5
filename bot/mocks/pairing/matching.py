"""The best round: as many people as possible, then as few trios as that takes, then weight.

Maximum-weight matching by rustworkx (Edmonds' blossom algorithm, after Galil, *Efficient
algorithms for finding maximum matching in graphs*, 1986), which holds the interpreter's lock:
the bot runs it in a process of its own.
"""

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import rustworkx

from bot.mocks.pairing import nearby, trios
from bot.mocks.pairing.edges import Ints, Sheet

BLOCK = 32  # rows at once: a block of 10,000 columns then takes a megabyte, which stays cached
JITTER = 16  # bits of the seed's say between rounds of the same weight
COARSE = 500  # whole units, 0.05 point: the grain of weights in large pools, see `coarse`
SCALE = 1 << 30  # what a unit of weight is worth beside it, for up to 16,000 pairs

WIDE = 5_000  # members matched at once; the time grows with the square
SWEEPS = 3

Rows = tuple[int, ...]
Watch = Callable[[Sequence[int]], Iterable[int]]  # is shown the rows as they are done


@dataclass(frozen=True)
class Edges:
    """Who may meet whom: rows, the lower first, and the whole-number weight."""

    one: Ints
    other: Ints
    weight: Ints


def edges(sheet: Sheet, watch: Watch = iter) -> Edges:
    """All of them in a small pool; in a large one each member's best."""
    size, thin = len(sheet.members), sheet.weights.thinning
    near = nearby.Nearby(sheet) if size > thin.exact else None
    keep = min(round(thin.candidates), size)
    found = [np.zeros((2, 0), dtype=np.int64)]
    for at in watch(range(0, size, BLOCK)):
        rows = np.arange(at, min(at + BLOCK, size), dtype=np.int64)
        found.append(np.stack(near.best(rows, keep) if near else _all(sheet, rows)))
    one, other = _once(np.concatenate(found, axis=1), size)
    weight = np.zeros(len(one), dtype=np.int64)
    if len(one):
        weight += sum(sheet.pairs(one, other).values(), weight)
    return Edges(one, other, weight)


def _all(sheet: Sheet, rows: Ints) -> tuple[Ints, Ints]:
    """(row, column) of everybody whom these rows may meet, each edge once."""
    allowed = sheet.may_meet(rows)
    place, column = np.nonzero(allowed & (rows[:, None] < np.arange(allowed.shape[1])))
    return rows[place], column


def _once(found: Ints, size: int) -> tuple[Ints, Ints]:
    """The lower row, the higher; in order, none twice."""
    low, high = found.min(axis=0), found.max(axis=0)
    keys = np.unique(low * max(size, 1) + high)
    return keys // max(size, 1), keys % max(size, 1)


def jittered(edges: Edges, seed: int) -> Ints:
    """The weights, with the seed deciding between rounds that weigh the same."""
    return edges.weight * SCALE + _noise(edges, seed)


def coarse(edges: Edges, seed: int) -> Ints:
    """The weights in grains, rounded up or down by the seed, each as often as it is near.

    Equal weights let the algorithm settle many pairs at once: measured, a fifth of the time at a
    loss below 0.05 percent.
    """
    return (edges.weight * (1 << JITTER) // COARSE + _noise(edges, seed)) >> JITTER


def _noise(edges: Edges, seed: int) -> Ints:
    """For each edge a number of `JITTER` bits: splitmix64 of the rows and the seed."""
    mixed = edges.one.astype(np.uint64) << np.uint64(32) | edges.other.astype(np.uint64)
    mixed ^= np.uint64(seed * 0x9E3779B97F4A7C15 % 2**64)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return (mixed >> np.uint64(64 - JITTER)).astype(np.int64)


def best(sheet: Sheet, edges: Edges, seed: int) -> list[Rows]:
    """Groups of two or three rows, each in ascending order; who is in none sits out."""
    size, exact = len(sheet.members), sheet.weights.thinning.exact
    weight = coarse(edges, seed) if size > exact else jittered(edges, seed)
    graph = rustworkx.PyGraph(multigraph=False)
    graph.add_nodes_from(range(size))
    graph.add_edges_from_no_data(list(zip(edges.one.tolist(), edges.other.tolist(), strict=True)))
    groups: list[Rows] = []
    for part in sorted(map(sorted, rustworkx.connected_components(graph))):
        if len(part) < 2:
            continue
        if len(part) <= exact:
            groups += _exactly(part, sheet, edges, weight)
        else:
            groups += _widely(part, sheet, edges, weight, seed)
    return sorted(groups)


def _exactly(part: list[int], sheet: Sheet, edges: Edges, weight: Ints) -> list[Rows]:
    rows = np.array(part)
    inside = np.isin(edges.one, rows)
    table = np.full((len(part), len(part)), trios.NONE, dtype=np.int64)
    one = np.searchsorted(rows, edges.one[inside])
    other = np.searchsorted(rows, edges.other[inside])
    table[one, other] = table[other, one] = weight[inside]
    return [
        tuple(part[who] for who in group)
        for group in trios.Search(table, sheet.starts[rows], matched).best()
    ]


def matched(table: Ints, alive: Sequence[int]) -> list[tuple[int, int]]:
    """The best pairs among the rows `alive` of a square table of weights."""
    small = table[np.ix_(alive, alive)]
    one, other = np.nonzero(np.triu(small != trios.NONE, 1))
    found = _heaviest(len(alive), one, other, small[one, other])
    return sorted((min(alive[a], alive[b]), max(alive[a], alive[b])) for a, b in found)


def _widely(part: list[int], sheet: Sheet, edges: Edges, weight: Ints, seed: int) -> list[Rows]:
    """Beyond the exact size: pairs over the thinned edges, then who is left joins a pair.

    A very large part is taken apart by lot and each piece matched; then again, with the pairs
    kept together, so that no sweep loses anything.
    """
    pieces, pairs = -(-len(part) // WIDE), list[tuple[int, int]]()
    for sweep in range(SWEEPS if pieces > 1 else 1):
        paired = {who for pair in pairs for who in pair}
        units = [*pairs, *((who,) for who in part if who not in paired)]
        random.Random(f"{seed}/{sweep}").shuffle(units)  # noqa: S311  # a lot, no secret
        pairs = []
        for piece in range(pieces):
            rows = sorted(who for unit in units[piece::pieces] for who in unit)
            pairs += _pairs(np.array(rows, dtype=np.int64), len(sheet.members), edges, weight)
    pairs.sort()
    paired = {who for pair in pairs for who in pair}
    left = [who for who in part if who not in paired]
    one, other = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    total = np.sum(list(sheet.pairs(one, other).values()), axis=0).tolist()
    worth: dict[Rows, int] = dict(zip(pairs, total, strict=True))
    return trios.joined(pairs, left, sheet.starts, worth, sheet.block)


def _pairs(rows: Ints, size: int, edges: Edges, weight: Ints) -> list[tuple[int, int]]:
    """The best pairs among these rows, which ascend."""
    place = np.full(size, -1, dtype=np.int64)
    place[rows] = np.arange(len(rows))
    inside = (place[edges.one] >= 0) & (place[edges.other] >= 0)
    one, other = place[edges.one[inside]], place[edges.other[inside]]
    names = rows.tolist()
    return [(names[a], names[b]) for a, b in _heaviest(len(rows), one, other, weight[inside])]


def _heaviest(size: int, one: Ints, other: Ints, weight: Ints) -> list[tuple[int, int]]:
    """As many pairs as can be, of the most weight: nodes, the lower first, in order."""
    graph = rustworkx.PyGraph(multigraph=False)
    graph.add_nodes_from(range(size))
    edges = zip(one.tolist(), other.tolist(), weight.tolist(), strict=True)
    graph.add_edges_from(list(edges))
    found = rustworkx.max_weight_matching(graph, max_cardinality=True, weight_fn=int)
    return sorted((min(pair), max(pair)) for pair in found)
