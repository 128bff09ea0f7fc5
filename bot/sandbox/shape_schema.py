"""A small JSON Schema compiler whose refusals read like Slack's.

It knows the keywords that the kept schemas use and refuses to compile any other. Two reasons
not to call the jsonschema package at run time: a message of 50 blocks must cost a few
milliseconds, and of a union's members only the one the block's own `type` names may speak.
`tests/test_shape_schema.py` holds this compiler against that package.
"""

import math
from collections.abc import Callable, Mapping, Sequence

from bot.sandbox.shape_words import NOT_A, Check, refuse, within

Node = Mapping[str, object]

_KNOWN = {
    "$ref", "additionalProperties", "anyOf", "const", "enum", "items", "maxItems", "maxLength",
    "minItems", "minLength", "not", "properties", "required", "type",
}  # fmt: skip
_KINDS: dict[type, str] = {
    str: "string",
    bool: "boolean",
    int: "number",
    float: "number",
    dict: "object",
    type(None): "null",
}
# Where the members of a union say which one they are; options, which have no type of their
# own, say it in their text.
_SIGNS: tuple[tuple[str, ...], ...] = (("type",), ("subtype",))
_SIGNS_WITHIN: tuple[tuple[str, ...], ...] = (("text", "type"),)


class Shapes:
    """Compiles named definitions on demand, each once.

    `extra` holds further checks by definition name; they run when the shape itself is right.
    `strict` refuses fields the schema does not name; without it they pass, as in events, to
    which Slack adds fields at will.
    """

    def __init__(
        self, definitions: Mapping[str, Node], extra: Mapping[str, Sequence[Check]], *, strict: bool
    ) -> None:
        self._definitions = definitions
        self._extra = extra
        self._strict = strict
        self._compiled: dict[str, Check] = {}

    def check(self, name: str) -> Check:
        """The check for one definition; KeyError when the schema has none of that name."""
        if name not in self._compiled:
            # A definition may contain itself: while it is being compiled, look it up late.
            self._compiled[name] = lambda value, at, out: self._compiled[name](value, at, out)
            self._compiled[name] = self._compile({"$ref": f"#/definitions/{name}"})
        return self._compiled[name]

    def _compile(self, node: Node) -> Check:
        unknown = node.keys() - _KNOWN
        if unknown:
            raise ValueError(f"keywords this compiler does not know: {sorted(unknown)}")
        leaves = self._leaves(node)
        return leaves[0][1] if len(leaves) == 1 else _union(leaves, self._sign)

    def _leaves(self, node: Node) -> list[tuple[Node, Check]]:
        """The members a node stands for, unions opened, references followed."""
        if "$ref" in node:
            name = str(node["$ref"]).rpartition("/")[2]
            extra = self._extra.get(name, ())
            return [
                (leaf, _then(check, extra) if extra else check)
                for leaf, check in self._leaves(self._definitions[name])
            ]
        if "anyOf" in node:
            return [leaf for member in _nodes(node["anyOf"]) for leaf in self._leaves(member)]
        return [(node, self._leaf(node))]

    def _leaf(self, node: Node) -> Check:
        if "not" in node:
            return lambda value, at, out: refuse(out, "must not be given", at)
        if "const" in node or "enum" in node:
            return _choice(node.get("enum", [node.get("const")]))
        kinds = node.get("type")
        if isinstance(kinds, list):
            return _simple(kinds, node)
        if kinds == "object":
            return self._object(node)
        if kinds == "array":
            return self._array(node)
        return _simple([kinds], node) if kinds else _anything

    def _lazily(self, node: Node) -> Check:
        reference = node.get("$ref")
        return self.check(str(reference).rpartition("/")[2]) if reference else self._compile(node)

    def _object(self, node: Node) -> Check:
        fields = {name: self._lazily(child) for name, child in _fields(node).items()}
        required = [str(name) for name in _list(node.get("required"))]
        others = node.get("additionalProperties", True)
        rest = self._lazily(others) if isinstance(others, Mapping) else None
        closed = others is False and self._strict

        def check(value: object, at: str, out: list[str]) -> None:
            if not isinstance(value, dict):
                refuse(out, NOT_A["object"], at)
                return
            for name in required:
                if name not in value:
                    refuse(out, f"missing required field: {name}", at)
            for name, child in value.items():
                known = fields.get(name, rest)
                if known is not None:
                    known(child, f"{at}/{name}", out)
                elif closed:
                    refuse(out, f"invalid additional property: {name}", at)

        return check

    def _array(self, node: Node) -> Check:
        items = node.get("items")
        each = self._lazily(items) if isinstance(items, Mapping) and items else _anything
        least, most = _bounds(node, "Items")

        def check(value: object, at: str, out: list[str]) -> None:
            if not isinstance(value, list):
                refuse(out, NOT_A["array"], at)
                return
            fault = within(len(value), least, most, "items")
            if fault:
                refuse(out, fault, at)
            for index, item in enumerate(value):
                each(item, f"{at}/{index}", out)

        return check

    def _sign(self, leaf: Node, path: tuple[str, ...]) -> str | None:
        """The constant a union's member carries at `path`, None when it carries none."""
        node: Node = leaf
        for step in path:
            node = _fields(node).get(step, {})
            while "$ref" in node:
                node = self._definitions[str(node["$ref"]).rpartition("/")[2]]
        found = node.get("const")
        return found if isinstance(found, str) else None


