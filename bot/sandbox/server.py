"""The local workspace as a server on loopback: Slack's protocol for apps, JSON for people.

It knows nothing of the app it serves. `SLACK_API_URL` of any Bolt app may be its `api_url`.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path

from aiohttp import web

from bot.clock import machine_now as real_now
from bot.sandbox import filing, seed, setup
from bot.sandbox.consent import Consent
from bot.sandbox.deliver import RETRIES
from bot.sandbox.doors import Doors
from bot.sandbox.refusals import NotForThem, Refused
from bot.sandbox.state import Json, State
from bot.sandbox.store import Store
from bot.sandbox.web_api import WebApi
from bot.sandbox.workspace import Clockwork, Workspace

PAGE = Path(__file__).parent / "page"
HERE = {"127.0.0.1", "localhost", "[::1]"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "media-src 'self' blob:; connect-src 'self'; font-src 'self'; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
LARGEST = 25 * 2**20
Next = Callable[[web.Request], Awaitable[web.StreamResponse]]


def _is_here(address: str) -> bool:
    """Whether a Host header names this machine's loopback."""
    host, _, port = address.rpartition(":")
    return (host in HERE and port.isdigit()) or address in HERE


@web.middleware
async def only_here(request: web.Request, handler: Next) -> web.StreamResponse:
    """Refuse what comes by another name or from another page, whatever it asks."""
    host, origin = request.headers.get("Host", ""), request.headers.get("Origin")
    # A page on another local port is foreign too: its origin is not ours.
    if not _is_here(host) or origin not in {None, f"http://{host}"}:
        return web.json_response({"ok": False, "error": "forbidden"}, status=403)
    response = await handler(request)
    if not response.prepared:
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Content-Security-Policy"] = POLICY
        response.headers.setdefault("Cache-Control", "no-cache")  # an upgrade shows at once
    return response


@web.middleware
async def refusals(request: web.Request, handler: Next) -> web.StreamResponse:
    """Answer refusals of the JSON API with their word and status."""
    try:
        return await handler(request)
    except NotForThem as no:
        body = {"ok": False, "error": no.error, "detail": no.detail}
        return web.json_response(body, status=no.status)
    except Refused as refused:
        status = 404 if refused.error.endswith("_not_found") else 400
        return web.json_response({"ok": False, "error": refused.error, "detail": ""}, status=status)


class SlackServer:
    """One workspace, served until `stop`.

    `data` is the folder that keeps it (None: nothing is kept). `retries` are the seconds before
    each further attempt of an event. `clockwork` is the embedding program's calendar. With
    `state` a workspace other than the usual first day is served, unless `data` holds one. `page` is
    the folder of the page: its `index.html` is served at `/`, everything in it under `/page/`.
    """

    def __init__(
        self,
        data: Path | None = None,
        clockwork: Clockwork | None = None,
        machine_now: Callable[[], datetime] = real_now,
        retries: tuple[float, ...] = RETRIES,
        share_delay: float = 0.1,
        state: State | None = None,
        page: Path = PAGE,
    ) -> None:
        self.page = page
        self.store = Store(data)
        found = self.store.load() or state or seed.first_day(machine_now().timestamp())
        seed.touch_all(found)
        self.workspace = Workspace(found, self.store, machine_now, clockwork, retries, share_delay)
        self.runner: web.AppRunner | None = None

    @property
    def state(self) -> State:
        return self.workspace.state

    @property
    def url(self) -> str:
        """Where it is, without a slash at the end; empty before `start`."""
        return self.workspace.url

    @property
    def api_url(self) -> str:
        """For `SLACK_API_URL`: the Web API's address, with its slash."""
        return f"{self.url}/api/"

    def install(self, manifest: Json) -> None:
        """Let each workspace know the app by this manifest: name, commands, scopes, events."""
        for one in self.workspaces:
            setup.change(one, {"manifest": manifest})

    @property
    def workspaces(self) -> list[Workspace]:
        return self.workspace.grants.workspaces

    def beside(self, state: State) -> Workspace:
        """A further workspace, before `start`, into which nobody has let the app yet.

        It has addresses of its own, below `/t/TEAM`, and shares the first one's API and OAuth. It
        is not kept.
        """
        first = self.workspace
        state.app.bot_token, state.app.app_token = f"xoxb-{state.team['id']}", ""
        state.app.installed = False
        retries, delay = first.out.retries, first.share_delay
        made = Workspace(state, Store(None), first.machine_now, first.clockwork, retries, delay)
        made.grants = first.grants
        self.workspaces.append(made)
        return made

    async def start(self, port: int = 0) -> None:
        """Listen on loopback; port 0 takes a free one. Raises OSError when it is taken."""
        application = web.Application(middlewares=[only_here, refusals], client_max_size=LARGEST)
        for one in self.workspaces:
            Doors(one).open_in(application, self._prefix(one))
        application.router.add_route("*", "/api/{method}", WebApi(self.workspace.grants).serve)
        Consent(self.workspace.grants).open_in(application)
        if (self.page / "index.html").is_file():
            application.router.add_get("/", self._index)
            application.router.add_static("/page/", self.page)
        self.runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
        await self.runner.setup()
        site = web.TCPSite(self.runner, "127.0.0.1", port)
        await site.start()
        for one in self.workspaces:
            one.url = f"http://127.0.0.1:{self.runner.addresses[0][1]}{self._prefix(one)}"
            one.write()
        self._resume()

    def _prefix(self, slack: Workspace) -> str:
        return "" if slack is self.workspace else f"/t/{slack.state.team['id']}"

    async def _index(self, request: web.Request) -> web.StreamResponse:
        return web.FileResponse(self.page / "index.html", headers={"Cache-Control": "no-cache"})

    def _resume(self) -> None:
        """What a killed server had promised: events, transcripts, uploads being shared."""
        self.workspace.out.resume()
        for file in list(self.state.files.values()):
            if "_delay" in file:
                filing.await_transcript(self.workspace, file)
            if "_pending" in file:
                filing.complete(self.workspace, file)

    async def stop(self) -> None:
        """Close every connection and write everything down. A second call does nothing."""
        for one in self.workspaces:
            one.changes.end()
            for socket in list(one.watchers):
                await socket.close()
            await one.out.stop()
        if self.runner is None:
            return
        await self.runner.cleanup()
        self.runner = None
        self.workspace.write()
        self.store.close()
