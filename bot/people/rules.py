"""When a person may be written to. Pure: no clock, no database, no Slack."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from difflib import get_close_matches
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import holidays

QUIET_FROM = time(21)
QUIET_TO = time(7)
WEEKLY_BUDGET = 15  # unprompted messages in seven days
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
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
    near = get_close_matches(typed.rpartition("/")[2], cities, n=1, cutoff=0.5)
    return cities[near[0]] if near else "Europe/Berlin"


@cache
def _countries() -> dict[str, str]:
    """Zone → country from the tz database's own table (public domain), where it names one."""
    from importlib.resources import files

    found: dict[str, str] = {}
    table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text("utf-8")
    for line in table.splitlines():
        if line and not line.startswith("#"):
            code, _, name = line.split("\t")[:3]
            found[name] = code
    return found


def country_of(tz: str) -> str | None:
    """The country a zone belongs to, None for zones of no country such as UTC."""
    return _countries().get(tz)


@cache
def supported_countries() -> frozenset[str]:
    return frozenset(holidays.list_supported_countries(include_aliases=False))


@cache
def _public_holidays(country: str, year: int) -> frozenset[date]:
    if country not in supported_countries():
        return frozenset()
    return frozenset(holidays.country_holidays(country, years=year))


def is_holiday(day: date, country: str | None) -> bool:
    """Is it a public holiday of the country, by the `holidays` library."""
    return country is not None and day in _public_holidays(country, day.year)


def is_off(day: date, spans: Iterable[Span]) -> bool:
    return any(first <= day <= last for first, last in spans)


def wall_clock(day: date, at: time, tz: ZoneInfo) -> datetime:
    """The instant at which this wall clock shows `at` on `day`, in UTC.

    A time that the clock skips in spring is moved to just after the gap by its length; one
    that comes twice in autumn is taken the first time (PEP 495, fold=0).
    """
    moment = datetime.combine(day, at, tz).astimezone(UTC)
    return max(moment, _start(day, tz))


def _start(day: date, tz: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, tz).astimezone(UTC)


def until_quiet_ends(now: datetime, tz: ZoneInfo, quiet: Quiet) -> datetime:
    """`now` outside quiet hours, else the end of them."""
    local = now.astimezone(tz)
    if not quiet.covers(local.time()):
        return now
    today = wall_clock(local.date(), quiet.end, tz)
    return today if today > now else wall_clock(local.date() + timedelta(days=1), quiet.end, tz)


def spans(stored: Sequence[Sequence[str]]) -> tuple[Span, ...]:
    """Days off as stored, `[["2026-12-24", "2027-01-02"], …]`, as dates."""
    return tuple((date.fromisoformat(first), date.fromisoformat(last)) for first, last in stored)
