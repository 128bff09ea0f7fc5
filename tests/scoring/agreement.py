"""How far two markers agree: rank correlation, and kappa of whole marks."""

from collections.abc import Sequence


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
    """Correlation from -1 to 1; 0 when one side never varies."""
    mean_a, mean_b = sum(a) / len(a), sum(b) / len(b)
    top = sum((x - mean_a) * (y - mean_b) for x, y in zip(a, b, strict=True))
    left = sum((x - mean_a) ** 2 for x in a)
    right = sum((y - mean_b) ** 2 for y in b)
    return float(top / (left * right) ** 0.5) if left and right else 0.0


def spearman(a: Sequence[float], b: Sequence[float]) -> float:
    """Pearson's correlation of ranks, ties sharing their mean rank."""
    return pearson(_ranks(a), _ranks(b))


def kappa(a: Sequence[float], b: Sequence[float], levels: int = 5) -> float:
    """Quadratic weighted kappa (Cohen 1968) of marks made whole, halves going up."""
    pairs = [(int(x + 0.5), int(y + 0.5)) for x, y in zip(a, b, strict=True)]
    seen = sum((x - y) ** 2 for x, y in pairs)
    left = [sum(x == level for x, _ in pairs) for level in range(levels)]
    right = [sum(y == level for _, y in pairs) for level in range(levels)]
    chance = sum(
        left[i] * right[j] * (i - j) ** 2 for i in range(levels) for j in range(levels)
    ) / len(pairs)
    return 1 - seen / chance if chance else 0.0
