"""From plain values to the text of a file: YAML as people write it, or JSON."""

import json
from datetime import UTC, date, datetime, time
from typing import Any

import yaml

from bot.okrs.rules import Curve, Shape

WIDTH = 100
ROUND = 1e15  # whole numbers below are written without a fraction


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]  # as the machine has it
    """Dates stand without quotes, as people write them; a time such as 10:00 needs them."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


_Dumper.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in known if tag != "tag:yaml.org,2002:timestamp"]
    for first, known in _Dumper.yaml_implicit_resolvers.items()
}


def to_yaml(told: dict[str, Any]) -> str:
    """Sections and rows in the order given; small things on one line."""
    return yaml.dump(
        told,
        Dumper=_Dumper,
        allow_unicode=True,
        default_flow_style=None,
        sort_keys=False,
        width=WIDTH,
    )


def to_json(told: dict[str, Any]) -> str:
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def given(**fields: Any) -> dict[str, Any]:
    """A row as written: what is None, empty text or an empty list is left out."""
    return {name: plain(one) for name, one in fields.items() if one not in (None, "", [], {})}


def plain(told: Any) -> Any:
    """A value as it stands in the file."""
    if isinstance(told, bool) or told is None:
        return told
    if isinstance(told, float):
        return int(told) if told.is_integer() and abs(told) < ROUND else told
    if isinstance(told, datetime):
        return told.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(told, date):
        return told.isoformat()
    if isinstance(told, time):
        return clock(told)
    if isinstance(told, Curve):
        return curve(told)
    return told


def clock(told: time) -> str:
    return f"{told:%H:%M:%S}" if told.second else f"{told:%H:%M}"


def curve(told: Curve) -> Any:
    if told.shape in (Shape.STEPS, Shape.PHASED):
        return {told.shape.value: [[day.isoformat(), plain(share)] for day, share in told.points]}
    return told.shape.value
