"""One of the member's own sentences, made better without a fact that they did not give."""

import re
from dataclasses import dataclass

from bot.scoring.embedded.admissible import Marked
from bot.scoring.embedded.vocabulary import read

LONGEST = 30  # words; longer sentences are not rewritten
SHORTEST = 5
# Where a kind of evidence is best added: to a sentence that already shows one of these.
HOSTS: dict[str, frozenset[str]] = {
    "flip": frozenset({"decision"}), "priced": frozenset({"cost", "alternative"}),
    "cost": frozenset({"decision"}), "loser": frozenset({"decision", "cost"}),
    "alternative": frozenset({"decision"}), "threshold": frozenset({"metric"}),
    "stop": frozenset({"action", "metric"}), "metric": frozenset({"action"}),
    "owner": frozenset({"action"}), "time": frozenset({"action"}),
    "action": frozenset({"decision", "vague"}),
}  # fmt: skip


@dataclass(frozen=True)
class Rewrite:
    """`original` is an exact part of the answer; `better` leaves [blanks] for facts."""

    original: str
    better: str


def rewrite(answer: str, marked: tuple[Marked, ...], what: str) -> Rewrite | None:
    """Cut an empty opening, or add the missing kind `what` as a blank; None if none fits."""
    usable = [
        each
        for each in marked
        if each.reason is None and SHORTEST <= len(each.sentence.words) <= LONGEST
    ]
    for each in usable:
        cut = _without_opening(_quote(answer, each))
        if cut is not None:
            return cut
    pattern = read("feedback.toml")["rewrite"].get(what)
    if pattern is None or not usable:
        return None
    wanted = HOSTS.get(what, frozenset())
    host = max(usable, key=lambda each: (any(each.shows(kind) for kind in wanted), -each.place))
    original = _quote(answer, host)
    plain = original.rstrip(" .!?")
    return Rewrite(original, pattern.format(sentence=plain, lower=_lowered(plain)))


def _quote(answer: str, each: Marked) -> str:
    return answer[each.sentence.start : each.sentence.end]


def _lowered(text: str) -> str:
    own = text.split(" ", 1)[0]
    keeps = own == "I" or own.startswith("I'") or own[1:] != own[1:].lower()
    return text if keeps else text[:1].lower() + text[1:]


def _without_opening(original: str) -> Rewrite | None:
    for opening in read("feedback.toml")["rewrite"]["openings"]:
        match = re.match(rf"{re.escape(opening)}\b[,:]?\s+", original, re.IGNORECASE)
        if match and len(original) - match.end() > 15:
            rest = original[match.end() :]
            return Rewrite(original, rest[:1].upper() + rest[1:])
    return None
