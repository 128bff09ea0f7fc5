"""Two pages, a desk's and a phone's, and the pictures taken of them."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Page, async_playwright
from playwright.async_api import TimeoutError as NotSeen

from tests.screenshots.workspace import ME, PATIENCE, ROOT, Json
from tests.small_png import small_png

IMAGES = ROOT / "docs" / "images"
CHROMIUM = "/usr/bin/chromium"
SIZES = {"desktop": (1280, 800), "phone": (390, 844)}
LARGEST = 200_000  # bytes of a picture
TRIES = 6
DIALOG = "[role=dialog], dialog[open]"


class Camera:
    """Two pages side by side, a desk's and a phone's."""

    def __init__(self, url: str, pages: dict[str, Page]) -> None:
        self.url, self.pages = url, pages

    async def take(
        self,
        name: str,
        place: str,
        sight: str,
        act: Callable[[Page], Awaitable[None]] | None,
        me: str = ME,
    ) -> None:
        """Go to `place` as `me`, wait until `sight` can be seen, and take both pictures."""
        for size, page in self.pages.items():
            await page.goto(f"{self.url}/?{name}#/{me}/{place}")
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

    async def take_file(self, name: str, place: str, width: int = 1000) -> None:
        """A picture that the app posted, as wide as Slack shows one that was clicked."""
        page = self.pages["desktop"]
        await page.goto(f"{self.url}/{place}")
        style = f"width: {width}px; height: auto"
        await page.locator("img").evaluate("(node, style) => node.style.cssText = style", style)
        await page.locator("body").evaluate("node => node.style.background = 'white'")
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


def row_of(message: Json, pane: str = "#main") -> str:
    """The selector of a message, in the conversation or in its thread."""
    return f'{pane} li[data-ts="{message["ts"]}"] article'


def from_the_top(row: str) -> Callable[[Page], Awaitable[None]]:
    """Scroll to a message's first line, once the list has come to its end."""

    async def bring_up(page: Page) -> None:
        await page.locator(row).wait_for()
        await page.wait_for_timeout(500)
        await page.locator(row).evaluate("node => node.scrollIntoView({block: 'start'})")

    return bring_up
