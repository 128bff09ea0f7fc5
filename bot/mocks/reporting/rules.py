"""What a lead sees of mock interviews: a few figures that name nobody. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import median

ROUNDS = 8  # closed ones, the last
LEAST_GROUPS = 5  # in which the reader was not: below that a figure would be about somebody
LEAST_PEOPLE = 3  # in those; what the reader knows by themself could be taken off


@dataclass(frozen=True)
class Outcome:
    """A group of a closed round. `forms` of `seats` were filled in; None: it did not meet.

    `wait` is from the telling to the agreed start, None where no time was agreed. `known`: the
    reader was in it.
    """

    met: bool
    wait: timedelta | None
    seats: int
    forms: int
    known: bool = False


@dataclass(frozen=True)
class Figures:
    """Of `groups` met `met`; `forms` and `seats` are of those that met.

    `wait` is the median time from the telling to the meeting, None where none agreed a time.
    """

    groups: int
    met: int
    wait: timedelta | None
    forms: int
    seats: int


@dataclass(frozen=True)
class Report:
    """`team` empty: the whole workspace. `figures` None: too few to say without naming people."""

    team: str
    figures: Figures | None


def figures(groups: Sequence[Outcome], people: int) -> Figures | None:
    """None where so few of others' groups, or `people` in them, would be read as somebody's."""
    if sum(not one.known for one in groups) < LEAST_GROUPS or people < LEAST_PEOPLE:
        return None
    met = [one for one in groups if one.met]
    waits = [one.wait.total_seconds() for one in met if one.wait is not None]
    return Figures(
        len(groups),
        len(met),
        timedelta(seconds=median(waits)) if waits else None,
        sum(one.forms for one in met),
        sum(one.seats for one in met),
    )
