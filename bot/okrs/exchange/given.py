"""A key result's terms as the document words them, against those that hold. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.okrs import terms
from bot.okrs.exchange.document import Fault, Path, TermsRow
from bot.okrs.exchange.fields import number
from bot.okrs.exchange.printing import plain
from bot.okrs.rules import Curve, Kind, Milestone, Terms

LEVELS = ("baseline", "target", "stretch")
PERCENT = 100.0
FIELDS = (*LEVELS, "low", "high")
Found = dict[str, Any]


@dataclass(frozen=True)
class Read:
    """Terms, and what is wrong with them."""

    terms: Terms
    faults: tuple[Fault, ...] = ()


def read(row: TermsRow, base: Terms | None, path: Path) -> Read:
    """`base` with what the row gives; a new key result has no base."""
    kind = row.kind or (base.kind if base else None)
    if kind is None:
        return Read(Terms(Kind.INCREASE), (Fault((*path, "kind"), "is missing"),))
    found: Found = {"kind": kind}
    if row.gives("milestones"):
        milestones = row.milestones or ()
        found["milestones"] = tuple(Milestone(o.title, o.weight, o.done) for o in milestones)
    if row.gives("zones"):
        found["zones"] = tuple(row.zones or ())
    if row.gives("unit"):
        found["unit"] = row.unit or ""
    if row.gives("curve"):
        found["curve"] = row.curve or Curve()
    made = replace(base, **found) if base else Terms(**found)
    faults = []
    for name in (told for told in FIELDS if row.gives(told)):
        value, wrong = position(getattr(row, name), made)
        one: Found = {name: value}
        made = replace(made, **one)
        faults += [Fault((*path, name), wrong)] if wrong else []
    return Read(made, tuple(faults))


def position(told: float | str | None, held: Terms) -> tuple[float | None, str]:
    """(value, what is wrong): a number, or of ordinal zones the position of the zone named."""
    if told is None:
        return None, ""
    if held.kind is Kind.ORDINAL:
        return _zone(told, held.zones)
    try:
        return number(told), ""
    except ValueError as error:
        return None, str(error)


def measure(told: float | str, held: Terms) -> tuple[float | None, str]:
    """`position` of what somebody measured."""
    value, wrong = position(told, held)
    if held.kind is Kind.MILESTONES and not 0 <= (value or 0) <= PERCENT:
        wrong = "must be a percentage done, 0 to 100"
    return value, wrong


def _zone(told: float | str, zones: Sequence[str]) -> tuple[float | None, str]:
    if isinstance(told, str):
        named = [at for at, zone in enumerate(zones) if zone.strip().lower() == told.lower()]
        if named:
            return float(named[0]), ""
    try:
        found = number(told)
    except ValueError:
        found = -1.0
    if found == int(found) and 0 <= found < len(zones):
        return found, ""
    return None, f"must be one of the zones: {', '.join(zones)}"


def named(told: float | None, held: Terms) -> Any:
    """A value as the document words it: a zone by its name."""
    if told is None:
        return None
    if held.kind is Kind.ORDINAL and told == int(told) and 0 <= told < len(held.zones):
        return held.zones[int(told)]
    return plain(told)


def written(held: Terms) -> Found:
    """All terms as the document words them; whatever is not said is None or empty."""
    return {
        "kind": held.kind.value,
        "zones": list(held.zones),
        "milestones": [
            {"title": one.title}
            | ({"weight": plain(one.weight)} if one.weight != 1 else {})
            | ({"done": True} if one.done else {})
            for one in held.milestones
        ],
        **{name: named(getattr(held, name), held) for name in LEVELS},
        "low": plain(held.low),
        "high": plain(held.high),
        "unit": held.unit,
        "curve": None if held.curve == Curve() else plain(held.curve),
    }


def difference(held: Terms, beside: Terms) -> Found:
    """What to write of `held` so that `read` with `beside` as its base gives it back."""
    one, other = written(held), written(beside)
    changed = {name: told for name, told in one.items() if told != other[name]}
    if changed.keys() & {"zones", "kind"}:  # the same name may be another position
        changed |= {name: one[name] for name in LEVELS}
    return changed


def only_done(before: Terms, after: Terms) -> bool:
    """Do they differ in nothing but which milestones are done?"""

    def open_again(held: Terms) -> Terms:
        return replace(held, milestones=tuple(replace(o, done=False) for o in held.milestones))

    return open_again(before) == open_again(after)


def same(one: Terms, other: Terms) -> bool:
    return terms.to_document(one) == terms.to_document(other)


def faults(held: Terms) -> list[tuple[str, str]]:
    """(field, what is wrong) of terms that somebody wants to hold from now on."""
    found = [*_CHECKS[held.kind](held)]
    found += [("unit", "is too long")] if len(held.unit) > 100 else []
    return found


def _to_reach(held: Terms) -> Iterable[tuple[str, str]]:
    if held.target is None:
        yield "target", "is missing"
        return
    up = held.kind is Kind.INCREASE
    for name, start in (("target", held.baseline), ("stretch", held.target)):
        end = getattr(held, name)
        if end is not None and start is not None and end != start and (end > start) != up:
            than = "baseline" if name == "target" else "target"
            way = "above" if up else "below"
            yield name, f"must be {way} the {than} ({plain(start)}) of a key result to {held.kind}"


def _to_keep(held: Terms) -> Iterable[tuple[str, str]]:
    end = held.low if held.kind is Kind.KEEP_ABOVE else held.high
    if held.target is None and end is None:
        yield "target", "is missing: the level to keep"


def _in_band(held: Terms) -> Iterable[tuple[str, str]]:
    for name in ("low", "high"):
        if getattr(held, name) is None:
            yield name, "is missing: a band has a low and a high end"
    if held.low is not None and held.high is not None and held.low > held.high:
        yield "high", f"must not be below the low end ({plain(held.low)})"


def _steps_done(held: Terms) -> Iterable[tuple[str, str]]:
    if not held.milestones:
        yield "milestones", "are missing: name one at least"
    if len({one.title for one in held.milestones}) < len(held.milestones):
        yield "milestones", "must each have a title of their own"
    for name in LEVELS:
        told = getattr(held, name)
        if told is not None and not 0 <= told <= PERCENT:
            yield name, "must be a percentage done, 0 to 100"


def _in_zones(held: Terms) -> Iterable[tuple[str, str]]:
    if len(held.zones) < 2:
        yield "zones", "are missing: name two at least, the worst first"
    elif len({zone.strip().lower() for zone in held.zones}) < len(held.zones):
        yield "zones", "must differ from one another"
    elif held.target is not None and held.target < (held.baseline or 0):
        yield "target", "must not be a zone below the baseline"


def _measured_first(held: Terms) -> Iterable[tuple[str, str]]:
    return ()


_CHECKS: Mapping[Kind, Callable[[Terms], Iterable[tuple[str, str]]]] = {
    Kind.INCREASE: _to_reach,
    Kind.DECREASE: _to_reach,
    Kind.KEEP_ABOVE: _to_keep,
    Kind.KEEP_BELOW: _to_keep,
    Kind.KEEP_IN_BAND: _in_band,
    Kind.MILESTONES: _steps_done,
    Kind.ORDINAL: _in_zones,
    Kind.BASELINE_FIRST: _measured_first,
}


def marked(held: Terms, done: Iterable[str]) -> Terms:
    """These terms with exactly these milestones done."""
    titles = set(done)
    return replace(
        held,
        milestones=tuple(replace(one, done=one.title in titles) for one in held.milestones),
    )


def measured(held: Terms, value: float) -> Terms:
    """These terms with their baseline found."""
    return replace(held, baseline=value)
