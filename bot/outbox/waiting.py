"""Rows that wait for their time, and rows that wait until whoever wrote them lets them go."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.outbox.claims import WAITING
from bot.outbox.rules import RESTING, Lane, State
from bot.outbox.service import BELL, ring
from bot.outbox.tables import OutboxMessage


@dataclass(frozen=True)
class Line:
    """Rows of one state and lane: how many, and how many seconds the oldest that may go waits."""

    state: str
    lane: Lane
    count: int
    oldest: float


async def lines(session: AsyncSession, now: datetime, machine_now: datetime) -> list[Line]:
    """All that Slack does not have yet.

    A message for a time waits from that time on; one of a workspace that stands still does not.
    """
    row = OutboxMessage
    goes = row.next_try_at < RESTING
    rows = await session.execute(
        select(
            row.state,
            row.lane,
            func.count(),
            func.min(case((goes & row.not_before.is_(None), row.created_at))),
            func.min(case((goes & (row.not_before <= now), row.not_before))),
        )
        .where(WAITING)
        .group_by(row.state, row.lane)
        .order_by(row.state, row.lane)
    )
    return [
        Line(str(state), Lane(lane), count, max(_since(machine_now, written), _since(now, due)))
        for state, lane, count, written, due in rows
    ]


def _since(now: datetime, then: datetime | None) -> float:
    return max((now - then).total_seconds(), 0.0) if then else 0.0


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
