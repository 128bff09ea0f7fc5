"""Are the words in an order that English has? Shuffled text loses its function-word pairs.

For each pair of neighbours the table holds log(p(a, b) / (p(a) p(b))), content words being
classed by their ending. A text's *gain* is the mean over neighbours minus the mean over all
pairs of its own words: what a random order of the same words would give. Real text, also of
people who learn English, lies well above 0; shuffled text lies around 0.
"""

import itertools
from collections import Counter
from functools import cache

from bot.scoring.embedded.text import Sentence
from bot.scoring.embedded.vocabulary import FOLDER, bare, function_words, read

FILE = FOLDER / "order.json"
ENDINGS = ("ing", "ed", "ly", "tion", "ment", "ness", "able", "al", "s")


@cache
def order_class(word: str) -> str:
    """A function word itself, `#` for a number, otherwise the ending that tells its kind."""
    word = bare(word)
    if word[0].isdigit():
        return "#"
    if word in function_words():
        return word
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) > len(ending) + 2:
            return "-" + ending
    return "-"


def gain(sentences: tuple[Sentence, ...]) -> float:
    """How much better the order is than a random one, in nats a pair; 0 with under two words."""
    table = read("order.json")["pairs"]
    counts: Counter[str] = Counter()
    total = 0.0
    pairs = 0
    for sentence in sentences:
        classes = [order_class(word.text) for word in sentence.words]
        counts.update(classes)
        pairs += max(0, len(classes) - 1)
        for a, b in itertools.pairwise(classes):
            total += table.get(a, {}).get(b, 0.0)
    if not pairs:
        return 0.0
    return total / pairs - _by_chance(counts, table)


def _by_chance(counts: Counter[str], table: dict[str, dict[str, float]]) -> float:
    words = sum(counts.values())
    total = 0.0
    for a, times_a in counts.items():
        row = table.get(a, {})
        for b, times_b in counts.items():
            if b in row:
                total += row[b] * times_a * (times_b - (a == b))
    return total / (words * (words - 1)) if words > 1 else 0.0
