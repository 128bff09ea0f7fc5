"""What can be said of an interview day that is over. Pure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

LONGEST_NOTE = 1000  # characters


class Went(StrEnum):
    """How the interview went."""

    WELL = "well"
    SO_SO = "so_so"
    BADLY = "badly"


class Then(StrEnum):
    """What comes after it."""

    REST = "rest"
    GO_ON = "go_on"
    NEW_DATE = "new_date"


@dataclass(frozen=True)
class Word:
    """How it went, in values of `Went`, a note, and what comes then, in values of `Then`.

    `next_day` is the date of the next interview, None unless a new date was chosen.
    """

    went: str
    note: str
    then: str
    next_day: date | None
