"""The ten lines of docs/sandbox.md, run as somebody would beside the local workspace."""

import asyncio
import os
import re
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

ROOT = Path(__file__).parent.parent
Json = dict[str, Any]


@asynccontextmanager
async def process(*arguments: str, **settings: str) -> AsyncIterator[Process]:
    """A Python process in its own right; ended when the block is left."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SLACK_")}
    started = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, cwd=ROOT, env=kept | settings, stdout=PIPE, stderr=PIPE
    )
    try:
        yield started
    finally:
        if started.returncode is None:
            started.terminate()
        await started.communicate()


async def told(workspace: Process) -> tuple[str, dict[str, str]]:
    """The address and the settings that the workspace prints."""
    assert workspace.stdout is not None
    lines = [(await workspace.stdout.readline()).decode().strip() for _ in range(5)]
    return lines[0], dict(line.split("=", 1) for line in lines[1:])


@pytest.mark.processes
async def test_another_app_answers_on_the_local_workspace(tmp_path: Path) -> None:
    code = re.search(r"```python\n(.*?)```", (ROOT / "docs/sandbox.md").read_text(), re.DOTALL)
    assert code is not None
    assert len([line for line in code[1].splitlines() if line]) <= 10
    async with asyncio.timeout(30), process("-m", "bot.sandbox", "--port", "0") as workspace:
        url, settings = await told(workspace)
        async with process("-c", code[1], **settings), aiohttp.ClientSession(url) as http:
            assert await talk(http) == "You said: anybody there?"


async def talk(http: aiohttp.ClientSession) -> str:
    """What the app answers to Ana's direct message, once it has connected."""
    while not (await ask(http, "sandbox/sockets"))["open"]:
        await asyncio.sleep(0.1)
    person: Json = {"as": "U0ANA"}
    opened = await ask(http, "sandbox/dm", person | {"users": ["U0APP"]})
    where = opened["channel"]["id"]
    await ask(http, "sandbox/post", person | {"channel": where, "text": "anybody there?"})
    while True:
        read = await ask(http, f"sandbox/messages?as=U0ANA&channel={where}")
        for message in read["messages"]:
            if message["user"] == "U0APP":
                return str(message["text"])
        await asyncio.sleep(0.1)


async def ask(http: aiohttp.ClientSession, path: str, body: Json | None = None) -> Json:
    method = "GET" if body is None else "POST"
    async with http.request(method, f"/{path}", json=body) as response:
        answer: Json = await response.json()
        assert answer["ok"], answer
        return answer


@pytest.mark.processes
async def test_an_app_over_http_is_found_by_its_address() -> None:
    """The `curl` line of docs/sandbox.md: events go to the address that it names."""
    heard: asyncio.Queue[str] = asyncio.Queue()

    async def knocked(request: web.Request) -> web.Response:
        heard.put_nowait((await request.json())["event"]["text"])
        return web.Response()

    app = web.Application()
    app.router.add_post("/slack/events", knocked)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    where = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    try:
        async with asyncio.timeout(30), process("-m", "bot.sandbox", "--port", "0") as workspace:
            url, _ = await told(workspace)
            async with aiohttp.ClientSession(url) as http:
                await ask(http, "sandbox/app", {"request_url": where})
                person: Json = {"as": "U0ANA"}
                opened = await ask(http, "sandbox/dm", person | {"users": ["U0APP"]})
                told_it = person | {"channel": opened["channel"]["id"], "text": "by post"}
                await ask(http, "sandbox/post", told_it)
                assert await heard.get() == "by post"
    finally:
        await runner.cleanup()
