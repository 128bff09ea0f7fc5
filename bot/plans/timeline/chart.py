"""The timeline as a picture, in values: what to draw, and the same in words. Pure.

The picture is JSON through and through, because another process draws it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from bot.plans.course import Stage
from bot.plans.timeline.phrases import NAMES, brief, is_open, long_day, spoken, when, where
from bot.plans.timeline.rules import Line, Step, Timeline

KIND = "timeline"
CODES = {
    Stage.FUNDAMENTALS: "F",
    Stage.SCENARIOS: "S",
    Stage.DAILY: "D",
    Stage.LOOPS: "L",
    Stage.BLITZ: "B",
    Stage.FINAL: "★",
}
GAP, FREE = "x", "-"  # a gap with a reason; a weekday that is free in every week


@dataclass(frozen=True)
class Key:
    """One stage under the picture."""

    code: str
    name: str
    when: str
    step: str


@dataclass(frozen=True)
class Picture:
    """Dates are ISO 8601. `cells` has a letter of `CODES`, or a sign, for each date from `first`.

    `kind` is how the painter knows it; `alt` is the same in words.
    """

    kind: str
    title: str
    subtitle: str
    first: str
    today: str
    target: str | None
    nothing_new_from: str | None
    cells: str
    keys: tuple[Key, ...]
    alt: str

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> "Picture":
        """The opposite of `to_dict`, also after JSON, whose lists stand for tuples."""
        keys = tuple(Key(**row) for row in told["keys"])
        rest = {one.name: told[one.name] for one in fields(cls) if one.name != "keys"}
        return cls(keys=keys, **rest)


def picture(told: Timeline) -> Picture:
    """The calendar of a plan: a sign a date from its first one on, a key a stage, and the words."""
    return Picture(
        KIND,
        f"Your plan to {long_day(told.target, told.today)}" if told.target else "Your plan",
        " ".join(filter(None, (brief(told), where(told)))),
        told.begins.isoformat(),
        told.today.isoformat(),
        told.target.isoformat() if told.target else None,
        told.nothing_new_from.isoformat() if told.nothing_new_from else None,
        "".join(_cells(told)),
        tuple(_key(told, line) for line in told.lines if line.last >= told.begins),
        spoken(told),
    )


def _key(told: Timeline, line: Line) -> Key:
    dates = when(line, told.today, is_open(told, line))
    if line.step is Step.NOW and not is_open(told, line):
        dates += f"; now day {line.nth}"
    return Key(CODES[line.stage], NAMES[line.stage], dates, line.step)


def _cells(told: Timeline) -> Sequence[str]:
    """A sign for each date: its stage where it is a practice day, else what it is."""
    cells = [FREE] * ((told.ends - told.begins).days + 1)
    for gap in told.gaps:
        for number in range((gap.first - told.begins).days, (gap.last - told.begins).days + 1):
            cells[number] = GAP
    for day in told.days:
        stage = next((one.stage for one in told.lines if one.first <= day <= one.last), None)
        cells[(day - told.begins).days] = CODES[stage] if stage else FREE
    return cells
