"""A round from a pool: who meets whom, in which role, when, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import combinations

import numpy as np

from bot.mocks.pairing import matching, slots
from bot.mocks.pairing.edges import TERMS, Sheet, points, sheet
from bot.mocks.pairing.matching import Edges
from bot.mocks.pairing.overlap import quarter_from
from bot.mocks.pairing.pool import Pool, newcomers
from bot.mocks.pairing.weights import Weights
from bot.mocks.pairing.wording import Facts, reasons
from bot.mocks.rules import Reason

AT_ONCE = 512  # rows
Rows = tuple[int, ...]
EdgeTerms = Mapping[Rows, Mapping[str, int]]


@dataclass(frozen=True)
class Group:
    """Two or three who meet. `terms` sum to `weight`; `roles` are those of the first half."""

    members: tuple[str, ...]
    roles: Mapping[str, str]
    why: tuple[Reason, ...]
    weight: float
    terms: Mapping[str, float]
    slots: tuple[datetime, ...]


@dataclass(frozen=True)
class Round:
    """`alone`: who is in no group, and the code of the reason (`wording.alone` says it)."""

    groups: tuple[Group, ...]
    alone: Mapping[str, str]
    weight: float
    edges: Edges
    sheet: Sheet


@dataclass(frozen=True)
class _Before:
    """When two were last in a group (the lower id first), who is new, and the pool itself."""

    met: Mapping[tuple[str, str], date]
    new: frozenset[str]
    pool: Pool

    def comes_first(self, who: str) -> str:
        """The code of why somebody does."""
        if who in self.pool.first:
            return "lost"
        return "newcomer" if who in self.new else "waited"


def pair(pool: Pool, weights: Weights, watch: matching.Watch = iter) -> Round:
    """The round of the week: the same for the same pool and seed, whatever order they are in."""
    laid = sheet(pool, weights)
    known = matching.edges(laid, watch)
    found = matching.best(laid, known, pool.seed)
    terms, before = _edge_terms(laid, found), _before(pool)
    totals = [_totals(rows, terms) for rows in found]
    groups = tuple(
        _group(laid, rows, terms, total, before) for rows, total in zip(found, totals, strict=True)
    )
    alone = _alone(laid, found)
    whole = sum(sum(total.values()) for total in totals)
    return Round(groups, alone, points(whole), known, laid)


def slots_from(made: Round, members: Sequence[str], moment: datetime) -> tuple[datetime, ...]:
    """Times to meet for these members of the round, none before `moment`; there may be none."""
    laid = made.sheet
    rows = [laid.row[one] for one in members]
    common = np.logical_and.reduce(laid.starts[rows])
    common[: quarter_from(laid.week, moment)] = False
    return slots.choose(common, [laid.members[one].tz for one in rows], laid.week, laid.waking)


def _edge_terms(laid: Sheet, found: Sequence[Rows]) -> EdgeTerms:
    pairs = [one for rows in found for one in combinations(rows, 2)]
    if not pairs:
        return {}
    one, other = np.array(pairs, dtype=np.int64).T
    columns = {name: whole.tolist() for name, whole in laid.pairs(one, other).items()}
    return {
        rows: {name: columns[name][place] for name in TERMS} for place, rows in enumerate(pairs)
    }


def _totals(rows: Rows, terms: EdgeTerms) -> dict[str, int]:
    """Each term's mean over the group's edges; a multiple of 3 over 3 or 1 leaves no rest."""
    pairs = list(combinations(rows, 2))
    return {name: sum(terms[one][name] for one in pairs) // len(pairs) for name in TERMS}


def _group(
    laid: Sheet, rows: Rows, terms: EdgeTerms, total: Mapping[str, int], before: _Before
) -> Group:
    members = [laid.members[row] for row in rows]
    common = np.logical_and.reduce(laid.starts[list(rows)])
    shared = np.logical_and.reduce(laid.free[list(rows)]).sum() / 4
    facts = Facts(
        tuple(members),
        float(shared),
        {
            (a.id, b.id): (laid.week - before.met[a.id, b.id]).days // 7
            for a, b in combinations(members, 2)
            if (a.id, b.id) in before.met
        },
        {
            laid.members[row].id: before.comes_first(laid.members[row].id)
            for row in rows
            if laid.waiting[row] == 1
        },
        {name: points(whole) for name, whole in total.items()},
    )
    roles = _roles(laid, rows, terms, before.pool.observed)
    return Group(
        tuple(one.id for one in members),
        {laid.members[row].id: role for row, role in roles.items()},
        reasons(facts),
        points(sum(total.values())),
        facts.terms,
        slots.choose(common, [one.tz for one in members], laid.week, laid.waking),
    )


def _roles(
    laid: Sheet, rows: Rows, terms: EdgeTerms, observed: Mapping[str, int]
) -> dict[int, str]:
    """Who is further ahead asks first, then they swap; of three one observes first.

    That is who was the first to observe least often; among equals, who is not on the heaviest
    edge.
    """

    def wish(two: Rows) -> tuple[int, int, Rows]:
        watching = [observed.get(laid.members[row].id, 0) for row in rows if row not in two]
        return -sum(watching), sum(terms[two].values()), two

    practise = max(combinations(rows, 2), key=wish)
    ahead = {row: (laid.members[row].level or 0, _marks(laid, row), -row) for row in practise}
    first = max(practise, key=lambda row: ahead[row])
    return {
        row: "observer" if row not in practise else "interviewer" if row == first else "candidate"
        for row in rows
    }


def _marks(laid: Sheet, row: int) -> float:
    cells = laid.members[row].cells
    return sum(cells.values()) / len(cells) if cells else 0.0


def _before(pool: Pool) -> _Before:
    met: dict[tuple[str, str], date] = {}
    for past in pool.history:
        two = (min(past.one, past.other), max(past.one, past.other))
        if past.one != past.other:
            met[two] = max(past.week, met.get(two, past.week))
    return _Before(met, newcomers(pool), pool)


def _alone(laid: Sheet, found: Sequence[Rows]) -> dict[str, str]:
    inside = {who for rows in found for who in rows}
    left = [row for row in range(len(laid.members)) if row not in inside]
    codes: dict[str, str] = {}
    for at in range(0, len(left), AT_ONCE):
        rows = left[at : at + AT_ONCE]
        allowed = laid.may_meet(np.array(rows))
        for place, row in enumerate(rows):
            fits = bool(allowed[place].any())
            codes[laid.members[row].id] = _why_alone(laid, row, fits=fits)
    return codes


def _why_alone(laid: Sheet, row: int, *, fits: bool) -> str:
    if not laid.members[row].windows:
        return "no_windows"
    if not laid.starts[row].any():
        return "no_hour"
    if len(laid.members) == 1:
        return "only_one"
    return "all_taken" if fits else "nobody_fits"
