"""The local Slack's page in a real browser: the bar, much text, every field, and coming back."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from bot.sandbox.server import PAGE, SlackServer
from tests.browser import Calendar, Window, chromium, looking
from tests.local_slack import (
    Json,
    bolt,
    button,
    client,
    field,
    modal,
    on_socket,
    section,
    serving,
)
from tests.person import Sandbox, until

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
GENERAL = "#/U0ANA/C0GENERAL"
LONGEST_FILE = 300


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as found:
        yield found


async def test_the_clock_bar_and_the_bad_day(browser: Browser) -> None:
    async with (
        serving(clockwork=Calendar()) as (server, sandbox),
        looking(browser, server.url, GENERAL) as window,
    ):
        page = window.page
        await expect(page.locator("#calendar-due")).to_have_text("Next due 09:00")
        await page.get_by_role("button", name="Next due").click()
        await expect(page.locator("#calendar-time")).to_have_text("09:00")
        await page.get_by_role("button", name="+1 day").click()
        await expect(page.locator("#calendar-day")).to_contain_text("11 March")
        dev = page.locator("#side .person", has_text="Dev Sharma")
        await expect(dev).to_contain_text("13:30")
        await page.locator("[data-tool=bad-day]").click()
        await window.modal.get_by_role("button", name="A ready-made bad day").click()
        await expect(page.locator("[data-tool=bad-day]")).to_have_text("Bad day: on")
        assert (await sandbox.get("faults"))["bad_day"] is True
        await page.locator("[data-tool=bad-day]").click()
        await window.modal.get_by_label("Events sent twice").fill("100")
        await window.modal.get_by_role("button", name="Apply these").click()
        await expect(window.modal).to_have_count(0)
        assert (await sandbox.get("faults"))["events"]["repeat"] == 1


async def test_the_tour_is_closed_once_by_keyboard(browser: Browser) -> None:
    async with (
        serving() as (server, _),
        looking(browser, server.url, GENERAL) as window,
    ):
        page, tour = window.page, window.page.locator("#tour")
        await expect(tour).to_contain_text("You are Ana.")
        await tour.get_by_role("button", name="Next").press("Enter")
        await expect(tour).to_contain_text("2 of 3")
        await page.keyboard.press("Escape")
        await expect(tour).to_be_hidden()
        await page.reload()
        await page.wait_for_selector("body[data-ready]")
        await expect(tour).to_be_hidden()


async def test_a_voice_clip_and_what_only_one_person_sees(browser: Browser) -> None:
    async with (
        serving() as (server, sandbox),
        looking(browser, server.url, GENERAL) as window,
    ):
        page = window.page
        await page.locator("#main").get_by_role("button", name="Record a voice clip").click()
        await window.modal.get_by_label("What is said").fill("Cut it to two steps.")
        await window.modal.get_by_label("Transcript after").fill("0.3")
        await window.modal.get_by_role("button", name="Send the clip").click()
        clip = window.message("Voice clip, 0:02")
        await expect(clip).to_contain_text("Writing the transcript")
        await expect(clip).to_contain_text("Cut it to two steps.")
        await window.says("/nothing here")
        failed = window.message('/nothing failed with the error "dispatch_failed"')
        await expect(failed).to_contain_text("Only visible to you")
        await failed.get_by_role("button", name="Dismiss").click()
        await expect(failed).to_have_count(0)
        assert len(await sandbox.person("U0BEN").sees("C0GENERAL")) == 1


async def test_two_thousand_messages_and_a_very_long_one(browser: Browser) -> None:
    async with serving() as (server, sandbox):
        ben = sandbox.person("U0BEN")
        for number in range(2_000):
            await ben.says("C0GENERAL", f"Message {number}")
        await ben.says("C0GENERAL", "*_~`<" * 8_000)
        async with looking(browser, server.url, GENERAL) as window:
            page, rows = window.page, window.page.locator("#main .messages > li")
            await expect(page.get_by_role("button", name="Show all 64,000")).to_be_in_viewport()
            began = await page.evaluate("performance.now()")
            await page.get_by_role("button", name="Show all 64,000").click()
            assert await page.evaluate("performance.now()") - began < 2_000
            shown = await rows.count()
            scroller = page.locator("#main .scroller")
            await scroller.evaluate("node => { node.scrollTop = 0 }")
            await expect(page.locator(".jump")).to_be_visible()
            await until(lambda: _more(rows, shown))
            top = await scroller.evaluate("node => node.scrollTop")
            await asyncio.gather(*(ben.says("C0GENERAL", f"New {number}") for number in range(50)))
            await expect(page.locator(".jump")).to_contain_text("50 new messages")
            assert abs(await scroller.evaluate("node => node.scrollTop") - top) < 2
            await page.locator(".jump").click()
            await expect(window.message("New 49")).to_be_in_viewport()


async def _more(rows: Any, shown: int) -> bool:
    return bool(await rows.count() > shown)


async def test_it_finds_its_way_back_after_a_restart(browser: Browser, tmp_path: Path) -> None:
    async with (
        serving(tmp_path) as (server, _),
        looking(browser, server.url, GENERAL) as window,
    ):
        port = int(server.url.rpartition(":")[2])
        await server.stop()
        await expect(window.page.locator("#offline")).to_be_visible()
        again = SlackServer(tmp_path)
        await again.start(port)
        try:
            async with Sandbox.over(again.url) as sandbox:
                await sandbox.person("U0BEN").says("C0GENERAL", "Back again")
                await expect(window.message("Back again")).to_be_visible(timeout=8_000)
                await expect(window.page.locator("#offline")).to_be_hidden()
        finally:
            await again.stop()
        window.complaints = [one for one in window.complaints if "WebSocket" not in one]


async def test_forms_stand_on_one_another_and_clicks_ask_first(browser: Browser) -> None:
    async with serving() as (server, _):
        app, picked = bolt(server), []
        sure = {
            "title": {"type": "plain_text", "text": "Sure?"},
            "text": {"type": "mrkdwn", "text": "It is *final*."},
            "confirm": {"type": "plain_text", "text": "Yes"},
            "deny": {"type": "plain_text", "text": "No"},
        }
        select: Json = {"type": "static_select", "action_id": "pick", "confirm": sure}
        select |= {"options": [option("Oslo"), option("Paris")]}
        deeper = [{"type": "actions", "elements": [button("Deeper", "deeper")]}]
        name = {"type": "plain_text_input", "action_id": "a"}

        @app.action("pick")
        async def pick(ack: Any, action: Json, body: Json, client: Any) -> None:
            picked.append(action["selected_option"]["value"])
            view = modal(field("Name", "name", name), *deeper)
            await client.views_open(trigger_id=body["trigger_id"], view=view)
            await ack()

        @app.action("deeper")
        async def push(ack: Any, body: Json, client: Any) -> None:
            view = modal(section("Below"), *deeper, title={"type": "plain_text", "text": "Deeper"})
            await client.views_push(trigger_id=body["trigger_id"], view=view)
            await ack()

        async with on_socket(server, app), looking(browser, server.url, GENERAL) as window:
            blocks = [{"type": "actions", "elements": [select]}]
            await client(server).conversations_join(channel="C0GENERAL")
            await client(server).chat_postMessage(channel="C0GENERAL", text="Pick", blocks=blocks)
            chooser = window.page.locator("#main article select")
            await chooser.select_option("Oslo")
            await window.modal.get_by_role("button", name="No").click()
            await expect(chooser).to_have_value("")
            await chooser.select_option("Paris")
            await window.modal.get_by_role("button", name="Yes").click()
            await window.modal.get_by_label("Name").fill("Kept")
            await window.modal.get_by_role("button", name="Deeper").click()
            await expect(window.modal).to_contain_text("Below")
            await window.modal.get_by_role("button", name="Deeper").click()
            await expect(window.page.locator("#said")).to_contain_text("form 3 on top")
            await window.page.keyboard.press("Escape")
            await window.page.keyboard.press("Escape")
            await expect(window.modal.get_by_label("Name")).to_have_value("Kept")
            await window.page.keyboard.press("Escape")
            await expect(window.modal).to_have_count(0)
            assert picked == ["paris"]


def option(text: str) -> Json:
    return {"text": {"type": "plain_text", "text": text}, "value": text.lower()}


EVERY_ELEMENT: dict[str, Json] = {
    "static_select": {"options": [option("Oslo"), option("Paris")]},
    "multi_static_select": {"options": [option("Ink"), option("Jade")]},
    "external_select": {"min_query_length": 1},
    "users_select": {},
    "radio_buttons": {"options": [option("Low"), option("High")]},
    "checkboxes": {"options": [option("Tea"), option("Milk")]},
    "datepicker": {},
    "timepicker": {},
    "datetimepicker": {},
    "number_input": {"is_decimal_allowed": False},
    "email_text_input": {},
    "url_text_input": {},
}


async def test_every_kind_of_field_reaches_the_app(browser: Browser) -> None:
    async with serving() as (server, _):
        app, sent = bolt(server), []
        inputs = [
            field(kind, kind, {"type": kind, "action_id": "a", **more})
            for kind, more in EVERY_ELEMENT.items()
        ]

        @app.command("/all")
        async def all_of_them(ack: Any, command: Json, client: Any) -> None:
            view = modal(*inputs, callback_id="all")
            await client.views_open(trigger_id=command["trigger_id"], view=view)
            await ack()

        @app.options("a")
        async def offered(ack: Any, payload: Json) -> None:
            await ack(options=[option(f"{payload['value']}-one")])

        @app.view("all")
        async def taken(ack: Any, view: Json) -> None:
            sent.append({key: one["a"] for key, one in view["state"]["values"].items()})
            await ack()

        async with on_socket(server, app), looking(browser, server.url, GENERAL) as window:
            await window.says("/all")
            await _fill_in(window)
            await window.modal.get_by_role("button", name="Save").click()
            await expect(window.modal).to_have_count(0)
        got = sent[0]
        assert got["static_select"]["selected_option"]["value"] == "paris"
        assert [one["value"] for one in got["multi_static_select"]["selected_options"]] == ["jade"]
        assert got["external_select"]["selected_option"]["value"] == "q-one"
        assert got["users_select"]["selected_user"] == "U0DEV"
        assert got["radio_buttons"]["selected_option"]["value"] == "high"
        assert [one["value"] for one in got["checkboxes"]["selected_options"]] == ["tea", "milk"]
        assert got["datepicker"]["selected_date"] == "2027-03-01"
        assert got["timepicker"]["selected_time"] == "09:30"
        # 09:30 in Madrid on that day, which is an hour ahead of UTC.
        assert got["datetimepicker"]["selected_date_time"] == 1803889800
        assert got["number_input"]["value"] == "7"


async def _fill_in(window: Window) -> None:
    modal = window.modal
    await modal.get_by_label("static_select", exact=True).select_option("Paris")
    for label, query, found in (("multi_static_select", "ja", "Jade"), ("external", "q", "q-one")):
        await modal.get_by_label(label).first.press_sequentially(query)
        await expect(window.page.get_by_role("option", name=found)).to_be_visible()
        await window.page.keyboard.press("ArrowDown")
        await window.page.keyboard.press("Enter")
    await modal.get_by_label("users_select").select_option("Dev Sharma")
    for label in ("High", "Tea", "Milk"):
        await modal.get_by_label(label).check()
    typed = {
        "datepicker": "2027-03-01",
        "timepicker": "09:30",
        "datetimepicker": "2027-03-01T09:30",
        "number_input": "7",
        "email_text_input": "ana@sandbox.example",
        "url_text_input": "https://sandbox.example",
    }
    for label, value in typed.items():
        await modal.get_by_label(label, exact=True).fill(value)


async def test_its_files_are_small_and_ask_nothing_from_outside() -> None:
    for file in sorted(PAGE.rglob("*.*")):
        text = file.read_text()
        assert len(text.splitlines()) <= LONGEST_FILE, file.name
        for word in ("innerHTML", "insertAdjacentHTML", "document.write", "eval(", " style="):
            assert word not in text, f"{word} in {file.name}"
        for outside in ('src="http', 'href="http', "url(http", "@import", "from 'http"):
            assert outside not in text, f"{outside} in {file.name}"
