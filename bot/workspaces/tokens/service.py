"""Tokens at rest: the next one before the last ends, and the newest key for all of them."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.sealing import Seal, Unsealable
from bot.workspaces.rules import EARLY, Granted
from bot.workspaces.service import sealed
from bot.workspaces.tables import Installation, Workspace

LEASE = timedelta(seconds=60)  # six times the client's time-out
REFUSED = timedelta(minutes=10)  # between tries when Slack knows the refresh token no more
BATCH = 50


@dataclass(frozen=True)
class Due:
    """An installation whose token is to be exchanged. `sealed` says which refresh token it was."""

    installation_id: int
    refresh: str = field(repr=False)
    sealed: str = field(repr=False)


async def claim(session: AsyncSession, seal: Seal, now: datetime) -> Due | None:
    """An installation with under two hours left, for the caller alone during a minute.

    A lease, not a lock held over the call to Slack: SQLite has one writer, and a process that is
    killed meanwhile leaves nothing locked. Whoever comes second goes on with the old token.
    """
    row: Installation | None = await session.scalar(
        select(Installation)
        .where(Installation.revoked_at.is_(None), Installation.sealed_refresh.is_not(None))
        .where(Installation.expires_at < now + EARLY)
        .where(or_(Installation.refreshing_until.is_(None), Installation.refreshing_until < now))
        .order_by(Installation.expires_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if row is None or row.sealed_refresh is None:
        return None
    row.refreshing_until = now + LEASE
    try:
        return Due(row.id, seal.open(row.sealed_refresh), row.sealed_refresh)
    except Unsealable:
        row.refreshing_until = now + REFUSED
        return None


async def renewed(
    session: AsyncSession, seal: Seal, due: Due, told: Granted, now: datetime
) -> bool:
    """Keep the next token; False when the installation has another meanwhile."""
    row = await _held(session, due)
    if row is None:
        return False
    for name, value in sealed(seal, told, now).items():
        setattr(row, name, value)
    row.refreshing_until = None
    return True


async def not_renewed(session: AsyncSession, due: Due, now: datetime) -> int | None:
    """Slack refuses the refresh token. The last token is good until it ends.

    Returns one of the installation's workspaces once it has ended.
    """
    row = await _held(session, due)
    if row is None:
        return None
    row.refreshing_until = now + REFUSED
    if row.expires_at is None or row.expires_at > now:
        return None
    mine = select(Workspace.id).where(Workspace.installation_id == row.id)
    found: int | None = await session.scalar(mine.order_by(Workspace.id).limit(1))
    return found


async def _held(session: AsyncSession, due: Due) -> Installation | None:
    """The installation, locked, while its refresh token is still the one that was sent."""
    row = await session.get(
        Installation, due.installation_id, with_for_update=True, populate_existing=True
    )
    same = row is not None and row.sealed_refresh == due.sealed
    return row if same else None


async def end_now(session: AsyncSession, installation_id: int, now: datetime) -> bool:
    """Slack says that the token has ended: it is to be exchanged at once, if it can be."""
    row = await session.get(Installation, installation_id, with_for_update=True)
    if row is None or row.sealed_refresh is None:
        return False
    row.expires_at = min(row.expires_at or now, now)
    return True


async def seal_anew(session: AsyncSession, seal: Seal) -> int:
    """Seal a batch of what an older key sealed with the newest; returns how many there were.

    What no key opens is left as it is: its key may come back.
    """
    rows = await session.scalars(
        select(Installation)
        .where(Installation.sealed_with != seal.name, Installation.revoked_at.is_(None))
        .order_by(Installation.id)
        .with_for_update(skip_locked=True)
        .limit(BATCH)
    )
    done = 0
    for row in rows.all():
        try:
            token = seal.open(row.sealed_token)
            refresh = seal.open(row.sealed_refresh) if row.sealed_refresh else None
        except Unsealable:
            continue
        row.sealed_token = seal.close(token)
        row.sealed_refresh = seal.close(refresh) if refresh else None
        row.sealed_with = seal.name
        done += 1
    return done


async def unreadable(session: AsyncSession, seal: Seal) -> tuple[int, list[str]]:
    """(installations there are, teams or organisations whose token no key of ours opens)."""
    rows = await session.scalars(
        select(Installation).where(Installation.revoked_at.is_(None)).order_by(Installation.id)
    )
    count, closed = 0, []
    for row in rows:
        count += 1
        try:
            seal.open(row.sealed_token)
        except Unsealable:
            closed.append(row.team_id or row.enterprise_id)
    return count, closed
