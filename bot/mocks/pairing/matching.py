"""The best round: as many people as possible, then as few trios as that takes, then weight.

Maximum-weight matching by rustworkx (Edmonds' blossom algorithm, after Galil, *Efficient
algorithms for finding maximum matching in graphs*, 1986), which holds the interpreter's lock:
the bot runs it in a process of its own.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import rustworkx
from numpy.typing import NDArray

from bot.mocks.pairing import trios
from bot.mocks.pairing.edges import Ints, Sheet

BLOCK = 64  # rows at once: a block of 10,000 columns then takes 5 MB, which stays in the cache
JITTER = 16  # bits of the seed's say between rounds of the same weight
COARSE = 500  # whole units, 0.05 point: the grain of weights in large pools, see `coarse`
SCALE = 1 << 30  # what a unit of weight is worth beside it, for up to 16,000 pairs

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
    keep = round(thin.candidates) if size > thin.exact else size
    found: list[Ints] = []
    for at in watch(range(0, size, BLOCK)):
        rows = np.arange(at, min(at + BLOCK, size), dtype=np.int64)
        allowed, weight = sheet.block(rows)
        found.append(_best(rows, allowed, weight, keep))
    return (
        _merged(np.concatenate(found), size)
        if found
        else _merged(np.zeros((0, 3), dtype=np.int64), 0)
    )


def _best(rows: Ints, allowed: NDArray[np.bool_], weight: Ints, keep: int) -> Ints:
    """(row, column, weight) of each row's `keep` best."""
    if keep >= allowed.shape[1]:
        place, column = np.nonzero(allowed & (rows[:, None] < np.arange(allowed.shape[1])))
    else:
        worth = np.where(allowed, weight, np.iinfo(np.int64).min)
        top = np.argpartition(worth, -keep, axis=1)[:, -keep:]
        place = np.repeat(np.arange(len(rows)), keep)
        column = top.ravel()
        real = allowed[place, column]
        place, column = place[real], column[real]
    return np.stack([rows[place], column, weight[place, column]], axis=1)


def _merged(found: Ints, size: int) -> Edges:
    low, high = found[:, :2].min(axis=1), found[:, :2].max(axis=1)
    _, first = np.unique(low * max(size, 1) + high, return_index=True)
    return Edges(*(part[first].astype(np.int64) for part in (low, high, found[:, 2])))


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


def best(sheet: Sheet, edges: Edges, seed: int) -> list[tuple[int, ...]]:
    """Groups of two or three rows, each in ascending order; who is in none sits out."""
    size, exact = len(sheet.members), sheet.weights.thinning.exact
    weight = coarse(edges, seed) if size > exact else jittered(edges, seed)
    graph = rustworkx.PyGraph(multigraph=False)
    graph.add_nodes_from(range(size))
    graph.add_edges_from(
        list(zip(edges.one.tolist(), edges.other.tolist(), weight.tolist(), strict=True))
    )
    groups: list[tuple[int, ...]] = []
    for part in sorted(map(sorted, rustworkx.connected_components(graph))):
        if len(part) < 2:
            continue
        if len(part) <= exact:
            groups += _exactly(part, sheet, edges, weight)
        else:
            groups += _widely(graph, part, sheet)
    return sorted(groups)


def _exactly(part: list[int], sheet: Sheet, edges: Edges, weight: Ints) -> list[tuple[int, ...]]:
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
    rows = np.array(alive, dtype=np.int64)
    small = table[np.ix_(rows, rows)]
    one, other = np.nonzero(np.triu(small != trios.NONE, 1))
    graph = rustworkx.PyGraph(multigraph=False)
    graph.add_nodes_from(range(len(rows)))
    weights = small[one, other].tolist()
    graph.add_edges_from(list(zip(one.tolist(), other.tolist(), weights, strict=True)))
    found = rustworkx.max_weight_matching(graph, max_cardinality=True, weight_fn=int)
    return sorted((min(alive[a], alive[b]), max(alive[a], alive[b])) for a, b in found)


def _widely(
    graph: "rustworkx.PyGraph[int, int]", part: list[int], sheet: Sheet
) -> list[tuple[int, ...]]:
    """Beyond the exact size: pairs over the thinned edges, then who is left joins a pair."""
    inside = graph.subgraph(part)
    names = inside.nodes()
    found = rustworkx.max_weight_matching(inside, max_cardinality=True, weight_fn=int)
    pairs = sorted((min(names[a], names[b]), max(names[a], names[b])) for a, b in found)
    paired = {who for pair in pairs for who in pair}
    left = [who for who in part if who not in paired]
    one, other = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    total = np.sum(list(sheet.pairs(one, other).values()), axis=0).tolist()
    worth: dict[tuple[int, ...], int] = dict(zip(pairs, total, strict=True))
    return trios.joined(pairs, left, sheet.starts, worth, sheet.block)
