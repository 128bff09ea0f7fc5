"""What a member's answers and recall marks leave in memory, read anew from the sessions."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.drills.answers.service import card_topic
from bot.drills.rules import Part
from bot.drills.tables import DrillSession
from bot.people.tables import Member
from bot.plans import rules as plan_rules
from bot.plans.memory import rules
from bot.plans.memory import service as memory
from bot.scoring import service as scoring

LOOKS_BACK = 50  # sessions with one drill, or one card


async def answered(session: AsyncSession, row: DrillSession) -> None:
    """The answer to this session's drill was scored, scored again, or withdrawn."""
    member = await session.get_one(Member, row.member_id)
    ids = await session.scalars(
        select(DrillSession.id)
        .where(DrillSession.member_id == row.member_id, DrillSession.drill_id == row.drill_id)
        .where(DrillSession.answered_at.is_not(None))
        .order_by(DrillSession.id.desc())
        .limit(LOOKS_BACK)
    )
    topics = [card_topic(one, Part.ANSWER) for one in ids]
    marks = await scoring.overalls(session, row.workspace_id, topics)
    reviews = [
        rules.answered(plan_rules.local_date(at, member.tz), overall) for at, overall in marks
    ]
    await memory.keep(session, member, rules.DRILL, row.drill_id, reviews)


async def recalled(session: AsyncSession, row: DrillSession) -> None:
    """This session's recall card was marked by its member, or marked otherwise."""
    if row.warmup_id is None:
        return
    member = await session.get_one(Member, row.member_id)
    found = await session.execute(
        select(DrillSession.planned_at, DrillSession.recall)
        .where(DrillSession.member_id == row.member_id, DrillSession.warmup_id == row.warmup_id)
        .where(DrillSession.recall.is_not(None))
        .order_by(DrillSession.id.desc())
        .limit(LOOKS_BACK)
    )
    marks = [(at, code) for at, code in found.all()[::-1] if code]
    reviews = [rules.recalled(plan_rules.local_date(at, member.tz), code) for at, code in marks]
    await memory.keep(session, member, rules.CARD, row.warmup_id, reviews)
