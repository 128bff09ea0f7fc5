"""The model's reply, read with distrust. Pure."""

import json
import re
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from bot.scoring.judge.prompt import cells_of
from bot.scoring.rules import Cell, Question

REASON = 30  # words of a reason that are kept
LONGEST = 2000  # characters of a quote or reason that are looked at
FENCE = re.compile(r"```(?:json)?\s*(.*?)```", re.S)

Mark = Annotated[float, Field(ge=0, le=4, strict=True, allow_inf_nan=False)]
Words = Annotated[str, Field(max_length=LONGEST)]


class ReplyWrong(ValueError):
    """The reply is not what was asked for; the text says what to mend."""


class CellReply(BaseModel):
    """A cell's mark from 0 to 4, the words that earned it and why, in 30 words at most."""

    model_config = ConfigDict(frozen=True)

    score: Mark
    quote: Words | None = None
    reason: Words = ""

    @field_validator("reason")
    @classmethod
    def _short(cls, value: str) -> str:
        words = "".join(char if char.isprintable() else " " for char in value).split()
        return " ".join(words[:REASON]) + ("…" if len(words) > REASON else "")


class PointReply(BaseModel):
    """Whether key point `number`, from 1, was made, and with which words."""

    model_config = ConfigDict(frozen=True)

    number: Annotated[int, Field(strict=True)]
    hit: Annotated[bool, Field(strict=True)]
    quote: Words | None = None


class Reply(BaseModel):
    model_config = ConfigDict(frozen=True)

    cells: dict[Cell, CellReply]
    key_points: Annotated[tuple[PointReply, ...], Field(max_length=60)] = ()


def read(text: str, question: Question) -> Reply:
    """Read the reply to a question; raises ReplyWrong."""
    try:
        reply = Reply.model_validate(_document(text))
    except ValidationError as error:
        fault = error.errors()[0]
        where = ".".join(str(part) for part in fault["loc"]) or "the object"
        raise ReplyWrong(f"{where}: {fault['msg']}") from error
    lacking = [cell.value for cell in cells_of(question) if cell not in reply.cells]
    if lacking:
        raise ReplyWrong(f"cells: {', '.join(lacking)} missing")
    numbers = [point.number for point in reply.key_points]
    if sorted(numbers) != list(range(1, len(question.key_points) + 1)):
        raise ReplyWrong(f"key_points: each number from 1 to {len(question.key_points)} once")
    return reply


def _document(text: str) -> Any:
    """The JSON object of a reply, taken out of a fence or of words around it."""
    fenced = FENCE.search(text)
    inner = fenced[1] if fenced else text
    first, last = inner.find("{"), inner.rfind("}")
    if first < 0 or last < first:
        raise ReplyWrong("no JSON object")
    try:
        return json.loads(inner[first : last + 1])
    except (ValueError, RecursionError) as error:
        raise ReplyWrong(f"no valid JSON: {str(error)[:80]}") from error