def _union(
    leaves: Sequence[tuple[Node, Check]], sign: Callable[[Node, tuple[str, ...]], str | None]
) -> Check:
    def used(signs: tuple[tuple[str, ...], ...]) -> list[tuple[str, ...]]:
        return [path for path in signs if any(sign(leaf, path) for leaf, _ in leaves)]

    paths = used(_SIGNS) or used(_SIGNS_WITHIN)
    members = [(tuple(sign(leaf, path) for path in paths), check) for leaf, check in leaves]
    chosen: dict[tuple[str | None, ...], list[Check]] = {}

    def check(value: object, at: str, out: list[str]) -> None:
        key = tuple(_at(value, path) for path in paths)
        candidates = chosen.get(key)
        if candidates is None:
            candidates = _matching(members, key)
            if not candidates:
                _nobody(members, paths, value, at, out)
                return
            chosen[key] = candidates
        if len(candidates) == 1:
            candidates[0](value, at, out)
        else:
            out.extend(_fewest(candidates, value, at))

    return check


def _matching(
    members: Sequence[tuple[tuple[str | None, ...], Check]], key: tuple[str | None, ...]
) -> list[Check]:
    """Members whose signs all fit; those that carry the most signs speak first and alone."""
    fitting = [
        (sum(sign is not None for sign in signs), check)
        for signs, check in members
        if all(sign is None or sign == given for sign, given in zip(signs, key, strict=True))
    ]
    most = max((count for count, _ in fitting), default=0)
    return [check for count, check in fitting if count == most]


def _nobody(
    members: Sequence[tuple[tuple[str | None, ...], Check]],
    paths: Sequence[tuple[str, ...]],
    value: object,
    at: str,
    out: list[str],
) -> None:
    """Say why no member fits, at the first sign that names none of them."""
    if not isinstance(value, dict):
        refuse(out, NOT_A["object"], at)
        return
    for index, path in enumerate(paths):
        given = _at(value, path)
        if given is None and len(path) == 1 and path[0] not in value:
            refuse(out, f"missing required field: {path[0]}", at)
            return
        if all(signs[index] not in (None, given) for signs, _ in members):
            break
    if given is None:
        members[0][1](value, at, out)
    else:
        refuse(out, f"unsupported type: {given}", "/".join((at, *path)))


def _fewest(candidates: Sequence[Check], value: object, at: str) -> list[str]:
    best: list[str] = []
    for index, candidate in enumerate(candidates):
        found: list[str] = []
        candidate(value, at, found)
        if not found:
            return []
        if index == 0 or len(found) < len(best):
            best = found
    return best


def _then(check: Check, extra: Sequence[Check]) -> Check:
    def both(value: object, at: str, out: list[str]) -> None:
        before = len(out)
        check(value, at, out)
        if len(out) == before:
            for more in extra:
                more(value, at, out)

    return both


def _choice(allowed: object) -> Check:
    values = [(type(item) is bool, item) for item in _list(allowed)]

    def check(value: object, at: str, out: list[str]) -> None:
        if (type(value) is bool, value) not in values:
            kind = isinstance(value, str) and at.endswith("/type")
            refuse(out, f"unsupported type: {value}" if kind else "must be a valid enum value", at)

    return check


def _simple(kinds: Sequence[object], node: Node) -> Check:
    names = [str(kind) for kind in kinds]
    least, most = _bounds(node, "Length")

    def check(value: object, at: str, out: list[str]) -> None:
        if _kind(value) not in names:
            refuse(out, NOT_A[names[0]], at)
        elif isinstance(value, str):
            fault = within(len(value), least, most, "characters")
            if fault:
                refuse(out, fault, at)

    return check


def _kind(value: object) -> str:
    return _KINDS.get(type(value), "array")


def _anything(value: object, at: str, out: list[str]) -> None:
    return


def _at(value: object, path: Sequence[str]) -> str | None:
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    return value if isinstance(value, str) else None


def _bounds(node: Node, unit: str) -> tuple[float, float]:
    least, most = node.get(f"min{unit}", 0), node.get(f"max{unit}", math.inf)
    if not (isinstance(least, int) and isinstance(most, int | float)):
        raise TypeError(f"bounds must be numbers: {least!r}, {most!r}")
    return least, most


def _fields(node: Node) -> Mapping[str, Node]:
    found = node.get("properties", {})
    return found if isinstance(found, Mapping) else {}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _nodes(value: object) -> list[Node]:
    return [item for item in _list(value) if isinstance(item, Mapping)]
