"""Which sentences speak to whoever marks the answer and not about the case.

A list of phrases is always one trick behind; this counts the words such sentences are made of.
What an answer is about is told by the drill, so the drill's own words never count.
"""

import re
from functools import cache

from bot.scoring.embedded.case import Case
from bot.scoring.embedded.text import Sentence, Word
from bot.scoring.embedded.vocabulary import bare, manners, read, stem

STRONG, WEAK = 2, 1
ENOUGH = 3  # weight from which a sentence is one to the marker
ON_THE_CASE, MORE = 2, 2  # with so many words of the drill so much more weight is needed
AFTERWARDS = 2  # the same, in an answer that has such a sentence elsewhere
DISGUISED = str.maketrans("013457@$", "oieastas")  # 1gn0re, sc0re
LETTERS = re.compile(r"(?:\b\w[\W_]){5}")  # i-g-n-o-r-e
BLOB = 24  # letters in a row that no English word has


@cache
def _weights() -> dict[str, int]:
    told = read("addressing.toml")
    weak = {stem(bare(word)): WEAK for line in told["weak"].split() for word in line.split("-")}
    return weak | {stem(bare(word)): STRONG for word in told["strong"].split()}


@cache
def _common() -> frozenset[str]:
    return frozenset(stem(bare(word)) for word in read("addressing.toml")["common"].split())


@cache
def _speaking() -> frozenset[str]:
    return _common() | _weights().keys()


def to_marker(sentences: tuple[Sentence, ...], case: Case, raw: str) -> frozenset[int]:
    """Places of the sentences that speak to the marker; `raw` is the answer as typed."""
    weights = [_weight(sentence, case, raw) for sentence in sentences]
    found = {
        place
        for place, (sentence, weight) in enumerate(zip(sentences, weights, strict=True))
        if weight >= ENOUGH + MORE * (len(sentence.content_set & case.specific) >= ON_THE_CASE)
    }
    if not found:
        return frozenset()
    # Once it is clear what is tried, less is asked of sentences that say nothing of the case.
    signs = [
        0 if sentence.content_set & case.specific else max(weight, sign(sentence, case))
        for sentence, weight in zip(sentences, weights, strict=True)
    ]
    found |= {place for place, sign in enumerate(signs) if sign >= AFTERWARDS}
    return frozenset(found | _beside(found, signs))


def _beside(found: set[int], signs: list[int]) -> set[int]:
    """Sentences next to one to the marker that carry any sign of it themselves, and so on."""
    beside: set[int] = set()
    for step, places in ((1, range(len(signs))), (-1, range(len(signs) - 1, -1, -1))):
        for place in places:
            if place - step in found | beside and signs[place]:
                beside.add(place)
    return beside


def _weight(sentence: Sentence, case: Case, raw: str) -> int:
    if any(kind == "grader" for kind, _ in manners().find(sentence.stems)):
        return ENOUGH
    typed = raw[sentence.start : sentence.end]
    if LETTERS.search(typed) or any(len(word.text) >= BLOB for word in sentence.words):
        return ENOUGH
    return sign(sentence, case, common=False)


def sign(sentence: Sentence, case: Case, *, common: bool = True) -> int:
    """How much the words of a sentence speak of marking: 0 not at all, from ENOUGH on surely.

    Without `common` words such as *you* and *four* count beside others only.
    """
    told = {_plain(word) for word in sentence.words} & _speaking()
    told -= case.words
    weight = sum(_weights().get(one, 0) for one in told)
    return weight + WEAK * len(told & _common()) if weight or common else 0


def _plain(word: Word) -> str:
    """The stem, with digits read as the letters they stand for inside a word."""
    if word.text.isalpha() or word.text.isdigit():
        return word.stem
    if any(char.isalpha() for char in word.text):
        return stem(word.text.translate(DISGUISED))
    return word.stem


def blanked(raw: str, sentences: tuple[Sentence, ...], places: frozenset[int]) -> str:
    """The answer with these sentences blanked out: all other words keep their places in it."""
    kept = raw
    ends = [each.start for each in sentences[1:]] + [len(raw)]
    for place in places:
        start, end = sentences[place].start, ends[place]
        kept = kept[:start] + "\n" + " " * (end - start - 1) + kept[end:]
    return kept
