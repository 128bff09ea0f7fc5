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
from bot.sandbox.refusals import Refused
from bot.sandbox.state import Json
from bot.sandbox.workspace import Workspace

LOGGED = 5_000
# Importing the modules fills the table; naming them here keeps that visible.
AREAS = (methods_app, methods_chat, methods_conversations, methods_files, methods_people)


class WebApi:
    """Answers calls for one workspace."""

    def __init__(self, slack: Workspace) -> None:
        self.slack = slack

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One call: read, pace, misfortune, effect, write, answer."""
        name = request.match_info["method"]
        try:
            call = await calls.read(request, name)
        except Refused as refused:
            return _answer(_refusal(refused))
        entry = calls.METHODS.get(name)
        wait = self._paced(call, entry)
        fault, seconds = ("rate_limited", wait) if wait else self.slack.faults.draw(name)
        if fault == "rate_limited":
            self._log(call, "ratelimited", 429, False)
            body = {"ok": False, "error": "ratelimited"}
            return _answer(body, 429, {"Retry-After": str(seconds)})
        if fault == "error_before":
            self._log(call, "internal_error", 500, False)
            return _answer({"ok": False, "error": "internal_error"}, 500)
        body = await self._carry_out(entry, call)
        self.slack.write()
        self._log(call, str(body.get("error", "")), 500 if fault else 200, bool(body["ok"]))
        if fault == "error_after":
            return _answer({"ok": False, "error": "internal_error"}, 500)
        if fault == "lost_after" and request.transport is not None:
            request.transport.close()
        return _answer(body, headers=self._scopes(entry))

    def _paced(self, call: calls.Call, entry: calls.Method | None) -> int:
        tier = entry.tier if entry is not None else 0
        channel = call.args.get("channel")
        return self.slack.faults.over_limit(call.method, tier, channel, self.slack.now())

    async def _carry_out(self, entry: calls.Method | None, call: calls.Call) -> Json:
        if entry is None:
            return {"ok": False, "error": "unknown_method", "req_method": call.method}
        try:
            calls.authorize(self.slack, entry, call)
            return {"ok": True, **await entry.handler(self.slack, call)}
        except Refused as refused:
            return _refusal(refused)

    def _scopes(self, entry: calls.Method | None) -> dict[str, str]:
        granted = self.slack.state.app.scopes
        if entry is None or granted is None:
            return {}
        return {
            "X-OAuth-Scopes": ",".join(granted),
            "X-Accepted-OAuth-Scopes": ",".join(entry.scopes),
        }

    def _log(self, call: calls.Call, error: str, status: int, effect: bool) -> None:
        self.slack.counted += 1
        kept = copy.deepcopy(call.args)
        entry: dict[str, Any] = {
            "n": self.slack.counted,
            "method": call.method,
            "args": kept,
            "error": error,
            "status": status,
            "at": self.slack.now(),
            "effect": effect,
        }
        self.slack.calls.append(entry)
        if len(self.slack.calls) > LOGGED * 2:
            del self.slack.calls[:LOGGED]


def _refusal(refused: Refused) -> Json:
    return {"ok": False, "error": refused.error, **refused.extra}


def _answer(body: Json, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    # The app gets its own copy at once; later changes to kept objects must not reach it.
    return web.Response(
        text=json.dumps(body), status=status, headers=headers, content_type="application/json"
    )
