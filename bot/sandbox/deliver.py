"""Everything that goes out to the app: events with Slack's retries, and what a person waits for."""

import asyncio
import contextlib
import hashlib
import hmac
import json
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import urlencode

import aiohttp

from bot.sandbox.faults import Faults
from bot.sandbox.sockets import Outcome, SocketMode
from bot.sandbox.state import Json, State, new_id

# Slack tries again almost at once, after a minute and after five.
RETRIES = (0.3, 60.0, 300.0)
DEADLINE = 3.0
PATIENCE = 10.0
SURFACE = {"im": "message.im", "mpim": "message.mpim", "channel": "message.channels"}
OK = range(200, 300)


def signature(secret: str, timestamp: int, body: bytes) -> str:
    """Slack's v0 signature: HMAC-SHA256 over `v0:timestamp:body`."""
    base = b"v0:" + str(timestamp).encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


class Deliverer:
    """Sends to the app over Socket Mode when a socket is open, else over HTTP.

    `retries` are the seconds before each further attempt of an event. `now` is real Unix time.
    """

    def __init__(
        self,
        state: State,
        faults: Faults,
        now: Callable[[], float],
        retries: tuple[float, ...] = RETRIES,
        deadline: float = DEADLINE,
    ) -> None:
        self.state = state
        self.faults = faults
        self.now = now
        self.retries = retries
        self.deadline = deadline
        self.sockets = SocketMode(deadline)
        self.tasks: set[asyncio.Task[object]] = set()
        self.log: deque[Json] = deque(maxlen=5_000)
        self.counted = 0
        self.session: aiohttp.ClientSession | None = None
        self.after: Callable[[], None] = lambda: None

    def mode(self) -> str:
        if self.sockets.open:
            return "socket"
        return "http" if self.state.app.request_url or self.state.app.events_url else "none"

    def wanted(self, event: Json) -> bool:
        """Whether the app subscribed to this event."""
        subscribed = self.state.app.subscribed
        if subscribed is None or event["type"] in {"app_uninstalled", "tokens_revoked"}:
            return True
        if event["type"] != "message":
            return event["type"] in subscribed
        surface = SURFACE.get(str(event.get("channel_type")), "message.groups")
        return surface in subscribed or "message" in subscribed

    def event(self, event: Json) -> None:
        """Send an event to the app, as often as Slack would until it is taken."""
        app = self.state.app
        if not app.installed and event["type"] not in {"app_uninstalled", "tokens_revoked"}:
            return
        if not self.wanted(event):
            return
        event_id = new_id("Ev0")
        team = self.state.team["id"]
        enterprise = self.state.team.get("enterprise_id")
        body: Json = {
            "token": app.verification_token,
            "team_id": team,
            "context_team_id": team,
            "context_enterprise_id": enterprise,
            "api_app_id": app.id,
            "event": event,
            "type": "event_callback",
            "event_id": event_id,
            "event_time": int(self.now()),
            "authorizations": [
                {
                    "enterprise_id": enterprise,
                    "team_id": team,
                    "user_id": app.bot_user,
                    "is_bot": True,
                    "is_enterprise_install": app.org_wide,
                }
            ],
            "is_ext_shared_channel": False,
            "event_context": f"4-{event_id}",
        }
        self.state.pending[event_id] = body
        self.state.touch("pending", event_id)
        self.spawn(self._deliver(body))
        if self.faults.chance("repeat"):
            self.spawn(self._attempt(body, 1, "timeout", wait=0.5))

    def resume(self) -> None:
        """After a restart: what had not been taken is sent again."""
        for body in list(self.state.pending.values()):
            self.spawn(self._once_connected(body))

    async def _once_connected(self, body: Json) -> None:
        # Server and app often start together; Slack would not have been away at all.
        if self.mode() == "none":
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.sockets.joined.wait(), PATIENCE)
        await self._deliver(body)

    def spawn(self, work: Coroutine[Any, Any, object]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _deliver(self, body: Json) -> None:
        held = self.faults.chance("delay")
        wait = float(self.faults.events.get("delay_seconds", 2)) if held else 0.0
        reason = ""
        for attempt in range(len(self.retries) + 1):
            outcome = await self._attempt(body, attempt, reason, wait)
            if outcome.ok or not outcome.retry or attempt == len(self.retries):
                break
            reason, wait = outcome.reason, self.retries[attempt]
        if self.state.pending.pop(body["event_id"], None) is not None:
            self.state.touch("pending", body["event_id"])
            self.after()

    async def _attempt(self, body: Json, attempt: int, reason: str, wait: float = 0.0) -> Outcome:
        if wait:
            await asyncio.sleep(wait)
        began = self.now()
        if self.sockets.open:
            outcome = await self.sockets.send("events_api", body, attempt, reason)
        else:
            url = self.state.app.events_url or self.state.app.request_url
            headers = {"Content-Type": "application/json"}
            if attempt:
                reason = "http_timeout" if reason == "timeout" else reason
                headers |= {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": reason}
            outcome = await self._http(url, json.dumps(body).encode(), headers)
        self._note("event", body["event"]["type"], body["event_id"], attempt, outcome, began)
        return outcome

    async def ask(self, kind: str, payload: Json, url: str = "") -> Outcome:
        """Send a command or an interaction, once, and wait for the app (3 s).

        `kind` is `slash_commands` or `interactive`; `url` is used when no socket is open.
        """
        began = self.now()
        if not self.state.app.installed:
            return Outcome(False, "app_missing_action_url")
        if self.sockets.open:
            outcome = await self.sockets.send(kind, payload)
        else:
            form = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
            headers = {"Content-Type": "application/x-www-form-urlencoded"}
            url = url or self.state.app.request_url
            outcome = await self._http(url, urlencode(form).encode(), headers)
        told = str(payload.get("type") or payload.get("command"))
        self._note(kind, told, str(payload.get("trigger_id", "")), 0, outcome, began)
        return outcome

    async def _http(self, url: str, body: bytes, headers: dict[str, str]) -> Outcome:
        if not url:
            return Outcome(False, "connection_failed")
        moment = int(self.now())
        headers = headers | {
            "X-Slack-Request-Timestamp": str(moment),
            "X-Slack-Signature": signature(self.state.app.signing_secret, moment, body),
            "User-Agent": "Slackbot 1.0 (sandbox)",
        }
        if self.session is None:
            self.session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=self.deadline),
                connector=aiohttp.TCPConnector(limit=50),
            )
        try:
            async with self.session.post(url, data=body, headers=headers) as response:
                content = await response.read()
                return _read(response, content)
        except TimeoutError:
            return Outcome(False, "http_timeout")
        except aiohttp.ClientError:
            return Outcome(False, "connection_failed")

    def _note(
        self, kind: str, told: str, key: str, attempt: int, outcome: Outcome, began: float
    ) -> None:
        self.counted += 1
        self.log.append(
            {
                "n": self.counted,
                "kind": kind,
                "event_type": told,
                "event_id": key,
                "attempt": attempt,
                "outcome": "ok" if outcome.ok else outcome.reason,
                "seconds": round(self.now() - began, 4),
                "at": began,
            }
        )

    async def stop(self) -> None:
        """Leave off; events not yet taken stay in `state.pending`."""
        for task in list(self.tasks):
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        await self.sockets.stop()
        if self.session is not None:
            await self.session.close()


def _read(response: aiohttp.ClientResponse, content: bytes) -> Outcome:
    if response.status not in OK:
        stop = response.headers.get("x-slack-no-retry") == "1"
        return Outcome(False, "http_error", retry=not stop)
    if not content.strip():
        return Outcome(True)
    if "json" in response.headers.get("Content-Type", ""):
        try:
            return Outcome(True, payload=json.loads(content))
        except ValueError:
            return Outcome(False, "http_error")
    return Outcome(True, payload={"text": content.decode("utf-8", "replace")})
