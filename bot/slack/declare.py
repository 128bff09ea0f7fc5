"""What Slack can knock for, declared once.

Bolt's registration, the app manifest, `/drumbeat help`, the role check and the table in the
docs all come from these values.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from bot.errors import UserMistake
from bot.slack.blocks import Block, Message
from bot.slack.typed import sound

if TYPE_CHECKING:
    from bot.deps import Deps


LARGEST_ID = 2**31 - 1  # of an integer key in PostgreSQL


def read_id(text: str) -> int:
    """The id that a button or a form carries. Raises UserMistake when it carries none of ours."""
    if not text.isdecimal() or int(text) > LARGEST_ID:
        raise UserMistake("stale")
    return int(text)


class Role(IntEnum):
    """Who may do it; a higher role may do what a lower one may."""

    MEMBER = 1  # anybody of the workspace who is not deactivated
    LEAD = 2  # the lead of the team or channel it is about; the feature knows which
    ADMIN = 3  # Slack's admins and owners, and people they name


@dataclass(frozen=True)
class Knock:
    """One request of Slack's, of any kind, with the workspace already known."""

    workspace_id: int
    token: str = field(repr=False)
    user_id: str
    body: Mapping[str, Any]

    @property
    def key(self) -> str | None:
        """What is the same when Slack or anybody else sends the request again."""
        if "event_id" in self.body:
            return f"event:{self.body['event_id']}"
        return f"trigger:{self.trigger_id}" if self.trigger_id else None

    @property
    def event(self) -> Mapping[str, Any]:
        return self.body.get("event") or {}

    @property
    def trigger_id(self) -> str:
        return str(self.body.get("trigger_id") or "")

    @property
    def channel_id(self) -> str:
        channel = self.body.get("channel")
        if isinstance(channel, Mapping):
            return str(channel.get("id", ""))
        container: Mapping[str, Any] = self.body.get("container") or {}
        return str(self.body.get("channel_id") or container.get("channel_id") or "")

    @property
    def thread_ts(self) -> str:
        """The thread that a clicked message stands in; empty outside threads."""
        container: Mapping[str, Any] = self.body.get("container") or {}
        thread = str(container.get("thread_ts") or "")
        return thread if thread != str(container.get("message_ts")) else ""

    @property
    def channel_name(self) -> str:
        return str(self.body.get("channel_name") or "")

    @property
    def words(self) -> list[str]:
        """What was typed after a slash command."""
        return str(self.body.get("text") or "").split()

    @property
    def rest(self) -> str:
        """What was typed after the verb."""
        return " ".join(self.words[1:])

    @property
    def action(self) -> Mapping[str, Any]:
        actions: list[Mapping[str, Any]] = self.body.get("actions") or [{}]
        return actions[0]

    @property
    def value(self) -> str:
        """The clicked button's value or the chosen option's."""
        chosen = self.action.get("selected_option") or {}
        return str(self.action.get("value") or chosen.get("value") or "")

    @property
    def number(self) -> int:
        """The id that a button carries. Raises UserMistake when it carries none of ours."""
        return read_id(self.value)

    @property
    def view(self) -> Mapping[str, Any]:
        return self.body.get("view") or {}

    @property
    def in_modal(self) -> bool:
        """Did somebody press, choose or type in a modal, or send it?"""
        return bool(self.view.get("type") == "modal")

    @property
    def state(self) -> Mapping[str, Any]:
        """What stands in the form. Raises UserMistake when a form cannot have put it there."""
        return sound((self.view.get("state") or {}).get("values") or {})

    @property
    def metadata(self) -> str:
        return str(self.view.get("private_metadata") or "")


@dataclass(frozen=True)
class Say:
    """Told to this person alone: in the acknowledgement of a command, else ephemerally."""

    message: Message


@dataclass(frozen=True)
class Open:
    """Open this modal; on failure the person is asked to try again."""

    view: Block


@dataclass(frozen=True)
class Show:
    """Replace the modal that was just submitted."""

    view: Block


@dataclass(frozen=True)
class Redraw:
    """Change the modal in which something was just chosen or typed; what stands in it stays."""

    view: Block


def shown(knock: Knock, view: Block) -> Redraw | Open:
    """In the modal that was clicked in, else in one of its own."""
    return Redraw(view) if knock.in_modal else Open(view)


@dataclass(frozen=True)
class RefreshHome:
    """Publish this person's App Home again, soon."""


Outcome = Say | Open | Show | Redraw | RefreshHome
Handler = Callable[["Deps", Knock], Awaitable[tuple[Outcome, ...]]]


@dataclass(frozen=True)
class Verb:
    """A slash command's first word, such as `pause` in `/drill pause 2w`.

    The verb "" is what the bare command does. `usage` is what follows the verb, `about` one line
    of help. `whose` says what it may be done with by whoever has the role, where that is not only
    one's own; the feature sees to it.
    """

    command: str
    name: str
    handler: Handler
    about: str
    usage: str = ""
    role: Role = Role.MEMBER
    whose: str = ""


@dataclass(frozen=True)
class Action:
    """A button or select; `action_id` may carry a `.suffix` of its own in the message."""

    action_id: str
    handler: Handler
    about: str
    role: Role = Role.MEMBER
    whose: str = ""


@dataclass(frozen=True)
class View:
    callback_id: str
    handler: Handler
    about: str
    role: Role = Role.MEMBER
    whose: str = ""


@dataclass(frozen=True)
class Event:
    """`name` as in the manifest, such as `message.im`; `optional` when its scopes are."""

    name: str
    handler: Handler
    scopes: tuple[str, ...] = ()
    optional: bool = False

    @property
    def type(self) -> str:
        return self.name.split(".")[0]


Declaration = Verb | Action | View | Event
