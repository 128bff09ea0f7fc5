"""Does the answer speak about this question at all?"""

import math
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from bot.scoring.embedded.admissible import Marked
from bot.scoring.embedded.case import weight
from bot.scoring.embedded.text import read_text
from bot.scoring.embedded.vocabulary import read
from bot.scoring.rules import Question

# Sentences that do not show what an answer is about.
NO_SUBJECT = frozenset({"list", "prompt", "model", "repeat", "grader", "padding", "framework"})
RARE = 0.7  # weight from which a word is one of few drills
MOST = 4  # rare words that prove it
MODEL_TELLS = 4.0  # log-odds that MOST rare words shared with the model answer add
# A drill of few words leaves less to meet: below THIN (its weights added up) less is asked.
THIN, THIN_EASES = 16.0, 0.4
HEAD, NEAR = 4, 0.7  # letters in which words begin alike, and what that counts


@dataclass(frozen=True)
class Vocabulary:
    """Weights by stem: the prompt's words, the key points' further ones, those said twice."""

    prompt: dict[str, float]
    points: dict[str, float]
    salient: dict[str, float]
    model: dict[str, float]  # what the model answer adds, where it is known


@lru_cache(maxsize=512)
def vocabulary(question: Question) -> Vocabulary:
    prompt = _stems(question.prompt)
    points = sum((_stems(point.point) for point in question.key_points), Counter[str]())
    both = prompt + points
    return Vocabulary(
        {stem: weight(stem) for stem in sorted(prompt)},
        {stem: weight(stem) for stem in sorted(points) if stem not in prompt},
        {s: weight(s) * math.log2(1 + both[s]) for s in sorted(both) if both[s] > 1},
        {s: weight(s) for s in sorted(_stems(question.model_answer or "")) if s not in both},
    )


def _stems(text: str) -> Counter[str]:
    return Counter(stem for part in read_text(text).sentences for stem in part.content)


def features(marked: tuple[Marked, ...], question: Question) -> tuple[float, ...]:
    """Six measures of shared vocabulary, each from 0 to about 1.

    The share of the answer's words that are the case's, the words of the prompt and those of
    the key points for the answer's length, the shares met of the words said more than once and
    of the prompt's, and the rare words. Words weigh by how few drills use them.
    """
    stems = _said(marked)
    heads = frozenset(stem[:HEAD] for stem in stems if len(stem) >= HEAD)
    known = vocabulary(question)
    prompt, points = _met(known.prompt, stems), _met(known.points, stems)
    total = sum(sorted(weight(stem) for stem in stems))
    return (
        3 * _alike(known.prompt | known.points, stems, heads) / (1 + total),
        min(1.5, prompt / max(2.0, 0.25 * total)),
        min(1.0, points / max(2.0, 0.15 * total)),
        _alike(known.salient, stems, heads) / (0.5 + sum(known.salient.values())),
        prompt / (0.1 + sum(known.prompt.values())),
        _rare(known.prompt | known.points, stems),
    )


def _said(marked: tuple[Marked, ...]) -> set[str]:
    """The content stems of the sentences that show what the answer is about."""
    said = (each.sentence.content_set for each in marked if each.reason not in NO_SUBJECT)
    return set().union(*said)


def _met(weights: dict[str, float], stems: set[str]) -> float:
    return sum(value for stem, value in weights.items() if stem in stems)


def _alike(weights: dict[str, float], stems: set[str], heads: frozenset[str]) -> float:
    """What is met, words that only begin alike in part: *auth* for *authorise*."""
    return sum(
        value if stem in stems else NEAR * value if stem[:HEAD] in heads else 0.0
        for stem, value in weights.items()
    )


def _rare(weights: dict[str, float], stems: set[str]) -> float:
    found = sum(stem in stems and value >= RARE for stem, value in weights.items())
    return min(MOST, found) / MOST


def relevance(marked: tuple[Marked, ...], question: Question) -> float:
    """The log-odds that the answer is about this question; above 1 is safe, below 0 is not.

    A linear model fitted on answers to their own and to other drills (relevance.toml). Rare words
    that the model answer shares with it, in sentences of its own, count on top.
    """
    model = read("relevance.toml")
    measured = zip(model["weights"], features(marked, question), strict=True)
    known = vocabulary(question)
    told = MODEL_TELLS * _rare(known.model, _said(marked))
    mass = sum(known.prompt.values()) + sum(known.points.values())
    thin = THIN_EASES * min(THIN, max(0.0, THIN - mass))
    return float(
        model["bias"] + told + thin + math.fsum(weight * value for weight, value in measured)
    )
