"""The second hand, continued: which drill the page prescribes. It imports nothing of the bot.

`expected` gives every drill that is right: all that are equal before the lot. Repetition dates come
from the `fsrs` package directly.
"""

import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from fsrs import Card, Rating, Scheduler

from tests.learners.second_hand import BLITZ, DAILY, FINAL, FUNDAMENTALS, LOOPS, SCENARIOS, Place

CELLS = ("restatement", "trade_offs", "execution", "communication")
STEPS = ("easy", "medium", "hard")
CODING = "metrics-coding"
KIND = {FUNDAMENTALS: "fundamentals", SCENARIOS: "scenario", LOOPS: "panel"}
SCHEDULER = Scheduler(
    desired_retention=0.9, learning_steps=(), relearning_steps=(), enable_fuzzing=False
)
RECALL = {"missed": Rating.Again, "half": Rating.Hard, "knew": Rating.Good}


@dataclass(frozen=True)
class Item:
    """A drill of the bank, as its file says."""

    id: str
    track: str
    family: str
    stage: str
    step: int  # 0 easy, 1 medium, 2 hard
    cell: str  # that it works on
    cells: frozenset[str]  # that it asks for


@dataclass(frozen=True)
class Came:
    """A drill that came to the learner, oldest first in a log; `marks` only of cells assessed."""

    drill: str
    kind: str  # daily, now, blitz
    day: date
    aim: str | None
    back: bool
    answered: bool = False
    overall: float = 0.0
    marks: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Expected:
    """`drills`: any of them is right. `how`: new, back, known, blitz."""

    aim: str
    rung: int
    how: str
    drills: frozenset[str]


def bank(folder: Path) -> dict[str, Item]:
    """The drills of a content folder, with the cell that each one's key points lean to."""
    raw = [tomllib.loads(p.read_text("utf-8")) for p in sorted(folder.glob("drills/*/*.toml"))]
    shares = {one["id"]: _shares(one["key_points"]) for one in raw}
    mean = {cell: sum(each[cell] for each in shares.values()) / len(raw) for cell in CELLS}

    def leaning(drill_id: str) -> str:
        return max(CELLS, key=lambda cell: shares[drill_id][cell] / mean[cell])

    return {
        one["id"]: Item(
            one["id"], one["track"], one["family"], one["stage"],
            STEPS.index(one["difficulty"]), leaning(one["id"]), frozenset(one["cells"]),
        )
        for one in raw
    }  # fmt: skip


def _shares(points: Sequence[Mapping[str, object]]) -> dict[str, float]:
    weights = dict.fromkeys(CELLS, 0.0)
    for point in points:
        weights[str(point["cell"])] += float(str(point.get("weight", 1.0)))
    whole = sum(weights.values())
    return {cell: weight / whole for cell, weight in weights.items()}


# --- aim and ladder ------------------------------------------------------------------------------


def levels(log: Sequence[Came]) -> dict[str, float]:
    """{known cell: the mean of its newest six marks}."""
    marks = {cell: [one.marks[cell] for one in log if cell in one.marks] for cell in CELLS}
    return {cell: sum(each[-6:]) / len(each[-6:]) for cell, each in marks.items() if len(each) >= 3}


def weakest(log: Sequence[Came]) -> str | None:
    known = levels(log)
    return min(known, key=lambda cell: (known[cell], CELLS.index(cell))) if known else None


def aim(log: Sequence[Came]) -> str:
    low = weakest(log)
    if low is None:
        return _aimed_longest_ago(log, CELLS)
    lately = [one.aim for one in log if one.aim][-2:]
    if lately == [low, low]:
        return _aimed_longest_ago(log, [cell for cell in CELLS if cell != low])
    return low


def _aimed_longest_ago(log: Sequence[Came], cells: Sequence[str]) -> str:
    """READING: several that were never aimed at go in the rubric's order."""
    newest = {one.aim: place for place, one in enumerate(log) if one.aim}
    return min(cells, key=lambda cell: (newest.get(cell, -1), CELLS.index(cell)))


def rung(log: Sequence[Came], cell: str, items: Mapping[str, Item]) -> int:
    marked = [(items[one.drill].step, one.marks[cell]) for one in log if cell in one.marks]
    if len(marked) >= 2 and max(mark for _, mark in marked[-2:]) < 1.5:
        return max(marked[-1][0] - 1, 0)
    mastered = [step for step, mark in marked if mark >= 2.5]
    return min(mastered[-1] + 1, 2) if mastered else 0


# --- spaced return -------------------------------------------------------------------------------


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)


def _rating(overall: float) -> Rating:
    for limit, rating in ((1.0, Rating.Again), (2.0, Rating.Hard), (3.0, Rating.Good)):
        if overall < limit:
            return rating
    return Rating.Easy


def returns(log: Sequence[Came]) -> dict[str, date]:
    """{missed drill: the local date from which it is due}."""
    cards: dict[str, Card] = {}
    due: dict[str, date] = {}
    once = {(one.drill, one.day): one for one in log if one.answered}  # a date counts once
    for one in once.values():
        if one.drill not in due and one.overall >= 2.0:
            continue
        card, _ = SCHEDULER.review_card(
            cards.get(one.drill, Card()), _rating(one.overall), _midnight(one.day)
        )
        cards[one.drill] = card
        due.pop(one.drill, None)
        if one.overall < 2.5:
            due[one.drill] = one.day + timedelta(days=(card.due - _midnight(one.day)).days)
    return due


