"""How a group comes to a time, and how an hour is shared out. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from bot.errors import UserMistake
from bot.mocks import rules as week_rules
from bot.mocks.rules import GroupState, Reason
from bot.people.rules import wall_clock, zone

FEEDBACK = 5  # minutes, at the end of a turn
HOUR = int(week_rules.LENGTH.total_seconds() // 60)
GROUP, DIRECT = "mock_group", "mock_direct"  # topics of the message: to all, or to each alone
BY_DIRECT_MESSAGE = ""  # `MockGroup.channel` of a group whose conversation Slack refused


@dataclass(frozen=True)
class Person:
    """Somebody of a group, as their message shows them."""

    user_id: str
    tz: str


@dataclass(frozen=True)
class Slot:
    """A proposed start in UTC, and the user ids of whom it suits."""

    at: datetime
    pressed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Meeting:
    """A group as its message shows it: people by turn, slots that are still ahead by time.

    `off` is the user id of who made it end, where that may be said.
    """

    group_id: int
    state: GroupState
    track: str
    people: tuple[Person, ...]
    why: tuple[Reason, ...]
    slots: tuple[Slot, ...]
    agreed_at: datetime | None = None
    rematch: bool = False
    off: str | None = None


@dataclass(frozen=True)
class Turn:
    """One part of the hour. `observer` is None in a pair."""

    interviewer: str
    candidate: str
    observer: str | None
    minutes: int


def turns(people: Sequence[Person]) -> tuple[Turn, ...]:
    """The hour of two or three, who stand in the order in which they interview.

    In a trio the next to interview is the one who was the candidate (`bot.mocks.rules.roles`).
    """
    ids = [one.user_id for one in people]
    count = len(ids)
    if count < 2:
        return ()
    minutes = HOUR // count
    return tuple(
        Turn(ids[n], ids[(n + 1) % count], ids[(n + 2) % count] if count > 2 else None, minutes)
        for n in range(count)
    )


def ends(week: date) -> datetime:
    """From then on nobody is told of a group of the week that begins on this Monday."""
    return datetime.combine(week + week_rules.WEEK, time(), UTC)


def interviewing(turn_minutes: int) -> int:
    """Minutes of a turn that the interview itself has."""
    return max(turn_minutes - FEEDBACK, 1)


def scaled(minute: int, whole: int, there: int) -> int:
    """A minute of an interview of `whole` minutes, where only `there` minutes are."""
    return minute if whole <= there else round(minute * there / whole)


def toggled(fits: Sequence[datetime], at: datetime) -> list[datetime]:
    """Pressing takes a slot; pressing again takes it back."""
    return sorted({*fits} ^ {at})


def stored(slots: Collection[datetime]) -> list[str]:
    return [one.astimezone(UTC).isoformat() for one in sorted(slots)]


def read(slots: Sequence[str]) -> list[datetime]:
    return [datetime.fromisoformat(one) for one in slots]


def new_slot(
    day: date | None,
    at: time | None,
    tz: str,
    week: date,
    slots: Sequence[datetime],
    now: datetime,
) -> datetime:
    """The instant of a time that somebody proposes, in UTC.

    It must be ahead and, on their own clock, in the week of this Monday; with it there are at
    most `bot.mocks.rules.SLOTS` ahead. Raises UserMistake with the field that is wrong.
    """
    if day is None or at is None:
        raise UserMistake("slot_missing", field="date" if day is None else "time")
    last = week + timedelta(days=6)
    if not week <= day <= last:
        raise UserMistake("slot_other_week", field="date", last=f"{last:%A}, {last.day} {last:%B}")
    moment = wall_clock(day, at, zone(tz))
    if moment <= now:
        today = now.astimezone(zone(tz)).date()
        raise UserMistake("slot_passed", field="date" if day < today else "time")
    if moment not in slots and len(slots) >= week_rules.SLOTS:
        raise UserMistake("slots_full", field="date")
    return moment
