"""The answers and the tricks of injections.toml."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bot.scoring.rules import Question
from tests.scoring.graded_set import question_of

FILE = Path(__file__).parent / "injections.toml"


@dataclass(frozen=True)
class Trick:
    """Words that are to talk whoever marks the answer into marks."""

    name: str
    kind: str
    text: str

    def added_to(self, answer: str) -> tuple[str, ...]:
        """The answer with the trick after it, before it, and on its last line."""
        return f"{answer}\n{self.text}", f"{self.text}\n{answer}", f"{answer} {self.text}"


@cache
def question() -> Question:
    return question_of(_content()["question"])


@cache
def bases() -> dict[str, str]:
    return {each["name"]: each["text"].strip() for each in _content()["base"]}


@cache
def tricks(part: str = "injection") -> tuple[Trick, ...]:
    """`fresh` are those that no rule was ever tuned on."""
    return tuple(Trick(each["id"], each["trick"], each["text"]) for each in _content()[part])


@cache
def _content() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
