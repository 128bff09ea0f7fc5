"""Numbers, milestones, zones and curves as people type them. Pure; raises UserMistake."""

import json
import math
import re
from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Any

from bot.errors import UserMistake
from bot.okrs.rules import Curve, Milestone, Shape

LARGEST = 1e15
LARGEST_ID = 2**31 - 1  # of an integer key in PostgreSQL
MOST = 30  # milestones or zones
LINE = 200  # characters of one
SHAPES = {  # as forms offer them
    Shape.LINEAR: "Evenly, the same every week",
    Shape.S_CURVE: "Slowly, then fast, then slowly",
    Shape.STEPS: "In steps, on certain days",
    Shape.PHASED: "In phases, with even progress in each",
}
GIVEN = 40  # characters of what was typed that a refusal repeats
_SPACES = re.compile(r"[\s\u00a0\u2009\u202f_'’]")
_MINUS = re.compile(r"[−–]")
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(?:,\d{3})+")
_DOTTED = re.compile(r"[+-]?\d{1,3}(?:\.\d{3}){2,}")
_SCALE = {"k": 1e3, "m": 1e6, "mn": 1e6, "bn": 1e9}
_NUMBER = re.compile(
    r"(?P<digits>[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d{1,3})?)(?P<scale>k|mn|m|bn)?",
    re.IGNORECASE,
)


def identity(told: object, code: str = "stale_form") -> int:
    """The id that a form or button carries. Raises UserMistake `code` when it is none of ours."""
    text = str(told)
    if not text.isdecimal() or len(text) > len(str(LARGEST_ID)) or int(text) > LARGEST_ID:
        raise UserMistake(code)
    return int(text)


def carried(metadata: str) -> dict[str, Any]:
    """What a form carries as JSON. Raises UserMistake `stale_form` when that is none of ours."""
    try:
        told = json.loads(metadata)
    except ValueError as error:
        raise UserMistake("stale_form") from error
    if not isinstance(told, dict):
        raise UserMistake("stale_form")
    return told


def number(text: str, unit: str = "", *, field: str | None = None) -> float | None:
    """`1,200`, `2.5%`, `0,5`, `1 200`, `1.200,50`, `€40k`, `8.1 days`; None for an empty field.

    One comma before exactly three digits parts thousands, any other is a decimal comma; a single
    dot is always a decimal dot. The key result's `unit` and the signs of percent and money may
    stand beside the number. Raises UserMistake `bad_number` or `huge_number`, with the field.
    """
    typed = text.strip()
    if not typed:
        return None
    match = _NUMBER.fullmatch(_pointed(_bare(typed, unit)))
    if match is None:
        raise UserMistake("bad_number", field=field, given=_shown(typed))
    value = float(match["digits"]) * _SCALE.get((match["scale"] or "").lower(), 1.0)
    if not math.isfinite(value) or abs(value) > LARGEST:
        raise UserMistake("huge_number", field=field, given=_shown(typed))
    return value


def _bare(typed: str, unit: str) -> str:
    """Without the unit, signs of money and percent, and the spaces that part thousands."""
    bare = _MINUS.sub("-", typed).lower()
    for word in _around(unit.strip().lower()):
        bare = bare.removesuffix(word).removeprefix(word).strip()
    return _SPACES.sub("", bare)


def _around(unit: str) -> Sequence[str]:
    singular = (unit.removesuffix("s"),) if len(unit) > 2 else ()
    return tuple(one for one in (unit, *singular, "%", "percent", "€", "$", "£") if one)


def _pointed(bare: str) -> str:
    """The number with a dot for its decimals and nothing between its thousands."""
    if _THOUSANDS.fullmatch(bare.partition(".")[0]) and bare.count(".") <= 1:
        return bare.replace(",", "")
    if _DOTTED.fullmatch(bare.partition(",")[0]) and bare.count(",") <= 1:
        return bare.replace(".", "").replace(",", ".")
    if bare.count(",") == 1 and re.fullmatch(r"[+-]?\d{1,3}(?:\.\d{3})+,\d*", bare):
        return bare.replace(".", "").replace(",", ".")
    if bare.count(",") == 1 and "." not in bare:
        return bare.replace(",", ".")
    return bare


