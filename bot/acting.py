"""People of a fresh sandbox, acting through the same doors as its page."""

from dataclasses import dataclass
from typing import Any

import aiohttp

from bot.sandbox.server import SlackServer


@dataclass(frozen=True)
class Workspace:
    http: aiohttp.ClientSession
    slack: SlackServer

    async def do(self, act: str, user: str, **body: object) -> dict[str, Any]:
        """One act, such as `post` or `action`; docs/sandbox-api.md lists them."""
        url = f"{self.slack.url}/sandbox/{act}"
        async with self.http.post(url, json={"as": user, **body}) as response:
            told: dict[str, Any] = await response.json()
            return told

    async def app(self, user: str) -> str:
        """The person's direct message with the app."""
        opened = await self.do("dm", user, users=[self.slack.state.app.bot_user])
        return str(opened["channel"]["id"])

    async def messages(self, user: str, channel: str, **more: str) -> list[dict[str, Any]]:
        told: list[dict[str, Any]] = (await self._look("messages", user, channel=channel, **more))[
            "messages"
        ]
        return told

    async def modal(self, user: str) -> dict[str, Any] | None:
        """The form on top, if one is open."""
        stack = (await self._look("state", user))["modals"]
        return stack[-1] if stack else None

    async def button(self, user: str, action_id: str) -> dict[str, str] | None:
        """Where the newest such button is among the app's messages to this person."""
        channel = await self.app(user)
        for message in reversed(await self.messages(user, channel)):
            for block in message.get("blocks", []):
                for one in block.get("elements", []):
                    if one.get("action_id") == action_id:
                        place = {"channel": channel, "ts": message["ts"]}
                        return place | {"block_id": block["block_id"], "action_id": action_id}
        return None

    async def _look(self, what: str, user: str, **query: str) -> dict[str, Any]:
        url = f"{self.slack.url}/sandbox/{what}"
        async with self.http.get(url, params={"as": user, **query}) as response:
            told: dict[str, Any] = await response.json()
            return told
