"""`/metrics`: what was counted, and what the store and the processes are like just now.

No personal text. `docs/metrics.md` says what each name means.
"""

import asyncio
import platform
from collections.abc import Iterator, Sequence
from time import perf_counter

from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from sqlalchemy.ext.asyncio import AsyncSession

from bot import __version__, db, features, measuring, work
from bot.deps import Deps
from bot.measuring import read, summed
from bot.outbox import waiting
from bot.outbox.rules import Lane
from bot.scoring.disputes import service as disputes

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
CHECKS = ("store", "slack", "socket", "ticker")
WITHIN = 5.0  # seconds for everything that the store is asked


class _Page(Collector):
    """What has been counted, and what was read for this page."""

    def __init__(self, counted: Collector, found: Sequence[Metric]) -> None:
        self._counted, self._found = counted, found

    def collect(self) -> Iterator[Metric]:
        yield from self._counted.collect()
        yield from self._found


async def metrics(deps: Deps, failing: Sequence[str] = ()) -> str:
    """The page; `failing` is what `/readyz` would name."""
    held = await asyncio.to_thread(measuring.memory)
    found = [
        *await _store(deps),
        *_process(deps, failing),
        *_workers(deps),
        *_judge(deps),
        *_clips(deps),
        read(measuring.MEMORY, [] if held is None else [((), held)]),
    ]
    return generate_latest(_Page(deps.meters.registry, found)).decode()


async def _store(deps: Deps) -> list[Metric]:
    """What the store says; a page that lacks it still says that the store is away."""
    began = perf_counter()
    try:
        async with asyncio.timeout(WITHIN), deps.transaction() as session:
            await db.touch(session)
            took = perf_counter() - began
            told = await _stored(deps, session)
    except db.AWAY:
        return [read(measuring.STORE_UP, [((), 0)])]
    return [
        read(measuring.STORE_UP, [((), 1)]),
        read(measuring.STORE_TIME, [((), took)]),
        *told,
    ]


async def _stored(deps: Deps, session: AsyncSession) -> list[Metric]:
    now = deps.now()
    lines = await waiting.lines(session, now, deps.machine_now())
    oldest = {
        lane: max((one.oldest for one in lines if one.lane is lane), default=0.0) for lane in Lane
    }
    overdue = await features.overdue(session, now)
    rows = await work.waiting(session)
    wrong = await disputes.counted_everywhere(session)
    return [
        read(measuring.OUTBOX, [((one.state, _name(one.lane)), one.count) for one in lines]),
        read(measuring.OLDEST, [((_name(lane),), age) for lane, age in oldest.items()]),
        read(measuring.OVERDUE, [((), overdue)]),
        read(measuring.WORK, [((table,), count) for table, count in rows.items()]),
        read(measuring.WRONG, [((cell, scorer), count) for cell, scorer, count in wrong]),
    ]


def _name(lane: Lane) -> str:
    return lane.name.lower()


def _process(deps: Deps, failing: Sequence[str]) -> list[Metric]:
    ready = [((check,), float(check not in failing)) for check in CHECKS]
    return [
        read(measuring.WORKSPACES, [((), len(deps.directory.all()))]),
        read(measuring.READY, ready),
        read(measuring.BUILD, [((__version__, platform.python_version()), 1)]),
    ]


def _workers(deps: Deps) -> list[Metric]:
    workers = {"scorer": deps.scorer, "matcher": deps.matcher}
    done = [((name,), one.calls, one.seconds) for name, one in workers.items()]
    busy = [((name,), one.waiting) for name, one in workers.items()]
    return [summed(measuring.WORKERS, done), read(measuring.WORKERS_BUSY, busy)]


def _judge(deps: Deps) -> list[Metric]:
    """Nothing where no model judge is set up."""
    judge = deps.judge
    if judge is None:
        return []
    return [
        read(measuring.JUDGED, [((told,), count) for told, count in judge.counts.items()]),
        read(measuring.JUDGE_REQUESTS, [((), judge.requests)]),
        read(measuring.JUDGE_RESTING, [((), judge.breaker.open)]),
    ]


def _clips(deps: Deps) -> list[Metric]:
    """Nothing where no transcription endpoint is set up."""
    if deps.transcriber is None:
        return []
    counts = deps.transcriber.counts
    return [read(measuring.CLIPS, [((told,), count) for told, count in counts.items()])]
