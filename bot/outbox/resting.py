"""Rows of workspaces that stand still: kept, out of everybody's way, until they go on."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.outbox.claims import WAITING
from bot.outbox.rules import RESTING, State
from bot.outbox.service import BELL, ring
from bot.outbox.tables import OutboxMessage

TOO_OLD = timedelta(hours=24)  # then nobody waits for it any more
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


async def rest(session: AsyncSession, workspaces: Sequence[int], machine_now: datetime) -> None:
    """What waits there waits on, and what a sender had leased is not called."""
    row = OutboxMessage
    await session.execute(
        update(row)
        .where(WAITING, row.workspace_id.in_(workspaces))
        .where(row.state.in_([State.QUEUED, State.LEASED]))
        .values(state=State.QUEUED, next_try_at=RESTING)
    )
    await session.execute(
        update(row)
        .where(WAITING, row.workspace_id.in_(workspaces), row.state == State.DOUBT)
        .values(next_try_at=RESTING)
    )


async def go_on(session: AsyncSession, workspaces: Sequence[int], machine_now: datetime) -> None:
    """What was written within the last day is sent, older rows expire; doubts are asked about."""
    row = OutboxMessage
    mine = (WAITING, row.workspace_id.in_(workspaces))
    await session.execute(
        update(row)
        .where(*mine, row.state == State.QUEUED, row.created_at < machine_now - TOO_OLD)
        .values(expires_at=LONG_AGO)
    )
    await session.execute(
        update(row).where(*mine, row.next_try_at == RESTING).values(next_try_at=machine_now)
    )
    ring(session, BELL)
    ring(session, "doubt")
