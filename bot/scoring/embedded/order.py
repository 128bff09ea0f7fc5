"""Are the words in an order that English has? Shuffled text loses its function-word pairs.

For each pair of neighbours the table holds log(p(a, b) / (p(a) p(b))), content words being
classed by their ending. A text's *gain* is the mean over neighbours minus the mean over all
pairs of its own words: what a random order of the same words would give. Real text, also of
people who learn English, lies well above 0; shuffled text lies around 0. Pairs that hardly
ever occur (*the is*, *a of*) are counted on top: they part the two kinds of text further.
"""

import itertools
from collections import Counter
from functools import cache

from bot.scoring.embedded.text import Sentence
from bot.scoring.embedded.vocabulary import FOLDER, bare, function_words, read

FILE = FOLDER / "order.json"
RARE = -1.0  # log ratio of a pair that hardly occurs; below twice that it counts VERY more
VERY = 5
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
    """How much better the order is than a random one, in nats a pair; 0 with under two words.

    On graded and model answers of 60 words and more: none below 0.06, 99% of their shuffles
    below -0.05.
    """
    table = read("order.json")["pairs"]
    counts: Counter[str] = Counter()
    seen: list[float] = []
    for sentence in sentences:
        classes = [order_class(word.text) for word in sentence.words]
        counts.update(classes)
        seen += [table.get(a, {}).get(b, 0.0) for a, b in itertools.pairwise(classes)]
    if not seen:
        return 0.0
    rare = sum(value <= RARE for value in seen) + VERY * sum(value <= 2 * RARE for value in seen)
    return (sum(seen) - rare) / len(seen) - _by_chance(counts, table)


def _by_chance(counts: Counter[str], table: dict[str, dict[str, float]]) -> float:
    words = sum(counts.values())
    items = list(counts.items())
    total = 0.0
    for a, times_a in items:
        row = table.get(a)
        if row is None:
            continue
        value_of = row.get
        total += times_a * sum([value_of(b, 0.0) * times_b for b, times_b in items])
        total -= times_a * value_of(a, 0.0)
    return total / (words * (words - 1)) if words > 1 else 0.0
