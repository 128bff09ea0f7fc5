"""Free times of a week as people write them, and back. Pure; raises UserMistake with a hint.

`Mon-Fri 18:00-20:00`, `Sat 10-12`, `weekdays 18:30–20`, `Tue, Thu 7pm-9pm`: a line or a
semicolon parts one from the next.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, product
from typing import Any

from bot.errors import UserMistake
from bot.mocks.pairing.pool import Window
from bot.people.rules import WEEKDAYS
from bot.plans.parse import shown

MIDNIGHT = 24 * 60
MOST = 60  # windows of one person
LONGEST = 3000  # characters
RUN = 3  # days that follow one another are written as one span from here on

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SEVERAL = {
    "weekday": range(5),
    "workday": range(5),
    "weekend": range(5, 7),
    "daily": range(7),
    "everyday": range(7),
}
OTHER_WORDS = (  # what people write besides, and what it stands for
    (r"[‐-―−~]|\b(?:to|until|till|through|bis)\b", "-"),
    (r"\band\b|[&+/]|\bund\b", ","),
    (r"\b(?:noon|midday)\b", "12:00"),
    (r"\bmidnight\b", "24:00"),
    (r"\ball days\b|\b(?:every|each) day\b", "daily"),
    (r"\b([ap])\.\s?m\b\.?", r"\1m"),
    (r"\b(?:from|at|on|every|each)\b|o.clock|[•*()]", " "),
    (r"(?<=[a-z]):", " "),
)
TOKEN = re.compile(
    r"\s*(?:(?P<hour>\d{1,2})(?:[:.h]?(?P<minute>\d{2}))?\s*(?:(?P<half>[ap])m?|h|uhr)?(?![a-z\d:])"
    r"|(?P<word>[a-z]+)|(?P<dash>-)|(?P<comma>,))"
)


@dataclass(frozen=True)
class _Time:
    """As written; `half` is a, p or empty."""

    hour: int
    minute: int
    half: str

    def readings(self, other: "_Time") -> list[int]:
        """Minutes of the day that it can mean, beside the other end of the window."""
        if self.half or (other.half and 1 <= self.hour <= 12):
            halves = self.half or "ap"
            return [self.hour % 12 * 60 + self.minute + 12 * 60 * (one == "p") for one in halves]
        return [self.hour * 60 + self.minute]


_Part = tuple[str, Any]  # what it is, and its value


def windows(text: str, field: str | None = None) -> tuple[Window, ...]:
    """Everything that stands in the text, merged and in the order of the week.

    What runs over midnight becomes two. Raises UserMistake naming the lines that cannot be read.
    """
    if len(text) > LONGEST:
        raise UserMistake("long_windows", field=field, most=f"{LONGEST:,}")
    found: list[Window] = []
    wrong: list[tuple[int, str]] = []
    for number, line in enumerate(re.split(r"[\n;]", text), 1):
        if not line.strip():
            continue
        try:
            found += _line(line)
        except ValueError:
            wrong.append((number, shown(line)))
    if wrong:
        lines = ", ".join(str(number) for number, _ in wrong[:5])
        code = "bad_windows" if len(wrong) > 1 else "bad_window"
        raise UserMistake(code, field=field, line=lines, given=wrong[0][1])
    made = merged(found)
    if len(made) > MOST:
        raise UserMistake("many_windows", field=field, most=MOST)
    return made


def _line(line: str) -> list[Window]:
    """One line: days and spans of time, as often as one likes. Raises ValueError."""
    parts = _parts(line)
    found: list[Window] = []
    while parts:
        early = _times(parts)  # `18-20 on Tuesdays`
        days = _days(parts)
        times = early or _times(parts)
        if not days or not times:
            raise ValueError(line)
        spans = dict.fromkeys(times)
        found += [one for day in dict.fromkeys(days) for span in spans for one in _on(day, *span)]
    return found


def _parts(line: str) -> list[_Part]:
    rest = line.lower().strip().lstrip("-–•* ")
    for pattern, plain in OTHER_WORDS:
        rest = re.sub(pattern, plain, rest)
    rest, parts = rest.rstrip(" .,"), []
    while rest:
        match = TOKEN.match(rest)
        if match is None:
            raise ValueError(line)
        parts.append(_part(match))
        rest = rest[match.end() :].rstrip()
    return [one for one in parts if one[0] != "comma"]


def _part(match: re.Match[str]) -> _Part:
    if match["word"]:
        return "days", _named(match["word"])
    if not match["hour"]:
        return ("dash" if match["dash"] else "comma"), None
    hour, minute, half = int(match["hour"]), int(match["minute"] or 0), match["half"] or ""
    fits = 1 <= hour <= 12 if half else hour < 24 or (hour, minute) == (24, 0)
    if not fits or minute > 59:
        raise ValueError(match[0])
    return "time", _Time(hour, minute, half)


def _named(word: str) -> Sequence[int]:
    """The days that a word means. Raises ValueError."""
    if word.removesuffix("s") in SEVERAL:
        return SEVERAL[word.removesuffix("s")]
    for at, name in enumerate(DAYS):
        if len(word) > 1 and (name.startswith(word) or word.removesuffix("s") == name):
            return (at,)
        if word.removesuffix("s") in (name[:3], name[:4]) and len(word) > 2:  # Tues, Weds, Thurs
            return (at,)
    raise ValueError(word)


def _days(parts: list[_Part]) -> list[int]:
    found: list[int] = []
    while parts and parts[0][0] == "days":
        days = parts.pop(0)[1]
        if [kind for kind, _ in parts[:2]] == ["dash", "days"]:
            last = parts[1][1]
            if len(days) != 1 or len(last) != 1:
                raise ValueError("a span of several days")
            del parts[:2]
            days = [(days[0] + step) % 7 for step in range((last[0] - days[0]) % 7 + 1)]
        found += days
    return found


def _times(parts: list[_Part]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    while [kind for kind, _ in parts[:3]] == ["time", "dash", "time"]:
        found.append(_span(parts[0][1], parts[2][1]))
        del parts[:3]
    return found


def _span(start: _Time, end: _Time) -> tuple[int, int]:
    """Minutes of the day; an end before the start is on the next day. Of several readings of
    am and pm the shortest window is meant."""
    pairs = product(start.readings(end), end.readings(start))
    spans = [(one % MIDNIGHT, other) for one, other in pairs if one % MIDNIGHT != other]
    if not spans:
        raise ValueError("an empty window")
    return min(spans, key=lambda span: (span[1] - span[0] - 1) % MIDNIGHT)


def _on(day: int, start: int, end: int) -> list[Window]:
    if start < end:
        return [Window(day, start, end)]
    rest = [Window((day + 1) % 7, 0, end)] if end else []
    return [Window(day, start, MIDNIGHT), *rest]


def merged(found: Iterable[Window]) -> tuple[Window, ...]:
    """In the order of the week; those that overlap or touch are one, none runs over midnight."""
    made: list[Window] = []
    for one in sorted(found, key=lambda window: (window.day, window.start, window.end)):
        if made and made[-1].day == one.day and one.start <= made[-1].end:
            made[-1] = Window(one.day, made[-1].start, max(made[-1].end, one.end))
        else:
            made.append(one)
    return tuple(made)


# --- and back -------------------------------------------------------------------------------------


def written(found: Iterable[Window]) -> str:
    """The windows as lines that `windows` reads: `Mon-Fri 18:00-20:00`."""
    days: dict[tuple[int, int], list[int]] = defaultdict(list)
    for one in merged(found):
        days[one.start, one.end].append(one.day)
    lines = sorted((on, span) for span, on in days.items())
    return "\n".join(f"{_day_words(on)} {clock(start)}-{clock(end)}" for on, (start, end) in lines)


def _day_words(days: Sequence[int]) -> str:
    told = []
    for _, places in groupby(enumerate(days), key=lambda pair: pair[1] - pair[0]):
        run = [WEEKDAYS[day] for _, day in places]
        told += [f"{run[0]}-{run[-1]}"] if len(run) >= RUN else run
    return ", ".join(told)


def clock(minutes: int) -> str:
    """Minutes of the day as `18:30`, the end of it as `24:00`."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def stored(found: Iterable[Window]) -> list[list[str]]:
    """As `MockProfile.windows` keeps them: `[["Mon", "18:00", "20:00"], …]`."""
    return [[WEEKDAYS[one.day], clock(one.start), clock(one.end)] for one in found]


def given(told: Any) -> tuple[Window, ...]:
    """Stored windows, or those of a document; there a line as people write it is taken too.

    Raises ValueError with the sentence that its author is told.
    """
    rows = [told] if isinstance(told, str) else told
    if not isinstance(rows, list):
        raise ValueError('must be a list such as [[Tue, "18:00", "20:00"]]')  # noqa: TRY004
    found: list[Window] = []
    for row in rows:
        line = f"{row[0]} {row[1]}-{row[2]}" if isinstance(row, list) and len(row) == 3 else row
        try:
            found += windows(line if isinstance(line, str) else "?")
        except UserMistake:
            raise ValueError(
                f'cannot read {str(row)[:80]}; write a day and two times: [Tue, "18:00", "20:00"]'
            ) from None
    made = merged(found)
    if len(made) > MOST:
        raise ValueError(f"has more than {MOST} windows; fewer, longer ones find a partner too")
    return made
