"""Draws pictures in a process of its own, which ends with the last of them.

So matplotlib's memory is held only while something is drawn, and the loop never waits for it.
"""

import asyncio
import json
import sys
from asyncio import IncompleteReadError
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping
from typing import Any, Self

from bot.errors import ChartFailed

LONGEST = 30.0  # seconds for one picture, the start of the process included; the usual one takes 2
LARGEST = 5_000_000  # bytes; twelve panels take 400,000


class Pen:
    """An open drawing process: `async with Pen(PAINTER) as pen`. It starts with the first picture.

    `painter` names the module that draws: one that calls `bot.painting.serve` when it is run.
    """

    def __init__(self, painter: str, longest: float = LONGEST) -> None:
        self._painter, self._longest = painter, longest
        self._process: Process | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._end()

    @property
    def pid(self) -> int | None:
        """Of the process, while there is one."""
        return self._process.pid if self._process else None

    async def draw(self, told: Mapping[str, Any]) -> bytes:
        """The PNG of a picture, told in JSON’s types as the painter knows it.

        Raises ChartFailed; the next picture gets a new process then.
        """
        try:
            async with asyncio.timeout(self._longest):
                return await self._drawn(json.dumps(told).encode())
        except (IncompleteReadError, OSError, TimeoutError) as error:
            await self._end()
            raise ChartFailed(f"the drawing process gave no picture: {error!r}") from error

    async def _drawn(self, line: bytes) -> bytes:
        process = self._process or await self._start()
        if process.stdin is None or process.stdout is None:
            raise ChartFailed("the drawing process has no pipes")
        process.stdin.write(line + b"\n")
        await process.stdin.drain()
        size = int.from_bytes(await process.stdout.readexactly(4), "big")
        if size > LARGEST:
            await self._end()
            raise ChartFailed(f"a picture of {size} bytes is no chart of ours")
        return await process.stdout.readexactly(size)

    async def _start(self) -> Process:
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", self._painter),
            stdin=PIPE,
            stdout=PIPE,
            start_new_session=True,  # Ctrl-C is for the bot, which ends this process by itself
        )
        return self._process

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.returncode is None:
            process.kill()
        await process.wait()
