"""Does the answer speak about this question at all?"""

from bot.scoring.embedded.admissible import Marked
from bot.scoring.embedded.case import Case, weight

NO_SUBJECT = frozenset(
    {"list", "prompt", "model", "grader"}
)  # sentences that do not show what it is about
EXPECTED = 0.3  # words of the case asked for per content word
FEWEST, MOST = 3.0, 13.0  # words of the case asked for, whatever the length
BACK = 3.0  # a third of the answer's own words being the case's is plenty


def relevance(marked: tuple[Marked, ...], case: Case) -> float:
    """From 0 (about something else) to 1; words of prompt and key points, both ways round.

    The harmonic mean of how many words of the case stand in the answer, for its length, and
    of their share among its own words. Trade words weigh little: another question's good
    answer is full of them.
    """
    stems: set[str] = set()
    for each in marked:
        if each.reason not in NO_SUBJECT:
            stems |= each.sentence.content_set
    if not case.specific:
        return 1.0 if stems else 0.0
    hits = sum(sorted(weight(stem) for stem in stems & case.specific))
    if not hits:
        return 0.0
    total = sum(sorted(weight(stem) for stem in stems))  # sorted: the same sum in every process
    expected = min(MOST, max(FEWEST, EXPECTED * total), 0.6 * len(case.specific))
    there, back = hits / expected, BACK * hits / max(total, 0.1)
    return min(1.0, 2 * there * back / (there + back))
