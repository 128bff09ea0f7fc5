"""Two replicas of the bot on one store, ticked by hand, and what Slack got of them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot import app, features
from bot.app import Bot
from bot.clock import Clock, instant_of
from bot.deps import Deps
from bot.drills.answers import jobs as answer_jobs
from bot.outbox import jobs as outbox_jobs
from bot.outbox import reconciling
from bot.outbox import service as outbox
from bot.reaching import find_workspace
from bot.sandbox.server import SlackServer
from bot.scheduler import Job, Scheduler
from bot.scoring.worker import ScoringWorker
from bot.slack.pace import Pacer
from tests.person import Sandbox
from tests.world import QUICK, settings

SENDING = (
    outbox_jobs.deliver_planned,
    outbox_jobs.deliver_answers,
    outbox_jobs.hand_on,
    reconciling.reconcile,
)


class Unhurried(Pacer):
    """A month in seconds: what Slack's rates ask for is another test's."""

    def take(self, workspace: int, method: str, channel: str, now: float, *, answer: bool) -> float:
        return 0.0


@dataclass(frozen=True)
class Heard:
    """A message of the bot's that Slack has, by the calendar."""

    key: str
    rule: str
    at: datetime
    ts: str
    thread: str
    text: str


@dataclass
class Month:
    """The workspace and the replicas that run just now."""

    slack: SlackServer
    sandbox: Sandbox
    clock: Clock
    url: str
    scorer: ScoringWorker
    replicas: list[Deps] = field(default_factory=list)
    answered: set[str] = field(default_factory=set)
    said: dict[str, str] = field(default_factory=dict)  # {ts: the words as they came}

    @property
    def together(self) -> bool:
        return self.url.startswith("postgresql")

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Two replicas on one store; on SQLite, which takes one `run`, the second only ticks."""
        async with AsyncExitStack() as stack:
            for number in range(2):
                told = settings(self.slack, self.url)
                deps = await stack.enter_async_context(
                    app.build_deps(told, self.clock, patience=QUICK)
                )
                deps = replace(deps, pacer=Unhurried(), scorer=self.scorer)
                if number == 0 or self.together:
                    bot = Bot(deps)
                    bot.scheduler = Scheduler(deps, ())  # the test decides when a tick comes
                    await bot.start()
                    stack.push_async_callback(bot.stop)
                else:
                    await find_workspace(deps)
                self.replicas.append(deps)
            await self.sandbox.connected()
            yield
            self.replicas.clear()

    async def both(self, job: Job) -> None:
        """At the same time where the store allows it."""
        if self.together:
            await asyncio.gather(*(job(deps) for deps in self.replicas))
        else:
            for deps in self.replicas:
                await job(deps)

    async def settle(self) -> None:
        """Score and send until nothing is left."""
        await answer_jobs.score_waiting(self.replicas[0])
        while await self._waits():
            for job in SENDING:
                await (self.both(job) if self.together else job(self.replicas[0]))

    async def _waits(self) -> bool:
        deps = self.replicas[0]
        async with deps.transaction() as session:
            wait = await outbox.sendable_in(session, deps.now(), deps.machine_now())
        return wait is not None

    async def tick(self) -> None:
        done: set[Job] = set()
        while left := [job for job in await features.due_jobs(self.replicas[0]) if job not in done]:
            for job in left:
                await self.both(job)
            done.update(left)
        await self.settle()

    def heard(self, user: str) -> list[Heard]:
        """What the member got, oldest first."""
        channel = self.slack.state.direct(user, self.slack.state.app.bot_user)
        found = []
        for message in channel.messages.values() if channel else ():
            payload = message.get("metadata", {}).get("event_payload", {})
            if message.get("user") == user or not payload:
                continue
            at = self.clock.calendar_of(instant_of(message["ts"]))
            thread = str(message.get("thread_ts") or "")
            words = f"{message['text']} {message.get('blocks', '')}"
            words = self.said.setdefault(message["ts"], words)
            found.append(Heard(payload["id"], payload["rule"], at, message["ts"], thread, words))
        return found
