"""From a file's text to a `Given`: YAML or JSON read safely, every fault told in plain words.

Anchors and aliases are refused, because a few lines of them can mean gigabytes. Dates, times and
yes/no stay text until a field reads them: YAML 1.1 takes 10:30 for a number and NO for false.
"""

import json
import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from bot.okrs.exchange.document import SECTIONS, Document, Fault, Given, Path, Row

LARGEST = 20_000_000  # bytes
DEEPEST = 20
KEYED = ("teams", "cycles", "objectives", "key_results")
Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C one where libyaml is there


class Unreadable(Exception):
    """The file as a whole cannot be read; the text says why and where."""


class _Plain(Loader):  # type: ignore[misc,valid-type]  # chosen at run time
    """Numbers, true, false and null are read; everything else is text."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for name, _ in node.value:
            line = name.start_mark.line + 1
            if not isinstance(name.value, str):
                raise Unreadable(f"line {line}: a name must be text")
            if name.value in seen:
                raise Unreadable(f"line {line}: “{name.value}” stands twice in the same place")
            seen.add(name.value)
        found: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        return found


_Plain.yaml_implicit_resolvers = {}
for _tag, _form, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?(?:0|[1-9][0-9]*)", "-+0123456789"),
    ("float", r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?", "-+0123456789."),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
):
    _Plain.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"(?:{_form})$"), _first)


def decoded(content: bytes) -> str:
    """The text of a file. Raises Unreadable."""
    if len(content) > LARGEST:
        raise Unreadable(f"the file is larger than {LARGEST // 1_000_000} MB; part it")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(f"the file is not UTF-8 text (byte {error.start})") from error


def from_yaml(text: str) -> Any:
    """Raises Unreadable."""
    try:
        _look(text)
        return yaml.load(text, Loader=_Plain)  # noqa: S506  # a SafeLoader
    except yaml.MarkedYAMLError as error:
        at = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise Unreadable(f"{at}{error.problem or error.context or 'is no YAML'}") from error
    except yaml.YAMLError as error:
        raise Unreadable(f"is no YAML: {' '.join(str(error).split())}") from error
    except (ValueError, RecursionError) as error:
        raise Unreadable("is no YAML that can be read") from error


def _look(text: str) -> None:
    """Before anything is built: no aliases, no tags, nothing nested without end."""
    depth = 0
    for event in yaml.parse(text, Loader=Loader):
        line = event.start_mark.line + 1 if event.start_mark else 0
        tag = getattr(event, "tag", None)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise Unreadable(f"line {line}: aliases (& and *) are not read; write the words out")
        if tag and tag != "!":
            raise Unreadable(f"line {line}: tags ({tag}) are not read")
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise Unreadable(f"line {line}: is nested too deeply")


def from_json(text: str) -> Any:
    """Raises Unreadable."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            names = [name for name, _ in pairs]
            twice = next(name for name in names if names.count(name) > 1)
            raise Unreadable(f"“{twice}” stands twice in the same place")
        return found

    def never(name: str) -> Any:
        raise Unreadable(f"{name} is no number that can be kept")

    try:
        return json.loads(text, object_pairs_hook=once, parse_constant=never)
    except json.JSONDecodeError as error:
        raise Unreadable(f"line {error.lineno}: {error.msg}") from error
    except (ValueError, RecursionError) as error:
        raise Unreadable("is no JSON that can be read") from error


def parsed(text: str) -> Any:
    """JSON when it looks like it, else YAML. Raises Unreadable."""
    return from_json(text) if text.lstrip().startswith("{") else from_yaml(text)


def understood(raw: Any) -> Given:
    """The document in what was read; what is wrong in it is left out and told."""
    if not isinstance(raw, Mapping):
        names = ", ".join(SECTIONS)
        return Given(Document(), (Fault((), f"the file must name one or more of: {names}"),))
    raw = {name: part for name, part in raw.items() if part is not None}
    try:
        return Given(Document.model_validate(raw))
    except ValidationError as error:
        faults = tuple(_fault(one) for one in error.errors(include_url=False))
    rest = _Rest({fault.path for fault in faults})
    return Given(rest.of(raw), faults, frozenset(rest.lost), rest.moved)


