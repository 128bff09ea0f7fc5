"""`make screenshots`: what README and docs show, taken from a fresh sandbox.

People act through the workspace's own API, the page only shows: so the pictures come out alike
each time, and what the page looks like is all that can change them.
"""

import asyncio
import json
import re
import socket
import sys
import tempfile
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
from playwright.async_api import Page, async_playwright
from playwright.async_api import TimeoutError as NotSeen

from tests.small_png import small_png

ROOT = Path(__file__).parent.parent
IMAGES = ROOT / "docs" / "images"
CHROMIUM = "/usr/bin/chromium"
SIZES = {"desktop": (1280, 800), "phone": (390, 844)}
LARGEST = 200_000  # bytes of a picture
PATIENCE = 60.0  # seconds for any one thing to happen
TRIES = 6
ME = "U0ANA"
Json = dict[str, Any]
# For the drill that a fresh sandbox asks first, reading-app-guardrails.
ANSWER = (
    "I would stop the autoplay this week and keep the badges for a second test. The goal behind "
    "the 45 minutes is that children read more and understand it; I assume the quiz is a fair "
    "check of that. The pilot bought minutes with attention: finished stories fell from 1.9 to "
    "1.6, right answers by 8 points, and reading after 21:00 more than doubled. Guardrails: "
    "finished stories per child at least 1.9, quiz no more than 2 points below 71%, late reading "
    "under 8%. Keeping both would hit the target and lose sleep and comprehension; dropping both "
    "costs us the part that may work. I would flip if the quiz drop vanished with autoplay off. "
    "Next: Mira runs badges alone in 30 other schools for six weeks, looks at the three limits "
    "every Friday, and turns them off when one is crossed twice."
)


class Workspace:
    """The sandbox's API, as Ana uses it."""

    def __init__(self, http: aiohttp.ClientSession, url: str) -> None:
        self.http, self.url = http, url

    async def ask(self, path: str, **body: Any) -> Json:
        """POST when there is a body, else GET; raises RuntimeError on a refusal."""
        if body:
            call = self.http.post(f"{self.url}/sandbox/{path}", json={"as": ME} | body)
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
            read = await self.ask(f"messages?as={ME}&{query}")
            found = [one for one in read["messages"] if fits(one)]
            if found:
                return dict(found[-1])
            await asyncio.sleep(0.1)


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


class Camera:
    """Two pages side by side, a desk's and a phone's."""

    def __init__(self, url: str, pages: dict[str, Page]) -> None:
        self.url, self.pages = url, pages

    async def take(
        self, name: str, place: str, sight: str, act: Callable[[Page], Awaitable[None]] | None
    ) -> None:
        """Go to `place`, wait until `sight` can be seen, and take both pictures."""
        for size, page in self.pages.items():
            await page.goto(f"{self.url}/?{name}#/{ME}/{place}")
            await self._seen(page, sight, act)
            await page.evaluate("document.fonts.ready")
            await page.wait_for_timeout(500)  # scrolling and unread marks come to rest
            await self._keep(page, name, size)

    async def _seen(
        self, page: Page, sight: str, act: Callable[[Page], Awaitable[None]] | None
    ) -> None:
        """Act until `sight` can be seen.

        As a person would, once more: a click is lost when Home is drawn anew under it, and on a
        busy machine the app may come too late for a form, which Slack allows for three seconds.
        """
        for left in reversed(range(TRIES)):
            if act is not None:
                await act(page)
            try:
                await page.locator(sight).last.wait_for(timeout=PATIENCE * 1000 / TRIES)
            except NotSeen:
                if not left:
                    raise
            else:
                return

    async def take_page(self, name: str, address: str) -> None:
        """A page that is not the workspace's own."""
        for size, page in self.pages.items():
            answer = await page.goto(address)
            if answer is None or answer.status != 200:
                raise RuntimeError(f"{name}: {answer}")
            await self._keep(page, name, size)

    async def take_file(self, name: str, place: str) -> None:
        """A picture that the app posted, as wide as Slack shows one that was clicked."""
        page = self.pages["desktop"]
        await page.goto(f"{self.url}/{place}")
        await page.locator("img").evaluate("node => node.style.cssText = 'width: 1000px'")
        seen = await page.locator("img").screenshot()
        await self._write(IMAGES / f"{name}.png", seen)

    async def _keep(self, page: Page, name: str, size: str) -> None:
        path = IMAGES / f"{name}-{size}.png"
        await self._write(path, await page.screenshot(animations="disabled", caret="hide"))

    async def _write(self, path: Path, seen: bytes) -> None:
        taken = await asyncio.to_thread(small_png, seen)
        if len(taken) > LARGEST:
            raise RuntimeError(f"{path.name} has {len(taken):,} bytes, over {LARGEST:,}")
        path.write_bytes(taken)
        sys.stdout.write(f"{path.relative_to(ROOT)}  {len(taken) // 1000} kB\n")

    async def press(self, button: str) -> None:
        for page in self.pages.values():
            await page.locator(button).click()


