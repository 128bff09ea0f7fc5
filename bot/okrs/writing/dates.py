"""Days that a title names, and cycles by their dates. Pure."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july", "august", "september"),
    *("october", "november", "december"),
)
_NAME = rf"(?:{'|'.join(MONTHS)}|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)"
_ISO = re.compile(r"\b(20\d\d)-(\d\d)-(\d\d)\b")
_QUARTER = re.compile(r"\bq([1-4])(?:[\s/-]*(20\d\d))?\b|\b(20\d\d)[\s/-]*q([1-4])\b", re.I)
_MONTH = re.compile(
    rf"\b(?:(?:by|until|till|before|in|during|from|of|end|mid|early|late)[\s-]+"
    rf"|(?P<day>[0-3]?\d)(?:st|nd|rd|th)?(?:\s+of)?\s+)"
    rf"(?P<name>{_NAME})\b\.?(?:\s+(?P<year>20\d\d))?"
    rf"|\b(?P<first>{_NAME})\.?\s+(?P<on>[0-3]?\d)(?:st|nd|rd|th)?\b(?!\s*%)",
    re.I,
)
_YEAR = re.compile(
    r"\b(?:by|until|till|before|in|during|end of|of)\s+(?:the\s+end\s+of\s+)?(20\d\d)\b(?!-)", re.I
)
Days = tuple[date, date]


def beyond(text: str, starts: date, ends: date) -> str | None:
    """The first date, month, quarter or year in a title that shares no day with the cycle."""
    for told, spans in _named(text, starts, ends):
        if spans and all(last < starts or first > ends for first, last in spans):
            return told
    return None


def _named(text: str, starts: date, ends: date) -> Iterator[tuple[str, list[Days]]]:
    """(words, the days they may mean): without a year, that of the cycle's first or last day."""
    years = sorted({starts.year, ends.year})
    for found in _ISO.finditer(text):
        year, month, day = (int(part) for part in found.groups())
        yield found.group(), _day(year, month, day)
    for found in _QUARTER.finditer(text):
        number, named = found[1] or found[4], found[2] or found[3]
        spans = [quarter(year, int(number)) for year in ([int(named)] if named else years)]
        yield found.group(), spans
    for found in _MONTH.finditer(text):
        name = found["name"] or found["first"]
        in_years = [int(found["year"])] if found["year"] else years
        on = found["day"] or found["on"]
        yield found.group(), [one for year in in_years for one in _in_month(year, name, on)]
    for found in _YEAR.finditer(text):
        year = int(found[1])
        yield found[1], [(date(year, 1, 1), date(year, 12, 31))]


def _day(year: int, month: int, day: int) -> list[Days]:
    try:
        only = date(year, month, day)
    except ValueError:
        return []
    return [(only, only)]


def _in_month(year: int, name: str, day: str | None) -> list[Days]:
    short = name.lower()[:3]
    month = next(n for n, one in enumerate(MONTHS, 1) if one.startswith(short))
    if day:
        return _day(year, month, int(day))
    first = date(year, month, 1)
    return [(first, _before_next(year, month))]


def _before_next(year: int, month: int) -> date:
    following = date(year + month // 12, month % 12 + 1, 1)
    return following - timedelta(days=1)


def quarter(year: int, number: int) -> Days:
    """First and last day of a calendar quarter, `number` 1 to 4."""
    first = date(year, 3 * number - 2, 1)
    return first, _before_next(year, 3 * number)


def next_quarter(today: date) -> tuple[str, Days]:
    """The calendar quarter that begins after today, with its name, such as `2027-Q1`."""
    number = (today.month - 1) // 3 + 1
    year, number = (today.year + 1, 1) if number == 4 else (today.year, number + 1)
    return f"{year}-Q{number}", quarter(year, number)
