"""Arguments for views, made from their types: as large, as empty and as odd as can be.

What Drumbeat writes itself (ids, codes, names of tracks) is given by the argument's name; all other
text is what people or content files could hold.
"""

import dataclasses
import enum
import types
import typing
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from pydantic import BaseModel

from bot.content import TRACKS
from bot.mocks.pairing.pool import Window
from bot.okrs.rules import Amended, History, Kind, Reading, Shape, Terms
from bot.people.rules import WEEKDAYS
from bot.scoring.rules import ANCHOR, LEVELS, Cell, Rubric
from bot.slack.blocks import Block, Message
from bot.slack.declare import Verb

TEXTS = {
    "empty": "",
    "usual": "Roll back first: it costs 40,000 euros a week.",
    "words": "seventeen " * 500,
    "one word": "x" * 4100,
    "markup": "<&>*_~`" * 600,
    "mentions": "<!channel> <@U0ANA> <https://example.org|here> " * 80,
    "lines": "a\n" * 2000,
    "emoji": "🚀👩‍🚀é " * 800,
}
ZONES = {"empty": "UTC", "usual": "Europe/Berlin"}
LONGEST_ZONE = "America/Argentina/ComodRivadavia"
# Arguments that no person types. Some names mean different things, so they fit all of them.
OWN: dict[str, Callable[[str], Any]] = {
    "tz": lambda size: ZONES.get(size, LONGEST_ZONE),
    "track": lambda size: TRACKS[len(size) % len(TRACKS)],
    "work_days": lambda size: () if size == "empty" else WEEKDAYS,
    "answer_mode": lambda _: "text",
    "country": lambda size: None if size == "empty" else "DE",
    "guessed_country": lambda size: None if size == "empty" else "DE",
    "kind": lambda size: {"empty": "now", "usual": "team"}.get(size, "daily"),
    "code": lambda _: "knew",
    "daily_time": lambda size: "" if size == "empty" else "23:59",
    "channel": lambda _: "C0PRODUCT",
    "lead": lambda _: "U0ANA",
    "user_id": lambda _: "U0ANA",
    "changed_by": lambda size: None if size == "empty" else "U0ANA",
    "names": lambda size: ["U0ANA"] * (0 if size == "empty" else 200),
    "muted": lambda size: [] if size == "empty" else [f"drill.kind{n}" for n in range(30)],
    "command": lambda _: "/drill",
    "near": lambda size: "" if size == "empty" else "pause",
    "scorer": lambda _: "embedded-v2",
    "url": lambda _: f"https://drumbeat.example.org/board/{'x' * 120}",
    "confidence": lambda _: "high",
    "cell": lambda _: "Trade-offs",
    "text": lambda size: TEXTS[size] or "Nothing is ever said with no words.",
    "rubric": lambda size: Rubric(
        "v1" * (39 if size == "words" else 1), {cell: OWN["anchors"](size) for cell in Cell}
    ),
    "anchors": lambda size: ((TEXTS[size] or "x")[:ANCHOR],) * LEVELS,
    "missed": lambda size: ("late",) * 3,
    "user_ids": lambda size: ("U0ANA",) * (0 if size == "empty" else 200),
    "raw": lambda size: typed_in(size),
}


def typed_in(size: str) -> dict[str, Any]:
    """What stands in the wizard's forms: a kind of key result for each size."""
    at = list(TEXTS).index(size)
    lines = ("title", "milestones", "zones", "target", "unit", "points", "customer_link", "starts")
    chosen = {"kind": list(Kind)[at % len(Kind)], "curve": list(Shape)[at % len(Shape)]}
    people = {"owner": "U0ANA", "co_owners": ["U0BEN"] * 3, "cycle": "new", "team": "1"}
    return {} if size == "empty" else dict.fromkeys(lines, TEXTS[size]) | chosen | people


MOMENT = datetime(2027, 9, 29, 23, 59, 59, tzinfo=UTC)  # a Wednesday in September: long names


def arguments(function: Callable[..., Any], size: str) -> dict[str, Any]:
    """A value for every parameter, those with defaults included."""
    hints = typing.get_type_hints(function)
    hints.pop("return", None)
    return {name: value(hint, size, name) for name, hint in hints.items()}


def value(hint: Any, size: str, name: str = "") -> Any:
    """One value of this type."""
    origin, inside = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Literal:
        return inside[len(size) % len(inside)]
    if name in OWN:
        own = OWN[name](size)
        if own is None or isinstance(own, _plain(hint)):
            return own
    if origin in (types.UnionType, typing.Union):
        if size == "empty" and types.NoneType in inside:
            return None
        return value(next(one for one in inside if one is not types.NoneType), size, name)
    if origin is not None:
        return _several(origin, inside, size)
    return _single(hint, size)


