"""A first morning: a drill, Home, a check-in and a scoreboard."""

import json
import re

from playwright.async_api import Page

from tests.screenshots.answers import answer_to
from tests.screenshots.camera import DIALOG, Camera, from_the_top, row_of
from tests.screenshots.workspace import ME, Workspace, rule_of


async def morning(workspace: Workspace, shots: Camera, direct: str) -> None:
    """With a picture at each of its stations; `direct`: Ana's messages with the app."""
    await shots.take("sandbox", "C0PRODUCT", "#main article", None)
    await shots.press("#tour button:has-text('Close')")

    digest = await workspace.message("channel=C0PRODUCT", lambda one: "okr.digest" in rule_of(one))
    row = row_of(digest)
    await shots.take("digest", "C0PRODUCT", row, from_the_top(row))
    picture = await workspace.message(
        f"channel=C0PRODUCT&thread_ts={digest['ts']}", lambda one: bool(one.get("files"))
    )
    await shots.take_file("chart", f"sandbox/file/{picture['files'][0]['id']}?as={ME}")

    before = await workspace.message(f"channel={direct}", lambda one: "drill" in rule_of(one))
    await workspace.ask("clock", action="next_due")
    drill = await workspace.message(
        f"channel={direct}",
        lambda one: rule_of(one) == "drill.daily" and one["ts"] > before["ts"],
    )
    row = row_of(drill)
    await shots.take("drill", direct, row, from_the_top(row))

    thread = f"channel={direct}&thread_ts={drill['ts']}"
    await workspace.ask("post", channel=direct, thread_ts=drill["ts"], text=answer_to(drill))
    card = await workspace.message(thread, lambda one: "Restatement:" in one["text"])
    row = row_of(card, "#thread")
    await shots.take("scorecard", f"{direct}/{drill['ts']}", row, from_the_top(row))

    await shots.take("home", "home", "#tab-view [data-action]", None)

    async def press_setup(page: Page) -> None:
        await workspace.close_all()  # the other page's
        await page.locator('#tab-view [data-action="home.setup"]').first.click()

    await shots.take("setup", "home", DIALOG, press_setup)
    await goals(workspace, shots, direct)

    typed = await workspace.ask("command", channel=direct, text="/okr board")
    link = re.search(r"<(http[^|]+)\|", json.dumps(typed["reply"]))
    if link is None:
        raise RuntimeError(f"/okr board gave no link: {typed}")
    await shots.take_page("board", link[1])


async def goals(workspace: Workspace, shots: Camera, direct: str) -> None:
    """A check-in and the tree, as forms over the direct message."""

    async def check_in(_page: Page) -> None:
        await workspace.close_all()
        await workspace.ask("command", channel=direct, text="/okr")

    async def tree(_page: Page) -> None:
        await workspace.close_all()
        await workspace.ask("command", channel=direct, text="/okr tree")

    while (await workspace.ask("clock"))["planned"] != "check-in":
        await workspace.ask("clock", action="next_due")
    await workspace.ask("clock", action="next_due")
    await workspace.message(f"channel={direct}", lambda one: rule_of(one) == "okr.check_in")
    await shots.take("check-in", direct, DIALOG, check_in)
    await shots.take("tree", direct, DIALOG, tree)
    await workspace.close_all()
