"""Methods that write messages and reactions."""

import json
from typing import Any

from bot.sandbox import rooms, talk
from bot.sandbox.calls import Call, method
from bot.sandbox.refusals import Refused
from bot.sandbox.shapes import error_code, message_problems
from bot.sandbox.state import Channel, Json, outward
from bot.sandbox.workspace import Workspace

METADATA_BYTES = 16_000
UNSHOWN = "This content can't be displayed."


def _check_pictures(slack: Workspace, blocks: Any) -> None:
    """Refuse a picture whose file is unknown or, as right after an upload, not ready yet."""
    for at, block in enumerate(blocks or []):
        named = block.get("slack_file") if isinstance(block, dict) else None
        if isinstance(named, dict) and "id" in named:
            file = slack.state.files.get(str(named["id"]))
            if file is None or file.get("_upload") or file.get("_pending"):
                told = f"[ERROR] invalid slack file [json-pointer:/blocks/{at}/slack_file]"
                raise Refused("invalid_blocks", response_metadata={"messages": [told]})


def _content(slack: Workspace, call: Call, ts: str = "") -> Json:
    """The message a call describes; refuses what Slack would refuse of it."""
    given: Json = {key: call.text(key) for key in ("text", "markdown_text") if call.text(key)}
    for key in ("blocks", "attachments"):
        value = call.parsed(key, f"invalid_{key}_format")
        if value:
            given[key] = value
    wrong = message_problems(given | ({"ts": ts} if ts else {}))
    if wrong:
        error = error_code(wrong[0])
        raise Refused(error, errors=wrong, response_metadata={"messages": wrong})
    _check_pictures(slack, given.get("blocks"))
    body: Json = {"text": given.pop("markdown_text", "") or given.get("text", "")}
    body |= {key: value for key, value in given.items() if key != "text"}
    if "blocks" in body:
        body["blocks"] = talk.with_ids(body["blocks"])
        body["text"] = body["text"] or UNSHOWN
    return body


def _metadata(call: Call) -> Json | None:
    """The metadata of a call, checked; None when it gives none."""
    given: Any = call.parsed("metadata", "invalid_metadata_format")
    if given is None:
        return None
    if not isinstance(given, dict):
        raise Refused("invalid_metadata_format")
    if set(given) - {"event_type", "event_payload", "entities"}:
        raise Refused("invalid_metadata_schema")
    kind, payload = given.get("event_type"), given.get("event_payload")
    if not isinstance(kind, str) or not kind or not isinstance(payload, dict):
        raise Refused("invalid_metadata_schema")
    if len(json.dumps(given)) > METADATA_BYTES:
        raise Refused("metadata_too_large")
    return given


def _own(slack: Workspace, call: Call, refusal: str) -> tuple[Channel, Json]:
    """A message of the app's own; refuses `message_not_found` or the given word."""
    channel = rooms.find(slack, call.need("channel"))
    message = channel.messages.get(call.need("ts"))
    if message is None or message.get("subtype") == "tombstone":
        raise Refused("message_not_found")
    if message.get("user") != slack.bot:
        raise Refused(refusal)
    return channel, message


@method("chat.postMessage", "chat:write", tier=0)
async def post_message(slack: Workspace, call: Call) -> Json:
    wanted = call.need("channel")
    body = _content(slack, call)
    metadata = _metadata(call)
    channel = rooms.to_post(slack, wanted)
    if metadata is not None:
        body["metadata"] = metadata
    if call.text("thread_ts"):
        body["thread_ts"] = call.text("thread_ts")
        if call.flag("reply_broadcast"):
            body["subtype"] = "thread_broadcast"
    message = talk.post(slack, channel, slack.bot, body)
    return {"channel": channel.id, "ts": message["ts"], "message": outward(message)}


@method("chat.update", "chat:write")
async def update(slack: Workspace, call: Call) -> Json:
    channel, message = _own(slack, call, "cant_update_message")
    if channel.is_archived:
        raise Refused("is_archived")
    body = _content(slack, call, message["ts"])
    metadata = _metadata(call)
    # As in Slack: text without blocks takes the old blocks away; metadata stays unless given.
    body = {"blocks": None, "attachments": None, **body}
    if metadata is not None:
        body["metadata"] = metadata or None
    talk.edit(slack, channel, message, body)
    return {
        "channel": channel.id,
        "ts": message["ts"],
        "text": message["text"],
        "message": outward(message),
    }


@method("chat.delete", "chat:write")
async def delete(slack: Workspace, call: Call) -> Json:
    channel, message = _own(slack, call, "cant_delete_message")
    talk.delete(slack, channel, message["ts"])
    return {"channel": channel.id, "ts": message["ts"]}


@method("chat.postEphemeral", "chat:write", tier=4)
async def post_ephemeral(slack: Workspace, call: Call) -> Json:
    user = call.need("user")
    body = _content(slack, call)
    channel = rooms.to_post(slack, call.need("channel"))
    if user not in channel.members:
        raise Refused("user_not_in_channel")
    if call.text("thread_ts"):
        body["thread_ts"] = call.text("thread_ts")
    return {"message_ts": talk.whisper(slack, channel.id, user, body)["ts"]}


@method("chat.getPermalink", tier=0)
async def permalink(slack: Workspace, call: Call) -> Json:
    channel = rooms.find(slack, call.need("channel"))
    ts = call.need("message_ts")
    message = channel.messages.get(ts)
    if message is None:
        raise Refused("message_not_found")
    link = f"{slack.url}/archives/{channel.id}/p{ts.replace('.', '')}"
    thread = message.get("thread_ts")
    if thread and thread != ts:
        link += f"?thread_ts={thread}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


def _reacted(slack: Workspace, call: Call, remove: bool) -> Json:
    channel = rooms.find(slack, call.need("channel"))
    message = channel.messages.get(call.need("timestamp"))
    if message is None:
        raise Refused("message_not_found")
    name = call.need("name").strip(":")
    talk.react(slack, channel, message, slack.bot, name, remove)
    return {}


@method("reactions.add", "reactions:write")
async def reactions_add(slack: Workspace, call: Call) -> Json:
    return _reacted(slack, call, remove=False)


@method("reactions.remove", "reactions:write", tier=2)
async def reactions_remove(slack: Workspace, call: Call) -> Json:
    return _reacted(slack, call, remove=True)
