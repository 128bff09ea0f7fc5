"""The outbox beside the local Slack, with nothing else running: jobs are called by hand."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from bot import app
from bot.clock import Clock, Stretch, machine_now
from bot.deps import Deps
from bot.outbox import jobs, reconciling, service
from bot.outbox.rules import Lane, Patience
from bot.outbox.service import Draft
from bot.outbox.tables import OutboxMessage
from bot.reaching import find_workspace
from bot.sandbox.server import SlackServer
from bot.slack.blocks import Message
from tests.local_slack import serving
from tests.person import Sandbox
from tests.world import TUESDAY, settings

BEN = "U0BEN"
PATIENCE = Patience(echo=timedelta(seconds=5), unreadable=timedelta(seconds=5))
Json = dict[str, Any]


class Office:
    """Says, delivers, waits (the machine's clock is moved, nobody sleeps) and looks."""

    def __init__(self, slack: SlackServer, sandbox: Sandbox) -> None:
        self.slack, self.sandbox = slack, sandbox
        self.waited = timedelta()
        start = datetime.fromisoformat(TUESDAY)
        self.clock = Clock(self._machine, [Stretch(machine_now(), start, 1.0)])
        self.deps: Deps

    def _machine(self) -> datetime:
        return machine_now() + self.waited

    @property
    def workspace_id(self) -> int:
        return self.deps.directory.all()[0].workspace_id

    def draft(self, topic: str, text: str, channel: str = BEN, **more: Any) -> Draft:
        lane = more.pop("lane", Lane.ANSWER)
        return Draft(self.workspace_id, channel, topic, "test", lane, Message(text), **more)

    async def say(self, topic: str, text: str, channel: str = BEN, **more: Any) -> None:
        async with self.deps.transaction() as session:
            draft = self.draft(topic, text, channel, **more)
            await service.say(session, draft, self.deps.machine_now())

    async def revise(self, topic: str, text: str) -> None:
        async with self.deps.transaction() as session:
            now = self.deps.machine_now()
            await service.revise(session, self.workspace_id, topic, Message(text), now)

    async def withdraw(self, topic: str) -> None:
        async with self.deps.transaction() as session:
            now = self.deps.machine_now()
            await service.withdraw(session, self.workspace_id, topic, now)

    async def deliver(self) -> None:
        await jobs.deliver_answers(self.deps)
        await jobs.deliver_planned(self.deps)

    async def settle(self, seconds: float = 6.0) -> None:
        """Let so many seconds pass, ask about what is in doubt, and deliver."""
        self.wait(seconds)
        await reconciling.reconcile(self.deps)
        await self.deliver()

    def wait(self, seconds: float) -> None:
        self.waited += timedelta(seconds=seconds)

    async def fault(self, method: str, kind: str, times: int = 1) -> None:
        await self.sandbox.faults(methods={method: {kind: 1, "times": times}})

    async def row(self, topic: str, revision: int = 0) -> OutboxMessage:
        async with self.deps.transaction() as session:
            which = (OutboxMessage.topic == topic, OutboxMessage.revision == revision)
            return (await session.scalars(select(OutboxMessage).where(*which))).one()

    def messages(self, person: str = BEN) -> list[Json]:
        """What stands in the direct message with this person, oldest first."""
        channel = self.slack.state.direct(self.slack.state.app.bot_user, person)
        return list(channel.messages.values()) if channel else []

    def texts(self, person: str = BEN) -> list[str]:
        return [message["text"] for message in self.messages(person)]

    async def calls(self, method: str) -> int:
        return len(await self.sandbox.calls(method))


@asynccontextmanager
async def opened(database_url: str) -> AsyncIterator[Office]:
    async with serving() as (slack, sandbox):
        office = Office(slack, sandbox)
        told = settings(slack, database_url)
        async with app.build_deps(told, office.clock, patience=PATIENCE) as deps:
            office.deps = deps
            await find_workspace(deps)
            yield office
