"""What is kept of a thread: its words, and who wrote what, for a look back after a gap."""

from decimal import Decimal

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.content import Drill
from bot.drills.answers.tables import Answer, AnswerMessage
from bot.drills.queries import parse
from bot.drills.queries.parse import Read
from bot.drills.rules import Part
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


async def read(session: AsyncSession, drill: Drill | None, session_id: int, part: Part) -> Read:
    """A part's words, its messages one under the other; of a coding drill's answer, without SQL."""
    rows = await session.execute(
        select(AnswerMessage.ts, AnswerMessage.text)
        .join(Answer, Answer.id == AnswerMessage.answer_id)
        .where(Answer.session_id == session_id, Answer.part == part)
        .where(AnswerMessage.deleted.is_(False))
    )
    ordered = sorted(rows.all(), key=lambda row: Decimal(row[0]))
    texts = [text for _, text in ordered if text.strip()]
    if part == Part.ANSWER and drill is not None and drill.sql is not None:
        return parse.read(texts, parse.tables_in(drill.sql.query))
    return Read("\n".join(texts))
