"""Does the answer speak about this question at all?"""

import math
from collections import Counter
from functools import lru_cache

from bot.scoring.embedded.admissible import Marked
from bot.scoring.embedded.case import Case, weight
from bot.scoring.embedded.text import read_text
from bot.scoring.embedded.vocabulary import read
from bot.scoring.rules import Question

NO_SUBJECT = frozenset(
    {"list", "prompt", "model", "grader"}
)  # sentences that do not show what it is about
EXPECTED = 0.3  # words of the case asked for per content word
FEWEST, MOST = 3.0, 13.0  # words of the case asked for, whatever the length
NUMBERS = 3  # numbers of the case that prove it
LONG_NUMBER = 2  # digits from which a number is one of the case and not of the counting


@lru_cache(maxsize=64)
def _vocabulary(question: Question) -> tuple[dict[str, float], dict[str, float], dict[str, float]]:
    """Weights by stem: the prompt's words, the key points' further ones, those said twice."""
    prompt = _stems(question.prompt)
    points = sum((_stems(point.point) for point in question.key_points), Counter[str]())
    both = prompt + points
    return (
        {stem: weight(stem) for stem in sorted(prompt)},
        {stem: weight(stem) for stem in sorted(points) if stem not in prompt},
        {stem: weight(stem) for stem in sorted(prompt) if both[stem] > 1},
    )


def _stems(text: str) -> Counter[str]:
    return Counter(stem for part in read_text(text).sentences for stem in part.content)


def features(marked: tuple[Marked, ...], question: Question, case: Case) -> tuple[float, ...]:
    """Six measures of shared vocabulary, each from 0 to about 1.

    The share of the answer's words that are the case's, their number for its length, the shares
    met of the prompt's words, of the key points' and of the words said more than once, and
    the case's numbers. Words weigh by how few drills use them.
    """
    stems: set[str] = set()
    numbers: set[str] = set()
    for each in marked:
        if each.reason not in NO_SUBJECT:
            stems |= each.sentence.content_set
            numbers.update(each.sentence.numbers)
    prompt, points, salient = _vocabulary(question)
    total = sum(sorted(weight(stem) for stem in stems))
    hits = _met(prompt, stems) + _met(points, stems)
    expected = min(MOST, max(FEWEST, EXPECTED * total))
    known = {number for number in case.numbers & numbers if len(number) >= LONG_NUMBER}
    return (
        3 * hits / max(total, 1.0),
        min(1.5, hits / expected),
        _share(prompt, stems),
        _share(points, stems),
        _share(salient, stems),
        min(NUMBERS, len(known)) / NUMBERS,
    )


def _met(vocabulary: dict[str, float], stems: set[str]) -> float:
    return sum(value for stem, value in vocabulary.items() if stem in stems)


def _share(vocabulary: dict[str, float], stems: set[str]) -> float:
    return _met(vocabulary, stems) / max(1.0, sum(vocabulary.values()))


def relevance(marked: tuple[Marked, ...], question: Question, case: Case) -> float:
    """The log-odds that the answer is about this question; above 1 is safe, below 0 is not.

    A linear model fitted on answers to their own and to other drills (relevance.toml).
    """
    model = read("relevance.toml")
    measured = zip(model["weights"].values(), features(marked, question, case), strict=True)
    return float(model["bias"] + math.fsum(weight * value for weight, value in measured))
