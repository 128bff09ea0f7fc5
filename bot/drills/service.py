"""A drill session and its thirty minutes. `opening` says which drill opens and when."""

from dataclasses import fields
from datetime import date, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.content import Content, Drill, Warmup
from bot.drills import rules
from bot.drills.rules import LIVE, Next, State, Times
from bot.drills.tables import DrillSession as DrillSession  # doors name its type
from bot.errors import UserMistake
from bot.outbox.topics import Landed
from bot.people.tables import Member
from bot.plans import rules as plan_rules
from bot.plans import service as plans
from bot.plans.tables import PracticePlan
from bot.scoring.rules import Cell, KeyPoint, Question

BATCH = 200
# What of its times a session keeps; the others follow from its drill and its kind.
STORED = tuple(one.name for one in fields(Times) if one.name not in ("minutes", "length"))


def question(drill: Drill) -> Question:
    """The drill as the scorer takes it."""
    return Question(
        prompt=drill.prompt,
        key_points=tuple(
            KeyPoint(one.point, Cell(one.cell), one.weight) for one in drill.key_points
        ),
        cells=tuple(Cell(one) for one in drill.cells),
        minutes=drill.minutes,
        model_answer=drill.model_answer,
        probes=tuple(drill.probes),
        flips=tuple(drill.flips),
    )


def drill_of(content: Content, row: DrillSession) -> Drill:
    """The session's drill. One that has left the bank since is a mistake told in words."""
    drill = content.drills.get(row.drill_id)
    if drill is None:
        raise UserMistake("drill_gone")
    return drill


async def live(session: AsyncSession, member_id: int) -> list[DrillSession]:
    rows = await session.scalars(
        select(DrillSession)
        .where(DrillSession.member_id == member_id, DrillSession.state.in_(LIVE))
        .where(DrillSession.kind != "team")
        .order_by(DrillSession.id)
        .with_for_update()
    )
    return list(rows)


async def current(session: AsyncSession, member_id: int) -> DrillSession | None:
    """The member's own session that is still open, the newest when there are several."""
    rows = await live(session, member_id)
    return rows[-1] if rows else None


async def load(session: AsyncSession, session_id: int) -> DrillSession:
    """One session, locked; raises UserMistake when there is none."""
    row = await session.get(DrillSession, session_id, with_for_update=True)
    if row is None:
        raise UserMistake("session_gone")
    return row


async def owned(session: AsyncSession, session_id: int, member: Member) -> DrillSession:
    """One session of this member's, locked; anybody else's is as good as none."""
    row = await load(session, session_id)
    if row.member_id != member.id or row.workspace_id != member.workspace_id:
        raise UserMistake("session_gone")
    return row


def warmup_of(content: Content, row: DrillSession) -> Warmup:
    card = content.warmups.get(row.warmup_id or "")
    if card is None:
        raise UserMistake("drill_gone")
    return card


# --- the thirty minutes --------------------------------------------------------------------------


def times(row: DrillSession, minutes: float = 3.0) -> Times:
    known = {name: getattr(row, name) for name in STORED}
    return Times(**(known | {"state": State(row.state), "minutes": minutes, "length": length(row)}))


def length(row: DrillSession) -> timedelta:
    """How long the session lasts from the moment that Slack has it."""
    return rules.SESSION if row.blitz_id is None else rules.BLITZ


def keep(row: DrillSession, told: Times) -> None:
    for name in STORED:
        setattr(row, name, getattr(told, name))


def close(row: DrillSession, now: datetime, state: State = State.CLOSED) -> None:
    row.state, row.next_at, row.closed_at = state, None, now
    row.held_until = now if row.held_until else None  # a card that waited comes


async def landed(session: AsyncSession, told: Landed) -> None:
    """Slack has the drill message: its thirty minutes begin, and the DM's id is known."""
    # The member before the session, as whoever clicks locks them: else each waits for the other.
    theirs = select(DrillSession.member_id).where(DrillSession.id == told.about)
    await session.execute(
        update(Member)
        .where(Member.id == theirs.scalar_subquery())
        .where(Member.dm_channel.is_distinct_from(told.channel))
        .values(dm_channel=told.channel)
    )
    row = await session.get(DrillSession, told.about, with_for_update=True)
    if row is not None:
        keep(row, rules.opened(times(row), told.at))


async def still_wanted(session: AsyncSession, session_id: int) -> bool:
    """Read again just before sending: left, paused or replaced since it was planned."""
    row = await session.get(DrillSession, session_id)
    if row is None or row.state not in (State.PLANNED, State.ANSWERING):
        return False
    member = await session.get_one(Member, row.member_id)
    if row.kind == "daily" and _paused(row, member):
        return False
    return not member.is_deleted


def _paused(row: DrillSession, member: Member) -> bool:
    return member.paused_until is not None and member.paused_until > row.planned_at


async def dropped(
    session: AsyncSession, session_id: int, now: datetime, _machine_now: datetime
) -> None:
    """The message never went out: the day is noted, to be told with the next one."""
    row = await session.get(DrillSession, session_id, with_for_update=True)
    if row is None or row.state != State.PLANNED:
        return
    close(row, now, State.MISSED)
    member = await session.get_one(Member, row.member_id)
    plan = await plans.ensure(session, member)
    left = member.is_deleted or _paused(row, member)
    if row.daily_date and row.kind == "daily" and not left:
        plan.missed = {"date": row.daily_date.isoformat(), "reason": "late"}


async def moving(session: AsyncSession, now: datetime) -> list[DrillSession]:
    """Sessions that the clock moves on, earliest first, held against other replicas."""
    rows = await session.scalars(
        select(DrillSession)
        .where(DrillSession.next_at <= now)
        .order_by(DrillSession.next_at)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    return list(rows)


def step(row: DrillSession, now: datetime) -> Next:
    """Move one session whose time has come; says what is to be told."""
    told = times(row)
    asked = rules.what_next(told, now)
    if asked == Next.PROBE:
        keep(row, rules.finished(told, row.box_ends_at or now))
        if row.team_run_id is not None:  # in a channel the card is all there is
            close(row, now)
        elif row.ends_at and now >= row.ends_at:
            close(row, now)
            return Next.CLOSE
    elif asked == Next.CLOSE:
        close(row, now)
    else:
        row.reminded = True
        row.next_at = rules.waits_until(told)
    return asked


async def count_unanswered(session: AsyncSession, row: DrillSession, now: datetime) -> bool:
    """A daily drill closed without an answer; True when the bot should ask and rest."""
    plan = await session.scalar(
        select(PracticePlan).where(PracticePlan.member_id == row.member_id).with_for_update()
    )
    if plan is None or row.kind != "daily":
        return False
    plan.unanswered += 1
    if plan.unanswered < plan_rules.REST_AFTER or plan.resting:
        return False
    place = plans.place(plan, await session.get_one(Member, row.member_id), now)
    if place.last or place.silent:  # no drill comes anyway before the interview
        return False
    plans.rest(plan, now)
    return True


async def answered_dates(session: AsyncSession, member: Member) -> list[date]:
    """Local dates on which the member answered a drill, newest first, of the last 60."""
    rows = await session.scalars(
        select(DrillSession.answered_at)
        .where(DrillSession.member_id == member.id, DrillSession.answered_at.is_not(None))
        .order_by(DrillSession.id.desc())
        .limit(60)
    )
    return [plan_rules.local_date(at, member.tz) for at in rows if at is not None]
