"""`drumbeat sandbox` as a newcomer has it: its links to scoreboards lead somewhere."""

import json
import re
from pathlib import Path

import aiohttp
import pytest

from tests.screenshots.workspace import ME, Workspace, sandbox


@pytest.mark.processes
async def test_the_sandbox_opens_its_scoreboard(tmp_path: Path) -> None:
    async with sandbox(tmp_path / "data") as url, aiohttp.ClientSession() as http:
        workspace = Workspace(http, url)
        app = (await workspace.ask(f"state?as={ME}"))["apps"][0]
        direct = (await workspace.ask("dm", users=[app["bot_user"]]))["channel"]["id"]
        typed = await workspace.ask("command", channel=direct, text="/okr board")
        link = re.search(r"<(http[^|]+)\|", json.dumps(typed["reply"]))
        assert link, typed
        async with http.get(link[1]) as answer:
            text = await answer.text()
            assert answer.status == 200
        for word in ("On track", "Off track", "Unknown"):  # one is red, one nobody updated
            assert word in text
        async with http.get(link[1][:-1]) as answer:
            assert answer.status == 404
    assert (tmp_path / "data" / "secret.key").stat().st_mode & 0o777 == 0o600
