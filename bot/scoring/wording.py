"""The words of the feedback, chosen by a seed, and the one thing a retake is about."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from bot.scoring.embedded.vocabulary import read
from bot.scoring.rules import Cell


@dataclass(frozen=True)
class Focus:
    """The one thing missed that the retake is about: `what` is the gap in plain words."""

    cell: Cell
    what: str


def pick(options: Sequence[str], seed: str, topic: str) -> str:
    """One of the options, always the same for the same seed and topic."""
    return options[zlib.crc32(f"{seed}:{topic}".encode()) % len(options)]


def worded(part: str, kind: str, seed: str, otherwise: str = "none") -> str:
    """A sentence of feedback.toml for a kind, or for `otherwise` where there is none."""
    entry = read("feedback.toml")[part]
    return pick(entry.get(kind) or entry[otherwise], seed, part + kind)
