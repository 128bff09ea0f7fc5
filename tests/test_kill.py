"""kill -9 at random moments of a morning, in real processes: everybody gets one drill.

The usual form is short; `DRUMBEAT_SOAK=1` runs the long one (200 members, 50 kills).
"""

import asyncio
import os
import random
import signal
import sys
from asyncio.subprocess import DEVNULL, Process
from collections import Counter
from pathlib import Path

import pytest

from bot.config import ROOT
from bot.sandbox.server import SlackServer
from tests import crowd
from tests.databases import Postgres
from tests.local_slack import serving
from tests.person import Sandbox
from tests.world import KEY

SOAK = os.environ.get("DRUMBEAT_SOAK") == "1"
MEMBERS, KILLS = (200, 50) if SOAK else (30, 4)
PATIENCE = 1800.0 if SOAK else 90.0  # seconds; every doubt costs a look at a history, 50 a minute
RETRIES = (0.3, 2.0, 5.0)  # Slack's own are longer; what was echoed while we were dead comes again
RULES = ("drill.daily", "drill.warmup")
pytestmark = pytest.mark.processes


class Program:
    """`drumbeat run` in a process of its own, started again and again."""

    def __init__(self, slack: SlackServer, database_url: str, folder: Path) -> None:
        told = slack.state.app
        self.folder = folder
        self.environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "SLACK_BOT_TOKEN": told.bot_token,
            "SLACK_APP_TOKEN": told.app_token,
            "SLACK_API_URL": slack.api_url,
            "DATABASE_URL": database_url,
            "DRUMBEAT_SECRET_KEY": KEY,
            "DRUMBEAT_CLOCK": crowd.DUE,
            "PORT": "0",
        }
        self.process: Process | None = None

    async def start(self) -> None:
        log = (self.folder / "log").open("ab")
        self.process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "run"),
            cwd=self.folder,
            env=self.environment,
            stdin=DEVNULL,
            stdout=log,
            stderr=log,
        )
        log.close()

    async def kill(self) -> None:
        if self.process is None:
            return
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGKILL)
        await self.process.wait()
        assert self.process.returncode == -signal.SIGKILL, (self.folder / "log").read_text()[-3000:]


def posts(slack: SlackServer) -> Counter[tuple[str, str]]:
    """{(channel, rule): how many} of our messages that stand in Slack."""
    return Counter(
        (channel.id, message["metadata"]["event_payload"]["rule"])
        for channel in slack.state.channels.values()
        for message in channel.messages.values()
        if "metadata" in message
    )


async def grown(slack: SlackServer, number: int, seconds: float = 4.0) -> None:
    """Until that many messages are there, or for so long."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while posts(slack).total() < number and loop.time() < end:
        await asyncio.sleep(0.003)


async def kill_again_and_again(
    programs: list[Program], slack: SlackServer, dice: random.Random
) -> None:
    """Each life is ended after a few messages, so that the kills fall over the whole morning."""
    share = 2 * MEMBERS // KILLS
    for number in range(KILLS):
        program = programs[number % len(programs)]
        await grown(slack, posts(slack).total() + dice.randrange(1, share))
        await asyncio.sleep(dice.uniform(0, 0.02))
        await program.kill()
        await program.start()


async def settled(slack: SlackServer, sandbox: Sandbox, database_url: str) -> None:
    """Everything is sent, and everybody has one drill and one recall card."""
    assert await crowd.all_sent(database_url, 2 * MEMBERS, PATIENCE) == {"sent": 2 * MEMBERS}
    found = posts(slack)
    assert set(found.values()) == {1}
    assert Counter(rule for _, rule in found) == dict.fromkeys(RULES, MEMBERS)
    assert len({channel for channel, _ in found}) == MEMBERS


async def test_kills_on_sqlite_lose_and_double_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'drumbeat.db'}"
    await migrate(url)
    state, users = crowd.workspace(MEMBERS)
    await crowd.set_up(url, state, users)
    async with serving(state=state, retries=RETRIES) as (slack, sandbox):
        program = Program(slack, url, tmp_path)
        await program.start()
        try:
            await kill_again_and_again([program], slack, random.Random(4))
            await settled(slack, sandbox, url)
        finally:
            await program.kill()


async def migrate(url: str) -> None:
    migrating = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "migrate"),
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "DATABASE_URL": url},
        stdout=DEVNULL,
    )
    assert await migrating.wait() == 0


async def test_kills_among_replicas_on_a_bad_day(postgres: Postgres, tmp_path: Path) -> None:
    """Three replicas, one in twenty calls refused for its pace, one in fifty answers lost."""
    with postgres.fresh() as url:
        state, users = crowd.workspace(MEMBERS)
        await crowd.set_up(url, state, users)
        async with serving(state=state, retries=RETRIES) as (slack, sandbox):
            await sandbox.faults(all={"rate_limited": 0.05, "lost_after": 0.02, "retry_after": 1})
            programs = []
            for name in ("one", "two", "three"):
                (tmp_path / name).mkdir()
                programs.append(Program(slack, url, tmp_path / name))
            for program in programs:
                await program.start()
            try:
                await kill_again_and_again(programs, slack, random.Random(5))
                await settled(slack, sandbox, url)
            finally:
                for program in programs:
                    await program.kill()
