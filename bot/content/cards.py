"""The short content: recall cards, and the questions for the eve of an interview."""

from typing import Annotated

from pydantic import AfterValidator, Field

from bot.content.base import Slug, Strict, Track

QUESTIONS = 5
QUESTION_CHARS = 75  # Slack's limit for the text beside a tick box


class Warmup(Strict):
    """A recall card: a question, and the answer that *Show* reveals."""

    id: Slug
    track: Track
    family: Slug
    front: Annotated[str, Field(min_length=10, max_length=300)]
    back: Annotated[str, Field(min_length=10, max_length=600)]


class Cards(Strict):
    cards: Annotated[tuple[Warmup, ...], Field(min_length=1, strict=False)]


def _asks(text: str) -> str:
    if not text.endswith("?"):
        raise ValueError("is no question; end it with a question mark")
    return text


Question = Annotated[str, Field(min_length=10, max_length=QUESTION_CHARS), AfterValidator(_asks)]


class Checklist(Strict):
    """Five questions to oneself before an interview."""

    questions: Annotated[
        tuple[Question, ...], Field(min_length=QUESTIONS, max_length=QUESTIONS, strict=False)
    ]
