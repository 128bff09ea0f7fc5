"""Runs the jobs. APScheduler only ticks; what is due is a question for the database."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.deps import Bell, Deps
from bot.errors import Collided

log = logging.getLogger(__name__)
Job = Callable[[Deps], Awaitable[None]]
TICK = 5.0  # calendar seconds; an idle tick costs a millisecond or two
SHORTEST_TICK = 1.0  # real seconds
TRIES = 3  # of a job whose transaction the store ended for another's sake
PATIENCE = 2.0  # seconds that running jobs may take to end


@dataclass(frozen=True)
class Every:
    """A job that runs every so many seconds; of the calendar when `calendar` is set."""

    seconds: float
    job: Job
    calendar: bool = False


@dataclass(frozen=True)
class OnBell:
    """A job that runs when its bell rings, and every so many real seconds for what others wrote."""

    bell: str
    job: Job
    seconds: float = 1.0


@dataclass(frozen=True)
class WhenDue:
    """Every so many calendar seconds the jobs that `due` names are run side by side.

    One that still runs from the last time is left alone.
    """

    seconds: float
    due: Callable[[Deps], Awaitable[Sequence[Job]]]


class Scheduler:
    """Starts every job of the list and ends them all."""

    def __init__(self, deps: Deps, jobs: Sequence[Every | OnBell | WhenDue]) -> None:
        self.deps = deps
        self.jobs = jobs
        self._ticker = AsyncIOScheduler(timezone="UTC")
        self._loops: list[asyncio.Task[None]] = []
        self._running: set[asyncio.Task[None]] = set()
        self._busy: set[Job] = set()
        self._stopping = False
        self.turned_at = 0.0  # seconds on the loop's clock, for /healthz

    def start(self) -> None:
        for one in self.jobs:
            if isinstance(one, WhenDue):
                self._add(Every(one.seconds, partial(self._begin_due, one), calendar=True))
            elif isinstance(one, Every):
                self._add(one)
            else:
                bell = self.deps.bells.hang(one.bell)
                self._loops.append(asyncio.create_task(self._loop(one, bell), name=_name(one.job)))
        self._ticker.start()

    def _add(self, one: Every) -> None:
        seconds = one.seconds / self.deps.clock.rate if one.calendar else one.seconds
        self._ticker.add_job(
            partial(self._tick, one.job),
            "interval",
            seconds=max(seconds, SHORTEST_TICK),
            id=_name(one.job),
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )

    async def _tick(self, job: Job) -> None:
        self.turned_at = asyncio.get_running_loop().time()
        self.deps.meters.ticked(self.deps.machine_now().timestamp())
        await self._run(job)

    async def _begin_due(self, one: WhenDue, deps: Deps) -> None:
        """The jobs are begun, not waited for: a long one must not keep the next tick away."""
        for job in await one.due(deps):
            if job not in self._busy and not self._stopping:
                self._busy.add(job)
                self._begin(job).add_done_callback(partial(self._ended, job))

    def _ended(self, job: Job, _: asyncio.Task[None]) -> None:
        self._busy.discard(job)

    async def _loop(self, one: OnBell, bell: Bell) -> None:
        while not self._stopping:
            await self._run(one.job)
            if not self._stopping:
                await bell.wait(one.seconds)

    async def _run(self, job: Job) -> None:
        await self._begin(job)

    def _begin(self, job: Job) -> asyncio.Task[None]:
        task = asyncio.create_task(run(job, self.deps))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def stop(self) -> None:
        """No new work; what runs may end within two seconds, then its leases say the rest."""
        self._stopping = True
        if not self._ticker.running:  # asked to end before it had begun
            return
        self._ticker.pause()
        if self._running:
            await asyncio.wait(self._running, timeout=PATIENCE)
        for task in (*self._loops, *self._running):
            task.cancel()
        await asyncio.gather(*self._loops, *self._running, return_exceptions=True)
        self._ticker.shutdown(wait=False)


def _name(job: Job) -> str:
    if isinstance(job, partial):
        job = job.func
    return f"{job.__module__}.{job.__qualname__}"


async def run(job: Job, deps: Deps) -> None:
    """A job that fails is logged and tried again at its next turn; one that collided, at once."""
    began, outcome = time.perf_counter(), "stopped"
    try:
        await _tried(job, deps)
        outcome = "done"
    except Exception:  # the one place: a bug in one job must not end the others' cadence
        outcome = "failed"
        log.exception("job_failed", extra={"job": _name(job)})
    finally:
        deps.meters.ran(_name(job), outcome, time.perf_counter() - began)


async def _tried(job: Job, deps: Deps) -> None:
    for left in reversed(range(TRIES)):
        try:
            await job(deps)
        except Collided:
            log.info("job_collided", extra={"job": _name(job), "left": left})
            if not left:
                raise
        else:
            return
