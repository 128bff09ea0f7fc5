"""`make screenshots`: what README and docs show, taken from a fresh sandbox.

People act through the workspace's own API, the page only shows: so the pictures come out alike
each time, and what the page looks like is all that can change them.
"""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp

from tests.screenshots.camera import IMAGES, Camera, camera
from tests.screenshots.mocks import mocks
from tests.screenshots.morning import morning
from tests.screenshots.plan import letter, plan
from tests.screenshots.workspace import PATIENCE, Workspace, sandbox

Part = Callable[[Workspace, Camera, str], Awaitable[None]]


async def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    await photograph(morning, mocks, plan)
    await photograph(letter)


async def photograph(*parts: Part) -> None:
    """One after another in a fresh sandbox, as Ana."""
    with tempfile.TemporaryDirectory() as folder:
        async with (
            sandbox(Path(folder) / "data") as url,
            aiohttp.ClientSession() as http,
            camera(url) as shots,
        ):
            workspace = Workspace(http, url)
            direct = await workspace.direct()
            for part in parts:
                async with asyncio.timeout(8 * PATIENCE):
                    await part(workspace, shots, direct)


if __name__ == "__main__":
    asyncio.run(main())
