"""How far each key point is met by the admissible sentences."""

import itertools

from bot.scoring.embedded.admissible import Marked
from bot.scoring.embedded.case import Case, weight
from bot.scoring.embedded.vocabulary import groups
from bot.scoring.rules import KeyPointScore, Question

HIT = 0.42  # coverage from which a point counts as met
SYNONYM = 0.6  # a word of the same group, beside 1 for the same stem
NEAR = 0.5  # a word that begins alike
NEAR_LETTERS = 5
PROMPT_WEIGHT = 0.35  # words that the prompt already gave prove little


def key_points(
    question: Question, case: Case, marked: tuple[Marked, ...], raw: str
) -> tuple[KeyPointScore, ...]:
    """Coverage (0 to 1) of every key point, and the sentence that met it best."""
    usable = [each for each in marked if each.reason is None]
    return tuple(
        _point(point.point, content, usable, case, raw)
        for point, content in zip(question.key_points, case.point_contents, strict=True)
    )


def _point(
    point: str, content: tuple[str, ...], usable: list[Marked], case: Case, raw: str
) -> KeyPointScore:
    wanted = {
        stem: weight(stem) * (PROMPT_WEIGHT if stem in case.prompt.content else 1.0)
        for stem in dict.fromkeys(content)
    }
    scored = [(coverage(wanted, each.sentence.content_set), each) for each in usable]
    # A point may be spread over two neighbours; the pair counts a little less than one sentence.
    for first, second in itertools.pairwise(usable):
        both = first.sentence.content_set | second.sentence.content_set
        scored.append((0.85 * coverage(wanted, both), first))
    best, where = max(scored, key=lambda pair: pair[0], default=(0.0, None))
    covered = best >= HIT and where is not None
    quote = raw[where.sentence.start : where.sentence.end] if where and covered else None
    return KeyPointScore(point, covered, round(best, 4), quote)


def coverage(wanted: dict[str, float], content: frozenset[str]) -> float:
    """The weighted share of the wanted stems that stand in `content`, alike words in part."""
    total = sum(wanted.values())
    if not total:
        return 0.0
    given = {number for stem in content for number in groups().get(stem, ())}
    heads = {stem[:NEAR_LETTERS] for stem in content if len(stem) >= NEAR_LETTERS}
    return (
        sum(share * _alike(stem, content, given, heads) for stem, share in wanted.items()) / total
    )


def _alike(stem: str, content: frozenset[str], given: set[int], heads: set[str]) -> float:
    if stem in content:
        return 1.0
    if not given.isdisjoint(groups().get(stem, ())):
        return SYNONYM
    return NEAR if stem[:NEAR_LETTERS] in heads else 0.0
