"""People's own marks of scored texts, and what they say beside the scorer's."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
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
    return Given(_marks(row), row.note, row.blind) if row else None


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
    """The member's blind marks of their own texts beside the scorer's and other people's."""
    rows = await session.execute(
        select(Rating, StoredScorecard)
        .join(
            StoredScorecard,
            (StoredScorecard.workspace_id == Rating.workspace_id)
            & (StoredScorecard.topic == Rating.topic),
        )
        .where(Rating.member_id == member_id, Rating.source == SELF, Rating.blind.is_(True))
        .order_by(Rating.at.desc(), Rating.id.desc())
        .limit(gap.LOOKS_BACK)
    )
    found = [(row[0], row[1]) for row in rows][::-1]
    peers = await _others(session, member_id, [rating for rating, _ in found])
    compared = [
        Compared(_marks(rating), _beside(rating, card), tuple(peers[rating.topic]))
        for rating, card in found
    ]
    return gap.seen_self(compared)


async def _others(
    session: AsyncSession, member_id: int, mine: Sequence[Rating]
) -> dict[str, list[Mapping[Cell, int]]]:
    """What other people gave the same texts, by topic."""
    told: dict[str, list[Mapping[Cell, int]]] = defaultdict(list)
    if mine:
        rows = await session.scalars(
            select(Rating)
            .where(Rating.workspace_id == mine[0].workspace_id, Rating.member_id != member_id)
            .where(Rating.topic.in_([one.topic for one in mine]))
        )
        for row in rows:
            told[row.topic].append(_marks(row))
    return told


def _marks(row: Rating) -> dict[Cell, int]:
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
