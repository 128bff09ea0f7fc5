"""What has already happened in a fresh sandbox: people talk, practise and meet.

Everything goes through the real services and the real scorer, so nothing here is made up.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import aiohttp

from bot import first_mocks, first_quarter
from bot.acting import Workspace
from bot.deps import Deps
from bot.drills import service as drills
from bot.first_drills import ANSWERS
from bot.people import service as people
from bot.people.rules import wall_clock, zone
from bot.plans import service as plans
from bot.plans.service import Setup
from bot.sandbox.server import SlackServer

if TYPE_CHECKING:
    from bot.rehearsal import Calendar

log = logging.getLogger(__name__)

WORK_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri")
SETUPS = {
    "U0ANA": Setup("product-metrics", time(9), WORK_DAYS, "Europe/Madrid", None, "text", False),
    "U0BEN": Setup("leadership", time(8, 30), WORK_DAYS, "Europe/London", None, "text", False),
    "U0DEV": Setup("metrics-coding", time(10), WORK_DAYS, "Asia/Kolkata", None, "text", False),
}
TALK = (
    ("C0GENERAL", "U0FINN", "Morning all. The release notes are out, tell me what reads badly."),
    ("C0GENERAL", "U0CHLOE", "Reading them now. The second paragraph promises more than we ship."),
    (
        "C0PRODUCT",
        "U0ANA",
        "I started the daily drill to get ready for my interview in five weeks.",
    ),
    ("C0PRODUCT", "U0BEN", "Me too. Thirty minutes in the morning is about what I can keep up."),
)
HURRY = 50.0  # times Slack's limits, which the local workspace does not have
# Before this morning: when the first hour proposed to Ana and Finn, 17:00 for her, has gone by.
TALKED = timedelta(hours=15, minutes=30)
AFTER = timedelta(minutes=4)  # how long people think before they answer
INTERVIEW = timedelta(days=36)  # from this morning to Ana's
PRACTICE = ((4, ("U0ANA",)), (1, ("U0DEV", "U0ANA", "U0BEN")))  # days before it, and who then
DRILLS = ("drill.daily", "drill.now")


async def happen(slack: SlackServer, calendar: "Calendar") -> None:
    """A quarter, two weeks of mocks, Ana's first days of a plan; then this morning."""
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
            await _practise(workspace, calendar, deps, morning)
            await calendar.move_to(morning - TALKED)
            await first_mocks.go_on(workspace)
            for channel, user, text in TALK:
                await workspace.do("post", user, channel=channel, text=text)
    await calendar.move_to(morning)


# --- drills --------------------------------------------------------------------------------------


async def _practise(
    workspace: Workspace, calendar: "Calendar", deps: Deps, morning: datetime
) -> None:
    """Ana begins on a Thursday afternoon, the others on Monday."""
    target = morning.date() + INTERVIEW
    await _set_up(deps, {"U0ANA": replace(SETUPS["U0ANA"], target=target)})
    await _answer(workspace, deps, "U0ANA")
    for days, users in PRACTICE:
        day = morning.date() - timedelta(days=days)
        if days == 1:
            await calendar.move_to(morning - timedelta(hours=31))
            await _set_up(deps, {user: SETUPS[user] for user in users if user != "U0ANA"})
        for user in users:
            told = SETUPS[user]
            await calendar.move_to(wall_clock(day, told.daily_time, zone(told.tz)) + AFTER)
            await _answer(workspace, deps, user)


async def _set_up(deps: Deps, setups: Mapping[str, Setup]) -> None:
    place = deps.directory.all()[0]
    async with deps.transaction() as session:
        for user_id, setup in setups.items():
            member = await people.ensure(session, place.workspace_id, user_id)
            member.tz, member.privacy_told = setup.tz, True
            await plans.set_up(session, member, setup, deps.now())


async def _answer(workspace: Workspace, deps: Deps, user: str) -> None:
    """Answer the drill that has come, or one asked for, and wait for the scorecard.

    On a holiday none comes by itself. A drill that nobody wrote an answer for is left alone.
    """
    channel = await workspace.app(user)
    if await _drill(deps, user) is None:
        await workspace.do("command", user, channel=channel, text="/drill now")
    drill_id = await _until(lambda: _drill(deps, user))
    given = ANSWERS[user].get(drill_id or "")
    if given is None:
        log.warning("first_day_unanswered", extra={"user": user, "drill": drill_id})
        return
    seen = await workspace.messages(user, channel)
    ts = next(one["ts"] for one in reversed(seen) if _rule(one) in DRILLS)
    for text in given:
        await workspace.do("post", user, channel=channel, text=text, thread_ts=ts)

    # A query is run in a process of its own: the calendar waits for its result too.
    wanted = ["Restatement: ", *("Query: " for text in given if text.startswith("```"))]

    async def marked() -> str | None:
        thread = await workspace.messages(user, channel, thread_ts=ts)
        told = " ".join(one["text"] for one in thread if one.get("bot_id"))
        return ts if all(word in told for word in wanted) else None

    await _until(marked)


async def _drill(deps: Deps, user: str) -> str | None:
    """The drill that lies before this person, once its message is there."""
    place = deps.directory.all()[0]
    async with deps.transaction() as session:
        member = await people.ensure(session, place.workspace_id, user)
        row = await drills.current(session, member.id)
        return row.drill_id if row and row.opened_at and not row.answered_at else None


def _rule(message: dict[str, Any]) -> str:
    return str(message.get("metadata", {}).get("event_payload", {}).get("rule", ""))


async def _until(look: Callable[[], Awaitable[str | None]]) -> str | None:
    """What `look` finds; None when it found nothing in five seconds."""
    for _ in range(100):
        if (found := await look()) is not None:
            return found
        await asyncio.sleep(0.05)
    return None
