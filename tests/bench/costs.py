"""What the program costs when nothing happens: memory, the start, a tick."""

import asyncio
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import aiohttp
from sqlalchemy import insert

from bot import app, content, features
from bot.clock import machine_now
from bot.config import sandboxed
from bot.deps import Deps
from bot.people.tables import Member
from bot.plans.tables import PracticePlan
from bot.workspaces.tables import Workspace
from tests import databases
from tests.bench.figures import Figure, percentile
from tests.knocking import Knocker
from tests.local_slack import serving
from tests.program import Program, drumming, free_port, towards

# The least that a bot of this kind imports: Bolt, the store's driver, the ticker, settings.
MINIMAL = (
    "import aiohttp, aiosqlite, httpx, pydantic_settings, slack_bolt.async_app, "
    "slack_bolt.adapter.socket_mode.aiohttp, sqlalchemy.ext.asyncio, sqlalchemy.orm, "
    "apscheduler.schedulers.asyncio"
)
REPEAT = 5
PATIENCE = 30.0  # seconds for a start


def pss(pid: int) -> float:
    """Megabytes of this process and its children: proportional, so shared pages count once."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            own = int(line.split()[1]) / 1024
            return own + sum(pss(int(child)) for child in children)
    raise AssertionError("the kernel tells no Pss")


def loading() -> Figure:
    """The whole bank is read at every start."""
    folders = sandboxed().folders
    took = min(_once(folders) for _ in range(REPEAT))
    return Figure(f"{len(content.load(folders).drills)} drills loaded", took, 0.5, "s", "CPU")


def _once(folders: list[Path]) -> float:
    began = time.process_time()
    content.load(folders)
    return time.process_time() - began


def _minimal() -> tuple[float, float]:
    """(seconds to import the minimal stack, megabytes it then holds), the best of a few."""
    times, sizes = [], []
    for _ in range(REPEAT):
        began = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, "-c", f"{MINIMAL}\nprint(1, flush=True)\ninput()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert process.stdout is not None
        process.stdout.readline()
        times.append(time.monotonic() - began)
        sizes.append(pss(process.pid))
        process.communicate(b"\n")
    return min(times), min(sizes)


async def start_and_memory(idle: float) -> list[Figure]:
    seconds, size = await asyncio.to_thread(_minimal)
    with tempfile.TemporaryDirectory() as folder:
        async with serving() as (slack, sandbox):
            async with drumming(slack, sandbox, Path(folder), socket=True) as run:
                await asyncio.sleep(idle)
                held = pss(run.process.pid)
            program = Program(Path(folder), towards(slack, socket=False))
            took = min([await _first_answer(program, slack.state.app.signing_secret)
                        for _ in range(REPEAT)])  # fmt: skip
    return [
        Figure("idle memory, all processes", held, 200, "MB", f"the issue, after {idle:.0f} s"),
        Figure("idle memory to minimal stack", held, 1.3 * size, "MB", f"1.3 × {size:.0f} MB"),
        Figure("start to first acknowledgement", took, 1.3 * seconds, "s", f"1.3 × {seconds:.2f}"),
    ]  # fmt: skip


async def _first_answer(program: Program, secret: str) -> float:
    """Seconds from starting the process to Slack's handshake being answered."""
    port = free_port()
    program.settings["PORT"] = str(port)
    began = time.monotonic()
    process = await program.start("run")
    async with aiohttp.ClientSession() as http:
        knocker = Knocker(f"http://127.0.0.1:{port}", secret, http)
        while True:
            try:
                told = {"type": "event_callback", "team_id": "T0", "event_id": "Ev1"}
                answer = await knocker.event(told | {"event": {"type": "emoji_changed"}})
            except aiohttp.ClientError:
                answer = None
            if answer is not None and answer.status == 200:
                break
            if process.returncode is not None or time.monotonic() - began > PATIENCE:
                raise AssertionError(f"never answered; ended with {process.returncode}")
            await asyncio.sleep(0.005)
    took = time.monotonic() - began
    process.terminate()
    await process.communicate()
    return took


async def idle_tick(members: int) -> list[Figure]:
    """The median tick when nobody is due."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "drumbeat.db"
        path.write_bytes(await asyncio.to_thread(databases.migrated_sqlite))
        told = sandboxed(database_url=f"sqlite:///{path}")
        async with app.build_deps(told) as deps:
            await _fill(deps, members)
            took = []
            for _ in range(60):
                began = time.perf_counter()
                await features.tick(deps)
                took.append(time.perf_counter() - began)
    what = f"{len(features.DUE)} jobs, {members:,} members, none due"
    figure = percentile(took[10:], 0.5) * 1000
    return [Figure(f"idle tick, {members:,} members", figure, 5.0, "ms", what)]


async def _fill(deps: Deps, members: int) -> None:
    now = machine_now()
    async with deps.transaction() as session:
        await session.execute(insert(Workspace).values(id=1, team_id="T1", installed_at=now))
        for start in range(0, members, 10_000):
            ids = range(start + 1, min(members, start + 10_000) + 1)
            await session.execute(
                insert(Member),
                [{"id": one, "workspace_id": 1, "user_id": f"U{one}"} for one in ids],
            )
            plans = [
                {
                    "workspace_id": 1,
                    "member_id": one,
                    "set_up_at": now,
                    "next_due_at": now + timedelta(hours=1 + one % 24),
                }
                for one in ids
            ]
            await session.execute(insert(PracticePlan), plans)
