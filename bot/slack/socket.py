"""The way in without a public address: Socket Mode, opened, drained and closed."""

import asyncio
from collections.abc import Callable

from aiohttp import WSMessage, WSMsgType
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

DRAIN = 1.0  # seconds that requests in hand may take to be acknowledged


class Socket:
    """One connection; `on_hello` is called whenever Slack greets, after the first time."""

    def __init__(
        self, bolt: AsyncApp, token: str, base_url: str, on_hello: Callable[[], None]
    ) -> None:
        web = AsyncWebClient(token=token, base_url=base_url)
        self._handler = AsyncSocketModeHandler(bolt, token, web_client=web)
        self._on_hello = on_hello
        self._in_hand: set[asyncio.Task[None]] = set()
        self._handler.client.socket_mode_request_listeners = [self._take]

    async def open(self) -> None:
        await self._handler.connect_async()  # type: ignore[no-untyped-call]
        self._handler.client.on_message_listeners.append(self._frame)

    async def connected(self) -> bool:
        return bool(await self._handler.client.is_connected())

    async def close(self) -> None:
        """Take nothing new, acknowledge what is in hand, hang up.

        What was not taken is not acknowledged, so Slack sends it again.
        """
        self._handler.client.socket_mode_request_listeners = []
        if self._in_hand:
            await asyncio.wait(self._in_hand, timeout=DRAIN)
        await self._handler.close_async()  # type: ignore[no-untyped-call]

    async def _take(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        taken = asyncio.ensure_future(self._handler.handle(client, request))  # type: ignore[arg-type]
        self._in_hand.add(taken)
        taken.add_done_callback(self._in_hand.discard)
        await taken

    async def _frame(self, frame: WSMessage) -> None:
        """Slack says hello on every connection, and before this one there was a gap."""
        if frame.type == WSMsgType.TEXT and '"hello"' in str(frame.data)[:40]:
            self._on_hello()
