"""The scoreboard in a real browser, with its own headers: widths, themes, keyboard, paper."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Route, expect

from bot.okrs.board import rendering
from bot.okrs.board.page import page as words
from bot.web.board import HEADERS
from tests.browser import chromium
from tests.okrs import board_sample as boards

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
ADDRESS = "http://board.example/board/token"
FULL = rendering.board(words(boards.sample()))
PAGES = {
    "full": FULL,
    "empty": rendering.board(words(boards.empty())),
    "ended": rendering.ended(),
    "missing": rendering.missing(),
}
# Every visible text with its colour, the colour behind it and its size in pixels.
TEXTS = """() => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, at = node.parentElement;
    if (!node.data.trim() || !at.getClientRects().length || at.closest('svg')) continue;
    let behind = at;
    const clear = one => getComputedStyle(one).backgroundColor === 'rgba(0, 0, 0, 0)';
    while (clear(behind) && behind.parentElement) behind = behind.parentElement;
    const style = getComputedStyle(at);
    found.push([node.data.trim(), style.color, getComputedStyle(behind).backgroundColor]);
  }
  return found;
}"""
PARTS = """() => ['.values', '.expected', '.limit', '.track', '.done', '.due'].map(name => {
  const style = getComputedStyle(document.querySelector(name));
  return [name, style.stroke === 'none' ? style.fill : style.stroke];
})"""
HEADINGS = "() => [...document.querySelectorAll('h1,h2,h3,h4')].map(one => +one.tagName[1])"
WIDTH = "() => document.documentElement.scrollWidth"
# What stands beyond the right edge of the window; nothing may be cut off either.
BEYOND = """() => [...document.querySelectorAll('main *, header *, footer *')]
  .filter(one => one.getBoundingClientRect().right > innerWidth + .5 || one.scrollWidth >
    one.clientWidth + 1 && getComputedStyle(one).overflowX === 'hidden')
  .map(one => one.outerHTML.slice(0, 80))"""


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as found:
        yield found


@asynccontextmanager
async def reading(
    browser: Browser, text: str = FULL, width: int = 1280, scheme: Any = "light"
) -> AsyncIterator[Page]:
    """The page as it comes over HTTP; fails when the browser asks for more or complains."""
    context = await browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme
    )
    asked: list[str] = []
    complaints: list[str] = []

    async def answer(route: Route) -> None:
        asked.append(route.request.url)
        headers = HEADERS | {"Content-Type": "text/html; charset=utf-8"}
        await route.fulfill(status=200, headers=headers, body=text)

    try:
        page = await context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        await page.route("**/*", answer)
        await page.goto(ADDRESS)
        yield page
        assert asked == [ADDRESS]
        assert complaints == []
    finally:
        await context.close()


def luminance(colour: str) -> float:
    """Relative luminance of `rgb(r, g, b)`: WCAG 2.2, https://www.w3.org/TR/WCAG22/#dfn-relative-luminance."""
    parts = [float(one) / 255 for one in colour[colour.index("(") + 1 : -1].split(",")[:3]]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_text_and_line_stands_out(browser: Browser, scheme: str) -> None:
    behind = {}
    for name, text in PAGES.items():
        async with reading(browser, text, scheme=scheme) as page:
            seen = await page.evaluate(TEXTS)
            assert len(seen) > 2
            weak = [one for one in seen if contrast(one[1], one[2]) < 4.5]
            assert weak == [], name
            if name == "full":
                behind[scheme] = await page.evaluate(
                    "() => getComputedStyle(document.querySelector('.card')).backgroundColor"
                )
                parts = dict(await page.evaluate(PARTS))
    dark = luminance(behind[scheme]) < 0.2
    assert dark == (scheme == "dark")
    for name in (".values", ".expected", ".limit", ".done", ".due"):
        assert contrast(parts[name], behind[scheme]) >= 3, name
    assert contrast(parts[".done"], parts[".track"]) >= 3


