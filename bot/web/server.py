"""The HTTP side: Slack's requests, health and metrics, on aiohttp."""

import asyncio
import hmac
import logging
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.clock import machine_now
from bot.config import Settings
from bot.web import knocks
from bot.web.metrics import CONTENT_TYPE

log = logging.getLogger(__name__)
PROXIED = {"forwarded", "x-forwarded-for", "x-real-ip"}  # then loopback is only the proxy
HERE = re.compile(r"(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?", re.IGNORECASE)
LARGEST = 1024 * 1024  # bytes of a request; Slack's own stay far below
Check = Callable[[], Awaitable[list[str]]]
Metrics = Callable[[], Awaitable[str]]


@dataclass(frozen=True)
class Health:
    """`ready` lists what fails; `alive` says whether the loop turns; `metrics` is the page.

    `taking` is False until the program knows its workspace, and from the moment it is asked to
    end: then Slack is asked to come again.
    """

    ready: Check
    alive: Callable[[], bool]
    metrics: Metrics
    taking: Callable[[], bool] = lambda: True


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
        page = (await health.metrics()).encode()
        return web.Response(body=page, headers={"Content-Type": CONTENT_TYPE})

    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    app.router.add_get("/metrics", metrics)
    if bolt is not None and settings.slack_signing_secret is not None:
        secret = settings.slack_signing_secret.get_secret_value()
        app.router.add_post("/slack/events", _slack(bolt, secret, health))
    return app


def _slack(
    bolt: AsyncApp, secret: str, health: Health
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def knock(request: web.Request) -> web.StreamResponse:
        """4xx for whatever is not Slack's or not a request of Slack's; the rest is Bolt's."""
        raw = await request.read()
        body = knocks.read(request.content_type, raw)
        if body is not None and knocks.asks_for_ssl(body):
            return web.Response()
        headers = request.headers
        stamp = headers.get("X-Slack-Request-Timestamp", "")
        signature = headers.get("X-Slack-Signature", "")
        if not knocks.signed(secret, stamp, signature, raw, machine_now().timestamp()):
            return web.Response(status=401, text="not signed by Slack\n")
        if body is None:
            return web.Response(status=400, text="not a request of Slack's\n")
        if body.get("type") == "app_rate_limited":
            log.warning("events_limited", extra={"minute": body.get("minute_rate_limited")})
            return web.Response()
        if not health.taking():
            return _later()
        # Read once: a body that is a dict is what Bolt calls Socket Mode, and it checks nothing.
        answer = await bolt.async_dispatch(AsyncBoltRequest(body=body, mode="socket_mode"))
        return await to_aiohttp_response(answer)

    return knock


def _later() -> web.Response:
    """Before it begins, and once it is asked to end: Slack asks again, a balancer elsewhere."""
    answer = web.Response(status=503, text="starting or stopping\n")
    answer.force_close()
    return answer


def _may_measure(settings: Settings, request: web.Request) -> bool:
    token = settings.metrics_token
    given = request.headers.get("Authorization", "")
    wanted = f"Bearer {token.get_secret_value()}" if token is not None else ""
    if wanted and hmac.compare_digest(given.encode("utf-8", "surrogateescape"), wanted.encode()):
        return True
    return _asked_here(request)


def _asked_here(request: web.Request) -> bool:
    """From this machine, past no proxy, and by this machine's own name.

    A page in a browser here may let its own name point here; then `Host` gives it away.
    """
    try:
        near = ip_address(request.remote or "").is_loopback
    except ValueError:
        return False
    passed = PROXIED & {name.lower() for name in request.headers}
    return near and not passed and HERE.fullmatch(request.host) is not None


class Server:
    """Listens while it is open; `port` is the one it got."""

    def __init__(self, app: web.Application, host: str, port: int) -> None:
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.5)
        self.host, self.port = host, port

    async def start(self) -> None:
        await self._runner.setup()
        site = web.TCPSite(self._runner, self.host, self.port, backlog=1024)
        await site.start()
        bound = self._runner.addresses[0]
        self.port = int(bound[1])

    async def stop(self) -> None:
        """Requests in hand may take a moment; whoever holds a connection longer is left."""
        with suppress(TimeoutError):
            async with asyncio.timeout(2.5):
                await self._runner.cleanup()
