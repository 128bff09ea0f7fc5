"""Which workspace may be spoken to, and with which token."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.sealing import Seal, Unsealable
from bot.slack.directory import Place
from bot.slack.whose import Address
from bot.workspaces.rules import Stop
from bot.workspaces.service import ensure, go_on
from bot.workspaces.tables import Installation, Workspace

log = logging.getLogger(__name__)


def _placed() -> Select[Workspace, Installation]:
    """Workspaces that do not stand still, with the installation whose token speaks there."""
    return (
        select(Workspace, Installation)
        .join(Installation, Installation.id == Workspace.installation_id)
        .where(Workspace.stopped_at.is_(None), Installation.revoked_at.is_(None))
    )


def _place(seal: Seal, row: Workspace, its: Installation) -> Place | None:
    """None when no key opens the token: `doctor` says so, and nothing is sent there."""
    try:
        token = seal.open(its.sealed_token)
    except Unsealable:
        log.warning("token_unreadable", extra={"installation_id": its.id})
        return None
    return Place(
        row.id,
        row.team_id,
        its.bot_user_id,
        token,
        row.enterprise_id,
        its.id,
        its.installed_at,
        rotates=its.sealed_refresh is not None,
    )


async def places(
    session: AsyncSession, seal: Seal, ids: Sequence[int] | None = None
) -> list[Place]:
    """Every workspace, or those of these, that an installation may speak in."""
    wanted = _placed() if ids is None else _placed().where(Workspace.id.in_(ids))
    rows = await session.execute(wanted)
    return [place for row in rows if (place := _place(seal, *row))]


@dataclass(frozen=True)
class Changed:
    """A workspace that changed; without a place nothing is sent there by an installation."""

    workspace_id: int
    stopped: bool
    place: Place | None


async def changed(session: AsyncSession, seal: Seal, since: datetime) -> list[Changed]:
    """What any replica changed since this instant."""
    ids = select(Workspace.id).where(Workspace.changed_at >= since)
    by_token = (
        select(Workspace.id)
        .join(Installation, Installation.id == Workspace.installation_id)
        .where(Installation.changed_at >= since)
    )
    rows = await session.execute(
        select(Workspace, Installation)
        .outerjoin(Installation, Installation.id == Workspace.installation_id)
        .where(Workspace.id.in_(ids.union(by_token)))
    )
    found = []
    for row, its in rows.all():
        live = row.stopped_at is None and its is not None and its.revoked_at is None
        place = _place(seal, row, its) if live else None
        found.append(Changed(row.id, row.stopped_at is not None, place))
    return found


async def find(
    session: AsyncSession, seal: Seal, address: Address, now: datetime
) -> tuple[Place | None, bool]:
    """(the workspace of this address, was it let go on just now?).

    A workspace of an organisation with an installation is written down on first sight. One that
    stands still goes on only when Slack says itself that the installation may act there again.
    """
    row = await session.scalar(
        select(Workspace).where(Workspace.team_id == address.team_id).with_for_update()
    )
    resumed = False
    if address.is_org and address.enterprise_id:
        mine = await session.scalar(
            select(Installation).where(
                Installation.enterprise_id == address.enterprise_id,
                Installation.is_org,
                Installation.revoked_at.is_(None),
            )
        )
        if mine is not None:
            row, resumed = await _of_org(session, row, mine, address, now)
    if row is None or row.stopped_at is not None or row.installation_id is None:
        return None, False
    its = await session.get_one(Installation, row.installation_id)
    return (_place(seal, row, its) if its.revoked_at is None else None), resumed


async def _of_org(
    session: AsyncSession,
    row: Workspace | None,
    mine: Installation,
    address: Address,
    now: datetime,
) -> tuple[Workspace | None, bool]:
    if not address.team_id:  # about the organisation itself: any of its workspaces stands for it
        any_of = select(Workspace).where(Workspace.installation_id == mine.id)
        found: Workspace | None = await session.scalar(any_of.order_by(Workspace.id).limit(1))
        return found, False
    if row is None:
        row = await session.get_one(Workspace, await ensure(session, address.team_id, now))
    new = row.stopped_at is None and row.installation_id is None
    back = row.stop_code == Stop.ACCESS and address.returns
    resumed = go_on(row, mine.id, mine.bot_user_id, now) if new or back else False
    row.enterprise_id = address.enterprise_id
    return row, resumed


async def token_of(session: AsyncSession, seal: Seal, installation_id: int) -> str | None:
    """What the installation speaks with now, by the store; None when nothing opens."""
    its = await session.get(Installation, installation_id)
    try:
        return seal.open(its.sealed_token) if its is not None and its.sealed_token else None
    except Unsealable:
        return None
