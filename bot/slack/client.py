"""Slack's Web API, with its errors turned into ours. Knows no feature.

`slack_sdk` brings retry handlers that post twice when an answer is lost, so the client has
none: the outbox decides what is sent again.
"""

import asyncio
import time
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.errors import SlackLost, SlackRefused
from bot.slack.blocks import Block

TIMEOUT = 10  # seconds; the outbox's lease is three times as long
MODAL_TIMEOUT = 2.0
CLIENTS = 10_000  # tokens whose client is kept
# Codes after which the same call may work later: nothing was done.
LIMIT = "ratelimited"
LIMITED = frozenset({LIMIT, "rate_limited"})
LATER = frozenset({"accesslimited", "team_added_to_org", "org_login_required"})
LATER_AFTER = 60.0  # seconds; these last, and Slack names no time
# Codes after which nobody knows whether the call had its effect.
UNKNOWN = frozenset(
    {"internal_error", "fatal_error", "service_unavailable", "request_timeout", "operation_timeout"}
)
# Codes that say the installation is gone.
GONE = frozenset(
    {"account_inactive", "token_revoked", "invalid_auth", "not_authed", "token_expired"}
)

Measure = Callable[[str, str, float], None]


@dataclass(frozen=True)
class Sent:
    channel: str
    ts: str


class Slack:
    """Calls for one token each; every method raises SlackRefused or SlackLost."""

    def __init__(
        self, base_url: str, http: aiohttp.ClientSession, on_call: Measure | None = None
    ) -> None:
        self.base_url = base_url
        self.http = http
        # Told of each token that Slack refuses as gone, with its word for why.
        self.on_gone: Callable[[str, str], None] = _nobody
        # Told of each call: its method, how it ended, and how many seconds it took.
        self._on_call = on_call or _unmeasured
        self._clients: dict[str, AsyncWebClient] = {}

    def web(self, token: str) -> AsyncWebClient:
        if token not in self._clients:
            if len(self._clients) >= CLIENTS:
                self._clients.clear()  # tokens that rotate come and go
            self._clients[token] = AsyncWebClient(
                token=token,
                base_url=self.base_url,
                session=self.http,
                timeout=TIMEOUT,
                retry_handlers=[],
            )
        return self._clients[token]

    async def call(self, token: str, method: str, within: float = TIMEOUT, **arguments: Any) -> Any:
        """One call with JSON arguments; `None` arguments are left out. Returns Slack's answer."""
        asked = self.web(token).api_call(method, json=_given(arguments))
        return await self._heard(token, method, asked, within)

    async def read(self, token: str, method: str, **arguments: Any) -> Any:
        """One reading call: arguments go as a query, because Slack reads them there."""
        asked = self.web(token).api_call(method, http_verb="GET", params=_given(arguments))
        return await self._heard(token, method, asked, TIMEOUT)

    async def _heard(
        self, token: str, method: str, asked: Awaitable[AsyncSlackResponse], within: float
    ) -> Any:
        try:
            with self._timed(method):
                return await _ours(asked, within)
        except SlackRefused as error:
            if error.code in GONE:
                self.on_gone(token, error.code)
                self._clients.pop(token, None)
            raise

    async def grant(self, client_id: str, client_secret: str, **arguments: Any) -> Any:
        """`oauth.v2.access`: tokens for a code or for a refresh token. Returns Slack's answer."""
        # Not by the SDK's own method: it uses a class that aiohttp gives up.
        known = b64encode(f"{client_id}:{client_secret}".encode()).decode("ascii")
        asked = self.web("").api_call(
            "oauth.v2.access",
            data=_given(arguments),
            headers={"Authorization": f"Basic {known}"},
        )
        with self._timed("oauth.v2.access"):
            return await _ours(asked, TIMEOUT)

    @contextmanager
    def _timed(self, method: str) -> Iterator[None]:
        began, outcome = time.perf_counter(), "lost"  # also when the caller no longer waits
        try:
            yield
            outcome = "ok"
        except SlackRefused as error:
            outcome = "limited" if error.code == LIMIT else "refused"
            raise
        finally:
            self._on_call(method, outcome, time.perf_counter() - began)

    async def post(self, token: str, **arguments: Any) -> Sent:
        data = await self.call(token, "chat.postMessage", **arguments)
        if not isinstance(data, dict) or "ts" not in data:
            raise SlackLost("no_ts")
        return Sent(str(data.get("channel") or arguments["channel"]), str(data["ts"]))

    async def open_dm(self, token: str, user_id: str) -> str:
        data = await self.call(token, "conversations.open", users=user_id)
        return str(data["channel"]["id"])

    async def open_group(self, token: str, user_ids: Sequence[str]) -> str:
        """The conversation of the bot with these people; opened twice it is the same one."""
        data = await self.call(token, "conversations.open", users=",".join(user_ids))
        return str(data["channel"]["id"])

    async def open_modal(self, token: str, trigger_id: str, view: Block) -> None:
        await self.call(token, "views.open", within=MODAL_TIMEOUT, trigger_id=trigger_id, view=view)

    async def push_modal(self, token: str, trigger_id: str, view: Block) -> None:
        await self.call(token, "views.push", within=MODAL_TIMEOUT, trigger_id=trigger_id, view=view)

    async def update_modal(self, token: str, view_id: str, hash_: str, view: Block) -> None:
        """Refused with `hash_conflict` when the modal has changed since the hash was given."""
        arguments = {"view_id": view_id, "hash": hash_ or None, "view": view}
        await self.call(token, "views.update", within=MODAL_TIMEOUT, **arguments)

    async def publish_home(self, token: str, user_id: str, view: Block) -> None:
        await self.call(token, "views.publish", user_id=user_id, view=view)

    async def whisper(self, token: str, channel: str, user_id: str, **message: Any) -> None:
        await self.call(token, "chat.postEphemeral", channel=channel, user=user_id, **message)

    async def upload(self, token: str, url: str, content: bytes) -> None:
        """Put the bytes of a file at the address that `files.getUploadURLExternal` gave."""
        with self._timed("files.upload"):
            await self._uploaded(url, content)

    async def _uploaded(self, url: str, content: bytes) -> None:
        try:
            async with self.http.post(
                url, data=content, timeout=aiohttp.ClientTimeout(total=TIMEOUT)
            ) as response:
                status = response.status
        except (aiohttp.ClientError, TimeoutError) as error:
            raise SlackLost(type(error).__name__) from error
        if status != 200:
            raise SlackRefused(f"upload_{status}", permanent=False)