class _Rest:
    """The rows in which nothing is wrong; `moved` says where they stood, `lost` which are gone."""

    def __init__(self, wrong: set[Path]) -> None:
        self.results = {path[:4] for path in wrong if path[2:3] == ("key_results",)}
        self.rows = {path[:2] for path in wrong if path[:4] not in self.results or len(path) < 4}
        self.lost: set[tuple[str, str]] = set()
        self.moved: dict[Path, int] = {}

    def of(self, raw: Mapping[Any, Any]) -> Document:
        kept: dict[str, Any] = {}
        if ("workspace",) not in self.rows and "workspace" in raw:
            kept["workspace"] = raw["workspace"]
        for section in SECTIONS:
            if isinstance(rows := raw.get(section), list):
                kept[section] = self._kept(rows, (section,), (section,), self.rows)
            elif section in raw:
                self.lost.add((section, "*"))
        return Document.model_validate(kept)

    def _kept(self, rows: list[Any], new: Path, old: Path, wrong: set[Path]) -> list[Any]:
        kept: list[Any] = []
        for at, row in enumerate(rows):
            if (*old, at) in wrong:
                self.lost.update(_keys(str(old[-1]), row))
                continue
            self.moved[*new, len(kept)] = at
            kept.append(self._inside(row, (*new, len(kept)), (*old, at)))
        return kept

    def _inside(self, row: Any, new: Path, old: Path) -> Any:
        if old[0] != "objectives" or not row.get("key_results"):
            return row
        results = (*new, "key_results"), (*old, "key_results")
        return {**row, "key_results": self._kept(row["key_results"], *results, self.results)}


def _keys(section: str, row: Any) -> Iterator[tuple[str, str]]:
    """(section, key) of everything that stands in what is left out; * when it has no key."""
    if section not in KEYED:
        return
    told = row if isinstance(row, Mapping) else {}
    yield section, str(told.get("key", "*"))
    results = told.get("key_results") if section == "objectives" else ()
    for one in results if isinstance(results, list) else ():
        yield from _keys("key_results", one)


def _fault(error: Any) -> Fault:
    """pydantic's finding, in words for who wrote the file."""
    path = tuple(part for part in error["loc"] if part != "[key]")
    if error["type"] == "value_error":
        return Fault(path, str(error["ctx"]["error"]))
    if error["type"] == "missing":
        return Fault(path, "is missing")
    if error["type"] == "extra_forbidden":
        return Fault(path, f"is not a field that is known here{_near(path)}")
    known = {
        "list_type": "must be a list",
        "dict_type": "must be written as names and values",
        "model_type": "must be written as names and values",
        "model_attributes_type": "must be written as names and values",
    }
    return Fault(path, known.get(error["type"], "cannot be read"))


def _near(path: Path) -> str:
    name, known = str(path[-1]), _fields(path[:-1])
    if near := get_close_matches(name, known, n=1, cutoff=0.6):
        return f"; did you mean {near[0]}?"
    if homes := [part for part in Document.model_fields if name in _fields((part,))]:
        return f"; it belongs under {' or '.join(homes)}"
    return f"; known are {', '.join(known)}" if known else ""


def _fields(path: Path) -> list[str]:
    """The fields of the row at this path."""
    model: type[BaseModel] = Document
    for name in (part for part in path if isinstance(part, str)):
        field = model.model_fields.get(name)
        inner = re.findall(r"\b(\w+Row|Part)\b", str(field.annotation)) if field else []
        found = [one for one in _ROWS if inner and one.__name__ == inner[-1]]
        if not found:
            return []
        model = found[0]
    return list(model.model_fields)


def _rows(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for one in model.__subclasses__():
        yield one
        yield from _rows(one)


_ROWS = list(_rows(Row))
