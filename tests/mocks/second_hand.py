"""The second hand: what must come of `quarter.yaml`, computed from the documents alone.

It was written from docs/mocks.md and docs/pairing.md by somebody who had not read the bot's code
for mock interviews, and imports nothing of the bot: every possible round is tried (brute force),
every week is walked through act by act. `second_hand_expected.py` writes down what came of it.
Where the documents leave something open, a comment beginning with READING says what was taken.
"""

import heapq
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from functools import partial
from itertools import combinations, pairwise
from typing import Any

from tests.mocks.second_hand_pairing import (
    DAY,
    HOUR,
    QUARTER,
    Group,
    Member,
    Pairing,
    at_monday,
    hours_of,
    monday,
)

ROUNDS = 12
Act = dict[str, Any]


class Quarter(Pairing):
    """Plays the script; afterwards `weeks` holds what must have happened."""

    def __init__(self, script: dict[str, Any]) -> None:
        super().__init__(script["members"])
        self.weeks: dict[int, dict[str, Any]] = {}
        self.standby: set[str] = set()
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

    # The week

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
