"""Socket Mode: up to ten WebSockets, each payload to any one of them, acknowledged by envelope."""

import asyncio
import random
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from bot.sandbox.state import Json

MOST = 10
LIFETIME = 18_060
DEBUG_LIFETIME = 360
TICKET_SECONDS = 60.0
WARNED = 10.0
# What may befall the next connections: no word after the handshake, no handshake, the end at once,
# or Slack's own refusals.
OPENINGS = {"silent", "refused", "closed", "too_many_websockets", "link_disabled"}


@dataclass(frozen=True)
class Outcome:
    """What became of one delivery. `payload` is what the app answered with, if anything."""

    ok: bool
    reason: str = ""
    payload: Any = None
    retry: bool = True


@dataclass(eq=False)
class Connection:
    socket: web.WebSocketResponse
    waiting: dict[str, asyncio.Future[Any]] = field(default_factory=dict)
    silent: asyncio.Event = field(default_factory=asyncio.Event)  # open, with nobody behind it

    async def tell(self, body: Json) -> None:
        if not self.silent.is_set():
            await self.socket.send_json(body)

    def give_up(self) -> None:
        for future in self.waiting.values():
            if not future.done():
                future.set_exception(ConnectionResetError())


class SocketMode:
    """The app's open connections and the tickets with which new ones may be opened."""

    def __init__(self, deadline: float) -> None:
        self.deadline = deadline
        self.open: list[Connection] = []
        self.tickets: dict[str, float] = {}
        self.joined = asyncio.Event()
        self.next: list[str] = []  # of OPENINGS, one for each connection to come

    def ticket(self, now: float) -> str:
        """A single-use key for one connection, good for a minute."""
        self.tickets = {key: until for key, until in self.tickets.items() if until > now}
        ticket = secrets.token_urlsafe(12)
        self.tickets[ticket] = now + TICKET_SECONDS
        return ticket

    async def serve(
        self, request: web.Request, app_id: str, now: float, changed: Callable[[], None]
    ) -> web.WebSocketResponse:
        """Hold one connection until either side ends it; `changed` is called at both ends."""
        connection, admitted = await self._met(request, now)
        socket = connection.socket
        if not admitted:
            return socket
        debug = request.query.get("debug_reconnects") == "true"
        self.open.append(connection)
        self.joined.set()
        ending = asyncio.ensure_future(self._end_of_life(connection, debug))
        changed()
        try:
            await connection.tell(self._hello(app_id, debug))
            await self._hold(request, connection)
        finally:
            ending.cancel()
            if connection in self.open:
                self.open.remove(connection)
            connection.give_up()
            changed()
        return socket

    async def _met(self, request: web.Request, now: float) -> tuple[Connection, bool]:
        """The handshake, with the fault that was ordered for it; False: not to be held."""
        if self.tickets.pop(request.query.get("ticket", ""), 0) < now:
            raise web.HTTPForbidden(text="this ticket was used or is too old")
        fault = self.next.pop(0) if self.next else ""
        if fault == "refused":
            raise web.HTTPForbidden(text="refused on purpose")
        socket = web.WebSocketResponse(heartbeat=30, max_msg_size=2**22)
        await socket.prepare(request)
        connection = Connection(socket)
        if fault == "silent":
            connection.silent.set()
        elif fault or len(self.open) >= MOST:
            if fault != "closed":
                reason = fault or "too_many_websockets"
                await connection.tell({"type": "disconnect", "reason": reason})
            await socket.close()
            return connection, False
        return connection, True

    def _hello(self, app_id: str, debug: bool) -> Json:
        lifetime = DEBUG_LIFETIME if debug else LIFETIME
        return {
            "type": "hello",
            "num_connections": len(self.open),
            "debug_info": {
                "host": "sandbox",
                "build_number": 1,
                "approximate_connection_time": lifetime,
            },
            "connection_info": {"app_id": app_id},
        }

    async def _end_of_life(self, connection: Connection, debug: bool) -> None:
        lifetime = DEBUG_LIFETIME if debug else LIFETIME
        await asyncio.sleep(lifetime - WARNED)
        await connection.tell({"type": "disconnect", "reason": "warning", "debug_info": {}})
        await asyncio.sleep(WARNED)
        await self._leave(connection, "refresh_requested")

    async def _hold(self, request: web.Request, connection: Connection) -> None:
        """Listen until the connection ends or falls silent; then nothing is read or said on it."""
        listening = asyncio.ensure_future(self._listen(connection))
        fallen = asyncio.ensure_future(connection.silent.wait())
        try:
            await asyncio.wait({listening, fallen}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            listening.cancel()
            fallen.cancel()
            await asyncio.gather(listening, fallen, return_exceptions=True)
        # aiohttp tells a handler that does not read of no end.
        line = request.transport
        while connection.silent.is_set() and line and not line.is_closing():  # noqa: ASYNC110
            await asyncio.sleep(0.05)

    async def _listen(self, connection: Connection) -> None:
        async for frame in connection.socket:
            if frame.type is not WSMsgType.TEXT:
                continue
            try:
                body = frame.json()
            except ValueError:
                continue
            envelope = body.get("envelope_id") if isinstance(body, dict) else None
            future = connection.waiting.pop(str(envelope), None)
            if future is not None and not future.done():
                future.set_result(body.get("payload"))

    async def send(
        self, kind: str, payload: Json, attempt: int = 0, reason: str = "", envelope: str = ""
    ) -> Outcome:
        """Hand a payload to one connection and wait for its acknowledgement (3 s)."""
        if not self.open:
            return Outcome(False, "connection_failed")
        connection = random.choice(self.open)  # noqa: S311 - Slack promises no pattern either
        envelope = envelope or secrets.token_hex(16)
        body: Json = {
            "envelope_id": envelope,
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
        }
        if kind == "events_api":
            body |= {"retry_attempt": attempt, "retry_reason": reason}
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        connection.waiting[envelope] = future
        try:
            await connection.tell(body)
            answer = await asyncio.wait_for(future, self.deadline)
        except TimeoutError:
            return Outcome(False, "timeout")
        except ConnectionError:
            return Outcome(False, "connection_failed")
        finally:
            connection.waiting.pop(envelope, None)
        return Outcome(True, payload=answer)

    async def disconnect(self, reason: str) -> None:
        """Ask every connection to leave.

        `warning` leaves them open, `drop` cuts them, `silent` leaves them open and dead.
        """
        for connection in list(self.open):
            await self._leave(connection, reason)

    async def _leave(self, connection: Connection, reason: str) -> None:
        if reason == "silent":
            connection.silent.set()
            return
        if reason == "drop":
            connection.give_up()
            await connection.socket.close(code=1011)
            return
        await connection.tell({"type": "disconnect", "reason": reason, "debug_info": {}})
        if reason != "warning":
            await connection.socket.close()

    async def stop(self) -> None:
        for connection in list(self.open):
            await connection.socket.close()
