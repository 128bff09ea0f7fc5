"""Rows that wait for their time, and rows that wait until whoever wrote them lets them go."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.outbox.claims import WAITING
from bot.outbox.rules import State
from bot.outbox.service import BELL, ring
from bot.outbox.tables import OutboxMessage


async def release(session: AsyncSession, workspace_id: int, when: Mapping[str, datetime]) -> None:
    """From these instants of the calendar on the messages of these topics may be sent.

    They were written with a `not_before` that never comes: that of their `expires_at`.
    """
    rows = await session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.workspace_id == workspace_id, OutboxMessage.revision == 0)
        .where(OutboxMessage.topic.in_(when), OutboxMessage.state == State.QUEUED)
        .order_by(OutboxMessage.id)
        .with_for_update()
    )
    for row in rows.all():
        row.not_before = when[row.topic]
    ring(session, BELL)


async def next_instant(session: AsyncSession, after: datetime) -> datetime | None:
    """When the next message may go that was written for a time; held ones do not count."""
    row = OutboxMessage
    held = row.not_before >= row.expires_at
    found: datetime | None = await session.scalar(
        select(func.min(row.not_before))
        .where(WAITING, row.state == State.QUEUED, row.not_before > after)
        .where(or_(row.expires_at.is_(None), ~held))
    )
    return found
