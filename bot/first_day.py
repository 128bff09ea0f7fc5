"""What has already happened in a fresh sandbox: people talk, practise and meet.

Everything goes through the real services and the real scorer, so nothing here is made up.
"""

import asyncio
from datetime import time, timedelta
from typing import TYPE_CHECKING

import aiohttp

from bot import first_mocks, first_quarter
from bot.acting import Workspace
from bot.deps import Deps
from bot.people import service as people
from bot.plans import service as plans
from bot.plans.service import Setup
from bot.sandbox.server import SlackServer
from bot.slack.blocks import escape

if TYPE_CHECKING:
    from bot.rehearsal import Calendar

WORK_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri")
SETUPS = {
    "U0ANA": Setup("product-metrics", time(9), WORK_DAYS, "Europe/Madrid", None, "text", False),
    "U0BEN": Setup("leadership", time(8, 30), WORK_DAYS, "Europe/London", None, "text", False),
    "U0DEV": Setup("metrics-coding", time(10), WORK_DAYS, "Asia/Kolkata", None, "text", False),
}
TALK = (
    ("C0GENERAL", "U0FINN", "Morning all. The release notes are out, tell me what reads badly."),
    ("C0GENERAL", "U0CHLOE", "Reading them now. The second paragraph promises more than we ship."),
    ("C0PRODUCT", "U0ANA", "I started the daily drill to get ready for my interview in spring."),
    ("C0PRODUCT", "U0BEN", "Me too. Thirty minutes in the morning is about what I can keep up."),
)
# Who answers what, in the order of the day; each drill is the first that its person draws.
ANSWERS = (
    (
        "U0DEV",
        "ferry-stars-from-nobody",
        "Leave the crew alone for now. The last column counts every crossing without a rating as "
        "zero stars, so it mixes two things. Undone, Sentrum has 4.2 and Skerries 4.6.",
    ),
    (
        "U0ANA",
        "flaky-test-hours",
        "I would take hours lost to false failures as the top line, not tests quarantined. So the "
        "question is whether customers get time back; I assume that somebody really waits for a "
        "rerun. 8.2% of 1.2 million runs times 46% is about 45,000 false failures, at 19 minutes "
        "each roughly 14,000 hours a month. The count that marketing likes also grows when people "
        "write worse tests, so I turn it down; the price is a number that is harder to explain. "
        "I would flip to trust if a rerun took only two minutes. First we log rerun waits from "
        "5 May, then 30 teams get it, and after one quarter I want 14,000 down to 9,000 hours. The "
        "guardrail is real bugs that slip past a quarantined test; above 3 in 1,000 Kadri switches "
        "it off the same day.",
    ),
    (
        "U0BEN",
        "no-to-a-generous-donor",
        "Akinyi, I have to say no to the chat assistant. I think you want your guests to see the "
        "gift at work. Only about one farmer in five has a smartphone, and my two developers are "
        "busy with the planting messages, which nobody can have late. I could show you a phone "
        "number that any farmer can ring instead. I will send you a page about it on Friday.",
    ),
)
HURRY = 50.0  # times Slack's limits, which the local workspace does not have
# Before this morning: when the first hour proposed to Ana and Finn, 17:00 for her, has gone by.
TALKED = timedelta(hours=15, minutes=30)
AFTER = timedelta(minutes=4)  # how long people think before they answer


async def happen(slack: SlackServer, calendar: "Calendar") -> None:
    """A quarter, two weeks of mocks, yesterday with a drill each; then this morning."""
    deps = calendar.deps
    if deps is None:
        return
    morning = calendar.now()
    with deps.pacer.hurried(HURRY):
        async with aiohttp.ClientSession() as http:
            workspace = Workspace(http, slack)
            await first_mocks.join(workspace, calendar, deps, morning)
            await first_quarter.happen(workspace, calendar, deps, morning)
            await first_mocks.meet(workspace)
            await calendar.move_to(morning - timedelta(hours=31))
            await _set_up(deps)
            for user, drill_id, text in ANSWERS:
                due = await calendar.next_drill()
                if due is None or due > morning:
                    break
                await calendar.move_to(due + AFTER)
                await _answer(workspace, user, deps.content.drills[drill_id].prompt, text)
            await calendar.move_to(morning - TALKED)
            await first_mocks.go_on(workspace)
            for channel, user, text in TALK:
                await workspace.do("post", user, channel=channel, text=text)
    await calendar.move_to(morning)


async def _set_up(deps: Deps) -> None:
    place = deps.directory.all()[0]
    async with deps.transaction() as session:
        for user_id, setup in SETUPS.items():
            member = await people.ensure(session, place.workspace_id, user_id)
            member.tz, member.privacy_told = setup.tz, True
            await plans.set_up(session, member, setup, deps.now())


async def _answer(workspace: Workspace, user: str, prompt: str, text: str) -> None:
    """Reply in the thread of this drill and wait for the scorecard; another drill is left alone."""
    channel = await workspace.app(user)
    seen = await workspace.messages(user, channel)
    opening = escape(prompt.strip())[:60]
    drill = next((one["ts"] for one in seen if opening in one["text"]), None)
    if drill is None:
        return
    await workspace.do("post", user, channel=channel, text=text, thread_ts=drill)
    for _ in range(100):
        thread = await workspace.messages(user, channel, thread_ts=drill)
        if any("Restatement: " in one["text"] for one in thread):
            return
        await asyncio.sleep(0.05)
