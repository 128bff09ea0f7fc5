"""Marks that people give one another, and themselves, after a mock interview.

A topic is one person's performance in one mock. Nothing of it counts or is told before it is shown.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.people.tables import Member
from bot.scoring import gap
from bot.scoring.gap import Compared, Harshness, MarksOthers
from bot.scoring.ratings.service import PEER, SELF, Given, bot_means, marks_of, means_in
from bot.scoring.rules import Cell
from bot.scoring.tables import Rating


@dataclass(frozen=True)
class Mark:
    """What one person gave one performance; `shown`: all of the group may see it."""

    topic: str
    by: int
    about: int
    given: Given
    shown: bool


async def given(session: AsyncSession, workspace_id: int, topics: Collection[str]) -> list[Mark]:
    """All marks of these performances, shown or not, in the order in which they were given."""
    rows = await session.scalars(
        select(Rating)
        .where(Rating.workspace_id == workspace_id, Rating.topic.in_(topics))
        .order_by(Rating.id)
    )
    return [
        Mark(
            row.topic,
            row.member_id,
            row.about_id,
            Given(marks_of(row), row.note, row.blind),
            row.shown_at is not None,
        )
        for row in rows
        if row.about_id is not None
    ]


async def keep(
    session: AsyncSession,
    workspace_id: int,
    mark: Mark,
    now: datetime,
) -> None:
    """Write it over what the same person gave this performance before.

    The caller holds a lock on the group.
    """
    row = await session.scalar(
        select(Rating).where(
            Rating.workspace_id == workspace_id,
            Rating.topic == mark.topic,
            Rating.member_id == mark.by,
        )
    )
    if row is None:
        row = Rating(
            workspace_id=workspace_id,
            topic=mark.topic,
            member_id=mark.by,
            about_id=mark.about,
            source=SELF if mark.by == mark.about else PEER,
        )
        session.add(row)
    for cell in Cell:
        setattr(row, cell.value, mark.given.marks.get(cell))
    row.note, row.blind, row.at = mark.given.note, mark.given.blind, now
    row.shown_at = now if mark.shown else None


async def show(
    session: AsyncSession, workspace_id: int, topics: Collection[str], now: datetime
) -> None:
    """From now on they count, and all of the group may see them."""
    await session.execute(
        update(Rating)
        .where(Rating.workspace_id == workspace_id, Rating.topic.in_(topics))
        .where(Rating.shown_at.is_(None))
        .values(shown_at=now)
    )


# --- how people mark others -----------------------------------------------------------------------


async def usual(session: AsyncSession, member_ids: Collection[int]) -> Mapping[int, Harshness]:
    """How these members usually mark partners; who has given fewer than three is not in it.

    The estimate is `gap.harshness` over the newest `gap.LOOKS_BACK` forms' worth of marks that
    were given blind and shown, each beside what others gave the same person: every other partner's
    mean and the bot's.
    """
    mine = await _newest(session, member_ids)
    about = {one.about_id for marks in mine.values() for one in marks}
    bot = await bot_means(session, about)
    others = await _partners(session, about)
    told = {}
    for member_id, marks in mine.items():
        compared = [_beside(one, bot, others) for one in reversed(marks)]
        found = gap.harshness(compared)
        if found is not None:
            told[member_id] = found
    return told


async def marks_others(session: AsyncSession, member_id: int) -> MarksOthers:
    """What this member is told of their own marks for partners."""
    forms = await session.scalar(
        select(func.count(Rating.id))
        .where(Rating.member_id == member_id, Rating.source == PEER)
        .where(Rating.blind.is_(True), Rating.shown_at.is_not(None))
    )
    return MarksOthers(forms or 0, (await usual(session, [member_id])).get(member_id))


def _beside(
    one: Rating,
    bot: Mapping[int, Mapping[Cell, float]],
    others: Mapping[int, Mapping[int, Mapping[Cell, float]]],
) -> Compared:
    about = one.about_id or 0
    peers = [means for rater, means in others.get(about, {}).items() if rater != one.member_id]
    return Compared(marks_of(one), bot.get(about, {}), tuple(peers), mock=True)


async def _newest(
    session: AsyncSession, member_ids: Collection[int]
) -> Mapping[int, Sequence[Rating]]:
    """Each member's newest blind marks of partners that were shown, newest first."""
    place = (
        func.row_number()
        .over(partition_by=Rating.member_id, order_by=(Rating.at.desc(), Rating.id.desc()))
        .label("place")
    )
    ranked = (
        select(Rating.id, place)
        .where(Rating.member_id.in_(member_ids), Rating.source == PEER)
        .where(Rating.blind.is_(True), Rating.shown_at.is_not(None))
        .subquery()
    )
    rows = await session.scalars(
        select(Rating)
        .join(ranked, ranked.c.id == Rating.id)
        .where(ranked.c.place <= gap.LOOKS_BACK)
        .order_by(Rating.at.desc(), Rating.id.desc())
    )
    found: dict[int, list[Rating]] = defaultdict(list)
    for row in rows:
        found[row.member_id].append(row)
    return found


async def _partners(
    session: AsyncSession, about: Collection[int | None]
) -> Mapping[int, Mapping[int, Mapping[Cell, float]]]:
    """{member: {partner: their mean for each cell of the member}}, of marks that were shown."""
    rows = await session.execute(
        select(Rating.about_id, Rating.member_id, *(func.avg(getattr(Rating, one)) for one in Cell))
        .where(Rating.about_id.in_(about), Rating.source == PEER, Rating.shown_at.is_not(None))
        .group_by(Rating.about_id, Rating.member_id)
    )
    found: dict[int, dict[int, Mapping[Cell, float]]] = defaultdict(dict)
    for row in rows:
        found[row[0]][row[1]] = means_in(row[2:])
    return found


# --- one's own data -------------------------------------------------------------------------------


async def about(session: AsyncSession, member_id: int) -> list[dict[str, Any]]:
    """The marks that partners gave this member and that were shown, for their export."""
    rows = await session.execute(
        select(Rating, Member.user_id)
        .join(Member, Member.id == Rating.member_id)
        .where(Rating.about_id == member_id, Rating.member_id != member_id)
        .where(Rating.shown_at.is_not(None))
        .order_by(Rating.id)
    )
    return [
        {"by": user_id, "topic": row.topic, "note": row.note, "blind": row.blind}
        | {cell.value: getattr(row, cell.value) for cell in Cell}
        | {"at": row.at, "shown_at": row.shown_at}
        for row, user_id in rows.all()
    ]


async def erase(session: AsyncSession, member_id: int) -> None:
    """Delete-me: the marks that this member gave in mocks go, and those that they got."""
    await session.execute(delete(Rating).where(Rating.about_id.is_not(None), _of(member_id)))


def _of(member_id: int) -> ColumnElement[bool]:
    return or_(Rating.member_id == member_id, Rating.about_id == member_id)
