"""Interview kits: what somebody who interviews for the first time needs to run a mock interview.

A kit goes to the interviewer in one Slack message, so its parts are held to what that message
takes: `facts`, `probes`, `signals` and `clock` each fit one section of 3,000 characters, with
`FRAME` characters an item left for bullets and labels, and the whole fits `WHOLE` characters.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Annotated, TypeVar

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from bot.content.base import (
    CELLS,
    SECTION_CHARS,
    Cell,
    Difficulty,
    KeyPoint,
    Prompt,
    Slug,
    Strict,
    Text,
    Track,
    escaped_length,
)

FRAME = 40  # characters an item: a bullet, a minute, “Listen for:”
# Characters after escaping. Slack refuses long messages as msg_blocks_too_long without saying what
# it counts; users report from 11,300 characters on (github.com/slackapi/bolt-js/issues/2867).
WHOLE = 10_000
POINT_CHARS = 250
SHORTEST, LONGEST = 15, 40  # minutes
POINTED: tuple[Cell, ...] = ("restatement", "trade_offs", "execution")  # what words are scored for

Line = Annotated[str, Field(min_length=1, max_length=350)]


class Fact(Strict):
    """Something the interviewer tells when it is asked for, and only then."""

    asked: Annotated[str, Field(min_length=1, max_length=150, description="what they ask about")]
    tell: Line = Field(description="what you say then")


def _question(text: str) -> str:
    if not text.endswith("?"):
        raise ValueError("must end with a question mark")
    return text


class Probe(Strict):
    """A question of the interviewer's, for a minute of the interview."""

    minute: int = Field(ge=1, lt=LONGEST)
    ask: Annotated[Line, AfterValidator(_question)]
    listen_for: Line


class Signal(Strict):
    """What a strong and a weak candidate sound like in one cell."""

    cell: Cell
    strong: Line
    weak: Line


class Cue(Strict):
    """What the interviewer does when the clock shows this minute."""

    minute: int = Field(ge=0, le=LONGEST)
    cue: Line


Timed = TypeVar("Timed", Probe, Cue)
Part = TypeVar("Part", bound=Strict)


def _rising(items: tuple[Timed, ...]) -> tuple[Timed, ...]:
    minutes = [item.minute for item in items]
    if any(later <= one for one, later in pairwise(minutes)):
        raise ValueError("minutes must rise from one to the next")
    return items


def _fits(items: tuple[Part, ...]) -> tuple[Part, ...]:
    size = section_length(items)
    if size > SECTION_CHARS:
        what = f"take {size:,} characters with bullets and escapes"
        raise ValueError(f"{what}; a Slack section holds {SECTION_CHARS:,}")
    return items


def section_length(items: Iterable[Strict]) -> int:
    """Characters that the items take in one section of a message, bullets and escapes counted."""
    return sum(FRAME + sum(map(escaped_length, _texts(item))) for item in items)


def _texts(item: Strict) -> list[str]:
    return [value for _, value in item if isinstance(value, str)]


def _short(points: tuple[KeyPoint, ...]) -> tuple[KeyPoint, ...]:
    for key_point in points:
        if len(key_point.point) > POINT_CHARS:
            raise ValueError(f"a point has over {POINT_CHARS} characters; one thing is enough")
    _all_there([key_point.cell for key_point in points], POINTED, "key point")
    return points


def _heard(signals: tuple[Signal, ...]) -> tuple[Signal, ...]:
    _all_there([signal.cell for signal in signals], CELLS, "signal")
    return signals


def _all_there(there: Sequence[Cell], needed: Sequence[Cell], what: str) -> None:
    absent = [cell for cell in needed if cell not in there]
    if absent:
        raise ValueError(f"no {what} is for {', '.join(absent)}; add one")


class Kit(Strict):
    """One mock interview, with everything that its interviewer needs to run it and to mark it.

    `minutes` is the length of the interview itself; a pair's half takes 30 with the feedback.
    """

    id: Slug = Field(description="the same as the file's name")
    version: int = Field(default=1, ge=1, description="raise it when the case itself changes")
    track: Track = Field(description="the interview type")
    difficulty: Difficulty
    title: Annotated[str, Field(min_length=3, max_length=80)]
    minutes: int = Field(default=25, ge=SHORTEST, le=LONGEST, description="of the interview")
    prompt: Prompt = Field(description="what the candidate is told")
    facts: Annotated[
        tuple[Fact, ...],
        Field(min_length=2, max_length=8, strict=False, description="told only when asked for"),
        AfterValidator(_fits),
    ]
    probes: Annotated[
        tuple[Probe, ...],
        Field(min_length=4, max_length=8, strict=False, description="in order of their minutes"),
        AfterValidator(_rising),
        AfterValidator(_fits),
    ]
    signals: Annotated[
        tuple[Signal, ...],
        Field(min_length=4, max_length=8, strict=False, description="one or more for each cell"),
        AfterValidator(_heard),
        AfterValidator(_fits),
    ]
    clock: Annotated[
        tuple[Cue, ...],
        Field(min_length=3, max_length=10, strict=False, description="the first at minute 0"),
        AfterValidator(_rising),
        AfterValidator(_fits),
    ]
    key_points: Annotated[
        tuple[KeyPoint, ...],
        Field(min_length=5, max_length=12, strict=False),
        AfterValidator(_short),
    ]
    good_for: Annotated[tuple[Text, ...], Field(min_length=1, max_length=6, strict=False)]

    @field_validator("probes")
    @classmethod
    def _before_the_end(cls, probes: tuple[Probe, ...], info: ValidationInfo) -> tuple[Probe, ...]:
        last = info.data.get("minutes", LONGEST) - 1
        if probes and probes[-1].minute > last:
            raise ValueError(f"the last one must be at minute {last} or earlier")
        return probes

    @field_validator("clock")
    @classmethod
    def _whole_time(cls, clock: tuple[Cue, ...], info: ValidationInfo) -> tuple[Cue, ...]:
        if clock and clock[0].minute != 0:
            raise ValueError("the first cue must be at minute 0")
        end = info.data.get("minutes", LONGEST)
        if clock and clock[-1].minute > end:
            raise ValueError(f"the last cue must be at minute {end} or earlier")
        return clock

    @field_validator("good_for")
    @classmethod
    def _one_message(cls, good_for: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        # The last field, so all that stands in the message is there unless it is wrong by itself.
        said = (info.data.get(name, ()) for name in ("facts", "probes", "signals", "clock"))
        points = info.data.get("key_points", ())
        size = sum(map(section_length, (*said, points))) + sum(map(escaped_length, good_for))
        size += escaped_length(info.data.get("prompt", ""))
        if size > WHOLE:
            raise ValueError(f"the whole kit takes {size:,} characters; a message holds {WHOLE:,}")
        return good_for


KIT_MODELS = (Kit, Fact, Probe, Signal, Cue)
