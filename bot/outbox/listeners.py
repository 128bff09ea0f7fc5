"""The one listener for messages: finds what a reply is about and hands it to that feature."""

from collections.abc import Mapping
from typing import Any

from bot.deps import Deps
from bot.outbox import delivery, doubts, keeping, service, topics
from bot.outbox.rules import key_in
from bot.people import service as people
from bot.slack.declare import Declaration, Event, Knock, Outcome


def body_of(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """The message itself, also inside `message_changed` and `message_deleted`."""
    inner = event.get("message") or event.get("previous_message")
    return inner if isinstance(inner, Mapping) else event


async def message(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    event, channel = knock.event, str(knock.event.get("channel") or "")
    body = body_of(event)
    if body.get("bot_id"):
        await _echo(deps, knock, body, channel)
        return ()
    if not channel:
        return ()
    found = await _topic(deps, knock, body, channel)
    kind = deps.topics.get(topics.kind(found)) if found is not None else None
    if kind and kind.replied:
        await kind.replied(deps, knock, topics.about(found) if found else 0)
    return ()


async def _echo(deps: Deps, knock: Knock, body: Mapping[str, Any], channel: str) -> None:
    """One of our own messages: Slack has it. Other apps can read our keys, so theirs are passed."""
    place = deps.directory.of_id(knock.workspace_id)
    if place is None or body.get("user") not in (place.bot_user_id, None):
        return
    files = [str(file.get("id")) for file in body.get("files") or []]
    key, ts, now = key_in(body), str(body.get("ts")), deps.now()
    if not key and not files:
        return
    async with deps.transaction() as session:
        workspace_id = knock.workspace_id
        if key:
            await delivery.echoed(session, deps.topics, workspace_id, key, channel, ts, now)
        else:
            await doubts.file_echoed(session, deps.topics, workspace_id, files, channel, ts, now)


async def _topic(deps: Deps, knock: Knock, body: Mapping[str, Any], channel: str) -> str | None:
    """What the thread is about, empty for none of ours; None when the reply is kept for later."""
    thread = str(body.get("thread_ts") or "")
    if not thread:
        return ""
    async with deps.transaction() as session:
        found = await service.topic_at(session, knock.workspace_id, channel, thread)
        user_id = str(body.get("user") or "")
        if found or not user_id:
            return found or ""
        if not await keeping.in_doubt(session, knock.workspace_id, channel, user_id):
            return await service.topic_at(session, knock.workspace_id, channel, thread) or ""
        # In doubt and locked: what landed just before is found, what lands later finds the reply.
        found = await service.topic_at(session, knock.workspace_id, channel, thread)
        if found is None:
            member = await people.ensure(session, knock.workspace_id, user_id)
            key = knock.key or f"message:{channel}:{body.get('ts')}"
            await keeping.keep(session, member, key, thread, knock.event, deps.machine_now())
    return found


DECLARATIONS: tuple[Declaration, ...] = (
    Event("message.im", message, scopes=("im:history",)),
    Event("message.mpim", message, scopes=("mpim:history",)),
    Event("message.channels", message, scopes=("channels:history",), optional=True),
    Event("message.groups", message, scopes=("groups:history",), optional=True),
)
