"""What the weeks before say of people, and who may still be matched. Pure."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import combinations
from typing import Any

from bot.mocks import rules
from bot.mocks.pairing.pool import SAT_OUT, Past, Window
from bot.mocks.rules import DAY, GroupState, Outcome
from bot.people.rules import WEEKDAYS, Quiet, Span, is_off

ENOUGH_MARKS = 3  # of a cell, for its mean to count
HOUR = timedelta(hours=1)
NOT_YET = (GroupState.PROPOSED, GroupState.AGREED, GroupState.LAPSED)


def earliest(now: datetime) -> datetime:
    """From when time counts: the next full hour."""
    begun = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    return begun if begun == now else begun + HOUR


def is_late(week: date, now: datetime) -> bool:
    """Has the week begun, so that a group without a time to meet helps nobody?"""
    return now >= rules.noon(week) - timedelta(hours=12)


def windows(stored: Sequence[Sequence[str]], week: date, off: Sequence[Span]) -> tuple[Window, ...]:
    """Free times as stored, without those of days off."""
    found = (_window(day, start, end) for day, start, end in stored)
    return tuple(one for one in found if not is_off(week + one.day * DAY, off))


# Thousands of people share few of these: looking for garbage, which holds the loop up, takes less.
@lru_cache(maxsize=4_096)
def _window(day: str, start: str, end: str) -> Window:
    return Window(WEEKDAYS.index(day), _minutes(start), _minutes(end))


@lru_cache(maxsize=1_024)
def quiet_of(start: time, end: time) -> Quiet:
    return Quiet(start, end)


@lru_cache(maxsize=1_024)
def tracks_of(*names: str) -> frozenset[str]:
    return frozenset(map(str, names))


def _minutes(clock: str) -> int:
    hours, _, minutes = clock.partition(":")
    return int(hours) * 60 + int(minutes)


@dataclass(frozen=True)
class Sat:
    """A seat as memory needs it; `gone`: left before the group's end."""

    member_id: int
    user_id: str
    role: str
    kit_id: str
    absent_id: int | None
    no_show_said: bool
    touched: bool
    gone: bool


@dataclass(frozen=True)
class Told:
    """A group that was told, with everybody who was in it."""

    group_id: int
    week: date
    state: GroupState
    track: str
    at: datetime
    seats: tuple[Sat, ...]

    @property
    def absent(self) -> frozenset[int]:
        """Who did not come, as the others say; nobody where they do not agree."""
        if self.state == GroupState.UNCLEAR:
            return frozenset()
        said = (one.absent_id for one in self.seats if one.no_show_said)
        return frozenset(one for one in said if one is not None)

    def came_of(self, one: Sat, other: Sat) -> str:
        """The outcome of this group for two of it, as history names it."""
        gone = [sat for sat in (one, other) if sat.gone]
        if gone:
            missing = any(sat.member_id in self.absent for sat in gone)
            return str(Outcome.NO_SHOW if missing else Outcome.COULD_NOT)
        return str(Outcome.NOT_YET if self.state in NOT_YET else self.state)


@dataclass
class Memory:
    """Of the pool's people, gathered group by group; people by their user ids."""

    week: date
    pairs: list[Past] = field(default_factory=list)
    had: dict[date, set[str]] = field(default_factory=lambda: defaultdict(set))
    met: Counter[str] = field(default_factory=Counter)
    no_shows: Counter[str] = field(default_factory=Counter)
    silent: Counter[str] = field(default_factory=Counter)
    observed: Counter[str] = field(default_factory=Counter)
    tracks: dict[str, dict[str, datetime]] = field(default_factory=lambda: defaultdict(dict))
    kits: dict[str, dict[str, datetime]] = field(default_factory=lambda: defaultdict(dict))

    def take(self, told: Told) -> None:
        self.pairs += [
            Past(one.user_id, other.user_id, told.week, told.came_of(one, other))
            for one, other in combinations(told.seats, 2)
        ]
        kits = [one.kit_id for one in told.seats]
        for one in told.seats:
            self.had[told.week].add(one.user_id)
            self.observed[one.user_id] += one.role == "observer"
            for kit in kits:
                latest(self.kits[one.user_id], kit, told.at)
            if told.state == GroupState.MET and not one.gone:
                latest(self.tracks[one.user_id], told.track, told.at)
        if told.week >= self.week - rules.RELIABLE:
            self._rely(told)

    def _rely(self, told: Told) -> None:
        over = told.week < self.week
        for one in told.seats:
            self.met[one.user_id] += told.state == GroupState.MET and not one.gone
            self.no_shows[one.user_id] += one.member_id in told.absent
            self.silent[one.user_id] += over and not one.touched

    def reliability(self, who: str) -> float:
        return rules.reliability(self.met[who], self.no_shows[who], self.silent[who])

    def sat_out(self, week: date, standing: Iterable[str]) -> None:
        """Who was on standby at the end of that week; those who had a partner did not sit out."""
        out = [who for who in standing if who not in self.had[week]]
        self.pairs += [Past(who, who, week, SAT_OUT) for who in out]

    def lately(self, people: Collection[str]) -> list[str]:
        """Interview types that any of them has practised, newest first."""
        return _newest([self.tracks[who] for who in people if who in self.tracks])

    def seen(self, people: Collection[str]) -> list[str]:
        """Kits that any of them has seen, newest first."""
        return _newest([self.kits[who] for who in people if who in self.kits])


def latest(known: dict[str, datetime], name: str, at: datetime) -> None:
    known[name] = max(at, known.get(name, at))


def _newest(known: Sequence[Mapping[str, datetime]]) -> list[str]:
    merged: dict[str, datetime] = {}
    for one in known:
        for name, at in one.items():
            latest(merged, name, at)
    return sorted(merged, key=lambda name: (merged[name], name), reverse=True)


def told(rows: Sequence[Any]) -> Told:
    """A group from its seats' rows, one or more, as `loading` reads them."""
    first = rows[0]
    there = {row.member_id for row in rows if row.outcome == Outcome.MET}  # by their own word
    seats = tuple(
        Sat(
            row.member_id,
            row.user_id,
            row.role,
            row.kit_id,
            row.absent_id,
            # In a trio it stays beside what came of the meeting of the other two.
            row.absent_id is not None and row.absent_id not in there,
            row.touched_at is not None,
            row.left_at is not None and (row.ended_at is None or row.left_at < row.ended_at),
        )
        for row in rows
    )
    at = first.agreed_at or first.tell_at
    return Told(first.group_id, first.week, GroupState(first.state), first.track, at, seats)
