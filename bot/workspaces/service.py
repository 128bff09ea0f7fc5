"""Workspaces and the installations whose tokens speak there."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import insert_once
from bot.sealing import Seal
from bot.workspaces.rules import SECOND, Granted, Stop, is_stale
from bot.workspaces.tables import Installation, SpentState, Workspace


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


async def half_purged(session: AsyncSession, team_id: str, enterprise_id: str = "") -> list[int]:
    """Workspaces of this team or organisation that are being erased: they have to be first."""
    ours = Workspace.team_id == team_id
    if enterprise_id:
        ours = or_(ours, Workspace.enterprise_id == enterprise_id)
    rows = await session.scalars(
        select(Workspace.id).where(ours, Workspace.stop_code == Stop.PURGING)
    )
    return list(rows)


async def installed(
    session: AsyncSession, team_id: str, name: str, bot_user_id: str, now: datetime
) -> int:
    """Slack told who the settings' token is there: keep it, and let a stopped workspace go on."""
    workspace_id = await ensure(session, team_id, now)
    row = await session.get_one(Workspace, workspace_id, with_for_update={"key_share": True})
    go_on(row, None, bot_user_id, now)
    row.name = name
    return workspace_id


async def stands_still(session: AsyncSession, team_id: str) -> bool:
    """Is it a workspace of ours in which nothing is planned or sent?"""
    found = await session.scalar(
        select(Workspace.id).where(Workspace.team_id == team_id, Workspace.stopped_at.is_not(None))
    )
    return found is not None


async def install(
    session: AsyncSession, seal: Seal, told: Granted, now: datetime
) -> tuple[list[int], list[int]]:
    """Keep what Slack granted. Returns (its workspaces, those of them that had been stopped).

    An organisation's installation speaks where none of a workspace's own does; its further
    workspaces are written down when Slack first names them.
    """
    values: dict[str, Any] = {
        "is_org": told.is_org,
        "app_id": told.app_id,
        "bot_user_id": told.bot_user_id,
        "scopes": told.scopes,
        "installed_at": now,
        "revoked_at": None,
        "refreshing_until": None,
        **sealed(seal, told, now),
    }
    key = {"enterprise_id": told.enterprise_id, "team_id": told.team_id}
    await insert_once(session, Installation, **key, **values)
    ours = select(Installation).filter_by(**key).with_for_update(key_share=True)
    row = (await session.scalars(ours)).one()
    for name, value in values.items():
        setattr(row, name, value)
    wanted = select(Workspace).order_by(Workspace.id)
    if told.is_org:
        alone = or_(Workspace.stopped_at.is_not(None), Workspace.installation_id.is_(None))
        wanted = wanted.where(
            Workspace.enterprise_id == told.enterprise_id,
            or_(alone, Workspace.installation_id == row.id),
        )
    else:
        wanted = wanted.where(Workspace.id == await ensure(session, told.team_id, now))
    found = (await session.scalars(wanted.with_for_update(key_share=True))).all()
    resumed = [one.id for one in found if go_on(one, row.id, told.bot_user_id, now)]
    for one in found:
        one.enterprise_id = told.enterprise_id
        one.name = one.name if told.is_org else told.team_name
    return [one.id for one in found], resumed


def go_on(row: Workspace, installation_id: int | None, bot_user_id: str, now: datetime) -> bool:
    """Whose token speaks there from now on; was it stopped?"""
    was_stopped = row.stopped_at is not None
    row.installation_id, row.bot_user_id = installation_id, bot_user_id
    row.installed_at = row.changed_at = now
    row.stopped_at, row.stop_code = None, None
    return was_stopped


def sealed(seal: Seal, told: Granted, now: datetime) -> dict[str, Any]:
    """The columns of an installation's tokens."""
    return {
        "sealed_token": seal.close(told.token),
        "sealed_refresh": seal.close(told.refresh) if told.refresh else None,
        "sealed_with": seal.name,
        "expires_at": told.expires_at(now),
        "changed_at": now,
    }


async def stop(
    session: AsyncSession,
    workspace_id: int,
    code: str,
    now: datetime,
    told_at: datetime | None = None,
) -> list[int]:
    """The installation there has ended: nothing is planned or sent until it is installed again.

    Returns the workspaces that stand still by it and went on until now, none when what Slack told
    of happened (`told_at`) before they were installed as they are now. The tokens are erased.
    """
    row = await session.get_one(Workspace, workspace_id)
    ours = Workspace.id == workspace_id
    if row.installation_id is None:
        stale = is_stale(told_at, row.installed_at)
    else:
        its = await session.get_one(
            Installation, row.installation_id, with_for_update=True, populate_existing=True
        )
        stale = is_stale(told_at, its.installed_at)
        if not stale:
            its.revoked_at, its.changed_at = now, now
            its.sealed_token, its.sealed_refresh, its.expires_at = "", None, None
        ours = Workspace.installation_id == its.id
    return [] if stale else await _stand_still(session, ours, code, now)


async def lose_access(
    session: AsyncSession, workspace_id: int, teams: Sequence[str], now: datetime, told_at: datetime
) -> list[int]:
    """The organisation's installation may not act in these teams; elsewhere it goes on."""
    row = await session.get_one(Workspace, workspace_id)
    mine = Workspace.installation_id == row.installation_id
    wanted = mine & Workspace.team_id.in_(teams)
    wanted &= Workspace.installed_at < told_at + SECOND  # Slack tells whole seconds
    return await _stand_still(session, wanted, Stop.ACCESS, now)


async def _stand_still(session: AsyncSession, which: Any, code: str, now: datetime) -> list[int]:
    rows = await session.scalars(
        update(Workspace)
        .where(which, Workspace.stopped_at.is_(None))
        .values(stopped_at=now, stop_code=code, changed_at=now)
        .returning(Workspace.id)
    )
    return list(rows)


async def spend(session: AsyncSession, digest: str, ends_at: datetime, now: datetime) -> bool:
    """Was this way through OAuth gone for the first time? Those that have ended are forgotten."""
    await session.execute(delete(SpentState).where(SpentState.ends_at < now))
    return await insert_once(session, SpentState, digest=digest, ends_at=ends_at) is not None
