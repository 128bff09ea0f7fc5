"""Many people who are due at once: in the local Slack, and in the store through the services."""

import asyncio
from datetime import UTC, datetime, time

from sqlalchemy import select

from bot import db
from bot.outbox.tables import OutboxMessage
from bot.people import service as people
from bot.plans import service as plans
from bot.plans.rules import TRACK, WORK_DAYS
from bot.plans.service import Setup
from bot.sandbox.seed import first_day
from bot.sandbox.state import Person, State
from bot.workspaces import service as workspaces

DUE = "2026-03-03T08:00:30Z"  # a Tuesday, half a minute after everybody's time
BEFORE = datetime(2026, 3, 2, 12, tzinfo=UTC)
PLAN = Setup(TRACK, time(8), WORK_DAYS, "Europe/London", None, "text", False)


def workspace(number: int) -> tuple[State, list[str]]:
    """The usual first day and so many people more, who are returned."""
    state = first_day(0.0)
    users = [f"U1{each:04}" for each in range(number)]
    for user in users:
        state.people[user] = Person(user, user.lower(), user)
    return state, users


async def set_up(database_url: str, state: State, users: list[str]) -> None:
    """Everybody set up yesterday, for a drill at eight."""
    engine = db.engine(database_url)
    async with db.sessions(engine)() as session, session.begin():
        team, bot = str(state.team["id"]), state.app.bot_user
        workspace_id = await workspaces.installed(session, team, "Sandbox", bot, BEFORE)
        for user in users:
            member = await people.ensure(session, workspace_id, user)
            await plans.set_up(session, member, PLAN, BEFORE)
    await engine.dispose()


async def states(database_url: str) -> dict[str, int]:
    """How many outbox rows are in each state."""
    engine = db.engine(database_url)
    async with db.sessions(engine)() as session:
        rows = (await session.scalars(select(OutboxMessage.state))).all()
    await engine.dispose()
    return {state: rows.count(state) for state in set(rows)}


async def all_sent(database_url: str, number: int, seconds: float) -> dict[str, int]:
    """Wait until so many rows are there and every one is sent; fails after `seconds`."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while True:
        found = await states(database_url)
        if found == {"sent": number}:
            return found
        if loop.time() > end:
            raise AssertionError(f"not all sent within {seconds} s: {found}")
        await asyncio.sleep(0.5)
