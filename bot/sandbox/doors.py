"""The server's addresses, and for each the few lines between HTTP and the workspace."""

import json
from collections.abc import Awaitable, Callable
from itertools import islice

from aiohttp import web

from bot.sandbox import (
    answers,
    clocks,
    filing,
    folk,
    methods_files,
    person_acts,
    person_looks,
    setup,
)
from bot.sandbox.refusals import NotForThem, Refused
from bot.sandbox.sockets import OPENINGS
from bot.sandbox.state import Json
from bot.sandbox.workspace import Workspace

REASONS = {"warning", "refresh_requested", "link_disabled", "drop", "silent"}
LOGIN = "<!doctype html><title>Sign in</title><p>Sign in to see this file.</p>"


async def body_of(request: web.Request) -> Json:
    """The JSON object of a request; refuses anything else."""
    try:
        body = await request.json()
    except ValueError as error:
        raise NotForThem("invalid_json", "the body must be JSON") from error
    if not isinstance(body, dict):
        raise NotForThem("invalid_json", "the body must be an object")
    return body


class Doors:
    """Handlers for one workspace."""

    def __init__(self, slack: Workspace) -> None:
        self.slack = slack

    def open_in(self, application: web.Application, prefix: str = "") -> None:
        """Add every route of the workspace below `prefix`."""
        route = application.router.add_route
        for path, handler in self._gets().items():
            route("GET", f"{prefix}{path}", handler)
        for path, handler in self._posts().items():
            route("POST", f"{prefix}{path}", handler)

    def _gets(self) -> "dict[str, Callable[[web.Request], Awaitable[web.StreamResponse]]]":
        return {
            "/link/": self.link,
            "/files-pri/{team}-{file}/{rest:.*}": self.private_file,
            "/sandbox/state": self.look,
            "/sandbox/messages": self.look,
            "/sandbox/changes": self.changes,
            "/sandbox/file/{file}": self.file,
            "/sandbox/file/{file}/{vtt}": self.file,
            "/sandbox/app": self.app,
            "/sandbox/sockets": self.sockets,
            "/sandbox/calls": self.calls,
            "/sandbox/deliveries": self.deliveries,
            "/sandbox/faults": self.faults,
            "/sandbox/clock": self.clock,
        }

    def _posts(self) -> "dict[str, Callable[[web.Request], Awaitable[web.StreamResponse]]]":
        return {
            "/upload/v1/{file}": self.upload,
            "/hooks/response/{key}": self.response_url,
            "/sandbox/upload": self.person_upload,
            "/sandbox/people": self.people,
            "/sandbox/app": self.app,
            "/sandbox/app/install": self.install,
            "/sandbox/app/uninstall": self.install,
            "/sandbox/sockets": self.sockets,
            "/sandbox/faults": self.faults,
            "/sandbox/clock": self.clock,
            "/sandbox/{act}": self.act,
        }

    def _done(self, body: Json) -> web.Response:
        # Written before the answer leaves: whoever got it may rely on it after a kill.
        self.slack.write()
        return web.Response(text=json.dumps({"ok": True} | body), content_type="application/json")

    async def link(self, request: web.Request) -> web.StreamResponse:
        return await self.slack.out.sockets.serve(
            request, self.slack.state.app.id, self.slack.now(), lambda: setup.announce(self.slack)
        )

    async def look(self, request: web.Request) -> web.StreamResponse:
        return await person_looks.look(self.slack, request)

    async def changes(self, request: web.Request) -> web.StreamResponse:
        return await person_looks.changes(self.slack, request)

    async def file(self, request: web.Request) -> web.StreamResponse:
        person_looks.viewer(self.slack, request.query.get("as"))
        vtt = request.match_info.get("vtt") == "vtt"
        return person_looks.file_bytes(self.slack, request.match_info["file"], vtt)

    async def private_file(self, request: web.Request) -> web.StreamResponse:
        """`url_private` and its kin. Without a token Slack shows a login page with status 200."""
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        scopes = self.slack.state.app.scopes
        allowed = scopes is None or "files:read" in scopes
        if not self.slack.grants.speaks_for(self.slack, given) or not allowed:
            return web.Response(text=LOGIN, content_type="text/html")
        key = request.match_info["file"]
        if request.match_info["rest"].endswith(".vtt"):
            return person_looks.file_bytes(self.slack, key, vtt=True)
        file = filing.find(self.slack, key)
        content = self.slack.state.bytes_of.get(key, b"")
        return web.Response(body=content, content_type=file["mimetype"])

    async def upload(self, request: web.Request) -> web.StreamResponse:
        """The bytes of an upload; the bad day knows this step as `upload`."""
        content = await request.read()
        fault, seconds = self.slack.faults.draw("upload")
        if fault == "rate_limited":
            return web.Response(status=429, headers={"Retry-After": str(seconds)})
        if fault == "error_before":
            return web.Response(status=500)
        if not methods_files.received(self.slack, request.match_info["file"], content):
            return web.Response(status=400, text="no such upload, or not the size announced")
        self.slack.write()
        if fault == "lost_after" and request.transport is not None:
            request.transport.close()
        return web.Response(status=500 if fault else 200, text=f"OK - {len(content)}")

    async def response_url(self, request: web.Request) -> web.StreamResponse:
        try:
            payload = json.loads(await request.text() or "null")
            answers.by_url(self.slack, request.match_info["key"], payload)
        except ValueError:
            return web.json_response({"ok": False, "error": "invalid_payload"}, status=400)
        except Refused as refused:
            body = {"ok": False, "error": refused.error, **refused.extra}
            return web.json_response(body, status=404)
        self.slack.write()
        return web.Response(text="ok")

    async def act(self, request: web.Request) -> web.StreamResponse:
        act = person_acts.ACTS.get(request.match_info["act"])
        if act is None:
            raise NotForThem("unknown_method", "there is no such call", 404)
        body = await body_of(request)
        user = person_looks.viewer(self.slack, body.get("as"))
        if self.slack.state.people[user].deleted and request.match_info["act"] != "profile":
            raise NotForThem("account_inactive", "this person was deactivated", 403)
        try:
            return self._done(await act(self.slack, user, body))
        except (TypeError, ValueError) as error:
            raise NotForThem("invalid_arguments", str(error)) from error
        finally:
            self.slack.write()

    async def person_upload(self, request: web.Request) -> web.StreamResponse:
        user = person_looks.viewer(self.slack, request.query.get("as"))
        content = await request.read()
        name = request.query.get("name") or "file"
        kind = request.content_type if "Content-Type" in request.headers else ""
        return self._done(person_acts.uploaded(self.slack, user, name, content, kind))

    async def people(self, request: web.Request) -> web.StreamResponse:
        person = folk.arrive(self.slack, await body_of(request))
        return self._done({"person": folk.for_page(self.slack, person)})

    async def app(self, request: web.Request) -> web.StreamResponse:
        if request.method == "POST":
            setup.change(self.slack, await body_of(request))
        return self._done(setup.told(self.slack))

    async def install(self, request: web.Request) -> web.StreamResponse:
        setup.set_installed(self.slack, request.path.endswith("/install"))
        return self._done(setup.told(self.slack))

    async def sockets(self, request: web.Request) -> web.StreamResponse:
        if request.method == "POST":
            await self._break_sockets(await body_of(request))
        return self._done({"open": len(self.slack.out.sockets.open)})

    async def _break_sockets(self, told: Json) -> None:
        """The sockets to come first: those that leave are often replaced at once."""
        coming = told.get("next", [])
        if not isinstance(coming, list) or not set(map(str, coming)) <= OPENINGS:
            raise NotForThem("invalid_arguments", "next: " + ", ".join(sorted(OPENINGS)))
        reason = str(told.get("disconnect"))
        if ("disconnect" in told or not coming) and reason not in REASONS:
            raise NotForThem("invalid_arguments", "disconnect: " + ", ".join(sorted(REASONS)))
        self.slack.out.sockets.next = [str(one) for one in coming]
        if "disconnect" in told:
            await self.slack.out.sockets.disconnect(reason)

    async def calls(self, request: web.Request) -> web.StreamResponse:
        since = person_looks.number(request.query, "since", 0)
        wanted = request.query.get("method")
        found = [
            call
            for call in self.slack.calls[-5000:]
            if call["n"] > since and wanted in {None, call["method"]}
        ]
        return self._done({"calls": found})

    async def deliveries(self, request: web.Request) -> web.StreamResponse:
        since = person_looks.number(request.query, "since", 0)
        log = self.slack.out.log
        return self._done({"deliveries": [one for one in islice(log, None) if one["n"] > since]})

    async def faults(self, request: web.Request) -> web.StreamResponse:
        if request.method == "POST":
            try:
                self.slack.faults.change(await body_of(request))
            except (TypeError, ValueError) as error:
                raise NotForThem("invalid_arguments", str(error)) from error
            self.slack.changes.publish("faults", None, faults=self.slack.faults.told())
        return self._done(self.slack.faults.told())

    async def clock(self, request: web.Request) -> web.StreamResponse:
        if request.method == "POST":
            return self._done(await clocks.move(self.slack, await body_of(request)))
        return self._done(await clocks.clock_told(self.slack))
