"""Pace and fillers of a transcript, by plain arithmetic. English only. Pure.

Pace = words / seconds of the clip * 60, rounded. Fillers are counted by the list below; a word that
also means something counts only where it cannot: *like* between commas, *kind of* and *sort of*
not after *what*, *a*, *the* and their kind.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

SHORTEST = 3.0  # seconds of a clip that has a pace
SOUNDS = {
    "um": r"u+m+",
    "uh": r"u+h+|u+hm+",
    "er": r"e+r+|e+rm+",
    "hmm": r"h+m+|m{2,}",
}
NAMING = ("what", "a", "the", "this", "that", "some", "any", "which", "each", "every", "one")
NO_NOUN = "".join(f"(?<!{word} )" for word in NAMING)  # *what kind of* names something
PHRASES = {
    "you know": r"you know",
    "I mean": r"i mean",
    "kind of": rf"{NO_NOUN}kind of",
    "sort of": rf"{NO_NOUN}sort of",
    "basically": r"basically",
    "actually": r"actually",
    "literally": r"literally",
}
FILLERS = {name: re.compile(rf"\b(?:{one})\b", re.I) for name, one in (SOUNDS | PHRASES).items()}
FILLERS["like"] = re.compile(r",\s*like\s*,", re.I)
WORD = re.compile(r"[^\W_](?:[\w’'-]*\w)?")


@dataclass(frozen=True)
class Speech:
    """`pace` in words a minute, None where the clip's length is not known or too short.

    `fillers` {filler: how often}, most frequent first; None in another language than English.
    """

    words: int
    pace: int | None
    fillers: Mapping[str, int] | None = field(default_factory=dict)


def count_words(text: str) -> int:
    """Runs of letters or digits; *don’t* and *re-count* are one each."""
    return len(WORD.findall(text))


def speech(text: str, seconds: float | None, locale: str = "") -> Speech:
    """`locale` such as `en-US`; an empty one is taken for English."""
    words = count_words(text)
    long_enough = seconds is not None and seconds >= SHORTEST
    pace = round(words / seconds * 60) if seconds and long_enough and words else None
    if locale and not locale.lower().startswith("en"):
        return Speech(words, pace, None)
    text = text.replace("’", "'")
    counts = Counter({name: len(one.findall(text)) for name, one in FILLERS.items()})
    return Speech(words, pace, {name: count for name, count in counts.most_common() if count})


def says_something(text: str, fewest: int) -> bool:
    """Are there so many words beside the sounds that are none?"""
    bare = text
    for name in SOUNDS:
        bare = FILLERS[name].sub(" ", bare)
    return count_words(bare) >= fewest
