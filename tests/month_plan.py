"""Twenty members, what they do in a month, and by hand arithmetic when their drills must come.

Nothing here uses the bot's own calendar: `zoneinfo`, the holidays library and plain comparisons.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import holidays

WEEK = (0, 1, 2, 3, 4)
ALL = (0, 1, 2, 3, 4, 5, 6)
QUIET = (time(21), time(7))
NINE = time(9)


@dataclass(frozen=True)
class Seat:
    """A member as they begin."""

    user: str
    tz: str
    country: str | None
    at: time = NINE
    days: tuple[int, ...] = WEEK
    silent: bool = False  # never answers, so the bot rests after five drills


@dataclass(frozen=True)
class Change:
    """What a member does at an instant: `time`, `zone`, `pause`, `off`, `skip`."""

    when: str  # UTC
    user: str
    what: str
    value: str = ""

    @property
    def at(self) -> datetime:
        return instant(self.when)


@dataclass(frozen=True)
class Stretch:
    """A part of the month; `down` are the hours in which no replica ran."""

    begins: str
    ends: str
    down: tuple[tuple[str, str], ...]
    changes: tuple[Change, ...]
    seats: tuple[Seat, ...] = field(default=(), repr=False)

    def only(self, begins: str, ends: str) -> "Stretch":
        """These days of it, with what happens in them."""
        return Stretch(
            begins,
            ends,
            tuple(hours for hours in self.down if begins < hours[0] and hours[1] < ends),
            tuple(change for change in self.changes if begins < change.when < ends),
            self.seats,
        )


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


SEATS = (
    Seat("U0BER1", "Europe/Berlin", "DE"),
    Seat("U0BER2", "Europe/Berlin", "DE", days=ALL),
    Seat("U0BER3", "Europe/Berlin", "DE", at=time(2, 30), days=ALL),  # in the gap, and twice
    Seat("U0BER4", "Europe/Berlin", "DE", at=time(20, 45)),  # its reminder would be in quiet hours
    Seat("U0BER5", "Europe/Berlin", "DE", silent=True),
    Seat("U0NYC1", "America/New_York", "US"),
    Seat("U0NYC2", "America/New_York", "US"),
    Seat("U0NYC3", "America/New_York", "US", at=time(1, 30), days=ALL),  # twice in autumn
    Seat("U0NYC4", "America/New_York", "US", at=time(20, 45)),
    Seat("U0KOL1", "Asia/Kolkata", "IN"),
    Seat("U0KOL2", "Asia/Kolkata", "IN", at=time(12, 30)),
    Seat("U0KIR1", "Pacific/Kiritimati", "KI"),
    Seat("U0KIR2", "Pacific/Kiritimati", "KI", at=time(23, 45), days=ALL),  # chosen in quiet hours
    Seat("U0PAG1", "Pacific/Pago_Pago", "AS"),
    Seat("U0PAG2", "Pacific/Pago_Pago", "AS", at=time(8), days=ALL),
    Seat("U0LHI1", "Australia/Lord_Howe", "AU"),  # half an hour of daylight saving
    Seat("U0LHI2", "Australia/Lord_Howe", "AU", days=ALL),
    Seat("U0SYD1", "Australia/Sydney", "AU"),
    Seat("U0LON1", "Europe/London", "GB"),
    Seat("U0UTC1", "UTC", None, at=time(9, 0)),
)
SPRING = Stretch(
    # Berlin and London on 29 March, Sydney and Lord Howe on 5 April; Easter
    "2026-03-27T06:00",
    "2026-04-10T00:00",
    (("2026-03-31T14:20", "2026-03-31T14:40"), ("2026-04-08T06:30", "2026-04-08T11:20")),
    (
        Change("2026-03-27T06:10", "U0BER2", "pause", "3d"),  # to Monday, 07:10 there, not 08:10
        Change("2026-03-30T12:00", "U0NYC1", "off", "2026-04-01..2026-04-02"),
        Change("2026-03-30T15:05", "U0BER1", "time", "18:30"),  # had Monday's: not a second one
        Change("2026-04-02T07:30", "U0KOL2", "zone", "Europe/Berlin"),  # had the 2nd: none at 12:30
        Change("2026-04-06T22:40", "U0KIR1", "zone", "Pacific/Pago_Pago"),  # the 6th comes again
        Change("2026-04-07T21:00", "U0SYD1", "skip"),
        Change("2026-04-07T09:30", "U0UTC1", "pause", "2026-04-09"),
    ),
    SEATS,
)
AUTUMN = Stretch(
    # Berlin and London on 25 October, New York on 1 November; holidays in India and elsewhere
    "2026-10-22T06:00",
    "2026-11-06T00:00",
    (("2026-10-27T17:10", "2026-10-27T17:15"), ("2026-11-03T13:30", "2026-11-03T17:00")),
    (
        Change(
            "2026-10-22T07:40", "U0BER2", "pause", "4d"
        ),  # to Monday, 09:40 there: after its time
        Change("2026-10-26T18:00", "U0NYC1", "time", "14:15"),  # had Monday's at 09:00
        Change("2026-10-27T03:00", "U0KOL2", "off", "2026-10-28"),
        Change("2026-10-29T02:00", "U0NYC2", "zone", "America/Los_Angeles"),
        Change("2026-11-02T20:30", "U0PAG1", "zone", "Pacific/Kiritimati"),  # a date is left out
        Change("2026-11-04T08:15", "U0LON1", "skip"),
        Change("2026-11-04T09:30", "U0UTC1", "pause", "1d"),  # ends at 09:30, after Thursday's
    ),
    SEATS,
)


@dataclass(frozen=True)
class Coming:
    """A drill that must come: its local date, the instant, and what the wall clock then shows."""

    day: date
    at: datetime
    shows: str


def coming(seat: Seat, stretch: Stretch) -> tuple[list[Coming], list[date]]:
    """The member's drills in order, and the dates that are missed because nobody ran."""
    mine = [one for one in stretch.changes if one.user == seat.user]
    had: dict[date, tuple[datetime, str]] = {}
    for begins, ends, tz, at in _periods(seat, stretch, mine):
        for day, moment in _days(begins, ends, tz, at):
            if _falls_out(seat, mine, day, moment) or day in had:
                continue
            had[day] = (moment, tz)
    for skip in (one for one in mine if one.what == "skip"):
        del had[min((moment, day) for day, (moment, _) in had.items() if moment > skip.at)[1]]
    told, missed = [], []
    for day, (moment, tz) in sorted(had.items(), key=lambda item: item[1][0]):
        arrives = _arrives(moment, tz, stretch)
        if arrives is None:
            missed.append(day)
        else:
            shows = arrives.astimezone(ZoneInfo(tz)).strftime("%Y-%m-%d %H:%M")
            told.append(Coming(day, arrives, shows))
    if seat.silent:  # five work days without an answer, then it rests
        told = told[:5]
        missed = [day for day in missed if day < told[-1].day]
    return told, missed


