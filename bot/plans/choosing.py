"""Which drill comes next, and why: the numbered list of `docs/plan.md`. Pure, and the same past
gives the same drill."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from hashlib import sha256

from bot.plans.aiming import MISSED, lately_met
from bot.plans.aiming import Level as Level
from bot.plans.aiming import Past as Past
from bot.plans.aiming import Step as Step
from bot.plans.aiming import aim as aim
from bot.plans.aiming import ladder as ladder
from bot.plans.aiming import levels as levels
from bot.plans.aiming import weakest as weakest
from bot.plans.bank import CODING, Bank, Entry
from bot.plans.bank import bank as bank
from bot.plans.bank import leaning as leaning
from bot.scoring.rules import Cell

JUST_MET = 3  # drills that wait before they come again unanswered
SOME = 3  # drills answered before the last days ask for nothing new
# Which stage of a drill each stage of the plan asks for; *coding* stands for two of them.
KINDS: Mapping[str, Collection[str]] = {
    "fundamentals": ("fundamentals",),
    "scenarios": ("scenario", "coding"),
    "loops": ("panel", "coding"),
}


class Why(StrEnum):
    """What made the choice."""

    NEW = "new"  # never answered
    BACK = "back"  # a spaced return
    SEEN = "seen"  # the last days: from what was answered
    AGAIN = "again"  # nothing new is left in the bank


@dataclass(frozen=True, slots=True)
class Wish:
    """What the day asks for. `stage` is a stage of the plan, None without a plan.

    `levels` are those of `levels()`; `due` are the missed drills whose day has come, {id: day}.
    `seed` is the member's: the lot depends on it and on the drill alone.
    """

    track: str
    seed: str
    today: date
    stage: str | None = None
    nothing_new: bool = False
    levels: Mapping[Cell, Level] = field(default_factory=dict)
    due: Mapping[str, date] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A drill with what its *why* line says.

    `level` is None while the aim is not known; `rung` and the drill's own `difficulty` are 0 to
    2; `since` is the day of the newest answer to a drill that was answered before.
    """

    drill_id: str
    why: Why
    aim: Cell
    weakest: bool  # the aim is the weakest known cell
    level: Level | None
    leans: bool  # the drill works on the aim
    difficulty: int
    rung: int
    step: Step
    own_track: bool
    since: date | None = None
    missed: bool = False  # that answer got less than 2

    @property
    def back(self) -> bool:
        return self.why == Why.BACK


def choose(bank: Bank, past: Sequence[Past], wish: Wish) -> Chosen | None:
    """The drill for this day; None when the bank is empty."""
    if not bank.drills:
        return None
    newest = _newest(bank, past)
    cell = aim(wish.levels, past)
    rung, step = ladder(bank, past, cell)
    entry, why = _entry(bank, past, newest, wish, cell, rung)
    level = wish.levels.get(cell)
    weak = weakest(wish.levels)
    before = newest.get(entry.id)
    return Chosen(
        entry.id,
        why,
        cell,
        cell == weak,
        level,
        entry.leans == cell,
        entry.difficulty,
        rung,
        step,
        entry.track == wish.track,
        before.day if before else None,
        before is not None and (before.overall or 0.0) < MISSED,
    )


def _entry(
    bank: Bank,
    past: Sequence[Past],
    newest: Mapping[str, Past],
    wish: Wish,
    cell: Cell,
    rung: int,
) -> tuple[Entry, Why]:
    from_seen = wish.nothing_new or wish.stage == "final"
    if from_seen and len(newest) >= SOME:
        return _from_seen(bank, past, newest, cell), Why.SEEN
    back = _returning(bank, past, wish) if wish.stage == "daily" and not from_seen else None
    if back is not None:
        return back, Why.BACK
    fresh = [one for one in bank.drills.values() if one.id not in newest]
    if fresh:
        return _fresh(fresh, past, wish, cell, rung), Why.NEW
    # When nothing is new, what was answered longest ago comes again.
    rested = _rested(list(bank.drills.values()), past)
    return min(rested, key=_oldest(list(newest))), Why.AGAIN


# --- something new --------------------------------------------------------------------------------


