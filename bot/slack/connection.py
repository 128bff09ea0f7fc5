"""One WebSocket of Socket Mode: what comes over it is acknowledged over it, or comes again."""

import asyncio
import json
import logging
from contextlib import AsyncExitStack
from typing import Any

import aiohttp
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.proxy_env_variable_loader import load_http_proxy_from_env

from bot.errors import SlackLost

log = logging.getLogger(__name__)
HELLO = "hello"
CLOSED = "closed"  # the end of a connection that Slack did not announce
GOODBYE = aiohttp.ClientWSTimeout(ws_close=1.0)  # a dead peer answers no goodbye


async def connect(
    bolt: AsyncApp, http: aiohttp.ClientSession, address: str, hello: float, heartbeat: float
) -> "Connection":
    """A connection that Slack has greeted.

    `hello`: seconds until Slack must have greeted; `heartbeat`: seconds of silence after which we
    ask whether anybody is there, and half of that is the time to answer. Raises SlackLost.
    """
    async with AsyncExitStack() as stack:
        try:
            async with asyncio.timeout(hello):
                line = await http.ws_connect(
                    address,
                    heartbeat=heartbeat,
                    timeout=GOODBYE,
                    proxy=load_http_proxy_from_env(log),
                )
                connection = Connection(bolt, line)
                stack.push_async_callback(connection.end, 0.0)
                said = await connection.greeting
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise SlackLost(f"no_hello: {type(error).__name__}") from error
        if said != HELLO:
            raise SlackLost(said)
        stack.pop_all()
        return connection


class Connection:
    """Read from its first frame on.

    `greeting` is `hello`, or why there will be none; `leaving` is the reason for which it has to
    be replaced: Slack's word for it, or `closed`.
    """

    def __init__(self, bolt: AsyncApp, line: aiohttp.ClientWebSocketResponse) -> None:
        self._bolt, self._line = bolt, line
        self._taking = True
        self._in_hand: set[asyncio.Task[None]] = set()
        loop = asyncio.get_running_loop()
        self.greeting: asyncio.Future[str] = loop.create_future()
        self.leaving: asyncio.Future[str] = loop.create_future()
        self._reading = asyncio.create_task(self._read())

    @property
    def up(self) -> bool:
        """Does anything still come over it? Also after Slack has announced its end."""
        return not self._reading.done() and not self._line.closed

    async def over(self, within: float) -> None:
        """Wait so many seconds for Slack to hang up."""
        await asyncio.wait({self._reading}, timeout=within)

    async def end(self, within: float) -> None:
        """Take nothing new, acknowledge for so many seconds what is in hand, hang up.

        What is not acknowledged by then is broken off, and Slack sends it again.
        """
        self._taking = False
        if self._in_hand:
            await asyncio.wait(self._in_hand, timeout=within)
        for task in self._in_hand:
            task.cancel()
        await self._line.close()
        self._reading.cancel()
        await asyncio.gather(self._reading, *self._in_hand, return_exceptions=True)

    async def _read(self) -> None:
        try:
            async for frame in self._line:
                if frame.type is aiohttp.WSMsgType.TEXT:
                    self._hear(_parsed(str(frame.data)))
        finally:
            self._leave(CLOSED)

    def _hear(self, told: dict[str, Any]) -> None:
        kind = told.get("type")
        if kind == HELLO and not self.greeting.done():
            self.greeting.set_result(HELLO)
        elif kind == "disconnect":
            self._leave(str(told.get("reason") or CLOSED))
        elif self._taking and isinstance(told.get("payload"), dict):
            taken = asyncio.create_task(self._answer(str(told.get("envelope_id")), told["payload"]))
            self._in_hand.add(taken)
            taken.add_done_callback(self._in_hand.discard)

    def _leave(self, reason: str) -> None:
        for told in (self.greeting, self.leaving):
            if not told.done():
                told.set_result(reason)

    async def _answer(self, envelope_id: str, body: dict[str, Any]) -> None:
        """What failed is not acknowledged: Slack has no other way to hear of that on a socket."""
        answer = await self._bolt.async_dispatch(AsyncBoltRequest(body=body, mode="socket_mode"))
        if answer.status != 200:
            log.info("not_acknowledged", extra={"status": answer.status})
            return
        try:
            await self._line.send_str(json.dumps({"envelope_id": envelope_id} | _payload(answer)))
        except ConnectionError:
            log.info("acknowledged_too_late")


def _parsed(text: str) -> dict[str, Any]:
    """Slack sends objects; whatever else comes is nothing."""
    try:
        told = json.loads(text)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _payload(answer: BoltResponse) -> dict[str, Any]:
    """What Bolt would have sent as the body of an HTTP answer."""
    if not answer.body:
        return {}
    if answer.first_headers().get("content-type", "").startswith("application/json"):
        return {"payload": json.loads(answer.body)}
    return {"payload": {"text": answer.body}}
