"""How far each key point is met by the admissible sentences."""

import itertools
from dataclasses import dataclass
from functools import lru_cache

from bot.scoring.embedded.admissible import Marked
from bot.scoring.embedded.case import Case, weight
from bot.scoring.embedded.vocabulary import groups
from bot.scoring.rules import KeyPointScore, Question

NOT_STATED = frozenset({"list", "grader"})
HIT = 0.42  # coverage from which a point counts as met
SYNONYM = 0.6  # a word of the same group, beside 1 for the same stem
NEAR = 0.8  # a word that begins alike
NEAR_LETTERS = 5
TOGETHER = 0.85  # what two neighbouring sentences count, beside 1 for one
PROMPT_WEIGHT = 0.6  # words that the prompt already gave prove little


@dataclass(frozen=True)
class Point:
    """A key point as found: what is told, and the coverage that admissible sentences earned."""

    told: KeyPointScore
    earned: float


def key_points(
    question: Question, case: Case, marked: tuple[Marked, ...], raw: str
) -> tuple[Point, ...]:
    """Coverage (0 to 1) of every key point, and the admissible sentence that met it best.

    Coverage says how much of the point stands anywhere in the answer, word lists and words to
    the grader aside. Whether it is covered, the quote and the marks come from admissible
    sentences alone: a point copied out is there, and earns nothing.
    """
    return tuple(
        _point(point.point, content, marked, case, raw)
        for point, content in zip(question.key_points, case.point_contents, strict=True)
    )


def _point(
    point: str, content: tuple[str, ...], marked: tuple[Marked, ...], case: Case, raw: str
) -> Point:
    wanted = {
        stem: weight(stem) * (PROMPT_WEIGHT if stem in case.prompt.content else 1.0)
        for stem in dict.fromkeys(content)
    }
    usable = [each for each in marked if each.reason is None]
    stated = [each for each in marked if each.reason not in NOT_STATED]
    best, where = _best(wanted, usable)
    there = best if len(stated) == len(usable) else max(best, _best(wanted, stated)[0])
    covered = best >= HIT and where is not None
    quote = raw[where.sentence.start : where.sentence.end] if where and covered else None
    return Point(KeyPointScore(point, covered, round(there, 4), quote), best)


def _best(wanted: dict[str, float], usable: list[Marked]) -> tuple[float, Marked | None]:
    alone = [coverage(wanted, words_of(each.sentence.content_set)) for each in usable]
    best: tuple[float, Marked | None] = (0.0, None)
    for met, each in zip(alone, usable, strict=True):
        if met > best[0]:
            best = (met, each)
    # A point may be spread over two neighbours; the pair counts a little less than one sentence.
    for place, (first, second) in enumerate(itertools.pairwise(usable)):
        if TOGETHER * (alone[place] + alone[place + 1]) <= best[0]:
            continue  # two meet no more than both by themselves
        both = words_of(first.sentence.content_set | second.sentence.content_set)
        met = TOGETHER * coverage(wanted, both)
        if met > best[0]:
            best = (met, first)
    return best


@dataclass(frozen=True)
class Words:
    """Content stems prepared for comparing: their synonym groups, and how they begin."""

    stems: frozenset[str]
    groups: frozenset[int]
    heads: frozenset[str]


@lru_cache(maxsize=512)
def words_of(stems: frozenset[str]) -> Words:
    """Prepared once for all key points of an answer."""
    return Words(
        stems,
        frozenset(number for stem in stems for number in groups().get(stem, ())),
        frozenset(stem[:NEAR_LETTERS] for stem in stems if len(stem) >= NEAR_LETTERS),
    )


def coverage(wanted: dict[str, float], given: Words) -> float:
    """The weighted share of the wanted stems that are given, alike words in part."""
    total = sum(wanted.values())
    if not total:
        return 0.0
    met = 0.0
    for stem, share in wanted.items():
        met += share * _alike(stem, given)
    return met / total


def _alike(stem: str, given: Words) -> float:
    if stem in given.stems:
        return 1.0
    own = groups().get(stem)
    if own and not given.groups.isdisjoint(own):
        return SYNONYM
    return NEAR if stem[:NEAR_LETTERS] in given.heads else 0.0
