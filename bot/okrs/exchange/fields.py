"""What may stand in a field of the document. Each reader takes what was written and returns the
value, or raises ValueError with the sentence that its author is told.
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from difflib import get_close_matches
from itertools import pairwise
from typing import Annotated, Any, TypeVar

from pydantic import PlainValidator

from bot.okrs.rules import Curve, Kind, Shape
from bot.people.rules import WEEKDAYS, known_zone, near_zone, supported_countries

LONGEST = 3000  # characters of a text: what a Slack form takes
LONGEST_KEY = 100
LARGEST = 1e15
FIRST, LAST = date(2000, 1, 1), date(2199, 12, 31)
USER = re.compile(r"[UW][A-Z0-9]{1,30}")
CHANNEL = re.compile(r"[CG][A-Z0-9]{1,30}")
CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?")
Choice = TypeVar("Choice", bound=str)


def text(told: Any) -> str:
    """Any words, also none."""
    if not isinstance(told, str):
        raise ValueError("must be text; put it in quotes")  # noqa: TRY004  # pydantic's way
    if len(told) > LONGEST:
        raise ValueError(f"is too long: {len(told):,} characters, and {LONGEST:,} fit")
    if "\x00" in told or any("\ud800" <= sign <= "\udfff" for sign in told):
        raise ValueError("has a character that is no text")
    return told


def some_text(told: Any) -> str:
    if not text(told).strip():
        raise ValueError("must not be empty")
    return str(told)


def key(told: Any) -> str:
    """A natural key: short, no slash, no space at its ends."""
    if isinstance(told, int) and not isinstance(told, bool):
        told = str(told)
    some_text(told)
    if told != told.strip() or len(told) > LONGEST_KEY or "/" in told or "\n" in told:
        raise ValueError(f"must be a short key of at most {LONGEST_KEY} characters, without /")
    return str(told)


def reference(told: Any) -> str:
    """A key, or `cycle/team/key`."""
    parts = told.split("/") if isinstance(told, str) else [told]
    if len(parts) not in (1, 3):
        raise ValueError("must be a key, or cycle/team/key")
    return "/".join(key(part) for part in parts)


def user(told: Any) -> str:
    if not isinstance(told, str) or not USER.fullmatch(told):
        raise ValueError("must be the id of a person in Slack, such as U012AB3CD")
    return told


def channel(told: Any) -> str:
    if not isinstance(told, str) or not CHANNEL.fullmatch(told):
        raise ValueError("must be the id of a channel in Slack, such as C012AB3CD")
    return told


def number(told: Any) -> float:
    """A finite number, also one written as text."""
    if isinstance(told, bool) or not isinstance(told, int | float | str):
        raise ValueError("must be a number")  # noqa: TRY004
    try:
        found = float(told)
    except ValueError:
        # What cannot be shown has no place in the answer, and half a character breaks it.
        shown = "".join(one if one.isprintable() else "?" for one in str(told)[:40])
        raise ValueError(f"must be a number, and “{shown}” is none") from None
    except OverflowError:
        found = math.inf
    if not math.isfinite(found) or abs(found) > LARGEST:
        raise ValueError("must be a number of an ordinary size")
    return found


def level(told: Any) -> float | str:
    """A number, or the name of a zone; which of the two, the kind decides."""
    return some_text(told).strip() if isinstance(told, str) else number(told)


def share(told: Any) -> float:
    found = number(told)
    if not 0 <= found <= 1:
        raise ValueError("must be between 0 and 1")
    return found


def weight(told: Any) -> float:
    found = number(told)
    if found <= 0:
        raise ValueError("must be above 0")
    return found


def confidence(told: Any) -> int:
    found = number(told)
    if not 0 <= found <= 10 or found != int(found):
        raise ValueError("must be a whole number from 0 to 10")
    return int(found)


def mock_level(told: Any) -> int:
    found = number(told)
    if found not in range(1, 6):
        raise ValueError("must be a whole number from 1 to 5")
    return int(found)


def flag(told: Any) -> bool:
    known = {"true": True, "false": False, "yes": True, "no": False}
    found = told if isinstance(told, bool) else known.get(str(told).lower())
    if found is None:
        raise ValueError("must be true or false")
    return found


def leading(told: Any) -> bool:
    """`true`, `false`, or the words leading and lagging."""
    return flag({"leading": True, "lagging": False}.get(str(told).lower(), told))


def day(told: Any) -> date:
    try:
        found = date.fromisoformat(told) if isinstance(told, str) else None
    except ValueError:
        found = None
    if found is None or not FIRST <= found <= LAST:
        raise ValueError("must be a date such as 2027-01-04")
    return found


def clock(told: Any) -> time:
    match = CLOCK.fullmatch(told.strip()) if isinstance(told, str) else None
    hour, minute, second = (int(part or 0) for part in match.groups()) if match else (24, 0, 0)
    if hour > 23 or minute > 59 or second > 59:
        raise ValueError('must be a time such as "10:00", in quotes')
    return time(hour, minute, second)


def instant(told: Any) -> datetime:
    try:
        found = datetime.fromisoformat(told) if isinstance(told, str) else None
    except ValueError:
        found = None
    if found is None or not FIRST < found.date() < LAST:
        raise ValueError("must be an instant such as 2027-01-12T09:00:00Z")
    if found.tzinfo is None:
        raise ValueError("has no zone; end it with Z for UTC, or with +01:00, say")
    return found.astimezone(UTC)


def until(told: Any) -> date | datetime:
    """A date, or an instant."""
    return day(told) if isinstance(told, str) and len(told) <= 10 else instant(told)


def zone(told: Any) -> str:
    found = known_zone(told) if isinstance(told, str) else None
    if found is None:
        raise ValueError(f"must be a time zone such as {near_zone(str(told))}")
    return found


def country(told: Any) -> str:
    if not isinstance(told, str) or told.upper() not in supported_countries():
        raise ValueError("must be a country's two letters, such as DE")
    return told.upper()


def one_of(words: Iterable[str]) -> Callable[[Any], str]:
    """A reader of one of these words; it names the nearest to a wrong one."""
    known = tuple(words)

    def read(told: Any) -> str:
        found = str(told).strip().lower().replace("-", "_")
        for word in known:
            if found == word.lower().replace("-", "_"):
                return word
        near = get_close_matches(found, known, n=1, cutoff=0.5)
        guess = f" (did you mean {near[0]}?)" if near else ""
        listed = ", ".join(word for word in known if word)
        raise ValueError(f"must be one of {listed}{guess}")

    return read


def week_days(told: Any) -> tuple[str, ...]:
    """Names of days, in the order of the week."""
    listed = told.replace(",", " ").split() if isinstance(told, str) else told
    if not isinstance(listed, list) or not listed:
        raise ValueError("must be a list of days such as [Mon, Tue]")
    read = one_of(WEEKDAYS)
    found = {read(one) for one in listed}
    return tuple(name for name in WEEKDAYS if name in found)


def quiet(told: Any) -> tuple[time, time]:
    """`21:00-07:00`, or the two times as a list."""
    parts = told.split("-") if isinstance(told, str) else told
    if not isinstance(parts, list) or len(parts) != 2:
        raise ValueError('must be two times such as "21:00-07:00", in quotes')
    return clock(parts[0]), clock(parts[1])


def span(told: Any) -> tuple[date, date]:
    """`2026-12-24..2027-01-02`, one day, or the two days as a list."""
    parts = told.split("..") if isinstance(told, str) else told
    if not isinstance(parts, list) or len(parts) not in (1, 2):
        raise ValueError("must be days such as 2026-12-24..2027-01-02")
    first, last = day(parts[0]), day(parts[-1])
    if not first <= last <= first + timedelta(days=366):
        raise ValueError("must end after it begins, within a year")
    return first, last


def curve(told: Any) -> Curve:
    """The name of a shape, or `{steps: [[date, share], …]}`, or the same with `phased`."""
    if isinstance(told, Curve):
        return told
    if isinstance(told, str):
        shape = Shape(one_of(Shape)(told))
        if shape in (Shape.STEPS, Shape.PHASED):
            raise ValueError(f"needs its dates: {{{shape.value}: [[2027-02-01, 0.5]]}}")
        return Curve(shape)
    if not isinstance(told, Mapping) or len(told) != 1:
        raise ValueError("must be linear, s_curve, {steps: [[2027-02-01, 0.5]]} or the like")
    (name, points), *_ = told.items()
    shape = Shape(one_of((Shape.STEPS, Shape.PHASED))(name))
    if not isinstance(points, list) or not points:
        raise ValueError(f"{name} must be a list such as [[2027-02-01, 0.5]]")
    return Curve(shape, _rising([_point(one) for one in points]))


def _point(told: Any) -> tuple[date, float]:
    if not isinstance(told, list) or len(told) != 2:
        raise ValueError("every point must be a date and a share, such as [2027-02-01, 0.5]")
    return day(told[0]), share(told[1])


def _rising(points: list[tuple[date, float]]) -> tuple[tuple[date, float], ...]:
    for (earlier, less), (later, more) in pairwise(points):
        if later <= earlier or more < less:
            raise ValueError("dates must follow one another, and shares must not fall")
    return tuple(points)


def kind(told: Any) -> Kind:
    return Kind(one_of(Kind)(told))


Text = Annotated[str, PlainValidator(text)]
SomeText = Annotated[str, PlainValidator(some_text)]
Key = Annotated[str, PlainValidator(key)]
Reference = Annotated[str, PlainValidator(reference)]
User = Annotated[str, PlainValidator(user)]
Channel = Annotated[str, PlainValidator(channel)]
Number = Annotated[float, PlainValidator(number)]
Level = Annotated[float | str, PlainValidator(level)]
Share = Annotated[float, PlainValidator(share)]
Weight = Annotated[float, PlainValidator(weight)]
Confidence = Annotated[int, PlainValidator(confidence)]
MockLevel = Annotated[int, PlainValidator(mock_level)]
Flag = Annotated[bool, PlainValidator(flag)]
Leading = Annotated[bool, PlainValidator(leading)]
Day = Annotated[date, PlainValidator(day)]
Clock = Annotated[time, PlainValidator(clock)]
Instant = Annotated[datetime, PlainValidator(instant)]
Until = Annotated[date | datetime, PlainValidator(until)]
Zone = Annotated[str, PlainValidator(zone)]
Country = Annotated[str, PlainValidator(country)]
WeekDays = Annotated[tuple[str, ...], PlainValidator(week_days)]
QuietHours = Annotated[tuple[time, time], PlainValidator(quiet)]
DaysOff = Annotated[tuple[date, date], PlainValidator(span)]
CurveGiven = Annotated[Curve, PlainValidator(curve)]
KindGiven = Annotated[Kind, PlainValidator(kind)]
