"""Methods that read and open conversations."""

import base64
import binascii
from decimal import Decimal
from typing import Any

from bot.sandbox import rooms
from bot.sandbox.calls import Call, method, require
from bot.sandbox.refusals import Refused
from bot.sandbox.state import Channel, Json, Kind, outward, ts_value
from bot.sandbox.workspace import Workspace

SCOPE = {"im": "im", "mpim": "mpim", "channel": "channels", "private": "groups"}
ASKED = {
    "public_channel": "channel",
    "private_channel": "private",
    "im": "im",
    "mpim": "mpim",
}
MOST = 999


def cursor(place: str) -> str:
    return base64.b64encode(f"next:{place}".encode()).decode()


def uncursor(given: str) -> str:
    """What a cursor points at, empty for none; refuses `invalid_cursor`."""
    if not given:
        return ""
    try:
        text = base64.b64decode(given, validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise Refused("invalid_cursor") from error
    if not text.startswith("next:"):
        raise Refused("invalid_cursor")
    return text.removeprefix("next:")


def page(items: list[Any], call: Call, default: int = 100) -> tuple[list[Any], str]:
    """One page of a list by position, and the cursor of the next or an empty string."""
    at = uncursor(call.text("cursor"))
    if at and not at.isdigit():
        raise Refused("invalid_cursor")
    limit = _limit(call, default)
    start = int(at or 0)
    rest = start + limit < len(items)
    return items[start : start + limit], cursor(str(start + limit)) if rest else ""


def _limit(call: Call, default: int) -> int:
    limit = call.number("limit", default)
    if limit < 1:
        raise Refused("invalid_limit")
    return min(limit, MOST)


def _find(slack: Workspace, call: Call, right: str) -> Channel:
    channel = rooms.find(slack, call.need("channel"))
    require(slack, f"{SCOPE[channel.kind]}:{right}")
    return channel


@method("conversations.open")
async def conversations_open(slack: Workspace, call: Call) -> Json:
    if call.text("channel"):
        channel = rooms.find(slack, call.text("channel"))
    else:
        users = [user for user in call.need("users").split(",") if user]
        require(slack, "im:write" if len(users) == 1 else "mpim:write")
        if len(users) > 8:
            raise Refused("too_many_users")
        known = slack.state.direct(slack.bot, *users) is not None
        channel = rooms.open_direct(slack, [slack.bot, *users])
        if known and not call.flag("return_im"):
            return {"channel": {"id": channel.id}, "already_open": True, "no_op": True}
    if call.flag("return_im"):
        return {"channel": rooms.as_slack(slack, channel)}
    return {"channel": {"id": channel.id}}


@method("conversations.info")
async def conversations_info(slack: Workspace, call: Call) -> Json:
    return {"channel": rooms.as_slack(slack, _find(slack, call, "read"))}


def _listed(slack: Workspace, call: Call, mine: bool) -> Json:
    asked = (call.text("types") or "public_channel").split(",")
    if not set(asked) <= set(ASKED):
        raise Refused("invalid_types")
    kinds = [ASKED[name] for name in asked]
    for kind in kinds:
        require(slack, f"{SCOPE[kind]}:read")
    found = [
        rooms.as_slack(slack, channel)
        for channel in slack.state.channels.values()
        if channel.kind in kinds
        and (slack.app_hears(channel) or (channel.kind == "channel" and not mine))
        and not (channel.is_archived and call.flag("exclude_archived"))
    ]
    shown, more = page(found, call)
    return {"channels": shown, "response_metadata": {"next_cursor": more}}


@method("conversations.list", tier=2)
async def conversations_list(slack: Workspace, call: Call) -> Json:
    return _listed(slack, call, mine=False)


@method("users.conversations", tier=2)
async def users_conversations(slack: Workspace, call: Call) -> Json:
    return _listed(slack, call, mine=True)


@method("conversations.members", tier=4)
async def conversations_members(slack: Workspace, call: Call) -> Json:
    shown, more = page(_find(slack, call, "read").members, call)
    return {"members": shown, "response_metadata": {"next_cursor": more}}


@method("conversations.join", "channels:join")
async def conversations_join(slack: Workspace, call: Call) -> Json:
    channel = rooms.find(slack, call.need("channel"))
    if channel.is_archived:
        raise Refused("is_archived")
    if channel.kind != "channel":
        raise Refused("method_not_supported_for_channel_type")
    rooms.admit(slack, channel, slack.bot)
    return {"channel": rooms.as_slack(slack, channel)}


@method("conversations.leave", "channels:manage", "channels:write")
async def conversations_leave(slack: Workspace, call: Call) -> Json:
    channel = rooms.find(slack, call.need("channel"))
    if not slack.app_hears(channel):
        return {"not_in_channel": True}
    rooms.leave(slack, channel, slack.bot)
    return {}


@method("conversations.create", tier=2)
async def conversations_create(slack: Workspace, call: Call) -> Json:
    name, private = call.text("name"), call.flag("is_private")
    require(slack, "groups:write" if private else "channels:manage")
    if not name or len(name) > 80 or name != name.lower() or set(name) & set(" .,!?#"):
        raise Refused("invalid_name_specials" if name else "invalid_name_required")
    if rooms.by_name(slack, name) is not None:
        raise Refused("name_taken")
    kind: Kind = "private" if private else "channel"
    channel = rooms.create(slack, kind, name, slack.bot, [slack.bot])
    return {"channel": rooms.as_slack(slack, channel)}


@method("conversations.invite")
async def conversations_invite(slack: Workspace, call: Call) -> Json:
    channel = _find(slack, call, "read")
    if not slack.app_hears(channel):
        raise Refused("not_in_channel")
    for user in call.need("users").split(","):
        if slack.person(user).id in channel.members:
            raise Refused("already_in_channel")
        rooms.admit(slack, channel, user, slack.bot)
    return {"channel": rooms.as_slack(slack, channel)}


def _bound(call: Call, name: str) -> Decimal | None:
    given = call.text(name)
    if not given or given == "now":
        return None
    try:
        return ts_value(given)
    except ValueError as error:
        raise Refused(f"invalid_ts_{name}") from error


def _between(messages: list[Json], call: Call) -> list[Json]:
    """Those inside oldest and latest; the ends belong to it only with `inclusive`."""
    oldest, latest = _bound(call, "oldest"), _bound(call, "latest")
    ends = call.flag("inclusive")
    if oldest is None and latest is None:
        return messages

    def inside(message: Json) -> bool:
        ts = Decimal(message["ts"])
        after = oldest is None or ts > oldest or (ends and ts == oldest)
        return after and (latest is None or ts < latest or (ends and ts == latest))

    return [message for message in messages if inside(message)]


def _read(message: Json, call: Call) -> Json:
    """A message as history shows it: the metadata's payload only when asked for."""
    shown = outward(message)
    if "metadata" in shown and not call.flag("include_all_metadata"):
        shown["metadata"] = {"event_type": shown["metadata"].get("event_type")}
    return shown


def _answer(shown: list[Json], rest: bool, call: Call) -> Json:
    body: Json = {
        "messages": [_read(message, call) for message in shown],
        "has_more": rest,
        "pin_count": 0,
    }
    if rest:
        body["response_metadata"] = {"next_cursor": cursor(shown[-1]["ts"])}
    return body


def _in_it(slack: Workspace, call: Call) -> Channel:
    channel = _find(slack, call, "history")
    if not slack.app_hears(channel):
        raise Refused("not_in_channel")
    return channel


@method("conversations.history")
async def conversations_history(slack: Workspace, call: Call) -> Json:
    """Newest first; replies are left out unless they were broadcast."""
    channel = _in_it(slack, call)
    limit, after = _limit(call, 100), uncursor(call.text("cursor"))
    found = [one for one in channel.messages.values() if not channel.is_reply(one)]
    newest = _between(found, call)[::-1]
    if after:
        newest = [one for one in newest if one["ts"] < after]
    return _answer(newest[:limit], len(newest) > limit, call)


@method("conversations.replies")
async def conversations_replies(slack: Workspace, call: Call) -> Json:
    """The parent, then its replies, oldest first; bounds are for the replies."""
    channel = _in_it(slack, call)
    message = channel.messages.get(call.need("ts"))
    if message is None:
        raise Refused("thread_not_found")
    limit, after = _limit(call, 100), uncursor(call.text("cursor"))
    replies = _between(channel.replies(message["ts"]), call)
    # The parent leads the first page, whatever the bounds.
    first = [] if after else [message]
    replies = [*first, *(one for one in replies if one["ts"] > after)]
    return _answer(replies[:limit], len(replies) > limit, call)
