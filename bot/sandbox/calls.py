"""A Web API call: its arguments wherever they stand, its token, and the table of methods."""

import json
from base64 import b64decode
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.sandbox.refusals import Refused
from bot.sandbox.state import Json
from bot.sandbox.workspace import Workspace


@dataclass
class Call:
    """The arguments of one call. Slack reads query, form and JSON alike, and so does this."""

    method: str
    args: Json
    token: str = ""
    needed: list[str] = field(default_factory=list)

    def text(self, name: str) -> str:
        value = self.args.get(name)
        if isinstance(value, list):
            return ",".join(str(one) for one in value)
        return "" if value is None else str(value)

    def need(self, name: str) -> str:
        """An argument that must be there; refuses `invalid_arguments`."""
        value = self.text(name)
        if not value:
            told = f"[ERROR] missing required field: {name}"
            raise Refused("invalid_arguments", response_metadata={"messages": [told]})
        return value

    def flag(self, name: str) -> bool:
        return str(self.args.get(name)).lower() in {"true", "1"}

    def number(self, name: str, default: int) -> int:
        value = self.text(name)
        if not value:
            return default
        try:
            return int(value)
        except ValueError as error:
            raise Refused("invalid_arguments") from error

    def parsed(self, name: str, refusal: str = "invalid_arguments") -> Any:
        """An argument that is JSON, sent as such or as a string of it."""
        value = self.args.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError as error:
            raise Refused(refusal) from error


Handler = Callable[[Workspace, Call], Awaitable[Json]]


@dataclass(frozen=True)
class Method:
    """`token` says which kind it takes: bot, app, or none."""

    handler: Handler
    tier: int
    scopes: tuple[str, ...]
    token: str


METHODS: dict[str, Method] = {}


def method(
    name: str,
    *scopes: str,
    tier: int = 3,
    token: str = "bot",  # noqa: S107 - a kind, no secret
) -> Callable[[Handler], Handler]:
    """Enter a function in the table under Slack's name for it."""

    def enter(handler: Handler) -> Handler:
        METHODS[name] = Method(handler, tier, scopes, token)
        return handler

    return enter


def require(slack: Workspace, *scopes: str) -> None:
    """Refuse `missing_scope` unless one of these was granted."""
    granted = slack.state.app.scopes
    if granted is None or not scopes or set(scopes) & set(granted):
        return
    raise Refused("missing_scope", needed=scopes[0], provided=",".join(granted))


async def read(request: web.Request, name: str) -> Call:
    """The call a request makes; refuses `invalid_json` and `json_not_object`."""
    args: Json = dict(request.query)
    kind = request.content_type
    if request.method == "POST" and kind == "application/json":
        args |= await _read_json(request)
    elif request.method == "POST":
        form = await request.post()
        args |= {key: value for key, value in form.items() if isinstance(value, str)}
    bearer = request.headers.get("Authorization", "")
    if bearer.startswith("Basic "):
        client_id, _, secret = b64decode(bearer[6:]).decode("utf-8", "replace").partition(":")
        args |= {"client_id": client_id, "client_secret": secret}
    token = bearer.removeprefix("Bearer ") if bearer.startswith("Bearer ") else ""
    return Call(name, args, token or str(args.pop("token", "") or ""))


async def _read_json(request: web.Request) -> Json:
    text = await request.text()
    try:
        body = json.loads(text) if text else {}
    except ValueError as error:
        raise Refused("invalid_json") from error
    if not isinstance(body, dict):
        raise Refused("json_not_object")
    return body


def authorize(slack: Workspace, entry: Method, call: Call) -> None:
    """Refuse a missing, unknown or wrong token, and a missing scope."""
    if entry.token == "none":  # noqa: S105
        return
    app = slack.state.app
    if not call.token:
        raise Refused("not_authed")
    is_app = call.token == app.app_token
    if not is_app and not slack.grants.speaks_for(slack, call.token):
        raise Refused("invalid_auth")
    if not app.installed:
        raise Refused("account_inactive")
    if entry.token != "any" and is_app != (entry.token == "app"):  # noqa: S105
        raise Refused("not_allowed_token_type")
    require(slack, *entry.scopes)
