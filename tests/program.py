"""The whole program as its users start it: a process with nothing but settings around it."""

import asyncio
import os
import signal
import socket as sockets
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from bot.config import ROOT
from bot.sandbox.server import SlackServer
from tests import databases
from tests.person import Person, Sandbox, until
from tests.world import ANSWER

Json = dict[str, Any]
CELLS = ("Restatement: ", "Trade-offs: ", "Execution: ", "Communication: ")
# What any process needs; nothing of ours may come from the surroundings.
KEPT = ("PATH", "LANG", "LC_ALL", "TZ")


@dataclass
class Ended:
    code: int
    out: str
    err: str


@dataclass
class Program:
    """`drumbeat` in an empty folder, with these settings and no others."""

    folder: Path
    settings: dict[str, str] = field(default_factory=dict)

    def environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        path = {"PYTHONPATH": str(ROOT), "DRUMBEAT_CONTENT": str(ROOT / "content")}
        return kept | path | self.settings

    async def start(self, *arguments: str) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "bot", *arguments),
            cwd=self.folder,
            env=self.environment(),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )

    async def call(self, *arguments: str, seconds: float = 60.0) -> Ended:
        """Run a command to its end."""
        process = await self.start(*arguments)
        async with asyncio.timeout(seconds):
            out, err = await process.communicate()
        return Ended(process.returncode or 0, out.decode(), err.decode())


@dataclass
class Running:
    """`drumbeat run`, up and ready; what it writes is gathered as it comes."""

    program: Program
    process: asyncio.subprocess.Process
    url: str
    took: float  # seconds from the start of the process until it was ready
    said: list[bytes] = field(default_factory=list)

    async def ends(self, name: signal.Signals = signal.SIGTERM) -> tuple[int, float]:
        """Ask it to end; (exit code, seconds it took)."""
        began = time.monotonic()
        self.process.send_signal(name)
        async with asyncio.timeout(15):
            code = await self.process.wait()
        return code, time.monotonic() - began

    def log(self) -> str:
        return b"".join(self.said).decode()


def free_port() -> int:
    """A port of loopback's that nobody listens on at this moment."""
    with sockets.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def running(program: Program) -> AsyncIterator[Running]:
    port = free_port()
    program.settings["PORT"] = str(port)
    began = time.monotonic()
    process = await program.start("run")
    run = Running(program, process, f"http://127.0.0.1:{port}", 0.0)
    readers = [asyncio.create_task(_gather(run, one)) for one in (process.stdout, process.stderr)]
    try:
        await until(lambda: _ready(run), 30)
        run.took = time.monotonic() - began
        yield run
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()
        await asyncio.gather(*readers)


async def _gather(run: Running, stream: asyncio.StreamReader | None) -> None:
    while stream is not None and (line := await stream.readline()):
        run.said.append(line)


async def _ready(run: Running) -> bool:
    if run.process.returncode is not None:
        raise AssertionError(f"ended with {run.process.returncode}: {run.log()}")
    try:
        async with aiohttp.ClientSession() as http, http.get(f"{run.url}/readyz") as response:
            return response.status == 200
    except aiohttp.ClientError:
        return False


def towards(slack: SlackServer, *, socket: bool) -> dict[str, str]:
    """The settings somebody writes in `.env` for this workspace."""
    told = slack.state.app
    common = {
        "SLACK_BOT_TOKEN": told.bot_token,
        "SLACK_API_URL": slack.api_url,
        "DATABASE_URL": "sqlite:///drumbeat.db",
    }
    if socket:
        return common | {"SLACK_APP_TOKEN": told.app_token}
    return common | {"SLACK_SIGNING_SECRET": told.signing_secret}


@asynccontextmanager
async def drumming(
    slack: SlackServer, sandbox: Sandbox, folder: Path, *, socket: bool
) -> AsyncIterator[Running]:
    """Migrated, started and known to Slack in this mode."""
    program = Program(folder, towards(slack, socket=socket))
    # What `migrate` writes, of which each process of tests needs one.
    store = await asyncio.to_thread(databases.migrated_sqlite)
    (folder / "drumbeat.db").write_bytes(store)
    async with running(program) as run:
        if socket:
            await sandbox.connected()
        else:
            slack.state.app.request_url = f"{run.url}/slack/events"
        yield run


@dataclass
class Lap:
    """Seconds from asking to the drill, from the reply to its card, from an edit to the change."""

    drill: float
    card: float
    edit: float


async def lap(ana: Person, dm: str, after: str = "") -> tuple[Lap, str]:
    """One drill as a black box sees it; returns also the drill's timestamp."""
    began = time.monotonic()
    said = await ana.types("/drill now")
    assert "on its way" in str(said), said
    drill = await ana.waits_for(
        lambda one: "thread" in one["text"] and one["ts"] > after and "metadata" in one,
        channel=dm,
    )
    asked = time.monotonic()
    payload = drill["metadata"]["event_payload"]
    assert drill["metadata"]["event_type"] == "drumbeat_delivery"
    assert payload["id"], payload
    mine = await ana.says(dm, ANSWER, thread_ts=drill["ts"])
    answered = time.monotonic()
    card = await ana.waits_for(
        lambda one: all(cell in one["text"] for cell in CELLS), channel=dm, thread_ts=drill["ts"]
    )
    scored = time.monotonic()
    assert_card(card)
    await ana.edits(mine, "I would wait and see.")
    edited = time.monotonic()
    await ana.waits_for(
        lambda one: one["ts"] == card["ts"] and one["text"] != card["text"],
        channel=dm,
        thread_ts=drill["ts"],
    )
    changed = time.monotonic()
    return Lap(asked - began, scored - answered, changed - edited), str(drill["ts"])


def assert_card(card: Json) -> None:
    """Each of the four cells with its mark, and a quote of what was written."""
    for cell in CELLS:
        mark = card["text"].partition(cell)[2].splitlines()[0]
        assert mark == "not assessed" or mark in [f"{level}/4" for level in range(5)], mark
    quoted = str(card["blocks"]).replace("\\n", " ")
    assert any(f"“{part}" in quoted for part in sentences(ANSWER)), quoted


def sentences(text: str) -> Sequence[str]:
    """The beginnings of a text's sentences and clauses, long enough to be nobody else's."""
    starts = [0, *(at + 2 for at in range(len(text)) if text[at : at + 2] in (". ", "; ", ", "))]
    return [text[at : at + 15] for at in starts if len(text) - at > 15]


def p95(values: Sequence[float]) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
