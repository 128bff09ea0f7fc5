"""The whole bot beside the sandbox's server, over real sockets, with a movable calendar."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from bot import app, content, features
from bot.app import Bot
from bot.clock import Clock
from bot.config import ROOT, Settings, sandboxed
from bot.content import Content
from bot.deps import Deps
from bot.mocks.pairing.worker import Matcher
from bot.outbox.rules import Patience
from bot.sandbox.server import SlackServer
from bot.scoring.worker import ScoringWorker
from tests.fakes import clock_at
from tests.local_slack import serving
from tests.person import Person, Sandbox, rule_of

Json = dict[str, Any]
TUESDAY = "2026-03-03T07:58:00+00:00"  # 08:58 in Berlin
KEY = "a-key-for-tests-of-32-characters"
QUICK = Patience(
    lease=timedelta(seconds=3),
    echo=timedelta(seconds=0.4),
    unreadable=timedelta(seconds=1),
)
# One scoring process for all worlds of a test process: it keeps nothing, and takes a second to
# start. That each program starts and ends its own is for test_worker and test_black_box.
SCORER = ScoringWorker()
MATCHER = Matcher()  # likewise
ANSWER = (
    "I would roll back first. The question, as I read it, is whether the drop is real; I assume "
    "the tracking did not change. Option A costs 40,000 euros a week, option B loses the small "
    "sellers. I choose A, and I would flip if refunds passed 3%. Next: on Monday Ana checks the "
    "funnel by segment, with a guardrail of 2% and a rollback by Friday."
)


class World:
    """What a test drives and looks at."""

    def __init__(self, slack: SlackServer, sandbox: Sandbox, bot: Bot, clock: Clock) -> None:
        self.slack, self.sandbox, self.bot, self.clock = slack, sandbox, bot, clock

    @property
    def deps(self) -> Deps:
        return self.bot.deps

    @property
    def workspace_id(self) -> int:
        """Of the one workspace there is."""
        return self.deps.directory.all()[0].workspace_id

    def person(self, user: str) -> Person:
        return self.sandbox.person(user)

    async def drill(self, person: Person, after: str = "") -> Json:
        """The newest drill message in the person's direct message, once Slack has it."""

        def fits(message: Json) -> bool:
            return rule_of(message) in ("drill.now", "drill.daily") and message["ts"] > after

        return await person.waits_for(fits)

    async def card(self, person: Person, drill: Json, word: str = "Restatement:") -> Json:
        """The first message in the drill's thread that carries this word."""
        return await person.waits_for(
            lambda message: word in message["text"], thread_ts=drill["ts"]
        )

    async def move_to(self, instant: str | datetime) -> None:
        """Let the calendar show this, and do what is due then."""
        told = datetime.fromisoformat(instant) if isinstance(instant, str) else instant
        self.clock.move_to(told)
        await self.tick()

    async def pass_time(self, **delta: float) -> None:
        await self.move_to(self.clock.now() + timedelta(**delta))

    async def tick(self) -> None:
        await features.tick(self.deps)
        await app.deliver_all(self.deps)


def settings(
    slack: SlackServer, database_url: str, *, socket: bool = True, **more: Any
) -> Settings:
    """As somebody would write them in `.env`, pointed at the local Slack."""
    told = slack.state.app
    way = {"slack_app_token": told.app_token} if socket else {}
    return sandboxed(
        slack_bot_token=told.bot_token,
        slack_signing_secret=told.signing_secret,
        slack_api_url=slack.api_url,
        database_url=database_url,
        port=0,
        **way,
        **{"secret_key": KEY} | more,
    )


def _bank(told: Settings) -> Content | None:
    """The usual drills, read once a test process; a test that names folders has them read."""
    folders = tuple(folder.resolve() for folder in told.folders)
    return _usual(folders) if folders == (ROOT / "content",) else None


@cache
def _usual(folders: tuple[Path, ...]) -> Content:
    return content.load(list(folders))


@asynccontextmanager
async def beside(
    slack: SlackServer, sandbox: Sandbox, told: Settings, clock: Clock, patience: Patience = QUICK
) -> AsyncIterator[World]:
    """The bot, started against a local Slack that is there already."""
    async with app.build_deps(told, clock, patience=patience, bank=_bank(told)) as deps:
        bot = Bot(replace(deps, scorer=SCORER, matcher=MATCHER))
        await bot.start()
        if bot._background:  # else what a test plants may collide with the reading of profiles
            await asyncio.wait(bot._background, timeout=2)
        try:
            yield World(slack, sandbox, bot, clock)
        finally:
            await bot.stop()


@asynccontextmanager
async def living(database_url: str, at: str = TUESDAY, **options: Any) -> AsyncIterator[World]:
    async with serving(**options) as (slack, sandbox):
        clock = clock_at(at)
        told = settings(slack, database_url)
        async with beside(slack, sandbox, told, clock) as world:
            await sandbox.connected()
            yield world
