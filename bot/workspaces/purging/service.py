"""Erases what was stored of a workspace that has not come back."""

from datetime import datetime
from typing import Any

from sqlalchemy import Table, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import Base
from bot.workspaces.rules import Stop
from bot.workspaces.tables import Installation, Workspace

BATCH = 500  # rows a transaction; on SQLite everybody else waits so long


def tables() -> list[Table]:
    """Every table with rows of a workspace, the ones that others point at last."""
    return [one for one in reversed(Base.metadata.sorted_tables) if "workspace_id" in one.c]


async def due(session: AsyncSession, before: datetime) -> list[int]:
    """Workspaces that have stood still since this instant, and those whose erasure was cut off."""
    kept = or_(Workspace.purged_at.is_(None), Workspace.purged_at < Workspace.stopped_at)
    over = or_(Workspace.stopped_at <= before, Workspace.stop_code == Stop.PURGING)
    rows = await session.scalars(select(Workspace.id).where(over, kept).order_by(Workspace.id))
    return list(rows)


async def begin(session: AsyncSession, workspace_id: int, before: datetime) -> bool:
    """From here there is no way back; False when it goes on again."""
    row = await _hold(session, workspace_id)
    if row.stop_code == Stop.PURGING:
        return True
    if row.stopped_at is None or row.stopped_at > before:
        return False
    row.stop_code = Stop.PURGING
    return True


async def batch(session: AsyncSession, workspace_id: int, now: datetime) -> bool:
    """Erase some rows; False when there are none left, and then the workspace has no name."""
    row = await _hold(session, workspace_id)
    if row.stop_code != Stop.PURGING:
        return False
    for table in tables():
        if await _some(session, table, workspace_id):
            return True
    await _finish(session, row, now)
    return False


async def _some(session: AsyncSession, table: Any, workspace_id: int) -> bool:
    """Rows of one table, which no row of another points at any more."""
    mine = table.c.workspace_id == workspace_id
    some = list(await session.scalars(select(table.c.id).where(mine).limit(BATCH)))
    if not some:
        return False
    for column in table.c:  # a row may point at another of its own table
        if any(key.column.table is table for key in column.foreign_keys):
            await session.execute(
                update(table).where(mine, column.in_(some)).values({column.name: None})
            )
    await session.execute(delete(table).where(table.c.id.in_(some)))
    return True


async def _finish(session: AsyncSession, row: Workspace, now: datetime) -> None:
    """The row stays, with Slack's id of the team alone: `bot/workspaces/tables.py` says why."""
    installation_id = row.installation_id
    row.name, row.bot_user_id, row.installation_id = "", "", None
    row.stop_code, row.purged_at = Stop.UNINSTALLED, now
    await session.flush()
    others = select(Workspace.id).where(Workspace.installation_id == installation_id)
    if installation_id is not None and await session.scalar(others.limit(1)) is None:
        gone = Installation.revoked_at.is_not(None)
        await session.execute(delete(Installation).where(Installation.id == installation_id, gone))


async def _hold(session: AsyncSession, workspace_id: int) -> Workspace:
    return await session.get_one(
        Workspace, workspace_id, with_for_update={"key_share": True}, populate_existing=True
    )
