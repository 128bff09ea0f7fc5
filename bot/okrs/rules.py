"""What a key result promises, in values. Pure: no clock, no database, no Slack.

`progress.py` says how far it is, `health.py` which colour that has and why, `forecast.py` where
it will land, `grading.py` what it was worth in the end.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum


class Kind(StrEnum):
    INCREASE = "increase"
    DECREASE = "decrease"
    KEEP_ABOVE = "keep_above"
    KEEP_BELOW = "keep_below"
    KEEP_IN_BAND = "keep_in_band"
    MILESTONES = "milestones"
    ORDINAL = "ordinal"
    BASELINE_FIRST = "baseline_first"

    @property
    def keeps(self) -> bool:
        """It holds a level instead of reaching one; such a key result can be a guardrail."""
        return self in (Kind.KEEP_ABOVE, Kind.KEEP_BELOW, Kind.KEEP_IN_BAND)


class Shape(StrEnum):
    """How the expected progress grows over the cycle."""

    LINEAR = "linear"
    S_CURVE = "s_curve"
    STEPS = "steps"  # jumps on given dates
    PHASED = "phased"  # straight lines between given dates


class Function(StrEnum):
    """What somebody brings to a team."""

    PRODUCT = "product"
    ENGINEERING = "engineering"
    DESIGN = "design"
    DATA = "data"
    QA = "qa"
    SRE = "sre"
    MARKETING = "marketing"


@dataclass(frozen=True)
class Curve:
    """`points` are (date, share 0..1 reached by then), for steps and phased only."""

    shape: Shape = Shape.LINEAR
    points: tuple[tuple[date, float], ...] = ()


@dataclass(frozen=True)
class Milestone:
    """`weight` above 0, in any unit: shares are of the sum."""

    title: str
    weight: float = 1.0
    done: bool = False


@dataclass(frozen=True)
class Terms:
    """What is promised from one instant on; an amendment makes new terms.

    A value is a number in `unit`; of milestones it is the weighted percentage done (0 to 100), of
    ordinal zones the position of the zone, 0 the worst. `target` of ordinal zones is a position
    too. `low` and `high` are the ends of the band, both in.
    """

    kind: Kind
    baseline: float | None = None
    target: float | None = None
    stretch: float | None = None
    low: float | None = None
    high: float | None = None
    unit: str = ""
    milestones: tuple[Milestone, ...] = ()
    zones: tuple[str, ...] = ()
    curve: Curve = field(default_factory=Curve)


@dataclass(frozen=True)
class Amended:
    """These terms hold from `since` on."""

    since: datetime
    terms: Terms


@dataclass(frozen=True)
class Reading:
    """A value that somebody, or a source, gave."""

    at: datetime
    value: float


@dataclass(frozen=True)
class Confidence:
    """Revealed votes of one round, 0 to 10 each."""

    at: datetime
    votes: tuple[int, ...]

    @property
    def mean(self) -> float:
        return sum(self.votes) / len(self.votes)

    @property
    def spread(self) -> int:
        return max(self.votes) - min(self.votes)


def counted(
    revealed: Sequence[Confidence], alone: Sequence[Confidence], every: timedelta
) -> tuple[Confidence, ...]:
    """What counts of all votes, oldest first: those of rounds, and those outside any round.

    A vote outside is left out for `every` after a round was opened: a late or a changed word of one
    person must not take the place of what all said.
    """
    late = [one for one in alone if any(said.at <= one.at < said.at + every for said in revealed)]
    kept = [one for one in alone if one not in late]
    return tuple(sorted([*revealed, *kept], key=lambda one: one.at))


@dataclass(frozen=True)
class History:
    """Everything known of one key result, oldest first; nothing in it is ever changed.

    `starts` and `ends` are the cycle's first and last day. `every` is the time between two
    check-ins. `guardrail` is the id of the key result that guards this one.
    """

    id: int
    starts: date
    ends: date
    every: timedelta
    amended: tuple[Amended, ...]  # at least one; the first is what was agreed at the start
    readings: tuple[Reading, ...] = ()
    confidence: tuple[Confidence, ...] = ()
    guardrail: int | None = None
    failed: tuple[datetime, ...] = ()  # when its source could not be read

    def terms(self, at: datetime) -> Terms:
        """What was promised at this instant; before the first agreement, the first."""
        held = [one.terms for one in self.amended if one.since <= at]
        return held[-1] if held else self.amended[0].terms

    def until(self, at: datetime) -> Sequence[Reading]:
        return [one for one in self.readings if one.at <= at]

    def newest(self, at: datetime) -> Reading | None:
        seen = self.until(at)
        return seen[-1] if seen else None
