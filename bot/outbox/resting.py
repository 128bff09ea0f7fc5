"""Rows of workspaces that stand still: kept, out of everybody's way, until they go on."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.outbox.claims import WAITING, Leased, hand_back
from bot.outbox.rules import RESTING, State
from bot.outbox.service import BELL, ring
from bot.outbox.tables import OutboxMessage
from bot.workspaces.tables import Workspace

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


async def without_token(
    session: AsyncSession, leased: Leased, machine_now: datetime, seconds: float
) -> None:
    """Leased, but nobody may speak there: it rests too, or is looked at again after a while."""
    stopped = await session.scalar(
        select(Workspace.stopped_at).where(Workspace.id == leased.workspace_id)
    )
    if stopped is None:
        await hand_back(session, leased.id, machine_now, seconds)
    else:
        await rest(session, [leased.workspace_id], machine_now)


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
