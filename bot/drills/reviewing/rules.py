"""When somebody may be asked for marks of an answer. Pure."""

from collections.abc import Collection
from enum import StrEnum

from bot.drills.rules import State

REVIEWERS = 2  # of one drill, those who said no aside


class Asked(StrEnum):
    """What became of a request."""

    ASKED = "asked"  # the answer is not final yet
    SENT = "sent"  # the reviewer has it, or it is on its way
    GIVEN = "given"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"  # by the member, with the answer, or it could not be sent


BEFORE_FINAL = frozenset({State.PLANNED, State.OPEN, State.ANSWERING})
STANDING = frozenset({Asked.ASKED, Asked.SENT, Asked.GIVEN})  # of those two are enough
SHOWN = frozenset({Asked.SENT, Asked.GIVEN})  # the reviewer has the answer


def final(state: State) -> bool:
    """Does the answer stand as it is, but for edits?"""
    return state not in BEFORE_FINAL


def full(states: Collection[Asked]) -> bool:
    """Are as many people asked about one answer as may be?"""
    return sum(one in STANDING for one in states) >= REVIEWERS
