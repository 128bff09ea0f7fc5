"""What the question gives the scorer to compare with: its vocabulary and its wordings."""

import math
from dataclasses import dataclass
from functools import cache, lru_cache

from bot.scoring.embedded.text import Sentence, read_text
from bot.scoring.embedded.vocabulary import read, stems_of
from bot.scoring.rules import Question

GENERIC_WEIGHT = 0.2  # of a trade word, beside 1 for a word of the case
COMMON_WEIGHT = 0.05  # of a word that half of all drills use
CASE_WEIGHT = 0.25  # from which a word counts as one of the case
PROMPT_RUN = 7  # words in a row that make a copy of the prompt
COPY_RUN = 6  # content stems in a row that make a copy of a key point or the model answer


@dataclass(frozen=True)
class Wording:
    """A text that must not be handed back: its words and its content stems, as searchable runs."""

    words: str
    stems: str
    content: frozenset[str]
    size: int  # content stems, repeats counted


@dataclass(frozen=True)
class Case:
    """A question prepared for scoring; made once per question."""

    prompt: Wording
    points: tuple[Wording, ...]
    point_contents: tuple[tuple[str, ...], ...]
    model: Wording | None
    words: frozenset[str]  # content stems of prompt and key points
    specific: frozenset[str]  # stems of prompt and key points that are not everyday words
    numbers: frozenset[str]


def generic(stem: str) -> bool:
    """Is this one of the trade's everyday words?"""
    return stem in stems_of("generic")


@cache
def weight(stem: str) -> float:
    """How much a content stem tells about a case, COMMON_WEIGHT to 1."""
    if generic(stem):
        return GENERIC_WEIGHT
    common = read("common.json")
    count = common["counts"].get(stem, 1)
    # Inverse document frequency, 1 for a word of one drill, 0 for a word of half of them.
    return max(COMMON_WEIGHT, 1.0 - math.log(count) / math.log(common["drills"] / 2))


def joined(parts: tuple[str, ...]) -> str:
    """A run of words that can be searched in another run with `in`."""
    return " " + " ".join(parts) + " "


def _wording(sentences: tuple[Sentence, ...]) -> Wording:
    words = tuple(word.text for sentence in sentences for word in sentence.words)
    stems = tuple(stem for sentence in sentences for stem in sentence.content)
    return Wording(joined(words), joined(stems), frozenset(stems), len(stems))


@lru_cache(maxsize=512)
def case_of(question: Question) -> Case:
    """Prepare a question: its runs, its vocabulary, its numbers."""
    prompt = read_text(question.prompt).sentences
    points = tuple(read_text(point.point).sentences for point in question.key_points)
    model = read_text(question.model_answer).sentences if question.model_answer else None
    vocabulary = {stem for text in (prompt, *points) for part in text for stem in part.content}
    return Case(
        prompt=_wording(prompt),
        points=tuple(_wording(point) for point in points),
        point_contents=tuple(tuple(s for part in point for s in part.content) for point in points),
        model=_wording(model) if model else None,
        words=frozenset(vocabulary),
        specific=frozenset(stem for stem in vocabulary if weight(stem) >= CASE_WEIGHT),
        numbers=frozenset(number for part in prompt for number in part.numbers),
    )
