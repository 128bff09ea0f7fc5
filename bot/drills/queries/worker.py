"""Members' queries in a process of their own: `engine.py`, begun for one run and ended with it.

The process gets an empty environment and an empty folder, loads the data set, shuts itself in and
runs what it was given. It is ended from here when it takes too long. Nothing of it outlives the
run, so no query can leave anything behind for another; a start costs a quarter of a second.
"""

import asyncio
import hashlib
import json
import os
import signal
import sys
import tempfile
from asyncio import IncompleteReadError
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bot.drills.queries import rules
from bot.drills.queries.rules import Given, Ran, Told, Trouble
from bot.errors import EngineFailed

ENGINE = Path(__file__).parent / "engine.py"
LONGEST = 3.0  # seconds for one query
START = 10.0  # seconds until the data set must be loaded; the usual start takes a quarter
AT_ONCE = 2
TRIES = 2
GRACE = 0.3  # seconds to go by itself
ROWS = 1_000  # fetched of a result
CHARACTERS = 200_000  # of a result that cross the pipe
LARGEST = 2_000_000  # bytes of one answer; more is none of ours
KEPT = 200  # overviews of data sets that are remembered
LENGTH = 4
LATE = {-signal.SIGALRM, -signal.SIGXCPU}
KILLED = -signal.SIGKILL


@dataclass(frozen=True)
class Run:
    """The data set's tables and each query's outcome, in the order asked."""

    given: tuple[Given, ...]
    ran: tuple[Ran, ...]


class QueryEngine:
    """Runs queries, two at a time; `longest` is in seconds for one query."""

    def __init__(self, longest: float = LONGEST, engine: Path = ENGINE) -> None:
        self._longest = longest
        self._engine = engine
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._given: dict[str, tuple[Given, ...]] = {}

    async def run(self, data: str, *queries: str) -> Run:
        """Load the data and run the queries one after the other.

        A query that is refused, fails, takes too long or ends the process has its Trouble; those
        after it in a process that ended are told as `not_run`. Raises EngineFailed when the
        process did not get as far as the queries, or was ended by somebody else, twice.
        """
        async with self._turns:
            for _ in range(TRIES):
                try:
                    run = await self._once(data, queries)
                except (OSError, IncompleteReadError, TimeoutError, ValueError):
                    continue
                self._remember(data, run.given)
                return run
        raise EngineFailed("the query process did not start, or was ended, twice")

    def known(self, data: str) -> tuple[Given, ...]:
        """The tables of a data set that was loaded before; nothing for any other."""
        return self._given.get(_key(data), ())

    async def overview(self, data: str) -> tuple[Given, ...]:
        """The tables of a data set. Raises EngineFailed."""
        return self.known(data) or (await self.run(data)).given

    def _remember(self, data: str, given: tuple[Given, ...]) -> None:
        while len(self._given) >= KEPT:
            self._given.pop(next(iter(self._given)))
        self._given[_key(data)] = given

    async def _once(self, data: str, queries: Sequence[str]) -> Run:
        job = {
            "data": data,
            "queries": queries,
            "seconds": self._longest,
            "cpu": self._longest * max(len(queries), 1),
            "rows": ROWS,
            "characters": CHARACTERS,
        }
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            process = await self._start(folder)
            try:
                return await self._asked(process, json.dumps(job).encode(), queries)
            finally:
                await _end(process)

    async def _start(self, folder: str) -> Process:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", str(self._engine)),  # -I: nothing of ours can be imported
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            cwd=folder,
            env={},
            start_new_session=True,  # Ctrl-C is for the bot, which ends this process by itself
        )

    async def _asked(self, process: Process, job: bytes, queries: Sequence[str]) -> Run:
        if process.stdin is None:
            raise OSError("the query process has no pipes")
        process.stdin.write(len(job).to_bytes(LENGTH, "big") + job)
        async with asyncio.timeout(START):
            await process.stdin.drain()
            told = await _answer(process)
        if told.broken:
            raise EngineFailed(f"the data set cannot be loaded: {told.broken}")
        ran: list[Ran] = []
        for _ in queries:
            ran.append(await self._next(process))
            if isinstance(ran[-1].result, Trouble) and process.returncode is not None:
                break
        ran += [Ran(Trouble("not_run"))] * (len(queries) - len(ran))
        return Run(told.given, tuple(ran))

    async def _next(self, process: Process) -> Ran:
        """The outcome of the query under way. Raises IncompleteReadError when it was killed."""
        begun = asyncio.get_running_loop().time()
        try:
            # Its own alarm comes first; this one is for a process that no longer hears it.
            async with asyncio.timeout(self._longest + 1.0):
                told = await _answer(process)
        except TimeoutError:
            return Ran(await self._ended(process, "slow"))
        except IncompleteReadError:
            went = await _end(process)
            if went and process.returncode == KILLED:
                raise
            return Ran(Trouble("slow" if process.returncode in LATE else "broke"))
        except ValueError:
            return Ran(await self._ended(process, "broke"))
        if told.result is None:
            return Ran(await self._ended(process, "broke"))
        return Ran(told.result, asyncio.get_running_loop().time() - begun)

    async def _ended(self, process: Process, code: str) -> Trouble:
        await _end(process, grace=0.0)
        return Trouble(code)


async def _end(process: Process, grace: float = GRACE) -> bool:
    """Did it go by itself, as it does after its last answer? One that does not is ended."""
    try:
        async with asyncio.timeout(grace):
            await process.wait()
    except TimeoutError:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # it leads a group of its own
        # What it had still to say is thrown away: asyncio waits until the pipe is empty.
        while process.stdout is not None and await process.stdout.read(65_536):
            pass
        await process.wait()
        return False
    return True


async def _answer(process: Process) -> Told:
    if process.stdout is None:
        raise OSError("the query process has no pipes")
    length = int.from_bytes(await process.stdout.readexactly(LENGTH), "big")
    if length > LARGEST:
        raise ValueError(f"an answer of {length} bytes is none of ours")
    return rules.read(await process.stdout.readexactly(length))


def _key(data: str) -> str:
    return hashlib.sha256(data.encode()).hexdigest()
