"""What a schema cannot say of one block or element: sizes, and fields that must agree."""

import functools
import re
from collections.abc import Callable, Iterator, Mapping

from bot.sandbox.shape_limits import LIMITS, Limit
from bot.sandbox.shape_words import Check, refuse, within

Fields = Mapping[str, object]
_UNITS: dict[type, str] = {str: "characters", list: "items"}
_DATE = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def checks() -> dict[str, list[Check]]:
    """Limits first, then the rules, by the name of the definition they hold for."""
    found: dict[str, list[Check]] = {}
    for limit in LIMITS:
        for kind in limit.kinds:
            found.setdefault(kind, []).append(functools.partial(_hold, limit))
    for kind, rules in _RULES.items():
        found.setdefault(kind, []).extend(rules)
    return found


def _hold(limit: Limit, value: object, at: str, out: list[str]) -> None:
    # Most limits lead to nothing: look at the first step before anything costs time.
    if isinstance(value, dict) and limit.path[0] in value:
        for found, pointer in _reach(value, limit.path, at):
            size = len(found) if isinstance(found, str | list) else found
            if isinstance(size, int | float):
                fault = within(size, limit.least, limit.most, _UNITS.get(type(found), ""))
                if fault:
                    refuse(out, fault, pointer)


def _reach(value: object, path: tuple[str, ...], at: str) -> Iterator[tuple[object, str]]:
    if not path:
        yield value, at
    elif path[0] == "*" and isinstance(value, list):
        for index, item in enumerate(value):
            yield from _reach(item, path[1:], f"{at}/{index}")
    elif isinstance(value, dict) and path[0] in value:
        yield from _reach(value[path[0]], path[1:], f"{at}/{path[0]}")


def repeated(items: object, field: str, at: str, out: list[str]) -> None:
    """Refuse every item whose `field` an earlier item of the list already carries."""
    seen: set[str] = set()
    for index, item in enumerate(items if isinstance(items, list) else []):
        name = item.get(field) if isinstance(item, dict) else None
        if isinstance(name, str):
            if name in seen:
                refuse(out, f"duplicate {field}: {name}", f"{at}/{index}/{field}")
            seen.add(name)


def _one_of(*names: str) -> Check:
    def check(value: object, at: str, out: list[str]) -> None:
        if isinstance(value, dict) and not any(name in value for name in names):
            listed = " or ".join(f"`{name}`" for name in names)
            refuse(out, f"must define either {listed}", at)

    return check


def _not_both(one: str, other: str) -> Check:
    def check(value: object, at: str, out: list[str]) -> None:
        if isinstance(value, dict) and one in value and other in value:
            refuse(out, f"must not define both `{one}` and `{other}`", at)

    return check


def _offered(value: Fields) -> list[object]:
    options = value.get("options", [])
    offered = list(options) if isinstance(options, list) else []
    groups = value.get("option_groups", [])
    for group in groups if isinstance(groups, list) else []:
        offered.extend(group["options"])
    return offered


def _initial_is_offered(value: object, at: str, out: list[str]) -> None:
    """Slack compares whole option objects: text, value and description must all be the same."""
    if not isinstance(value, dict):
        return
    offered = _offered(value)
    if "initial_option" in value and value["initial_option"] not in offered:
        refuse(out, "initial_option must be one of the options", f"{at}/initial_option")
    for index, option in enumerate(value.get("initial_options", [])):
        if option not in offered:
            pointer = f"{at}/initial_options/{index}"
            refuse(out, "initial_option must be one of the options", pointer)


def _initial_fits(value: object, at: str, out: list[str]) -> None:
    """A text input's bounds agree with each other and with the text it opens with."""
    if not isinstance(value, dict):
        return
    least, most = value.get("min_length", 0), value.get("max_length", 3000)
    if least > most:
        refuse(out, "min_length must not be greater than max_length", f"{at}/min_length")
    fault = within(len(value.get("initial_value", "")), 0, most, "characters")
    if fault:
        refuse(out, fault, f"{at}/initial_value")


def _written(field: str, pattern: re.Pattern[str], form: str) -> Check:
    def check(value: object, at: str, out: list[str]) -> None:
        text = value.get(field) if isinstance(value, dict) else None
        if isinstance(text, str) and not pattern.fullmatch(text):
            refuse(out, f"must match the format {form}", f"{at}/{field}")

    return check


def _unique_actions(field: str) -> Check:
    def check(value: object, at: str, out: list[str]) -> None:
        if isinstance(value, dict):
            repeated(value.get(field), "action_id", f"{at}/{field}", out)

    return check


def _plain_container(value: object, at: str, out: list[str]) -> None:
    if isinstance(value, dict) and value.get("is_collapsible") and value.get("has_header_divider"):
        refuse(out, "must not be set when is_collapsible is true", f"{at}/has_header_divider")


_CHOOSE = _one_of("options", "option_groups")
_ONE_KIND = _not_both("options", "option_groups")
_RULES: dict[str, list[Callable[[object, str, list[str]], None]]] = {
    "SectionBlock": [_one_of("text", "fields")],
    "ActionsBlock": [_unique_actions("elements")],
    "ContextActionsBlock": [_unique_actions("elements")],
    "CardBlock": [_one_of("hero_image", "title", "actions", "body"), _unique_actions("actions")],
    "ContainerBlock": [_one_of("title", "rich_text_title"), _plain_container],
    "StaticSelect": [_CHOOSE, _ONE_KIND, _initial_is_offered],
    "MultiStaticSelect": [_CHOOSE, _ONE_KIND, _initial_is_offered],
    "RadioButtons": [_initial_is_offered],
    "Checkboxes": [_initial_is_offered],
    "PlainTextInput": [_initial_fits],
    "Datepicker": [_written("initial_date", _DATE, "YYYY-MM-DD")],
    "Timepicker": [_written("initial_time", _TIME, "HH:mm")],
    "ImageBlock": [_not_both("image_url", "slack_file")],
    "ImageElement": [_not_both("image_url", "slack_file")],
}