def _fresh(
    fresh: Sequence[Entry], past: Sequence[Past], wish: Wish, cell: Cell, rung: int
) -> Entry:
    """The numbered list: each line decides only between what is equal in the lines before."""
    if wish.track != CODING:
        fresh = _rather(fresh, lambda one: one.track != CODING)
    left = _rested(fresh, past)
    kinds = KINDS.get(wish.stage or "")
    if kinds:
        left = _rather(left, lambda one: one.stage in kinds)
    left = _rather(left, lambda one: one.track == wish.track)
    met = {one.drill_id for one in past}
    left = _rather(left, lambda one: one.id not in met)
    just = [one.drill_id for one in past if one.sent and one.kind != "team"][:JUST_MET]
    left = _rather(left, lambda one: one.id not in just)
    left = _rather(left, lambda one: one.leans == cell)
    nearest = min((abs(one.difficulty - rung), one.difficulty) for one in left)
    left = [one for one in left if (abs(one.difficulty - rung), one.difficulty) == nearest]
    lately = lately_met(past)
    left = _rather(left, lambda one: one.family not in lately)
    return _by_lot(left, wish.seed)


def _rather(left: Sequence[Entry], fits: Callable[[Entry], bool]) -> Sequence[Entry]:
    """Those that fit, or all when none does."""
    return [one for one in left if fits(one)] or left


def _by_lot(left: Sequence[Entry], seed: str) -> Entry:
    return min(left, key=lambda one: (sha256(f"{seed}/{one.id}".encode()).digest(), one.id))


def _rested(left: Sequence[Entry], past: Sequence[Past]) -> Sequence[Entry]:
    """Without the family of the last two drills, if both were of it and there is another."""
    lately = lately_met(past)
    if len(lately) < 2 or lately[0] != lately[1]:
        return left
    return _rather(left, lambda one: one.family != lately[0])


def common(bank: Bank, past: Sequence[Past], track: str, seed: str) -> str | None:
    """A drill for many people at once, where there is no aim: what was never met, else longest ago.

    Of the track when it has drills; None when the bank is empty.
    """
    every = list(bank.drills.values())
    own = [one for one in every if one.track == track] or every
    if not own:
        return None
    met = list(dict.fromkeys(one.drill_id for one in past))
    left = _rested(own, past)
    age = _oldest(met)
    oldest = min(age(one)[0] for one in left)
    left = [one for one in left if age(one)[0] == oldest]
    lately = lately_met(past)
    return _by_lot(_rather(left, lambda one: one.family not in lately), seed).id


def _oldest(newest_first: Sequence[str]) -> Callable[[Entry], tuple[int, str]]:
    """A key that puts first what is not named at all, then what is named last."""
    place = {drill_id: -number for number, drill_id in enumerate(newest_first)}
    never = -len(newest_first)
    return lambda one: (place.get(one.id, never), one.id)


# --- what was answered before ---------------------------------------------------------------------


def _newest(bank: Bank, past: Sequence[Past]) -> dict[str, Past]:
    """{drill of the bank: its newest answer}, newest first."""
    found: dict[str, Past] = {}
    for one in past:
        if one.answered and one.drill_id in bank.drills:
            found.setdefault(one.drill_id, one)
    return found


def _returning(bank: Bank, past: Sequence[Past], wish: Wish) -> Entry | None:
    """The missed drill due longest; none while one of the last two daily drills came back."""
    daily = (one.back for one in past if one.kind == "daily" and one.sent)
    if any(back for back, _ in zip(daily, range(2), strict=False)):
        return None
    ready = [bank.drills[one] for one, day in wish.due.items()
             if day <= wish.today and one in bank.drills]  # fmt: skip
    lately = lately_met(past)
    if len(lately) == 2 and lately[0] == lately[1]:
        ready = [one for one in ready if one.family != lately[0]]
    return min(ready, key=lambda one: (wish.due[one.id], one.id), default=None)


def _from_seen(bank: Bank, past: Sequence[Past], newest: Mapping[str, Past], cell: Cell) -> Entry:
    """From what was answered: missed first, then the lowest mark in the aim, then longest ago."""
    last = [one.drill_id for one in past if one.answered][:2]
    answered = [bank.drills[one] for one in newest]
    left = _rested(_rather(answered, lambda one: one.id not in last), past)
    age = _oldest(list(newest))

    def order(one: Entry) -> tuple[bool, float, tuple[int, str]]:
        # An answer without a mark in the aim comes after those with one.
        return (
            (newest[one.id].overall or 0.0) >= MISSED,
            newest[one.id].marks.get(cell, 5.0),
            age(one),
        )

    return min(left, key=order)
