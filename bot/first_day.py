"""What has already happened in a fresh sandbox: people talk, three of them have practised.

Everything goes through the real services and the real scorer, so nothing here is made up.
"""

from datetime import time, timedelta
from typing import TYPE_CHECKING

import aiohttp

from bot.deps import Deps
from bot.people import service as people
from bot.plans import service as plans
from bot.plans.service import Setup
from bot.sandbox.server import SlackServer

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
ANSWERS = {
    "U0ANA": (
        "I would not decide on this number alone. As I read the question, we want to know whether "
        "people get more value, and I assume the tracking did not change last week. Option one is "
        "to act now, which costs about 20,000 euros a week if we are wrong; option two is to wait "
        "two weeks and learn. I choose to wait, and I would flip if complaints pass 3% of orders. "
        "On Monday I split the number by segment with Chloe, guardrail refunds under 2%, and we "
        "roll back on Friday if the split shows nothing."
    ),
    "U0BEN": (
        "First I would talk to both of them together. I think the goal is to ship something people "
        "trust, not to be right. The cost of waiting is one sprint. I would go with the smaller "
        "release and check after two weeks with the team lead."
    ),
    "U0DEV": "I would look at the query again, because the join probably counts some rows twice.",
}


async def happen(slack: SlackServer, calendar: "Calendar") -> None:
    """Yesterday: set up, one drill each, answers, scorecards; then it is this morning."""
    deps = calendar.deps
    if deps is None:
        return
    morning = calendar.now()
    yesterday = morning - timedelta(days=1)
    calendar.clock.move_to(yesterday - timedelta(hours=7))
    await _set_up(deps)
    async with aiohttp.ClientSession() as http:
        for channel, user, text in TALK:
            await _do(http, slack, "post", user, channel=channel, text=text)
        await calendar.move_to(yesterday + timedelta(minutes=40))
        for user, text in ANSWERS.items():
            await _answer(http, slack, user, text)
    await calendar.move_to(morning)


async def _set_up(deps: Deps) -> None:
    place = deps.directory.all()[0]
    async with deps.transaction() as session:
        for user_id, setup in SETUPS.items():
            member = await people.ensure(session, place.workspace_id, user_id)
            member.tz, member.privacy_told = setup.tz, True
            await plans.set_up(session, member, setup, deps.now())


async def _answer(http: aiohttp.ClientSession, slack: SlackServer, user: str, text: str) -> None:
    """Reply in the thread of the newest drill, if one came."""
    app_user = slack.state.app.bot_user
    opened = await _do(http, slack, "dm", user, users=[app_user])
    channel = opened["channel"]["id"]
    query = {"as": user, "channel": channel}
    async with http.get(f"{slack.url}/sandbox/messages", params=query) as response:
        messages = (await response.json())["messages"]
    drills = [one for one in messages if "thread" in one["text"] and not one["ephemeral"]]
    if drills:
        drill = drills[-1]["ts"]
        await _do(http, slack, "post", user, channel=channel, text=text, thread_ts=drill)


async def _do(
    http: aiohttp.ClientSession, slack: SlackServer, act: str, user: str, **body: object
) -> dict[str, dict[str, str]]:
    async with http.post(f"{slack.url}/sandbox/{act}", json={"as": user, **body}) as response:
        told: dict[str, dict[str, str]] = await response.json()
        return told
