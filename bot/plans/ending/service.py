"""What a member says of an interview day that is over, and what the plan does then."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import UserMistake
from bot.people.tables import Member
from bot.plans import service as plans
from bot.plans.ending.rules import Then, Word
from bot.plans.tables import Interview, PracticePlan

CHANGEABLE = timedelta(days=14)  # so long App Home offers to change what was said


@dataclass(frozen=True)
class Ended:
    """An interview day that is over, and what was said of it, None when nothing was yet."""

    day: date
    word: Word | None


async def standing(
    session: AsyncSession, plan: PracticePlan, member: Member, now: datetime
) -> Ended | None:
    """What App Home asks, or shows as said; None when no interview is over lately."""
    if plans.over(plan, member, now) and plan.target is not None:
        return Ended(plan.target, None)
    row = await _newest(session, member)
    if row is None or row.at < now - CHANGEABLE or _outdated(row, plan, member, now):
        return None
    return Ended(row.day, _word(row, plan))


async def asked(
    session: AsyncSession, plan: PracticePlan, member: Member, day: date, now: datetime
) -> Ended:
    """The interview day that a button names. Raises UserMistake when it can be told no more."""
    return (await _about(session, plan, member, day, now))[0]


async def tell(
    session: AsyncSession,
    plan: PracticePlan,
    member: Member,
    day: date,
    word: Word,
    now: datetime,
) -> None:
    """Keep what was said of that day and go on as chosen; saying it again changes it.

    The plan is held, so a second form, also of another device, comes after the first and finds
    what that left. Raises UserMistake.
    """
    ended, row = await _about(session, plan, member, day, now)
    if row is None:
        row = Interview(workspace_id=member.workspace_id, member_id=member.id, day=day)
        session.add(row)
    if ended.word is None:
        row.began_on = plan.began_on
    if ended.word is None or (ended.word.then, ended.word.next_day) != (word.then, word.next_day):
        if ended.word is not None:
            _undo(row, plan, now)
        _go_on(plan, member, word, now)
    row.went, row.note, row.then, row.at = word.went, word.note, word.then, now
    await session.flush()


async def _about(
    session: AsyncSession, plan: PracticePlan, member: Member, day: date, now: datetime
) -> tuple[Ended, Interview | None]:
    row = await _newest(session, member)
    if plan.target == day:
        if not plans.over(plan, member, now):
            raise UserMistake("interview_ahead")
        return Ended(day, None), row if row is not None and row.day == day else None
    if row is None or row.day != day or _outdated(row, plan, member, now):
        raise UserMistake("interview_settled")
    return Ended(day, _word(row, plan)), row


async def _newest(session: AsyncSession, member: Member) -> Interview | None:
    found: Interview | None = await session.scalar(
        select(Interview)
        .where(Interview.member_id == member.id)
        .order_by(Interview.day.desc())
        .limit(1)
    )
    return found


def _outdated(row: Interview, plan: PracticePlan, member: Member, now: datetime) -> bool:
    """Has another date been named since that the answer did not name, or has that one come?"""
    if plan.target is None:
        return False
    return row.then != Then.NEW_DATE or plans.over(plan, member, now)


def _word(row: Interview, plan: PracticePlan) -> Word:
    next_day = plan.target if row.then == Then.NEW_DATE else None
    return Word(row.went, row.note, row.then, next_day)


def _undo(row: Interview, plan: PracticePlan, now: datetime) -> None:
    """As it was when the question was asked, as far as the answer changed it."""
    if row.then == Then.REST:
        plans.wake(plan, now)
    elif row.then == Then.NEW_DATE:
        plan.target, plan.began_on = None, row.began_on


def _go_on(plan: PracticePlan, member: Member, word: Word, now: datetime) -> None:
    plan.target = None
    plans.wake(plan, now)
    if word.then == Then.REST:
        plans.rest(plan, now)
    plans.name_day(plan, member, word.next_day, now)
    plans.reschedule(plan, member, now)
