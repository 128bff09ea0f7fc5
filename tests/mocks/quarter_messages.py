"""What people read off a message of the quarter: its buttons, its group, its times."""

import re
from datetime import UTC, datetime

from tests.person import Json

MENTION = re.compile(r"<@(\w+)>")


def buttons(message: Json) -> list[Json]:
    found = []
    for block in message.get("blocks", []):
        for one in (*block.get("elements", []), block.get("accessory") or {}):
            if one.get("type") == "button":
                found.append(one)
    return found


def fits(value: str, wanted: str) -> bool:
    return value == wanted or not wanted


def group_of(message: Json) -> str:
    """The group whose message this is; empty when it is another message about a group."""
    found = [one["value"] for one in buttons(message) if one["action_id"] == "mocks.cannot"]
    return str(found[0]) if found else ""


def pressable(message: Json) -> list[datetime]:
    """The proposed times that can be pressed."""
    seconds = [
        int(one["action_id"].rpartition(".")[2])
        for one in buttons(message)
        if one["action_id"].startswith("mocks.suits.")
    ]
    return sorted(datetime.fromtimestamp(one, UTC) for one in seconds)


def pressed(message: Json, user: str) -> set[datetime]:
    """The times that the message says suit this person."""
    found = set()
    for block in message.get("blocks", []):
        accessory = block.get("accessory") or {}
        if str(accessory.get("action_id", "")).startswith("mocks.suits."):
            _, _, suits = block["text"]["text"].partition("suits ")
            if user in MENTION.findall(suits):
                seconds = int(accessory["action_id"].rpartition(".")[2])
                found.add(datetime.fromtimestamp(seconds, UTC))
    return found
