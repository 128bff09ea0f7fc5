"""Prints how well the scorer agrees with the hands: `python -m tests.scoring.figures [HALF]`.

HALF is `unseen` (the default here: the figures that count) or `development`. Exit code 1 when
a figure misses what it has to reach.
"""

import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import cast

from bot.scoring.embedded import score
from bot.scoring.rules import Cell, Scorecard
from tests.scoring.agreement import kappa, spearman
from tests.scoring.graded_set import (
    ADVERSARIAL,
    COLUMNS,
    GOOD,
    HOLLOW,
    WORTHLESS,
    Graded,
    Half,
    InForms,
    drills,
    hands,
    load,
    rubric,
    told_in_forms,
)

Scored = tuple[Graded, Scorecard]
Measure = Callable[[Sequence[float], Sequence[float]], float]


@dataclass(frozen=True)
class Figure:
    """A measured value and the bound it has to keep; `least` False: it must not be above."""

    name: str
    value: float
    bound: float
    least: bool = True

    @property
    def kept(self) -> bool:
        return self.value >= self.bound if self.least else self.value <= self.bound

    def __str__(self) -> str:
        sign = "at least" if self.least else "at most"
        missed = "" if self.kept else "   MISSED"
        return f"{self.name:42} {self.value:7.3f}   {sign} {self.bound:g}{missed}"


def run(half: Half = "development") -> list[Scored]:
    return [(graded, score(graded.question, graded.text, rubric())) for graded in load(half)]


def ordered_pairs(scored: Sequence[Scored]) -> float:
    """The share of (good, adversarial) pairs of one drill in which the good one is above."""
    right = total = 0
    for good, good_card in scored:
        if good.kind not in GOOD:
            continue
        for bad, bad_card in scored:
            if bad.drill == good.drill and bad.kind in ADVERSARIAL:
                total += 1
                right += good_card.overall > bad_card.overall
    return right / total


def by_kind(scored: Sequence[Scored]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = defaultdict(list)
    for graded, card in scored:
        found[graded.kind].append(card.overall)
    return found


def agreement(scored: Sequence[Scored], cell: Cell | None, of: Measure) -> float:
    """`of` between labels and marks; `cell` None means overall, null counts as 0."""
    labels = [graded.overall if cell is None else graded.cells[cell] for graded, _ in scored]
    marks = [card.overall if cell is None else card.cells[cell].score or 0.0 for _, card in scored]
    return of(labels, marks)


def between_hands(column: str, of: Measure) -> float:
    """The mean of `of` over every pair of hands, on all answers that both marked."""
    found = []
    for one, other in combinations(hands().values(), 2):
        both = sorted(one.keys() & other.keys())
        left = [one[each][column] for each in both]
        right = [other[each][column] for each in both]
        found.append(of(left, right))
    return sum(found) / len(found)


def forms(told: InForms) -> dict[str, float]:
    """The marks of one answer by the form it is told in."""
    return {form: score(told.question, text, rubric()).overall for form, text in told.texts.items()}


def style_moves(half: Half) -> list[float]:
    """By how much each other form moves an excellent answer from its prose."""
    marks = [forms(told) for told in told_in_forms(half)]
    return [abs(each[form] - each["prose"]) for each in marks for form in each if form != "prose"]


def quickness(half: Half) -> float:
    """Milliseconds per answer, the 95th percentile."""
    times = []
    for graded in load(half):
        started = time.perf_counter()
        score(graded.question, graded.text, rubric())
        times.append(time.perf_counter() - started)
    return 1000 * sorted(times)[int(len(times) * 0.95)]


def figures(scored: Sequence[Scored]) -> list[Figure]:
    """Every figure of the design, in its order."""
    written = [each for each in scored if each[0].style != "made"]
    ranks = {cell: agreement(scored, cell, spearman) for cell in Cell}
    kinds = by_kind(scored)
    sharp = kinds["sharp"]
    worthless = max(max(marks) for kind, marks in kinds.items() if kind in WORTHLESS)
    hollow = max(max(marks) for kind, marks in kinds.items() if kind in HOLLOW)
    return [
        Figure("overall, Spearman", agreement(scored, None, spearman), 0.80),
        Figure("overall, kappa", agreement(scored, None, kappa), 0.70),
        Figure("overall, Spearman, written answers", agreement(written, None, spearman), 0.80),
        *(Figure(f"{cell.title}, Spearman", ranks[cell], 0.60) for cell in Cell),
        Figure("cells, mean Spearman", sum(ranks.values()) / len(ranks), 0.68),
        Figure("good above adversarial, share of pairs", ordered_pairs(scored), 0.95),
        Figure("stuffed, copied, off topic: highest", worthless, 1.0, least=False),
        Figure("padding, framework: highest", hollow, 1.75, least=False),
        Figure("short and sharp, mean", sum(sharp) / len(sharp), 2.4),
    ]


def main() -> int:
    half = cast(Half, sys.argv[1] if len(sys.argv) > 1 else "unseen")
    scored = run(half)
    print(f"{half}: {len(drills(half))} drills, {len(scored)} answers, {len(hands())} hands")
    found = figures(scored)
    moves = style_moves(half)
    found += [
        Figure("style and accent: mean move", sum(moves) / len(moves), 0.4, least=False),
        Figure("95th percentile per answer, ms", quickness(half), 20, least=False),
    ]
    print(*found, sep="\n")
    print(
        f"style and accent: largest move {max(moves):.2f}, {sum(m > 0.4 for m in moves)} of ",
        end="",
    )
    print(f"{len(moves)} above 0.4")
    print("\ncell            kappa   between hands: Spearman  kappa")
    for column in COLUMNS:
        cell = Cell(column) if column in tuple(Cell) else None
        own = agreement(scored, cell, kappa)
        rank, hand = between_hands(column, spearman), between_hands(column, kappa)
        print(f"{column:14} {own:6.2f} {rank:24.2f} {hand:6.2f}")
    print("\nkind            answers   mean   lowest  highest")
    for kind, marks in sorted(by_kind(scored).items(), key=lambda item: -sum(item[1])):
        mean = sum(marks) / len(marks)
        print(f"{kind:14} {len(marks):8} {mean:6.2f} {min(marks):8.2f} {max(marks):8.2f}")
    return 0 if all(each.kept for each in found) else 1


if __name__ == "__main__":
    sys.exit(main())
