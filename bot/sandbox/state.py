"""What the local workspace consists of. Plain values; who may do what is decided elsewhere.

Messages, files and views are kept as the JSON objects Slack sends, because that is what an
app sees of them. Keys that begin with an underscore are the workspace's own and never leave it.
"""

import copy
import secrets
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

Json = dict[str, Any]
Kind = Literal["channel", "private", "im", "mpim"]
SLACKBOT = "USLACKBOT"
ALPHABET = "ABCDEFGHIJKLMNPQRSTUVWXYZ23456789"


def new_id(prefix: str) -> str:
    """An id in Slack's manner: a letter for the kind, then ten capitals and digits."""
    return prefix + "".join(secrets.choice(ALPHABET) for _ in range(10))


def ts_value(ts: str) -> Decimal:
    """A Slack timestamp as a number that keeps its microseconds; raises ValueError."""
    try:
        value = Decimal(ts)
    except InvalidOperation as error:
        raise ValueError(f"{ts!r} is no timestamp") from error
    if not value.is_finite():
        raise ValueError(f"{ts!r} is no timestamp")
    return value


def outward(message: Json) -> Json:
    """A copy of a kept object as Slack would send it, without the workspace's own keys."""
    shown = {key: value for key, value in message.items() if not key.startswith("_")}
    return copy.deepcopy(shown)


@dataclass
class Person:
    """Somebody in the workspace, the app's bot user included. `tz` is an IANA zone."""

    id: str
    name: str
    real_name: str
    tz: str = "Europe/London"
    title: str = ""
    color: str = "3b6fb6"
    email: str = ""
    is_bot: bool = False
    is_admin: bool = False
    is_owner: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    deleted: bool = False
    updated: int = 0


@dataclass
class Channel:
    """A conversation. `messages` and each list in `threads` are in order of `ts`."""

    id: str
    kind: Kind
    name: str = ""
    creator: str = ""
    created: int = 0
    topic: str = ""
    purpose: str = ""
    is_archived: bool = False
    members: list[str] = field(default_factory=list)
    last_read: dict[str, str] = field(default_factory=dict)
    messages: dict[str, Json] = field(default_factory=dict)
    threads: dict[str, list[str]] = field(default_factory=dict)

    def add(self, message: Json) -> None:
        """Keep a message; a reply is also entered in its thread."""
        self.messages[message["ts"]] = message
        parent = message.get("thread_ts")
        if parent is not None and parent != message["ts"]:
            self.threads.setdefault(parent, []).append(message["ts"])

    def remove(self, ts: str) -> Json:
        message = self.messages.pop(ts)
        parent = message.get("thread_ts")
        if parent is not None and parent != ts:
            self.threads[parent].remove(ts)
        return message

    def replies(self, ts: str) -> list[Json]:
        return [self.messages[reply] for reply in self.threads.get(ts, [])]

    def is_reply(self, message: Json) -> bool:
        """Whether it stands in a thread only, not in the channel itself."""
        parent = message.get("thread_ts")
        hidden = parent is not None and parent != message["ts"]
        return hidden and message.get("subtype") != "thread_broadcast"


@dataclass
class App:
    """The one app of the workspace. `subscribed` and `scopes` are None for everything."""

    id: str = "A0SANDBOX"
    name: str = "Sandbox app"
    bot_id: str = "B0SANDBOX"
    bot_user: str = "U0APP"
    bot_token: str = "xoxb-sandbox-bot-token"  # noqa: S105 - the key to a toy
    app_token: str = "xapp-1-A0SANDBOX-sandbox"  # noqa: S105
    signing_secret: str = "5a9d0b0c5a9d0b0c5a9d0b0c5a9d0b0c"  # noqa: S105
    client_id: str = "1111111111.2222222222"
    client_secret: str = "sandbox-client-secret"  # noqa: S105
    verification_token: str = "sandbox-verification"  # noqa: S105
    installed: bool = True
    request_url: str = ""
    events_url: str = ""
    interactivity_url: str = ""
    options_url: str = ""
    commands: list[Json] = field(default_factory=list)
    shortcuts: list[Json] = field(default_factory=list)
    subscribed: list[str] | None = None
    scopes: list[str] | None = None
    redirect_urls: list[str] = field(default_factory=list)
    org_wide: bool = False  # installed for the organisation that the team belongs to


@dataclass
class State:
    """The whole workspace, and which parts of it still have to be written down."""

    team: Json = field(
        default_factory=lambda: {"id": "T0SANDBOX", "name": "Sandbox", "domain": "sandbox"}
    )
    app: App = field(default_factory=App)
    people: dict[str, Person] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    files: dict[str, Json] = field(default_factory=dict)
    bytes_of: dict[str, bytes] = field(default_factory=dict)
    homes: dict[str, Json] = field(default_factory=dict)
    modals: dict[str, list[Json]] = field(default_factory=dict)
    pending: dict[str, Json] = field(default_factory=dict)
    ephemerals: dict[tuple[str, str], dict[str, Json]] = field(default_factory=dict)
    last_ts: Decimal = Decimal(0)
    dirty: set[tuple[str, str, str]] = field(default_factory=set)

    def touch(self, kind: str, key: str, sub: str = "") -> None:
        """Note that a record changed, so that the store writes it."""
        self.dirty.add((kind, key, sub))

    def next_ts(self, now: float) -> str:
        """A timestamp later than every earlier one, and the real time if that is later still."""
        value = Decimal(f"{now:.6f}")
        if value <= self.last_ts:
            value = self.last_ts + Decimal("0.000001")
        self.last_ts = value
        return f"{value:.6f}"

    def direct(self, *users: str) -> Channel | None:
        """The direct message among exactly these people, if it has been opened."""
        wanted = set(users)
        kind = "im" if len(wanted) <= 2 else "mpim"
        for channel in self.channels.values():
            if channel.kind == kind and set(channel.members) == wanted:
                return channel
        return None

    def stack(self, user: str) -> list[Json]:
        return self.modals.setdefault(user, [])
