"""Messages: posting, editing, deleting, reacting, whispering, and the events each one causes."""

from typing import Any

from bot.sandbox import rooms
from bot.sandbox.refusals import Refused
from bot.sandbox.state import SLACKBOT, Channel, Json, new_id, outward
from bot.sandbox.workspace import Workspace

TOMBSTONE = "This message was deleted."
KIND = {"im": "im", "mpim": "mpim", "channel": "channel", "private": "group"}


def with_ids(blocks: Any) -> list[Json]:
    """The blocks with an id wherever the app gave none, as Slack returns them."""
    for block in blocks or []:
        block.setdefault("block_id", new_id("")[:5])
        found = [*block.get("elements", []), block.get("accessory"), block.get("element")]
        if block.get("type") in {"rich_text", "context"}:
            continue
        for element in found:
            if isinstance(element, dict) and element.get("type") not in {"image", None}:
                element.setdefault("action_id", new_id("")[:5])
    return list(blocks or [])


def author(slack: Workspace, user: str) -> Json:
    """Who speaks: a person, or the app with its marks."""
    team = slack.state.team["id"]
    app = slack.state.app
    if user != app.bot_user:
        return {"user": user, "team": team, "client_msg_id": new_id("").lower()}
    profile = {
        "id": app.bot_id,
        "app_id": app.id,
        "user_id": app.bot_user,
        "name": app.name,
        "team_id": team,
        "deleted": False,
        "updated": 0,
        "icons": {},
    }
    return {
        "user": user,
        "team": team,
        "bot_id": app.bot_id,
        "app_id": app.id,
        "bot_profile": profile,
    }


def post(slack: Workspace, channel: Channel, user: str, body: Json) -> Json:
    """Put a message into a conversation and tell everyone. `body` is what the author gave."""
    ts = slack.state.next_ts(slack.now())
    message: Json = {"type": "message", "ts": ts, **author(slack, user), **body}
    message["_shown_at"] = slack.calendar().isoformat()
    parent = _enter_thread(slack, channel, message)
    channel.add(message)
    slack.state.touch("message", channel.id, ts)
    if user in channel.members:
        channel.last_read[user] = ts
        slack.state.touch("channel", channel.id)
    _publish(slack, "message", channel, message)
    if parent is not None:
        _publish(slack, "message_changed", channel, parent)
    _announce(slack, channel, message)
    return message


def _enter_thread(slack: Workspace, channel: Channel, message: Json) -> Json | None:
    thread = message.get("thread_ts")
    if thread is None:
        return None
    parent = channel.messages.get(thread)
    if parent is None or parent.get("thread_ts", thread) != thread:
        raise Refused("thread_not_found")
    message["parent_user_id"] = parent.get("user", "")
    users = [reply["user"] for reply in channel.replies(thread)] + [message["user"]]
    parent["thread_ts"] = thread
    parent["reply_count"] = len(users)
    parent["reply_users"] = list(dict.fromkeys(users))
    parent["reply_users_count"] = len(parent["reply_users"])
    parent["latest_reply"] = message["ts"]
    parent["is_locked"] = False
    slack.state.touch("message", channel.id, thread)
    return parent


def _recount(slack: Workspace, channel: Channel, thread: str) -> None:
    """Let a parent forget a reply that is gone."""
    parent = channel.messages.get(thread)
    if parent is None:
        return
    replies = channel.replies(thread)
    if replies:
        parent["reply_count"] = len(replies)
        parent["latest_reply"] = replies[-1]["ts"]
        parent["reply_users"] = list(dict.fromkeys(reply["user"] for reply in replies))
    else:
        for key in ("thread_ts", "reply_count", "latest_reply", "reply_users", "is_locked"):
            parent.pop(key, None)
    slack.state.touch("message", channel.id, thread)
    _publish(slack, "message_changed", channel, parent)


def shown(channel_id: str, message: Json, ephemeral: bool = False) -> Json:
    """The message as the page gets it."""
    return outward(message) | {
        "channel": channel_id,
        "shown_at": message.get("_shown_at", ""),
        "ephemeral": ephemeral,
    }


def _publish(slack: Workspace, kind: str, channel: Channel, message: Json) -> None:
    slack.changes.publish(
        kind, slack.audience(channel), channel=channel.id, message=shown(channel.id, message)
    )


def _announce(slack: Workspace, channel: Channel, message: Json) -> None:
    """The `message` event, and `app_mention` when the app was named."""
    if not slack.app_hears(channel):
        return
    place = {"channel": channel.id, "event_ts": message["ts"]}
    event = outward(message) | place | {"channel_type": KIND[channel.kind]}
    if message.get("subtype") == "thread_broadcast":
        event["root"] = outward(channel.messages[message["thread_ts"]])
    slack.out.event(event)
    named = f"<@{slack.bot}>" in message.get("text", "") and message["user"] != slack.bot
    if named and channel.kind != "im" and message.get("subtype") is None:
        slack.out.event(outward(message) | place | {"type": "app_mention"})


