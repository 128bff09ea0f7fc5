"""The words of the feedback, chosen by a seed, and the one thing a retake is about."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from bot.scoring.embedded.vocabulary import read
from bot.scoring.rules import Cell

T = TypeVar("T")


@dataclass(frozen=True)
class Focus:
    """The one thing missed that the retake is about: `what` is the gap in plain words."""

    cell: Cell
    what: str


def in_turn(options: Sequence[T], seed: str, topic: str = "") -> T:
    """One of the options, the same for the same seed and topic; the next number takes the next."""
    number = int(seed) if seed.isdecimal() and len(seed) < 20 else zlib.crc32(seed.encode())
    return options[(number + zlib.crc32(topic.encode())) % len(options)]


def worded(part: str, kind: str, seed: str, otherwise: str = "none") -> str:
    """A sentence of feedback.toml for a kind, or for `otherwise` where there is none."""
    entry: dict[str, list[str]] = read("feedback.toml")[part]
    return in_turn(entry.get(kind) or entry[otherwise], seed, part + kind)
