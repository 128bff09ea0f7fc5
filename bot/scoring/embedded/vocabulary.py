"""The scorer's word lists and tables, read once from `data/` when first needed."""

import json
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "data"


@cache
def read(name: str) -> dict[str, Any]:
    """The content of one data file, TOML or JSON by its ending."""
    text = (FOLDER / name).read_text(encoding="utf-8")
    content: dict[str, Any] = json.loads(text) if name.endswith(".json") else tomllib.loads(text)
    return content


def bare(word: str) -> str:
    """A word without apostrophes, so that *dont* and *don't* are one."""
    return word.replace("'", "")


@cache
def _short() -> dict[str, str]:
    return {short: str(word) for short, word in read("words.toml")["short"].items()}


def in_full(word: str) -> str:
    """The word that a chat abbreviation stands for; any other word as it is."""
    return _short().get(word, word)


@cache
def function_words() -> frozenset[str]:
    return frozenset(bare(word) for word in read("words.toml")["function"].split())


# Forms that no suffix rule finds.
IRREGULAR = {
    "lost": "lose", "fell": "fall", "fallen": "fall", "rose": "rise", "risen": "rise",
    "sold": "sell", "bought": "buy", "paid": "pay", "spent": "spend", "kept": "keep",
    "left": "leave", "built": "build", "sent": "send", "chose": "choose", "chosen": "choose",
    "broke": "break", "broken": "break", "grew": "grow", "grown": "grow", "held": "hold",
    "told": "tell", "said": "say", "went": "go", "found": "find", "knew": "know", "men": "man",
    "met": "meet", "brought": "bring", "thought": "think", "worse": "worse", "hurt": "hurt",
    "people": "person", "gave": "give", "given": "give", "began": "begin", "ran": "run",
    "written": "write", "wrote": "write", "shown": "show", "drew": "draw", "won": "win",
    "meant": "mean", "led": "lead", "analyse": "analyz", "analysis": "analyz", "data": "data",
}  # fmt: skip
VOWELS = frozenset("aeiouy")
LONG_ENDINGS = ("ational", "ization", "isation", "fulness", "ation", "ition", "ement", "ness")
SHORT_ENDINGS = ("ment", "able", "ible", "ful", "ive", "ity", "ion", "ly", "er", "or", "al")


@cache
def stem(word: str) -> str:
    """A light English stem: plural, -ing, -ed, then one ending; never shorter than 3 letters."""
    if word in IRREGULAR:
        word = IRREGULAR[word]
    if len(word) <= 3 or word in function_words():
        return word
    return _ending(_verbal(_plural(word)))


def _plural(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "ches", "shes", "xes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _verbal(word: str) -> str:
    for ending in ("ing", "ed"):
        root = word[: -len(ending)]
        if word.endswith(ending) and len(root) >= 3 and VOWELS & set(root):
            doubled = root[-1] == root[-2] and root[-1] not in "lsz"
            return root[:-1] if doubled else root
    return word


def _ending(word: str) -> str:
    for ending in LONG_ENDINGS + SHORT_ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            word = word[: -len(ending)]
            break
    if word.endswith("e") and len(word) > 3:
        word = word[:-1]
    return word[:-1] + "i" if word.endswith("y") and len(word) > 3 else word


@cache
def stems_of(name: str) -> frozenset[str]:
    """The stems of a plain word list in words.toml."""
    words = read("words.toml")[name]
    listed = words.split() if isinstance(words, str) else words
    return frozenset(stem(bare(part)) for word in listed for part in word.split("-"))


@cache
def groups() -> dict[str, tuple[int, ...]]:
    """For each stem, the numbers of the synonym groups it belongs to."""
    found: dict[str, tuple[int, ...]] = {}
    for number, line in enumerate(read("synonyms.toml")["groups"]):
        for word in dict.fromkeys(stem(each) for each in line.split()):
            found[word] = (*found.get(word, ()), number)
    return found


@dataclass(frozen=True)
class Phrases:
    """Phrases by their first stem: for each, the stems that follow and the kind it is a sign of."""

    by_first: dict[str, tuple[tuple[tuple[str, ...], str], ...]]

    def find(self, stems: tuple[str, ...]) -> list[tuple[str, int]]:
        """Every (kind, place) at which a phrase stands."""
        found = []
        for place, first in enumerate(stems):
            for rest, kind in self.by_first.get(first, ()):
                if not rest or stems[place + 1 : place + 1 + len(rest)] == rest:
                    found.append((kind, place))
        return found


def _phrases(listed: dict[str, list[str]]) -> Phrases:
    by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for kind, phrases in listed.items():
        for phrase in dict.fromkeys(phrases):
            words = phrase.lower().replace("-", " ").replace("/", " ").split()
            stems = tuple(stem(bare(word)) for word in words)
            by_first.setdefault(stems[0], []).append((stems[1:], kind))
    return Phrases({first: tuple(rest) for first, rest in by_first.items()})


@cache
def cues() -> Phrases:
    """Signs of evidence, from cues.toml."""
    return _phrases({kind: entry["phrases"] for kind, entry in read("cues.toml").items()})


@cache
def manners() -> Phrases:
    """Signs of padding, hype, named frameworks and words to the grader, from words.toml."""
    kinds = ("padding", "hype", "frameworks", "grader", "fillers")
    return _phrases({kind: read("words.toml")[kind] for kind in kinds})


def gap_name(kind: str) -> str:
    """A missing kind of evidence, or a fault, in the words people read."""
    return str(read("feedback.toml")["gap"].get(kind, kind))


@cache
def _kinds_by_gap() -> dict[str, str]:
    return {name: kind for kind, name in read("feedback.toml")["gap"].items()}


def gap_kind(name: str) -> str:
    """The kind that a gap's words stand for; the words themselves where there is none."""
    return _kinds_by_gap().get(name, name)
