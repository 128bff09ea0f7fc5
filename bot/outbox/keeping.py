"""Replies that came before the message above them was known as ours, and threads to read back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import insert_once
from bot.outbox import service
from bot.outbox.claims import WAITING
from bot.outbox.rules import State
from bot.outbox.tables import KeptReply, OutboxMessage
from bot.people.tables import Member

BATCH = 100
LONGEST = timedelta(hours=25)


async def in_doubt(session: AsyncSession, workspace_id: int, channel: str, user_id: str) -> bool:
    """May a message of ours stand in this channel that we do not know of yet?

    Locks the rows, so that none lands before the caller's transaction ends. A row may name the
    person instead of the direct message that Slack opens for it, or several people.
    """
    rows = await session.scalars(
        select(OutboxMessage.id)
        .where(WAITING, OutboxMessage.workspace_id == workspace_id)
        .where(OutboxMessage.revision == 0)
        .where(or_(OutboxMessage.channel.in_([channel, user_id]), _names(user_id)))
        .where(OutboxMessage.state.in_([State.SENDING, State.DOUBT]))
        .order_by(OutboxMessage.id)
        .with_for_update()
    )
    return bool(rows.all())


def _names(user_id: str) -> ColumnElement[bool]:
    """Is the row for a group conversation with this person in it?"""
    channel = OutboxMessage.channel
    return and_(channel.contains(","), channel.contains(user_id, autoescape=True))


async def keep(
    session: AsyncSession,
    member: Member,
    key: str,
    thread_ts: str,
    event: Mapping[str, Any],
    machine_now: datetime,
) -> None:
    """Put it aside; `key` is what is the same when Slack sends the event again."""
    await insert_once(
        session,
        KeptReply,
        workspace_id=member.workspace_id,
        member_id=member.id,
        key=key,
        channel=str(event["channel"]),
        thread_ts=thread_ts,
        event=dict(event),
        kept_at=machine_now,
    )
    service.ring(session, "kept")


@dataclass(frozen=True)
class Settled:
    """A kept reply and the topic it belongs to; an empty one when it is in no thread of ours."""

    id: int
    workspace_id: int
    user_id: str
    key: str
    event: dict[str, Any]
    topic: str


async def settled(session: AsyncSession) -> list[Settled]:
    """Those of which it is known by now whether they are in a thread of ours, oldest first."""
    rows = await session.execute(
        select(KeptReply, Member.user_id)
        .join(Member, Member.id == KeptReply.member_id)
        .order_by(KeptReply.id)
        .limit(BATCH)
    )
    found = []
    for row, user_id in rows.all():
        # In this order: what lands between the two questions is found by the second.
        doubtful = await in_doubt(session, row.workspace_id, row.channel, user_id)
        topic = await service.topic_at(session, row.workspace_id, row.channel, row.thread_ts)
        if topic or not doubtful:
            found.append(
                Settled(row.id, row.workspace_id, user_id, row.key, row.event, topic or "")
            )
    return found


async def forget(session: AsyncSession, kept_id: int) -> None:
    await session.execute(delete(KeptReply).where(KeptReply.id == kept_id))


async def forget_old(session: AsyncSession, machine_now: datetime) -> None:
    """Those whose channel could not be read for a day."""
    await session.execute(delete(KeptReply).where(KeptReply.kept_at < machine_now - LONGEST))


@dataclass(frozen=True)
class Thread:
    """A message of ours that people may have answered."""

    workspace_id: int
    topic: str
    channel: str
    ts: str


async def threads(session: AsyncSession, kinds: Sequence[str], since: datetime) -> list[Thread]:
    """Messages of these topic kinds that Slack has since this calendar instant, newest first."""
    rows = await session.execute(
        select(
            OutboxMessage.workspace_id,
            OutboxMessage.topic,
            OutboxMessage.channel,
            OutboxMessage.ts,
        )
        .where(OutboxMessage.sent_at >= since, OutboxMessage.revision == 0)
        .where(OutboxMessage.state == State.SENT)
        .where(or_(*(OutboxMessage.topic.startswith(f"{kind}:") for kind in kinds)))
        .order_by(OutboxMessage.sent_at.desc(), OutboxMessage.id.desc())
    )
    return [Thread(row[0], row[1], row[2], str(row[3])) for row in rows.all()]
