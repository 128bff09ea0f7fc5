"""The local Slack's page in a real browser: what a person can do there, by mouse or keyboard."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.browser import PHONE, Calendar, chromium, looking
from tests.local_slack import button, client, section, serving
from tests.page_app import an_app, form
from tests.person import until

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
GENERAL = "#/U0ANA/C0GENERAL"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as found:
        yield found


async def test_it_opens_without_a_complaint_and_on_something(browser: Browser) -> None:
    async with (
        serving(clockwork=Calendar()) as (server, _),
        looking(browser, server.url) as window,
    ):
        page = window.page
        await expect(page.locator("#main h1")).to_have_text("#general")
        await expect(page.locator("#main .empty")).to_contain_text("Nothing has been written")
        await expect(page.locator("#side .person")).to_have_count(6)
        await expect(page.locator("#side .person", has_text="Dev Sharma")).to_contain_text("13:28")
        await expect(page.locator("#calendar-time")).to_have_text("08:58")
        await page.get_by_role("button", name="Connect an app").click()
        await expect(page.locator("#main pre")).to_contain_text(f"SLACK_API_URL={server.api_url}")
        assert window.complaints == []


async def test_posting_editing_and_deleting(browser: Browser) -> None:
    async with (
        serving() as (server, _),
        looking(browser, server.url, GENERAL) as window,
    ):
        await window.says("Hello *all*, @ben")
        await expect(window.message("Hello all, @Ben Adeyemi")).to_be_visible()
        await expect(window.composer).to_have_value("")
        await window.composer.press("ArrowUp")
        editor = window.page.get_by_label("Edit your message")
        await expect(editor).to_have_value("Hello *all*, @ben")
        await editor.fill("Good morning")
        await editor.press("Enter")
        await expect(window.message("Good morning")).to_contain_text("(edited)")
        await window.menu("Good morning", "Delete")
        await window.modal.get_by_role("button", name="Delete").click()
        await expect(window.message("Good morning")).to_have_count(0)
        await expect(window.page.locator("#main .empty")).to_be_visible()


async def test_a_reply_in_a_thread_is_answered_there(browser: Browser) -> None:
    async with (
        serving() as (server, sandbox),
        an_app(server, sandbox),
    ):
        ana = sandbox.person("U0ANA")
        channel = await ana.app()
        async with looking(browser, server.url, f"#/U0ANA/{channel}") as window:
            await window.says("My answer")
            await window.page.locator("#main [data-tool=thread]").click()
            await expect(window.message("Heard: My answer", "#thread")).to_be_visible()
            await window.says("And more", window.reply)
            await expect(window.message("And more", "#thread")).to_be_visible()
            await expect(window.message("And more")).to_have_count(0)
            await window.says("/drill now", window.reply)
            await expect(window.page.locator("#thread .error")).to_contain_text("not supported in")
            await expect(window.reply).to_have_value("/drill now")
            await window.reply.press("Escape")
            await expect(window.page.locator("#thread")).to_be_hidden()


async def test_switching_people_and_unread_marks(browser: Browser) -> None:
    async with (
        serving() as (server, sandbox),
        looking(browser, server.url, GENERAL) as window,
    ):
        ben, page = sandbox.person("U0BEN"), window.page
        await ben.says("C0PRODUCT", "Look here, @ana")
        await expect(window.room("product").locator(".badge")).to_contain_text("1")
        await window.room("product").click()
        await expect(window.message("Look here, @Ana Ruiz")).to_be_visible()
        await expect(page.locator("#main .unread-line")).to_have_text("New")
        await expect(window.room("product").locator(".badge")).to_have_count(0)
        await page.locator("#side .person", has_text="Dev Sharma").click()
        await expect(page.locator("#side .person[aria-current]")).to_contain_text("Dev Sharma")
        await expect(window.room("product")).to_have_attribute("aria-current", "page")
        await window.says("Dev here")
        seen = await sandbox.person("U0ANA").waits_for(lambda m: m["user"] == "U0DEV", "C0PRODUCT")
        assert seen["text"] == "Dev here"


async def test_completing_a_command_by_keyboard(browser: Browser) -> None:
    async with (
        serving() as (server, sandbox),
        an_app(server, sandbox) as heard,
        looking(browser, server.url, GENERAL) as window,
    ):
        await window.composer.press_sequentially("/d")
        offers = window.page.get_by_role("option")
        await expect(offers).to_have_count(2)
        await window.composer.press("ArrowDown")
        await expect(offers.nth(1)).to_have_attribute("aria-selected", "true")
        await window.composer.press("ArrowUp")
        await window.composer.press("Enter")
        await expect(window.composer).to_have_value("/drill ")
        await expect(window.page.locator(".usage")).to_have_text("/drill [now|setup]: A drill")
        await window.composer.press_sequentially("setup")
        await window.composer.press("Enter")
        await expect(window.modal.get_by_label("Name")).to_be_focused()
        assert heard == ["/drill setup"]


async def test_a_form_shows_what_is_wrong_and_closes_when_it_is_right(browser: Browser) -> None:
    async with (
        serving() as (server, sandbox),
        an_app(server, sandbox) as heard,
    ):
        blocks = [section("Ready?"), {"type": "actions", "elements": [button("Begin", "open")]}]
        await client(server).chat_postMessage(channel="U0ANA", text="Ready?", blocks=blocks)
        channel = await sandbox.person("U0ANA").app()
        async with looking(browser, server.url, f"#/U0ANA/{channel}") as window:
            begin = window.page.get_by_role("button", name="Begin")
            await begin.click()
            name, error = window.modal.get_by_label("Name"), window.modal.locator(".error").first
            await name.press("Enter")
            await expect(error).to_have_text("Please complete this required field.")
            await expect(name).to_be_focused()
            await name.fill("Ben")
            await window.modal.get_by_role("button", name="Save").click()
            await expect(error).to_have_text("Somebody is called that already.")
            assert await name.get_attribute("aria-invalid") == "true"
            described = str(await name.get_attribute("aria-describedby"))
            assert str(await error.get_attribute("id")) in described
            await name.fill("Bo")
            await window.modal.get_by_role("button", name="Save").click()
            await expect(window.modal).to_have_count(0)
            await expect(begin).to_be_focused()
            assert heard == ["open", "name Ben", "name Bo"]


async def test_an_updated_form_keeps_what_was_typed(browser: Browser) -> None:
    async with (
        serving() as (server, sandbox),
        an_app(server, sandbox),
        looking(browser, server.url, GENERAL) as window,
    ):
        await window.says("/drill setup")
        await window.modal.get_by_label("Name").fill("Bo")
        await window.modal.get_by_label("Why").fill("Because")
        view = await sandbox.person("U0ANA").waits_for_modal()
        longer = form()
        longer["blocks"].insert(0, section("Another line"))
        del longer["blocks"][2]
        await client(server).views_update(view_id=view["id"], view=longer)
        await expect(window.modal).to_contain_text("Another line")
        await expect(window.modal.get_by_label("Name")).to_have_value("Bo")
        await expect(window.modal.get_by_label("Why")).to_have_count(0)
        await window.page.keyboard.press("Escape")
        await expect(window.modal).to_have_count(0)
        assert await sandbox.person("U0ANA").modal() is None


async def test_the_app_home_and_a_message_shortcut(browser: Browser) -> None:
    async with (
        serving() as (server, sandbox),
        an_app(server, sandbox) as heard,
        looking(browser, server.url, "#/U0ANA/home") as window,
    ):
        await expect(window.page.locator(".home-view")).to_contain_text("Your week")
        await window.page.locator(".home-view").get_by_role("button", name="Go").click()
        await expect(window.modal).to_be_visible()
        await window.page.keyboard.press("Escape")
        await window.goes("C0PRODUCT")
        await window.says("Worth keeping")
        await window.menu("Worth keeping", "Keep it")
        await until(lambda: "keep Worth keeping" in heard)


async def test_what_people_write_stays_text(browser: Browser) -> None:
    async with serving() as (server, sandbox):
        attack = "<script>window.hurt=1</script><img src=x onerror='window.hurt=1'>"
        await sandbox.person("U0BEN").says("C0GENERAL", f"{attack} `{attack}`")
        link = "<javascript:window.hurt=1|press> <https://x.example/|<b>bold</b>>"
        blocks = [
            section(f"{link} &lt;img src=x onerror=window.hurt=1&gt;"),
            {"type": "markdown", "text": f"[go](javascript:alert(1)) {attack}"},
            {"type": "data_visualization", "title": "Chart"},
        ]
        app = sandbox.person("U0ANA")
        await app.says("C0GENERAL", "blocks", blocks=blocks)
        async with looking(browser, server.url, GENERAL) as window:
            await expect(window.message("<script>").first).to_contain_text("onerror=")
            main = window.page.locator("#main .messages")
            await expect(main.locator("script, img")).to_have_count(0)
            assert await main.locator("a[href^=javascript]").count() == 0
            await expect(main.locator(".unknown")).to_contain_text("data_visualization")
            assert await window.page.evaluate("window.hurt") is None


async def test_a_phone_shows_one_pane_at_a_time(browser: Browser) -> None:
    async with serving(clockwork=Calendar()) as (server, sandbox):
        await sandbox.person("U0BEN").says("C0GENERAL", f"Long {'x' * 400} `{'y' * 200}`")
        async with looking(browser, server.url, GENERAL, PHONE, has_touch=True) as window:
            page = window.page
            too_wide = "document.documentElement.scrollWidth > innerWidth"
            assert not await page.evaluate(too_wide)
            await page.get_by_label("More about the message").click()
            small = await page.evaluate(
                "[...document.querySelectorAll('#bar button, #main button, .menu button')]"
                ".filter((one) => one.offsetHeight && one.offsetHeight < 40)"
                ".map((one) => one.outerHTML)"
            )
            assert small == []
            await page.keyboard.press("Escape")
            await page.get_by_role("button", name="People and conversations").click()
            await expect(page.locator("#side")).to_be_visible()
            await expect(page.locator("#main")).to_be_hidden()
            assert not await page.evaluate(too_wide)
            await window.room("product").click()
            await expect(page.locator("#main h1")).to_have_text("#product")
            await expect(page.locator("#side")).to_be_hidden()


async def test_from_writing_to_thread_to_form_without_a_mouse(browser: Browser) -> None:
    async with (
        serving() as (server, sandbox),
        an_app(server, sandbox),
    ):
        await client(server).conversations_join(channel="C0GENERAL")
        async with looking(browser, server.url, GENERAL) as window:
            keyboard = window.page.keyboard
            await window.page.locator("#skip").focus()
            await keyboard.press("Enter")
            await expect(window.composer).to_be_focused()
            await keyboard.type("By keyboard")
            await keyboard.press("Enter")
            await expect(window.page.locator("#main [data-tool=thread]")).to_be_visible()
            for _ in range(12):
                await keyboard.press("Shift+Tab")
                if "1 reply" in await window.focused():
                    break
            await keyboard.press("Enter")
            await expect(window.reply).to_be_focused()
            await keyboard.type("In the thread")
            await keyboard.press("Enter")
            await expect(window.message("In the thread", "#thread")).to_be_visible()
            await keyboard.press("Escape")
            await expect(window.page.locator("#main [data-tool=thread]")).to_be_focused()
            await window.page.locator("#skip").focus()
            await keyboard.press("Enter")
            await keyboard.type("/drill setup")
            await keyboard.press("Enter")
            await expect(window.modal.get_by_label("Name")).to_be_focused()
            for _ in range(8):
                await keyboard.press("Tab")
                inside = (
                    "document.activeElement.closest('dialog') || document.activeElement.tagName"
                )
                assert await window.page.evaluate(inside) != "TEXTAREA"
            await keyboard.press("Escape")
            await expect(window.composer).to_be_focused()


async def test_joining_leaving_and_adding_the_app(browser: Browser) -> None:
    async with serving() as (server, sandbox):
        ben = sandbox.person("U0BEN")
        body = {"as": "U0BEN", "name": "quiet"}
        channel = (await sandbox.post("channels", body))["channel"]["id"]
        await ben.says(channel, "First")
        async with looking(browser, server.url, GENERAL) as window:
            page = window.page
            await window.room("quiet").click()
            await page.get_by_role("button", name="Join #quiet").click()
            await expect(window.composer).to_be_visible()
            await page.get_by_role("button", name="More about #quiet").click()
            await page.get_by_role("menuitem", name="Add Sandbox app").click()
            await expect(page.locator("#main .place-head")).to_contain_text("3 members")
            await page.get_by_role("button", name="More about #quiet").press("ArrowDown")
            await page.keyboard.press("End")
            await page.keyboard.press("Enter")
            await expect(page.get_by_role("button", name="Join #quiet")).to_be_visible()
