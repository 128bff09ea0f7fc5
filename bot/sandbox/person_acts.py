"""The JSON API's acting half: what a person does in the workspace. See `docs/sandbox-api.md`."""

import base64
import binascii
import re
from collections.abc import Awaitable, Callable

from bot.sandbox import filing, folk, interact, rooms, submit, talk
from bot.sandbox.refusals import NotForThem
from bot.sandbox.state import SLACKBOT, Channel, Json, Kind, outward
from bot.sandbox.workspace import Workspace

Act = Callable[[Workspace, str, Json], Awaitable[Json]]
# What the composer sends already in Slack's own form stays: mentions, channels, links.
KEPT = re.compile(r"<(?:[@#!][^<>\s]+|https?://[^<>]+)>")
NAMED = re.compile(r"(?<![\w<])@([\w.-]+)")
LINK = re.compile(r"https?://[^\s<>]+")


def typed(slack: Workspace, text: str) -> str:
    """Text as Slack keeps what a person typed: escaped, with names and links in brackets."""
    out, at = [], 0
    for kept in KEPT.finditer(text):
        out += [_plain(slack, text[at : kept.start()]), kept.group()]
        at = kept.end()
    return "".join([*out, _plain(slack, text[at:])])


def _plain(slack: Workspace, text: str) -> str:
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    names = {person.name: person.id for person in slack.state.people.values()}

    def mention(found: re.Match[str]) -> str:
        user = names.get(found[1].lower())
        return f"<@{user}>" if user else found[0]

    return NAMED.sub(mention, LINK.sub(lambda link: f"<{link[0]}>", text))


def _member_of(slack: Workspace, user: str, body: Json) -> Channel:
    channel = interact.seen_by(slack, user, body.get("channel"))
    if user not in channel.members:
        raise NotForThem("not_in_channel", "join the channel first", 403)
    if channel.is_archived:
        raise NotForThem("is_archived", "this channel is archived", 409)
    return channel


def _own(channel: Channel, user: str, body: Json) -> Json:
    message = channel.messages.get(str(body.get("ts")))
    if message is None:
        raise NotForThem("message_not_found", "there is no such message", 404)
    if message.get("user") != user:
        raise NotForThem("not_allowed", "this is somebody else's message", 403)
    return message


def _told(slack: Workspace, user: str, channel: Channel) -> Json:
    return {"channel": rooms.for_person(slack, channel, user)}


async def post(slack: Workspace, user: str, body: Json) -> Json:
    channel = _member_of(slack, user, body)
    message: Json = {"text": typed(slack, str(body.get("text") or ""))}
    if body.get("blocks"):
        message["blocks"] = talk.with_ids(body["blocks"])
    files = [filing.find(slack, key) for key in body.get("files") or []]
    if not files and not message["text"].strip() and "blocks" not in message:
        raise NotForThem("no_text", "write something first")
    if body.get("thread_ts"):
        message["thread_ts"] = str(body["thread_ts"])
        if body.get("broadcast"):
            message["subtype"] = "thread_broadcast"
    if files:
        return {"message": _page(channel, filing.share(slack, files, channel, user, message))}
    return {"message": _page(channel, talk.post(slack, channel, user, message))}


def _page(channel: Channel, message: Json) -> Json:
    return talk.shown(channel.id, message)


async def edit(slack: Workspace, user: str, body: Json) -> Json:
    channel = _member_of(slack, user, body)
    message = _own(channel, user, body)
    text = typed(slack, str(body.get("text") or ""))
    if not text.strip():
        raise NotForThem("no_text", "delete the message instead")
    return {"message": _page(channel, talk.edit(slack, channel, message, {"text": text}))}


async def delete(slack: Workspace, user: str, body: Json) -> Json:
    channel = _member_of(slack, user, body)
    talk.delete(slack, channel, _own(channel, user, body)["ts"])
    return {}


async def clip(slack: Workspace, user: str, body: Json) -> Json:
    channel = _member_of(slack, user, body)
    try:
        audio = base64.b64decode(body.get("audio") or "", validate=True)
    except (binascii.Error, ValueError) as error:
        raise NotForThem("invalid_arguments", "audio is base64") from error
    message = filing.clip(slack, channel, user, body, audio)
    return {"message": _page(channel, message), "file": message["files"][0]}


async def react(slack: Workspace, user: str, body: Json) -> Json:
    channel = _member_of(slack, user, body)
    message = channel.messages.get(str(body.get("ts")))
    if message is None:
        raise NotForThem("message_not_found", "there is no such message", 404)
    name = str(body.get("name", "")).strip(":")
    talk.react(slack, channel, message, user, name, bool(body.get("remove")))
    return {"message": _page(channel, message)}


