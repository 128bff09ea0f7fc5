"""What follows when a session closes or its answer is scored: for its blitz, and its reviewers."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.content import Content
from bot.drills.answers import outgoing as answers
from bot.drills.blitz import outgoing as blitz
from bot.drills.reviewing import outgoing as reviewing
from bot.drills.tables import DrillSession
from bot.slack.blocks import Message


async def rescored(
    session: AsyncSession, content: Content, row: DrillSession, now: datetime, machine_now: datetime
) -> None:
    """The answer was scored, scored again, or withdrawn."""
    await blitz.rescored(session, content, row, now, machine_now)
    await reviewing.follow(session, content, row, now, machine_now)


async def close(
    session: AsyncSession, content: Content, row: DrillSession, now: datetime, machine_now: datetime
) -> None:
    """The session was closed by the clock or by *Finish*: its closing card comes."""
    if row.blitz_id is None:
        await answers.close(session, row, now, machine_now)
    await rescored(session, content, row, now, machine_now)


async def replaced(
    session: AsyncSession, content: Content, row: DrillSession, now: datetime, machine_now: datetime
) -> None:
    """The session was closed as it stands, for another drill; it has no closing card."""
    await reviewing.follow(session, content, row, now, machine_now)


async def skipped(
    session: AsyncSession, content: Content, row: DrillSession, now: datetime, machine_now: datetime
) -> Message | None:
    """What *Skip* answers on a drill of a blitz; None on any other."""
    await reviewing.follow(session, content, row, now, machine_now)
    return await blitz.skipped(session, content, row, now, machine_now)
