"""What a week of mock interviews decides. Pure; docs/mocks.md says the same in words."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from bot.people.rules import Quiet, until_quiet_ends, wall_clock, zone

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
NOON = time(12)
QUARTER = timedelta(minutes=15)
LENGTH = timedelta(minutes=60)  # of a meeting
NOTICE = timedelta(hours=2)  # between the telling and the first slot
SLOTS = 6  # a group has at most, proposed ones and its own
CHANGES = 8  # of an agreed time: each rings the others
LOOKING = timedelta(hours=48)  # for a moment at which all have Monday and are awake
ASKED_AFTER = timedelta(minutes=30)  # the end of the agreed slot
ASK_TIME = time(18)
THURSDAY, SATURDAY = 3, 5
REST_AFTER = 3  # silent rounds
GROUPS = 3  # a person may have in a round
REVEAL_AFTER = timedelta(hours=48)
REMIND_AFTER = timedelta(hours=24)
HISTORY = timedelta(weeks=52)
RELIABLE = timedelta(weeks=26)


class Rhythm(StrEnum):
    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    ON_REQUEST = "on_request"


class RoundState(StrEnum):
    OPEN = "open"
    RUNNING = "running"
    CLOSED = "closed"


class EntryState(StrEnum):
    STANDBY = "standby"  # wants a partner and has none
    SEATED = "seated"
    DONE = "done"  # met
    OUT = "out"  # not any more, in this round


class Outcome(StrEnum):
    """What one person says of a meeting."""

    MET = "met"
    NOT_YET = "not_yet"
    COULD_NOT = "could_not"
    NO_SHOW = "no_show"


class GroupState(StrEnum):
    """`PROPOSED` and `AGREED` are under way; the others are how it ended."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    MET = "met"
    UNCLEAR = "unclear"  # one says they met, another that somebody did not come
    NO_SHOW = "no_show"
    COULD_NOT = "could_not"
    LAPSED = "lapsed"
    UNTOLD = "untold"  # came apart before the message went out

    @property
    def under_way(self) -> bool:
        return self in (GroupState.PROPOSED, GroupState.AGREED)


# --- the calendar ---------------------------------------------------------------------------------


def monday(day: date) -> date:
    """The Monday of that day's ISO week."""
    return day - timedelta(days=day.weekday())


def noon(week: date) -> datetime:
    """Of that Monday, UTC."""
    return datetime.combine(week, NOON, UTC)


def matches_at(week: date) -> datetime:
    """When the round of the week beginning on that Monday is matched."""
    return noon(week) - DAY


def counts_at(week: date) -> datetime:
    """When silence in it is counted: at the matching of the next one."""
    return matches_at(week + WEEK)


def closes_at(week: date) -> datetime:
    return noon(week) + 8 * DAY


def next_week(now: datetime) -> date:
    """The Monday of the next round whose matching lies ahead."""
    week = monday(now.astimezone(UTC).date())
    while matches_at(week) <= now:
        week += WEEK
    return week


@dataclass(frozen=True)
class Awake:
    """When one person may be written to."""

    tz: str
    quiet: Quiet

    def at(self, moment: datetime) -> bool:
        return not self.quiet.covers(moment.astimezone(zone(self.tz)).time())

    def from_on(self, moment: datetime) -> datetime:
        """The first instant from `moment` on outside quiet hours."""
        return until_quiet_ends(moment, zone(self.tz), self.quiet)