async def read(slack: Workspace, user: str, body: Json) -> Json:
    channel = interact.seen_by(slack, user, body.get("channel"))
    newest = next(reversed(channel.messages), "0")
    channel.last_read[user] = str(body.get("ts") or newest)
    slack.state.touch("channel", channel.id)
    told = _told(slack, user, channel)
    slack.changes.publish("channel", frozenset({user}), **told)
    return told


async def dm(slack: Workspace, user: str, body: Json) -> Json:
    users = [user, *(slack.person(one).id for one in body.get("users") or [])]
    return _told(slack, user, rooms.open_direct(slack, users))


async def channels(slack: Workspace, user: str, body: Json) -> Json:
    name = str(body.get("name", "")).strip().lower().replace(" ", "-")
    if not name or rooms.by_name(slack, name) is not None:
        raise NotForThem("name_taken", "give a name that no channel has", 409)
    kind: Kind = "private" if body.get("private") else "channel"
    channel = rooms.create(slack, kind, name, user, [user])
    for one in body.get("users") or []:
        rooms.admit(slack, channel, slack.person(one).id, user)
    return _told(slack, user, channel)


async def join(slack: Workspace, user: str, body: Json) -> Json:
    channel = interact.seen_by(slack, user, body.get("channel"))
    if channel.is_archived:
        raise NotForThem("is_archived", "this channel is archived", 409)
    if user not in channel.members:
        rooms.admit(slack, channel, user)
        text = f"<@{user}> has joined the channel"
        talk.post(slack, channel, user, {"subtype": "channel_join", "text": text})
    return _told(slack, user, channel)


async def leave(slack: Workspace, user: str, body: Json) -> Json:
    channel = _member_of(slack, user, body)
    text = f"<@{user}> has left the channel"
    talk.post(slack, channel, user, {"subtype": "channel_leave", "text": text})
    rooms.leave(slack, channel, user)
    return _told(slack, user, channel)


async def archive(slack: Workspace, user: str, body: Json) -> Json:
    channel = _member_of(slack, user, body)
    text = f"<@{user}> archived the channel"
    talk.post(slack, channel, user, {"subtype": "channel_archive", "text": text})
    rooms.archive(slack, channel, user)
    return _told(slack, user, channel)


async def invite(slack: Workspace, user: str, body: Json) -> Json:
    channel = _member_of(slack, user, body)
    guest = slack.person(body.get("user")).id
    if guest not in channel.members:
        rooms.admit(slack, channel, guest, user)
        text = f"<@{guest}> has joined the channel"
        talk.post(slack, channel, guest, {"subtype": "channel_join", "text": text, "inviter": user})
    return _told(slack, user, channel)


async def kick(slack: Workspace, user: str, body: Json) -> Json:
    channel = _member_of(slack, user, body)
    rooms.leave(slack, channel, slack.person(body.get("user")).id)
    return _told(slack, user, channel)


async def profile(slack: Workspace, user: str, body: Json) -> Json:
    person = slack.person(body.get("user") or user)
    if person.is_bot or person.id == SLACKBOT:
        raise NotForThem("not_allowed", "a bot has no profile to change", 403)
    folk.change(slack, person, body)
    return {"person": folk.for_page(slack, person)}


async def command(slack: Workspace, user: str, body: Json) -> Json:
    return await interact.command(slack, user, body)


async def action(slack: Workspace, user: str, body: Json) -> Json:
    return {"notice": await interact.click(slack, user, body)}


async def suggest(slack: Workspace, user: str, body: Json) -> Json:
    return await interact.suggest(slack, user, body)


async def shortcut(slack: Workspace, user: str, body: Json) -> Json:
    return {"notice": await interact.shortcut(slack, user, body)}


async def close(slack: Workspace, user: str, body: Json) -> Json:
    return {"notice": await submit.close(slack, user, body)}


async def home(slack: Workspace, user: str, body: Json) -> Json:
    return {"view": interact.home_opened(slack, user, str(body.get("tab") or "home"))}


def uploaded(slack: Workspace, user: str, name: str, content: bytes, kind: str) -> Json:
    """A person's file, not yet posted anywhere."""
    return {"file": outward(filing.add(slack, user, name, content, kind))}


ACTS: dict[str, Act] = {
    act.__name__: act
    for act in (
        post, edit, delete, clip, react, read, dm, channels, join, leave, archive, invite, kick,
        profile, command, action, suggest, shortcut, close, home, submit.submit,
    )
}  # fmt: skip
