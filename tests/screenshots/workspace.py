"""A sandbox for the pictures, and its API as one person uses it."""

import asyncio
import socket
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

ROOT = Path(__file__).parents[2]
PATIENCE = 120.0  # seconds for any one thing to happen
ME = "U0ANA"
Json = dict[str, Any]


class Workspace:
    """The sandbox's API, as Ana or somebody else uses it."""

    def __init__(self, http: aiohttp.ClientSession, url: str, me: str = ME) -> None:
        self.http, self.url, self.me = http, url, me

    def of(self, user: str) -> "Workspace":
        return Workspace(self.http, self.url, user)

    async def direct(self) -> str:
        """The direct message with the app."""
        app = (await self.ask(f"state?as={self.me}"))["apps"][0]
        return str((await self.ask("dm", users=[app["bot_user"]]))["channel"]["id"])

    async def ask(self, path: str, **body: Any) -> Json:
        """POST when there is a body, else GET; raises RuntimeError on a refusal."""
        if body:
            call = self.http.post(f"{self.url}/sandbox/{path}", json={"as": self.me} | body)
        else:
            call = self.http.get(f"{self.url}/sandbox/{path}")
        async with call as response:
            answer: Json = await response.json()
        if not answer["ok"]:
            raise RuntimeError(f"{path}: {answer}")
        return answer

    async def message(self, query: str, fits: Callable[[Json], bool]) -> Json:
        """The newest message that fits, once there is one."""
        while True:
            read = await self.ask(f"messages?as={self.me}&{query}")
            found = [one for one in read["messages"] if fits(one)]
            if found:
                return dict(found[-1])
            await asyncio.sleep(0.1)

    async def close_all(self) -> None:
        """Close every form; both pages show the same ones."""
        for view in (await self.ask(f"state?as={self.me}"))["modals"]:
            await self.ask("close", view_id=view["id"])


def rule_of(message: Json) -> str:
    return str(message.get("metadata", {}).get("event_payload", {}).get("rule", ""))


@asynccontextmanager
async def sandbox(folder: Path) -> AsyncIterator[str]:
    """`drumbeat sandbox` with fresh data on a free port; yields its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    command = (sys.executable, "-m", "bot", "sandbox", "--port", port, "--data", str(folder))
    started = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=PIPE, stderr=DEVNULL)
    try:
        yield await asyncio.wait_for(address(started), PATIENCE)
    finally:
        if started.returncode is None:
            started.terminate()
        await started.communicate()


async def address(started: Process) -> str:
    """The line with the page's address, printed when everything stands."""
    assert started.stdout is not None
    async for line in started.stdout:
        if line.startswith(b"http"):
            return line.decode().strip()
    raise RuntimeError("the sandbox ended before it was ready")
