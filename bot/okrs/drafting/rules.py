"""What the next cycle is, and what a key result promises in it. Pure."""

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.okrs.progress import progress
from bot.okrs.rules import Kind, Milestone, Terms

_PART = re.compile(r"(\d{4})-([QH])([1-4])")
_LAST = {"Q": 4, "H": 2}


@dataclass(frozen=True)
class Carried:
    """A key result in the next cycle. `change`: its owners said so; `reached`: it is there already.

    `unguarded`: its guardrail does not go on with it.
    """

    title: str
    change: bool
    reached: bool
    unguarded: bool


@dataclass(frozen=True)
class DraftLine:
    """An objective of the next cycle; `started` when it is a draft no longer."""

    objective_id: int
    title: str
    started: bool
    key_results: tuple[Carried, ...]


@dataclass(frozen=True)
class NextCycle:
    """What was drafted from one team's cycle.

    `dropped` and `undecided` are titles of key results that are not in it.
    """

    team_cycle_id: int
    team: str
    cycle: str
    starts: date
    ends: date
    objectives: tuple[DraftLine, ...]
    dropped: tuple[str, ...]
    undecided: tuple[str, ...]


def next_key(key: str) -> str:
    """*2026-Q4* to *2027-Q1*, *2026-H1* to *2026-H2*, any other with *-next* behind it."""
    told = _PART.fullmatch(key)
    if told is None or int(told[3]) > _LAST[told[2]]:
        return f"{key}-next"
    year, number = int(told[1]), int(told[3]) + 1
    if number > _LAST[told[2]]:
        year, number = year + 1, 1
    return f"{year:04}-{told[2]}{number}"


def next_span(starts: date, ends: date) -> tuple[date, date]:
    """From the following day on, as long again; whole months are followed by as many months."""
    first = ends + timedelta(days=1)
    if starts.day != 1 or first.day != 1:
        return first, first + (ends - starts)
    months = (first.year - starts.year) * 12 + first.month - starts.month
    last = first.year * 12 + first.month - 1 + months - 1
    year, month = last // 12, last % 12 + 1
    return first, date(year, month, monthrange(year, month)[1])


def carried(terms: Terms, value: float | None, later: timedelta) -> Terms:
    """The same promise in the next cycle, from where it stands now; `later` moves its dates.

    What is reached already keeps its baseline: from the target itself there is no way to go. Of
    milestones those that are left go on, and all of them when all are done.
    """
    share = progress(terms, value)
    moved = replace(
        terms.curve, points=tuple((day + later, told) for day, told in terms.curve.points)
    )
    if terms.kind is Kind.MILESTONES:
        left = _left(terms.milestones)
        return replace(terms, baseline=None, milestones=left, curve=moved)
    if value is not None and share is not None and share < 1:
        return replace(terms, baseline=value, curve=moved)
    return replace(terms, curve=moved)


def _left(milestones: Sequence[Milestone]) -> tuple[Milestone, ...]:
    left = tuple(one for one in milestones if not one.done)
    return left or tuple(replace(one, done=False) for one in milestones)


def reached(terms: Terms, value: float | None) -> bool:
    """Is there nothing left to reach? A level is to be held again and again."""
    return not terms.kind.keeps and progress(terms, value) == 1
