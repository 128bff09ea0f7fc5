"""Numbers as people type them. Pure; raises UserMistake."""

import math
import re
from collections.abc import Sequence

from bot.errors import UserMistake

LARGEST = 1e15
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
