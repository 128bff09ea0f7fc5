"""A member's plan as it is stored: its settings, its rests, and when the next drill is due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from bot.db import insert_once
from bot.errors import UserMistake
from bot.people import service as people
from bot.people.rules import Quiet, Span
from bot.people.tables import Member
from bot.plans import rules
from bot.plans.course import Course, Place, Stage
from bot.plans.course import place as placed
from bot.plans.letters.rules import next_letter
from bot.plans.tables import PracticePlan as PracticePlan  # doors name its type
from bot.workspaces.tables import Workspace

PAUSES = 100  # remembered; a plan's days are counted around them
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
    """When the plan may send something: it ends on the eve of the interview."""
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
            (datetime.fromisoformat(first), datetime.fromisoformat(last) if last else None)
            for first, last in plan.pauses
        ],
        until=plan.target - timedelta(days=1) if plan.target else None,
    )


# --- where the plan stands -----------------------------------------------------------------------


def course(plan: PracticePlan, member: Member) -> Course | None:
    """The plan as the calendar sees it; None before the setup, which begins it."""
    if plan.began_on is None:
        return None
    return Course(plan.began_on, plan.target, schedule(plan, member))


def place(plan: PracticePlan, member: Member, now: datetime) -> Place:
    """Where today lies in the plan; without one it is a day like any other."""
    laid = course(plan, member)
    if laid is None:
        return Place(Stage.DAILY, 0, None, nothing_new=False, silent=False, last=False)
    return placed(laid, today(member, now))


def silent(plan: PracticePlan, member: Member, now: datetime) -> bool:
    """May nothing come unprompted: before and after the day, and in a rest that was asked for."""
    return rests_by_choice(plan) or place(plan, member, now).silent


def silent_on(plan: PracticePlan, member: Member, day: date) -> bool:
    """Will nothing come unprompted on this local date, as things stand?"""
    laid = course(plan, member)
    return rests_by_choice(plan) or (laid is not None and placed(laid, day).silent)


def rests_by_choice(plan: PracticePlan) -> bool:
    """Resting after the day, and not because of drills left unanswered."""
    return plan.resting and plan.unanswered < rules.REST_AFTER


def over(plan: PracticePlan, member: Member, now: datetime) -> bool:
    """Has the interview day come, so that it may be asked how it went?"""
    return plan.target is not None and plan.target <= today(member, now)


# --- what changes it -----------------------------------------------------------------------------


def began(plan: PracticePlan, member: Member, now: datetime) -> None:
    """The plan's first day is today."""
    plan.began_on = today(member, now)


def name_day(
    plan: PracticePlan, member: Member, day: date | None, now: datetime, *, called: bool = True
) -> None:
    """Another interview date, or none. The plan begins anew unless a date ahead was only moved.

    A rest ends with it, if it was the member who `called`.
    """
    if day == plan.target:
        return
    if called:
        wake(plan, now)
    ahead = plan.target is not None and not over(plan, member, now)
    plan.target = day
    if day is not None and not ahead and plan.set_up_at is not None:
        began(plan, member, now)
    reschedule(plan, member, now)


def take(plan: PracticePlan, day: date) -> None:
    """This local date has had its drill, or was left out: no other comes on it."""
    plan.taken = sorted({*plan.taken, day.isoformat()})[-rules.REMEMBERED :]


def pause(plan: PracticePlan, member: Member, until: datetime, now: datetime) -> None:
    """No drills before `until`; a pause that runs already is changed."""
    _cut_pause(plan, now)
    wake(plan, now)
    plan.pauses = [*plan.pauses, [now.isoformat(), until.isoformat()]][-PAUSES:]
    member.paused_until = until
    reschedule(plan, member, now)


def resume(plan: PracticePlan, member: Member, now: datetime) -> None:
    """End a pause, or a rest after days of silence."""
    _cut_pause(plan, now)
    member.paused_until = None
    wake(plan, now)
    reschedule(plan, member, now)


def rest(plan: PracticePlan, now: datetime) -> None:
    """No drills until the member calls; the plan waits as in a pause."""
    if not plan.resting:
        plan.pauses = [*plan.pauses, [now.isoformat(), None]][-PAUSES:]
    plan.resting, plan.next_due_at, plan.next_letter_at = True, None, None


def wake(plan: PracticePlan, now: datetime) -> None:
    """The member called: a rest is over, and silent days are counted anew."""
    plan.resting, plan.unanswered = False, 0
    plan.pauses = [[first, last or now.isoformat()] for first, last in plan.pauses]


async def answered(session: AsyncSession, member_id: int, now: datetime, own: bool) -> None:
    """The member answered a drill; one of their own, not a team's, ends a rest too."""
    plan = await session.scalar(
        select(PracticePlan).where(PracticePlan.member_id == member_id).with_for_update()
    )
    if plan is None or (plan.resting and not own):
        return
    if not plan.resting:
        plan.unanswered = 0
        return
    wake(plan, now)
    reschedule(plan, await session.get_one(Member, member_id), now)


def _cut_pause(plan: PracticePlan, now: datetime) -> None:
    """A pause that runs ends now; one that has only just begun was none."""
    kept = []
    for first, last in plan.pauses:
        if last is not None and datetime.fromisoformat(last) > now:
            last = now.isoformat()
        if last is None or datetime.fromisoformat(first) < datetime.fromisoformat(last):
            kept.append([first, last])
    plan.pauses = kept


def _note_pause(plan: PracticePlan, member: Member, now: datetime) -> None:
    """A pause from before there was a plan, by import, counts in it too."""
    until = member.paused_until
    noted = any(last and datetime.fromisoformat(last) > now for _, last in plan.pauses)
    if until is not None and until > now and not noted:
        plan.pauses = [*plan.pauses, [now.isoformat(), until.isoformat()]][-PAUSES:]


def reschedule(plan: PracticePlan, member: Member, now: datetime) -> None:
    """After any change of time, zone, days or pause: the next drill and letter from now on."""
    active = plan.set_up_at is not None and not plan.resting and not member.is_deleted
    plan.next_due_at = rules.next_due(schedule(plan, member), after=now) if active else None
    plan.next_letter_at = next_letter(schedule(plan, member), after=now) if active else None


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
    """What the setup form says of the plan.

    `daily_time` is by the clock of `tz`, `work_days` of `WEEKDAYS`, `answer_mode` text or voice.
    """

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
    plan.work_days = list(wanted.work_days)
    plan.answer_mode, plan.self_score_first = wanted.answer_mode, wanted.self_score_first
    wake(plan, now)
    _note_pause(plan, member, now)
    name_day(plan, member, wanted.target, now)
    if plan.set_up_at is None:
        plan.set_up_at = now
        began(plan, member, now)
    reschedule(plan, member, now)


async def due(
    session: AsyncSession, at: InstrumentedAttribute[datetime | None], most: int, now: datetime
) -> list[Due]:
    """At most `most` members whose time `at`, a column of the plan, has come, earliest first.

    Their plans are held against other replicas.
    """
    rows = await session.execute(
        select(PracticePlan, Member)
        .join(Member, Member.id == PracticePlan.member_id)
        .join(Workspace, Workspace.id == PracticePlan.workspace_id)
        .where(at <= now, Workspace.stopped_at.is_(None))
        .where(Member.is_deleted.is_(False))
        .order_by(at)
        .limit(most)
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
