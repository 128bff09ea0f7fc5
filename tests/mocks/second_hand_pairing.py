"""The second hand, first part: what goes into a matching and which round is chosen.

See second_hand.py.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import combinations
from typing import Any
from zoneinfo import ZoneInfo

CELLS = ("restatement", "trade_offs", "execution", "communication")
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
QUARTER, HOUR, DAY = timedelta(minutes=15), timedelta(hours=1), timedelta(days=1)
REPEATS = {"met": 1.0, "not_yet": 0.5, "could_not": 0.25, "no_show": 0.5, "unclear": 1.0}
FIRST = date(2027, 1, 11)


@dataclass
class Member:
    id: str
    zone: ZoneInfo
    rhythm: str
    level: int
    types: list[str]
    windows: list[str]
    joined: bool = False
    active: bool = True
    resting: bool = False
    paused_until: datetime | None = None
    days_off: list[tuple[date, date]] = field(default_factory=list)
    exclude: set[str] = field(default_factory=set)
    asked_for: set[int] = field(default_factory=set)
    left_out: set[int] = field(default_factory=set)
    silent: int = 0

    def awake(self, at: datetime) -> bool:
        return time(7) <= at.astimezone(self.zone).time() < time(21)

    def free(self, week: int, since: datetime) -> set[datetime]:
        """Starts (UTC) of the free quarter-hours of that week, between 07:00 and 22:00 local."""
        found = set()
        for window in self.windows:
            name, _, hours = window.partition(" ")
            start, end = (time.fromisoformat(one) for one in hours.split("-"))
            day = monday(week) + DAYS.index(name) * DAY
            if any(first <= day <= last for first, last in self.days_off):
                continue
            at = datetime.combine(day, start, self.zone).astimezone(UTC)
            stop = datetime.combine(day, end, self.zone).astimezone(UTC)
            while at < stop:
                if at >= since and time(7) <= at.astimezone(self.zone).time() < time(22):
                    found.add(at)
                at += QUARTER
        return found


@dataclass
class Group:
    week: int
    members: list[str]
    rematch: bool
    weight: float
    terms: dict[str, float]
    observers: list[str]  # in a trio who may be the first to observe, one where that is settled
    shared: set[datetime]
    tell_at: datetime | None = None
    told: bool = False
    slots: list[datetime] = field(default_factory=list)
    first_slots: list[datetime] = field(default_factory=list)
    exact: bool = True
    types: set[str] = field(default_factory=set)
    pressed: dict[str, set[datetime]] = field(default_factory=dict)
    agreed: datetime | None = None
    asked: dict[str, list[datetime]] = field(default_factory=dict)
    answers: dict[str, tuple[str, str]] = field(default_factory=dict)
    out: dict[str, str] = field(default_factory=dict)
    signs: set[str] = field(default_factory=set)
    state: str = "under_way"
    met_at: datetime | None = None
    forms: dict[str, tuple[datetime, dict[str, list[int]]]] = field(default_factory=dict)
    reveals: list[dict[str, Any]] = field(default_factory=list)

    def there(self) -> list[str]:
        return [one for one in self.members if one not in self.out]

    def between(self, one: str, other: str) -> str:
        """The outcome for this pair as history has it."""
        gone = self.out.get(one) or self.out.get(other)
        return gone or (self.state if self.state in REPEATS else "not_yet")


def monday(week: int) -> date:
    return FIRST + (week - 1) * 7 * DAY


def at_monday(week: int, days: int = 0) -> datetime:
    """M + `days`, 12:00 UTC."""
    return datetime.combine(monday(week) + days * DAY, time(12), UTC)


def hours_of(shared: set[datetime]) -> list[datetime]:
    """Starts from which sixty minutes are free."""
    return [at for at in sorted(shared) if all(at + n * QUARTER in shared for n in range(4))]


class Pairing:
    """Everything that a matching looks at, and the matching."""

    def __init__(self, members: dict[str, Any]) -> None:
        self.people = {
            key: Member(
                key,
                ZoneInfo(one["tz"]),
                one["rhythm"],
                one["level"],
                one["types"],
                list(one["windows"]),
            )
            for key, one in members.items()
        }
        self.groups: list[Group] = []
        self.sat_out: set[tuple[str, int]] = set()
        self.lost: set[str] = set()

    # What goes into the matching

    def reliability(self, who: str, now: datetime) -> float:
        mine = [g for g in self.groups if g.told and who in g.members]
        met = sum(g.state == "met" and who in g.there() for g in mine)
        missed = sum(g.out.get(who) == "no_show" and g.state != "unclear" for g in mine)
        # READING: silence counts from the next matching on, also in a group that met or was missed.
        silent = sum(who not in g.signs and now >= at_monday(g.week, 6) for g in mine)
        return (2 + met) / (2 + met + missed + silent / 2)

    def given(self, whom: str, cell: int, now: datetime, but: str = "") -> list[int]:
        """The marks partners gave in this cell, as far as they have been shown."""
        return [
            marks[whom][cell]
            for g in self.groups
            for by, (_, marks) in g.forms.items()
            if by not in (whom, but) and whom in marks and self.shown(g, by, now)
        ]

    def shown(self, group: Group, by: str, now: datetime) -> bool:
        return any(by in one["marks_of"] and one["at"] <= now for one in group.reveals)

    def cells(self, who: str, now: datetime) -> dict[int, float]:
        marks = {n: self.given(who, n, now) for n in range(4)}
        return {n: sum(all_) / len(all_) for n, all_ in marks.items() if len(all_) >= 3}

    def waiting(self, who: str, week: int) -> float:
        if not any(g.told and who in g.members for g in self.groups) and not any(
            one == who for one, _ in self.sat_out
        ):
            # Who is new waits as if they had sat out the last round, which the first round lacks.
            return self.beside_losers(who, 1.0 if week > 1 else 0.0)
        # READING: the latest round sat out counts, several do not add up.
        weeks = [w for one, w in self.sat_out if one == who and 0 < week - w <= 8]
        return self.beside_losers(who, 1 / (week - max(weeks)) if weeks else 0.0)

    def beside_losers(self, who: str, waited: float) -> float:
        if who in self.lost:
            return 1.0
        return waited / 2 if self.lost else waited

    def edge(
        self, one: str, other: str, week: int, now: datetime, hours: float
    ) -> dict[str, float]:
        a, b = self.people[one], self.people[other]
        mine, theirs = self.cells(one, now), self.cells(other, now)
        both = [mine[n] - theirs[n] for n in mine if n in theirs]
        ahead = max([0.0, *both]) / 4 + max([0.0, *(-gap for gap in both)]) / 4
        common = len(set(a.types) & set(b.types)) / min(len(a.types), len(b.types))
        repeat = sum(
            REPEATS[g.between(one, other)] * 0.5 ** ((week - g.week) / 26)
            for g in self.groups
            if g.told and one in g.members and other in g.members
        )
        waited = (self.waiting(one, week) + self.waiting(other, week)) / 2
        return {
            "complement": 4 * ahead / 2,
            "overlap": 1.5 * min(1.0, hours / 6),
            "level": -2 * abs(a.level - b.level) / 4,
            "types": 2 * common,
            "repeat": -12 * repeat,
            "reliability": 1.5 * self.reliability(one, now) * self.reliability(other, now),
            "waiting": 10 * waited,
        }

    # The round

    def possible(self, pool: list[str], week: int, now: datetime) -> dict[tuple[str, ...], Group]:
        since = now if now == now.replace(minute=0) else now.replace(minute=0) + HOUR
        free = {one: self.people[one].free(week, since) for one in pool}
        edges = {}
        for one, other in combinations(pool, 2):
            shared = free[one] & free[other]
            if not hours_of(shared) or self.excluded(one, other):
                continue
            edges[one, other] = (self.edge(one, other, week, now, len(shared) / 4), shared)
        found: dict[tuple[str, ...], Group] = {}
        for pair, (terms, shared) in edges.items():
            found[pair] = Group(week, list(pair), False, sum(terms.values()), terms, [], shared)
        for trio in combinations(pool, 3):
            sides = [pair for pair in combinations(trio, 2) if pair in edges]
            shared = free[trio[0]] & free[trio[1]] & free[trio[2]]
            if len(sides) == 3 and hours_of(shared):
                terms = {k: sum(edges[s][0][k] for s in sides) / 3 for k in edges[sides[0]][0]}
                watcher = self.observers(trio, {s: sum(edges[s][0].values()) for s in sides})
                found[trio] = Group(
                    week, list(trio), False, sum(terms.values()), terms, watcher, shared
                )
        return found

    def observers(self, trio: tuple[str, ...], weights: dict[tuple[str, ...], float]) -> list[str]:
        watched = {one: self.watched(one) for one in trio}
        most = min(high for _, high in watched.values())
        least = [one for one in trio if watched[one][0] <= most]
        top = max(weights.values())
        heaviest = [side for side, weight in weights.items() if weight > top - 0.001]
        thirds = [one for one in least if any(one not in side for side in heaviest)]
        # READING: of two who observed least and are both on the heaviest edge, either.
        settled = all(low == high for low, high in watched.values())
        return thirds if settled and thirds else least

    def watched(self, who: str) -> tuple[int, int]:
        """How often they were the first to observe, at least and at most."""
        mine = [g.observers for g in self.groups if g.told and who in g.observers]
        return sum(one == [who] for one in mine), len(mine)

    def excluded(self, one: str, other: str) -> bool:
        return other in self.people[one].exclude or one in self.people[other].exclude

    def best(self, pool: list[str], week: int, now: datetime) -> tuple[list[Group], float | None]:
        """The best round and its lead over the second best with as many people and trios."""
        options = self.possible(sorted(pool), week, now)
        ranked = []
        for chosen in rounds(tuple(sorted(pool)), set(options)):
            trios = sum(len(one) == 3 for one in chosen)
            people = sum(len(one) for one in chosen)
            ranked.append((people, -trios, sum(options[one].weight for one in chosen), chosen))
        ranked.sort(reverse=True)
        top = ranked[0]
        lead = top[2] - ranked[1][2] if len(ranked) > 1 and ranked[1][:2] == top[:2] else None
        return [options[one] for one in top[3]], lead

    def eligible(self, who: Member, week: int) -> bool:
        paused = who.paused_until is not None and who.paused_until > at_monday(week)
        if not who.joined or not who.active or who.resting or paused or week in who.left_out:
            return False
        had = any(g.told and g.week == week - 1 and who.id in g.members for g in self.groups)
        usual = who.rhythm == "weekly" or (who.rhythm == "fortnightly" and not had)
        return usual or week in who.asked_for


def rounds(pool: tuple[str, ...], options: set[tuple[str, ...]]) -> Iterator[list[tuple[str, ...]]]:
    """Every way to put some of `pool` into possible pairs and trios."""
    if not pool:
        yield []
        return
    first, rest = pool[0], pool[1:]
    yield from rounds(rest, options)
    for size in (1, 2):
        for others in combinations(rest, size):
            if (first, *others) in options:
                left = tuple(one for one in rest if one not in others)
                yield from ([(first, *others), *more] for more in rounds(left, options))
