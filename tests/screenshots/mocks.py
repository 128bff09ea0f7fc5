"""Mock interviews: a group's message, a kit, Home, the marks form, a reveal, a solo mock."""

from playwright.async_api import Page

from bot.first_mocks import LABELS
from tests.screenshots.camera import DIALOG, Camera, from_the_top, row_of
from tests.screenshots.workspace import ME, Workspace, rule_of

# What Ana gives Ben, then herself, in the order of the form.
MARKS = {"Ben Adeyemi": ("2", "3", "2", "3"), "you": ("3", "3", "2", "3")}
NOTES = {
    "What should Ben Adeyemi keep, what change?": (
        "Keep the calm. Your second option came before I knew what you were choosing for."
    ),
    "What will you keep, what change?": "I named the price only when Ben asked for it.",
}
# For the medium kit of its track, which is Ana's level: the-door-that-knows-you.
SOLO = "/mock solo product-execution"
QUESTION = (
    "The goal I take is that no guest stands before a closed door over the holidays, and phone "
    "keys come second. What happened to the 72 guests, and do the locks of 2017 do it at all?"
)
FIRST_PROBE = 6 * 60 + 30  # seconds, a little after it


async def mocks(workspace: Workspace, shots: Camera, direct: str) -> None:
    """What Ana meets in the two weeks that a fresh sandbox holds, then one with the bot."""
    await told(workspace, shots, direct)
    await marked(workspace, shots, direct)
    await alone(workspace, shots, direct)


async def told(workspace: Workspace, shots: Camera, direct: str) -> None:
    """This week's group, the kit for it, and Home while both weeks want something."""
    seen = await workspace.ask(f"state?as={ME}")
    group = next(
        one["id"] for one in seen["channels"] if one["kind"] == "mpim" and "U0FINN" in one["with"]
    )
    pair = await workspace.message(f"channel={group}", lambda one: rule_of(one) == "mock.pair")
    row = row_of(pair)
    await shots.take("mock-pair", group, row, from_the_top(row))
    kit = await workspace.message(
        f"channel={direct}", lambda one: rule_of(one) == "mock.kit" and "U0FINN" in one["text"]
    )
    row = row_of(kit)
    await shots.take("mock-kit", direct, row, from_the_top(row))
    head = "#tab-view h3:text-is('Mock interviews')"
    await shots.take("mock-home", "home", head, from_the_top(head))


async def marked(workspace: Workspace, shots: Camera, direct: str) -> None:
    """Ana fills in her marks, sends them, and both read all."""
    asked = await workspace.message(
        f"channel={direct}", lambda one: rule_of(one) == "mock.marks_reminder"
    )

    async def fill_in(page: Page) -> None:
        await workspace.close_all()
        await workspace.ask("action", channel=direct, ts=asked["ts"], action_id="mocks.marks")
        for who, levels in MARKS.items():
            for label, level in zip(LABELS, levels, strict=True):
                await page.get_by_label(f"{label}: {who}").select_option(f"{level} of 4")
        for label, words in NOTES.items():
            await page.get_by_label(label).fill(words)
        await page.locator(DIALOG).get_by_text("You met").scroll_into_view_if_needed()

    await shots.take("mock-marks", direct, DIALOG, fill_in)
    # On the last page: its form is the one that is open.
    await shots.pages["phone"].locator(f"{DIALOG} >> button:has-text('Send')").click()
    opened = await workspace.message(f"channel={direct}", lambda one: rule_of(one) == "mock.reveal")
    await workspace.close_all()
    row = row_of(opened)
    await shots.take("mock-reveal", direct, row, from_the_top(row))


async def alone(workspace: Workspace, shots: Camera, direct: str) -> None:
    """A mock with the bot, until it has answered a question and asked one."""
    await workspace.ask("command", channel=direct, text=SOLO)
    offer = await workspace.message(f"channel={direct}", lambda one: rule_of(one) == "mock.solo")
    ts = offer["ts"]
    await workspace.ask("action", channel=direct, ts=ts, action_id="mocks.solo_start")
    thread = f"channel={direct}&thread_ts={ts}"
    await workspace.message(thread, lambda one: "The case:" in one["text"])
    posted = await workspace.ask("post", channel=direct, thread_ts=ts, text=QUESTION)
    await workspace.message(thread, lambda one: one["text"].startswith("Interviewer:"))
    await workspace.ask("clock", action="advance", seconds=FIRST_PROBE)
    await workspace.message(
        thread, lambda one: one["text"].startswith("Interviewer:") and "in this" in one["text"]
    )
    row = row_of(posted["message"], "#thread")
    await shots.take("mock-solo", f"{direct}/{ts}", row, from_the_top(row))
