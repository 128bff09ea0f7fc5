"""A drill: one question with everything that is needed to ask it, mark it and talk about it."""

from typing import Annotated

from pydantic import AfterValidator, Field

from bot.content.base import (
    Cell,
    Difficulty,
    Industry,
    KeyPoint,
    Prompt,
    Region,
    Slug,
    Stage,
    Strict,
    Text,
    Track,
)
from bot.content.coding import Sql

MODEL_ANSWER_WORDS = 90


def _long_enough(text: str) -> str:
    words = len(text.split())
    if words < MODEL_ANSWER_WORDS:
        raise ValueError(f"has {words} words; write {MODEL_ANSWER_WORDS} or more")
    return text


class Drill(Strict):
    """One question with everything that is needed to ask it, mark it and talk about it."""

    id: Slug = Field(description="the same as the file's name")
    version: int = Field(default=1, ge=1, description="raise it when the question itself changes")
    family: Slug = Field(description="a key of families.toml")
    track: Track
    stage: Stage
    difficulty: Difficulty
    minutes: float = Field(default=3.0, ge=0.5, le=10, description="length of the answer box")
    prompt: Prompt
    key_points: Annotated[tuple[KeyPoint, ...], Field(min_length=4, max_length=10, strict=False)]
    model_answer: Annotated[
        str,
        Field(max_length=3000, description="90 words or more, as one would say it"),
        AfterValidator(_long_enough),
    ]
    mistakes: Annotated[tuple[Text, ...], Field(min_length=2, strict=False)]
    probes: Annotated[tuple[Text, ...], Field(min_length=2, strict=False)]
    flips: Annotated[tuple[Text, ...], Field(min_length=2, strict=False)]
    cells: Annotated[tuple[Cell, ...], Field(min_length=1, max_length=4, strict=False)]
    good_for: Annotated[tuple[Text, ...], Field(min_length=1, strict=False)]
    region: Region | None = Field(default=None, description="where the case plays, if anywhere")
    industry: Industry | None = Field(default=None, description="the case's line of work")
    sql: Sql | None = None
