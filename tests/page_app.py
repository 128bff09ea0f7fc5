"""A small app for the page's tests: a command, a button, a form, a Home, a shortcut, an answer."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.sandbox.server import SlackServer
from tests.local_slack import Json, bolt, button, field, modal, on_socket, section
from tests.person import Sandbox

MANIFEST = {
    "display_information": {"name": "Pebble"},
    "features": {
        "slash_commands": [
            {"command": "/drill", "description": "A drill", "usage_hint": "[now|setup]"},
            {"command": "/draw", "description": "Draw lots", "usage_hint": ""},
        ],
        "shortcuts": [{"name": "Keep it", "type": "message", "callback_id": "keep"}],
    },
}


def form(**more: Any) -> Json:
    name = {"type": "plain_text_input", "action_id": "a", "max_length": 20}
    why = {"type": "plain_text_input", "action_id": "a", "multiline": True}
    more = {"callback_id": "form"} | more
    return modal(field("Name", "name", name), field("Why", "why", why, optional=True), **more)


def _forms(app: AsyncApp, heard: list[str]) -> None:
    @app.command("/drill")
    async def drill(ack: Any, command: Json, client: Any) -> None:
        heard.append(f"/drill {command['text']}")
        await client.views_open(trigger_id=command["trigger_id"], view=form())
        await ack()

    @app.action("open")
    async def opened(ack: Any, body: Json, client: Any) -> None:
        heard.append("open")
        await client.views_open(trigger_id=body["trigger_id"], view=form())
        await ack()

    @app.view("form")
    async def sent(ack: Any, view: Json) -> None:
        name = view["state"]["values"]["name"]["a"]["value"]
        heard.append(f"name {name}")
        errors = {"name": "Somebody is called that already."}
        await (ack(response_action="errors", errors=errors) if name == "Ben" else ack())


def _rest(app: AsyncApp, heard: list[str]) -> None:
    @app.shortcut("keep")
    async def keep(ack: Any, shortcut: Json) -> None:
        heard.append(f"keep {shortcut['message']['text']}")
        await ack()

    @app.event("app_home_opened")
    async def home(event: Json, client: Any) -> None:
        if event["tab"] == "home":
            go = {"type": "actions", "elements": [button("Go", "open")]}
            view = {"type": "home", "blocks": [section("*Your* week"), go]}
            await client.views_publish(user_id=event["user"], view=view)

    @app.event("message")
    async def answer(event: Json, say: Any) -> None:
        if "bot_id" not in event and "subtype" not in event:
            await say(text=f"Heard: {event['text']}", thread_ts=event["ts"])


@asynccontextmanager
async def an_app(server: SlackServer, sandbox: Sandbox) -> AsyncIterator[list[str]]:
    """The app, connected; what it heard is in the list."""
    await sandbox.app(manifest=MANIFEST)
    heard: list[str] = []
    app = bolt(server)
    _forms(app, heard)
    _rest(app, heard)
    async with on_socket(server, app):
        await sandbox.connected()
        yield heard