def _plain(hint: Any) -> tuple[type, ...]:
    """The classes that a value of this type may have at its top."""
    if typing.get_origin(hint) in (types.UnionType, typing.Union):
        return tuple(one for part in typing.get_args(hint) for one in _plain(part))
    origin = typing.get_origin(hint) or hint
    if origin in (tuple, Sequence, Iterable, Collection):
        return (tuple, list)
    return (origin,) if isinstance(origin, type) else (object,)


def _several(origin: Any, inside: tuple[Any, ...], size: str) -> Any:
    count = {"empty": 0, "usual": 3}.get(size, 30)
    if issubclass(origin, Mapping):
        key, held = inside
        keys: list[Any] = ["a", "b"] if key is str else [1, 2]
        keys = list(key) if isinstance(key, type) and issubclass(key, enum.Enum) else keys
        return {} if size == "empty" else {one: value(held, size) for one in keys}
    if origin is tuple and Ellipsis not in inside:
        return tuple(value(one, size) for one in inside)
    if inside[0] is Verb:
        return [Verb("/drill", f"verb{n}", nothing, "what it does") for n in range(count + 1)]
    made = [_told_apart(value(inside[0], size), n) for n in range(count)]
    return tuple(made) if origin is tuple else made


def _history(size: str) -> History:
    """One always has terms; readings may be missing."""
    readings = [Reading(MOMENT - timedelta(days=7 * week), 2.0**week) for week in range(30)]
    return History(
        1,
        MOMENT.date(),
        MOMENT.date(),
        timedelta(weeks=1),
        (Amended(MOMENT, value(Terms, size)),),
        () if size == "empty" else tuple(reversed(readings)),
    )


def _told_apart(made: Any, n: int) -> Any:
    """Rows of a store have ids of their own."""
    if dataclasses.is_dataclass(made) and isinstance(getattr(made, "id", None), int):
        return dataclasses.replace(typing.cast(Any, made), id=max(typing.cast(Any, made).id - n, n))
    return made


async def nothing(*_: object) -> tuple[()]:
    return ()


SINGLE: dict[Any, Callable[[str], Any]] = {
    str: lambda size: TEXTS[size],
    bool: lambda size: size not in ("empty", "emoji"),
    int: lambda size: 0 if size == "empty" else 2**53,
    float: lambda size: 0.0 if size == "empty" else 3.5,
    datetime: lambda _: MOMENT,
    date: lambda _: MOMENT.date(),
    time: lambda _: MOMENT.time(),
    types.NoneType: lambda _: None,
    timedelta: lambda size: timedelta(days=0 if size == "empty" else 400),
    History: lambda size: _history(size),
    Window: lambda _: Window(2, 0, 24 * 60),
}


def _single(hint: Any, size: str) -> Any:
    if hint in SINGLE:
        return SINGLE[hint](size)
    if issubclass(hint, enum.Enum):
        members = list(hint)
        return members[len(size) % len(members)]
    if issubclass(hint, BaseModel):
        return hint.model_construct(**_of_content(hint, size))
    if dataclasses.is_dataclass(hint):
        return typing.cast(Any, hint)(**_fields(hint, size))
    raise TypeError(f"say in tests/extremes.py what an extreme {hint} is")


def _fields(hint: Any, size: str) -> dict[str, Any]:
    hints = typing.get_type_hints(hint)
    return {one.name: value(hints[one.name], size, one.name) for one in dataclasses.fields(hint)}


def _of_content(model: type[BaseModel], size: str) -> dict[str, Any]:
    """A content file's fields, each as long as its reader lets it be."""
    hints = typing.get_type_hints(model)
    made: dict[str, Any] = {}
    for name, info in model.model_fields.items():
        held = value(hints[name], size, name)
        least = [one.min_length for one in info.metadata if hasattr(one, "min_length")]
        most = [one.max_length for one in info.metadata if hasattr(one, "max_length")]
        if isinstance(held, str):
            held = held[: min(most, default=1000)].ljust(max(least, default=0), "x")
        elif isinstance(held, tuple):
            held = tuple(one[:1000] if isinstance(one, str) else one for one in held)
            held = held[: min(most, default=len(held))]
        elif type(held) is int:
            held = _in_bounds(held, info.metadata)
        made[name] = held
    return made


def _in_bounds(number: int, bounds: Iterable[Any]) -> int:
    """The nearest number that a field's `ge`, `le` and `lt` let through."""
    for bound in bounds:
        number = max(number, getattr(bound, "ge", number))
        number = min(number, getattr(bound, "le", number), getattr(bound, "lt", number + 1) - 1)
    return number


def public_views(module: types.ModuleType) -> list[Callable[..., Any]]:
    """The functions of a module that make a message or a view."""
    return [
        one
        for name, one in vars(module).items()
        if isinstance(one, types.FunctionType)
        and one.__module__ == module.__name__
        and not name.startswith("_")
        and typing.get_type_hints(one).get("return") in (Message, Block)
    ]
