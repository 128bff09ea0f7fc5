"""What a team is called in files. Pure."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

LONGEST = 40  # characters of a key, without its number
_NOT_KEY = re.compile(r"[^a-z0-9]+")


def key_of(name: str) -> str:
    """`Crème & Co` is `creme-co`; a name without Latin letters or digits is `team`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return _NOT_KEY.sub("-", plain).strip("-")[:LONGEST].strip("-") or "team"


def keys_for(name: str) -> Iterator[str]:
    """Keys to try in turn: `checkout`, `checkout-2`, `checkout-3`, …"""
    first, number = key_of(name), 1
    while True:
        yield first if number == 1 else f"{first}-{number}"
        number += 1


def nearest(words: str, names: Sequence[str]) -> list[str]:
    """The names, the one most like `words` first; alike ones in their order."""
    wanted = words.casefold()[:LONGEST]

    def unlike(name: str) -> float:
        return -SequenceMatcher(None, wanted, name.casefold()[:LONGEST]).ratio()

    return sorted(names, key=unlike)
