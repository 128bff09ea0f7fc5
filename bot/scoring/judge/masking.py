"""What is taken out of an answer before it leaves the house, and the way back. Pure.

Members' names, Slack's mentions, e-mail addresses, telephone numbers and links become placeholders
such as `[person 1]`. Names of people who are not in the workspace cannot be known and stay.
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from bot.scoring.embedded.vocabulary import function_words, stem, stems_of

MENTION = r"<@(?P<user>[A-Z0-9]+)(?:\|[^>\n]*)?>|(?<![\w@])@(?P<at>[\w][\w.-]*\w)"
GROUP = r"<[!#][^>\n]*>"
EMAIL = r"<mailto:[^>\n]*>|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
LINK = r"<https?:[^>\n]*>|<tel:[^>\n]*>|(?:https?://|\bwww\.)[^\s>|]*[^\s>|.,;:!?)\]\"']"
DOMAIN = r"\b(?:[a-z0-9-]+\.)+(?:com|org|net|io|dev|app|eu|de|co\.uk|fr|in|ai)(?:/[^\s>|]*)?\b"
PHONE = r"(?<![\w.,])(?:\+|00)?\(?\d(?:[\s().-]{0,2}\d){8,14}(?!\d)"
ENTITY = r"&(?:amp|lt|gt);"
CODE = r"```.*?(?:```|\Z)"
PATTERN = re.compile(
    f"(?P<code>{CODE})|(?P<email>{EMAIL})|(?P<mention>{MENTION})|(?P<link>{LINK}|{DOMAIN})"
    f"|(?P<group>{GROUP})|(?P<phone>{PHONE})|(?P<entity>{ENTITY})|(?P<sign>[*`~|<>])",
    re.S | re.I,
)
ENTITIES = {"&amp;": "&", "&lt;": "<", "&gt;": ">"}
DATE = re.compile(r"\d{4}-\d\d-\d\d")
HIDDEN = "\u00ad\u200b-\u200f\u2060-\u2064\ufeff"  # characters without a width
WORD = re.compile(rf"[^\W\d_][\w’'{HIDDEN}-]*")
UNSEEN = {"Cf", "Cc", "Co", "Cs"}  # characters that nobody sees, and halves of some
SPACES = re.compile(r"\s+")
TYPED = str.maketrans("“”„«»‘’‚–—\u00a0", '"""""\'\'\'-- ')


