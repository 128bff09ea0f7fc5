"""What settings say when they change. Pure."""

from collections.abc import Sequence
from datetime import date, datetime, time

from bot.content import TRACKS
from bot.people.rules import Span, zone
from bot.slack.blocks import Message, plural

PAUSE = "plans.pause"
RESUME = "plans.resume"
TRACK_NAMES = {
    "product-metrics": "Product metrics",
    "product-execution": "Product execution",
    "leadership": "Leadership",
    "product-operations": "Product operations",
    "aligned-incentives": "Aligned incentives",
    "metrics-coding": "Metrics and SQL",
}
MISTAKES = {
    "no_time": "Say when: `/drill time 08:30`.",
    "no_day": "Say the day of the interview: `/drill target {example}`.",
    "no_pause": "Say for how long: `/drill pause 2w`, `3d` or until a date.",
    "bad_time": "I cannot read “{given}” as a time. Try `/drill time 08:30`.",
    "bad_track": "I do not know the track “{given}”. The nearest is `/drill track {near}`.",
    "no_such_track": "I do not know the track “{given}”. There are {known}.",
    "bad_day": "I cannot read “{given}” as a date. Try `/drill target {example}`.",
    "day_not_ahead": "{given} is not a day in the next three years. Name the day of the interview.",
    "bad_pause": "I cannot pause for “{given}”. Try `/drill pause 2w`, at most a year.",
    "bad_span": "I cannot read “{given}” as days off. Try `/drill off 2026-12-24..2027-01-02`.",
    "span_over": "{given} lies in the past, so nothing was changed.",
}


def day_words(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B} {day.year}"


def moment_words(moment: datetime, tz: str) -> str:
    """`Tuesday 8 December, 09:00 (Europe/Berlin)`."""
    local = moment.astimezone(zone(tz))
    return f"{local:%A} {local.day} {local:%B}, {local:%H:%M} ({tz})"


def _next(next_due: datetime | None, tz: str) -> str:
    return f" The next drill comes on {moment_words(next_due, tz)}." if next_due else ""


def time_set(at: time, tz: str, next_due: datetime | None, set_up: bool) -> Message:
    start = "" if set_up else " `/drill setup` switches the daily drill on."
    return Message(f"Your drill comes at {at:%H:%M} in {tz}.{_next(next_due, tz)}{start}")


def track_set(track: str) -> Message:
    return Message(f"Track: *{TRACK_NAMES[track]}*. It holds from the next drill on.")


def tracks() -> Message:
    lines = [f"`/drill track {name}`  {TRACK_NAMES[name]}" for name in TRACKS]
    return Message("\n".join(lines))


def target_set(target: date | None, today: date) -> Message:
    if target is None:
        return Message("No interview date is set.")
    left = (target - today).days
    when = "today" if left == 0 else f"in {plural(left, 'day')}"
    return Message(f"Interview on {day_words(target)}, {when}. Good luck is made before the day.")


def paused(until: datetime, tz: str, next_due: datetime | None) -> Message:
    return Message(
        f"Paused until {moment_words(until, tz)}; it ends by itself.{_next(next_due, tz)} "
        "`/drill resume` ends it now."
    )


def resumed(next_due: datetime | None, tz: str, set_up: bool) -> Message:
    start = "" if set_up else " `/drill setup` chooses track and time first."
    return Message(f"Welcome back.{_next(next_due, tz)}{start}")


def days_off(spans: Sequence[Span]) -> Message:
    if not spans:
        return Message("No days off are set. Public holidays of your country are free anyway.")
    lines = [
        day_words(first) if first == last else f"{day_words(first)} to {day_words(last)}"
        for first, last in sorted(spans)
    ]
    return Message(
        "Days off, besides public holidays:\n" + "\n".join(f"• {line}" for line in lines)
    )
