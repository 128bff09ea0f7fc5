"""A solo mock by the clock: what is said when, and which fact a question is about. Pure."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from bot.scoring.embedded.vocabulary import bare, function_words, groups, stem

WARNED = 3  # minutes before the end
LATE = timedelta(minutes=30)  # after the end, in which words still count
POINT_AT = timedelta(hours=1)  # an offer is pointed to; a later press makes a new one
FRESH = timedelta(hours=12)  # an offer can be started; its thread is read back for a day
MINUTE = timedelta(minutes=1)


class State(StrEnum):
    OFFERED = "offered"  # the message is there, or on its way
    OPEN = "open"  # the clock runs
    ENDED = "ended"  # marked; late words still count
    CLOSED = "closed"
    STOPPED = "stopped"  # thrown away by the member
    GONE = "gone"  # never begun: another took its place, or it was never sent


class Kind(StrEnum):
    """What the bot says in the thread."""

    CASE = "case"
    PROBE = "probe"
    SOON = "soon"
    END = "end"


@dataclass(frozen=True)
class Cue:
    """One line of the interview. `place` is its number in the plan, `ask` a probe's question."""

    place: int
    minute: int
    kind: Kind
    ask: str = ""


class Probe(Protocol):
    @property
    def minute(self) -> int: ...
    @property
    def ask(self) -> str: ...


def plan(minutes: int, probes: Sequence[Probe]) -> tuple[Cue, ...]:
    """The interview's lines in order: the case, each probe at its minute, the word, the end.

    An interviewer's own cues are not among them: they would tell what is listened for.
    """
    lines = [(0, 0, Kind.CASE, "")]
    lines += [(one.minute, 1, Kind.PROBE, one.ask) for one in probes if 0 < one.minute < minutes]
    lines.append((max(minutes - WARNED, 1), 2, Kind.SOON, ""))
    lines.append((minutes, 3, Kind.END, ""))
    ordered = sorted(lines, key=lambda line: line[:2])
    return tuple(
        Cue(place, minute, kind, ask) for place, (minute, _, kind, ask) in enumerate(ordered)
    )


def at(started: datetime, cue: Cue) -> datetime:
    return started + cue.minute * MINUTE


def due(cues: Sequence[Cue], step: int, started: datetime, now: datetime) -> tuple[Cue, ...]:
    """What is to be said now, of what was not said yet, in order.

    Nothing is caught up: of several probes only the newest is asked, and once the end has come
    the end alone is said.
    """
    ready = [one for one in cues[step:] if at(started, one) <= now]
    newest = {one.kind: one for one in ready}
    if Kind.END in newest:
        return (newest[Kind.END],)
    return tuple(sorted(newest.values(), key=lambda one: one.place))


def after(cues: Sequence[Cue], step: int, started: datetime, now: datetime) -> tuple[int, datetime]:
    """How far the plan is passed, and when its next line is due; at the end, that of the end."""
    left = [one for one in cues[step:] if at(started, one) > now]
    if not left:
        return len(cues), at(started, cues[-1])
    return left[0].place, at(started, left[0])


def until(cues: Sequence[Cue], cue: Cue, started: datetime) -> datetime | None:
    """When it is too late to say a line: at the next one's time. The case and the end never are."""
    if cue.kind in (Kind.CASE, Kind.END):
        return None
    return next(at(started, one) for one in cues if one.minute > cue.minute)


def minutes_left(ends: datetime, now: datetime) -> int:
    """Whole minutes, one at least."""
    return max(round((ends - now) / MINUTE), 1)


def counts(ended: datetime | None, written: datetime) -> bool:
    """Is a message part of the answer, that was written then?"""
    return ended is None or written <= ended + LATE


def late(ends: datetime, written: datetime) -> bool:
    return written > ends


# --- questions to the interviewer -----------------------------------------------------------------

WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*|\d+")
SENTENCE = re.compile(r"[^.?!\n]*[.?!\n]?")
ENOUGH = 0.4  # of what a fact is about must be in the question
FAINT = 0.2  # what a word counts that any question has
READ = 2_000  # characters from a message's end in which questions are looked for
LONG_STEM = 5  # letters from which a stem that begins another is the same
ASKING = frozenset(("what", "why", "who", "how", "which", "whether", "where", "when", "is", "the"))
GENERAL = frozenset(
    stem(word)
    for word in (
        *("number", "figure", "data", "rate", "share", "count", "percent", "percentage", "average"),
        *("information", "detail", "happen", "use", "used", "way", "thing", "anything", "kind"),
        *("people", "person", "person's", "team", "company", "year", "month", "week", "day"),
        *("time", "exactly", "known", "know", "think", "tell", "give", "look", "want", "need"),
        *("change", "come", "came", "go", "get", "mean", "make", "made", "new", "old", "like"),
    )
)


class Fact(Protocol):
    @property
    def asked(self) -> str: ...
    @property
    def tell(self) -> str: ...


@dataclass(frozen=True)
class Reply:
    """What the interviewer says to questions: facts, once each, in order; none: none is known."""

    told: tuple[str, ...]


def answer(text: str, facts: Sequence[Fact]) -> Reply | None:
    """What to reply to a message; None when it does not end with a question.

    Each of its questions is given the fact whose words it shares most of.
    """
    asked = questions(text)
    if not asked:
        return None
    found = [fact for one in asked if (fact := about(one, facts)) is not None]
    return Reply(tuple(dict.fromkeys(fact.tell for fact in found)))


def questions(text: str) -> list[str]:
    """The questions of a message that ends with one; closing quotes and marks are passed over."""
    bare_end = text.strip().rstrip("\"'”’)_*~` ")
    if not bare_end.endswith("?"):
        return []
    return [
        one for one in SENTENCE.findall(bare_end[-READ:]) if one.endswith("?") and WORD.search(one)
    ]


def about(question: str, facts: Sequence[Fact]) -> Fact | None:
    """The fact that a question is about, by stems and synonyms of the words it is filed under."""
    keys = [stems(fact.asked) or _words(fact.asked) - ASKING for fact in facts]
    shared = Counter(one for key in keys for one in key)
    wanted = stems(question) | _words(question)
    best, reached = None, (0.0, 0.0)
    for fact, key in zip(facts, keys, strict=True):
        weight = {one: (FAINT if one in GENERAL else 1.0) / shared[one] for one in key}
        met = sum(weight[one] for one in key if any(_alike(one, other) for other in wanted))
        part = met / sum(weight.values()) if key else 0.0
        if part >= ENOUGH and (part, met) > reached:
            best, reached = fact, (part, met)
    return best


def _alike(one: str, other: str) -> bool:
    """The same stem, one that the other begins with, or a synonym."""
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    if len(short) >= LONG_STEM and long.startswith(short):
        return True
    return not {*groups().get(one, ())}.isdisjoint(groups().get(other, ()))


def stems(text: str) -> frozenset[str]:
    """The stems of the words that carry content, accents taken off."""
    return frozenset(stem(one) for one in _words(text) if one not in function_words())


def _words(text: str) -> frozenset[str]:
    plain = unicodedata.normalize("NFKD", text.replace("’", "'")).casefold()
    plain = "".join(one for one in plain if not unicodedata.combining(one))
    return frozenset(bare(one) for one in WORD.findall(plain))
