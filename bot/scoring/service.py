from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.scoring.ratings import service as ratings
from bot.scoring.rules import Cell, Mean, Scorecard
from bot.scoring.tables import StoredScorecard


@dataclass(frozen=True)
class Scored:
    """Whose text was scored, and what it answered."""

    workspace_id: int
    member_id: int
    topic: str
    drill_id: str
    rubric: str
    late: bool
    at: datetime


async def keep(session: AsyncSession, scored: Scored, card: Scorecard) -> None:
    """Write the marks of a text, over those it had before."""
    row = await _find(session, scored.workspace_id, scored.topic)
    if row is None:
        row = StoredScorecard(
            workspace_id=scored.workspace_id,
            member_id=scored.member_id,
            topic=scored.topic,
            drill_id=scored.drill_id,
            at=scored.at,
        )
        session.add(row)
    row.scorer, row.rubric, row.late = card.scorer, scored.rubric, scored.late
    row.card, row.overall = card.to_dict(), card.overall
    for cell in Cell:
        mark = card.cells.get(cell)
        setattr(row, cell.value, mark.score if mark else None)


async def withdraw(session: AsyncSession, workspace_id: int, topic: str) -> None:
    """The text is gone, and everybody's marks of it with it."""
    await session.execute(
        delete(StoredScorecard).where(
            StoredScorecard.workspace_id == workspace_id, StoredScorecard.topic == topic
        )
    )
    await ratings.withdraw(session, workspace_id, topic)


async def find(session: AsyncSession, workspace_id: int, topic: str) -> Scorecard | None:
    row = await _find(session, workspace_id, topic)
    return Scorecard.from_dict(row.card) if row and row.card else None


async def _find(session: AsyncSession, workspace_id: int, topic: str) -> StoredScorecard | None:
    found: StoredScorecard | None = await session.scalar(
        select(StoredScorecard).where(
            StoredScorecard.workspace_id == workspace_id, StoredScorecard.topic == topic
        )
    )
    return found


async def means(session: AsyncSession, member_id: int) -> Mapping[Cell, Mean]:
    """The member's mean per cell over everything scored; cells never assessed are left out."""
    columns = [getattr(StoredScorecard, cell.value) for cell in Cell]
    row = (
        await session.execute(
            select(
                *(func.avg(column) for column in columns),
                *(func.count(column) for column in columns),
            ).where(StoredScorecard.member_id == member_id)
        )
    ).one()
    half = len(columns)
    return {
        cell: Mean(float(row[place]), row[place + half])
        for place, cell in enumerate(Cell)
        if row[place + half]
    }
