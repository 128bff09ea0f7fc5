from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Subquery, case, delete, func, literal, null, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from bot.scoring.ratings import service as ratings
from bot.scoring.rules import Cell, Mean, Scorecard
from bot.scoring.tables import Rating, StoredScorecard


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
    return (await means_of(session, [member_id])).get(member_id, {})


async def means_of(
    session: AsyncSession, member_ids: Collection[int]
) -> Mapping[int, Mapping[Cell, Mean]]:
    """{member: {cell: mean}} over scorecards and the marks of partners in mocks that were shown.

    Every mark weighs the same, whoever gave it. Cells never marked are left out, and so are members
    without any. One statement, however many are asked for; 30,000 at most.
    """
    marks = _marks()
    cells = [marks.c[cell.value] for cell in Cell]
    rows = await session.execute(
        select(
            marks.c.member_id,
            *(func.avg(one) for one in cells),
            *(func.count(one) for one in cells),
            *(func.sum(case((one.is_not(None), marks.c.peer), else_=0)) for one in cells),
        )
        .where(marks.c.member_id.in_(member_ids))
        .group_by(marks.c.member_id)
    )
    return {row[0]: _told(row[1:]) for row in rows}


@dataclass(frozen=True)
class Marked:
    """The marks of one text or one performance, 0 to 4; cells that were not assessed are left out.

    `overall` is None for a partner's marks.
    """

    topic: str
    at: datetime
    overall: float | None
    marks: Mapping[Cell, float]


async def newest_of(
    session: AsyncSession, member_ids: Collection[int], each: int
) -> Mapping[int, Sequence[Marked]]:
    """{member: their newest marks, newest first, `each` at most}, those of partners among them.

    One statement, however many are asked for; members without any are left out.
    """
    marks = _marks()
    place = func.row_number().over(
        partition_by=marks.c.member_id, order_by=(marks.c.at.desc(), marks.c.id.desc())
    )
    mine = select(marks, place.label("place")).where(marks.c.member_id.in_(member_ids))
    ranked = mine.subquery()
    rows = await session.execute(
        select(
            ranked.c.member_id,
            ranked.c.topic,
            ranked.c.at,
            ranked.c.overall,
            *(ranked.c[cell.value] for cell in Cell),
        )
        .where(ranked.c.place <= each)
        .order_by(ranked.c.member_id, ranked.c.place)
    )
    found: dict[int, list[Marked]] = defaultdict(list)
    for member_id, topic, at, overall, *given in rows:
        cells = {cell: float(mark) for cell, mark in zip(Cell, given, strict=True)
                 if mark is not None}  # fmt: skip
        found[member_id].append(Marked(topic, at, overall, cells))
    return found


async def overalls(
    session: AsyncSession, workspace_id: int, topics: Collection[str]
) -> Sequence[tuple[datetime, float]]:
    """When these texts were written and their overall marks, oldest first; unmarked ones lack."""
    rows = await session.execute(
        select(StoredScorecard.at, StoredScorecard.overall)
        .where(StoredScorecard.workspace_id == workspace_id, StoredScorecard.topic.in_(topics))
        .order_by(StoredScorecard.at, StoredScorecard.id)
    )
    return [(at, overall) for at, overall in rows]


def _marks() -> Subquery:
    """Every mark that counts: {member, a column a cell, peer: 1 of a partner's}.

    Also {id, topic, at, overall}; ids are of two tables.
    """
    own = select(
        StoredScorecard.member_id.label("member_id"),
        *(getattr(StoredScorecard, cell.value).label(cell.value) for cell in Cell),
        literal(0).label("peer"),
        StoredScorecard.id.label("id"),
        StoredScorecard.topic.label("topic"),
        StoredScorecard.at.label("at"),
        StoredScorecard.overall.label("overall"),
    )
    partners = select(
        Rating.about_id,
        *(getattr(Rating, cell.value) for cell in Cell),
        literal(1),
        Rating.id,
        Rating.topic,
        Rating.at,
        null(),
    ).where(Rating.source == ratings.PEER, Rating.shown_at.is_not(None))
    return union_all(own, partners).subquery()


def _told(row: Sequence[Any]) -> dict[Cell, Mean]:
    """A row of means, counts, and counts of partners' marks, each as long as `Cell`."""
    size = len(Cell)
    return {
        cell: Mean(float(row[place]), row[size + place], int(row[2 * size + place]))
        for place, cell in enumerate(Cell)
        if row[size + place]
    }
