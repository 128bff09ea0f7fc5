"""People's own marks of scored texts, and what they say beside the scorer's."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.scoring import gap
from bot.scoring.gap import Compared, SeenSelf
from bot.scoring.rules import Cell, Scorecard
from bot.scoring.tables import Rating, StoredScorecard

SELF, PEER = "self", "peer"


@dataclass(frozen=True)
class Given:
    """A person's marks of one text, 0 to 4 a cell; `blind` when given before the scorecard."""

    marks: Mapping[Cell, int]
    note: str
    blind: bool


async def find(
    session: AsyncSession, workspace_id: int, topic: str, member_id: int
) -> Given | None:
    """What this person gave this text, None when they have not marked it."""
    row = await _find(session, workspace_id, topic, member_id)
    return Given(marks_of(row), row.note, row.blind) if row else None


async def keep(
    session: AsyncSession,
    workspace_id: int,
    topic: str,
    member_id: int,
    given: Given,
    now: datetime,
) -> None:
    """Write a member's marks of their own text, over those they gave before.

    The caller holds a lock on what the text belongs to.
    """
    row = await _find(session, workspace_id, topic, member_id)
    if row is None:
        row = Rating(workspace_id=workspace_id, topic=topic, member_id=member_id, source=SELF)
        session.add(row)
    for cell in Cell:
        setattr(row, cell.value, given.marks.get(cell))
    row.note, row.blind, row.at = given.note, given.blind, now


async def settle(session: AsyncSession, workspace_id: int, topic: str, card: Scorecard) -> None:
    """The text is final: later edits no longer change what its ratings are compared with."""
    await session.execute(
        update(Rating)
        .where(Rating.workspace_id == workspace_id, Rating.topic == topic)
        .where(Rating.settled.is_(None))
        .values(settled={cell.value: mark.score for cell, mark in card.cells.items()})
    )


async def seen_self(session: AsyncSession, member_id: int) -> SeenSelf:
    """The member's blind marks of their own texts beside the scorer's and other people's.

    Of a mock, once it is shown: beside the scorer's mean for each cell and the partners' marks.
    """
    rows = await session.execute(
        select(Rating, StoredScorecard)
        .outerjoin(
            StoredScorecard,
            (StoredScorecard.workspace_id == Rating.workspace_id)
            & (StoredScorecard.topic == Rating.topic),
        )
        .where(Rating.member_id == member_id, Rating.source == SELF, Rating.blind.is_(True))
        .where(or_(StoredScorecard.id.is_not(None), Rating.shown_at.is_not(None)))
        .order_by(Rating.at.desc(), Rating.id.desc())
        .limit(gap.LOOKS_BACK)
    )
    found = [(row[0], row[1]) for row in rows][::-1]
    peers = await _others(session, member_id, [rating for rating, _ in found])
    usual = (await bot_means(session, [member_id])).get(member_id, {})
    compared = [
        Compared(
            marks_of(rating),
            usual if card is None else _beside(rating, card),
            tuple(peers[rating.topic]),
            mock=card is None,
        )
        for rating, card in found
    ]
    return gap.seen_self(compared)


async def bot_means(
    session: AsyncSession, member_ids: Collection[int | None]
) -> Mapping[int, Mapping[Cell, float]]:
    """{member: {cell: the scorer's mean}}; cells never assessed are left out."""
    rows = await session.execute(
        select(
            StoredScorecard.member_id, *(func.avg(getattr(StoredScorecard, one)) for one in Cell)
        )
        .where(StoredScorecard.member_id.in_(member_ids))
        .group_by(StoredScorecard.member_id)
    )
    return {row[0]: means_in(row[1:]) for row in rows}


def means_in(row: Sequence[Any]) -> dict[Cell, float]:
    """A row with a column a cell, read."""
    found = zip(Cell, row, strict=True)
    return {cell: float(mark) for cell, mark in found if mark is not None}


async def _others(
    session: AsyncSession, member_id: int, mine: Sequence[Rating]
) -> dict[str, list[Mapping[Cell, int]]]:
    """What other people gave the same texts, by topic, as far as it was shown."""
    told: dict[str, list[Mapping[Cell, int]]] = defaultdict(list)
    if mine:
        rows = await session.scalars(
            select(Rating)
            .where(Rating.workspace_id == mine[0].workspace_id, Rating.member_id != member_id)
            .where(Rating.topic.in_([one.topic for one in mine]), Rating.shown_at.is_not(None))
        )
        for row in rows:
            told[row.topic].append(marks_of(row))
    return told


def marks_of(row: Rating) -> dict[Cell, int]:
    """The row's marks, 0 to 4; cells left out lack."""
    given = {cell: getattr(row, cell.value) for cell in Cell}
    return {cell: mark for cell, mark in given.items() if mark is not None}


def _beside(rating: Rating, card: StoredScorecard) -> dict[Cell, float]:
    stored = rating.settled or {cell.value: getattr(card, cell.value) for cell in Cell}
    return {Cell(name): float(mark) for name, mark in stored.items() if mark is not None}


async def _find(
    session: AsyncSession, workspace_id: int, topic: str, member_id: int
) -> Rating | None:
    found: Rating | None = await session.scalar(
        select(Rating).where(
            Rating.workspace_id == workspace_id,
            Rating.topic == topic,
            Rating.member_id == member_id,
        )
    )
    return found


async def withdraw(session: AsyncSession, workspace_id: int, topic: str) -> None:
    """The text is gone, and what people thought of it with it."""
    await session.execute(
        delete(Rating).where(Rating.workspace_id == workspace_id, Rating.topic == topic)
    )


async def forget(session: AsyncSession, before: datetime) -> None:
    """Old notes lose their words; the marks stay."""
    await session.execute(
        update(Rating).where(Rating.at < before, Rating.note != "").values(note="")
    )
