"""An answer as sentences and words, each knowing where it stands in what was typed."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property

from bot.scoring.embedded.vocabulary import bare, function_words, manners, stem

LONGEST = 45  # words; a longer run without a stop is cut where a clause begins
CHUNK_FROM, CHUNK_TO = 9, 26  # words in such a piece
LONGEST_ANSWER = 12_000  # characters; what follows is not read

# Slack's own marks: code blocks, mentions, bare links, emoji. https://docs.slack.dev/messaging
DROPPED = re.compile(
    r"```.*?(?:```|\Z)|<[@#!][^>\n]*>|<(?:https?|mailto|tel):[^|>\n]*>|<(?:https?|mailto):[^|>\n]*\|"
    r"|https?://\S+|:[a-z][a-z0-9_+-]*:|&(?:amp|lt|gt);|[*`~>|<]|(?<!\w)_|_(?!\w)",
    re.S,
)
WORD = re.compile(r"\d+(?:[.,:]\d+)*%?|[^\W\d_]\w*(?:'[^\W\d_]+)*")
STOP = re.compile(r"[.!?]+[\"')\]]*(?=\s)|\n\s*")
BULLET = re.compile(r"\s*(?:[-•◦▪–—+]|\(?\d{1,2}[.)]|\(?[a-z][.)])\s+", re.I)
ABBREVIATIONS = ("e.g.", "i.e.", "vs.", "approx.", "etc.", "no.", "ca.", "incl.", "st.", "dr.")
STARTERS = frozenset(
    (
        *("i", "id", "we", "if", "because", "so", "but", "then", "first", "second", "third"),
        *("next", "today", "another", "my", "this", "also", "unless", "should", "finally"),
        *("instead", "when", "while", "after", "by", "in"),
    )
)


@dataclass(frozen=True)
class Word:
    """One word: lower case without apostrophes, its stem, and its place in the answer."""

    text: str
    stem: str
    start: int
    end: int

    @cached_property
    def number(self) -> bool:
        return self.text[0].isdigit()

    @cached_property
    def content(self) -> bool:
        return not self.number and self.text not in function_words()


@dataclass(frozen=True)
class Sentence:
    """A stretch of the answer that can be quoted: `answer[start:end]`."""

    start: int
    end: int
    words: tuple[Word, ...]
    commas: int
    cut: bool = False  # made by cutting a run without stops

    @cached_property
    def stems(self) -> tuple[str, ...]:
        return tuple(word.stem for word in self.words)

    @cached_property
    def content(self) -> tuple[str, ...]:
        """Stems of the words that carry content, in order."""
        return tuple(word.stem for word in self.words if word.content)

    @cached_property
    def content_set(self) -> frozenset[str]:
        return frozenset(self.content)

    @cached_property
    def numbers(self) -> tuple[str, ...]:
        return tuple(word.text for word in self.words if word.number)

    @cached_property
    def grammar(self) -> float:
        """The share of words that carry grammar, 0 to 1."""
        plain = [word for word in self.words if not word.number]
        return 1 - len(self.content) / len(plain) if plain else 0.0


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
        word = bare(match.group())
        first, last = match.start(), match.end() - 1
        if places is not None:
            first, last = places[first], places[last]
        words.append(Word(word, stem(word), first, last + 1))
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
        return [Sentence(words[0].start, words[-1].end, tuple(words), commas)]
    pieces: list[list[Word]] = [[]]
    for word in words:
        piece = pieces[-1]
        opens = word.text in STARTERS and bool(piece) and piece[-1].text not in STARTERS
        if len(piece) >= CHUNK_TO or (opens and len(piece) >= CHUNK_FROM):
            pieces.append([])
        pieces[-1].append(word)
    share = commas // len(pieces)
    return [Sentence(p[0].start, p[-1].end, tuple(p), share, cut=True) for p in pieces if p]


def _close(sentences: list[Sentence], raw: str) -> list[Sentence]:
    """Take the closing mark of each sentence into its quote."""
    closed = []
    for sentence in sentences:
        end = sentence.end
        while end < len(raw) and raw[end] in ".!?%)":
            end += 1
        closed.append(Sentence(sentence.start, end, sentence.words, sentence.commas, sentence.cut))
    return closed
