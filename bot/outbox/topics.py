"""How a feature hears what became of its messages, and of replies to them.

A topic is a text such as `drill:17`: its kind and the id of what it is about. A feature
registers its kinds in `features.py`.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.ext.asyncio import AsyncSession

from bot.slack.declare import Knock

if TYPE_CHECKING:
    from bot.deps import Deps


@dataclass(frozen=True)
class Landed:
    """A message of ours that Slack has."""

    workspace_id: int
    topic: str
    channel: str
    ts: str
    at: datetime  # calendar

    @property
    def about(self) -> int:
        return about(self.topic)


Wanted = Callable[[AsyncSession, int], Awaitable[bool]]
Sent = Callable[[AsyncSession, Landed], Awaitable[None]]
# session, what it is about, calendar, machine
Dropped = Callable[[AsyncSession, int, datetime, datetime], Awaitable[None]]
Replied = Callable[["Deps", Knock, int], Awaitable[None]]
Keeps = Callable[[AsyncSession, int], Awaitable[Mapping[str, str]]]


@dataclass(frozen=True)
class TopicKind:
    """`still_wanted` is asked in the transaction just before sending.

    `keeps` tells {ts: user id} of the people's messages that the feature holds of such a thread.
    Threads of kinds that have it are read back after a gap; what differs goes to `replied`.
    """

    name: str
    still_wanted: Wanted | None = None
    sent: Sent | None = None
    dropped: Dropped | None = None
    replied: Replied | None = None
    keeps: Keeps | None = None


Topics = Mapping[str, TopicKind]


def topic(kind: str, about_id: int) -> str:
    return f"{kind}:{about_id}"


def kind(text: str) -> str:
    return text.partition(":")[0]


def about(text: str) -> int:
    return int(text.split(":")[1])
