"""What settings say when they change. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from bot.content import TRACKS
from bot.people.rules import Span, zone
from bot.plans.course import Stage
from bot.plans.parse import TRACK_NAMES as TRACK_NAMES
from bot.slack.blocks import Message, plural

PAUSE = "plans.pause"
RESUME = "plans.resume"
STAGE_NAMES = {
    Stage.FUNDAMENTALS: "fundamentals",
    Stage.SCENARIOS: "scenarios",
    Stage.DAILY: "daily drills",
    Stage.LOOPS: "mock loops",
    Stage.BLITZ: "blitz",
    Stage.FINAL: "final drills",
}
MISTAKES = {
    "no_time": "Say when: `/drill time 08:30`.",
    "no_day": "Say the day of the interview: `/drill target {example}`.",
    "no_pause": "Say for how long: `/drill pause 2w`, `3d` or until a date.",
    "bad_time": "I cannot read “{given}” as a time. Try `/drill time 08:30`.",
    "bad_track": "I do not know the track “{given}”. The nearest is `/drill track {near}`.",
    "which_track": "“{given}” may be one of these: {meant}. Try `/drill track {example}`.",
    "no_such_track": "I do not know the track “{given}”. There are {known}.",
    "bad_day": "I cannot read “{given}” as a date. Try `/drill target {example}`.",
    "day_not_ahead": "{given} is over, or more than three years away. Name the day of the "
    "interview.",
    "bad_pause": "I cannot pause for “{given}”. Try `/drill pause 2w`, at most a year.",
    "bad_span": "I cannot read “{given}” as days off. Try `/drill off 2026-12-24..2027-01-02`.",
    "span_over": "{given} lies in the past, so nothing was changed.",
}


@dataclass(frozen=True)
class Laid:
    """What a plan looks like from `today` on, for a sentence or two.

    `stages` are those still ahead with their practice days, `left` the sum of these; `quiet_after`
    is the last practice day before the interview. Without an interview date only the first counts.
    """

    today: date
    target: date | None
    left: int
    stages: Sequence[tuple[Stage, int]]
    quiet_after: date | None
    set_up: bool


@dataclass(frozen=True)
class Silence:
    """Drills are kept away by an interview on the day `target`, seen from `today`."""

    target: date
    today: date


def day_words(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B} {day.year}"


def moment_words(moment: datetime, tz: str) -> str:
    """`Tuesday 8 December, 09:00 (Europe/Berlin)`."""
    local = moment.astimezone(zone(tz))
    return f"{local:%A} {local.day} {local:%B}, {local:%H:%M} ({tz})"


def _next(next_due: datetime | None, tz: str) -> str:
    return f" The next drill comes on {moment_words(next_due, tz)}." if next_due else ""


def time_set(
    at: time, tz: str, next_due: datetime | None, set_up: bool, silence: Silence | None = None
) -> Message:
    start = "" if set_up else " `/drill setup` switches the daily drill on."
    words = f"Your drill comes at {at:%H:%M} in {tz}.{_next(next_due, tz)}{start}"
    return Message(f"{words}{_quiet(silence)}")


def track_set(track: str) -> Message:
    return Message(f"Track: *{TRACK_NAMES[track]}*. It holds from the next drill on.")


def tracks() -> Message:
    lines = [f"`/drill track {name}`  {TRACK_NAMES[name]}" for name in TRACKS]
    return Message("\n".join(lines))


def target_set(laid: Laid, next_due: datetime | None, tz: str) -> Message:
    if laid.target is None:
        words = "No interview date is set. Your plan goes on without one, from the same first day."
        words = words if laid.set_up else "No interview date is set."
        return Message(f"{words}{_next(next_due, tz)}")
    if not laid.set_up:
        start = "`/drill setup` switches the daily drill on."
        return Message(f"{_day(laid.target, laid.today)} {start}")
    return Message(f"{laid_words(laid)}{_next(next_due, tz)}")


def laid_words(laid: Laid) -> str:
    """The day, what lies before it, and from when there is silence; empty without date or setup."""
    if laid.target is None or not laid.set_up:
        return ""
    if not laid.left or laid.quiet_after is None:
        return quiet(Silence(laid.target, laid.today))
    stages = ", ".join(f"{STAGE_NAMES[stage]} {days}" for stage, days in laid.stages)
    days = f"{plural(laid.left, 'practice day')} {'lies' if laid.left == 1 else 'lie'} before it"
    return (
        f"{_day(laid.target, laid.today)} {days}: {stages}. After {day_words(laid.quiet_after)} I "
        "am quiet until you call, so that your head is free."
    )


def _day(target: date, today: date) -> str:
    return f"Interview on {day_words(target)}, {away(target, today)}."


def quiet(told: Silence) -> str:
    """What holds in silence."""
    target, today = told.target, told.today
    verb = "was" if target < today else "is"
    when = "today" if target == today else f"on {day_words(target)}"
    none_left = " and no practice day is left before it" if target > today else ""
    return (
        f"Your interview {verb} {when}{none_left}, so nothing comes from me until you call. "
        "`/drill now` opens a drill whenever you like."
    )


def called(told: Silence) -> str:
    """The same where somebody has just called."""
    if told.target > told.today:
        return f"Your interview is on {day_words(told.target)}: nothing else comes until you call."
    return "Nothing else comes from me until you call."


def _quiet(silence: Silence | None) -> str:
    return f" {quiet(silence)}" if silence else ""


def away(day: date, today: date) -> str:
    """`today`, `tomorrow`, `in 12 days`."""
    left = (day - today).days
    return {0: "today", 1: "tomorrow"}.get(left, f"in {plural(left, 'day')}")


def paused(
    until: datetime, tz: str, next_due: datetime | None, silence: Silence | None = None
) -> Message:
    return Message(
        f"Paused until {moment_words(until, tz)}; it ends by itself.{_next(next_due, tz)} "
        f"`/drill resume` ends it now.{_quiet(silence)}"
    )


def resumed(
    next_due: datetime | None, tz: str, set_up: bool, silence: Silence | None = None
) -> Message:
    start = "" if set_up else " `/drill setup` chooses track and time first."
    return Message(f"Welcome back.{_next(next_due, tz)}{start}{_quiet(silence)}")


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
