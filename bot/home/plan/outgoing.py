"""What App Home says of a person's plan, read from its feature."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.home.plan.views import PlanSection
from bot.people.tables import Member
from bot.plans.ending import service as ending
from bot.plans.tables import PracticePlan
from bot.plans.timeline import service as timeline


async def told(
    session: AsyncSession, plan: PracticePlan, member: Member, now: datetime
) -> PlanSection:
    paused = member.paused_until if member.paused_until and member.paused_until > now else None
    ended = await ending.standing(session, plan, member, now)
    return PlanSection(
        timeline.told(plan, member, now),
        paused,
        plan.resting,
        member.tz,
        ended.day if ended else None,
        ended.word if ended else None,
    )
