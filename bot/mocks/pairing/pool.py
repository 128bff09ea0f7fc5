"""Who is to be paired and how they were before: the values that matching takes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

SAT_OUT = "sat_out"  # the outcome of a row of history that names one person twice


@dataclass(frozen=True)
class Window:
    """Free time every week: `day` 0 (Monday) to 6, minutes of the local day, start before end."""

    day: int
    start: int
    end: int


@dataclass(frozen=True)
class Member:
    """`level` 1 to 5 and `cells` 0 to 4, unknown ones left out; `reliability` 0 to 1.

    Without `types` any interview type is welcome. `exclude` holds both ways.
    """

    id: str
    tz: str
    windows: tuple[Window, ...]
    level: float | None = None
    cells: Mapping[str, float] = field(default_factory=dict)
    types: frozenset[str] = frozenset()
    exclude: frozenset[str] = frozenset()
    reliability: float = 1.0


@dataclass(frozen=True)
class Past:
    """Two people were in one group in the week of that Monday, and what came of it.

    `SAT_OUT` with the same person twice: who was eligible and had no partner.
    """

    one: str
    other: str
    week: date
    outcome: str


@dataclass(frozen=True)
class Pool:
    """A round to be made for the ISO week that begins on the Monday `week`. Ids are unique.

    `earliest`: free time before it does not count. `weeks`: those that had a round, where it is
    known; who sat out is then only who has a row of `SAT_OUT`. `first`: who lost a partner of
    this week. `observed`: how often somebody was the first to observe in a trio.
    """

    seed: int
    week: date
    members: tuple[Member, ...]
    history: tuple[Past, ...] = ()
    earliest: datetime | None = None
    weeks: tuple[date, ...] | None = None
    first: frozenset[str] = frozenset()
    observed: Mapping[str, int] = field(default_factory=dict)


def waiting(pool: Pool, rounds: int) -> dict[str, float]:
    """Who sat out lately: 1 in the last round, 1/2 in the one before, and so on; else 0.

    Rows of `SAT_OUT` say so; without any, who has no row in a week in which others have one sat
    it out. Somebody new counts as waiting since the last round. Who lost a partner of this week
    waits fully; beside them what others have waited counts half.
    """
    past = [one for one in pool.history if one.week < pool.week]
    known = {one.week for one in past} if pool.weeks is None else set(pool.weeks)
    weeks = sorted((week for week in known if week < pool.week), reverse=True)[:rounds]
    there: dict[str, set[date]] = {}
    out: dict[str, set[date]] = {}
    for row in past:
        for who in (row.one, row.other):
            (out if row.outcome == SAT_OUT else there).setdefault(who, set()).add(row.week)
    told, share = bool(out) or pool.weeks is not None, 0.5 if pool.first else 1.0
    since = {
        one.id: _since(weeks, there.get(one.id, set()), out.get(one.id, set()), told=told)
        for one in pool.members
    }
    return {who: 1.0 if who in pool.first else share * value for who, value in since.items()}


def newcomers(pool: Pool) -> frozenset[str]:
    """Who was in no round before."""
    seen = {who for one in pool.history if one.week < pool.week for who in (one.one, one.other)}
    return frozenset(one.id for one in pool.members) - seen


def _since(weeks: list[date], there: set[date], out: set[date], *, told: bool) -> float:
    if not there and not out:
        return 1.0 if weeks else 0.0
    first = min(there | out)
    for back, week in enumerate(weeks, 1):
        if week in out or (not told and week >= first and week not in there):
            return 1 / back
    return 0.0
