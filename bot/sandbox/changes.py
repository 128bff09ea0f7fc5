"""What changed, for the pages that look on: a short numbered tape and those who wait for it."""

import asyncio
from collections import deque
from typing import Any

from bot.sandbox.state import Json

KEPT = 5_000


class Changes:
    """A tape of changes. Numbers begin at the start time, so a restart never reuses one."""

    def __init__(self, first: int) -> None:
        self.seq = first
        self.first = first
        self.tape: deque[tuple[int, frozenset[str] | None, Json]] = deque(maxlen=KEPT)
        self.waiting: set[asyncio.Future[None]] = set()
        self.ended = False

    def publish(self, kind: str, audience: frozenset[str] | None, **fields: Any) -> None:
        """Tell `audience` (None: everyone). The fields must not be changed afterwards."""
        self.seq += 1
        self.tape.append((self.seq, audience, {"seq": self.seq, "kind": kind, **fields}))
        self._wake()

    def end(self) -> None:
        """The server stops: nobody need wait any longer."""
        self.ended = True
        self._wake()

    def _wake(self) -> None:
        for future in self.waiting:
            if not future.done():
                future.set_result(None)
        self.waiting.clear()

    def complete_since(self, seq: int) -> bool:
        """Whether the tape still holds everything after `seq`."""
        oldest = self.tape[0][0] if self.tape else self.seq + 1
        return self.first <= seq <= self.seq and seq >= oldest - 1

    def since(self, seq: int, user: str) -> list[Json]:
        """What `user` may see of what came after `seq`, oldest first."""
        found: list[Json] = []
        for number, audience, change in reversed(self.tape):
            if number <= seq:
                break
            if audience is None or user in audience:
                found.append(change)
        return found[::-1]

    async def wait(self, seconds: float, seen: int | None = None) -> None:
        """Return at the next change, at the end, or after `seconds`, whichever is first.

        With `seen`, at once when something came after it: a task that runs this starts a moment
        later than it was made, and what happens in between must not be slept over.
        """
        if self.ended or (seen is not None and seen != self.seq):
            return
        future = asyncio.get_running_loop().create_future()
        self.waiting.add(future)
        try:
            await asyncio.wait_for(future, seconds)
        except TimeoutError:
            return
        finally:
            self.waiting.discard(future)
