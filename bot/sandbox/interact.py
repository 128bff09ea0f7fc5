"""People press things: commands, clicks and shortcuts, sent to the app and waited for."""

import re
from dataclasses import dataclass
from typing import Any

from bot.sandbox import answers, forms, rooms
from bot.sandbox.refusals import NotForThem, Refused
from bot.sandbox.sockets import Outcome
from bot.sandbox.state import SLACKBOT, Channel, Json, outward
from bot.sandbox.talk import post, whisper
from bot.sandbox.workspace import ResponseUrl, Workspace

TROUBLE = "We had some trouble connecting. Try again?"
SLOW = {"timeout", "http_timeout"}
IN_THREAD = "{} is not supported in threads. Sorry!"
PLACES = {"im": "directmessage", "private": "privategroup"}


@dataclass(frozen=True)
class Surface:
    """Where something is clicked: a message, an ephemeral one, a modal or the App Home."""

    blocks: list[Json]
    view: Json | None = None
    message: Json | None = None
    channel: Channel | None = None
    ephemeral: bool = False


def base(slack: Workspace, kind: str, user: str, view_id: str = "") -> Json:
    """What every interaction carries."""
    person = slack.state.people[user]
    team = slack.state.team
    enterprise = team.get("enterprise_id")
    return {
        "type": kind,
        "team": {"id": team["id"], "domain": team["domain"]},
        "user": {
            "id": user,
            "username": person.name,
            "name": person.name,
            "team_id": team["id"],
        },
        "api_app_id": slack.state.app.id,
        "token": slack.state.app.verification_token,
        "enterprise": {"id": enterprise} if enterprise else None,
        "is_enterprise_install": slack.state.app.org_wide,
        "trigger_id": slack.trigger(user, view_id),
    }


def place(channel: Channel) -> Json:
    return {"id": channel.id, "name": PLACES.get(channel.kind, channel.name)}


def seen_by(slack: Workspace, user: str, key: Any) -> Channel:
    """A conversation this person can see; 404 otherwise."""
    channel = slack.state.channels.get(str(key))
    if channel is None or (channel.kind != "channel" and user not in channel.members):
        raise NotForThem("channel_not_found", "there is no such conversation for them", 404)
    return channel


def surface(slack: Workspace, user: str, body: Json) -> Surface:
    """What the call names by `view_id` or by `channel` and `ts`."""
    if body.get("view_id"):
        home = slack.state.homes.get(user)
        stack = slack.state.stack(user)
        for view in [*stack, *([home] if home else [])]:
            if view["id"] == body["view_id"]:
                return Surface(view["blocks"], view=view)
        raise NotForThem("view_not_found", "this view is not open", 404)
    channel = seen_by(slack, user, body.get("channel"))
    ts = str(body.get("ts"))
    own = slack.state.ephemerals.get((user, channel.id), {}).get(ts)
    message = own or channel.messages.get(ts)
    if message is None:
        raise NotForThem("message_not_found", "there is no such message", 404)
    blocks = message.get("blocks", [])
    return Surface(blocks, message=message, channel=channel, ephemeral=own is not None)


def _on_message(slack: Workspace, user: str, at: Surface, typed: Json) -> Json:
    message, channel = at.message or {}, at.channel
    if channel is None:
        return {}
    kept = slack.typed.get((user, message["ts"]), {})
    values = forms.state(at.blocks, kept, typed)
    slack.typed[(user, message["ts"])] = values
    container: Json = {
        "type": "message",
        "message_ts": message["ts"],
        "channel_id": channel.id,
        "is_ephemeral": at.ephemeral,
    }
    thread = str(message.get("thread_ts", ""))
    if thread:
        container["thread_ts"] = thread
    payload: Json = {
        "container": container,
        "channel": place(channel),
        "state": {"values": values},
        "response_url": slack.response_url(user, channel.id, message["ts"], thread),
    }
    return payload if at.ephemeral else payload | {"message": outward(message)}


def on_view(slack: Workspace, view: Json, typed: Json) -> Json:
    view["state"]["values"] = forms.state(view["blocks"], view["state"]["values"], typed)
    kind = "home" if view["type"] == "home" else "modal"
    slack.state.touch(kind, view["_user"])
    return {"container": {"type": "view", "view_id": view["id"]}, "view": outward(view)}


def _where(slack: Workspace, user: str, at: Surface, typed: Json) -> Json:
    if at.view is not None:
        return on_view(slack, at.view, typed)
    return _on_message(slack, user, at, typed)


async def click(slack: Workspace, user: str, body: Json) -> str | None:
    """A block action. Returns the sentence of a failure, else None."""
    at = surface(slack, user, body)
    block, element = forms.find(at.blocks, str(body.get("action_id")), body.get("block_id"))
    typed = dict(body.get("values") or {})
    if element["type"] in forms.KEYS and element["type"] != "overflow":
        action_values = {element["action_id"]: body.get("value")}
        given = typed.get(block["block_id"])
        others = given if isinstance(given, dict) else {}
        typed[block["block_id"]] = {**others, **action_values}
    stamp = slack.state.next_ts(slack.now())
    action = forms.action(block, element, body.get("value"), stamp)
    payload = base(slack, "block_actions", user, at.view["id"] if at.view else "")
    payload |= _where(slack, user, at, typed) | {"actions": [action]}
    outcome = await slack.out.ask("interactive", payload, slack.state.app.interactivity_url)
    return None if outcome.ok else TROUBLE


