"""A graceful stop: nothing new is taken, and what is not finished is there for others at once."""

import asyncio
import signal
import time
from datetime import timedelta
from functools import partial
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from bot import app, db, leases, work
from bot.app import Bot
from bot.okrs.digests.tables import DigestPicture
from bot.scoring.worker import ScoringWorker
from bot.workspaces.tables import Workspace
from tests import crowd, databases
from tests.databases import Postgres
from tests.knocking import Knocker
from tests.local_slack import serving
from tests.person import until
from tests.test_kill import MEMBERS, RETRIES, Program, grown, settled
from tests.test_work import NOW, waiting
from tests.world import settings

LATER = NOW + timedelta(seconds=1)
CHALLENGE = {"type": "url_verification", "challenge": "x"}


async def test_what_is_not_dealt_with_goes_back_and_nothing_else(database_url: str) -> None:
    engine = db.engine(database_url)
    mine, others = db.sessions(engine), db.sessions(engine)
    try:
        async with mine() as session, session.begin():
            session.add(Workspace(id=1, team_id="T1", name="T1", installed_at=NOW))
            await session.flush()
            session.add_all(waiting(minutes) for minutes in (8, 7, 6))
        async with mine() as session, session.begin():
            done, taken_over, _ = await work.claim(session, DigestPicture, NOW, 3)
            done.finish()
            await session.flush()
            taken_over.next_try_at = NOW + timedelta(seconds=90)  # somebody else's lease

        leases.of(mine).closed = True
        async with mine() as session, session.begin():
            assert await leases.of(mine).return_all(session, LATER) == 1
        assert await _claimed(mine) == [], "who ends claims nothing more"
        assert await _claimed(others) == [("digest:6", 1)], "a lease given back is no try"
    finally:
        await engine.dispose()


async def _claimed(sessions: async_sessionmaker[AsyncSession]) -> list[tuple[str, int]]:
    async with sessions() as session, session.begin():
        rows = await work.claim(session, DigestPicture, LATER, 3)
        return [(row.thread_of, row.tries) for row in rows]


async def test_a_call_that_does_not_end_is_broken_off() -> None:
    worker = ScoringWorker(longest=600.0)
    calling = asyncio.create_task(worker._call(partial(time.sleep, 600)))
    await until(lambda: worker._pool is not None and worker._pool._processes)
    process = next(iter(worker._pool._processes.values()))  # type: ignore[union-attr]
    calling.cancel()
    await worker.close()
    assert not process.is_alive()


async def test_over_http_slack_is_sent_elsewhere_from_the_first_moment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A job that takes its time keeps the program up, so that there is something to ask."""
    monkeypatch.setattr("bot.scheduler.PATIENCE", 60.0)
    with databases.sqlite() as url:
        async with (
            serving() as (slack, _),
            aiohttp.ClientSession() as http,
            app.build_deps(settings(slack, url, socket=False)) as deps,
        ):
            bot = Bot(deps)
            await bot.start()
            secret = slack.state.app.signing_secret
            knocker = Knocker(f"http://127.0.0.1:{bot.http.port}", secret, http)
            assert (await knocker.event(CHALLENGE)).status == 200

            finished = asyncio.Event()
            bot.scheduler._begin(lambda _: _wait_for(finished))
            stopping = asyncio.create_task(bot.stop())
            await until(lambda: bot.stopping)
            ready, event = await knocker.get("/readyz"), await knocker.event(CHALLENGE)
            assert (ready.status, ready.json["failing"][0]) == (503, "stopping")
            assert (event.status, event.connection) == (503, "close")
            assert (await knocker.get("/healthz")).status == 200
            assert not stopping.done()
            finished.set()
            await stopping

            again = Bot(deps)  # as the rehearsal does after its first day
            await again.start()
            assert not leases.of(deps.sessions).closed
            await again.stop()


async def _wait_for(finished: asyncio.Event) -> None:
    await finished.wait()


@pytest.mark.processes
async def test_another_replica_goes_on_at_once(postgres: Postgres, tmp_path: Path) -> None:
    """Asked to end in the middle of a morning: no lease is left, and everybody has one drill."""
    with postgres.fresh() as url:
        state, users = crowd.workspace(MEMBERS)
        await crowd.set_up(url, state, users)
        async with serving(state=state, retries=RETRIES) as (slack, sandbox):
            (tmp_path / "next").mkdir()
            first, second = Program(slack, url, tmp_path), Program(slack, url, tmp_path / "next")
            await first.start()
            assert first.process is not None
            try:
                await grown(slack, 5, 60.0)
                first.process.send_signal(signal.SIGTERM)
                assert await asyncio.wait_for(first.process.wait(), 60.0) == 0
                assert "leased" not in await crowd.states(url)
                await second.start()
                await settled(slack, sandbox, url)
            finally:
                for program in (first, second):
                    if program.process and program.process.returncode is None:
                        await program.kill()
