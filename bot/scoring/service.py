from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select, Subquery, case, delete, func, literal, null, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from bot.people.tables import Member
from bot.scoring.ratings import service as ratings
from bot.scoring.rules import Cell, Mean, Scorecard
from bot.scoring.tables import Rating, StoredScorecard

BEFORE_ALL = datetime.min.replace(tzinfo=UTC)
CHUNK = 1_000  # rows read at once: a hundred thousand in one go would hold up the loop


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


@dataclass(slots=True)  # not frozen: that is slow to build, and a batch reads 100,000 of them
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
    marks = union_all(
        _newest(_own(), StoredScorecard.member_id, StoredScorecard.at, member_ids, each),
        _newest(_partners(), Rating.about_id, Rating.at, member_ids, each),
    ).subquery()
    cells = tuple(Cell)
    rows = await session.stream(
        select(
            marks.c.member_id,
            marks.c.topic,
            marks.c.at,
            marks.c.overall,
            *(marks.c[cell.value] for cell in cells),
        ).order_by(marks.c.member_id, marks.c.at.desc(), marks.c.id.desc())
    )
    found: dict[int, list[Marked]] = defaultdict(list)
    async for some in rows.partitions(CHUNK):
        for member_id, topic, at, overall, *given in some:
            if len(found[member_id]) < each:
                marked = {cells[place]: float(mark) for place, mark in enumerate(given)
                          if mark is not None}  # fmt: skip
                found[member_id].append(Marked(topic, at, overall, marked))
    return found


def _newest(
    rows: Select[Any],
    whose: InstrumentedAttribute[Any],
    at: InstrumentedAttribute[datetime],
    member_ids: Collection[int],
    each: int,
) -> Select[Any]:
    """Of these marks of one table what may be among a member's newest: `each`, or a few more.

    Found by the index: a window function would sort everything first.
    """
    every = whose.class_.__table__.alias()
    oldest = (
        select(every.c.at)
        .where(every.c[whose.key] == Member.id)
        .order_by(every.c.at.desc())
        .offset(each - 1)
        .limit(1)
        .scalar_subquery()
    )
    since = (
        select(Member.id, func.coalesce(oldest, BEFORE_ALL).label("at"))
        .where(Member.id.in_(member_ids))
        .subquery()
    )
    return rows.join(since, whose == since.c.id).where(at >= since.c.at)


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
    return union_all(_own(), _partners()).subquery()


def _own() -> Select[Any]:
    card = StoredScorecard.__table__.c
    return select(
        card.member_id,
        *(card[cell.value] for cell in Cell),
        literal(0).label("peer"),
        card.id,
        card.topic,
        card.at,
        card.overall,
    )


def _partners() -> Select[Any]:
    given = Rating.__table__.c
    return select(
        given.about_id.label("member_id"),
        *(given[cell.value] for cell in Cell),
        literal(1).label("peer"),
        given.id,
        given.topic,
        given.at,
        null().label("overall"),
    ).where(given.source == ratings.PEER, given.shown_at.is_not(None))


def _told(row: Sequence[Any]) -> dict[Cell, Mean]:
    """A row of means, counts, and counts of partners' marks, each as long as `Cell`."""
    size = len(Cell)
    return {
        cell: Mean(float(row[place]), row[size + place], int(row[2 * size + place]))
        for place, cell in enumerate(Cell)
        if row[size + place]
    }
