"""*This mark is wrong*: kept for its writer, counted for who runs Drumbeat."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import insert_once
from bot.scoring.rules import Cell
from bot.scoring.tables import DisputedMark

Count = tuple[Cell, str, int]  # cell, scorer, how many marks were called wrong


@dataclass(frozen=True)
class Said:
    """What a person says of a mark; `fitting` is the mark from 0 to 4 that they would give."""

    why: str
    fitting: int | None


@dataclass(frozen=True)
class Mark:
    """One cell's mark, 0 to 4, on the card of this topic, and the scorer that gave it."""

    topic: str
    cell: Cell
    scorer: str
    score: float


async def find(
    session: AsyncSession, workspace_id: int, member_id: int, topic: str, cell: Cell
) -> Said | None:
    row = await session.scalar(_one(workspace_id, member_id, topic, cell))
    return Said(row.why, row.fitting) if row else None


async def keep(
    session: AsyncSession,
    workspace_id: int,
    member_id: int,
    mark: Mark,
    said: Said,
    now: datetime,
) -> bool:
    """Write it, over what the member said of this mark before; True when it is new."""
    told = {"scorer": mark.scorer, "mark": mark.score, "fitting": said.fitting, "why": said.why}
    new = await insert_once(
        session,
        DisputedMark,
        workspace_id=workspace_id,
        member_id=member_id,
        topic=mark.topic,
        cell=mark.cell,
        at=now,
        **told,
    )
    if new is None:
        row = (
            await session.scalars(
                _one(workspace_id, member_id, mark.topic, mark.cell).with_for_update()
            )
        ).one()
        for name, value in told.items():
            setattr(row, name, value)
        row.at = now
    return new is not None


async def take_back(
    session: AsyncSession, workspace_id: int, member_id: int, topic: str, cell: Cell
) -> None:
    """The member no longer calls this mark wrong: nothing of it stays."""
    await session.execute(delete(DisputedMark).where(*_which(workspace_id, member_id, topic, cell)))


def _one(workspace_id: int, member_id: int, topic: str, cell: Cell) -> Select[DisputedMark]:
    return select(DisputedMark).where(*_which(workspace_id, member_id, topic, cell))


def _which(
    workspace_id: int, member_id: int, topic: str, cell: Cell
) -> tuple[ColumnElement[bool], ...]:
    return (
        DisputedMark.workspace_id == workspace_id,
        DisputedMark.topic == topic,
        DisputedMark.cell == cell,
        DisputedMark.member_id == member_id,
    )


async def counted(session: AsyncSession, workspace_id: int, since: datetime) -> tuple[Count, ...]:
    """Marks called wrong in one workspace, the most disputed first; no words, no names."""
    return await _counts(
        session, DisputedMark.workspace_id == workspace_id, DisputedMark.at >= since
    )


async def counted_everywhere(session: AsyncSession) -> tuple[Count, ...]:
    """The same over all workspaces and all time, for `/metrics`."""
    return await _counts(session)


async def _counts(session: AsyncSession, *which: ColumnElement[bool]) -> tuple[Count, ...]:
    rows = await session.execute(
        select(DisputedMark.cell, DisputedMark.scorer, func.count())
        .where(*which)
        .group_by(DisputedMark.cell, DisputedMark.scorer)
        .order_by(func.count().desc(), DisputedMark.cell, DisputedMark.scorer)
    )
    return tuple((Cell(row[0]), row[1], row[2]) for row in rows)


async def forget(session: AsyncSession, before: datetime) -> None:
    """Old sentences lose their words; that the mark was called wrong stays."""
    await session.execute(
        update(DisputedMark).where(DisputedMark.at < before, DisputedMark.why != "").values(why="")
    )
