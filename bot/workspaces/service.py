from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import insert_once
from bot.workspaces.tables import Workspace


async def ensure(session: AsyncSession, team_id: str, now: datetime) -> int:
    """The workspace's id; it is written on first sight."""
    await insert_once(
        session, Workspace, team_id=team_id, name="", bot_user_id="", installed_at=now
    )
    found = await session.scalar(select(Workspace.id).where(Workspace.team_id == team_id))
    if found is None:
        raise LookupError(team_id)
    return found


async def known(session: AsyncSession) -> dict[str, int]:
    """Every workspace there is: {Slack's team id: id}."""
    rows = await session.execute(select(Workspace.team_id, Workspace.id))
    return {row.team_id: row.id for row in rows}


async def installed(
    session: AsyncSession, team_id: str, name: str, bot_user_id: str, now: datetime
) -> int:
    """Slack told who we are there: keep it, and let a stopped workspace go on."""
    workspace_id = await ensure(session, team_id, now)
    await session.execute(
        update(Workspace)
        .where(Workspace.id == workspace_id)
        .values(name=name, bot_user_id=bot_user_id, stopped_at=None)
    )
    return workspace_id


async def stop(session: AsyncSession, workspace_id: int, now: datetime) -> None:
    """Uninstalled: nothing is planned or sent there until it is installed again."""
    await session.execute(
        update(Workspace)
        .where(Workspace.id == workspace_id, Workspace.stopped_at.is_(None))
        .values(stopped_at=now)
    )
