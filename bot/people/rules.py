"""When a person may be written to. Pure: no clock, no database, no Slack."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from difflib import get_close_matches
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

QUIET_FROM = time(21)
QUIET_TO = time(7)
WEEKLY_BUDGET = 15  # unprompted messages in seven days
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
Span = tuple[date, date]  # first and last day, both in


@dataclass(frozen=True)
class Quiet:
    """Local hours in which nothing unprompted is sent; may run over midnight."""

    start: time = QUIET_FROM
    end: time = QUIET_TO

    def covers(self, local: time) -> bool:
        if self.start <= self.end:
            return self.start <= local < self.end
        return local >= self.start or local < self.end


def zone(name: str) -> ZoneInfo:
    """The zone of this IANA name, UTC when the name is unknown."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


@cache
def zones() -> frozenset[str]:
    """Every IANA zone this machine knows."""
    return frozenset(available_timezones())


def known_zone(name: str) -> str | None:
    """The zone's proper spelling, whatever case it was typed in; None when there is none."""
    wanted = name.strip().replace(" ", "_").lower()
    return next((one for one in zones() if one.lower() == wanted), None)


def near_zone(name: str) -> str:
    """The zone whose name is nearest to what was typed, by its city or as a whole."""
    typed = name.strip().replace(" ", "_").lower()
    cities = {one.rpartition("/")[2].lower(): one for one in sorted(zones())}
    near = get_close_matches(typed.rpartition("/")[2], cities, n=1, cutoff=0.7)
    return cities[near[0]] if near else "Europe/Berlin"


@cache
def _countries() -> dict[str, str]:
    """Zone → country from the tz database's own tables (public domain), where they name one."""
    from importlib.resources import files

    found: dict[str, str] = {}
    folder = files("tzdata").joinpath("zoneinfo")
    for line in folder.joinpath("zone.tab").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            code, _, name = line.split("\t")[:3]
            found[name] = code
    for line in folder.joinpath("tzdata.zi").read_text("utf-8").splitlines():
        if line.startswith("L "):  # an older name, such as Asia/Calcutta
            _, target, name = line.split()
            if target in found:
                found.setdefault(name, found[target])
    return found


def country_of(tz: str) -> str | None:
    """The country a zone belongs to, None for zones of no country such as UTC."""
    return _countries().get(tz)


@cache
def supported_countries() -> frozenset[str]:
    import holidays  # where it is used: a tenth of the start otherwise

    return frozenset(holidays.list_supported_countries(include_aliases=False))


@cache
def _public_holidays(country: str, year: int) -> frozenset[date]:
    if country not in supported_countries():
        return frozenset()
    import holidays

    return frozenset(holidays.country_holidays(country, years=year))


def is_holiday(day: date, country: str | None) -> bool:
    """Is it a public holiday of the country, by the `holidays` library."""
    return country is not None and day in _public_holidays(country, day.year)


def holidays_of(country: str | None, year: int) -> frozenset[date]:
    """The public holidays of that year; none of a country that is not known."""
    return _public_holidays(country, year) if country else frozenset()


def is_off(day: date, spans: Iterable[Span]) -> bool:
    return any(first <= day <= last for first, last in spans)


def wall_clock(day: date, at: time, tz: ZoneInfo) -> datetime:
    """The instant at which this wall clock shows `at` on `day`, in UTC.

    A time that comes twice in autumn is taken the first time; one that the clock jumps over in
    spring is moved on by the length of the gap (PEP 495, fold=0), or back by it where moving on
    would leave the day, as in Nuuk, whose gap lies before midnight. Where the calendar itself
    jumped over `day`, the instant lies on another date.
    """
    moment = datetime.combine(day, at, tz).astimezone(UTC)
    if moment.astimezone(tz).date() == day:
        return moment
    return datetime.combine(day, at.replace(fold=1), tz).astimezone(UTC)


def quiet_begins(now: datetime, until: datetime, tz: ZoneInfo, quiet: Quiet) -> datetime:
    """The first instant from `now` on at which it is quiet, `until` when there is none before.

    `until` lies at most a day ahead.
    """
    return _first(now, until, tz, quiet.covers, quiet.start)


def until_quiet_ends(now: datetime, tz: ZoneInfo, quiet: Quiet) -> datetime:
    """`now` outside quiet hours, else the end of them."""

    def awake(local: time) -> bool:
        return not quiet.covers(local)

    return _first(now, now + DAY, tz, awake, quiet.end)


def _first(
    now: datetime, until: datetime, tz: ZoneInfo, wanted: Callable[[time], bool], turn: time
) -> datetime:
    """The first instant from `now` on whose local time is `wanted`, which begins at `turn`."""
    local = now.astimezone(tz)
    if wanted(local.time()):
        return now
    if not wanted(turn):
        return until  # no quiet hours at all
    if local.utcoffset() == until.astimezone(tz).utcoffset():
        wait = _since_midnight(turn) - _since_midnight(local.time())
        return min(now + wait % DAY, until)
    minute = now.replace(second=0, microsecond=0)  # the clock is put forward or back: look
    while minute < until:
        minute += MINUTE
        if wanted(minute.astimezone(tz).time()):
            return min(minute, until)
    return until


def _since_midnight(at: time) -> timedelta:
    return timedelta(
        hours=at.hour, minutes=at.minute, seconds=at.second, microseconds=at.microsecond
    )


def spans(stored: Sequence[Sequence[str]]) -> tuple[Span, ...]:
    """Days off as stored, `[["2026-12-24", "2027-01-02"], …]`, as dates."""
    return tuple((date.fromisoformat(first), date.fromisoformat(last)) for first, last in stored)
