"""What an app answers with: text in an acknowledgement, or a call to its response_url."""

from typing import Any

from bot.sandbox import talk
from bot.sandbox.refusals import Refused
from bot.sandbox.shapes import blocks_problems
from bot.sandbox.state import Json
from bot.sandbox.workspace import ResponseUrl, Workspace

USES = 5
CARRIED = ("text", "blocks", "attachments", "metadata")


def content(payload: Json) -> Json:
    """The part of an answer that becomes a message; refuses what Slack would refuse."""
    body = {key: payload[key] for key in CARRIED if payload.get(key)}
    if not body:
        raise Refused("no_text")
    if "blocks" in body:
        wrong = blocks_problems(body["blocks"])
        if wrong:
            raise Refused("invalid_blocks", response_metadata={"messages": wrong})
        body["blocks"] = talk.with_ids(body["blocks"])
    body.setdefault("text", "")
    return body


def answer(slack: Workspace, given: ResponseUrl, payload: Json) -> Json | None:
    """Carry out one answer. Returns the message that came of it, if one did."""
    if payload.get("delete_original"):
        _original(slack, given, None)
        return None
    body = content(payload)
    if payload.get("replace_original"):
        _original(slack, given, body)
        return None
    thread = payload.get("thread_ts")
    if thread:
        body["thread_ts"] = str(thread)
    if payload.get("response_type") == "in_channel":
        channel = slack.state.channels[given.channel]
        return talk.post(slack, channel, slack.bot, body)
    return talk.whisper(slack, given.channel, given.user, body)


def _original(slack: Workspace, given: ResponseUrl, body: Json | None) -> None:
    """Replace or delete the message that the interaction came from."""
    if given.ts in slack.state.ephemerals.get((given.user, given.channel), {}):
        talk.rewhisper(slack, given.channel, given.user, given.ts, body)
        return
    channel = slack.state.channels[given.channel]
    message = channel.messages.get(given.ts)
    if message is None or message.get("user") != slack.bot:
        raise Refused("message_not_found")
    if body is None:
        talk.delete(slack, channel, given.ts)
    else:
        talk.edit(slack, channel, message, {"blocks": None, "attachments": None, **body})


def by_url(slack: Workspace, key: str, payload: Any) -> None:
    """A POST to a response_url; refuses `expired_url` and `used_url` as Slack does."""
    given = slack.response_urls.get(key)
    if given is None or given.until < slack.now():
        raise Refused("expired_url")
    if given.uses >= USES:
        raise Refused("used_url")
    if not isinstance(payload, dict):
        raise Refused("invalid_payload")
    given.uses += 1
    answer(slack, given, payload)
