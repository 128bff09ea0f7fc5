"""The HTTP side: Slack's requests, health and metrics, on aiohttp."""

import asyncio
import hmac
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import parse_qs

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp
from slack_sdk.signature import SignatureVerifier

from bot.config import Settings

LARGEST = 1024 * 1024  # bytes of a request; Slack's own stay far below
Check = Callable[[], Awaitable[list[str]]]
Metrics = Callable[[], Awaitable[str]]


@dataclass(frozen=True)
class Health:
    """`ready` lists what fails; `alive` says whether the loop turns; `metrics` is the page."""

    ready: Check
    alive: Callable[[], bool]
    metrics: Metrics


def build(settings: Settings, bolt: AsyncApp | None, health: Health) -> web.Application:
    """Routes; without `bolt` (Socket Mode) Slack has nothing to ask here."""
    app = web.Application(client_max_size=LARGEST)

    async def healthz(_: web.Request) -> web.Response:
        ok = health.alive()
        return web.json_response({"ok": ok}, status=200 if ok else 503)

    async def readyz(_: web.Request) -> web.Response:
        failing = await health.ready()
        return web.json_response({"failing": failing}, status=503 if failing else 200)

    async def metrics(request: web.Request) -> web.Response:
        if not _may_measure(settings, request):
            return web.Response(status=403, text="a bearer token is needed from here\n")
        return web.Response(text=await health.metrics(), content_type="text/plain")

    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    app.router.add_get("/metrics", metrics)
    if bolt is not None and settings.slack_signing_secret is not None:
        secret = settings.slack_signing_secret.get_secret_value()
        app.router.add_post("/slack/events", _slack(bolt, SignatureVerifier(secret)))
    return app


def _slack(
    bolt: AsyncApp, verifier: SignatureVerifier
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def knock(request: web.Request) -> web.StreamResponse:
        """4xx for whatever is not Slack's or not a request of Slack's; the rest is Bolt's."""
        body = await request.text()
        headers = dict(request.headers.items())
        if not _stamped(headers) or not verifier.is_valid_request(body, headers):
            return web.Response(status=401, text="not signed by Slack\n")
        if not _readable(request.content_type, body):
            return web.Response(status=400, text="not a request of Slack's\n")
        response = await bolt.async_dispatch(await to_bolt_request(request))
        return await to_aiohttp_response(response)

    return knock


def _stamped(headers: dict[str, str]) -> bool:
    named = {name.lower(): value for name, value in headers.items()}
    return named.get("x-slack-request-timestamp", "").isdecimal() and bool(
        named.get("x-slack-signature")
    )


def _readable(content_type: str, body: str) -> bool:
    """Is it an object as JSON, or a form whose payload is one?"""
    try:
        if content_type == "application/json":
            return isinstance(json.loads(body), dict)
        form = parse_qs(body, strict_parsing=True)
        if "payload" in form:
            return isinstance(json.loads(form["payload"][0]), dict)
    except ValueError:
        return False
    return bool(form.get("command") or form.get("ssl_check"))


def _may_measure(settings: Settings, request: web.Request) -> bool:
    token = settings.metrics_token
    given = request.headers.get("Authorization", "")
    if token is not None and hmac.compare_digest(given, f"Bearer {token.get_secret_value()}"):
        return True
    try:
        return (
            ip_address(request.remote or "").is_loopback
            and "X-Forwarded-For" not in request.headers
        )
    except ValueError:
        return False


class Server:
    """Listens while it is open; `port` is the one it got."""

    def __init__(self, app: web.Application, host: str, port: int) -> None:
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=2)
        self.host, self.port = host, port

    async def start(self) -> None:
        await self._runner.setup()
        site = web.TCPSite(self._runner, self.host, self.port, backlog=1024)
        await site.start()
        bound = self._runner.addresses[0]
        self.port = int(bound[1])

    async def stop(self) -> None:
        async with asyncio.timeout(5):
            await self._runner.cleanup()
