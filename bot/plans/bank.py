"""The bank of drills as choosing sees it: worked out once for each bank. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from bot.content import DIFFICULTIES, Drill
from bot.scoring.rules import Cell

CODING = "metrics-coding"  # the track that comes only to those who chose it


@dataclass(frozen=True, slots=True)
class Entry:
    """One drill; `difficulty` is 0 (easy) to 2 (hard), `leans` the cell that it works on."""

    id: str
    family: str
    track: str
    stage: str
    difficulty: int
    leans: Cell | None


@dataclass(frozen=True, slots=True)
class Bank:
    """Every drill by its id, in the order of ids."""

    drills: Mapping[str, Entry]


class _Same:
    """A bank under its identity: content never changes once it is read."""

    __slots__ = ("drills",)

    def __init__(self, drills: Mapping[str, Drill]) -> None:
        self.drills = drills

    def __hash__(self) -> int:
        return id(self.drills)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.drills is self.drills


def bank(drills: Mapping[str, Drill]) -> Bank:
    """The bank of these drills; the same mapping is worked out once."""
    return _bank(_Same(drills))


@lru_cache(maxsize=8)
def _bank(same: _Same) -> Bank:
    leans = leaning(same.drills)
    return Bank(
        {
            drill.id: Entry(
                drill.id,
                drill.family,
                drill.track,
                drill.stage,
                DIFFICULTIES.index(drill.difficulty),
                leans[drill.id],
            )
            for drill in sorted(same.drills.values(), key=lambda one: one.id)
        }
    )


def leaning(drills: Mapping[str, Drill]) -> dict[str, Cell | None]:
    """{drill: the cell in which its key points weigh most beyond the usual}.

    That is its share of key-point weight in the cell, divided by the mean share of the bank; the
    first in the rubric's order among equals.
    """
    shares = {one.id: _shares(one) for one in drills.values()}
    usual = {cell: sum(share[cell] for share in shares.values()) for cell in Cell}
    return {
        drill_id: max(
            (cell for cell in Cell if usual[cell]),
            key=lambda cell: share[cell] / usual[cell],
            default=None,
        )
        for drill_id, share in shares.items()
    }


def _shares(drill: Drill) -> dict[Cell, float]:
    whole = sum(point.weight for point in drill.key_points) or 1.0
    return {
        cell: sum(point.weight for point in drill.key_points if point.cell == cell.value) / whole
        for cell in Cell
    }
