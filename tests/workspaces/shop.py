"""A bot that is installed by OAuth beside a local Slack with several workspaces, by real routes."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html import unescape
from typing import Any

import aiohttp

from bot import features
from bot.clock import Clock
from bot.config import Settings, sandboxed
from bot.sandbox import seed
from bot.sandbox.server import SlackServer
from bot.sandbox.state import State
from bot.sandbox.workspace import Workspace
from bot.slack import manifest
from tests.fakes import clock_at
from tests.knocking import Answer, Knocker
from tests.local_slack import QUICK
from tests.person import Person, Sandbox
from tests.world import KEY, TUESDAY, World, beside

HREF = re.compile(r'href="([^"]+)"')


def team(team_id: str, name: str, enterprise_id: str = "") -> State:
    """A workspace with the same six people and two channels as every other."""
    state = seed.first_day(1_772_000_000.0)
    state.team = {"id": team_id, "name": name, "domain": team_id.lower()}
    state.team |= {"enterprise_id": enterprise_id} if enterprise_id else {}
    return state


@dataclass
class Shop:
    """The bot's front door. `sandboxes` are the workspaces, by team id."""

    world: World
    slack: SlackServer
    browser: aiohttp.ClientSession
    sandboxes: dict[str, Sandbox]
    replicas: list[World] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.world.bot.http.port}"

    @property
    def knocker(self) -> Knocker:
        return Knocker(self.url, self.slack.state.app.signing_secret, self.browser)

    def person(self, team_id: str, user: str) -> Person:
        return self.sandboxes[team_id].person(user)

    def workspace(self, team_id: str) -> Workspace:
        found = self.slack.workspace.grants.named(team_id)
        assert found is not None
        return found

    def id_of(self, team_id: str) -> int:
        place = self.world.deps.directory.of_team(team_id)
        assert place is not None
        return place.workspace_id

    async def get(self, url: str, **more: Any) -> Answer:
        async with self.browser.get(url, **more) as response:
            return Answer(response.status, await response.text())

    async def consent(self) -> list[str]:
        """The links of Slack's page, after the bot's own."""
        first = await self.get(f"{self.url}/slack/install")
        assert first.status == 200, first.text
        page = await self.get(links(first.text)[-1])
        return [f"{self.slack.url}{link}" for link in links(page.text)]

    async def installs(self, team_id: str) -> Answer:
        """Somebody presses *Allow* for this team; empty for the whole organisation."""
        wanted = [link for link in await self.consent() if re.search(rf"team={team_id}$", link)]
        return await self.get(wanted[0])

    async def returns(self, team_id: str) -> str:
        """Where Slack would send the browser after *Allow*, without going there."""
        wanted = [link for link in await self.consent() if re.search(rf"team={team_id}$", link)]
        async with self.browser.get(wanted[0], allow_redirects=False) as response:
            return response.headers["Location"]


def links(page: str) -> list[str]:
    return [unescape(one) for one in HREF.findall(page) if one != "data:,"]


def settings(slack: SlackServer, database_url: str, **more: Any) -> Settings:
    app = slack.state.app
    return sandboxed(
        slack_client_id=app.client_id,
        slack_client_secret=app.client_secret,
        slack_signing_secret=app.signing_secret,
        slack_api_url=slack.api_url,
        database_url=database_url,
        port=0,
        **{"secret_key": KEY, "url": "http://127.0.0.1:1"} | more,
    )


@asynccontextmanager
async def opened(
    database_url: str, *more: State, clock: Clock | None = None, **told: Any
) -> AsyncIterator[Shop]:
    """One workspace that nobody let the bot into yet, and `more` of them."""
    slack = SlackServer(None, retries=QUICK, share_delay=0.02)
    slack.state.app.installed = False
    for state in more:
        slack.beside(state)
    await slack.start()
    try:
        async with serving(slack, database_url, clock or clock_at(TUESDAY), **told) as shop:
            yield shop
    finally:
        await slack.stop()


@asynccontextmanager
async def serving(
    slack: SlackServer, database_url: str, clock: Clock, **told: Any
) -> AsyncIterator[Shop]:
    """The bot before workspaces that are there already."""
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as browser:
        boxes = {one.state.team["id"]: Sandbox(one.url, browser) for one in slack.workspaces}
        made = settings(slack, database_url, **told)
        first = boxes[slack.state.team["id"]]
        async with beside(slack, first, made, clock) as world:
            shop = Shop(world, slack, browser, boxes)
            world.deps.settings.url = world.deps.links.base = shop.url
            slack.install(manifest.build(features.DECLARATIONS, "http", shop.url))
            yield shop