@dataclass(frozen=True)
class Masked:
    """`text` as it is sent; character n of it stands for `answer[starts[n]:ends[n]]`."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def find(self, quote: str) -> tuple[int, int] | None:
        """Where the answer holds what was quoted, spaces and kinds of quotation marks aside.

        A quote that begins or ends in a placeholder takes in all that it stands for.
        """
        plain, places = self._plain
        wanted = SPACES.sub(" ", quote.translate(TYPED)).strip(" \"'….")
        if not wanted:
            return None
        found = plain.find(wanted)
        if found < 0:
            return None
        first, last = places[found], places[found + len(wanted) - 1]
        return self.starts[first], self.ends[last]

    @property
    def _plain(self) -> tuple[str, list[int]]:
        chars: list[str] = []
        places: list[int] = []
        for place, char in enumerate(self.text.translate(TYPED)):
            if char.isspace():
                if chars and chars[-1] == " ":
                    continue
                char = " "
            chars.append(char)
            places.append(place)
        return "".join(chars), places


class Mask:
    """Masks the parts of one answer; the same person keeps the same number."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = _tokens(tuple(sorted(set(names))))
        self._people: dict[str, int] = {}
        self.words: dict[str, str] = {}  # placeholder: what it stands for

    def of(self, answer: str, spans: Iterable[tuple[int, int]]) -> Masked:
        """The spans of the answer, one a line, with everything private replaced."""
        text: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        replaced = list(self._replaced(answer))
        for start, end in spans:
            if text:
                text.append("\n")
                starts.append(start)
                ends.append(start)
            for piece, first, last in _pieces(answer, start, end, replaced):
                kept = piece == answer[first:last]
                for number, char in enumerate(piece):
                    text.append(char)
                    starts.append(first + number if kept else first)
                    ends.append(first + number + 1 if kept else last)
        return Masked("".join(text), tuple(starts), tuple(ends))

    def unmasked(self, text: str) -> str:
        """A sentence of the model's with the placeholders taken back, for the member alone."""
        for placeholder, words in self.words.items():
            text = text.replace(placeholder, words)
        return text

    def _replaced(self, answer: str) -> Iterable[tuple[int, int, str]]:
        last = 0
        for match in PATTERN.finditer(answer):
            yield from self._named(answer, last, match.start())
            yield match.start(), match.end(), self._instead(match)
            last = match.end()
        yield from self._named(answer, last, len(answer))

    def _instead(self, match: re.Match[str]) -> str:
        kind, found = str(match.lastgroup), match.group()
        if match["mention"]:
            return self._person(str(match["user"] or match["at"]), found)
        if kind == "entity":
            return ENTITIES[found.lower()]
        if kind in ("code", "sign"):
            return ""
        if kind == "phone" and not _is_phone(found):
            return found
        placeholder = f"[{kind}]"
        self.words.setdefault(placeholder, found)
        return placeholder

    def _person(self, key: str, found: str) -> str:
        number = self._people.setdefault(key.casefold(), len(self._people) + 1)
        placeholder = f"[person {number}]"
        self.words.setdefault(placeholder, found)
        return placeholder

    def _named(self, answer: str, start: int, end: int) -> Iterable[tuple[int, int, str]]:
        """Members' names, with a surname that follows; invisible characters go too."""
        named = -1  # where the last name ended
        for match in WORD.finditer(answer, start, end):
            word = match.group()
            bare = re.sub(r"[’']s$", "", word)
            first = match.start()
            yield from _invisible(answer, start, first)
            start = match.end()
            follows = answer[named:first] == " " and word[0].isupper() and not _everyday(bare)
            if self._is_name(bare) or follows:
                yield first, first + len(bare), self._person(_visible(bare), bare)
                named = first + len(bare)
            else:
                yield from _invisible(answer, first, start)
        yield from _invisible(answer, start, end)

    def _is_name(self, word: str) -> bool:
        plain = _visible(word).casefold()
        if plain not in self._names:
            return False
        # *Will* and *Mark* are names, *will* and *mark* are what people write in any answer.
        return word[0].isupper() or not _everyday(plain)


def _pieces(
    answer: str, start: int, end: int, replaced: list[tuple[int, int, str]]
) -> Iterable[tuple[str, int, int]]:
    at = bisect_left(replaced, start, key=lambda each: each[1])
    for first, last, instead in replaced[at:]:
        if first >= end:
            break
        if last <= start:
            continue
        yield answer[start : max(start, first)], start, max(start, first)
        yield instead, first, last
        start = last
    yield answer[start : max(start, end)], start, max(start, end)


def _invisible(answer: str, start: int, end: int) -> Iterable[tuple[int, int, str]]:
    for place in range(start, end):
        if not _visible(answer[place]) and answer[place] not in "\n\t\r":
            yield place, place + 1, ""


def _visible(text: str) -> str:
    return "".join(
        char for char in text if unicodedata.category(char) not in {"Cf", "Cc", "Co", "Cs"}
    )


@lru_cache(maxsize=8)
def _tokens(names: tuple[str, ...]) -> frozenset[str]:
    """Every part of every name that is longer than an initial."""
    return frozenset(
        part.casefold() for name in names for part in WORD.findall(name) if len(part) > 1
    )


def _everyday(word: str) -> bool:
    word = word.casefold()
    return word in function_words() or stem(word) in stems_of("verbs") | stems_of("generic")


def _is_phone(found: str) -> bool:
    """A long number is a telephone's unless it is a date, or an amount in groups of three."""
    if DATE.search(found):
        return False
    groups = re.split(r"[\s.]+", found)
    amount = len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:])
    return not (amount and len(groups) > 1) and sum(char.isdigit() for char in found) >= 9
