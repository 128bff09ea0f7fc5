"""An interviewer's kit laid out by the minutes that they have. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.content.kits import Cue, Kit, Probe
from bot.mocks.meetings.rules import interviewing, scaled


@dataclass(frozen=True)
class Run:
    """Whom somebody interviews, in which part of the hour (0 first), for how many minutes."""

    candidate: str
    observer: str | None
    turn: int
    minutes: int


@dataclass(frozen=True)
class Step:
    """Something the interviewer does at this minute of their turn: a cue or a question."""

    minute: int
    said: Cue | Probe


def timeline(kit: Kit, turn_minutes: int) -> tuple[tuple[Step, ...], int]:
    """The kit's cues and questions by the minute, and the minute at which feedback begins.

    Where there are fewer minutes than the kit is written for, all of them move up alike.
    """
    there = interviewing(turn_minutes)
    said: Sequence[Cue | Probe] = (*kit.clock, *kit.probes)
    steps = [Step(scaled(one.minute, kit.minutes, there), one) for one in said]
    order = {id(one): place for place, one in enumerate(said)}
    ordered = sorted(steps, key=lambda step: (step.said.minute, order[id(step.said)]))
    return tuple(ordered), min(kit.minutes, there)