@asynccontextmanager
async def camera(url: str) -> AsyncIterator[Camera]:
    async with async_playwright() as play:
        browser = await play.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-lcd-text"],
        )
        pages = {}
        for size, (width, height) in SIZES.items():
            context = await browser.new_context(
                viewport={"width": width, "height": height},
                is_mobile=size == "phone",
                color_scheme="light",
                reduced_motion="reduce",
                locale="en-GB",
            )
            context.set_default_timeout(PATIENCE * 1000)
            pages[size] = await context.new_page()
        yield Camera(url, pages)
        await browser.close()


async def walk(workspace: Workspace, shots: Camera) -> None:
    """A first morning, with a picture at each of its stations."""
    seen = await workspace.ask(f"state?as={ME}")
    app = seen["apps"][0]
    await shots.take("sandbox", "C0PRODUCT", "#main article", None)
    await shots.press("#tour button:has-text('Close')")

    digest = await workspace.message("channel=C0PRODUCT", lambda one: "okr.digest" in rule_of(one))
    row = f'#main li[data-ts="{digest["ts"]}"] article'
    await shots.take("digest", "C0PRODUCT", row, from_the_top(row))
    picture = await workspace.message(
        f"channel=C0PRODUCT&thread_ts={digest['ts']}", lambda one: bool(one.get("files"))
    )
    await shots.take_file("chart", f"sandbox/file/{picture['files'][0]['id']}?as={ME}")

    direct = (await workspace.ask("dm", users=[app["bot_user"]]))["channel"]["id"]
    before = await workspace.message(f"channel={direct}", lambda one: "drill" in rule_of(one))
    await workspace.ask("clock", action="next_due")
    drill = await workspace.message(
        f"channel={direct}",
        lambda one: rule_of(one) == "drill.daily" and one["ts"] > before["ts"],
    )
    row = f'#main li[data-ts="{drill["ts"]}"] article'
    await shots.take("drill", direct, row, from_the_top(row))

    thread = f"channel={direct}&thread_ts={drill['ts']}"
    await workspace.ask("post", channel=direct, thread_ts=drill["ts"], text=ANSWER)
    card = await workspace.message(thread, lambda one: "Restatement:" in one["text"])
    row = f'#thread li[data-ts="{card["ts"]}"] article'
    await shots.take("scorecard", f"{direct}/{drill['ts']}", row, from_the_top(row))

    await shots.take("home", "home", "#tab-view [data-action]", None)

    async def press_setup(page: Page) -> None:
        for view in (await workspace.ask(f"state?as={ME}"))["modals"]:  # the other page's
            await workspace.ask("close", view_id=view["id"])
        await page.locator('#tab-view [data-action="home.setup"]').first.click()

    await shots.take("setup", "home", "[role=dialog], dialog[open]", press_setup)
    await goals(workspace, shots, direct)

    typed = await workspace.ask("command", channel=direct, text="/okr board")
    link = re.search(r"<(http[^|]+)\|", json.dumps(typed["reply"]))
    if link is None:
        raise RuntimeError(f"/okr board gave no link: {typed}")
    await shots.take_page("board", link[1])


async def goals(workspace: Workspace, shots: Camera, direct: str) -> None:
    """A check-in and the tree, as forms over the direct message."""

    async def close_all() -> None:
        for view in (await workspace.ask(f"state?as={ME}"))["modals"]:
            await workspace.ask("close", view_id=view["id"])

    async def check_in(_page: Page) -> None:
        await close_all()
        await workspace.ask("command", channel=direct, text="/okr")

    async def tree(_page: Page) -> None:
        await close_all()
        await workspace.ask("command", channel=direct, text="/okr tree")

    while (await workspace.ask("clock"))["planned"] != "check-in":
        await workspace.ask("clock", action="next_due")
    await workspace.ask("clock", action="next_due")
    await workspace.message(f"channel={direct}", lambda one: rule_of(one) == "okr.check_in")
    await shots.take("check-in", direct, "[role=dialog], dialog[open]", check_in)
    await shots.take("tree", direct, "[role=dialog], dialog[open]", tree)
    await close_all()


def from_the_top(row: str) -> Callable[[Page], Awaitable[None]]:
    """Scroll to a message's first line, once the list has come to its end."""

    async def bring_up(page: Page) -> None:
        await page.locator(row).wait_for()
        await page.wait_for_timeout(500)
        await page.locator(row).evaluate("node => node.scrollIntoView({block: 'start'})")

    return bring_up


async def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        async with (
            sandbox(Path(folder) / "data") as url,
            aiohttp.ClientSession() as http,
            camera(url) as shots,
            asyncio.timeout(4 * PATIENCE),
        ):
            await walk(Workspace(http, url), shots)


if __name__ == "__main__":
    asyncio.run(main())
