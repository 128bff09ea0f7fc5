"""The words in which shapes are refused: those of Slack's `response_metadata.messages`."""

from collections.abc import Callable

Check = Callable[[object, str, list[str]], None]  # value, its JSON pointer, problems found so far

NOT_A = {
    "string": "must be a string",
    "number": "must be a number",
    "boolean": "must be a boolean",
    "array": "must provide an array",
    "object": "must provide an object",
    "null": "must be null",
}


def refuse(problems: list[str], text: str, pointer: str) -> None:
    """Add one refusal: `[ERROR] text [json-pointer:pointer]`."""
    problems.append(f"[ERROR] {text} [json-pointer:{pointer}]")


def within(size: float, least: float, most: float, unit: str) -> str | None:
    """Slack's words for a size outside `least..most` (both allowed), None when inside.

    `unit` is "characters", "items" or "" for a plain number.
    """
    if unit == "items":
        if size > most:
            return f"no more than {most} items allowed"
        return f"must provide at least {least} items" if size < least else None
    tail = f" {unit}" if unit else ""
    if size > most:
        return f"must be less than {most + 1}{tail}"
    return f"must be more than {least - 1}{tail}" if size < least else None