def _shown(text: str) -> str:
    """What was typed, short and harmless."""
    return re.sub(r"[<>&`*_~{}]", "", text).strip()[:GIVEN] or "that"


_DONE = re.compile(r"^\[(?P<mark>[ xX✓✔]?)\]\s*")


def milestones(text: str, *, field: str | None = None) -> tuple[Milestone, ...]:
    """One a line, such as `[x] Built | 2`: done, and weighs twice what others do.

    Raises UserMistake `bad_weight`, `same_twice`, `too_many` or `too_long`, with the field.
    """
    found = tuple(_milestone(line, field) for line in _lines(text, field))
    _distinct([one.title for one in found], field)
    return found


def _milestone(line: str, field: str | None) -> Milestone:
    done = _DONE.match(line)
    bare = line[done.end() :] if done else line
    title, bar, told = bare.rpartition("|")
    if not bar:
        title, told = bare, "1"
    try:
        weight = number(told)
    except UserMistake as mistake:
        raise UserMistake("bad_weight", field=field, given=_shown(told)) from mistake
    if weight is None or weight <= 0 or not title.strip():
        raise UserMistake("bad_weight", field=field, given=_shown(told))
    return Milestone(title.strip(), weight, bool(done and done["mark"].strip()))


def zones(text: str, *, field: str | None = None) -> tuple[str, ...]:
    """One a line, the worst first; as `milestones` raises, and `few_zones` for a single one."""
    found = tuple(_lines(text, field))
    _distinct(found, field)
    if len(found) == 1:
        raise UserMistake("few_zones", field=field)
    return found


def _lines(text: str, field: str | None) -> list[str]:
    found = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    if len(found) > MOST:
        raise UserMistake("too_many", field=field, most=MOST)
    if any(len(line) > LINE for line in found):
        raise UserMistake("too_long", field=field, most=LINE)
    return found


def _distinct(found: Sequence[str], field: str | None) -> None:
    seen: set[str] = set()
    for one in found:
        if one.lower() in seen:
            raise UserMistake("same_twice", field=field, given=_shown(one))
        seen.add(one.lower())


def curve(shape: str, text: str, starts: date, ends: date, *, field: str | None = None) -> Curve:
    """`text` counts for steps and phases only: one date and share a line, `2027-02-15 40 %`.

    Dates lie in the cycle and rise, shares of the way never fall. Raises UserMistake
    `bad_point`, `point_outside`, `points_order` or `no_points`, with the field.
    """
    wanted = Shape(shape) if shape in set(Shape) else Shape.LINEAR
    if wanted not in (Shape.STEPS, Shape.PHASED):
        return Curve(wanted)
    points = tuple(_point(line, starts, ends, field) for line in _lines(text, field))
    if not points:
        raise UserMistake("no_points", field=field, example=f"{starts:%Y-%m-%d} 40 %")
    if any(one[0] >= after[0] or one[1] > after[1] for one, after in pairwise(points)):
        raise UserMistake("points_order", field=field)
    return Curve(wanted, points)


def _point(line: str, starts: date, ends: date, field: str | None) -> tuple[date, float]:
    day, _, told = line.partition(" ")
    bad = UserMistake("bad_point", field=field, given=_shown(line))
    try:
        on, share = date.fromisoformat(day.strip(",:")), number(told)
    except (ValueError, UserMistake) as mistake:
        raise bad from mistake
    if share is None or not 0 <= share <= 100:
        raise bad
    if not starts <= on <= ends:
        raise UserMistake("point_outside", field=field, given=_shown(day))
    return on, share / 100


# --- the same, written so that it can be typed again ----------------------------------------------


def milestones_typed(told: Sequence[Milestone]) -> str:
    lines = [
        f"{'[x] ' if one.done else ''}{one.title}"
        + (f" | {number_typed(one.weight)}" if one.weight != 1 or "|" in one.title else "")
        for one in told
    ]
    return "\n".join(lines)


def curve_typed(told: Curve) -> str:
    return "\n".join(
        f"{day.isoformat()} {number_typed(round(share * 100, 6))} %" for day, share in told.points
    )


def number_typed(value: float | None) -> str:
    """Exactly, so that what nobody changed stays what it was; empty for none."""
    return "" if value is None else repr(float(value)).removesuffix(".0")
