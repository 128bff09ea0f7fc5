"""A team as it is listed, shown, wished for and kept, in values. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time

from bot.okrs.scoreboard import Rhythm


@dataclass(frozen=True)
class TeamLine:
    """A team in the list. `mine`: I am in it or lead it; `led`: I may change it."""

    id: int
    name: str
    lead: str  # user id
    count: int
    mine: bool
    led: bool


@dataclass(frozen=True)
class TeamSheet:
    """All of one team; `id` is 0 while it is new.

    `rhythm` is the one of `cycle`, the cycle that runs or comes next; None without one.
    `leaderless`: the lead's account is deactivated. `gone` are members whose account is.
    """

    id: int
    name: str
    channel: str | None
    lead: str  # user id
    by_function: Mapping[str, tuple[str, ...]]
    cycle: str = ""
    rhythm: Rhythm | None = None
    gone: int = 0
    leaderless: bool = False
    led: bool = True
    mine: bool = True


@dataclass(frozen=True)
class Pace:
    """A team's own rhythm, as it is stored."""

    every: str
    day: str
    at: time


@dataclass(frozen=True)
class TeamWish:
    """What somebody wants a team to be. `pace` is None where the form did not ask for it."""

    name: str
    channel: str | None
    lead: str
    by_function: Mapping[str, tuple[str, ...]]
    pace: Pace | None = None


@dataclass(frozen=True)
class Unanswered:
    """A key result whose accountable owner is not in the team any more."""

    id: int
    title: str
    user_id: str


@dataclass(frozen=True)
class Saved:
    """What became of a wish. `next_day` is the next check-in's, where the rhythm changed."""

    id: int
    name: str
    channel: str | None
    new: bool
    lead: str
    next_day: date | None
    unanswered: tuple[Unanswered, ...]