def _nobody(_: str, __: str) -> None:
    """Where tokens come from the settings, a refused one is tried again."""


def _unmeasured(_: str, __: str, ___: float) -> None:
    """Where nobody counts."""


def _given(arguments: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in arguments.items() if value is not None}


async def _ours(call: Awaitable[AsyncSlackResponse], within: float) -> Any:
    """Slack's answer; its errors, and the network's, become ours."""
    try:
        async with asyncio.timeout(within):
            response = await call
    except SlackApiError as error:
        raise _refusal(error) from error
    except aiohttp.ClientConnectorError as error:
        raise SlackRefused("unreachable", permanent=False) from error
    except (aiohttp.ClientError, TimeoutError, SlackClientError, ValueError) as error:
        raise SlackLost(type(error).__name__) from error
    return response.data


def _refusal(error: SlackApiError) -> SlackRefused | SlackLost:
    """What an error answer means. One without Slack's own word comes from something in between."""
    response: Any = error.response
    status = int(getattr(response, "status_code", 0) or getattr(response, "status", 200))
    data = getattr(response, "data", None)
    code = str(data.get("error") or "") if isinstance(data, dict) else ""
    if status == 429 or code in LIMITED:
        headers = {key.lower(): value for key, value in (response.headers or {}).items()}
        return SlackRefused(LIMIT, permanent=False, retry_after=_seconds(headers))
    if status >= 500 or code in UNKNOWN:
        return SlackLost(code or f"http_{status}")
    if not code:
        known = 400 <= status < 500
        return SlackRefused(f"http_{status}", permanent=False) if known else SlackLost("no_json")
    if code in LATER:
        return SlackRefused(code, permanent=False, retry_after=LATER_AFTER)
    return SlackRefused(code, permanent=code not in GONE)


def _seconds(headers: dict[str, Any]) -> float:
    try:
        return max(float(headers.get("retry-after", 1)), 0.1)
    except ValueError:
        return 1.0


@asynccontextmanager
async def connect(base_url: str, on_call: Measure | None = None) -> AsyncIterator[Slack]:
    """One shared HTTP session for every workspace and call."""
    connector = aiohttp.TCPConnector(limit=64, keepalive_timeout=30)
    async with aiohttp.ClientSession(connector=connector) as http:
        yield Slack(base_url, http, on_call)
