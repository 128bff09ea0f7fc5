"""`drumbeat pair --batch`: a pool in as JSON, a round out as JSON. docs/pairing.md shows both."""

import json
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from bot.content.faults import worded
from bot.errors import DocumentWrong, SettingsWrong
from bot.mocks.pairing import edges, groups, pool, wording
from bot.mocks.pairing.matching import Watch
from bot.mocks.pairing.weights import Weights

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FILE = Path("mocks", "weights.toml")
AT_ONCE = 20_000  # edges explained at a time


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # ZoneInfoNotFoundError is a KeyError
        raise ValueError("must be a time zone such as Europe/Berlin") from None
    return name


def _monday(week: Any) -> date:
    try:
        year, number = str(week).upper().split("-W")
        return date.fromisocalendar(int(year), int(number), 1)
    except ValueError:
        raise ValueError("must be an ISO week such as 2026-W48") from None


def _minutes(clock: Any) -> int:
    try:
        hours, minutes = str(clock).split(":")
        found = int(hours) * 60 + int(minutes)
    except ValueError:
        found, minutes = -1, "0"
    if not (0 <= found <= 24 * 60 and 0 <= int(minutes) < 60):
        raise ValueError("must be a time from 00:00 to 24:00, such as 18:30")
    return found


def _window(given: Any) -> pool.Window:
    if not isinstance(given, Sequence) or isinstance(given, str) or len(given) != 3:
        raise ValueError('must be a day and two times, such as ["Mon", "18:00", "20:00"]')
    day = str(given[0]).lower()
    if day not in DAYS:
        raise ValueError("the day must be one of Mon, Tue, Wed, Thu, Fri, Sat, Sun")
    start, end = _minutes(given[1]), _minutes(given[2])
    if end <= start:
        raise ValueError("must end after it starts; write a window over midnight as two")
    return pool.Window(DAYS.index(day), start, end)


Name = Annotated[str, Field(min_length=1, max_length=200)]
Week = Annotated[date, BeforeValidator(_monday)]
Cells = dict[Name, Annotated[float, Field(ge=0, le=4)]]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, arbitrary_types_allowed=True)


class Person(_Model):
    id: Name
    tz: Annotated[str, AfterValidator(_zone)]
    windows: list[Annotated[pool.Window, BeforeValidator(_window)]] = []
    level: Annotated[float, Field(ge=1, le=5)] | None = None
    cells: Cells = {}
    types: list[Name] = []
    exclude: list[Name] = []
    reliability: Annotated[float, Field(ge=0, le=1)] = 1.0


class File(_Model):
    """What `--batch` reads. Fields that may be left out have a default."""

    seed: Annotated[int, Field(ge=-(2**63), lt=2**63)] = 0
    week: Week
    members: list[Person]
    history: list[tuple[Name, Name, Week, Name]] = []

    @model_validator(mode="after")
    def _once(self) -> "File":
        seen: dict[str, int] = {}
        for place, one in enumerate(self.members):
            if one.id in seen:
                raise ValueError(f"members[{place}].id: {one.id} is members[{seen[one.id]}] too")
            seen[one.id] = place
        for place, (one_id, other, _, outcome) in enumerate(self.history):
            if one_id == other and outcome != pool.SAT_OUT:
                raise ValueError(f"history[{place}]: names {one_id} twice")
        return self


KNOWN = tuple(name for model in (File, Person) for name in model.model_fields)


def read(text: str) -> pool.Pool:
    """The pool in a file. Raises DocumentWrong with every fault and its path."""
    try:
        given = File.model_validate(json.loads(text))
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise DocumentWrong([f"{place}: this is not JSON ({error.msg})"]) from error
    except RecursionError as error:
        raise DocumentWrong(["the file is nested too deeply"]) from error
    except ValidationError as error:
        lines = [": ".join(filter(None, one)) for one in worded(error, KNOWN)]
        raise DocumentWrong(lines) from error
    people = tuple(
        pool.Member(
            one.id, one.tz, tuple(one.windows), one.level, one.cells,
            frozenset(one.types), frozenset(one.exclude), one.reliability,
        )
        for one in given.members
    )  # fmt: skip
    history = tuple(pool.Past(*row) for row in given.history)
    return pool.Pool(given.seed, given.week, people, history)


def read_weights(files: Iterable[Path]) -> Weights:
    """The defaults, changed by each file in turn. Raises SettingsWrong: file, field, mending."""
    weights = Weights()
    for path in files:
        try:
            weights = weights.changed(tomllib.loads(path.read_text(encoding="utf-8")))
        except tomllib.TOMLDecodeError as error:
            raise SettingsWrong(f"{path}: is not TOML: {error}; mend that line") from error
        except UnicodeDecodeError as error:
            raise SettingsWrong(f"{path}: is not UTF-8 text; save it as UTF-8") from error
        except ValueError as error:
            raise SettingsWrong(f"{path}: {error}") from error
    return weights


def run(given: pool.Pool, weights: Weights, *, explain: bool, watch: Watch = iter) -> str:
    """The round as JSON, `groups`, `unpaired` and `weight`; also `edges` when asked."""
    made = groups.pair(given, weights, watch)
    told: dict[str, Any] = {
        "groups": [_told(one) for one in made.groups],
        "unpaired": [{"id": who, "why": wording.alone(code)} for who, code in made.alone.items()],
        "weight": made.weight,
    }
    if explain:
        told["edges"] = list(_edges(made))
    return json.dumps(told, ensure_ascii=False, indent=2)


def _told(group: groups.Group) -> dict[str, Any]:
    return {
        "members": list(group.members),
        "roles": dict(group.roles),
        "why": [wording.sentence(one) for one in group.why],
        "weight": group.weight,
        "terms": dict(group.terms),
        "slots": [_iso(one) for one in group.slots],
    }


def _iso(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _edges(made: groups.Round) -> Iterator[dict[str, Any]]:
    known, laid = made.edges, made.sheet
    for at in range(0, len(known.one), AT_ONCE):
        one, other = known.one[at : at + AT_ONCE], known.other[at : at + AT_ONCE]
        columns = {name: whole.tolist() for name, whole in laid.pairs(one, other).items()}
        for place, two in enumerate(zip(one.tolist(), other.tolist(), strict=True)):
            terms = {name: column[place] for name, column in columns.items()}
            yield {
                "members": [laid.members[row].id for row in two],
                "weight": edges.points(sum(terms.values())),
                "terms": {name: edges.points(whole) for name, whole in terms.items()},
            }
