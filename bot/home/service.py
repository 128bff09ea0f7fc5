"""What App Home shows, and the export and erasure of everything about one member."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, LargeBinary, Table, delete, func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import Base
from bot.drills.answers.tables import AnswerMessage
from bot.drills.queries import service as queries
from bot.drills.reviewing import service as reviewing
from bot.drills.voice import service as voice
from bot.mocks.marks.forgetting import service as mocks
from bot.outbox import service as outbox
from bot.outbox.rules import State
from bot.outbox.tables import OutboxMessage
from bot.people.tables import Member
from bot.plans.tables import Interview
from bot.scoring.disputes import service as disputes
from bot.scoring.judge.tables import Judgement
from bot.scoring.ratings import service as ratings
from bot.scoring.tables import StoredScorecard

# Rules whose messages quote the member; their messages are removed with the answers.
QUOTING = (
    "home.export",
    "plan.after",
    "drill.daily",  # its line of why names levels and marks
    "drill.now",
    "drill.blitz",
    "drill.answer_card",
    "drill.probe_card",
    "drill.retake_card",
    "drill.closing",
    "drill.retake",
    "drill.review_asked",
    "drill.reviewed",
    "drill.letter",
    "drill.voice",
    "drill.query",
    "okr.check_in",
    "okr.checked_in",
    "mock.reveal",
    "mock.solo_card",
    "plan.timeline",
)


async def refused(session: AsyncSession, workspace_id: int) -> tuple[tuple[str, int], ...]:
    """What Slack will never take, by its reason: for admins."""
    rows = await session.execute(
        select(OutboxMessage.error, func.count())
        .where(OutboxMessage.workspace_id == workspace_id, OutboxMessage.state == State.REFUSED)
        .group_by(OutboxMessage.error)
        .order_by(func.count().desc())
        .limit(5)
    )
    return tuple((str(code), count) for code, count in rows)


def owned_tables() -> list[Table]:
    """Tables whose rows belong to a member, the ones others point at last."""
    return [table for table in reversed(Base.metadata.sorted_tables) if "member_id" in table.c]


async def erase(
    session: AsyncSession, member: Member, now: datetime, machine_now: datetime
) -> None:
    """Delete-me: no personal text stays, and the bot's messages that quote it are taken back."""
    await _take_back(session, member, machine_now)
    for table in owned_tables():
        mine = table.c.member_id == member.id
        if table.info.get("erase") == "delete":
            await session.execute(delete(table).where(mine))
        elif blanks := _blanks(table):
            if table.info.get("erase") == "part":  # the team keeps the figure, of nobody
                blanks["member_id"] = None
            await session.execute(update(table).where(mine).values(**blanks))
    await session.execute(
        update(Member).where(Member.id == member.id).values(**_blanks(Member.__table__))
    )
    member.erased_at, member.paused_until = now, None
    member.days_off, member.muted, member.privacy_told = [], [], False


def _blanks(table: Any) -> dict[str, Any]:
    """{column: empty value} of the columns that delete-me empties."""
    blanks: dict[str, Any] = {}
    for column in table.c:
        if column.info.get("personal") == "erase":
            empty: Any = [] if isinstance(column.type, JSON) else ""
            empty = b"" if isinstance(column.type, LargeBinary) else empty
            blanks[column.name] = None if column.nullable else empty
    return blanks


async def _take_back(session: AsyncSession, member: Member, machine_now: datetime) -> None:
    topics = await session.scalars(
        select(OutboxMessage.topic).where(
            OutboxMessage.member_id == member.id,
            OutboxMessage.revision == 0,
            OutboxMessage.rule.in_(QUOTING),
        )
    )
    for topic in topics.all():
        await outbox.withdraw(session, member.workspace_id, topic, machine_now)
    await session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.member_id == member.id, OutboxMessage.operation != "delete")
        .where(OutboxMessage.state.in_([State.QUEUED, State.LEASED]))
        .values(state=State.UNWANTED)
    )


async def let_go(session: AsyncSession, member: Member, machine_now: datetime) -> None:
    """Delete-me, last of all: what was said to the member is under no topic of a feature any more.

    The rows that the topics were about are deleted, and SQLite gives their numbers to new ones, of
    which nothing has been said yet.
    """
    mine = OutboxMessage.member_id == member.id
    gone = literal(f"erased:{int(machine_now.timestamp() * 1_000_000)}:")
    topics = select(OutboxMessage.topic).where(mine).scalar_subquery()
    for column in (OutboxMessage.thread_of, OutboxMessage.replaces):
        await session.execute(
            update(OutboxMessage)
            .where(mine, column.in_(topics))
            .values({column: gone + column})
            .execution_options(synchronize_session=False)
        )
    await session.execute(
        update(OutboxMessage)
        .where(mine)
        .values(topic=gone + OutboxMessage.topic)
        .execution_options(synchronize_session=False)
    )


async def forget(session: AsyncSession, before: datetime) -> None:
    """Old answers, and the messages that quote them, lose their words.

    The marks stay: they are numbers and say nothing of what was written.
    """
    await session.execute(
        update(AnswerMessage)
        .where(AnswerMessage.at < before, AnswerMessage.text != "")
        .values(text="")
    )
    await session.execute(
        update(StoredScorecard)
        .where(StoredScorecard.at < before, StoredScorecard.forgotten.is_(False))
        .values(card={}, forgotten=True)
    )
    await voice.forget(session, before)
    await queries.forget(session, before)
    await ratings.forget(session, before)
    await disputes.forget(session, before)
    await reviewing.forget(session, before)
    await mocks.forget_old(session, before)
    await session.execute(delete(Judgement).where(Judgement.at < before))
    await session.execute(
        update(Interview).where(Interview.at < before, Interview.note != "").values(note="")
    )
    await session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.sent_at < before, OutboxMessage.rule.in_(QUOTING))
        .where(OutboxMessage.text != "")
        .values(text="", blocks=[], file_alt=None)
    )


def missed_day(stored: dict[str, Any] | None) -> date | None:
    return date.fromisoformat(stored["date"]) if stored else None
