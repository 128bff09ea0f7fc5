"""Who is left in peace before and after an interview, asked for many at once."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.people.tables import Member
from bot.plans import service as plans
from bot.plans.tables import PracticePlan


async def silent_now(
    session: AsyncSession, member_ids: Collection[int], now: datetime
) -> frozenset[int]:
    """To whom of these nothing may come unprompted, in one statement."""
    found = await _quietable(session, member_ids)
    return frozenset(member.id for plan, member in found if plans.silent(plan, member, now))


async def silent_week(
    session: AsyncSession, member_ids: Collection[int], week: date
) -> frozenset[int]:
    """Who of these is left in peace in the week that begins on the Monday `week`.

    It begins in their silence, or their interview lies on its Monday to Wednesday.
    """
    found = await _quietable(session, member_ids)
    early = {week + timedelta(days=number) for number in range(3)}
    return frozenset(
        member.id
        for plan, member in found
        if plan.target in early or plans.silent_on(plan, member, week)
    )


async def _quietable(
    session: AsyncSession, member_ids: Collection[int]
) -> Sequence[tuple[PracticePlan, Member]]:
    """Plans in which there may be silence."""
    rows = await session.execute(
        select(PracticePlan, Member)
        .join(Member, Member.id == PracticePlan.member_id)
        .where(PracticePlan.member_id.in_(member_ids))
        .where(or_(PracticePlan.target.is_not(None), PracticePlan.resting))
    )
    return [(plan, member) for plan, member in rows.all()]