async def suggest(slack: Workspace, user: str, body: Json) -> Json:
    """The options an external select offers for what was typed so far."""
    at = surface(slack, user, body)
    block, element = forms.find(at.blocks, str(body.get("action_id")), body.get("block_id"))
    payload = base(slack, "block_suggestion", user)
    payload |= _where(slack, user, at, dict(body.get("values") or {}))
    payload |= {
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "value": str(body.get("query", "")),
    }
    app = slack.state.app
    outcome = await slack.out.ask("interactive", payload, app.options_url or app.interactivity_url)
    found = outcome.payload if outcome.ok and isinstance(outcome.payload, dict) else {}
    return {
        "options": found.get("options") or [],
        "option_groups": found.get("option_groups") or [],
    }


async def shortcut(slack: Workspace, user: str, body: Json) -> str | None:
    """A global shortcut, or a message shortcut when a message is named."""
    kind = "message_action" if body.get("ts") else "shortcut"
    payload = base(slack, kind, user) | {
        "callback_id": str(body.get("callback_id")),
        "action_ts": slack.state.next_ts(slack.now()),
    }
    if body.get("ts"):
        at = surface(slack, user, body)
        if at.channel is None or at.message is None:
            raise NotForThem("message_not_found", "there is no such message", 404)
        payload |= {
            "channel": place(at.channel),
            "message": outward(at.message),
            "message_ts": at.message["ts"],
            "response_url": slack.response_url(user, at.channel.id, at.message["ts"]),
        }
    outcome = await slack.out.ask("interactive", payload, slack.state.app.interactivity_url)
    return None if outcome.ok else TROUBLE


async def command(slack: Workspace, user: str, body: Json) -> Json:
    """A slash command: `{"notice", "reply"}`."""
    channel = seen_by(slack, user, body.get("channel"))
    name, _, text = str(body.get("text", "")).strip().partition(" ")
    if body.get("thread_ts"):
        raise NotForThem("not_in_threads", IN_THREAD.format(name))
    if name == "/invite":
        return _invite(slack, user, channel, text)
    known = {one["command"]: one for one in slack.state.app.commands}
    if known and name not in known:
        return _failed(slack, user, channel, f"{name} is not a valid command.")
    person = slack.state.people[user]
    if known.get(name, {}).get("should_escape"):
        text = _escaped(slack, text)
    payload: Json = {
        "token": slack.state.app.verification_token,
        "team_id": slack.state.team["id"],
        "team_domain": slack.state.team["domain"],
        "channel_id": channel.id,
        "channel_name": place(channel)["name"],
        "user_id": user,
        "user_name": person.name,
        "command": name,
        "text": text.strip(),
        "api_app_id": slack.state.app.id,
        "enterprise_id": slack.state.team.get("enterprise_id", ""),
        "is_enterprise_install": str(slack.state.app.org_wide).lower(),
        "response_url": slack.response_url(user, channel.id),
        "trigger_id": slack.trigger(user),
    }
    outcome = await slack.out.ask("slash_commands", payload, known.get(name, {}).get("url", ""))
    if not outcome.ok:
        word = "operation_timeout" if outcome.reason in SLOW else "dispatch_failed"
        return _failed(slack, user, channel, f'{name} failed with the error "{word}"')
    return _replied(slack, user, channel, outcome)


def _invite(slack: Workspace, user: str, channel: Channel, text: str) -> Json:
    """Slack's own command: `/invite @name`, for people and for the app."""
    wanted = text.strip().removeprefix("@").lower()
    people = slack.state.people.values()
    guest = next(
        (one for one in people if wanted in (one.name.lower(), one.real_name.lower())), None
    )
    if guest is None or channel.kind not in ("channel", "private"):
        return _failed(slack, user, channel, "/invite needs a channel and a name, such as @ben.")
    if guest.id not in channel.members:
        rooms.admit(slack, channel, guest.id, user)
        joined = {"subtype": "channel_join", "text": f"<@{guest.id}> has joined the channel"}
        post(slack, channel, guest.id, joined | {"inviter": user})
    return {"notice": None, "reply": None}


def _escaped(slack: Workspace, text: str) -> str:
    """Names as Slack sends them to a command with `should_escape`: `<@U0BEN|ben>`."""
    for person in slack.state.people.values():
        text = re.sub(rf"@{re.escape(person.name)}\b", f"<@{person.id}|{person.name}>", text)
    for channel in slack.state.channels.values():
        if channel.kind == "channel":
            named = rf"(?<!<)#{re.escape(channel.name)}\b"
            text = re.sub(named, f"<#{channel.id}|{channel.name}>", text)
    return text


def _replied(slack: Workspace, user: str, channel: Channel, outcome: Outcome) -> Json:
    payload = outcome.payload
    if not isinstance(payload, dict) or not (payload.get("text") or payload.get("blocks")):
        return {"notice": None, "reply": None}
    try:
        message = answers.answer(slack, ResponseUrl(user, channel.id, 0), payload)
    except Refused as refused:
        return _failed(slack, user, channel, f"The app's answer was refused: {refused.error}")
    return {"notice": None, "reply": outward(message) if message else None}


def _failed(slack: Workspace, user: str, channel: Channel, notice: str) -> Json:
    message = whisper(slack, channel.id, user, {"user": SLACKBOT, "text": notice})
    return {"notice": notice, "reply": outward(message)}


def home_opened(slack: Workspace, user: str, tab: str) -> Json | None:
    """A person looks at the app: its Home or its messages. Returns the Home as it stands."""
    channel = rooms.open_direct(slack, [slack.bot, user])
    view = slack.state.homes.get(user)
    event: Json = {
        "type": "app_home_opened",
        "user": user,
        "channel": channel.id,
        "tab": tab,
        "event_ts": slack.state.next_ts(slack.now()),
    }
    if view is not None and tab == "home":
        event["view"] = outward(view)
    slack.out.event(event)
    return outward(view) if view is not None else None
