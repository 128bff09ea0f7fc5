"""What a query gives, as values: a table, or what went wrong. Pure.

Every value in a table is the engine's own text for it, so nothing is lost on the way; the column's
kind says how two of them are compared.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

Kind = Literal["number", "text", "date", "time", "truth", "other"]
NUMBERS = (
    *("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "DECIMAL", "FLOAT", "DOUBLE"),
    *("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT", "BIGNUM"),
)
SHOWN = 160  # characters of the engine's own words
# The machine or the program behind the engine: never told.
INWARD = re.compile(r"/\w|\\\w|://|duckdb|python|traceback|0x[0-9a-f]|\bsetting\b|\bSET\b", re.I)
INWARD_VERSION = re.compile(r"\bv?\d+\.\d+\.\d+\b")


@dataclass(frozen=True)
class Column:
    name: str
    type: str  # the engine's name, such as DECIMAL(10,2)

    @property
    def kind(self) -> Kind:
        if self.type.endswith("]"):
            return "other"
        if self.type.startswith(NUMBERS):
            return "number"
        if self.type.startswith(("VARCHAR", "ENUM", "UUID")):
            return "text"
        if self.type == "DATE" or self.type.startswith("TIMESTAMP"):
            return "date"
        if self.type.startswith("TIME"):
            return "time"
        return "truth" if self.type == "BOOLEAN" else "other"


Row = tuple[str | None, ...]


@dataclass(frozen=True)
class Table:
    """A result; `more`: it had more rows than were fetched."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    more: bool = False


@dataclass(frozen=True)
class Given:
    """A table of a drill's data set as the member is shown it: its first rows, and its size."""

    name: str
    size: int
    sample: Table


@dataclass(frozen=True)
class Trouble:
    """Why there is no result. `code` names the sentence that the views say.

    `at` counts bytes of the query in UTF-8, as the engine does; None where it names no place.
    """

    code: str
    name: str = ""
    near: tuple[str, ...] = ()
    at: int | None = None


def pointed(result: Table | Trouble, given: Sequence[Given]) -> Table | Trouble:
    """A missing table's trouble with the names of those that there are."""
    if not isinstance(result, Trouble) or result.code != "table":
        return result
    return replace(result, near=tuple(one.name for one in given))


@dataclass(frozen=True)
class Ran:
    """One query, run: its result or its trouble, and how long it took."""

    result: Table | Trouble
    seconds: float = 0.0


@dataclass(frozen=True)
class Place:
    """Where in a query something is wrong: line and column from 1, and the line itself."""

    line: int
    column: int
    text: str


def place(query: str, at: int) -> Place:
    """The place of a byte in the query, inside its bounds."""
    before = query.encode()[: max(at, 0)].decode(errors="ignore")
    line = before.count("\n")
    column = len(before) - (before.rfind("\n") + 1)
    return Place(line + 1, column + 1, query.split("\n")[line])


# --- what the process said -----------------------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """An answer of the engine's process, read."""

    given: tuple[Given, ...] = field(default=())
    result: Table | Trouble | None = None
    broken: str = ""  # why the data set could not be loaded, in the engine's words


def read(raw: bytes) -> Told:
    """Raises ValueError for anything that is not an answer as the process should give it."""
    try:
        told = json.loads(raw)
        if "broken" in told:
            return Told(broken=str(_facts(told["broken"]).get("exception_message")))
        if "tables" in told:
            return Told(tuple(_given(one) for one in told["tables"]))
        return Told(result=_result(told))
    except (KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        raise ValueError("the engine's process said something else than an answer") from error


def _given(told: Mapping[str, Any]) -> Given:
    return Given(str(told["name"]), int(told["size"]), _table(told))


def _table(told: Mapping[str, Any]) -> Table:
    columns = tuple(Column(str(name), str(kind)) for name, kind in told["columns"])
    rows = tuple(tuple(None if one is None else str(one) for one in row) for row in told["rows"])
    if any(len(row) != len(columns) for row in rows):
        raise ValueError("a row is not as wide as its table")
    return Table(columns, rows, bool(told["more"]))


def _result(told: Mapping[str, Any]) -> Table | Trouble:
    if "refused" in told:
        at = told.get("at")
        return Trouble(str(told["refused"]), str(told["name"]), at=int(at) if at else None)
    if "error" in told:
        return trouble(str(told["error"]), str(told["told"]))
    return _table(told)


def trouble(kind: str, told: str) -> Trouble:
    """The engine's exception as a trouble of ours; its own words only where nothing else fits."""
    facts = _facts(told)
    message = str(facts.get("exception_message") or "")
    at = str(facts.get("position") or "")
    where = int(at) if at.isdecimal() and len(at) < 9 else None
    near = tuple(one for one in str(facts.get("candidates") or "").split(",") if one)[:3]
    name = str(facts.get("name") or "")[:SHOWN]
    for pattern, code in MESSAGES:
        if found := re.search(pattern, message):
            name = found.group(1) if found.groups() else name
            return Trouble(code, name[:SHOWN], near if code in NEAR else (), where)
    return Trouble(KINDS.get(kind, "other"), clean(message), at=where)


MESSAGES = (
    (r'syntax error at or near "(.*)"', "near"),
    (r"syntax error at end of input", "unfinished"),
    (r"unterminated", "unfinished"),
    (r'Referenced (?:column|table) "(.*?)" not found', "column"),
    (r'does not have a column named "(.*?)"', "column"),
    (r"Table with name (.*?) does not exist", "table"),
    (r"Function with name (.*?) does not exist", "no_function"),
    (r'column "(.*?)" must appear in the GROUP BY', "group"),
    (r'Ambiguous reference to column name "(.*?)"', "ambiguous"),
    (r"No function matches the given name and argument types '(.*?)'", "arguments"),
    (r"Cannot compare values of type (.*?) and", "compare"),
    (r"cannot contain aggregates", "aggregate"),
    (r"cannot contain window functions", "window"),
    (r"same number of result columns", "union"),
    (r"Subquery returns", "subquery"),
    (r"[Mm]ax(?:imum)? (?:expression )?depth|[Rr]ecursion|too deep", "deep"),
)
NEAR = ("column", "no_function")
KINDS = {
    "ParserException": "syntax",
    "OutOfMemoryException": "memory",
    "MemoryError": "memory",
    "PermissionException": "closed",
    "IOException": "closed",
    "HTTPException": "closed",
    "InternalException": "broke",
    "FatalException": "broke",
    "ConversionException": "conversion",
}


def _facts(told: str) -> Mapping[str, Any]:
    begin = told.find("{")
    try:
        facts = json.loads(told[begin:]) if begin >= 0 else {}
    except ValueError:
        return {}
    return facts if isinstance(facts, dict) else {}


def clean(message: str) -> str:
    """The first line of what the engine says; nothing when it tells of what is behind it."""
    line = message.strip().partition("\n")[0][:SHOWN]
    line = "".join(sign if sign.isprintable() else " " for sign in line)
    return "" if INWARD.search(line) or INWARD_VERSION.search(line) else line
