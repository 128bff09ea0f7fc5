"""The workspace at work: its state, its clock, those who look on, and the way to the app."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.sandbox.changes import Changes
from bot.sandbox.deliver import RETRIES, Deliverer
from bot.sandbox.faults import Faults
from bot.sandbox.grants import Grants
from bot.sandbox.refusals import Refused
from bot.sandbox.state import Channel, Json, Person, State, new_id
from bot.sandbox.store import Store

TRIGGER_SECONDS = 3.0


class Clockwork(Protocol):
    """The calendar of the program that embeds the server, which alone may move it."""

    def now(self) -> datetime:
        """The calendar's time, with its zone."""

    def next_due(self) -> datetime | Awaitable[datetime | None] | None:
        """When something falls due next, or None."""

    async def move_to(self, instant: datetime) -> None:
        """Move there, and return when everything due on the way is done."""


@dataclass
class Trigger:
    """The right to open one view, good for three seconds after it was sent."""

    user: str
    sent: float
    view_id: str = ""
    used: bool = False


@dataclass
class ResponseUrl:
    """A response_url: five uses in thirty minutes."""

    user: str
    channel: str
    until: float
    ts: str = ""
    thread_ts: str = ""
    uses: int = 0


class Workspace:
    """What every part of the sandbox works with. Changes to it never await half-way."""

    def __init__(
        self,
        state: State,
        store: Store,
        machine_now: Callable[[], datetime],
        clockwork: Clockwork | None = None,
        retries: tuple[float, ...] = RETRIES,
        share_delay: float = 0.1,
    ) -> None:
        self.state = state
        self.store = store
        self.machine_now = machine_now
        self.clockwork = clockwork
        self.share_delay = share_delay
        self.trigger_seconds = TRIGGER_SECONDS
        self.faults = Faults()
        self.changes = Changes(int(self.now() * 1000))
        self.out = Deliverer(state, self.faults, self.now, retries)
        self.out.after = self.write_soon
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.typed: dict[tuple[str, str], Json] = {}
        self.calls: list[Json] = []
        self.counted = 0
        self.url = ""
        self.writing = False
        self.moving = asyncio.Lock()
        self.watchers: set[web.WebSocketResponse] = set()
        self.grants = Grants(self)

    def wait_longer(self, seconds: float) -> None:
        """Give the app so long to acknowledge and to open a view; Slack gives three seconds."""
        self.trigger_seconds = self.out.deadline = self.out.sockets.deadline = seconds

    def now(self) -> float:
        """Real time, Unix seconds."""
        return self.machine_now().timestamp()

    def calendar(self) -> datetime:
        """The time people see, in UTC."""
        now = self.clockwork.now() if self.clockwork is not None else self.machine_now()
        return now.astimezone(UTC)

    def write_soon(self) -> None:
        """Write what changed before the loop does anything else."""
        if not self.writing:
            self.writing = True
            asyncio.get_running_loop().call_soon(self.write)

    def write(self) -> None:
        self.writing = False
        self.store.flush(self.state)

    def later(self, seconds: float, work: Callable[[], None]) -> None:
        """Do something after a while, then write it down; dropped when the server stops."""

        async def wait() -> None:
            await asyncio.sleep(seconds)
            work()
            self.write()

        self.out.spawn(wait())

    @property
    def bot(self) -> str:
        return self.state.app.bot_user

    def person(self, user: Any) -> Person:
        """The person with this id; refuses with `user_not_found`."""
        found = self.state.people.get(str(user))
        if found is None:
            raise Refused("user_not_found")
        return found

    def local(self, person: Person) -> datetime:
        return self.calendar().astimezone(ZoneInfo(person.tz))

    def audience(self, channel: Channel) -> frozenset[str] | None:
        """Who sees what happens there; None for everybody."""
        return None if channel.kind == "channel" else frozenset(channel.members)

    def app_hears(self, channel: Channel) -> bool:
        return self.bot in channel.members

    def trigger(self, user: str, view_id: str = "") -> str:
        """A fresh trigger id, its three seconds running from now."""
        now = self.now()
        self.triggers = {
            key: trigger for key, trigger in self.triggers.items() if trigger.sent > now - 60
        }
        key = f"{int(now * 1000)}.{new_id('')}"
        self.triggers[key] = Trigger(user, now, view_id)
        return key

    def use_trigger(self, key: Any) -> Trigger:
        """Take a trigger for opening a view; refuses with Slack's three words."""
        trigger = self.triggers.get(str(key))
        if trigger is None:
            raise Refused("invalid_trigger_id")
        if trigger.used:
            raise Refused("exchanged_trigger_id")
        if self.now() - trigger.sent > self.trigger_seconds:
            raise Refused("expired_trigger_id")
        trigger.used = True
        return trigger

    def response_url(self, user: str, channel: str, ts: str = "", thread_ts: str = "") -> str:
        """An address at which the app may answer a person for half an hour."""
        now = self.now()
        self.response_urls = {
            key: given for key, given in self.response_urls.items() if given.until > now - 3600
        }
        key = new_id("").lower() + new_id("").lower()
        self.response_urls[key] = ResponseUrl(user, channel, now + 1800, ts, thread_ts)
        return f"{self.url}/hooks/response/{key}"