def tell_at(people: Sequence[Awake], week: date, now: datetime) -> datetime:
    """When a group hears of each other: all awake, and it is Monday or later for each."""
    start = _quarter(max(now, matches_at(week)))
    later: datetime | None = None
    for step in range(LOOKING // QUARTER):
        moment = start + step * QUARTER
        if all(one.at(moment) for one in people):
            if all(moment.astimezone(zone(one.tz)).date() >= week for one in people):
                return moment
            later = later or moment
    return later or max(start, noon(week))


def _quarter(moment: datetime) -> datetime:
    past = timedelta(minutes=moment.minute % 15, seconds=moment.second)
    rest = past + timedelta(microseconds=moment.microsecond)
    return moment if not rest else moment - rest + QUARTER


def ask_at(
    person: Awake, week: date, told: datetime, agreed: datetime | None, *, again: bool = False
) -> datetime:
    """When a person is asked what came of it; `again` after *not yet*."""
    if agreed is not None:
        return person.from_on(agreed + LENGTH + ASKED_AFTER)
    tz = zone(person.tz)
    thursday, saturday = (
        wall_clock(week + timedelta(days=day), ASK_TIME, tz) for day in (THURSDAY, SATURDAY)
    )
    soon = again or thursday < told + DAY
    return person.from_on(saturday if soon else thursday)


# --- who ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Wish:
    """What decides whether somebody takes part in a round, and later whether they still do."""

    rhythm: Rhythm
    wanted_week: date | None = None
    skipped_week: date | None = None
    resting: bool = False
    paused_until: datetime | None = None
    had_partner: bool = False  # in the round of the week before
    here: bool = True  # has joined and is not deactivated
    silent: bool = False  # the week lies in the silence about their interview


def stays_in(wish: Wish, week: date, at: datetime) -> bool:
    """Is somebody still in the round at this instant, whatever their rhythm?"""
    if not wish.here or wish.resting or wish.skipped_week == week:
        return False
    if wish.silent and wish.wanted_week != week:
        return False
    return wish.paused_until is None or wish.paused_until <= max(noon(week), at)


def takes_part(wish: Wish, week: date) -> bool:
    """Is this member eligible when the round is matched?"""
    if not stays_in(wish, week, noon(week)):
        return False
    if wish.wanted_week == week or wish.rhythm == Rhythm.WEEKLY:
        return True
    return wish.rhythm == Rhythm.FORTNIGHTLY and not wish.had_partner


def reliability(met: int, no_shows: int, silent: int) -> float:
    """Above 0 to 1; everybody begins with two kept appointments."""
    return (2 + met) / (2 + met + no_shows + silent / 2)


# --- what came of it ------------------------------------------------------------------------------


def settled(said: Collection[Outcome]) -> GroupState | None:
    """How a group of two ended, by what its people say; None while it is under way."""
    if Outcome.MET in said:
        return GroupState.UNCLEAR if Outcome.NO_SHOW in said else GroupState.MET
    for one in (Outcome.NO_SHOW, Outcome.COULD_NOT):
        if one in said:
            return GroupState(one.value)
    return None


def agreed(slots: Sequence[datetime], fits: Collection[Collection[datetime]]) -> datetime | None:
    """The earliest slot that suits everybody; `fits` are each person's."""
    return next((one for one in sorted(slots) if all(one in mine for mine in fits)), None)


def roles(first: Mapping[int, str], turn: int) -> dict[int, str]:
    """Who does what in turn 0, 1, …: the candidate interviews next, an observer is next heard."""
    order = ["interviewer", "candidate", "observer"][: len(first)]
    return {who: order[(order.index(role) - turn) % len(order)] for who, role in first.items()}


def turns(first: Mapping[int, str]) -> dict[int, int]:
    """In which turn each person interviews."""
    return {
        who: next(turn for turn in range(len(first)) if roles(first, turn)[who] == "interviewer")
        for who in first
    }


def candidate_of(first: Mapping[int, str], interviewer: int) -> int:
    """Whom this person interviews."""
    told = roles(first, turns(first)[interviewer])
    return next(who for who, role in told.items() if role == "candidate")


# --- reasons --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reason:
    """Why these two or three: a code, the members it is about by id, and what it is about."""

    code: str
    who: tuple[str, ...] = ()
    what: str = ""
    number: float | None = None

    def to_dict(self) -> dict[str, object]:
        return {"code": self.code, "who": list(self.who), "what": self.what, "number": self.number}

    @classmethod
    def from_dict(cls, stored: Mapping[str, object]) -> "Reason":
        """A stored reason. Raises KeyError when it is none."""
        who, number = stored["who"], stored["number"]
        named = tuple(str(one) for one in who) if isinstance(who, list) else ()
        value = float(number) if isinstance(number, int | float) else None
        return cls(str(stored["code"]), named, str(stored["what"]), value)
