"""An answer as sentences and words, each knowing where it stands in what was typed."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from bot.scoring.embedded.vocabulary import bare, function_words, in_full, manners, stem

LONGEST = 45  # words; a longer run without a stop is cut where a clause begins
CHUNK_FROM, CHUNK_TO = 8, 22  # words in such a piece
LONGEST_ANSWER = 12_000  # characters; what follows is not read

# Slack's own marks: code blocks, mentions, bare links, emoji. https://docs.slack.dev/messaging
DROPPED = re.compile(
    r"```.*?(?:```|\Z)|<[@#!][^>\n]*>|<(?:https?|mailto|tel):[^|>\n]*>|<(?:https?|mailto):[^|>\n]*\|"
    r"|https?://\S+|:[a-z][a-z0-9_+-]*:|&(?:amp|lt|gt);|[*`~>|<]|(?<!\w)_|_(?!\w)",
    re.S,
)
WORD = re.compile(r"\d+(?:[.,:]\d+)*%?|[^\W\d_]\w*(?:'[^\W\d_]+)*")
STOP = re.compile(r"[.!?;]+[\"')\]]*(?=\s)|\n\s*")
BULLET = re.compile(r"\s*(?:[-•◦▪–—+]|\(?\d{1,2}[.)]|\(?[a-z][.)])\s+", re.I)
ABBREVIATIONS = ("e.g.", "i.e.", "vs.", "approx.", "etc.", "no.", "ca.", "incl.", "st.", "dr.")
STARTERS = frozenset(
    (
        *("i", "id", "we", "if", "because", "so", "but", "then", "first", "second", "third"),
        *("next", "today", "another", "my", "this", "also", "unless", "should", "finally"),
        *("instead", "when", "while", "after", "by", "in"),
    )
)


@dataclass(frozen=True, slots=True)
class Word:
    """One word: lower case without apostrophes, its stem, and its place in the answer."""

    text: str
    stem: str
    start: int
    end: int
    number: bool
    content: bool  # no number, and no word that only carries grammar


@dataclass(frozen=True, slots=True)
class Sentence:
    """A stretch of the answer that can be quoted: `answer[start:end]`.

    `content` holds the stems of the words that carry content, in order; `grammar` is the share
    of words that do not, 0 to 1, numbers aside; `cut` says that it was cut from a run without
    stops.
    """

    start: int
    end: int
    words: tuple[Word, ...]
    commas: int
    cut: bool
    stems: tuple[str, ...]
    content: tuple[str, ...]
    content_set: frozenset[str]
    numbers: tuple[str, ...]
    grammar: float

    @classmethod
    def of(cls, words: Sequence[Word], commas: int, *, cut: bool = False) -> "Sentence":
        """Read everything off at once: it is all asked for, and often."""
        content = tuple(word.stem for word in words if word.content)
        numbers = tuple(word.text for word in words if word.number)
        plain = len(words) - len(numbers)
        return cls(
            words[0].start,
            words[-1].end,
            tuple(words),
            commas,
            cut,
            tuple(word.stem for word in words),
            content,
            frozenset(content),
            numbers,
            1 - len(content) / plain if plain else 0.0,
        )


@dataclass(frozen=True)
class Text:
    """A normalised answer."""

    raw: str
    sentences: tuple[Sentence, ...]
    fillers: int

    @cached_property
    def words(self) -> int:
        return sum(len(sentence.words) for sentence in self.sentences)


def read_text(raw: str) -> Text:
    """Normalise an answer (NFKC, Slack's marks and spoken fillers taken out) and cut sentences."""
    kept = raw[:LONGEST_ANSWER]
    clean = DROPPED.sub(_blank, kept).replace("’", "'").replace("‘", "'")
    folded, places = _fold(clean)
    sentences: list[Sentence] = []
    fillers = 0
    for start, end in _spans(folded):
        words = _words(folded, places, start, end)
        spoken = _without_fillers(words)
        fillers += len(words) - len(spoken)
        commas = folded.count(",", start, end)
        sentences.extend(_pieces(spoken, commas))
    return Text(raw, tuple(_close(sentences, raw)), fillers)


def _blank(match: re.Match[str]) -> str:
    found = match.group()
    return "".join("\n" if char == "\n" else " " for char in found)


def _fold(text: str) -> tuple[str, list[int] | None]:
    """NFKC and lower case; the list gives each character's place before (None: unchanged)."""
    if text.isascii():
        return text.lower(), None
    chars: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        if unicodedata.category(char) in {"Cf", "Cc"} and char not in "\n\t\r":
            continue
        for folded in unicodedata.normalize("NFKC", char).lower():
            chars.append(folded)
            places.append(place)
    return "".join(chars), places


def _spans(text: str) -> list[tuple[int, int]]:
    """Where the sentences stand: cut at stops and line ends, bullets taken off."""
    spans = []
    start = 0
    for match in [*STOP.finditer(text), None]:
        end = len(text) if match is None else match.end()
        piece = text[start:end]
        if match is not None and match.group()[0] == ".":
            last = piece.split()[-1] if piece.split() else ""
            if last in ABBREVIATIONS or (BULLET.fullmatch(piece + " ")):
                continue
        bullet = BULLET.match(piece)
        spans.append((start + (bullet.end() if bullet else 0), end))
        start = end
    return spans


def _words(text: str, places: list[int] | None, start: int, end: int) -> list[Word]:
    words = []
    for match in WORD.finditer(text, start, end):
        word = in_full(bare(match.group()))
        first, last = match.start(), match.end() - 1
        if places is not None:
            first, last = places[first], places[last]
        number = word[0].isdigit()
        content = not number and word not in function_words()
        words.append(Word(word, stem(word), first, last + 1, number, content))
    return words


def _without_fillers(words: list[Word]) -> list[Word]:
    """Spoken fillers and stuttered doubles are not part of what was said."""
    stems = tuple(word.stem for word in words)
    skip: set[int] = set()
    for kind, place in manners().find(stems):
        if kind == "fillers":
            two = stems[place] in {"you", "i", "sort", "kind", "okay", "ok"}
            skip.update((place, place + 1) if two else (place,))
    return [
        word
        for place, word in enumerate(words)
        if place not in skip and not (place and word.text == words[place - 1].text)
    ]


def _pieces(words: list[Word], commas: int) -> list[Sentence]:
    if not words:
        return []
    if len(words) <= LONGEST:
        return [Sentence.of(words, commas)]
    pieces: list[list[Word]] = [[]]
    for word in words:
        piece = pieces[-1]
        opens = word.text in STARTERS and bool(piece) and piece[-1].text not in STARTERS
        if len(piece) >= CHUNK_TO or (opens and len(piece) >= CHUNK_FROM):
            pieces.append([])
        pieces[-1].append(word)
    share = commas // len(pieces)
    return [Sentence.of(piece, share, cut=True) for piece in pieces if piece]


def _close(sentences: list[Sentence], raw: str) -> list[Sentence]:
    """Take the closing mark of each sentence into its quote."""
    closed = []
    for sentence in sentences:
        end = sentence.end
        while end < len(raw) and raw[end] in ".!?%)":
            end += 1
        closed.append(replace(sentence, end=end))
    return closed
