"""Is this HTTP request Slack's, and has it the shape that the listeners rely on? Pure.

Signature: docs.slack.dev/authentication/verifying-requests-from-slack. Shapes name only what our
listeners read, so a field that Slack adds is never refused.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal
from urllib.parse import parse_qsl

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

WINDOW = 300  # seconds that a signature's timestamp may be off, either way
STAMP = re.compile(r"[0-9]{1,12}")
Body = dict[str, Any]
Id = Annotated[str, Field(min_length=1)]


def signed(secret: str, stamp: str, signature: str, body: bytes, now: float) -> bool:
    """Was this body signed with our secret within five minutes of `now` (Unix seconds)?"""
    if STAMP.fullmatch(stamp) is None or abs(now - int(stamp)) > WINDOW:
        return False
    base = b"v0:" + stamp.encode() + b":" + body
    made = "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
    return hmac.compare_digest(made.encode(), signature.encode("utf-8", "surrogateescape"))


class _Loose(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)


class _Edited(_Loose):
    ts: Id


class _Inner(_Loose):
    """A message inside `message_changed` and `message_deleted`."""

    ts: Id
    text: str | None = None
    user: str | None = None
    thread_ts: str | None = None
    subtype: str | None = None
    edited: _Edited | None = None


class _Changed(_Loose):
    type: Literal["message"]
    subtype: Literal["message_changed"]
    channel: Id
    message: _Inner


class _Deleted(_Loose):
    type: Literal["message"]
    subtype: Literal["message_deleted"]
    channel: Id
    deleted_ts: Id
    previous_message: _Inner | None = None


class _Message(_Inner):
    type: Literal["message"]
    channel: Id


class _Person(_Loose):
    id: Id
    team_id: str | None = None
    profile: dict[str, Any] | None = None


class _PersonEvent(_Loose):
    type: Literal["user_change", "team_join"]
    user: _Person


class _HomeOpened(_Loose):
    type: Literal["app_home_opened"]
    user: Id


class _AnyEvent(_Loose):
    type: Id


class _Callback(_Loose):
    type: Literal["event_callback"]
    team_id: str | None
    event_id: Id
    event: dict[str, Any]


class _Handshake(_Loose):
    type: Literal["url_verification"]
    challenge: str


class _Limited(_Loose):
    """Slack says that it delivers fewer events for a minute."""

    type: Literal["app_rate_limited"]


class _Named(_Loose):
    id: Id


class _Action(_Loose):
    action_id: str | None = None
    value: str | None = None
    selected_option: dict[str, Any] | None = None


class _State(_Loose):
    values: dict[str, dict[str, dict[str, Any]]] = {}


class _View(_Loose):
    id: Id
    type: Id
    callback_id: str = ""
    private_metadata: str = ""
    blocks: list[dict[str, Any]] = []
    state: _State | None = None


class _Interaction(_Loose):
    type: Id
    user: _Person
    team: _Named | None = None
    trigger_id: str | None = None
    channel: _Named | None = None
    container: dict[str, Any] | None = None


class _Click(_Interaction):
    type: Literal["block_actions"]
    actions: Annotated[list[_Action], Field(min_length=1)]
    view: _View | None = None


class _Form(_Interaction):
    type: Literal["view_submission", "view_closed"]
    view: _View


class _Command(_Loose):
    command: Annotated[str, Field(pattern="^/")]
    team_id: Id
    user_id: Id
    channel_id: Id
    trigger_id: Id
    text: str = ""


EVENTS: dict[str, type[BaseModel]] = {
    "message": _Message,
    "message_changed": _Changed,
    "message_deleted": _Deleted,
    "user_change": _PersonEvent,
    "team_join": _PersonEvent,
    "app_home_opened": _HomeOpened,
}
INTERACTIONS: dict[str, type[BaseModel]] = {
    "block_actions": _Click,
    "view_submission": _Form,
    "view_closed": _Form,
}
JSON_BODY: TypeAdapter[Any] = TypeAdapter(
    Annotated[_Callback | _Handshake | _Limited, Field(discriminator="type")]
)


def read(content_type: str, raw: bytes) -> Body | None:
    """The request as Bolt takes it: an event, a command or an interaction; None for nothing else.

    `content_type` is without parameters.
    """
    try:
        text = raw.decode("utf-8")
        if content_type == "application/json":
            return _json(text)
        if content_type == "application/x-www-form-urlencoded":
            return _form(text)
    except (ValueError, RecursionError):  # not UTF-8, not JSON, not a form, or not of the shape
        return None
    return None


def _json(text: str) -> Body:
    body = _object(json.loads(text))
    JSON_BODY.validate_python(body)
    if body["type"] == "event_callback":
        event: Mapping[str, Any] = body["event"]
        named = event.get("subtype") if event.get("type") == "message" else None
        shape = EVENTS.get(str(named)) or EVENTS.get(str(event.get("type"))) or _AnyEvent
        shape.model_validate(event)
    return body


def _form(text: str) -> Body:
    form = dict(parse_qsl(text, keep_blank_values=True, strict_parsing=True, errors="strict"))
    if "payload" in form:
        payload = _object(json.loads(form["payload"]))
        INTERACTIONS.get(str(payload.get("type")), _Interaction).model_validate(payload)
        return payload
    if not asks_for_ssl(form):
        _Command.model_validate(form)
    return dict(form)


def asks_for_ssl(form: Mapping[str, Any]) -> bool:
    """Slack looks at our certificate now and then; the request carries nothing else."""
    return form.get("ssl_check") == "1" and "command" not in form


def _object(value: Any) -> Body:
    if not isinstance(value, dict):
        raise ValueError("not an object")  # noqa: TRY004 - `read` knows one way to be wrong
    return value
