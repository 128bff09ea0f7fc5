"""The card that waits for the member's own marks, in words in its thread."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.drills import outgoing
from bot.drills.marks import service, views
from bot.drills.tables import DrillSession
from bot.outbox import service as outbox
from bot.outbox.topics import topic
from bot.people.tables import Member
from bot.scoring.ratings.service import Given
from bot.scoring.rules import Scorecard

KIND = "self_first"


async def beside(
    session: AsyncSession, row: DrillSession, card: Scorecard, complete: bool
) -> Given | None:
    """The member's own marks, for a card that was just scored; `complete`: the judge spoke too."""
    return await service.beside(session, row, card, complete)


async def holds(
    session: AsyncSession,
    row: DrillSession,
    card: Scorecard,
    now: datetime,
    machine_now: datetime,
) -> bool:
    """Must this card wait? Then the thread says so, once."""
    waited = row.held_until is not None
    if await service.hold(session, row, card, now):
        member = await session.get_one(Member, row.member_id)
        draft = outgoing.in_thread(row, member, KIND, views.waits(row.id))
        await outbox.say(session, draft, machine_now)
        return True
    if waited:
        await _let_go(session, row, machine_now)
    return False


async def reveal(
    session: AsyncSession, row: DrillSession, now: datetime, machine_now: datetime
) -> None:
    """Show a card that waited, or one that is out with what has come to it."""
    waited = row.held_until is not None
    await service.reveal(session, row, now, machine_now)
    if waited:
        await _let_go(session, row, machine_now)


async def _let_go(session: AsyncSession, row: DrillSession, machine_now: datetime) -> None:
    told = topic(KIND, row.id)
    await outbox.revise(session, row.workspace_id, told, views.waited(), machine_now)
