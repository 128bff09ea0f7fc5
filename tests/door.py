"""A bot in HTTP mode with Slack before its door."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

from tests.fakes import clock_at
from tests.knocking import (
    Json,
    Knocker,
    callback,
    everything,
    message,
)
from tests.local_slack import serving
from tests.person import Person, until
from tests.world import ANSWER, TUESDAY, World, beside, settings

ANA = "U0ANA"
METRICS = "a-token-for-metrics"


@dataclass
class Door:
    """A bot in HTTP mode, Slack in front of it, and a drill that is open for Ana."""

    world: World
    slack: Knocker
    team: str
    ana: Person
    dm: str
    drill: Json

    async def held(self) -> tuple[object, int]:
        """What the store holds, and how often the bot has written to Slack."""
        calls = await self.world.sandbox.calls()
        writing = [one for one in calls if one["method"].startswith(("chat.", "views.", "files."))]
        return await everything(self.world.deps), len(writing)

    async def settled(self) -> tuple[object, int]:
        """`held`, once nothing waits any more."""
        await until(self._quiet)
        return await self.held()

    async def _quiet(self) -> bool:
        await self.world.tick()
        return not self.world.deps.stale_homes

    def reply(self, text: str = ANSWER, **more: Any) -> Json:
        return callback(message(self.dm, ANA, text, thread_ts=self.drill["ts"], **more), self.team)


@asynccontextmanager
async def opened(url: str, **more: Any) -> AsyncIterator[Door]:
    async with serving() as (slack, sandbox), aiohttp.ClientSession() as http:
        told = settings(slack, url, socket=False, metrics_token=METRICS, **more)
        async with beside(slack, sandbox, told, clock_at(TUESDAY)) as world:
            address = f"http://127.0.0.1:{world.bot.http.port}"
            slack.state.app.request_url = f"{address}/slack/events"
            ana = world.person(ANA)
            await ana.types("/drill now")
            drill = await world.drill(ana)
            knocker = Knocker(address, slack.state.app.signing_secret, http)
            team = slack.state.team["id"]
            yield Door(world, knocker, team, ana, await ana.app(), drill)
