"""Does the answer speak about this question at all?"""

from bot.scoring.embedded.admissible import Marked
from bot.scoring.embedded.case import Case, weight
from bot.scoring.embedded.vocabulary import groups


def relevance(marked: tuple[Marked, ...], case: Case) -> float:
    """From 0 (about something else) to 1; words of prompt and key points, both ways round.

    Trade words weigh little: another question's good answer is full of them.
    """
    stems: set[str] = set()
    for each in marked:
        if each.reason is None:
            stems |= each.sentence.content_set
    if not stems or not case.specific:
        return 1.0 if stems else 0.0
    hits = stems & case.specific
    alike = _alike(stems - hits, case.specific - hits)
    there = (len(hits) + 0.4 * alike) / min(14, max(6, len(case.specific)))
    total = sum(weight(stem) for stem in stems) or 1.0
    back = (len(hits) + 0.4 * alike) / total
    return min(1.0, (2 * there * (4 * back) / (there + 4 * back)) if hits else 0.0)


def _alike(stems: set[str], wanted: frozenset[str]) -> int:
    """How many of the wanted stems have a word of their synonym group among the stems."""
    given = {number for stem in stems for number in groups().get(stem, ())}
    return sum(not given.isdisjoint(groups().get(stem, ())) for stem in wanted)
