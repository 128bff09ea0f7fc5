"""Requests as Slack sends them, signed or spoilt, and a look at everything a store holds."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import aiohttp
from sqlalchemy import select

from bot.db import Base
from bot.deps import Deps
from bot.sandbox.deliver import signature
from bot.sandbox.state import new_id

Json = dict[str, Any]
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


def nodes(told: Any) -> Iterator[Json]:
    """Every object in a JSON document."""
    if isinstance(told, dict):
        yield told
        for one in told.values():
            yield from nodes(one)
    elif isinstance(told, list):
        for one in told:
            yield from nodes(one)


@dataclass
class Answer:
    status: int
    text: str
    connection: str = ""  # the header

    @property
    def json(self) -> Any:
        return json.loads(self.text)


@dataclass
class Knocker:
    """Slack at the door of a bot; `secret` signs unless a test says otherwise."""

    url: str
    secret: str
    http: aiohttp.ClientSession

    async def send(
        self,
        body: bytes,
        content_type: str = JSON,
        *,
        off: int = 0,
        secret: str | None = None,
        spoil: bytes = b"",
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """Send `body` with a stamp `off` seconds from now; `spoil` is added after signing."""
        stamp = int(time.time()) + off
        signed = signature(secret or self.secret, stamp, body)
        told = {
            "X-Slack-Request-Timestamp": str(stamp),
            "X-Slack-Signature": signed,
            "Content-Type": content_type,
        } | (headers or {})
        kept = {name: value for name, value in told.items() if value}
        url = f"{self.url}/slack/events"
        async with self.http.post(url, data=BytesIO(body + spoil), headers=kept) as response:
            connection = response.headers.get("Connection", "")
            return Answer(response.status, await response.text(), connection)

    async def event(self, told: Json, **more: Any) -> Answer:
        return await self.send(json.dumps(told).encode(), **more)

    async def form(self, told: Json, **more: Any) -> Answer:
        return await self.send(urlencode(told).encode(), FORM, **more)

    async def interaction(self, payload: Json, **more: Any) -> Answer:
        return await self.form({"payload": json.dumps(payload)}, **more)

    async def get(self, path: str, **headers: str) -> Answer:
        async with self.http.get(f"{self.url}{path}", headers=headers) as response:
            return Answer(response.status, await response.text())


def callback(event: Json, team: str, event_id: str = "") -> Json:
    """An event in its envelope."""
    return {
        "type": "event_callback",
        "team_id": team,
        "api_app_id": "A0SANDBOX",
        "event_id": event_id or new_id("Ev0"),
        "event_time": int(time.time()),
        "event": event,
        "authorizations": [{"team_id": team, "user_id": "U0APP", "is_bot": True}],
    }


def message(channel: str, user: str, text: str, **more: Any) -> Json:
    ts = f"{time.time():.6f}"
    known = {"type": "message", "channel": channel, "channel_type": "im", "user": user}
    return known | {"text": text, "ts": ts, "event_ts": ts} | more


def command(text: str, user: str, channel: str, team: str, **more: Any) -> Json:
    name, _, rest = text.partition(" ")
    known = {"command": name, "text": rest, "user_id": user, "team_id": team}
    return known | {"channel_id": channel, "trigger_id": new_id("trigger."), **more}


def click(action_id: str, value: str, user: str, channel: str, team: str, **more: Any) -> Json:
    action = {"type": "button", "action_id": action_id, "block_id": "b", "value": value}
    return {
        "type": "block_actions",
        "user": {"id": user, "team_id": team},
        "team": {"id": team},
        "channel": {"id": channel},
        "trigger_id": new_id("trigger."),
        "actions": [action],
        **more,
    }


def submission(callback_id: str, user: str, team: str, values: Json, **more: Any) -> Json:
    view = {"id": new_id("V0"), "type": "modal", "callback_id": callback_id, "blocks": []}
    return {
        "type": "view_submission",
        "user": {"id": user, "team_id": team},
        "team": {"id": team},
        "trigger_id": new_id("trigger."),
        "view": view | {"state": {"values": values}},
        **more,
    }


async def everything(deps: Deps) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables, for a comparison of before and after."""
    held: dict[str, list[tuple[Any, ...]]] = {}
    async with deps.transaction() as session:
        for table in Base.metadata.sorted_tables:
            rows = await session.execute(select(table).order_by(table.c.id))
            held[table.name] = [tuple(row) for row in rows]
    return held
