"""The second hand: what must come of `quarter.yaml`, computed from the documents alone.

It was written from docs/mocks.md and docs/pairing.md by somebody who had not read the bot's code
for mock interviews, and imports nothing of the bot: every possible round is tried (brute force),
every week is walked through act by act. `second_hand_expected.py` writes down what came of it. Where
the documents leave something open, a comment beginning with READING says what was taken.
"""

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

HERE = Path(__file__).parent
CELLS = ("restatement", "trade_offs", "execution", "communication")
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
QUARTER, HOUR, DAY = timedelta(minutes=15), timedelta(hours=1), timedelta(days=1)
REPEATS = {"met": 1.0, "not_yet": 0.5, "could_not": 0.25, "no_show": 0.5, "unclear": 1.0}
FIRST = date(2027, 1, 11)
ROUNDS = 12
Act = dict[str, Any]


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


class Quarter:
    """Plays the script; afterwards `weeks` holds what must have happened."""

    def __init__(self, script: dict[str, Any]) -> None:
        self.people = {
            key: Member(key, ZoneInfo(one["tz"]), one["rhythm"], one["level"], one["types"],
                        list(one["windows"]))
            for key, one in script["members"].items()
        }  # fmt: skip
        self.groups: list[Group] = []
        self.weeks: dict[int, dict[str, Any]] = {}
        self.sat_out: set[tuple[str, int]] = set()
        self.standby: set[str] = set()
        self.lost: set[str] = set()
        self.week = 0
        self.queue: list[tuple[datetime, int, int, Callable[[datetime], None]]] = []
        self.count = 0
        for week in range(1, ROUNDS + 2):
            self.at(at_monday(week, -1), partial(self.matching, week), 0)
        for week in range(1, ROUNDS + 1):
            self.at(at_monday(week, 8), partial(self.close, week), 0)
        for act in script["acts"]:
            self.at(datetime.fromisoformat(act["at"]), partial(self.act, act), 5)

    def at(self, when: datetime, then: Callable[[datetime], None], order: int = 1) -> None:
        self.count += 1
        heapq.heappush(self.queue, (when, order, self.count, then))

    def play(self, until: datetime | None = None) -> "Quarter":
        while self.queue and (until is None or self.queue[0][0] <= until):
            now, _, _, then = heapq.heappop(self.queue)
            then(now)
        return self

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
            # READING: who is new waits as if they had sat out the last round.
            return self.beside_losers(who, 1.0)
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

    def matching(self, week: int, now: datetime) -> None:
        self.count_silence(week - 1)
        if self.week:
            self.weeks[self.week]["standby"] = sorted(self.standby)
        if week > ROUNDS:
            return
        pool = [one for one, who in self.people.items() if self.eligible(who, week)]
        self.week, self.standby, self.lost = week, set(), set()
        self.weeks[week] = {
            "eligible": sorted(pool),
            "alone": {},
            "alone_later": {},
            "rests": [],
            "standby": [],
        }
        groups, lead = self.best(pool, week, now)
        self.weeks[week]["lead_over_second_best"] = lead
        self.standby = set(pool) - {one for g in groups for one in g.members}
        for one in sorted(self.standby):
            none = not self.people[one].free(week, now)
            self.weeks[week]["alone"][one] = "no_free_window" if none else "nobody_shares_an_hour"
        for group in groups:
            self.plan(group, at_monday(week, -1))

    def count_silence(self, week: int) -> None:
        for who in self.people.values():
            mine = [g for g in self.groups if g.week == week and g.told and who.id in g.members]
            if mine and who.joined and who.active:
                who.silent = 0 if any(who.id in g.signs for g in mine) else who.silent + 1
                if who.silent >= 3 and not who.resting:
                    who.resting = True
                    self.weeks[week]["rests"].append(who.id)
            if week and who.id in self.weeks[week]["eligible"] and not mine:
                # READING: seen by the next matching already, not only after the close.
                self.sat_out.add((who.id, week))
        if week:
            counts = {k: m.silent for k, m in self.people.items() if m.silent}
            asleep = {k for k, m in self.people.items() if m.resting}
            new = set(self.weeks[week]["rests"])
            self.weeks[week]["silent_counts"] = {
                k: count for k, count in counts.items() if k in new or k not in asleep
            }

    def plan(self, group: Group, now: datetime) -> None:
        """When it is told: the first quarter-hour at which all are awake and have Monday."""
        self.groups.append(group)
        at = now
        while not all(self.has_monday(one, at) for one in group.members):
            at += QUARTER
        group.tell_at = at
        self.at(at, lambda when: self.tell(group, when))

    def has_monday(self, who: str, at: datetime) -> bool:
        member = self.people[who]
        return member.awake(at) and at.astimezone(member.zone).date() >= monday(self.week)

    def tell(self, group: Group, now: datetime) -> None:
        gone = [one for one in group.members if not self.still(one)]
        if gone or any(self.excluded(a, b) for a, b in combinations(group.members, 2)):
            group.state = "not_told"
            # READING: who stays behind has lost a partner.
            left = sorted(set(group.members) - set(gone))
            self.weeks[group.week]["alone_later"] |= dict.fromkeys(left, "partner_gone")
            self.lose(left, now)
            return
        group.told = True
        starts = [at for at in hours_of(group.shared) if at >= now + 2 * HOUR]
        apart = all(b - a >= 2 * HOUR and a.date() != b.date() for a, b in pairwise(starts))
        group.exact = apart and len(starts) <= 3
        group.slots = starts if group.exact else []
        group.first_slots = list(group.slots)
        for one in group.members:
            self.ask_later(group, one)

    def still(self, who: str) -> bool:
        one = self.people[who]
        paused = one.paused_until is not None and one.paused_until > at_monday(self.week)
        return one.joined and one.active and not paused

    def lose(self, left: list[str], now: datetime) -> None:
        self.standby |= set(left)
        self.lost |= set(left)
        self.at(now, self.rematch, 2)

    def rematch(self, now: datetime) -> None:
        had = {
            one: sum(g.week == self.week and one in g.members for g in self.groups)
            for one in self.people
        }
        pool = [one for one in self.standby if self.still(one) and had[one] < 3]
        if len(pool) < 2:
            return
        groups, lead = self.best(pool, self.week, now)
        if groups and lead is not None:
            assert lead >= 0.02, f"rematch of week {self.week} is not unique"
        for group in groups:
            group.rematch = True
            self.standby -= set(group.members)
            for one in group.members:
                self.weeks[self.week]["alone_later"].pop(one, None)
            self.plan(group, now)

    # Asking

    def due(self, group: Group, who: str) -> datetime:
        zone = self.people[who].zone
        thursday, saturday = (
            datetime.combine(monday(group.week) + days * DAY, time(18), zone).astimezone(UTC)
            for days in (3, 5)
        )
        assert group.tell_at
        at = saturday if thursday - group.tell_at < DAY else thursday
        if group.agreed:
            at = group.agreed + 90 * timedelta(minutes=1)
        if group.answers.get(who, ("",))[0] == "not_yet":
            at = saturday
        while not self.people[who].awake(at):
            at += QUARTER
        return at

    def ask_later(self, group: Group, who: str) -> None:
        self.at(self.due(group, who), lambda now: self.ask(group, who, now))

    def ask(self, group: Group, who: str, now: datetime) -> None:
        answered = group.answers.get(who, ("not_yet",))[0] != "not_yet"
        over = group.state in ("no_show", "could_not", "lapsed") or who in group.out
        if self.due(group, who) == now and not answered and not over:
            asked = group.asked.setdefault(who, [])
            if not asked or asked[-1] != now:
                asked.append(now)

    # Acts

    def act(self, act: Act, now: datetime) -> None:
        who = self.people[act["who"]]
        verb: Callable[..., None] = getattr(self, f"do_{act['do']}")
        verb(who, act, now)

    def group_of(self, who: Member, act: Act) -> Group:
        mine = [g for g in self.groups if g.week == act["week"] and g.told and who.id in g.members]
        if "with" in act:
            mine = [g for g in mine if act["with"] in g.members]
        group = mine[-1]
        group.signs.add(who.id)
        who.silent = 0
        return group

    def do_join(self, who: Member, act: Act, now: datetime) -> None:
        who.joined = True

    def do_windows(self, who: Member, act: Act, now: datetime) -> None:
        who.windows = list(act["windows"])

    def do_partner(self, who: Member, act: Act, now: datetime) -> None:
        who.asked_for.add(act["for_week"])

    def do_not_this_week(self, who: Member, act: Act, now: datetime) -> None:
        who.left_out.add(act["for_week"])

    def do_exclude(self, who: Member, act: Act, now: datetime) -> None:
        who.exclude.add(act["whom"])

    def do_pause(self, who: Member, act: Act, now: datetime) -> None:
        who.paused_until = datetime.fromisoformat(act["until"])

    def do_deactivate(self, who: Member, act: Act, now: datetime) -> None:
        who.active = False

    def do_days_off(self, who: Member, act: Act, now: datetime) -> None:
        who.days_off.append((act["first"], act["last"]))

    def do_return(self, who: Member, act: Act, now: datetime) -> None:
        """From rest, or after a no-show to the standby of the running week."""
        if not who.resting:
            self.standby.add(who.id)
            self.at(now, self.rematch, 2)
        who.resting, who.silent = False, 0

    def do_leave(self, who: Member, act: Act, now: datetime) -> None:
        who.joined = False
        self.standby.discard(who.id)
        for group in self.groups:
            if group.week == self.week and group.state == "under_way" and who.id in group.members:
                # READING: leaving is counted as "could not" of who leaves.
                self.take_out(group, who.id, "could_not", now)

    def do_press_slots(self, who: Member, act: Act, now: datetime) -> None:
        """Afterwards exactly these are pressed; the earliest that suits all is agreed."""
        group = self.group_of(who, act)
        assert group.exact, f"{act}: the slots cannot be known"
        which = {"earliest": group.slots[:1], "latest": group.slots[-1:], "all": group.slots}
        chosen = which.get(act["slots"]) if isinstance(act["slots"], str) else None
        group.pressed[who.id] = set(chosen or (datetime.fromisoformat(s) for s in act["slots"]))
        assert group.pressed[who.id] <= set(group.slots), f"{act}: no such slot"
        suits = set.intersection(*(group.pressed.get(one, set()) for one in group.there()))
        if suits:
            group.agreed = min(suits)
            for one in group.there():
                self.ask_later(group, one)

    def do_another_time(self, who: Member, act: Act, now: datetime) -> None:
        group = self.group_of(who, act)
        group.slots = sorted({*group.slots, datetime.fromisoformat(act["start"])})
        assert len(group.slots) <= 6

    def do_give_up(self, who: Member, act: Act, now: datetime) -> None:
        group = self.group_of(who, act)
        assert group.agreed
        for pressed in group.pressed.values():
            pressed.discard(group.agreed)
        group.agreed = None
        for one in group.there():
            self.ask_later(group, one)

    def do_outcome(self, who: Member, act: Act, now: datetime) -> None:
        group = self.group_of(who, act)
        assert now <= at_monday(group.week, 8)
        group.answers[who.id] = (act["answer"], act.get("absent", ""))
        self.settle(group, now)
        if act["answer"] == "not_yet":
            self.ask_later(group, who.id)

    def settle(self, group: Group, now: datetime) -> None:
        said = {one: group.answers[one] for one in group.there() if one in group.answers}
        met = any(answer == "met" for answer, _ in said.values())
        for one, (answer, absent) in said.items():
            if answer == "could_not":
                self.take_out(group, one, "could_not", now)
            elif answer == "no_show" and absent in group.there() and not met:
                self.take_out(group, absent, "no_show", now)
        missed = any(a == "no_show" and absent in group.there() for a, absent in said.values())
        if group.state in ("under_way", "met", "unclear") and met:
            group.state = "unclear" if missed else "met"
            group.met_at = group.met_at or now

    def take_out(self, group: Group, who: str, why: str, now: datetime) -> None:
        group.out[who] = why
        if len(group.there()) < 2:
            group.state = why
            if group.week == self.week:
                self.lose(group.there(), now)

    def do_marks(self, who: Member, act: Act, now: datetime) -> None:
        group = self.group_of(who, act)
        assert group.state == "met", f"{act}: the group has not met"
        assert group.met_at
        assert set(act["marks"]) == set(group.there()), f"{act}: marks for everybody who was there"
        group.forms[who.id] = (now, act["marks"])
        if len(group.forms) == 1:
            self.at(now + 2 * DAY, lambda when: self.reveal(group, when, blind=True))
        if group.reveals:
            self.reveal(group, now, blind=False)
        elif set(group.forms) == set(group.there()):
            self.reveal(group, now, blind=True)

    def reveal(self, group: Group, now: datetime, blind: bool) -> None:
        known = {one for before in group.reveals for one in before["marks_of"]}
        new = sorted(set(group.forms) - known)
        if new:
            group.reveals.append({"at": now, "marks_of": new, "blind": blind})

    def close(self, week: int, now: datetime) -> None:
        for group in self.groups:
            if group.week == week and group.state == "under_way":
                group.state = "lapsed" if group.told else "not_told"


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
