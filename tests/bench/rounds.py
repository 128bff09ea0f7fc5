"""A week of mock interviews of 3,000 members in the running store: stalls of the loop, writing."""

import asyncio
import gc
import random
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, insert, select

from bot import app
from bot.config import Settings
from bot.deps import Deps
from bot.mocks import rules, service
from bot.mocks.rounds import jobs, loading
from bot.mocks.tables import MockGroup, MockProfile, MockSeat
from bot.outbox.tables import OutboxMessage
from bot.people.tables import Member
from bot.workspaces import service as workspaces
from tests import databases
from tests.bench.digests import watched
from tests.bench.figures import Figure
from tests.bench.pairing import DAYS, TYPES, ZONES
from tests.fakes import clock_at

BEFORE = datetime(2026, 3, 3, 8, tzinfo=UTC)


async def measure(size: int = 3_000) -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "drumbeat.db"
        path.write_bytes(await asyncio.to_thread(databases.migrated_sqlite))
        gc.collect()
        gc.freeze()  # `drumbeat run` does so too with the code that it loads, and with no more
        told = Settings(_env_file=None, database_url=f"sqlite:///{path}")
        clock = clock_at(BEFORE.isoformat())
        async with app.build_deps(told, clock) as deps:
            sunday = await plant(deps, size)
            clock.move_to(sunday)
            await jobs.move_on(deps)
            await jobs.pair_waiting(deps)
            before = await _rows(deps)
            clock.move_to(sunday + rules.WEEK)
            stall, wall = await _stalls(deps)
            wrote, took = await _rows(deps) - before, TOOK[-1]
    what = f"{size:,} members, SQLite"
    beside = f"the loop's own CPU, {1000 * wall:.0f} ms by the clock"
    return [
        Figure("loop stalled by a round", 1000 * stall, 50, "ms", f"engines.md, {what}; {beside}"),
        Figure("a round written, a row", 1000 * took / wrote, 2, "ms", f"{wrote:,} rows, {what}"),
    ]


TOOK: list[float] = []  # seconds that the last recording took


async def _stalls(deps: Deps) -> tuple[float, float]:
    """The longest stall in seconds of the loop's own work, and with what else the machine did."""
    by_clock: list[float] = []

    async def timed() -> None:
        by_clock.append(await watched(lambda: _round(deps)))

    return await watched(timed, time.thread_time), by_clock[0]


async def _round(deps: Deps) -> None:
    await jobs.move_on(deps)
    async with deps.transaction() as session:
        pool = await loading.claim(session, deps.content, deps.now(), deps.machine_now())
    assert pool is not None
    more = True
    while more:
        async with deps.transaction() as session:
            more = await loading.fill(session, pool)
    made = await jobs._make(deps, pool)
    began = time.perf_counter()
    await jobs._record(deps, pool, made)
    TOOK.append(time.perf_counter() - began)


async def _rows(deps: Deps) -> int:
    async with deps.transaction() as session:
        tables = (MockGroup, MockSeat, OutboxMessage)
        return sum(
            [await session.scalar(select(func.count()).select_from(one)) or 0 for one in tables]
        )


async def plant(deps: Deps, size: int) -> datetime:
    """So many members with four windows a week; returns when their first round is matched."""
    rng = random.Random(1)
    async with deps.transaction() as session:
        place = await workspaces.installed(session, "T0BENCH", "Bench", "U0BOT", deps.machine_now())
        people = [
            {"workspace_id": place, "user_id": f"U{n:05}", "tz": rng.choice(ZONES)}
            for n in range(size)
        ]
        await session.execute(insert(Member), people)
        ids = (await session.scalars(select(Member.id).where(Member.workspace_id == place))).all()
        profiles = []
        for member_id in ids:
            windows = []
            for day in rng.sample(DAYS, 4):
                start = rng.randrange(8, 20)
                windows.append([day, f"{start:02}:00", f"{start + rng.randrange(1, 5):02}:00"])
            profiles.append(
                {
                    "workspace_id": place,
                    "member_id": member_id,
                    "joined_at": BEFORE - timedelta(days=60),
                    "windows": windows,
                    "level": rng.randint(1, 5),
                    "tracks": rng.sample(TYPES, rng.randint(1, 3)),
                }
            )
        await session.execute(insert(MockProfile), profiles)
        row = await service.open_round(session, place, deps.now())
        return row.matches_at
