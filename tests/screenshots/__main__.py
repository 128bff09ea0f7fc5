"""`make screenshots`: what README and docs show, taken from a fresh sandbox.

People act through the workspace's own API, the page only shows: so the pictures come out alike
each time, and what the page looks like is all that can change them.
"""

import asyncio
import tempfile
from pathlib import Path

import aiohttp

from tests.screenshots.camera import IMAGES, camera
from tests.screenshots.mocks import mocks
from tests.screenshots.morning import morning
from tests.screenshots.workspace import ME, PATIENCE, Workspace, sandbox


async def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        async with (
            sandbox(Path(folder) / "data") as url,
            aiohttp.ClientSession() as http,
            camera(url) as shots,
        ):
            workspace = Workspace(http, url)
            app = (await workspace.ask(f"state?as={ME}"))["apps"][0]
            direct = (await workspace.ask("dm", users=[app["bot_user"]]))["channel"]["id"]
            for part in (morning, mocks):
                async with asyncio.timeout(4 * PATIENCE):
                    await part(workspace, shots, direct)


if __name__ == "__main__":
    asyncio.run(main())
