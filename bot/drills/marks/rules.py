"""When a card waits for the member's own marks. Pure."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Standing:
    """What decides whether a scored answer's card may be shown."""

    asks_first: bool  # the member wants to be asked for their own marks first
    marked: bool  # they gave them
    revealed: bool  # marks were shown before, or the member asked to see them
    live: bool  # the session still runs
    box_ends_at: datetime | None


def holds(standing: Standing, now: datetime) -> bool:
    """Does the card wait? Never beyond the answer box or the session."""
    if not standing.asks_first or standing.marked or standing.revealed or not standing.live:
        return False
    return standing.box_ends_at is not None and now < standing.box_ends_at
