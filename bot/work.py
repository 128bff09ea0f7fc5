"""Rows that wait for a slow job: claimed with a lease, tried again later when it fails.

All instants here are the machine's, because leases and waits are about real seconds.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from sqlalchemy import Update, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from bot import leases
from bot.db import Base

LEASE = timedelta(seconds=60)  # a worker that dies gives its row back after this
LONGEST_WAIT = 900  # seconds
MAX_TRIES = 100  # about a day, then the row is left for a person to look at


class Work(Base):
    """Base of a table whose rows some job still has to deal with."""

    __abstract__ = True

    id: Mapped[int] = mapped_column(primary_key=True)
    next_try_at: Mapped[datetime | None] = mapped_column(index=True)  # None: done, or given up
    tries: Mapped[int] = mapped_column(default=0)

    def finish(self) -> None:
        self.next_try_at, self.tries = None, 0

    def postpone(self, machine_now: datetime) -> None:
        """Try again, later each time, or give up after about a day."""
        wait = timedelta(seconds=min(2 ** min(self.tries, 10), LONGEST_WAIT))
        self.next_try_at = machine_now + wait if self.tries < MAX_TRIES else None


Row = TypeVar("Row", bound=Work)


async def claim(
    session: AsyncSession, table: type[Row], machine_now: datetime, limit: int = 1
) -> Sequence[Row]:
    """Lease the rows that have waited longest; two workers never get the same one.

    None once this process has been asked to end.
    """
    held = leases.of(session)
    if held.closed:
        return ()
    # A CTE, because PostgreSQL may run a plain subquery again for every row that it looks at, and
    # then leases more rows than were asked for; nobody works on those until their lease ends.
    oldest = (
        select(table.id)
        .where(table.next_try_at <= machine_now)
        .order_by(table.next_try_at)
        .limit(limit)
        .with_for_update(skip_locked=True)  # SQLite has one writer and ignores this
        .cte("oldest")
    )
    leased = await session.scalars(
        update(table)
        .where(table.id.in_(select(oldest.c.id)))
        .values(next_try_at=machine_now + LEASE, tries=table.tries + 1)
        .returning(table)
    )
    rows = leased.all()
    until, ids = machine_now + LEASE, [row.id for row in rows]
    held.took(ids, until, partial(_give_back, table), machine_now)
    return rows


def _give_back(
    table: type[Work], ids: Sequence[int], until: datetime, machine_now: datetime
) -> Update:
    """That it was begun does not count as a try."""
    return (
        update(table)
        .where(table.id.in_(ids), table.next_try_at == until)
        .values(next_try_at=machine_now, tries=table.tries - 1)
    )


async def waiting(session: AsyncSession) -> dict[str, int]:
    """How many rows of each such table are to be dealt with."""
    tables = {table.__tablename__: table for table in Work.__subclasses__()}
    counts = [
        select(func.count()).where(table.next_try_at.is_not(None)).scalar_subquery()
        for table in tables.values()
    ]
    found = (await session.execute(select(*counts))).one()
    return dict(zip(tables, found, strict=True))
