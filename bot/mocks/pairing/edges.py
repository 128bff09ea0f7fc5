"""Who may meet whom, and what each meeting would be worth, computed for many pairs at once.

Terms are whole numbers of 1/10,000 point, each a multiple of 3: a group's terms sum to its weight
exactly, also the mean over a trio's three edges.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bot.mocks.pairing.overlap import QUARTERS, Flags, Waking, free, quarter_from, starts
from bot.mocks.pairing.pool import SAT_OUT, Member, Pool, waiting
from bot.mocks.pairing.weights import Weights

UNIT = 10_000
TERMS = ("complement", "overlap", "level", "types", "repeat", "reliability", "waiting")

Ints = NDArray[np.int64]
Reals = NDArray[np.float64]
Terms = dict[str, Ints]


def points(whole: int) -> float:
    """Points of a term or a weight as people read them."""
    return whole / UNIT


def _whole(value: Reals) -> Ints:
    return (np.rint(value * (UNIT / 3)) * 3).astype(np.int64)


@dataclass(frozen=True)
class Sheet:
    """A pool as arrays; a row a member, in the order of their ids."""

    members: tuple[Member, ...]
    week: date
    waking: Waking
    weights: Weights
    free: Flags
    starts: Flags
    cells: Mapping[str, Reals]  # nan where unknown
    level: Reals  # nan where unknown
    types: Reals
    reliability: Reals
    waiting: Reals
    repeat: Mapping[int, Mapping[int, float]]  # both ways
    apart: Mapping[int, frozenset[int]]  # both ways

    def terms(self, one: Ints, other: Ints, shared: Reals) -> Terms:
        """Each term for pairs of rows, broadcast; `shared` is the free hours in common."""
        full = self.weights.points
        enough = self.weights.shape.enough_hours
        far = np.abs(self.level[one] - self.level[other]) / 4
        return {
            "complement": _whole(full.complement * self._complement(one, other)),
            "overlap": _whole(full.overlap * np.minimum(shared, enough) / enough),
            "level": _whole(-full.level * np.fmax(far, 0)),
            "types": _whole(full.types * self._types(one, other)),
            "repeat": _whole(-full.repeat * self._repeat(one, other)),
            "reliability": _whole(
                full.reliability * self.reliability[one] * self.reliability[other]
            ),
            "waiting": _whole(full.waiting * (self.waiting[one] + self.waiting[other]) / 2),
        }

    def _complement(self, one: Ints, other: Ints) -> Reals:
        """0 to 1: the most that each is ahead of the other in a cell, over both directions."""
        shape = np.broadcast_shapes(one.shape, other.shape)
        ahead, behind = np.zeros(shape), np.zeros(shape)
        for marks in self.cells.values():
            by = marks[one] - marks[other]
            np.fmax(ahead, by, out=ahead)  # fmax passes nan over
            np.fmax(behind, -by, out=behind)
        return (ahead + behind) / 8

    def _types(self, one: Ints, other: Ints) -> Reals:
        """0 to 1: the share of the shorter list that is on the other; 1 when either is open."""
        counts = self.types.sum(axis=1)
        fewer = np.minimum(counts[one], counts[other])
        shared = np.zeros(fewer.shape)
        for kind in self.types.T:
            shared += kind[one] * kind[other]
        return np.where(fewer > 0, shared / np.maximum(fewer, 1), 1.0)

    def _repeat(self, one: Ints, other: Ints) -> Reals:
        found = np.zeros(np.broadcast_shapes(one.shape, other.shape))
        if found.ndim == 2:  # a block: rows against columns
            column = {int(who): place for place, who in enumerate(other[0])}
            for place, who in enumerate(one[:, 0].tolist()):
                for partner, cost in self.repeat.get(who, {}).items():
                    if partner in column:
                        found[place, column[partner]] = cost
            return found
        for place, (left, right) in enumerate(zip(one.tolist(), other.tolist(), strict=True)):
            found[place] = self.repeat.get(left, {}).get(right, 0.0)
        return found

    def pairs(self, one: Ints, other: Ints) -> Terms:
        """Each term of the edges between these rows, row by row."""
        return self.terms(one, other, self.shared(one, other))

    def shared(self, one: Ints, other: Ints) -> Reals:
        """Free hours in common, for pairs of rows."""
        parts = [
            (self.free[one[at : at + 5_000]] & self.free[other[at : at + 5_000]]).sum(axis=1) / 4
            for at in range(0, len(one), 5_000)
        ]
        return np.concatenate(parts) if parts else np.zeros(0)

    def block(self, rows: Ints) -> tuple[NDArray[np.bool_], Ints]:
        """(who may meet, weights) of these rows against everybody; both (rows, members)."""
        everybody = np.arange(len(self.members), dtype=np.int64)
        allowed = self.may_meet(rows)
        # As 32-bit numbers: the product of matrices is what a processor does best.
        shared = (self.free[rows].astype(np.float32) @ self._free32.T) / 4
        terms = self.terms(rows[:, None], everybody[None, :], shared.astype(np.float64))
        return allowed, sum(terms.values(), np.zeros(allowed.shape, dtype=np.int64))

    def may_meet(self, rows: Ints) -> NDArray[np.bool_]:
        """Who shares a free hour with these rows and is not excluded; (rows, members)."""
        allowed = (self.starts[rows].astype(np.float32) @ self._starts32.T) > 0
        for place, who in enumerate(rows.tolist()):
            allowed[place, [who, *self.apart.get(who, ())]] = False
        return allowed

    @cached_property
    def row(self) -> Mapping[str, int]:
        """The row of each member."""
        return {one.id: place for place, one in enumerate(self.members)}

    @cached_property
    def _starts32(self) -> NDArray[np.float32]:
        return self.starts.astype(np.float32)

    @cached_property
    def _free32(self) -> NDArray[np.float32]:
        return self.free.astype(np.float32)


def sheet(pool: Pool, weights: Weights) -> Sheet:
    """The pool laid out, its members in the order of their ids."""
    members = tuple(sorted(pool.members, key=lambda one: one.id))
    row = {one.id: place for place, one in enumerate(members)}
    hours = weights.hours
    waking = Waking(round(hours.wake * 4), round(hours.sleep * 4))
    times = np.zeros((len(members), QUARTERS), dtype=np.bool_)
    for place, one in enumerate(members):
        times[place] = free(one.tz, one.windows, pool.week, waking)
    if pool.earliest is not None:
        times[:, : quarter_from(pool.week, pool.earliest)] = False
    names = sorted({name for one in members for name in one.cells})
    kinds = sorted({kind for one in members for kind in one.types})
    late = waiting(pool, round(weights.shape.rounds))
    return Sheet(
        members, pool.week, waking, weights,
        free=times,
        starts=starts(times),
        cells={name: np.array([one.cells.get(name, np.nan) for one in members]) for name in names},
        level=np.array([np.nan if one.level is None else one.level for one in members]),
        types=np.array([[kind in one.types for kind in kinds] for one in members], dtype=float),
        reliability=np.array([one.reliability for one in members]),
        waiting=np.array([late[one.id] for one in members]),
        repeat=_repeats(pool, row, weights),
        apart=_apart(members, row),
    )  # fmt: skip


def _repeats(pool: Pool, row: Mapping[str, int], weights: Weights) -> dict[int, dict[int, float]]:
    found: dict[int, dict[int, float]] = {}
    for past in sorted(pool.history, key=lambda one: (one.week, one.outcome)):
        if past.outcome == SAT_OUT or past.one not in row or past.other not in row:
            continue
        weeks = max(0, (pool.week - past.week).days / 7)
        cost = weights.outcomes.of(past.outcome) * 0.5 ** (weeks / weights.shape.half_life_weeks)
        one, other = row[past.one], row[past.other]
        for left, right in ((one, other), (other, one)):
            so_far = found.setdefault(left, {})
            so_far[right] = so_far.get(right, 0.0) + cost
    return found


def _apart(members: tuple[Member, ...], row: Mapping[str, int]) -> dict[int, frozenset[int]]:
    found: dict[int, set[int]] = {}
    for place, one in enumerate(members):
        for other in one.exclude:
            if other in row:
                found.setdefault(place, set()).add(row[other])
                found.setdefault(row[other], set()).add(place)
    return {who: frozenset(others) for who, others in found.items()}
