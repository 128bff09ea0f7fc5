"""A clip's way from the microphone to the answer: states, waits, and when it counts. Pure."""

from datetime import datetime, timedelta
from enum import StrEnum

from bot.drills.rules import Part

GRACE = timedelta(seconds=15)  # real; so long *no transcript* may still mean *not yet*
LONGEST_WAIT = timedelta(seconds=120)  # real; then no transcript comes
LOOK = timedelta(seconds=60)  # of the calendar, to look at a transcript before it counts by itself
LONGEST_PAUSE = 30  # seconds between two questions to Slack
FEWEST_WORDS = 3  # a transcript of fewer says nothing
LONGEST = 12_000  # characters of a transcript that are kept: as many as are scored
FIELD = 2400  # characters in one field of the form, which takes 3,000: room to correct
TRIES = 2  # requests to the transcription endpoint about one clip


class State(StrEnum):
    """How far a clip is on its way."""

    WAITING = "waiting"  # Slack may still send the transcript
    ASKING = "asking"  # the transcription endpoint has it
    HEARD = "heard"  # the member may look at the transcript; it does not count yet
    TAKEN = "taken"  # it is part of the answer
    SILENT = "silent"  # nothing was heard
    FAILED = "failed"  # `code` says why
    REPLACED = "replaced"  # by a second take
    DELETED = "deleted"  # with its message


class How(StrEnum):
    """How a clip's words became part of the answer."""

    AS_IT_IS = "as_it_is"
    CORRECTED = "corrected"
    TYPED = "typed"
    CLOCK = "clock"  # nobody pressed anything in time


UNHEARD = frozenset({State.WAITING, State.ASKING})
STANDING = frozenset({State.HEARD, State.TAKEN})  # has words that count, or will


def pause(tries: int) -> timedelta:
    """Before the next question to Slack: 2, 4, 8, 16, then every 30 seconds. `tries` from 1."""
    return timedelta(seconds=min(2 ** min(tries, 5), LONGEST_PAUSE))


def counts_at(part: Part, box_ends_at: datetime | None, now: datetime) -> datetime:
    """When a transcript counts by itself: at the end of the answer box, never within a minute.

    Probe and retake have no box, so there it is the minute. All on the calendar.
    """
    soonest = now + LOOK
    if part == Part.ANSWER and box_ends_at is not None:
        return max(box_ends_at, soonest)
    return soonest


def joined(typed: str, said: str) -> str:
    """A message's typed words and those of its clip."""
    return "\n".join(text for text in (typed, said) if text.strip())


def parts(text: str) -> list[str]:
    """A transcript in pieces that a form's field takes, parted between words; at least one."""
    found: list[str] = []
    rest = text.strip()[:LONGEST]
    while len(rest) > FIELD:
        at = rest.rfind(" ", 0, FIELD)
        at = at if at > FIELD // 2 else FIELD
        found.append(rest[:at].rstrip())
        rest = rest[at:].lstrip()
    return [*found, rest]