def _periods(
    seat: Seat, stretch: Stretch, mine: list[Change]
) -> list[tuple[datetime, datetime, str, time]]:
    """(from, to, zone, time) while nothing of it changes."""
    marks = [(instant(stretch.begins), seat.tz, seat.at)]
    for one in sorted((c for c in mine if c.what in ("time", "zone")), key=lambda c: c.at):
        _, tz, at = marks[-1]
        if one.what == "time":
            marks.append((one.at, tz, time.fromisoformat(one.value)))
        else:
            marks.append((one.at, one.value, at))
    ends = [mark[0] for mark in marks[1:]] + [instant(stretch.ends)]
    return [(begins, end, tz, at) for (begins, tz, at), end in zip(marks, ends, strict=True)]


def _days(begins: datetime, ends: datetime, tz: str, at: time) -> list[tuple[date, datetime]]:
    place = ZoneInfo(tz)
    day = begins.date() - timedelta(days=2)
    found = []
    while day <= ends.date() + timedelta(days=2):
        moment = datetime.combine(day, at, place).astimezone(UTC)
        if begins < moment < ends:
            found.append((day, moment))
        day += timedelta(days=1)
    return found


def _falls_out(seat: Seat, mine: list[Change], day: date, moment: datetime) -> bool:
    if day.weekday() not in seat.days:
        return True
    if seat.country and day in holidays.country_holidays(seat.country):
        return True
    for one in mine:
        if one.what == "off":
            first, _, last = one.value.partition("..")
            if first <= day.isoformat() <= (last or first):
                return True
        if one.what == "pause" and one.at < moment < _pause_ends(one, seat.tz):
            return True
    return False


def _pause_ends(one: Change, tz: str) -> datetime:
    """Days from now by the wall clock, or the beginning of a date."""
    local = one.at.astimezone(ZoneInfo(tz))
    if one.value.endswith("d"):
        naive = local.replace(tzinfo=None) + timedelta(days=int(one.value[:-1]))
    else:
        naive = datetime.fromisoformat(one.value)
    return naive.replace(tzinfo=ZoneInfo(tz)).astimezone(UTC)


def _arrives(moment: datetime, tz: str, stretch: Stretch) -> datetime | None:
    """On time, or when the bot is back; None when its three hours or its day are over by then."""
    for begins, ends in stretch.down:
        if instant(begins) <= moment < instant(ends):
            back = instant(ends)
            there, then = (one.astimezone(ZoneInfo(tz)) for one in (moment, back))
            fits = back - moment < timedelta(hours=3) and there.date() == then.date()
            return back if fits and (quiet(there.time()) or not quiet(then.time())) else None
    return moment


def quiet(local: time) -> bool:
    return local >= QUIET[0] or local < QUIET[1]
