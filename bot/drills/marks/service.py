"""A member's own marks of their answer, the card that waits for them, and marks called wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.drills import service as drills
from bot.drills.answers import service as answers
from bot.drills.answers.service import card_topic
from bot.drills.marks import rules
from bot.drills.marks.rules import Standing
from bot.drills.rules import LIVE, Part, State
from bot.drills.tables import DrillSession
from bot.errors import UserMistake
from bot.people.tables import Member
from bot.plans.tables import PracticePlan
from bot.scoring import service as scoring
from bot.scoring.disputes import service as disputes
from bot.scoring.disputes.service import Mark
from bot.scoring.disputes.service import Said as Said  # doors make it
from bot.scoring.ratings import service as ratings
from bot.scoring.ratings.service import Given
from bot.scoring.rules import Cell, CellScore, Scorecard

BATCH = 100


def _topic(row: DrillSession) -> str:
    return card_topic(row.id, Part.ANSWER)


async def card_of(session: AsyncSession, row: DrillSession) -> Scorecard | None:
    """The answer's marks; None when nothing is scored, or it is too long ago."""
    return await scoring.find(session, row.workspace_id, _topic(row))


async def given(session: AsyncSession, row: DrillSession) -> Given | None:
    """The member's own marks of their answer."""
    return await ratings.find(session, row.workspace_id, _topic(row), row.member_id)


# --- the card -----------------------------------------------------------------------------------


async def beside(
    session: AsyncSession, row: DrillSession, card: Scorecard, complete: bool
) -> Given | None:
    """The member's own marks for a card that was just scored.

    A final card settles the gap, once it is complete: a model judge may still be asked.
    """
    if complete and row.state not in (State.PLANNED, State.OPEN, State.ANSWERING):
        await ratings.settle(session, row.workspace_id, _topic(row), card)
    return await given(session, row)


async def hold(session: AsyncSession, row: DrillSession, card: Scorecard, now: datetime) -> bool:
    """May this card not be shown yet? Notes on the locked session that it waits, or that it came.

    A card without a mark tells nothing and never waits.
    """
    if all(mark.score is None for mark in card.cells.values()):
        return False
    plan = await session.scalar(select(PracticePlan).where(PracticePlan.member_id == row.member_id))
    standing = Standing(
        asks_first=plan is not None and plan.self_score_first,
        marked=await given(session, row) is not None,
        revealed=row.revealed_at is not None,
        live=row.state in LIVE,
        box_ends_at=row.box_ends_at,
    )
    if rules.holds(standing, now):
        row.held_until = row.box_ends_at
        return True
    row.held_until, row.revealed_at = None, row.revealed_at or now
    return False


async def held(session: AsyncSession, now: datetime) -> list[DrillSession]:
    """Sessions whose card has waited long enough, held against other replicas."""
    rows = await session.scalars(
        select(DrillSession)
        .where(DrillSession.held_until <= now)
        .order_by(DrillSession.held_until)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    return list(rows)


async def reveal(
    session: AsyncSession, row: DrillSession, now: datetime, machine_now: datetime
) -> None:
    """Let the card be shown, or shown anew."""
    if row.held_until is not None:
        row.held_until, row.revealed_at = None, row.revealed_at or now
    await answers.rescore(session, row, machine_now)


# --- own marks ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Chance:
    """A session that its member may score: what they gave, and what they have seen."""

    row: DrillSession
    given: Given | None
    scored: bool

    @property
    def revealed(self) -> bool:
        return self.row.revealed_at is not None


async def chance(session: AsyncSession, session_id: int, member: Member) -> Chance:
    """Raises UserMistake when there is no answer to score and none is to come."""
    row = await drills.owned(session, session_id, member)
    card = await card_of(session, row)
    if card is None and (row.state not in LIVE or row.revealed_at is not None):
        raise UserMistake("nothing_to_mark")
    return Chance(row, await given(session, row), card is not None)


async def score_self(
    session: AsyncSession, found: Chance, marks: Mapping[Cell, int], note: str, now: datetime
) -> None:
    """Keep the member's marks. Raises UserMistake once it is too late.

    Blind marks may be changed until the card came; marks given after it stay as they are.
    """
    if found.revealed and found.given is not None:
        raise UserMistake("marks_stay")
    row = found.row
    own = Given(marks, note, blind=not found.revealed)
    await ratings.keep(session, row.workspace_id, _topic(row), row.member_id, own, now)


# --- this mark is wrong -------------------------------------------------------------------------


@dataclass(frozen=True)
class Disputed:
    """A cell's mark as its card shows it, and what the member said of it before."""

    row: DrillSession
    cell: Cell
    score: CellScore
    scorer: str
    said: Said | None


async def disputed(session: AsyncSession, session_id: int, cell: Cell, member: Member) -> Disputed:
    """Raises UserMistake when the mark is gone."""
    row = await drills.owned(session, session_id, member)
    card = await card_of(session, row)
    score = card.cells.get(cell) if card else None
    if card is None or score is None or score.score is None:
        raise UserMistake("mark_gone")
    said = await disputes.find(session, row.workspace_id, member.id, _topic(row), cell)
    return Disputed(row, cell, score, card.scorer, said)


async def dispute(session: AsyncSession, found: Disputed, said: Said, now: datetime) -> bool:
    """Keep what the member says of the mark, which stays as it is; True the first time."""
    row = found.row
    mark = Mark(_topic(row), found.cell, found.scorer, found.score.score or 0.0)
    return await disputes.keep(session, row.workspace_id, row.member_id, mark, said, now)


async def take_back(session: AsyncSession, found: Disputed) -> None:
    """Forget that the member called this mark wrong."""
    row = found.row
    await disputes.take_back(session, row.workspace_id, row.member_id, _topic(row), found.cell)
