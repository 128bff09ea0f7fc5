"""The way in without a public address: Socket Mode, with one connection alive at any time.

slack_sdk's own client asks one address for ever when that goes bad, and lets the old connection
go before it has a new one. So the watch is ours: each connection gets a new address, the old one
is read until the new one is greeted, and what is silent counts as dead.
"""

import asyncio
import logging
import random
from collections.abc import Callable
from dataclasses import dataclass

from slack_bolt.async_app import AsyncApp

from bot.errors import SlackLost, SlackRefused
from bot.slack import connection
from bot.slack.client import Slack
from bot.slack.connection import Connection

log = logging.getLogger(__name__)
DRAIN = 1.0  # seconds that requests in hand may take to be acknowledged
DISABLED = "link_disabled"  # somebody has switched Socket Mode off in the app's settings


@dataclass(frozen=True)
class Watch:
    """When a connection is dead and when the next is tried, in seconds.

    With these a connection that dies is noticed within 15 and replaced within 30. Slack lets an
    app ask for an address once a minute on the long run, with bursts, so failures in a row come
    to `longest`.
    """

    hello: float = 10.0
    heartbeat: float = 10.0  # half as long again, and silence is death
    first: float = 1.0
    longest: float = 60.0
    settled: float = 60.0  # lived so long, a connection ends a row of failures
    overlap: float = 15.0  # Slack hangs up 10 s after its warning
    disabled: float = 600.0

    def wait(self, failures: int) -> float:
        """Seconds before the next try, drawn from the upper half so that replicas spread."""
        if not failures:
            return 0.0
        longest = min(self.longest, self.first * 2.0 ** min(failures - 1, 10))
        return longest * random.uniform(0.5, 1.0)  # noqa: S311 - spreads, and hides nothing


class Socket:
    """Keeps a connection; `on_hello` is called whenever Slack greets, after the first time."""

    def __init__(
        self,
        bolt: AsyncApp,
        slack: Slack,
        token: str,
        on_hello: Callable[[], None],
        watch: Watch | None = None,
    ) -> None:
        self._bolt, self._slack, self._token = bolt, slack, token
        self._on_hello = on_hello
        self._watch = watch or Watch()
        self._current: Connection | None = None
        self._first = asyncio.Event()  # greeting, or time to go on without one
        self._keeping: asyncio.Task[None] | None = None
        self._retiring: set[asyncio.Task[None]] = set()
        self.disabled = False  # Socket Mode is switched off at Slack's

    @property
    def connected(self) -> bool:
        return self._current is not None and self._current.up

    async def open(self) -> None:
        """Begin to keep a connection, and wait a moment for the first."""
        self._keeping = asyncio.create_task(self._keep())
        try:
            async with asyncio.timeout(self._watch.hello):
                await self._first.wait()
        except TimeoutError:
            log.warning("socket_slow")
            self._first.set()

    async def close(self) -> None:
        """Take nothing new, acknowledge what is in hand, hang up."""
        if self._keeping is not None:
            self._keeping.cancel()
        for task in self._retiring:
            task.cancel()
        ending = [self._current.end(DRAIN)] if self._current is not None else []
        waited = [task for task in (self._keeping, *self._retiring) if task is not None]
        await asyncio.gather(*ending, *waited, return_exceptions=True)

    async def _keep(self) -> None:
        """One connection after the other; a row of short ones comes slower and slower."""
        loop = asyncio.get_running_loop()
        failures = 0
        while True:
            began, least = loop.time(), 0.0
            try:
                reason = await self._hold()
            except SlackLost as error:
                reason = error.code
            except SlackRefused as error:
                reason, least = error.code, error.retry_after
            failures = 0 if loop.time() - began >= self._watch.settled else failures + 1
            wait = max(least, self._watch.wait(failures))
            if reason == DISABLED:
                wait, self.disabled = self._watch.disabled, True
            level = logging.ERROR if reason == DISABLED else logging.WARNING
            log.log(level, "socket_left", extra={"reason": reason, "wait": round(wait, 1)})
            await asyncio.sleep(wait)

    async def _hold(self) -> str:
        """Open a connection, let the older one go, and wait until it has to be replaced."""
        told = await self._slack.call(self._token, "apps.connections.open")
        fresh = await connection.connect(
            self._bolt,
            self._slack.http,
            str(told.get("url")),
            self._watch.hello,
            self._watch.heartbeat,
        )
        older, self._current, self.disabled = self._current, fresh, False
        if older is not None:
            retiring = asyncio.create_task(self._retire(older))
            self._retiring.add(retiring)
            retiring.add_done_callback(self._retiring.discard)
        self._greeted()
        return await asyncio.shield(fresh.leaving)

    def _greeted(self) -> None:
        """Before any connection but the first there was a gap, or may have been."""
        if self._first.is_set():
            self._on_hello()
        self._first.set()

    async def _retire(self, older: Connection) -> None:
        """Read on until Slack hangs up; what is still said on it is answered on it."""
        try:
            await older.over(self._watch.overlap)
        finally:
            await older.end(DRAIN)
