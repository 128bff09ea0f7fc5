"""A key result's form, read. Pure; what is wrong is collected, so that all is told at once."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from typing import TypeVar

from bot.errors import UserMistake
from bot.okrs import parse
from bot.okrs.rules import Curve, Function, Kind, Milestone, Shape, Terms
from bot.okrs.writing.rules import KeyResultDraft, Span
from bot.okrs.writing.typed import Raw, form_of, line, lines

T = TypeVar("T")
LONGEST_ID = 9  # digits
NUMBERS = {
    Kind.INCREASE: ("baseline", "target", "stretch"),
    Kind.DECREASE: ("baseline", "target", "stretch"),
    Kind.KEEP_ABOVE: ("target",),
    Kind.KEEP_BELOW: ("target",),
    Kind.KEEP_IN_BAND: ("low", "high"),
    Kind.BASELINE_FIRST: ("target",),
}
NEEDED = {
    Kind.INCREASE: {"target": "needs_target"},
    Kind.DECREASE: {"target": "needs_target"},
    Kind.KEEP_ABOVE: {"target": "needs_level"},
    Kind.KEEP_BELOW: {"target": "needs_level"},
    Kind.KEEP_IN_BAND: {"low": "needs_level", "high": "needs_level"},
}
DATED = (Shape.STEPS, Shape.PHASED)
_WEIGHT = re.compile(r"\d+(?:[.,]\d+)?")
_BESIDE = re.compile(r"\d\s*(?P<unit>%|(?!(?:k|m|mn|bn)$)[^\W\d_][^\d|]*)$", re.I)


@dataclass(frozen=True)
class Guardrail:
    """A key result that could guard others: one written here, by serial number, or a stored one."""

    number: int
    stored: bool
    title: str = ""
    keeps: bool = False

    @property
    def value(self) -> str:
        return f"{'kr' if self.stored else 'draft'}:{self.number}"


@dataclass(frozen=True)
class KeyResultWish:
    """`owner` and `co_owners` are Slack's user ids; `guardrail` has no title."""

    serial: int
    title: str
    terms: Terms
    owner: str = ""
    function: str = ""
    co_owners: tuple[str, ...] = ()
    guardrail: Guardrail | None = None
    leading: bool | None = None
    customer_link: str = ""


@dataclass(frozen=True)
class Choices:
    """What the form offers; `more` says how many guardrails are left out.

    `function` is what the owner brings to the team, as far as the team knows.
    """

    objective: str = ""
    guardrails: tuple[Guardrail, ...] = ()
    more: int = 0
    function: str = ""


@dataclass
class _Reader:
    raw: Raw
    form: str
    wrong: list[UserMistake]

    def refuse(self, code: str, name: str, **values: object) -> None:
        self.wrong.append(UserMistake(code, field=f"{self.form}.{name}", **values))

    def tried(self, read: Callable[..., T], text: str, name: str) -> T | None:
        """What `read` makes of the text; None when it refuses, which is noted."""
        try:
            return read(text, field=f"{self.form}.{name}")
        except UserMistake as mistake:
            self.wrong.append(mistake)
            return None

    def number(self, name: str, unit: str) -> float | None:
        read = partial(parse.number, unit=unit)
        return self.tried(read, str(self.raw.get(name) or ""), name)


def draft_of(wish: KeyResultWish, roster: Mapping[str, str]) -> KeyResultDraft:
    """For the checks. `roster` gives what people bring to the team, by user id."""
    others = (roster.get(user, "") for user in wish.co_owners)
    functions = (wish.function or roster.get(wish.owner, ""), *others)
    return KeyResultDraft(
        wish.title, wish.terms, wish.customer_link, wish.guardrail is not None, functions
    )


def kind_of(raw: Raw) -> Kind:
    told = raw.get("kind")
    return Kind(told) if told in tuple(Kind) else Kind.INCREASE


def shape_of(raw: Raw) -> Shape:
    told = raw.get("curve")
    return Shape(told) if told in tuple(Shape) else Shape.LINEAR


def key_result(
    raw: Raw,
    serial: int,
    span: Span,
    roster: Mapping[str, str],
    bots: Collection[str] = (),
) -> tuple[KeyResultWish, list[UserMistake]]:
    """The wish as far as it can be read, and what is wrong with it, each with its field.

    `roster` gives what people bring to the team, by user id: it holds where nothing was chosen.
    """
    reader = _Reader(raw, form_of(serial), [])
    title = line(raw, "title")
    if not title:
        reader.refuse("needs_title", "title")
    owner, co_owners = _owners(reader, bots)
    function = str(raw.get("function") or roster.get(owner, ""))
    if function not in tuple(Function):
        reader.refuse("needs_function", f"function.{owner}")
    wish = KeyResultWish(
        serial,
        title,
        terms_of(raw, reader.form, span, reader.wrong),
        owner,
        function,
        co_owners,
        _guardrail(str(raw.get("guardrail") or "")),
        {"leading": True, "lagging": False}.get(str(raw.get("leading") or "")),
        line(raw, "customer_link"),
    )
    return wish, reader.wrong


