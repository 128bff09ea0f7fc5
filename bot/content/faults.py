"""What is wrong with a content file, said so that its writer can mend it."""

import difflib
from collections.abc import Iterator, Sequence
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.errors import SettingsWrong


class ContentWrong(SettingsWrong, ValueError):
    """A content file cannot be used: file, field, what is wrong and how to mend it, in one line."""

    def __init__(self, path: Path, where: str, what: str) -> None:
        super().__init__(": ".join(part for part in (str(path), where, what) if part))
        self.path = path
        self.where = where
        self.what = what


def worded(error: ValidationError, known: Sequence[str]) -> Iterator[tuple[str, str]]:
    """(field, what to mend) of every mistake; `known` are the fields there are."""
    for detail in error.errors(include_url=False):
        where = ""
        for part in detail["loc"]:
            where += f"[{part}]" if isinstance(part, int) else f".{part}" if where else str(part)
        yield where, _what(detail, known)


def _what(detail: ErrorDetails, known: Sequence[str]) -> str:
    if detail["type"] == "missing":
        return "is missing; add it"
    if detail["type"] == "extra_forbidden":
        name = str(detail["loc"][-1])  # which another table may know
        near = difflib.get_close_matches(name, [one for one in known if one != name], n=1)
        return f"is not a known field; {f'did you mean {near[0]}?' if near else 'remove it'}"
    message = detail["msg"].removeprefix("Value error, ")
    shown = repr(detail["input"])
    return f"{message[0].lower()}{message[1:]}" + (f", not {shown}" if len(shown) <= 40 else "")
