"""The one listener for messages: finds what a reply is about and hands it to that feature."""

from collections.abc import Mapping
from typing import Any

from bot.deps import Deps
from bot.outbox import delivery, service, topics
from bot.outbox.rules import key_in
from bot.slack.declare import Declaration, Event, Knock, Outcome


def body_of(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """The message itself, also inside `message_changed` and `message_deleted`."""
    inner = event.get("message") or event.get("previous_message")
    return inner if isinstance(inner, Mapping) else event


async def message(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    event, channel = knock.event, str(knock.event.get("channel") or "")
    body = body_of(event)
    if key := key_in(body):
        async with deps.transaction() as session:
            await delivery.echoed(
                session, deps.topics, knock.workspace_id, key, channel, str(body["ts"]), deps.now()
            )
        return ()
    if body.get("bot_id") or not channel:
        return ()
    thread = body.get("thread_ts")
    async with deps.transaction() as session:
        found = (
            await service.topic_at(session, knock.workspace_id, channel, str(thread))
            if thread
            else None
        )
    kind = deps.topics.get(topics.kind(found)) if found else deps.topics.get("")
    if kind and kind.replied:
        await kind.replied(deps, knock, topics.about(found) if found else 0)
    return ()


DECLARATIONS: tuple[Declaration, ...] = (
    Event("message.im", message, scopes=("im:history",)),
    Event("message.mpim", message, scopes=("mpim:history",)),
    Event("message.channels", message, scopes=("channels:history",), optional=True),
    Event("message.groups", message, scopes=("groups:history",), optional=True),
)