def _guardrail(value: str) -> Guardrail | None:
    kind, _, number = value.partition(":")
    if kind not in ("kr", "draft") or not number.isdecimal() or len(number) > LONGEST_ID:
        return None
    return Guardrail(int(number), kind == "kr")


def terms_of(raw: Raw, form: str, span: Span, wrong: list[UserMistake]) -> Terms:
    """What is promised, from the fields that its kind shows; adds to `wrong` what cannot be."""
    reader, kind = _Reader(raw, form, wrong), kind_of(raw)
    unit = line(raw, "unit") or _beside(raw, kind)
    made = partial(Terms, kind, curve=Curve() if kind.keeps else _curve(reader, span))
    if kind is Kind.MILESTONES:
        return made(milestones=_milestones(reader))
    if kind is Kind.ORDINAL:
        zones = _zones(reader)
        now, wanted = _stage(reader, "stage_now", zones), _stage(reader, "stage", zones)
        if now is not None and wanted is not None and wanted <= now:
            reader.refuse("stage_back", "stage")
        return made(zones=zones, baseline=now, target=wanted)
    told: Mapping[str, float | None] = {name: reader.number(name, unit) for name in NUMBERS[kind]}
    refused = {one.field for one in wrong}
    for name, code in NEEDED.get(kind, {}).items():
        if told[name] is None and f"{form}.{name}" not in refused:
            reader.refuse(code, name)
    _ordered(reader, kind, told)
    return made(
        unit=unit,
        baseline=told.get("baseline"),
        target=told.get("target"),
        stretch=told.get("stretch"),
        low=told.get("low"),
        high=told.get("high"),
    )


def _beside(raw: Raw, kind: Kind) -> str:
    """The unit, when it was typed beside a number instead of in its own field."""
    for name in NUMBERS.get(kind, ()):
        found = _BESIDE.search(str(raw.get(name) or "").strip())
        if found:
            return found["unit"].strip()
    return ""


def _ordered(reader: _Reader, kind: Kind, told: Mapping[str, float | None]) -> None:
    """Numbers that contradict each other, or the kind."""
    low, high = told.get("low"), told.get("high")
    if low is not None and high is not None and low >= high:
        reader.refuse("band_order", "high")
    if kind not in (Kind.INCREASE, Kind.DECREASE):
        return
    way = 1 if kind is Kind.INCREASE else -1
    start, target, stretch = told["baseline"], told["target"], told["stretch"]
    if start is not None and target is not None and (target - start) * way < 0:
        reader.refuse("goes_down" if way > 0 else "goes_up", "target")
    if stretch is not None and target is not None and (stretch - target) * way <= 0:
        reader.refuse("stretch_short", "stretch")


def _milestones(reader: _Reader) -> tuple[Milestone, ...]:
    told = "\n".join(_title_first(one) for one in lines(reader.raw, "milestones"))
    found = reader.tried(parse.milestones, told, "milestones")
    if found == ():
        reader.refuse("needs_milestones", "milestones")
    return found or ()


def _title_first(told: str) -> str:
    """`2 | Designed` becomes `Designed | 2`, as it is read everywhere."""
    first, bar, second = (part.strip() for part in told.partition("|"))
    if not bar or not _WEIGHT.fullmatch(first) or _WEIGHT.fullmatch(second):
        return told
    return f"{second} | {first}"


def _zones(reader: _Reader) -> tuple[str, ...]:
    found = reader.tried(parse.zones, "\n".join(lines(reader.raw, "zones")), "zones")
    if found == ():
        reader.refuse("few_zones", "zones")
    return found or ()


def _stage(reader: _Reader, name: str, zones: tuple[str, ...]) -> float | None:
    """The position of the stage of this name."""
    told = line(reader.raw, name)
    if not told or not zones:
        return None
    known = {one.lower(): at for at, one in enumerate(zones)}
    if told.lower() in known:
        return float(known[told.lower()])
    near = get_close_matches(told.lower(), known, n=1, cutoff=0.4)
    reader.refuse("no_such_stage", name, near=zones[known[near[0]] if near else -1])
    return None


def _curve(reader: _Reader, span: Span) -> Curve:
    read = partial(parse.curve, str(reader.raw.get("curve") or ""))
    told = "\n".join(one.replace("|", " ", 1) for one in lines(reader.raw, "points"))
    named = {"starts": span.starts, "ends": span.ends}
    return (
        reader.tried(lambda text, field: read(text, field=field, **named), told, "points")
        or Curve()
    )


def _owners(reader: _Reader, bots: Collection[str]) -> tuple[str, tuple[str, ...]]:
    owner = str(reader.raw.get("owner") or "")
    told = [str(one) for one in reader.raw.get("co_owners") or ()]
    co_owners = tuple(dict.fromkeys(one for one in told if one != owner))
    if not owner:
        reader.refuse("needs_owner", "owner")
    if owner in bots:
        reader.refuse("not_a_person", "owner")
    if set(co_owners) & set(bots):
        reader.refuse("not_a_person", "co_owners")
    return owner, co_owners
