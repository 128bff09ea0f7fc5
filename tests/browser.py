"""Chromium for the tests of pages, and the sandbox's page in it."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.async_api import (
    Browser,
    ConsoleMessage,
    Locator,
    Page,
    ViewportSize,
    async_playwright,
)

DESKTOP: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}
QUIETLY = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 8_000


class Calendar:
    """A calendar that stands still until it is moved. Something is due at 09:00 in Madrid."""

    speed = 0.0

    def __init__(self) -> None:
        self.at = datetime(2026, 3, 10, 7, 58, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def next_due(self) -> datetime:
        due = self.at.replace(hour=8, minute=0)
        return due if due > self.at else due + timedelta(days=1)

    async def move_to(self, instant: datetime) -> None:
        self.at = instant


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """The system's Chromium, without a window."""
    async with async_playwright() as playwright:
        path = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = await playwright.chromium.launch(executable_path=path, args=QUIETLY)
        try:
            yield browser
        finally:
            await browser.close()


class Window:
    """The sandbox's page as one person sees it, with everything the browser complained of."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.set_default_timeout(PATIENCE)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)

    @property
    def composer(self) -> Locator:
        return self.page.locator("#main textarea")

    @property
    def reply(self) -> Locator:
        return self.page.locator("#thread .composer textarea")

    @property
    def modal(self) -> Locator:
        return self.page.locator("dialog[open]")

    def message(self, text: str, where: str = "#main") -> Locator:
        return self.page.locator(f"{where} article.message", has_text=text)

    def room(self, name: str) -> Locator:
        return self.page.locator("#side .room", has_text=name)

    async def goes(self, place: str) -> None:
        """To a channel's id, `home` or `about`, as the address would take one there."""
        await self.page.evaluate("to => { location.hash = to }", f"#/U0ANA/{place}")
        await self.page.wait_for_timeout(50)

    async def says(self, text: str, where: Locator | None = None) -> None:
        field = where or self.composer
        await field.fill(text)
        await field.press("Enter")

    async def menu(self, text: str, entry: str) -> None:
        """Pick from the menu of the message with this text."""
        message = self.message(text)
        await message.hover()
        await message.locator("[data-tool=more]").click()
        await self.page.get_by_role("menuitem", name=entry).click()

    async def focused(self) -> str:
        """The tag, and the label or text, of what holds the focus."""
        return str(
            await self.page.evaluate(
                "() => { const at = document.activeElement;"
                "return `${at.tagName} ${at.getAttribute('aria-label') || at.textContent}`; }"
            )
        )


@asynccontextmanager
async def looking(
    browser: Browser, url: str, place: str = "", size: ViewportSize = DESKTOP, **options: Any
) -> AsyncIterator[Window]:
    """Open the page at `place`, e.g. `#/U0ANA/C0GENERAL`; fails on an error in a script."""
    context = await browser.new_context(viewport=size, **options)
    try:
        window = Window(await context.new_page())
        await window.page.goto(f"{url}/{place}")
        await window.page.wait_for_selector("body[data-ready]")
        yield window
        # A refused call is logged by the browser too; that is no fault of the page.
        wrong = [one for one in window.complaints if "Failed to load resource" not in one]
        assert wrong == []
    finally:
        await context.close()
