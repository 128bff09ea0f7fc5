"""The local workspace for tests, and real Bolt apps and clients pointed at it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.server import SlackServer
from tests.person import Sandbox

Json = dict[str, Any]
QUICK = (0.05, 0.05, 0.05)
PATIENCE = 15.0  # seconds


@asynccontextmanager
async def serving(
    data: Path | None = None, **options: Any
) -> AsyncIterator[tuple[SlackServer, Sandbox]]:
    """A workspace on a free port, with retries that a test can wait for.

    It has more patience than Slack: how long an acknowledgement takes is for `make bench`.
    """
    server = SlackServer(data, **{"retries": QUICK, "share_delay": 0.02, **options})
    server.workspace.wait_longer(PATIENCE)
    await server.start()
    try:
        async with Sandbox.over(server.url) as sandbox:
            yield server, sandbox
    finally:
        await server.stop()


def client(server: SlackServer) -> AsyncWebClient:
    """The SDK's own client with the app's token, which sends nothing twice."""
    app = server.state.app
    return AsyncWebClient(token=app.bot_token, base_url=server.api_url, retry_handlers=[])


def bolt(server: SlackServer, **options: Any) -> AsyncApp:
    """A Bolt app, unconnected; its own messages' events reach it."""
    return AsyncApp(
        client=client(server),
        signing_secret=server.state.app.signing_secret,
        ignoring_self_events_enabled=False,
        **options,
    )


@asynccontextmanager
async def on_socket(server: SlackServer, app: AsyncApp) -> AsyncIterator[AsyncSocketModeHandler]:
    """The app connected by Socket Mode."""
    token = server.state.app.app_token
    own = AsyncWebClient(token=token, base_url=server.api_url)
    handler = AsyncSocketModeHandler(app, token, web_client=own)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    try:
        yield handler
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]


@asynccontextmanager
async def on_http(server: SlackServer, app: AsyncApp) -> AsyncIterator[str]:
    """The app behind a request address, which is registered with the workspace."""

    async def take(request: web.Request) -> web.Response:
        answer = await app.async_dispatch(await to_bolt_request(request))
        return await to_aiohttp_response(answer)

    async with listening(take) as url:
        server.state.app.request_url = url
        yield url


@asynccontextmanager
async def listening(take: Any) -> AsyncIterator[str]:
    """A plain HTTP address that answers with `take`."""
    application = web.Application()
    application.router.add_post("/slack/events", take)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    finally:
        await runner.cleanup()


class Collector:
    """A request address that keeps what it was sent and answers with the given statuses."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.bodies: list[Json] = []
        self.headers: list[dict[str, str]] = []
        self.answer_headers: dict[str, str] = {}

    async def take(self, request: web.Request) -> web.Response:
        self.bodies.append(await request.json())
        self.headers.append(dict(request.headers))
        status = self.statuses.pop(0) if self.statuses else 200
        return web.Response(status=status, headers=self.answer_headers)

    @property
    def events(self) -> list[Json]:
        return [body["event"] for body in self.bodies]

    def of(self, kind: str) -> list[Json]:
        return [one for one in self.events if kind in (one["type"], one.get("subtype"))]


async def refusal(call: Any) -> str:
    """Slack's word for why a call was refused, or `ok`."""
    try:
        await call
    except SlackApiError as error:
        return str(error.response["error"])
    return "ok"


def section(text: str = "Hello", **more: Any) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def button(text: str, action_id: str, **more: Any) -> Json:
    label = {"type": "plain_text", "text": text}
    return {"type": "button", "text": label, "action_id": action_id, **more}


def field(label: str, block_id: str, element: Json, **more: Any) -> Json:
    return {
        "type": "input",
        "block_id": block_id,
        "label": {"type": "plain_text", "text": label},
        "element": element,
        **more,
    }


def modal(*blocks: Json, **more: Any) -> Json:
    return {
        "type": "modal",
        "title": {"type": "plain_text", "text": "Setup"},
        "submit": {"type": "plain_text", "text": "Save"},
        "blocks": list(blocks) or [section()],
        **more,
    }
