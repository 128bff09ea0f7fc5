"""What is to be said: written with the facts it is about, in the same transaction."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, exists, func, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.db import insert_all, insert_once
from bot.outbox.rules import RESTING, UNREADABLE, Lane, State
from bot.outbox.tables import UNSENT, OutboxMessage, SeenKnock
from bot.slack.blocks import Message

KEPT = timedelta(hours=25)  # Slack repeats an event for 24 hours at most
BELL = "outbox"


@dataclass(frozen=True)
class Draft:
    """A message to post. `channel` may be a user's id: Slack opens the direct message.

    Several users' ids joined by commas are a group conversation, which is opened first.
    `not_before` and `expires_at` are calendar instants; None means now and never.
    """

    workspace_id: int
    channel: str
    topic: str
    rule: str
    lane: Lane
    message: Message
    member_id: int | None = None
    thread_of: str | None = None
    not_before: datetime | None = None
    expires_at: datetime | None = None
    file_name: str | None = None
    file_alt: str | None = None  # what the picture shows, for who cannot see it
    file_bytes: bytes | None = None


def _row(draft: Draft, machine_now: datetime) -> dict[str, Any]:
    return {
        "workspace_id": draft.workspace_id,
        "member_id": draft.member_id,
        "key": uuid.uuid4().hex,
        "topic": draft.topic,
        "revision": 0,
        "operation": "post" if draft.file_bytes is None else "upload",
        "rule": draft.rule,
        "lane": int(draft.lane),
        "channel": draft.channel,
        "thread_of": draft.thread_of,
        "text": draft.message.text,
        "blocks": list(draft.message.blocks),
        "file_name": draft.file_name,
        "file_alt": draft.file_alt,
        "file_bytes": draft.file_bytes,
        "not_before": draft.not_before,
        "expires_at": draft.expires_at,
        "state": State.QUEUED,
        "next_try_at": machine_now,
        "tries": 0,
        "created_at": machine_now,
    }


def ring(session: AsyncSession, bell: str) -> None:
    """Wake this job as soon as the transaction is committed."""
    session.info.setdefault("bells", set()).add(bell)


async def say(session: AsyncSession, draft: Draft, machine_now: datetime) -> bool:
    """Say this once per topic, moments after the commit; False when it was said before."""
    said = await insert_once(session, OutboxMessage, **_row(draft, machine_now))
    ring(session, BELL)
    return said is not None


async def say_all(session: AsyncSession, drafts: Sequence[Draft], machine_now: datetime) -> None:
    """`say` for many, in statements of a few hundred rows."""
    rows = [_row(draft, machine_now) for draft in drafts]
    await insert_all(session, OutboxMessage, rows, "topic")
    ring(session, BELL)


async def revise(
    session: AsyncSession,
    workspace_id: int,
    topic: str,
    message: Message,
    machine_now: datetime,
    lane: Lane | None = None,
) -> None:
    """Change what was said under this topic, whether or not Slack has it yet.

    In the lane of what was said, unless another is named.
    """
    base = await _base(session, workspace_id, topic)
    if base is None:
        return
    if base.state in (State.QUEUED, State.LEASED):
        base.text, base.blocks = message.text, list(message.blocks)
        return
    await _change(session, base, "update", message, machine_now, lane)


async def withdraw(
    session: AsyncSession, workspace_id: int, topic: str, machine_now: datetime
) -> None:
    """Take back what was said under this topic."""
    base = await _base(session, workspace_id, topic)
    if base is None:
        return
    if base.state in (State.QUEUED, State.LEASED):
        base.state, base.text, base.blocks = State.UNWANTED, "", []
        return
    await _change(session, base, "delete", Message(""), machine_now)


async def _base(session: AsyncSession, workspace_id: int, topic: str) -> OutboxMessage | None:
    found: OutboxMessage | None = await session.scalar(
        select(OutboxMessage)
        .where(
            OutboxMessage.workspace_id == workspace_id,
            OutboxMessage.topic == topic,
            OutboxMessage.revision == 0,
        )
        .with_for_update()
    )
    return found


async def _change(
    session: AsyncSession,
    base: OutboxMessage,
    operation: str,
    message: Message,
    machine_now: datetime,
    lane: Lane | None = None,
) -> None:
    """Queue an update or a deletion; a newer one takes the place of an unsent older one."""
    same = (OutboxMessage.workspace_id == base.workspace_id, OutboxMessage.topic == base.topic)
    await session.execute(
        update(OutboxMessage)
        .where(*same, OutboxMessage.revision > 0)
        .where(OutboxMessage.state.in_([State.QUEUED, State.LEASED]))
        .values(state=State.SUPERSEDED, text="", blocks=[])
    )
    newest = await session.scalar(select(func.max(OutboxMessage.revision)).where(*same)) or 0
    draft = Draft(
        base.workspace_id,
        base.channel,
        base.topic,
        base.rule,
        Lane(base.lane) if lane is None else lane,
        message,
        member_id=base.member_id,
    )
    values = _row(draft, machine_now) | {
        "key": f"{base.key}.{newest + 1}",
        "revision": newest + 1,
        "operation": operation,
        "replaces": base.topic,
        "target_ts": base.ts,
        "file_id": base.file_id,
    }
    await insert_once(session, OutboxMessage, **values)
    ring(session, BELL)


async def topic_at(session: AsyncSession, workspace_id: int, channel: str, ts: str) -> str | None:
    """The topic of our message at this place, None when it is none of ours."""
    found: str | None = await session.scalar(
        select(OutboxMessage.topic)
        .where(
            OutboxMessage.workspace_id == workspace_id,
            OutboxMessage.channel == channel,
            OutboxMessage.ts == ts,
            OutboxMessage.revision == 0,
        )
        .limit(1)
    )
    return found


async def first_time(
    session: AsyncSession, workspace_id: int, key: str, machine_now: datetime
) -> bool:
    """Is this the first time that this knock takes effect? Remembers it."""
    new = await insert_once(
        session, SeenKnock, workspace_id=workspace_id, key=key, seen_at=machine_now
    )
    return new is not None


async def forget_knocks(session: AsyncSession, machine_now: datetime) -> None:
    await session.execute(delete(SeenKnock).where(SeenKnock.seen_at < machine_now - KEPT))


async def unprompted(
    session: AsyncSession, member_ids: Collection[int], now: datetime
) -> Mapping[int, int]:
    """How many unprompted messages each got in the last seven days; who got none is not in it."""
    rows = await session.execute(
        select(OutboxMessage.member_id, func.count())
        .where(
            OutboxMessage.member_id.in_(member_ids),
            OutboxMessage.lane >= Lane.SCHEDULED,
            # what stands under a drill is part of it; a reminder is not
            or_(OutboxMessage.lane >= Lane.REMINDER, OutboxMessage.thread_of.is_(None)),
            OutboxMessage.revision == 0,
            OutboxMessage.sent_at >= now - timedelta(days=7),
        )
        .group_by(OutboxMessage.member_id)
    )
    return {row[0]: row[1] for row in rows if row[0] is not None}


async def within_budget(session: AsyncSession, member_id: int, budget: int, now: datetime) -> bool:
    """Did the member get fewer unprompted messages than this in the last seven days?"""
    return (await unprompted(session, [member_id], now)).get(member_id, 0) < budget


async def sendable_in(session: AsyncSession, now: datetime, machine_now: datetime) -> float | None:
    """Seconds until the next row may be tried, 0 for at once; None when none waits.

    Rows whose time on the calendar has not come, those whose channel cannot be read, and those
    whose parent Slack does not have yet do not count.
    """
    parent = aliased(OutboxMessage)
    known = exists().where(
        parent.workspace_id == OutboxMessage.workspace_id,
        parent.topic == func.coalesce(OutboxMessage.thread_of, OutboxMessage.replaces),
        parent.revision == 0,
        parent.state.not_in([State.QUEUED, State.LEASED, State.SENDING, State.DOUBT]),
    )
    alone = and_(OutboxMessage.thread_of.is_(None), OutboxMessage.replaces.is_(None))
    soonest = await session.scalar(
        select(func.min(OutboxMessage.next_try_at))
        .where(text(f"outbox_messages.{UNSENT}"), OutboxMessage.next_try_at < RESTING)
        .where(or_(OutboxMessage.not_before.is_(None), OutboxMessage.not_before <= now))
        .where(or_(OutboxMessage.error.is_(None), OutboxMessage.error.not_like(f"{UNREADABLE}%")))
        .where(or_(OutboxMessage.target_ts.is_not(None), alone, known))
    )
    return None if soonest is None else max((soonest - machine_now).total_seconds(), 0.0)


async def unreadable_channels(session: AsyncSession) -> list[str]:
    """Channels with messages in doubt whose history Slack does not let us read."""
    rows = await session.scalars(
        select(OutboxMessage.channel)
        .where(text(f"outbox_messages.{UNSENT}"), OutboxMessage.error.like(f"{UNREADABLE}%"))
        .distinct()
    )
    return sorted(rows)


def in_thread(draft: Draft, topic: str) -> Draft:
    return replace(draft, thread_of=topic)


async def forget_words(session: AsyncSession, workspace_id: int, topics: Collection[str]) -> None:
    """Keep no words of what was said under these topics; whoever calls says it anew."""
    await session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.workspace_id == workspace_id, OutboxMessage.topic.in_(topics))
        .where(OutboxMessage.state == State.SENT)
        .values(text="", blocks=[])
    )
