"""Slack's Web API under `/api/`: one door for every method, with faults and pacing before it."""

import copy
import json
from typing import Any

from aiohttp import web

from bot.sandbox import (
    calls,
    methods_app,
    methods_chat,
    methods_conversations,
    methods_files,
    methods_people,
)
from bot.sandbox.grants import Grants
from bot.sandbox.refusals import Refused
from bot.sandbox.state import Json
from bot.sandbox.workspace import Workspace

LOGGED = 5_000
# Importing the modules fills the table; naming them here keeps that visible.
AREAS = (methods_app, methods_chat, methods_conversations, methods_files, methods_people)


class WebApi:
    """Answers calls for all workspaces of the server; the token says which is meant."""

    def __init__(self, grants: Grants) -> None:
        self.grants = grants

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One call: read, pace, misfortune, effect, write, answer."""
        name = request.match_info["method"]
        try:
            call = await calls.read(request, name)
        except Refused as refused:
            return _answer(_refusal(refused))
        entry, slack = calls.METHODS.get(name), self.grants.of_call(call)
        wait = self._paced(slack, call, entry)
        fault, seconds = ("rate_limited", wait) if wait else slack.faults.draw(name)
        if fault == "rate_limited":
            self._log(slack, call, "ratelimited", 429, False)
            body = {"ok": False, "error": "ratelimited"}
            return _answer(body, 429, {"Retry-After": str(seconds)})
        if fault == "error_before":
            self._log(slack, call, "internal_error", 500, False)
            return _answer({"ok": False, "error": "internal_error"}, 500)
        body = await self._carry_out(slack, entry, call)
        slack.write()
        self._log(slack, call, str(body.get("error", "")), 500 if fault else 200, bool(body["ok"]))
        if fault == "error_after":
            return _answer({"ok": False, "error": "internal_error"}, 500)
        if fault == "lost_after" and request.transport is not None:
            request.transport.close()
        return _answer(body, headers=self._scopes(slack, entry))

    def _paced(self, slack: Workspace, call: calls.Call, entry: calls.Method | None) -> int:
        tier = entry.tier if entry is not None else 0
        channel = call.args.get("channel")
        return slack.faults.over_limit(call.method, tier, channel, slack.now())

    async def _carry_out(
        self, slack: Workspace, entry: calls.Method | None, call: calls.Call
    ) -> Json:
        if entry is None:
            return {"ok": False, "error": "unknown_method", "req_method": call.method}
        try:
            calls.authorize(slack, entry, call)
            return {"ok": True, **await entry.handler(slack, call)}
        except Refused as refused:
            return _refusal(refused)

    def _scopes(self, slack: Workspace, entry: calls.Method | None) -> dict[str, str]:
        granted = slack.state.app.scopes
        if entry is None or granted is None:
            return {}
        return {
            "X-OAuth-Scopes": ",".join(granted),
            "X-Accepted-OAuth-Scopes": ",".join(entry.scopes),
        }

    def _log(
        self, slack: Workspace, call: calls.Call, error: str, status: int, effect: bool
    ) -> None:
        slack.counted += 1
        kept = copy.deepcopy(call.args)
        entry: dict[str, Any] = {
            "n": slack.counted,
            "method": call.method,
            "args": kept,
            "error": error,
            "status": status,
            "at": slack.now(),
            "effect": effect,
        }
        slack.calls.append(entry)
        if len(slack.calls) > LOGGED * 2:
            del slack.calls[:LOGGED]


def _refusal(refused: Refused) -> Json:
    return {"ok": False, "error": refused.error, **refused.extra}


def _answer(body: Json, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    # The app gets its own copy at once; later changes to kept objects must not reach it.
    return web.Response(
        text=json.dumps(body), status=status, headers=headers, content_type="application/json"
    )
