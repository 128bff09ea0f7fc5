"""One measured figure, and the table of them."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """`ours` beside `bound`, both in `unit`; `against` says what the bound is."""

    name: str
    ours: float
    bound: float
    unit: str
    against: str

    @property
    def met(self) -> bool:
        return self.ours <= self.bound

    def line(self) -> tuple[str, ...]:
        ratio = f"{self.ours / self.bound:.2f}" if self.bound else "–"
        value = [f"{one:,.3g}" if one < 100 else f"{one:,.0f}" for one in (self.ours, self.bound)]
        return (self.name, value[0], value[1], self.unit, ratio, "ok" if self.met else "NO",
                self.against)  # fmt: skip


HEAD = ("figure", "ours", "bound", "unit", "ratio", "", "bound is")


def table(figures: Sequence[Figure]) -> str:
    rows = [HEAD, *(one.line() for one in figures)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(HEAD))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of them does not exceed."""
    ordered = sorted(values)
    place = -(-len(ordered) * share // 1)  # rounded up
    return ordered[max(0, int(place) - 1)]
