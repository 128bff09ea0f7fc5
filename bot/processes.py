"""Heavy work in a process of its own, so that the loop never waits for it.

The process starts with the first call and ends when it has been idle for a while. A process that
dies or hangs under a call is replaced and the call repeated once.
"""

import asyncio
import signal
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import TypeVar

from bot.errors import BotError

TRIES = 2
GRACE = 1.0  # seconds that a call under way has when the bot ends
T = TypeVar("T")


def _leave_ctrl_c_to_the_bot() -> None:
    """Ctrl-C reaches the whole process group; the bot ends this process by itself."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


class OneProcess:
    """One process behind some calls.

    `idle`: seconds of the loop's clock until it ends; `longest`: seconds that one call may take;
    `failed`: what is raised when it died or hung twice under a call.
    """

    def __init__(self, idle: float, longest: float, failed: BotError) -> None:
        self._idle = idle
        self._longest = longest
        self._failed = failed
        self._pool: ProcessPoolExecutor | None = None
        self._busy = 0
        self.calls, self.seconds = 0, 0.0  # ended since the start, and how long they took together
        self._ending: asyncio.TimerHandle | None = None

    @property
    def running(self) -> bool:
        """Is there a process now?"""
        return self._pool is not None

    @property
    def waiting(self) -> int:
        """How many calls are under way or wait for their turn."""
        return self._busy

    async def close(self) -> None:
        """End the process, soon after the call under way; a later call starts a new one."""
        pool = self._release()
        if pool is None:
            return
        running = list((pool._processes or {}).values())
        ending = asyncio.create_task(asyncio.to_thread(pool.shutdown, cancel_futures=True))
        await asyncio.wait({ending}, timeout=GRACE)
        for process in running if not ending.done() else ():
            process.kill()
        await ending

    async def _call(self, job: Callable[[], T]) -> T:
        self._stay()
        self._busy += 1
        began = time.perf_counter()
        try:
            for _ in range(TRIES):
                pool = self._started()
                try:
                    async with asyncio.timeout(self._longest):
                        return await asyncio.get_running_loop().run_in_executor(pool, job)
                except BrokenProcessPool:
                    self._drop(pool)
                except TimeoutError:
                    self._kill(pool)
            raise self._failed
        finally:
            self._busy -= 1
            self.calls, self.seconds = self.calls + 1, self.seconds + time.perf_counter() - began
            if not self._busy and self._pool is not None:
                loop = asyncio.get_running_loop()
                self._ending = loop.call_later(self._idle, self._end)

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            # spawn: a fork would carry the loop, its sockets and the store's connections along.
            self._pool = ProcessPoolExecutor(
                max_workers=1, mp_context=get_context("spawn"), initializer=_leave_ctrl_c_to_the_bot
            )
        return self._pool

    def _stay(self) -> None:
        if self._ending is not None:
            self._ending.cancel()
            self._ending = None

    def _release(self) -> ProcessPoolExecutor | None:
        self._stay()
        pool, self._pool = self._pool, None
        return pool

    def _kill(self, stuck: ProcessPoolExecutor) -> None:
        """End a process that does not come back; the executor has no public way before 3.14."""
        for process in list((stuck._processes or {}).values()):
            process.kill()
        self._drop(stuck)

    def _drop(self, broken: ProcessPoolExecutor) -> None:
        """Forget a broken pool, unless another call has already replaced it."""
        if self._pool is broken:
            self._pool = None
        broken.shutdown(wait=False)

    def _end(self) -> None:
        pool = self._release()
        if pool is not None:
            pool.shutdown(wait=False)
