"""Words, stems and style of content files: what the rules of lint are made of."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.content.base import SECTION_CHARS, escaped_length

COPY = 6  # content stems in a row that the scorer takes for a copy
SENTENCE_WORDS = 6  # shorter sentences ("What would you do?") may come back

WORD = re.compile(r"[^\W_]+")
# Dropped before stems are compared: they carry grammar, not content.
FUNCTION_WORDS = frozenset(
    WORD.findall(
        """a about above after again all also am an and any are as at be because been before being
    below between both but by can could did do does doing down during each few for from further
    had has have having he her here hers him his how i if in into is it its itself just me more
    most my no nor not now of off on once one only or other our ours out over own same shall she
    should so some such than that the their theirs them then there these they this those through
    to too under until up upon us very was we were what when where which while who whom whose why
    will with would you your yours d ll m re s t ve don didn doesn isn wasn aren won"""
    )
)
LEFTOVERS = re.compile(
    r"\b(?:tbd|tba|todo|fixme|lorem|ipsum|xxx+|placeholder)\b|\{\{|\}\}|\[insert|<insert", re.I
)
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.S)
FOREIGN_MARKUP = re.compile(r"\*\*\S|\]\(http|^#{1,6} ", re.M)
NUMBER = re.compile(r"\d[\d,.]*")
SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|\n+")
VOWEL = re.compile(r"[aeiouy]")
# Longest first, so that "ations" goes before "s".
SUFFIXES = ("ations", "ation", "ments", "ment", "ings", "ness", "ing", "ies", "ed", "es", "ly", "s")


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault of one drill, card or kit: its id, the rule it breaks, and what to mend."""

    id: str
    rule: str
    what: str


def stem(word: str) -> str:
    """The word in lower case without its commonest English ending and a silent e.

    One ending of `SUFFIXES` is taken off if three letters with a vowel among them remain, then a
    doubled last consonant is halved (planned, plan) and a last e dropped (measure, measured).
    Numbers stay as they are. Crude on purpose: it need only bring forms of one word together.
    """
    word = word.lower()
    if not word.isalpha():
        return word
    for suffix in SUFFIXES:
        rest = word.removesuffix(suffix)
        if rest != word and len(rest) >= 3 and VOWEL.search(rest) and not word.endswith("ss"):
            word = f"{rest}y" if suffix == "ies" else rest
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "aeiouls":
        word = word[:-1]
    return word.removesuffix("e") if len(word) > 3 else word


def content_stems(text: str) -> list[str]:
    """The stems of a text in order, function words dropped."""
    words = (word.lower() for word in WORD.findall(text.replace("’", "'").replace(",", "")))
    return [stem(word) for word in words if word not in FUNCTION_WORDS]


def sentences(text: str) -> list[str]:
    """Sentences of at least `SENTENCE_WORDS` words, lower case, code and punctuation dropped."""
    parts = (WORD.findall(part.lower()) for part in SENTENCE_END.split(CODE.sub("\n", text)))
    return [" ".join(words) for words in parts if len(words) >= SENTENCE_WORDS]


def repeated(told: Iterable[tuple[str, str]], most: int) -> Iterator[tuple[str, str, int]]:
    """(item, sentence, times) for each of these pairs whose sentence stands in more than `most`."""
    homes: defaultdict[str, list[str]] = defaultdict(list)
    for item, sentence in told:
        homes[sentence].append(item)
    for sentence, items in homes.items():
        if len(items) > most:
            yield from ((item, sentence, len(items)) for item in items)


def runs(items: list[str], size: int) -> set[tuple[str, ...]]:
    """Every run of `size` neighbours."""
    return {tuple(items[at : at + size]) for at in range(len(items) - size + 1)}


def copied(points: Iterable[str], text: str) -> Iterator[tuple[int, str]]:
    """(place of the point, the run), for every run of `COPY` content stems that `text` has too."""
    told = runs(content_stems(text), COPY)
    for at, point in enumerate(points):
        for run in sorted(runs(content_stems(point), COPY) & told):
            yield at, " ".join(run)


def text_faults(name: str, where: str, text: str) -> Iterator[Finding]:
    """What is wrong with the style or the length of one text of the item `name`."""
    plain = CODE.sub(" ", text)
    if leftover := LEFTOVERS.search(plain):
        yield Finding(name, where, f"“{leftover.group()}” is left over; finish the text")
    if text.count("```") % 2:
        yield Finding(name, where, "a code fence is not closed; add ``` on a line of its own")
    if FOREIGN_MARKUP.search(plain):
        yield Finding(name, where, "Slack writes *bold*, has no # headings and no [text](link)")
    if escaped_length(text) > SECTION_CHARS:
        yield Finding(name, where, f"over {SECTION_CHARS} characters once escaped; shorten it")
