"""What people type after a verb: times, days, spans. Pure; raises UserMistake with a hint."""

import re
from datetime import date, datetime, time, timedelta
from difflib import get_close_matches

from bot.content import TRACKS
from bot.errors import UserMistake
from bot.people.rules import Span, wall_clock, zone

CLOCK = re.compile(
    r"(?P<hour>\d{1,2})(?:[:.h]?(?P<minute>\d{2}))?\s*(?P<half>am|pm)?", re.IGNORECASE
)
LENGTH = re.compile(r"(?P<count>\d{1,3})\s*(?P<unit>d|days?|w|weeks?|m|months?)", re.IGNORECASE)
LONGEST_PAUSE = timedelta(days=366)
LONGEST_SPAN = 366
SHORTEST = 3  # letters that name a track
TRACK_NAMES = {  # as people read and say them
    "product-metrics": "Product metrics",
    "product-execution": "Product execution",
    "leadership": "Leadership",
    "product-operations": "Product operations",
    "aligned-incentives": "Aligned incentives",
    "metrics-coding": "Metrics and SQL",
}
DAYS = {"d": 1, "w": 7, "m": 30}


def time_of_day(text: str) -> time:
    """`8:30`, `08.30`, `0830`, `8`, `8:30 pm`."""
    match = CLOCK.fullmatch(text.strip())
    if match is None:
        raise _unread("bad_time", text)
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    half = (match["half"] or "").lower()
    if half and not 1 <= hour <= 12:
        raise _unread("bad_time", text)
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    if hour > 23 or minute > 59:
        raise _unread("bad_time", text)
    return time(hour, minute)


def track(text: str) -> str:
    """A track by its name, in letters or as it is spoken, or by words that only it has.

    Raises UserMistake, with the nearest one or those that it may be.
    """
    wanted = text.strip().lower().replace(" ", "-")
    if wanted in TRACKS:
        return wanted
    meant = _meant(text)
    if len(meant) == 1:
        return meant[0]
    if meant:
        named = ", ".join(f"`{one}` ({TRACK_NAMES[one]})" for one in meant)
        given = shown(text).strip('"“”')
        raise UserMistake("which_track", given=given, meant=named, example=meant[0])
    near = get_close_matches(wanted, TRACKS, n=1, cutoff=0.5)
    if not near:
        raise UserMistake("no_such_track", given=shown(text), known=", ".join(TRACKS))
    raise UserMistake("bad_track", given=shown(text), near=near[0])


def _meant(text: str) -> list[str]:
    """The tracks whose names have a word that begins with each word typed."""
    typed = set(re.findall(r"\w+", text.lower().replace("&amp;", " "))) - {"and"}
    if sum(map(len, typed)) < SHORTEST:
        return []
    words = {one: re.findall(r"\w+", f"{one} {TRACK_NAMES[one]}".lower()) for one in TRACKS}
    return [
        one
        for one in TRACKS
        if all(any(word.startswith(part) for word in words[one]) for part in typed)
    ]


def day(text: str, today: date) -> date:
    """`2027-03-01`."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        example = today + timedelta(days=60)
        raise _unread("bad_day", text, example=example.isoformat()) from None


def ahead(wanted: date, today: date, field: str | None = None) -> date:
    """An interview date lies ahead, and within three years."""
    if not today <= wanted <= today + timedelta(days=3 * 366):
        raise UserMistake("day_not_ahead", field=field, given=wanted.isoformat())
    return wanted


def pause(text: str, now: datetime, tz: str) -> datetime:
    """`3d`, `2w`, `1m`: until the same time of day then. A date: until that day begins.

    Returns the instant at which the pause ends by itself.
    """
    match = LENGTH.fullmatch(text.strip())
    local = now.astimezone(zone(tz))
    if match:
        last = local.date() + timedelta(days=int(match["count"]) * DAYS[match["unit"][0].lower()])
        at = local.time()
    else:
        last, at = _pause_day(text), time.min
    if not local.date() < last <= local.date() + LONGEST_PAUSE:
        raise _unread("bad_pause", text)
    return wall_clock(last, at, zone(tz))


def _pause_day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise _unread("bad_pause", text) from None


def span(text: str, today: date) -> Span:
    """`2026-12-24..2027-01-02`, or one day; not all of it before `today`."""
    first_text, to, last_text = text.replace(" to ", "..").partition("..")
    try:
        first = date.fromisoformat(first_text.strip())
        last = date.fromisoformat(last_text.strip()) if to else first
    except ValueError:
        raise UserMistake("bad_span", given=shown(text)) from None
    if last < first or (last - first).days > LONGEST_SPAN:
        raise UserMistake("bad_span", given=shown(text))
    if last < today:
        raise UserMistake("span_over", given=shown(text))
    return first, last


def _unread(code: str, text: str, **values: str) -> UserMistake:
    """What was typed cannot be read; when nothing was, the sentence asks for it."""
    code = code if text.strip() else code.replace("bad_", "no_")
    return UserMistake(code, field=None, given=shown(text), **values)


def shown(text: str) -> str:
    """What was typed, short and harmless, for repeating it to the person."""
    words = re.sub(r"[<>&`*_~]", "", text).strip()
    return words[:40] or "nothing"
