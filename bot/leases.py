"""What this process has claimed and not yet dealt with, so that a graceful stop gives it back.

A lease is for a process that dies. One that is asked to end need not make the others wait for that:
it claims nothing more, and what it could not finish goes back at once.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

# Ids, the instant at which their lease ends, and now: gives back those that still have that lease.
GiveBack = Callable[[Sequence[int], datetime, datetime], Update]
KEY = "leases"


@dataclass(frozen=True)
class Taken:
    """Rows of one claim; `until` tells this lease from any other of the same rows."""

    ids: Sequence[int]
    until: datetime
    give_back: GiveBack


class Leases:
    """Of one process. All instants are the machine's."""

    def __init__(self) -> None:
        self.closed = False  # then nothing may be claimed any more
        self._taken: deque[Taken] = deque()

    def took(
        self, ids: Sequence[int], until: datetime, give_back: GiveBack, machine_now: datetime
    ) -> None:
        """Remember a claim for as long as its lease lasts."""
        while self._taken and self._taken[0].until <= machine_now:
            self._taken.popleft()
        if ids:
            self._taken.append(Taken(ids, until, give_back))

    async def return_all(self, session: AsyncSession, machine_now: datetime) -> int:
        """Give back whatever is not dealt with; returns how many rows that were."""
        count = 0
        while self._taken:
            one = self._taken.popleft()
            if one.until > machine_now:
                result = await session.execute(one.give_back(one.ids, one.until, machine_now))
                count += getattr(result, "rowcount", 0)
        return count


def of(made: AsyncSession | async_sessionmaker[AsyncSession]) -> Leases:
    """Those of the process that this session, or this maker of sessions, belongs to."""
    info = made.info if isinstance(made, AsyncSession) else made.kw["info"]
    found: Leases = info[KEY]
    return found
