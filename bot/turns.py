"""Long loops that let others in."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import TypeVar

AT_ONCE = 20  # members: some ten milliseconds

Each = TypeVar("Each")


async def unhurried(every: Sequence[Each]) -> AsyncIterator[Each]:
    """One after another; after some of them the event loop may do something else."""
    for number, one in enumerate(every, 1):
        yield one
        if number % AT_ONCE == 0:
            await asyncio.sleep(0)
