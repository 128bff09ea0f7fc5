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

    async def groups(self, user: str) -> list[str]:
        """The group conversations that the person is in, the newest last."""
        found = (await self._look("state", user))["channels"]
        return [str(one["id"]) for one in found if one["kind"] == "mpim" and one["is_member"]]

    async def button(
        self, user: str, action_id: str, channel: str = "", *, last: bool = False
    ) -> dict[str, str] | None:
        """Where the newest such button is, in the app's messages to this person or elsewhere.

        Of several in a message, such as `mocks.suits.1772479800`, the first or the `last`.
        """
        where = channel or await self.app(user)
        for message in reversed(await self.messages(user, where)):
            found = [
                {"block_id": block["block_id"], "action_id": one["action_id"]}
                for block in message.get("blocks", [])
                for one in (*block.get("elements", ()), block.get("accessory") or {})
                if f"{one.get('action_id')}.".startswith(f"{action_id}.")
            ]
            if found:
                return {"channel": where, "ts": message["ts"]} | found[-1 if last else 0]
        return None

    async def press(
        self, user: str, action_id: str, channel: str = "", *, last: bool = False
    ) -> bool:
        """Press the newest such button; False when there is none."""
        button = await self.button(user, action_id, channel, last=last)
        if button is not None:
            await self.do("action", user, **button)
        return button is not None

    async def _look(self, what: str, user: str, **query: str) -> dict[str, Any]:
        url = f"{self.slack.url}/sandbox/{what}"
        async with self.http.get(url, params={"as": user, **query}) as response:
            told: dict[str, Any] = await response.json()
            return told
