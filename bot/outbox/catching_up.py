"""After a start or a gap: reads the day's threads back, for what was said while nobody listened."""

import logging
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from bot.deps import Deps, Repeated
from bot.errors import SlackLost, SlackRefused, UserMistake
from bot.outbox import keeping, topics
from bot.outbox.keeping import Thread
from bot.outbox.topics import Replied
from bot.slack.declare import Knock
from bot.slack.directory import Place

log = logging.getLogger(__name__)
DAY = timedelta(hours=24)
TRIES = 5  # for a thread that Slack does not tell of just now


async def read_back(deps: Deps) -> None:
    """Hand on what the threads of the last 24 hours hold beyond what their features keep.

    The newest threads come first; reading is paced, and leaves turns to rows in doubt.
    """
    kinds = [name for name, kind in deps.topics.items() if kind.keeps and kind.replied]
    async with deps.transaction() as session:
        threads = await keeping.threads(session, kinds, deps.now() - DAY)
    for thread in threads:
        place = deps.directory.of_id(thread.workspace_id)
        if place is not None:
            await _read_back(deps, place, thread)


async def _read_back(deps: Deps, place: Place, thread: Thread) -> None:
    kind = deps.topics[topics.kind(thread.topic)]
    if kind.keeps is None or kind.replied is None:
        return
    about = topics.about(thread.topic)
    async with deps.transaction() as session:
        # Before Slack is asked: what comes in while we read must not look deleted.
        kept = await kind.keeps(session, about)
    messages = await _messages(deps, place, thread)
    if messages is None:
        return
    for event in missed(kept, messages, thread):
        await _hand_on(deps, place, kind.replied, about, event)


async def _hand_on(
    deps: Deps, place: Place, replied: Replied, about: int, event: dict[str, Any]
) -> None:
    knock = Knock(place.workspace_id, place.token, str(event.get("user") or ""), {"event": event})
    try:
        await replied(deps, knock, about)
    except (Repeated, UserMistake) as error:
        log.info("missed_reply_not_taken", extra={"code": str(error)})


async def _messages(deps: Deps, place: Place, thread: Thread) -> list[dict[str, Any]] | None:
    """The whole thread, parent included; None when Slack does not tell."""
    found: list[dict[str, Any]] = []
    cursor: str | None = None
    tries = 0
    while True:
        await deps.pacer.turn(place.workspace_id, "conversations.replies")
        try:
            page = await deps.slack.read(
                place.token,
                "conversations.replies",
                channel=thread.channel,
                ts=thread.ts,
                limit=200,
                cursor=cursor,
            )
        except (SlackRefused, SlackLost) as error:
            tries += 1
            if tries == TRIES or (isinstance(error, SlackRefused) and error.permanent):
                log.warning("thread_unread", extra={"channel": thread.channel, "code": error.code})
                return None
            if isinstance(error, SlackRefused):
                wait = max(error.retry_after, 1.0)
                deps.pacer.refused(place.workspace_id, "conversations.replies", wait)
            continue
        found += page.get("messages") or []
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or None
        if cursor is None:
            return found


def missed(
    kept: Mapping[str, str], messages: list[dict[str, Any]], thread: Thread
) -> Iterator[dict[str, Any]]:
    """The events that would have told of what the thread holds and `kept` {ts: author} does not.

    Edits are told again for every kept message that was ever edited; they are told apart by text.
    """
    said = {
        str(message["ts"]): message
        for message in messages
        if not message.get("bot_id") and str(message["ts"]) != thread.ts
    }
    common = {
        "type": "message",
        "channel": thread.channel,
        "channel_type": "im" if thread.channel.startswith("D") else "channel",
    }
    for ts, message in said.items():
        if ts not in kept:
            yield {**common, **message}
        elif message.get("edited"):
            yield {**common, "subtype": "message_changed", "ts": ts, "message": message}
    for ts, user in kept.items():
        if ts not in said:
            gone = {"type": "message", "ts": ts, "user": user, "thread_ts": thread.ts}
            yield {
                **common,
                "subtype": "message_deleted",
                "ts": ts,
                "deleted_ts": ts,
                "previous_message": gone,
            }
