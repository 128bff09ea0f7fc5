"""What is kept of a thread, to be compared with what Slack has of it after a gap."""

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.drills.answers.tables import Answer, AnswerMessage
from bot.drills.tables import DrillSession
from bot.people.tables import Member


async def by_session(session: AsyncSession, session_id: int) -> dict[str, str]:
    """{ts: who wrote it} of the messages kept for one session, without deleted ones."""
    return await _held(session, DrillSession.id == session_id)


async def by_run(session: AsyncSession, run_id: int) -> dict[str, str]:
    """The same for every session of a channel's drill, which share its thread."""
    return await _held(session, DrillSession.team_run_id == run_id)


async def _held(session: AsyncSession, which: ColumnElement[bool]) -> dict[str, str]:
    rows = await session.execute(
        select(AnswerMessage.ts, Member.user_id)
        .join(Answer, Answer.id == AnswerMessage.answer_id)
        .join(DrillSession, DrillSession.id == Answer.session_id)
        .join(Member, Member.id == AnswerMessage.member_id)
        .where(which, AnswerMessage.deleted.is_(False))
    )
    return {row[0]: row[1] for row in rows}
