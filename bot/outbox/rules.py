"""What delivery decides. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum, StrEnum


class Lane(IntEnum):
    """Lower goes first."""

    ANSWER = 0  # somebody is waiting for it
    SCHEDULED = 2  # the cadence sends it: drills, pairs
    REMINDER = 3
    DIGEST = 4


class State(StrEnum):
    """`docs/delivery.md` draws the ways between them."""

    QUEUED = "queued"
    LEASED = "leased"  # a sender has it, nothing was sent yet
    SENDING = "sending"  # committed just before the call
    DOUBT = "doubt"  # the call may have had its effect; the channel is asked
    SENT = "sent"
    REFUSED = "refused"
    EXPIRED = "expired"
    UNWANTED = "unwanted"
    SUPERSEDED = "superseded"


@dataclass(frozen=True)
class Patience:
    """How long delivery waits, in machine time."""

    lease: timedelta = timedelta(seconds=30)  # three times the client's time-out
    echo: timedelta = timedelta(seconds=10)  # for our own message event before asking history
    unreadable: timedelta = timedelta(seconds=60)  # between looks at a history we may not read
    pacing: timedelta = timedelta(seconds=10)  # for a turn, before a row is given back
    look_back: timedelta = timedelta(minutes=10)  # how far before the row was written we look


POSTS = ("post", "upload")
CHANGES = ("update", "delete")
STEADY = 3  # tries after which a message that Slack refuses for now lets others of its channel pass
SHARING = 10  # looks for an upload's message, after which the file is deleted and sent anew
METADATA = "drumbeat_delivery"
UNREADABLE = "unreadable:"  # begins the error of a row whose channel may not be read
# When a row is tried again whose workspace stands still: not before that goes on.
RESTING = datetime(9999, 1, 1, tzinfo=UTC)
LONGEST_WAIT = 300  # seconds between tries of a message that Slack refuses for now


def again_after(tries: int, retry_after: float) -> timedelta:
    """Wait before the next try of a call that certainly had no effect."""
    return timedelta(seconds=max(retry_after, min(2.0 ** min(tries, 8), LONGEST_WAIT)))


def is_group(channel: str) -> bool:
    """Does it name several people, whose conversation is not opened yet?"""
    return "," in channel


def metadata(key: str, rule: str) -> dict[str, object]:
    """Opaque ids only: any app of the workspace can read it."""
    return {"event_type": METADATA, "event_payload": {"id": key, "rule": rule}}


def key_in(message: object) -> str | None:
    """The delivery's key in one of our own messages, None in any other."""
    if not isinstance(message, dict):
        return None
    told = message.get("metadata")
    if not isinstance(told, dict) or told.get("event_type") != METADATA:
        return None
    payload = told.get("event_payload")
    key = payload.get("id") if isinstance(payload, dict) else None
    return str(key) if key else None
