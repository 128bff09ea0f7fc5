"""What App Home is made of: values from every feature, words from the views."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.content import Content
from bot.drills import service as drills
from bot.drills.answers import outgoing as answers
from bot.drills.progress import service as progress
from bot.drills.reviewing import outgoing as peer_reviews
from bot.home import service, views
from bot.home.marks.views import CALLED_WRONG_DAYS
from bot.home.mocks import outgoing as mocks
from bot.home.okrs import outgoing as goals
from bot.home.plan import outgoing as home_plan
from bot.home.setup.views import Settings
from bot.mocks.marks.forgetting import outgoing as mock_forgetting
from bot.okrs.closing import loading as closing
from bot.okrs.closing import outgoing as close_outs
from bot.okrs.digests import outgoing as digests
from bot.okrs.digests import service as digest_service
from bot.okrs.reviews import outgoing as reviews
from bot.okrs.reviews.forgetting import service as forgetting
from bot.people import service as people
from bot.people.tables import Member
from bot.plans import outgoing as plan_outgoing
from bot.plans import service as plans
from bot.plans.tables import PracticePlan
from bot.scoring.disputes import service as disputes
from bot.scoring.ratings import service as ratings
from bot.scoring.ratings.partners import service as partners
from bot.slack.blocks import Block


async def page(
    session: AsyncSession,
    workspace_id: int,
    user_id: str,
    content: Content,
    now: datetime,
    judge: str,
) -> Block:
    return views.page(await facts(session, workspace_id, user_id, content, now, judge))


async def facts(
    session: AsyncSession,
    workspace_id: int,
    user_id: str,
    content: Content,
    now: datetime,
    judge: str,
) -> views.HomePage:
    """Everything App Home shows of this person; `judge` names the model judge, if there is one."""
    member = await people.ensure(session, workspace_id, user_id)
    row = await drills.current(session, member.id)  # before the plan, as who answers it locks them
    plan = await plans.ensure(session, member)
    paused = member.paused_until if member.paused_until and member.paused_until > now else None
    return views.HomePage(
        set_up=plan.set_up_at is not None,
        settings=settings(member, plan),
        next_due=plan.next_due_at,
        paused_until=paused,
        resting=plan.resting,
        silence=plan_outgoing.silence(plan, member, now),
        open_session=row.id if row else None,
        practised=await answers.practised(session, member, now),
        progress=await progress.grid(session, member.id),
        families=content.families,
        seen_self=await ratings.seen_self(session, member.id),
        marks_others=await partners.marks_others(session, member.id),
        muted=tuple(member.muted),
        missed=service.missed_day(plan.missed),
        is_admin=member.is_admin,
        judge=judge,
        called_wrong=await _called_wrong(session, workspace_id, now) if member.is_admin else (),
        goals=await goals.told(session, member, now),
        mocks=await mocks.told(session, member, now),
        plan=await home_plan.told(session, plan, member, now),
        refused=await service.refused(session, workspace_id) if member.is_admin else (),
    )


async def erase(
    session: AsyncSession,
    member: Member,
    content: Content,
    now: datetime,
    machine_now: datetime,
) -> None:
    """Delete-me: nothing personal stays, and what quoted the member to others is said anew."""
    await forgetting.hold_untold(session, member)
    digested = await digest_service.quoting(session, member)
    closed = await closing.quoting(session, member)
    await reviews.forget(session, member, now, machine_now)
    await peer_reviews.forget(session, member, machine_now)
    await mock_forgetting.forget(session, member, content, now, machine_now)
    await service.erase(session, member, now, machine_now)
    await digests.forget(session, member, digested, machine_now)
    await close_outs.forget(session, member, closed, now, machine_now)
    await service.let_go(session, member, machine_now)


async def _called_wrong(
    session: AsyncSession, workspace_id: int, now: datetime
) -> tuple[disputes.Count, ...]:
    since = now - timedelta(days=CALLED_WRONG_DAYS)
    return await disputes.counted(session, workspace_id, since)


def settings(member: Member, plan: PracticePlan) -> Settings:
    return Settings(
        track=plan.track,
        daily_time=plan.daily_time,
        work_days=tuple(plan.work_days),
        tz=member.tz,
        target=plan.target,
        answer_mode=plan.answer_mode,
        self_score_first=plan.self_score_first,
        quiet_from=member.quiet_from,
        quiet_to=member.quiet_to,
        weekly_budget=member.weekly_budget,
        country=member.country,
        days_off=people.off(member),
        judge=member.judge,
        transcribe=member.transcribe,
    )