def edit(slack: Workspace, channel: Channel, message: Json, changes: Json) -> Json:
    """Change a message in place; its `ts` stays, `edited` says who and when."""
    previous = outward(message)
    for key, value in changes.items():
        if value is None:
            message.pop(key, None)
        else:
            message[key] = value
    stamp = slack.state.next_ts(slack.now())
    message["edited"] = {"user": message["user"], "ts": stamp}
    slack.state.touch("message", channel.id, message["ts"])
    _publish(slack, "message_changed", channel, message)
    _changed_event(slack, channel, message, previous, stamp)
    return message


def _changed_event(
    slack: Workspace, channel: Channel, message: Json, previous: Json, stamp: str
) -> None:
    if slack.app_hears(channel):
        slack.out.event(
            {
                "type": "message",
                "subtype": "message_changed",
                "message": outward(message),
                "previous_message": previous,
                "channel": channel.id,
                "hidden": True,
                "ts": stamp,
                "event_ts": stamp,
                "channel_type": KIND[channel.kind],
            }
        )


def delete(slack: Workspace, channel: Channel, ts: str) -> None:
    """Take a message away. A parent with replies becomes a tombstone instead."""
    message = channel.messages[ts]
    previous = outward(message)
    stamp = slack.state.next_ts(slack.now())
    slack.state.touch("message", channel.id, ts)
    if channel.threads.get(ts):
        kept = {"type", "ts", "team", "_shown_at"} | {
            key for key in message if key.startswith(("thread", "reply", "latest"))
        }
        for key in set(message) - kept:
            del message[key]
        message |= {"subtype": "tombstone", "text": TOMBSTONE, "user": SLACKBOT, "hidden": True}
        _publish(slack, "message_changed", channel, message)
        _changed_event(slack, channel, message, previous, stamp)
        return
    channel.remove(ts)
    slack.changes.publish("message_deleted", slack.audience(channel), channel=channel.id, ts=ts)
    if slack.app_hears(channel):
        slack.out.event(
            {
                "type": "message",
                "subtype": "message_deleted",
                "previous_message": previous,
                "channel": channel.id,
                "hidden": True,
                "deleted_ts": ts,
                "ts": stamp,
                "event_ts": stamp,
                "channel_type": KIND[channel.kind],
            }
        )
    if message.get("thread_ts"):
        _recount(slack, channel, message["thread_ts"])


def react(
    slack: Workspace, channel: Channel, message: Json, user: str, name: str, remove: bool
) -> None:
    """Add or take back a reaction; refuses `already_reacted` and `no_reaction`."""
    reactions = message.setdefault("reactions", [])
    found = next((one for one in reactions if one["name"] == name), None)
    has = found is not None and user in found["users"]
    if has != remove:
        raise Refused("no_reaction" if remove else "already_reacted")
    if found is None:
        found = {"name": name, "users": [], "count": 0}
        reactions.append(found)
    (found["users"].remove if remove else found["users"].append)(user)
    found["count"] = len(found["users"])
    message["reactions"] = [one for one in reactions if one["count"]]
    if not message["reactions"]:
        del message["reactions"]
    slack.state.touch("message", channel.id, message["ts"])
    _publish(slack, "message_changed", channel, message)
    event: Json = {
        "type": "reaction_removed" if remove else "reaction_added",
        "user": user,
        "reaction": name,
        "item": {"type": "message", "channel": channel.id, "ts": message["ts"]},
        "item_user": message.get("user"),
    }
    if slack.app_hears(channel):
        rooms.tell(slack, channel, event)


def whisper(slack: Workspace, channel: str, user: str, body: Json) -> Json:
    """Show one person a message that nobody else sees and that no restart survives."""
    speaker = author(slack, body.pop("user", slack.bot))
    ts = slack.state.next_ts(slack.now())
    message: Json = {"type": "message", "ts": ts, **speaker, **body, "is_ephemeral": True}
    message["_shown_at"] = slack.calendar().isoformat()
    slack.state.ephemerals.setdefault((user, channel), {})[ts] = message
    told = shown(channel, message, ephemeral=True)
    slack.changes.publish("ephemeral", frozenset({user}), channel=channel, message=told)
    return message


def rewhisper(slack: Workspace, channel: str, user: str, ts: str, body: Json | None) -> None:
    """Replace an ephemeral message, or take it away when `body` is None."""
    kept = slack.state.ephemerals.get((user, channel), {})
    if ts not in kept:
        return
    if body is None:
        del kept[ts]
        slack.changes.publish("ephemeral_deleted", frozenset({user}), channel=channel, ts=ts)
        return
    kept[ts] = {**kept[ts], **body}
    told = shown(channel, kept[ts], ephemeral=True)
    slack.changes.publish("ephemeral_changed", frozenset({user}), channel=channel, message=told)
