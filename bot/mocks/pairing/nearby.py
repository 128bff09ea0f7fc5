"""Whom each member of a large pool would meet best, quickly: in single precision, a block at once.

It only chooses candidates; what an edge is worth is then computed exactly (`edges.Sheet.pairs`).
"""

import numpy as np
from numpy.typing import NDArray

from bot.mocks.pairing.edges import Ints, Sheet
from bot.mocks.pairing.overlap import Flags

Singles = NDArray[np.float32]
STEP = 8  # every so many members are looked at to see where the best begin
FAR = 100.0  # marks: so far behind or ahead that an unknown cell never counts


def _words(flags: Flags) -> NDArray[np.uint64]:
    """Flags as bits, a row a word: (words, members)."""
    packed = np.packbits(flags, axis=1)
    whole = np.pad(packed, ((0, 0), (0, -packed.shape[1] % 8)))
    return np.ascontiguousarray(whole.view(np.uint64).T)


def _single(values: NDArray[np.float64]) -> Singles:
    return values.astype(np.float32)


def _top(worth: Singles, above: Flags, keep: int) -> Ints:
    """The columns of the `keep` highest; those `above` are looked at first, if they are enough."""
    columns = np.flatnonzero(above)
    if len(columns) < keep:
        columns = np.arange(len(worth))
    best = columns[np.argpartition(worth[columns], -keep)[-keep:]]
    return best[np.isfinite(worth[best])].astype(np.int64)


class Nearby:
    """The candidates of a laid out pool."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._free, self._starts = _words(sheet.free), _words(sheet.starts)
        self._up = [_single(np.nan_to_num(one, nan=-FAR)) for one in sheet.cells.values()]
        self._down = [_single(np.nan_to_num(one, nan=FAR)) for one in sheet.cells.values()]
        self._level, self._types = _single(sheet.level), _single(sheet.types)
        self._reliability = _single(sheet.reliability)
        self._counts = self._types.sum(axis=1)
        self._waiting = _single(sheet.weights.points.waiting * sheet.waiting / 2)

    def best(self, rows: Ints, keep: int) -> tuple[Ints, Ints]:
        """(row, column) of the `keep` best of each of these rows, fewer where fewer may meet."""
        worth = self._worth(rows)
        # A sample says where the best begin, so that few are left to be sorted out.
        sample = worth[:, ::STEP]
        nth = min(3 + 2 * keep // STEP, sample.shape[1])
        bar = np.partition(sample, -nth, axis=1)[:, -nth]
        above = worth >= bar[:, None]
        found = [_top(worth[place], above[place], keep) for place in range(len(rows))]
        counts = [len(one) for one in found]
        return np.repeat(rows, counts), np.concatenate(found)

    def _worth(self, rows: Ints) -> Singles:
        """Points of each row with everybody; what is the same for the whole row is left out."""
        full, enough = self._sheet.weights.points, self._sheet.weights.shape.enough_hours * 4
        worth = np.minimum(self._shared(rows), np.float32(enough))
        worth *= np.float32(full.overlap / enough)
        worth += self._complement(rows) * np.float32(full.complement / 8)
        far = np.abs(self._level[rows][:, None] - self._level[None, :])
        worth -= np.fmax(far, 0, out=far) * np.float32(full.level / 4)
        worth += self._kinds(rows) * np.float32(full.types)
        given = self._reliability[rows] * np.float32(full.reliability)
        worth += given[:, None] * self._reliability[None, :]
        worth += self._waiting[None, :]
        for place, who in enumerate(rows.tolist()):
            for partner, cost in self._sheet.repeat.get(who, {}).items():
                worth[place, partner] -= full.repeat * cost
            worth[place, [who, *self._sheet.apart.get(who, ())]] = -np.inf
        worth[~self._meet(rows)] = -np.inf
        return worth

    def _shared(self, rows: Ints) -> Singles:
        """Quarter-hours that both are free."""
        found = np.zeros((len(rows), self._free.shape[1]), dtype=np.uint16)
        for word in self._free:
            found += np.bitwise_count(word[rows][:, None] & word[None, :])
        return found.astype(np.float32)

    def _meet(self, rows: Ints) -> Flags:
        found = np.zeros((len(rows), self._starts.shape[1]), dtype=np.bool_)
        for word in self._starts:
            found |= (word[rows][:, None] & word[None, :]) != 0
        return found

    def _complement(self, rows: Ints) -> Singles:
        """The most that each is ahead of the other in a cell, both directions added."""
        shape = (len(rows), len(self._level))
        ahead, behind = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
        by = np.empty(shape, np.float32)
        for up, down in zip(self._up, self._down, strict=True):
            np.subtract(up[rows][:, None], down[None, :], out=by)
            np.maximum(ahead, by, out=ahead)
            np.subtract(up[None, :], down[rows][:, None], out=by)
            np.maximum(behind, by, out=behind)
        ahead += behind
        return ahead

    def _kinds(self, rows: Ints) -> Singles:
        fewer = np.minimum(self._counts[rows][:, None], self._counts[None, :])
        shared: Singles = self._types[rows] @ self._types.T
        shared[fewer == 0] = 1
        np.maximum(fewer, 1, out=fewer)
        shared /= fewer
        return shared
