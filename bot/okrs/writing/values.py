"""What the wizard's forms offer, and what came of a wish. Pure."""

from dataclasses import dataclass
from datetime import date, time

from bot.okrs.writing.parse import NewCycle

ROOM = 99  # of a list's 100 options, one is for something new


@dataclass(frozen=True)
class Named:
    """A row in a list: a team, or an objective with its team in `beside`."""

    id: int
    name: str
    beside: str = ""


@dataclass(frozen=True)
class CycleChoice:
    id: int
    key: str
    starts: date
    ends: date


@dataclass(frozen=True)
class Offer:
    """What the objective's form offers; `suggested` is filled in for a new cycle.

    There may be one more than a list has room for, so that the form can say so.
    """

    teams: tuple[Named, ...]
    cycles: tuple[CycleChoice, ...]
    parents: tuple[Named, ...]
    suggested: NewCycle


@dataclass(frozen=True)
class Made:
    """What was saved. `first` is the first check-in's day, None when the cycle has none left."""

    objective_id: int
    objective: str
    team: str
    cycle: str
    key_results: tuple[str, ...]
    first: date | None
    at: time
    channel: bool = True
