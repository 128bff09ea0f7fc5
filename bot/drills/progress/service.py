"""Everybody's marks as progress counts them, read in a handful of statements."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from bot.drills.progress import rules
from bot.drills.progress.rules import MOCKS, Answer, Grid
from bot.drills.tables import DrillSession
from bot.scoring.ratings.service import PEER
from bot.scoring.rules import Cell
from bot.scoring.tables import Rating, StoredScorecard

LOOKS_BACK = 1_000  # answers, and as many forms of partners
MOCK = "mock_solo:"  # begins the topic of a solo mock's marks


async def grid(session: AsyncSession, member_id: int) -> Grid:
    """The member's grid; three statements, however much there is."""
    return rules.grid((await answers(session, [member_id]))[member_id])


async def answers(
    session: AsyncSession, member_ids: Collection[int]
) -> Mapping[int, Sequence[Answer]]:
    """{member: their newest answers and partners' forms that were shown}, in three statements.

    Every member asked for is in it.
    """
    found: dict[int, list[Answer]] = {one: [] for one in member_ids}
    families = await _families(session, member_ids)
    own = (StoredScorecard.member_id, StoredScorecard.at, StoredScorecard.id)
    asked = select(
        StoredScorecard.member_id,
        StoredScorecard.topic,
        StoredScorecard.drill_id,
        StoredScorecard.overall,
        StoredScorecard.at,
        *(getattr(StoredScorecard, cell.value) for cell in Cell),
    ).where(StoredScorecard.member_id.in_(member_ids))
    for row in await session.execute(_newest(asked, *own)):
        known = families[row.member_id].get(row.drill_id, MOCKS)
        family = MOCKS if row.topic.startswith(MOCK) else known
        found[row.member_id].append(Answer(row.at, family, _marks(row), row.overall))
    theirs = (Rating.about_id, Rating.shown_at, Rating.id)
    asked = (
        select(Rating.about_id, Rating.shown_at, *(getattr(Rating, cell.value) for cell in Cell))
        .where(Rating.about_id.in_(member_ids), Rating.source == PEER)
        .where(Rating.shown_at.is_not(None))
    )
    for row in await session.execute(_newest(asked, *theirs)):
        found[row.about_id].append(Answer(row.shown_at, MOCKS, _marks(row), partner=True))
    return found


def _newest(
    asked: Select[Any],
    whose: InstrumentedAttribute[Any],
    at: InstrumentedAttribute[Any],
    number: InstrumentedAttribute[int],
) -> Select[Any]:
    """The newest of each member."""
    place = func.row_number().over(partition_by=whose, order_by=(at.desc(), number.desc()))
    ranked = asked.add_columns(place.label("place")).subquery()
    return select(ranked).where(ranked.c.place <= LOOKS_BACK).order_by(ranked.c.place.desc())


def _marks(row: Any) -> dict[Cell, float]:
    given = {cell: getattr(row, cell.value) for cell in Cell}
    return {cell: float(mark) for cell, mark in given.items() if mark is not None}


async def _families(
    session: AsyncSession, member_ids: Collection[int]
) -> Mapping[int, Mapping[str, str]]:
    """{member: {drill: its family}} of the drills they met."""
    found: dict[int, dict[str, str]] = defaultdict(dict)
    rows = await session.execute(
        select(DrillSession.member_id, DrillSession.drill_id, DrillSession.family)
        .where(DrillSession.member_id.in_(member_ids))
        .distinct()
    )
    for member_id, drill_id, family in rows:
        found[member_id][drill_id] = family
    return found
