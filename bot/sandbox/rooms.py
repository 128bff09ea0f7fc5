"""Conversations: finding, opening, joining, leaving, archiving, and how Slack shows them."""

from typing import Any

from bot.sandbox.refusals import Refused
from bot.sandbox.state import SLACKBOT, Channel, Json, Kind, new_id
from bot.sandbox.workspace import Workspace


def find(slack: Workspace, key: Any) -> Channel:
    """A conversation by id or `#name`, as the app may see it; refuses `channel_not_found`."""
    channel = slack.state.channels.get(str(key))
    if channel is None and key:
        channel = by_name(slack, str(key).removeprefix("#"))
    if channel is None or (channel.kind != "channel" and not slack.app_hears(channel)):
        raise Refused("channel_not_found")
    return channel


def by_name(slack: Workspace, name: str) -> Channel | None:
    named = (one for one in slack.state.channels.values() if one.name == name and name)
    return next(named, None)


def to_post(slack: Workspace, key: Any) -> Channel:
    """Where the app may post; a person's id opens the direct message with them."""
    if str(key) in slack.state.people:
        channel = open_direct(slack, [slack.bot, str(key)])
    else:
        channel = find(slack, key)
    if channel.is_archived:
        raise Refused("is_archived")
    scopes = slack.state.app.scopes
    anywhere = scopes is not None and "chat:write.public" in scopes
    if not slack.app_hears(channel) and not anywhere:
        raise Refused("not_in_channel")
    return channel


def open_direct(slack: Workspace, users: list[str]) -> Channel:
    """The direct message among these people, opened when it was not yet."""
    known = slack.state.direct(*users)
    if known is not None:
        return known
    for user in users:
        person = slack.person(user)
        if person.deleted:
            raise Refused("user_disabled")
    if SLACKBOT in users:
        raise Refused("cannot_dm_bot")
    kind: Kind = "im" if len(set(users)) <= 2 else "mpim"
    name = "" if kind == "im" else "mpdm-" + "--".join(sorted(users)).lower() + "-1"
    return create(slack, kind, name, users[0], list(dict.fromkeys(users)))


def create(slack: Workspace, kind: Kind, name: str, creator: str, members: list[str]) -> Channel:
    prefix = {"im": "D0", "mpim": "G0"}.get(kind, "C0")
    channel = Channel(new_id(prefix)[:11], kind, name, creator, int(slack.now()), members=members)
    slack.state.channels[channel.id] = channel
    changed(slack, channel)
    return channel


def changed(slack: Workspace, channel: Channel) -> None:
    """Note and tell that a conversation is no longer what it was."""
    slack.state.touch("channel", channel.id)
    audience = slack.audience(channel)
    people = [one for one in slack.state.people.values() if not one.is_bot]
    for person in people:
        if audience is None or person.id in audience:
            shown = for_person(slack, channel, person.id)
            slack.changes.publish("channel", frozenset({person.id}), channel=shown)


def admit(slack: Workspace, channel: Channel, user: str, inviter: str = "") -> None:
    """Let somebody in. Nothing happens when they are in already."""
    if user in channel.members:
        return
    channel.members.append(user)
    changed(slack, channel)
    event: Json = {
        "type": "member_joined_channel",
        "user": user,
        "channel": channel.id,
        "channel_type": "C" if channel.kind == "channel" else "G",
        "team": slack.state.team["id"],
    }
    tell(slack, channel, event | ({"inviter": inviter} if inviter else {}))


def leave(slack: Workspace, channel: Channel, user: str) -> None:
    """Let somebody go. The app hears of it also when it was the app that went."""
    if user not in channel.members:
        raise Refused("not_in_channel")
    event: Json = {
        "type": "member_left_channel",
        "user": user,
        "channel": channel.id,
        "channel_type": "C" if channel.kind == "channel" else "G",
        "team": slack.state.team["id"],
    }
    tell(slack, channel, event)
    slack.changes.publish(
        "channel",
        frozenset({user}),
        channel=for_person(slack, channel, user) | {"is_member": False},
    )
    channel.members.remove(user)
    changed(slack, channel)


def archive(slack: Workspace, channel: Channel, user: str) -> None:
    if channel.is_archived:
        raise Refused("already_archived")
    if channel.kind in {"im", "mpim"}:
        raise Refused("method_not_supported_for_channel_type")
    channel.is_archived = True
    changed(slack, channel)
    kind = "channel_archive" if channel.kind == "channel" else "group_archive"
    tell(slack, channel, {"type": kind, "channel": channel.id, "user": user, "is_moved": 0})


def tell(slack: Workspace, channel: Channel, event: Json) -> None:
    """Send an event about a conversation, if the app is in it or the conversation is public."""
    if slack.app_hears(channel) or channel.kind == "channel":
        stamp = slack.state.next_ts(slack.now())
        slack.out.event(event | {"event_ts": stamp})


def as_slack(slack: Workspace, channel: Channel) -> Json:
    """The conversation object of the Web API."""
    kind = channel.kind
    body: Json = {
        "id": channel.id,
        "created": channel.created,
        "creator": channel.creator,
        "is_archived": channel.is_archived,
        "is_im": kind == "im",
        "is_mpim": kind == "mpim",
        "is_channel": kind == "channel",
        "is_group": kind == "private",
        "is_private": kind != "channel",
        "is_org_shared": False,
        "context_team_id": slack.state.team["id"],
        "updated": channel.created * 1000,
    }
    if kind == "im":
        others = [user for user in channel.members if user != slack.bot]
        return body | {"user": others[0] if others else slack.bot, "is_open": True}
    return body | {
        "name": channel.name,
        "name_normalized": channel.name,
        "is_general": channel.id == "C0GENERAL",
        "is_shared": False,
        "is_ext_shared": False,
        "is_member": slack.app_hears(channel),
        "num_members": len(channel.members),
        "topic": {"value": channel.topic, "creator": "", "last_set": 0},
        "purpose": {"value": channel.purpose, "creator": "", "last_set": 0},
    }


def for_person(slack: Workspace, channel: Channel, user: str) -> Json:
    """The conversation as the page shows it to one person."""
    others = sorted(
        (one for one in channel.members if one != user), key=lambda one: one == slack.bot
    )
    names = [slack.state.people[one].real_name for one in others if one in slack.state.people]
    direct = channel.kind in {"im", "mpim"}
    unread, mentions = _unread(channel, user)
    return {
        "id": channel.id,
        "name": ", ".join(names) if direct else channel.name,
        "kind": channel.kind,
        "is_member": user in channel.members,
        "is_archived": channel.is_archived,
        "topic": channel.topic,
        "with": others if direct else [],
        "members": list(channel.members),
        "unread": unread,
        "mentions": mentions,
        "last_read": channel.last_read.get(user, "0"),
        "latest": next(reversed(channel.messages), None),
    }


def _unread(channel: Channel, user: str) -> tuple[int, int]:
    if user not in channel.members:
        return 0, 0
    read = channel.last_read.get(user, "0")
    unread = mentions = 0
    for ts in reversed(channel.messages):
        if ts <= read:
            break
        message = channel.messages[ts]
        if message.get("user") == user or channel.is_reply(message):
            continue
        unread += 1
        mentions += f"<@{user}>" in message.get("text", "")
    return unread, mentions
