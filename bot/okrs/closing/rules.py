"""How a team's cycle ends: who is asked for grades, what a grade must say, and until when. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from bot.okrs.checkins.rules import Presence, ask_at
from bot.okrs.grading import NEEDS_CAUSE
from bot.okrs.rules import Terms
from bot.okrs.scoreboard import Rhythm
from bot.people.rules import wall_clock, zone

SETTLES = timedelta(days=7)  # from the asking to the close, unless all are graded before
UNDO = timedelta(days=1)  # in which the lead can take a close back
CORRECTING = timedelta(days=2)  # from a reopening to the close
TENTHS = tuple(one / 10 for one in range(11))
_NEAR = 0.005  # grades are told in hundredths


class Onward(StrEnum):
    """What becomes of a key result in the next cycle."""

    KEEP = "keep"
    CHANGE = "change"
    DROP = "drop"


class State(StrEnum):
    RUNNING = "running"
    GRADING = "grading"
    CLOSED = "closed"


@dataclass(frozen=True)
class Said:
    """What somebody entered for one key result; `given` is 0 to 1."""

    key_result_id: int
    given: float
    reason: str = ""
    cause: str = ""
    onward: str = ""


@dataclass(frozen=True)
class Mark:
    """The newest grade. `computed` is None when the figures give none; `by_person`: not only they.

    `onward` is empty while nobody has said.
    """

    computed: float | None
    given: float
    reason: str = ""
    cause: str = ""
    onward: str = ""
    by_person: bool = False

    @property
    def adjusted(self) -> bool:
        """Does the grade given differ from that of the figures?"""
        return differs(self.computed, self.given)


@dataclass(frozen=True)
class Line:
    """A key result as its cycle ended; `owner` is the accountable owner's user id, or empty."""

    id: int
    title: str
    terms: Terms
    value: float | None
    mark: Mark
    owner: str = ""


@dataclass(frozen=True)
class Ended:
    """An objective at the end of its cycle."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class CloseOut:
    """A team's cycle as it ended. `lead` is a user id; `reopened`: grades may still change.

    `drafted` is the next cycle's key once the team has a part in it.
    """

    workspace_id: int
    team_cycle_id: int
    team: str
    cycle: str
    lead: str
    channel: str | None
    objectives: tuple[Ended, ...]
    reopened: bool = False
    drafted: str = ""

    @property
    def lines(self) -> Iterator[Line]:
        return (line for one in self.objectives for line in one.lines)


@dataclass(frozen=True)
class Sheet:
    """What one person grades. `tz` is theirs."""

    team_cycle_id: int
    team: str
    cycle: str
    settles: datetime
    tz: str
    user_id: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Standing:
    """How far the close-out of one team's cycle is, for one person.

    `asks` is when grades are asked for, `settles` until when they are taken. `mine` counts the
    person's key results without their grade, `left` everybody's. `may_reopen` and `leads` say
    which buttons they get.
    """

    team_cycle_id: int
    team: str
    cycle: str
    state: State
    asks: datetime | None
    settles: datetime | None
    graded: int
    mine: int
    left: int
    leads: bool
    may_reopen: bool
    reopened: bool
    tz: str
    drafted: str = ""


@dataclass(frozen=True)
class Answerable:
    """A key result and who answers for it, as far as the asking cares."""

    id: int
    title: str
    member_id: int | None


@dataclass(frozen=True)
class Asking:
    """One person's share: `mine` and what nobody else answers for, and from when to ask."""

    at: datetime
    mine: list[str] = field(default_factory=list)
    orphans: list[str] = field(default_factory=list)


def over(ends: date, tz: str) -> datetime:
    """The instant after a cycle's last one, in the zone of its deadlines."""
    return wall_clock(ends + timedelta(days=1), time.min, zone(tz))


def differs(computed: float | None, given: float) -> bool:
    """What was never measured counts as 0.0."""
    return abs((computed or 0.0) - given) > _NEAR


def choices(computed: float | None) -> list[float]:
    """The grades on offer: tenths, and the computed one where it lies between two."""
    own = {round(computed, 2)} if computed is not None else set()
    return sorted({*TENTHS, *own})


def lacks(computed: float | None, said: Said) -> list[str]:
    """Which of *reason*, *cause* and *onward* are still to be said."""
    missing = []
    if differs(computed, said.given) and not said.reason:
        missing.append("reason")
    if said.given < NEEDS_CAUSE and not said.cause:
        missing.append("cause")
    if said.onward not in set(Onward):
        missing.append("onward")
    return missing


def may_reopen(closed_at: datetime | None, now: datetime) -> bool:
    return closed_at is not None and now < closed_at + UNDO


def changes(mark: Mark, said: Said) -> bool:
    """Is it news? The same words sent twice are one grade."""
    before = (mark.given, mark.reason, mark.cause, mark.onward)
    return not mark.by_person or before != (said.given, said.reason, said.cause, said.onward)


def askings(
    found: Sequence[Answerable],
    people: dict[int, Presence],
    lead: int | None,
    rhythm: Rhythm,
    now: datetime,
    until: datetime,
) -> dict[int, Asking]:
    """Whom to ask for what, by member; `people` are those who can be asked at all.

    What nobody answers for, or only somebody who is away until it is too late, is the lead's. A
    lead who is away too is not asked, and the figures stand.
    """
    asked: dict[int, Asking] = {}
    fallback = _back(people.get(lead or 0), rhythm, now, until)
    for one in found:
        at = _back(people.get(one.member_id or 0), rhythm, now, until)
        if one.member_id is not None and at is not None:
            asked.setdefault(one.member_id, Asking(at)).mine.append(one.title)
        elif lead is not None and fallback is not None:
            asked.setdefault(lead, Asking(fallback)).orphans.append(one.title)
    return asked


def _back(told: Presence | None, rhythm: Rhythm, now: datetime, until: datetime) -> datetime | None:
    """From when on this person may be asked; on a weekend nobody is."""
    if told is None:
        return None
    day = now.astimezone(zone(told.tz)).date()
    if day.weekday() >= 5:
        day += timedelta(days=7 - day.weekday())
        now = wall_clock(day, rhythm.at, zone(told.tz))
    return ask_at(told, now, rhythm.at, until)
