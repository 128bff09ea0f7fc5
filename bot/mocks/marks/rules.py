"""What is decided about the marks of a mock interview. Pure; docs/mocks.md says it in words."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.mocks.rules import REVEAL_AFTER, GroupState
from bot.scoring.gap import Marks, gaps, mean_marks
from bot.scoring.rules import LEVELS, Cell

FAR = 1.0  # a gap of a mark: what one sees and partners do not
TOP = LEVELS - 1


def opens(present: Collection[int], given: Collection[int]) -> bool:
    """Are the marks of all who were there in? `given`: who gave theirs."""
    return bool(present) and set(present) <= set(given)


def reveal_at(standing: datetime | None, now: datetime) -> datetime:
    """When marks are opened at the latest, counted from the first form."""
    return standing or now + REVEAL_AFTER


def may_show(state: GroupState, *, complete: bool) -> bool:
    """May what was given be opened? Who all gave marks have met, whatever is said since."""
    return state == GroupState.MET or complete


@dataclass(frozen=True)
class NextStep:
    """The one cell to work on, and the partners' mean for it, 0 to 4.

    `gap`: how far above that one sees oneself, where that is why.
    """

    cell: Cell
    mark: float
    gap: float | None = None


def next_step(own: Marks, partners: Sequence[Marks]) -> NextStep | None:
    """Where one sees oneself a mark or more above the partners, else their lowest cell.

    None when partners gave no mark, or full ones everywhere. Among equals the first of `Cell`.
    """
    theirs = mean_marks(partners)
    above = gaps(own, theirs)
    widest = max(above, key=lambda cell: above[cell], default=None)
    if widest is not None and above[widest] >= FAR:
        return NextStep(widest, theirs[widest], above[widest])
    lowest = min(theirs, key=lambda cell: theirs[cell], default=None)
    if lowest is None or theirs[lowest] >= TOP:
        return None
    return NextStep(lowest, theirs[lowest])


def called(names: Mapping[int, str]) -> dict[int, str]:
    """What each partner is called where Slack shows no mention; no two by the same name.

    `names`: {member: display name, "" where it is not known}.
    """
    known = [name.strip() for name in names.values()]
    return {who: _called(known, place) for place, who in enumerate(names)}


def _called(known: Sequence[str], place: int) -> str:
    name = known[place]
    if not name:
        return "your partner" if len(known) == 1 else f"partner {place + 1}"
    return name if known.count(name) == 1 else f"{name} ({place + 1})"
