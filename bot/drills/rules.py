"""The thirty minutes of a drill: states and what moves them. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

SESSION = timedelta(minutes=30)
BLITZ = timedelta(minutes=20)  # of each drill of a blitz
REMIND_BEFORE_END = timedelta(minutes=10)
RETAKE = timedelta(seconds=60)


class State(StrEnum):
    PLANNED = "planned"  # the message is on its way
    OPEN = "open"  # the member has it, nothing was said yet
    ANSWERING = "answering"  # the answer box runs
    PROBE = "probe"  # the answer is final, the probe was asked
    RETAKE = "retake"
    CLOSED = "closed"
    SKIPPED = "skipped"  # by the member
    MISSED = "missed"  # never sent: its window had passed


class Part(StrEnum):
    ANSWER = "answer"
    PROBE = "probe"
    RETAKE = "retake"
    AFTER = "after"  # written when all was over: kept, never scored


LIVE = frozenset({State.PLANNED, State.OPEN, State.ANSWERING, State.PROBE, State.RETAKE})


class Next(StrEnum):
    """What the clock asks for when a session's `next_at` has come."""

    REMIND = "remind"
    PROBE = "probe"
    CLOSE = "close"
    WAIT = "wait"


@dataclass(frozen=True)
class Times:
    """A session's instants on the calendar; None: not yet."""

    state: State
    minutes: float
    length: timedelta = SESSION
    opened_at: datetime | None = None
    started_at: datetime | None = None
    box_ends_at: datetime | None = None
    ends_at: datetime | None = None
    probe_at: datetime | None = None
    retake_at: datetime | None = None
    answered_at: datetime | None = None
    next_at: datetime | None = None
    late: bool = False
    reminded: bool = False


def opened(times: Times, at: datetime) -> Times:
    """Slack has the message: the thirty minutes begin, or the twenty of a blitz."""
    if times.state != State.PLANNED:
        return times
    return replace(
        times,
        state=State.OPEN,
        opened_at=at,
        ends_at=at + times.length,
        next_at=at + times.length - REMIND_BEFORE_END,
    )


def started(times: Times, at: datetime) -> Times:
    """*Start*, or the first reply: the answer box runs from here."""
    if times.state not in (State.PLANNED, State.OPEN, State.MISSED, State.CLOSED, State.SKIPPED):
        return times
    box = at + timedelta(minutes=times.minutes)
    times = opened(times, at)
    late = times.ends_at is not None and at > times.ends_at
    ends = at + times.length if late or times.ends_at is None else times.ends_at
    return replace(
        times,
        state=State.ANSWERING,
        started_at=at,
        box_ends_at=box,
        ends_at=max(ends, box),
        next_at=box,
        late=times.late or late,
    )


def replied(times: Times, at: datetime) -> Times:
    """A message of the member's: it may start the box, and it is the answer's first or not.

    A first reply after the box was started and ran out begins the box anew: nobody is scolded.
    """
    if times.answered_at is None and times.state != State.ANSWERING:
        times = started(times, at)
    elif times.answered_at is None and times.box_ends_at and at > times.box_ends_at:
        box = at + timedelta(minutes=times.minutes)
        late = times.ends_at is not None and at > times.ends_at
        ends = at + times.length if late else max(times.ends_at or box, box)
        times = replace(times, box_ends_at=box, next_at=box, ends_at=ends, late=times.late or late)
    return replace(times, answered_at=times.answered_at or at)


def finished(times: Times, at: datetime) -> Times:
    """*Done*, or the end of the box: the answer is final and the probe is asked."""
    return replace(times, state=State.PROBE, probe_at=at, next_at=times.ends_at)


def retaken(times: Times, at: datetime) -> Times:
    return replace(times, state=State.RETAKE, retake_at=at, next_at=times.ends_at)


def closed(times: Times) -> Times:
    return replace(times, state=State.CLOSED, next_at=None)


def what_next(times: Times, now: datetime) -> Next:
    """What is to be done with a session whose `next_at` has come."""
    over = times.ends_at is not None and now >= times.ends_at
    if times.state == State.ANSWERING and times.answered_at is not None:
        return Next.PROBE
    if over:
        return Next.CLOSE
    if times.state == State.OPEN and not times.reminded:
        return Next.REMIND
    return Next.WAIT


def waits_until(times: Times) -> datetime | None:
    """When the clock looks at it again after a reminder or an empty box."""
    return times.ends_at


def part_of(times: Times, at: datetime) -> Part:
    """The part that was open when a message was written."""
    if times.retake_at is not None and at >= times.retake_at:
        return Part.RETAKE
    if times.probe_at is not None and at >= times.probe_at:
        return Part.PROBE
    return Part.ANSWER