def recall_due(cards: Iterable[tuple[str, date, str]]) -> dict[str, date]:
    """{recall card: due date} after (card, local date, knew | half | missed), oldest first."""
    known: dict[str, Card] = {}
    due: dict[str, date] = {}
    for card_id, day, mark in cards:
        known[card_id], _ = SCHEDULER.review_card(
            known.get(card_id, Card()), RECALL[mark], _midnight(day)
        )
        due[card_id] = day + timedelta(days=(known[card_id].due - _midnight(day)).days)
    return due


# --- which drill ---------------------------------------------------------------------------------


def expected(
    items: Mapping[str, Item],
    log: Sequence[Came],
    place: Place,
    track: str,
    today: date,
    kind: str = "daily",
) -> Expected:
    """What the page prescribes today after `log`, for `kind` daily or now."""
    answered = {one.drill for one in log if one.answered}
    if place.stage == BLITZ and kind == "daily" and (found := blitz(items, log, today)):
        cell = _blitz_cell(log)
        return Expected(cell, rung(log, cell, items), "blitz", frozenset(found[:1]))
    cell = aim(log)
    step = rung(log, cell, items)
    if (place.in_last_five or place.stage == FINAL) and len(answered) >= 3:
        return Expected(cell, step, "known", _known(items, log, cell))
    if place.stage == DAILY and (back := _back(items, log, today)):
        return Expected(cell, step, "back", frozenset({back}))
    fresh = [one for one in items.values() if one.id not in answered]
    if not fresh:
        tired = _tired(items, log)
        pool = {drill for drill in answered if items[drill].family != tired} or answered
        return Expected(cell, step, "known", frozenset({_longest_ago(log, pool)}))
    plain = [one for one in fresh if track == CODING or one.track != CODING]
    fresh = plain or fresh
    tired = _tired(items, log)
    fresh = [one for one in fresh if one.family != tired] or fresh
    rank = _rank(items, log, place, track, cell, step)
    best = min(rank(one) for one in fresh)
    return Expected(cell, step, "new", frozenset(one.id for one in fresh if rank(one) == best))


def _tired(items: Mapping[str, Item], log: Sequence[Came]) -> str | None:
    """The family of the last two drills, if those two were of one."""
    lately = [items[one.drill].family for one in log[-2:]]
    return lately[0] if len(lately) == 2 and lately[0] == lately[1] else None


def _rank(
    items: Mapping[str, Item],
    log: Sequence[Came],
    place: Place,
    track: str,
    cell: str,
    step: int,
) -> Callable[[Item], tuple[bool | int, ...]]:
    """Lines 2 to 7 of the page."""
    wanted = KIND.get(place.stage or "")
    met = {one.drill for one in log}
    just = {one.drill for one in log[-3:]}
    lately = {items[one.drill].family for one in log[-2:]}

    def of_kind(one: Item) -> bool:
        coding = one.track == CODING and one.stage == "coding" and wanted != "fundamentals"
        return wanted is None or one.stage == wanted or coding

    return lambda one: (
        not of_kind(one),
        one.track != track,
        (one.id in met) + (one.id in just),
        one.cell != cell,
        abs(one.step - step),
        one.step,
        one.family in lately,
    )


def _newest(log: Sequence[Came]) -> dict[str, tuple[int, Came]]:
    """{answered drill: (place in the log, its newest answer)}."""
    return {one.drill: (place, one) for place, one in enumerate(log) if one.answered}


def _longest_ago(log: Sequence[Came], drills: Iterable[str]) -> str:
    newest = _newest(log)
    return min(drills, key=lambda drill: (newest[drill][0], drill))


def _back(items: Mapping[str, Item], log: Sequence[Came], today: date) -> str | None:
    if any(one.back for one in [each for each in log if each.kind == "daily"][-2:]):
        return None
    tired = _tired(items, log)
    due = {drill: day for drill, day in returns(log).items() if day <= today}
    open_ = [drill for drill in due if items[drill].family != tired]
    return min(open_, key=lambda drill: (due[drill], drill)) if open_ else None


def _known(items: Mapping[str, Item], log: Sequence[Came], cell: str) -> frozenset[str]:
    """The choice in the last five days and for the final drills."""
    newest = _newest(log)
    lately = {one.drill for one in [each for each in log if each.answered][-2:]}
    pool = [drill for drill in newest if drill not in lately] or list(newest)
    tired = _tired(items, log)
    pool = [drill for drill in pool if items[drill].family != tired] or pool

    def rank(drill: str) -> tuple[bool, float, int, str]:
        place, last = newest[drill]
        return last.overall >= 2.0, last.marks.get(cell, 9.0), place, drill

    return frozenset({min(pool, key=rank)})


def _blitz_cell(log: Sequence[Came]) -> str:
    return weakest(log) or aim(log)


def blitz(items: Mapping[str, Item], log: Sequence[Came], today: date) -> list[str]:
    """The up to three drills of a blitz that begins today, in turn."""
    cell, newest = _blitz_cell(log), _newest(log)
    today_too = {one.drill for one in log if one.answered and one.day == today}
    pool = [drill for drill in newest if drill not in today_too and cell in items[drill].cells]

    def rank(drill: str) -> tuple[float, int, str]:
        place, last = newest[drill]
        return last.marks.get(cell, 9.0), place, drill

    return sorted(pool, key=rank)[:3]
