from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import insert_once
from bot.errors import UserMistake
from bot.people import service as people
from bot.people.rules import Quiet, Span
from bot.people.tables import Member
from bot.plans import rules
from bot.plans.tables import PracticePlan as PracticePlan  # doors name its type
from bot.workspaces.tables import Workspace

BATCH = 500
PAUSES = 20  # remembered; counting practice looks back a few weeks
OVER = timedelta(days=60)  # after which a day off is forgotten


@dataclass(frozen=True)
class Due:
    """A member whose time has come, as read in the batch's transaction."""

    plan: PracticePlan
    member: Member


async def ensure(session: AsyncSession, member: Member) -> PracticePlan:
    """The member's plan, locked; written with defaults, scheduling nothing, when there is none."""
    await insert_once(session, PracticePlan, workspace_id=member.workspace_id, member_id=member.id)
    return (
        await session.scalars(
            select(PracticePlan).where(PracticePlan.member_id == member.id).with_for_update()
        )
    ).one()


def schedule(plan: PracticePlan, member: Member) -> rules.Schedule:
    return rules.Schedule(
        at=plan.daily_time,
        tz=member.tz,
        work_days=plan.work_days,
        days_off=people.off(member),
        country=people.country(member),
        paused_until=member.paused_until,
        quiet=Quiet(member.quiet_from, member.quiet_to),
        taken=frozenset(date.fromisoformat(day) for day in plan.taken),
        pauses=[
            (datetime.fromisoformat(first), datetime.fromisoformat(last))
            for first, last in plan.pauses
        ],
    )


def take(plan: PracticePlan, day: date) -> None:
    """This local date has had its drill, or was left out: no other comes on it."""
    plan.taken = sorted({*plan.taken, day.isoformat()})[-rules.REMEMBERED :]


def pause(plan: PracticePlan, member: Member, until: datetime, now: datetime) -> None:
    """No drills before `until`; a pause that runs already is changed."""
    _cut_pause(plan, member, now)
    plan.pauses = [*plan.pauses, [now.isoformat(), until.isoformat()]][-PAUSES:]
    member.paused_until, plan.resting = until, False
    reschedule(plan, member, now)


def resume(plan: PracticePlan, member: Member, now: datetime) -> None:
    """End a pause, or a rest after days of silence."""
    _cut_pause(plan, member, now)
    member.paused_until = None
    plan.resting, plan.unanswered = False, 0
    reschedule(plan, member, now)


def _cut_pause(plan: PracticePlan, member: Member, now: datetime) -> None:
    if plan.pauses and member.paused_until and member.paused_until > now:
        first, _ = plan.pauses[-1]
        plan.pauses = [*plan.pauses[:-1], [first, now.isoformat()]]


def reschedule(plan: PracticePlan, member: Member, now: datetime) -> None:
    """After any change of time, zone, days or pause: the next due time from now on."""
    active = plan.set_up_at is not None and not plan.resting and not member.is_deleted
    plan.next_due_at = rules.next_due(schedule(plan, member), after=now) if active else None


def add_days_off(member: Member, span: Span, today: date) -> None:
    """Keep these days off; those long past, which count nowhere any more, are forgotten."""
    kept = {one for one in people.off(member) if one[1] >= today - OVER}
    member.days_off = [[str(first), str(last)] for first, last in sorted({*kept, span})]


def today(member: Member, now: datetime) -> date:
    """The date on the member's own calendar."""
    return rules.local_date(now, member.tz)


async def moved(session: AsyncSession, member_ids: Sequence[int], now: datetime) -> None:
    """These members' zone changed: their drill keeps its wall-clock time there."""
    rows = await session.execute(
        select(PracticePlan, Member)
        .join(Member, Member.id == PracticePlan.member_id)
        .where(PracticePlan.member_id.in_(member_ids))
        .with_for_update(of=PracticePlan)
    )
    for plan, member in rows.all():
        reschedule(plan, member, now)


@dataclass(frozen=True)
class Setup:
    track: str
    daily_time: time
    work_days: tuple[str, ...]
    tz: str
    target: date | None
    answer_mode: str
    self_score_first: bool


async def set_up(
    session: AsyncSession, member: Member, wanted: Setup, now: datetime
) -> PracticePlan:
    """Keep what the form says and schedule the first drill."""
    plan = await ensure(session, member)
    put(plan, member, wanted, now)
    return plan


def put(plan: PracticePlan, member: Member, wanted: Setup, now: datetime) -> None:
    """`set_up` of a plan that is at hand."""
    member.tz_chosen = member.tz_chosen or wanted.tz != member.tz
    member.tz = wanted.tz
    plan.track, plan.daily_time = wanted.track, wanted.daily_time
    plan.work_days, plan.target = list(wanted.work_days), wanted.target
    plan.answer_mode, plan.self_score_first = wanted.answer_mode, wanted.self_score_first
    plan.set_up_at = plan.set_up_at or now
    plan.resting, plan.unanswered = False, 0
    reschedule(plan, member, now)


async def due(session: AsyncSession, now: datetime) -> list[Due]:
    """A batch of members whose time has come, earliest first, held against other replicas."""
    rows = await session.execute(
        select(PracticePlan, Member)
        .join(Member, Member.id == PracticePlan.member_id)
        .join(Workspace, Workspace.id == PracticePlan.workspace_id)
        .where(PracticePlan.next_due_at <= now, Workspace.stopped_at.is_(None))
        .where(Member.is_deleted.is_(False))
        .order_by(PracticePlan.next_due_at)
        .limit(BATCH)
        .with_for_update(skip_locked=True, of=PracticePlan)
    )
    return [Due(plan, member) for plan, member in rows.all()]


async def skip_next(session: AsyncSession, member: Member, now: datetime) -> date:
    """Leave out the next daily drill; returns its local date. Raises UserMistake."""
    plan = await ensure(session, member)
    if plan.next_due_at is None:
        raise UserMistake("nothing_to_skip")
    day = rules.local_date(plan.next_due_at, member.tz)
    plan.next_due_at = rules.next_due(schedule(plan, member), after=max(now, plan.next_due_at))
    return day