@pytest.mark.parametrize("name", PAGES)
async def test_no_width_scrolls_sideways(browser: Browser, name: str) -> None:
    """320 is a desk's window at 400 % zoom, 640 at 200 %."""
    async with reading(browser, PAGES[name]) as page:
        for width in (1280, 640, 360, 320):
            await page.set_viewport_size({"width": width, "height": 800})
            assert await page.evaluate(WIDTH) == width
            assert await page.evaluate(BEYOND) == [], width


async def test_larger_letters_are_not_cut_off(browser: Browser) -> None:
    async with reading(browser, width=360) as page:
        await page.evaluate("() => { document.documentElement.style.fontSize = '150%' }")
        assert await page.evaluate(WIDTH) == 360


async def test_it_is_read_in_order(browser: Browser) -> None:
    for text in PAGES.values():
        async with reading(browser, text) as page:
            levels = await page.evaluate(HEADINGS)
            assert levels[0] == 1
            assert levels.count(1) == 1
            steps = pairwise(levels)
            assert all(after <= before + 1 for before, after in steps)
            assert await page.locator("html").get_attribute("lang") == "en"
            assert await page.title()
            await expect(page.get_by_role("main")).to_have_count(1)

    async with reading(browser) as page:
        assert await page.title() == "Checkout, 2026-Q1: scoreboard"
        await expect(page.get_by_role("banner")).to_contain_text("Week 9 of 13")
        await expect(page.get_by_role("contentinfo")).to_contain_text("read-only")
        for name in ("Objective", "Status", "Progress"):
            await expect(page.get_by_role("columnheader", name=name)).to_be_visible()
        await expect(page.get_by_role("rowheader")).to_have_count(2)
        await expect(page.get_by_role("table", name="An objective is as healthy")).to_be_visible()
        for title, _ in boards.GROUPS:
            await expect(page.get_by_role("region", name=title)).to_be_visible()
        drawn = page.get_by_role("img", name="Values of “Days from sign-up to first sale”")
        await expect(drawn).to_have_accessible_description(
            "26 January: 9 days; 2 February: 8.6 days; 9 February: 8.1 days; "
            "16 February: 7.5 days; 23 February: 7 days; 2 March: 6.4 days."
        )
        unnamed = "() => [...document.querySelectorAll('body > svg, main svg')].filter(one => "
        unnamed += "!one.ariaHidden && !one.querySelector('title')).length"
        assert await page.evaluate(unnamed) == 0
        await expect(page.locator("#k1 .status")).to_have_text("At risk")


async def test_the_keyboard_gets_everywhere(browser: Browser) -> None:
    at = "() => document.activeElement.textContent.trim()"
    async with reading(browser, width=360) as page:
        await page.keyboard.press("Tab")
        skip = page.locator(".skip")
        await expect(skip).to_be_focused()
        await expect(skip).to_be_in_viewport()
        outline = "() => getComputedStyle(document.activeElement).outlineStyle"
        assert await page.evaluate(outline) == "solid"
        await page.keyboard.press("Enter")
        seen = []
        for _ in range(3):
            await page.keyboard.press("Tab")
            assert await page.evaluate(outline) == "solid"
            seen.append(await page.evaluate(at))
        assert seen == [*(title for title, _ in boards.GROUPS), "Refund rate"]
        await page.keyboard.press("Enter")
        await expect(page.locator("#k2 h3")).to_be_in_viewport()


async def test_paper(browser: Browser) -> None:
    """Dark themes print dark on white, nothing needs backgrounds, and no card is cut in two."""
    async with reading(browser, width=688, scheme="dark") as page:
        await page.emulate_media(media="print", color_scheme="dark")
        weak = [
            one
            for one in await page.evaluate(TEXTS)
            if contrast(one[1], "rgb(255, 255, 255)") < 4.5
        ]
        assert weak == []
        assert await page.evaluate("() => getComputedStyle(document.body).backgroundColor") == (
            "rgb(255, 255, 255)"
        )
        await expect(page.locator(".skip")).to_be_hidden()
        inside = "one => getComputedStyle(one).breakInside"
        for name in (".card", ".objective", "tr"):
            assert await page.locator(name).first.evaluate(inside) == "avoid"
        printed = await page.pdf(prefer_css_page_size=True)
        assert printed.count(b"/MediaBox [0 0 594.95996 841.91998]") >= 2  # A4, in points
