"""What people typed and chose, made safe to read and to keep. Pure.

Slack passes on what its own forms hold; a request that somebody made up may hold anything. The
readers of forms rely on what is checked here: each input holds what an input of its kind can.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from bot.errors import UserMistake

State = Mapping[str, Any]  # {block id: {action id: {key: what was entered}}}
CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
UNSTORABLE = re.compile("[\0\ud800-\udfff]")  # PostgreSQL takes no NUL, UTF-8 no half of a pair


def storable(told: Any) -> Any:
    """The same JSON without the signs that no store can keep, in keys and in words."""
    if isinstance(told, str):
        return UNSTORABLE.sub("", told)
    if isinstance(told, list):
        return [storable(one) for one in told]
    if isinstance(told, dict):
        return {storable(key): storable(one) for key, one in told.items()}
    return told


def sound(state: Any) -> State:
    """The same state. Raises UserMistake when an input holds what no form can put there."""
    blocks = _object(state)
    for block_id, block in blocks.items():
        for element in _object(block).values():
            for key, entered in _object(element).items():
                if entered is not None and not KINDS.get(key, _anything)(entered):
                    raise UserMistake("form_unread", field=block_id)
    return blocks


def _object(told: Any) -> Mapping[str, Any]:
    if not isinstance(told, Mapping):
        raise UserMistake("form_unread")
    return told


def _anything(_: Any) -> bool:
    return True


def _text(told: Any) -> bool:
    return isinstance(told, str)


def _day(told: Any) -> bool:
    try:
        return bool(date.fromisoformat(told))
    except (TypeError, ValueError):
        return False


def _time(told: Any) -> bool:
    return isinstance(told, str) and CLOCK.fullmatch(told) is not None


def _option(told: Any) -> bool:
    return isinstance(told, Mapping) and _text(told.get("value"))


def _all(kind: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda told: isinstance(told, list) and all(map(kind, told))


KINDS: Mapping[str, Callable[[Any], bool]] = {
    "value": _text,
    "selected_date": _day,
    "selected_time": _time,
    "selected_user": _text,
    "selected_conversation": _text,
    "selected_users": _all(_text),
    "selected_option": _option,
    "selected_options": _all(_option),
}
