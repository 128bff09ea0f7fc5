"""Prints how well the scorer agrees with the graded set: `python -m tests.scoring.figures`."""

import time
from collections import defaultdict
from collections.abc import Callable, Sequence

from bot.scoring.embedded import score
from bot.scoring.rules import Cell, Scorecard
from tests.scoring.graded_set import ADVERSARIAL, GOOD, Graded, load, rubric

Scored = tuple[Graded, Scorecard]


def run() -> list[Scored]:
    return [(graded, score(graded.question, graded.text, rubric())) for graded in load()]


def _ranks(values: Sequence[float]) -> list[float]:
    order = sorted(range(len(values)), key=values.__getitem__)
    ranks = [0.0] * len(values)
    start = 0
    while start < len(order):
        end = start
        while end < len(order) and values[order[end]] == values[order[start]]:
            end += 1
        for place in order[start:end]:
            ranks[place] = (start + end - 1) / 2
        start = end
    return ranks


def pearson(a: Sequence[float], b: Sequence[float]) -> float:
    mean_a, mean_b = sum(a) / len(a), sum(b) / len(b)
    top = sum((x - mean_a) * (y - mean_b) for x, y in zip(a, b, strict=True))
    left = sum((x - mean_a) ** 2 for x in a)
    right = sum((y - mean_b) ** 2 for y in b)
    return float(top / (left * right) ** 0.5) if left and right else 0.0


def spearman(a: Sequence[float], b: Sequence[float]) -> float:
    return pearson(_ranks(a), _ranks(b))


def kappa(a: Sequence[float], b: Sequence[float], levels: int = 5) -> float:
    """Quadratic weighted kappa (Cohen 1968) of whole marks."""
    pairs = [(int(x + 0.5), int(y + 0.5)) for x, y in zip(a, b, strict=True)]
    seen = sum((x - y) ** 2 for x, y in pairs)
    left = [sum(x == level for x, _ in pairs) for level in range(levels)]
    right = [sum(y == level for _, y in pairs) for level in range(levels)]
    chance = sum(
        left[i] * right[j] * (i - j) ** 2 for i in range(levels) for j in range(levels)
    ) / len(pairs)
    return 1 - seen / chance if chance else 0.0


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


def agreement(scored: Sequence[Scored], cell: Cell | None, of: Callable[..., float]) -> float:
    """`of` between labels and marks; `cell` None means overall, null counts as 0."""
    labels = [graded.overall if cell is None else graded.cells[cell] for graded, _ in scored]
    marks = [card.overall if cell is None else card.cells[cell].score or 0.0 for _, card in scored]
    return of(labels, marks)


def main() -> None:
    started = time.perf_counter()
    scored = run()
    spent = time.perf_counter() - started
    print(f"{len(scored)} answers, {1000 * spent / len(scored):.1f} ms each")
    for cell in (None, *Cell):
        rank, kap = agreement(scored, cell, spearman), agreement(scored, cell, kappa)
        print(f"{cell or 'overall':14} spearman {rank:.2f}  kappa {kap:.2f}")
    print(f"good above adversarial: {ordered_pairs(scored):.3f}")
    for kind, marks in sorted(
        by_kind(scored).items(), key=lambda item: -sum(item[1]) / len(item[1])
    ):
        print(f"{kind:14} mean {sum(marks) / len(marks):.2f}  {min(marks):.2f} to {max(marks):.2f}")


if __name__ == "__main__":
    main()
