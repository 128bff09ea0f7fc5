"""Inputs: what a page's plain value means to Slack, what stands in them, and what is wrong."""

import re
from collections.abc import Iterator
from typing import Any

from bot.sandbox.refusals import NotForThem
from bot.sandbox.state import Json

# Element type: the key of its value in Slack's state, and the key of its initial value.
KEYS: dict[str, tuple[str, str]] = {
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "overflow": ("selected_option", "initial_option"),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "file_input": ("files", "initial_files"),
}
MANY = ("selected_options", "selected_users", "selected_conversations", "selected_channels")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
LINK = re.compile(r"https?://\S+")
NUMBER = re.compile(r"-?\d+(\.\d+)?")
REQUIRED = "Please complete this required field."


def elements(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Every interactive element with its block."""
    for block in blocks:
        if block.get("type") in {"rich_text", "context"}:
            continue
        nested = [*block.get("elements", []), block.get("accessory"), block.get("element")]
        for element in nested:
            if isinstance(element, dict) and "action_id" in element:
                yield block, element


def find(blocks: list[Json], action_id: str, block_id: str | None) -> tuple[Json, Json]:
    """The one element with this id; refuses when there is none, or several and no block id.

    A block that the app gave no id has a new one each time it is drawn. Whoever clicks at that very
    moment means the element with the same name.
    """
    named = [one for one in elements(blocks) if one[1]["action_id"] == action_id]
    found = [one for one in named if block_id in {None, one[0].get("block_id")}] or named
    if len(found) != 1:
        raise NotForThem("no_such_action", f"{len(found)} elements are called {action_id}", 404)
    return found[0]


def _option(element: Json, wanted: Any) -> Json:
    if isinstance(wanted, dict):
        return wanted
    groups = element.get("option_groups") or []
    options = [*(element.get("options") or []), *(one for g in groups for one in g["options"])]
    for option in options:
        if option.get("value") == wanted:
            return dict(option)
    if "external" in element["type"]:
        text = {"type": "plain_text", "text": str(wanted)}
        return {"text": text, "value": str(wanted)}
    raise NotForThem("no_such_option", f"{wanted!r} is not among the options")


def _options(element: Json, wanted: Any) -> list[Json]:
    return [_option(element, one) for one in wanted or []]


def value(element: Json, wanted: Any) -> Json:
    """What Slack's `state.values` says of an element in which a person put `wanted`."""
    kind = element["type"]
    key, _ = KEYS[kind]
    if key == "selected_option":
        kept: Any = None if wanted in (None, "") else _option(element, wanted)
    elif key == "selected_options":
        kept = _options(element, wanted)
    elif key == "selected_date_time":
        kept = None if wanted in (None, "") else int(wanted)
    elif key in MANY or kind == "file_input":
        kept = list(wanted or [])
    elif kind == "rich_text_input":
        kept = wanted
    else:
        kept = None if wanted in (None, "") else str(wanted)
    return {"type": kind, key: kept}


def initial(element: Json) -> Json:
    key, first = KEYS[element["type"]]
    empty: Any = [] if key in MANY or key == "files" else None
    return {"type": element["type"], key: element.get(first, empty)}


def state(blocks: list[Json], kept: Json, typed: Json) -> Json:
    """`state.values` of a surface: initial values, what was kept before, what is typed now.

    `typed` is `{block_id: value}` or `{block_id: {action_id: value}}`.
    """
    values: Json = {}
    for block, element in elements(blocks):
        if element["type"] not in KEYS or element["type"] == "overflow":
            continue
        key, action = block["block_id"], element["action_id"]
        found = kept.get(key, {}).get(action) or initial(element)
        if key in typed:
            given = typed[key]
            nested = isinstance(given, dict) and action in given
            alone = block.get("type") == "input" or not isinstance(given, dict)
            if nested or alone:
                found = value(element, given[action] if nested else given)
        values.setdefault(key, {})[action] = found
    return values


def held(entry: Json) -> Any:
    """The value inside one entry of `state.values`."""
    return entry.get(KEYS[entry["type"]][0])


def problems(blocks: list[Json], values: Json) -> dict[str, str]:
    """What the person has to mend before the app is asked: `{block_id: sentence}`."""
    found: dict[str, str] = {}
    for block in blocks:
        if block.get("type") != "input":
            continue
        element = block["element"]
        entry = held(values[block["block_id"]][element["action_id"]])
        if entry in (None, "", []):
            if not block.get("optional"):
                found[block["block_id"]] = REQUIRED
            continue
        told = _wrong_text(element, entry) or _wrong_number(element, entry)
        if told:
            found[block["block_id"]] = told
    return found


def _wrong_text(element: Json, entry: Any) -> str:
    kind = element["type"]
    if kind == "plain_text_input":
        least, most = element.get("min_length", 0), element.get("max_length", 3000)
        if len(entry) < least:
            return f"This entry must be at least {least} characters."
        if len(entry) > most:
            return f"This entry must be at most {most} characters."
    if kind == "email_text_input" and not EMAIL.fullmatch(entry):
        return "This is not an e-mail address."
    if kind == "url_text_input" and not LINK.fullmatch(entry):
        return "This is not a link."
    return ""


def _wrong_number(element: Json, entry: Any) -> str:
    if element["type"] != "number_input":
        return ""
    if not NUMBER.fullmatch(entry) or ("." in entry and not element.get("is_decimal_allowed")):
        return "Enter a number." if element.get("is_decimal_allowed") else "Enter a whole number."
    least, most = element.get("min_value"), element.get("max_value")
    if least is not None and float(entry) < float(least):
        return f"Enter a number of at least {least}."
    if most is not None and float(entry) > float(most):
        return f"Enter a number of at most {most}."
    return ""


def action(block: Json, element: Json, wanted: Any, stamp: str) -> Json:
    """One entry of `actions` in a `block_actions` payload."""
    body: Json = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "action_ts": stamp,
    }
    for key in ("text", "value", "style", "url", "placeholder"):
        if key in element and (key != "placeholder" or element["type"] != "button"):
            body[key] = element[key]
    if element["type"] in KEYS:
        body |= value(element, wanted)
        first = KEYS[element["type"]][1]
        if first in element and first != "initial_value":
            body[first] = element[first]
    return body
