"""What a scoreboard's page is made of, and which cycle a team's scoreboard is about. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Protocol, TypeVar

from bot.okrs.rules import Terms
from bot.okrs.scoreboard import Scoreboard

PURPOSE = "board"  # of the link, and the first part of its path
LIFE = timedelta(days=7)


@dataclass(frozen=True)
class Change:
    """Terms that were changed; `user_id` is empty when nobody is known for it any more."""

    at: datetime
    before: Terms
    after: Terms
    reason: str
    user_id: str


@dataclass(frozen=True)
class Standstill:
    """A team's cycle at one instant; changes of terms until then and grades by key result.

    Grades, 0.0 to 1.0, are there once the cycle is closed.
    """

    board: Scoreboard
    changes: Mapping[int, Sequence[Change]] = field(default_factory=dict)
    grades: Mapping[int, float] = field(default_factory=dict)


class Spanning(Protocol):
    @property
    def team_id(self) -> int: ...
    @property
    def starts(self) -> date: ...
    @property
    def ends(self) -> date: ...


P = TypeVar("P", bound=Spanning)


def here(places: Iterable[P], today: date) -> list[P]:
    """One place a team, in the order given: the cycle that runs, else the one that ended last,

    else the next to come. Of several that run, the one that began last.
    """
    best: dict[int, P] = {}
    for one in places:
        held = best.get(one.team_id)
        if held is None or _rank(one, today) > _rank(held, today):
            best[one.team_id] = one
    return list(best.values())


def _rank(place: Spanning, today: date) -> tuple[int, int]:
    if place.starts <= today <= place.ends:
        return 2, place.starts.toordinal()
    if place.ends < today:
        return 1, place.ends.toordinal()
    return 0, -place.starts.toordinal()
