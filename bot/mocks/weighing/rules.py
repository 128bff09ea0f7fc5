"""The weights of a pair as admins see and type them. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from bot.mocks.pairing.weights import BOUNDS, Weights


@dataclass(frozen=True)
class Weighing:
    """The weights in use, those of the content folders, and who changed them, when."""

    now: Weights
    shipped: Weights
    by: str = ""  # Slack's user id; empty: nobody has changed anything
    at: datetime | None = None


@dataclass(frozen=True)
class Knob:
    """One number of the weights: `what` it is, its unit, and what it means at full size."""

    table: str
    name: str
    what: str
    unit: str
    full: str

    @property
    def id(self) -> str:
        return f"{self.table}.{self.name}"

    @property
    def bounds(self) -> tuple[float, float]:
        return BOUNDS.get(self.id) or BOUNDS[self.table]

    def of(self, weights: Weights) -> float:
        return float(getattr(getattr(weights, self.table), self.name))


REPEAT = "How much of a repeat that is: 1 is all of it, 0 is none."
# In the order of docs/pairing.md. How large pools are thinned is the operator's: it costs time.
KNOBS: Sequence[Knob] = (
    Knob("points", "complement", "Can learn from each other", "points", "Given when each is 4 "
         "marks ahead of the other in some cell."),
    Knob("points", "overlap", "Free hours in common", "points", "Given when they share as many "
         "hours as are enough, see below."),
    Knob("points", "level", "Levels apart", "points", "Taken away when they are four levels "
         "apart."),
    Knob("points", "types", "Interview types in common", "points", "Given when all types of the "
         "shorter list are shared, or one of the two named none."),
    Knob("points", "repeat", "Met before", "points", "Taken away when they met this very week; "
         "less with every week since. It never rules a pair out."),
    Knob("points", "reliability", "Reliability", "points", "Given when both always came."),
    Knob("points", "waiting", "Waiting", "points", "Given when both had no partner in the last "
         "round."),
    Knob("shape", "enough_hours", "Enough hours in common", "hours", "More than this counts no "
         "further."),
    Knob("shape", "half_life_weeks", "A repeat costs half after", "weeks", "After twice as long it "
         "costs a quarter."),
    Knob("shape", "rounds", "Waiting is looked for in the last", "rounds", "Older ones are "
         "forgotten."),
    Knob("hours", "wake", "No meeting starts before", "o’clock", "On everybody’s own clock."),
    Knob("hours", "sleep", "No meeting ends after", "o’clock", "On everybody’s own clock."),
    Knob("outcomes", "met", "They met", "of 1", REPEAT),
    Knob("outcomes", "not_yet", "They had not met yet", "of 1", REPEAT),
    Knob("outcomes", "could_not", "Somebody could not", "of 1", REPEAT),
    Knob("outcomes", "no_show", "Somebody did not come", "of 1", REPEAT),
    Knob("outcomes", "other", "Anything else", "of 1", REPEAT),
)  # fmt: skip


def number(typed: str) -> float | None:
    """`4`, `4.5` or `4,5`; None when it is no number."""
    try:
        return float(typed.strip().replace(",", "."))
    except ValueError:
        return None


def fits(knob: Knob, value: float | None) -> bool:
    low, high = knob.bounds
    return value is not None and low <= value <= high


def tables(values: Mapping[str, float]) -> dict[str, dict[str, float]]:
    """{"points.level": 2.0} as `Weights.changed` takes it: {"points": {"level": 2.0}}."""
    found: dict[str, dict[str, float]] = {}
    for where, value in values.items():
        table, _, name = where.partition(".")
        found.setdefault(table, {})[name] = value
    return found


def difference(base: Weights, wanted: Weights) -> dict[str, dict[str, float]]:
    """{table: {name: number}} of what is not as in `base`."""
    found: dict[str, dict[str, float]] = {}
    for table in fields(Weights):
        was, will = getattr(base, table.name), getattr(wanted, table.name)
        other = {
            one.name: getattr(will, one.name)
            for one in fields(will)
            if getattr(will, one.name) != getattr(was, one.name)
        }
        if other:
            found[table.name] = other
    return found
