from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.content import Content, Drill, Warmup
from bot.db import insert_all
from bot.drills import rules
from bot.drills.rules import LIVE, Next, State, Times
from bot.drills.tables import DrillSession as DrillSession  # doors name its type
from bot.errors import UserMistake
from bot.outbox.topics import Landed
from bot.people.tables import Member
from bot.plans import rules as plan_rules
from bot.plans import service as plans
from bot.plans.service import Due
from bot.plans.tables import PracticePlan
from bot.scoring.rules import Cell, KeyPoint, Question

BATCH = 200
REMEMBERED = 400  # drills of the past that choosing looks at


@dataclass(frozen=True)
class Opened:
    """A session that was just written, with all that its message needs."""

    session: DrillSession
    member: Member
    plan: PracticePlan
    drill: Drill
    warmup: Warmup | None
    missed: dict[str, Any] | None
    expires_at: datetime | None


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


# --- opening -----------------------------------------------------------------------------------


async def open_due(
    session: AsyncSession, content: Content, now: datetime
) -> tuple[list[Opened], bool]:
    """Give a batch of members whose time has come a drill; say whether more may be waiting."""
    batch = await plans.due(session, now)
    pasts = await _pasts(session, [due.member.id for due in batch])
    planned = [one for due in batch if (one := _plan(content, due, pasts[due.member.id], now))]
    opened = await _write(session, planned)
    return opened, len(batch) == plans.BATCH


def _plan(content: Content, due: Due, past: Sequence[DrillSession], now: datetime) -> Opened | None:
    """Move the plan to its next day; a drill to open, or None when its window has passed."""
    plan, member = due.plan, due.member
    schedule = plans.schedule(plan, member)
    turn = plan_rules.turn(schedule, plan.next_due_at or now, now)
    plan.next_due_at = turn.next_due
    if turn.missed:
        plan.missed = {"date": turn.missed.isoformat(), "reason": "late"}
    if turn.due is None:
        return None
    day = plan_rules.local_date(turn.due, member.tz)
    plans.take(plan, day)
    closes = plan_rules.closes(turn.due, schedule)
    return _new(content, due, past, "daily", day, turn.due, closes)


def _new(
    content: Content,
    due: Due,
    past: Sequence[DrillSession],
    kind: str,
    day: date | None,
    planned_at: datetime,
    closes: datetime | None,
) -> Opened:
    plan, member = due.plan, due.member
    bank = [one for one in content.drills.values() if one.track == plan.track]
    bank = bank or list(content.drills.values())
    if not bank:
        raise UserMistake("no_drills")
    seen = [row.drill_id for row in past]
    recent = [row.family for row in past[:2]]
    drill = plan_rules.choose(bank, seen, recent, seed=member.user_id)
    row = DrillSession(
        workspace_id=member.workspace_id,
        member_id=member.id,
        kind=kind,
        daily_date=day,
        drill_id=drill.id,
        drill_version=drill.version,
        family=drill.family,
        warmup_id=None,
        state=State.PLANNED,
        planned_at=planned_at,
        late=False,
        reminded=False,
        named=False,
    )
    warmup = _warmup(content, plan.track, len(past)) if kind == "daily" else None
    row.warmup_id = warmup.id if warmup else None
    missed, plan.missed = plan.missed, None
    return Opened(row, member, plan, drill, warmup, missed, closes)


def _warmup(content: Content, track: str, number: int) -> Warmup | None:
    cards = sorted(
        (one for one in content.warmups.values() if one.track == track), key=lambda card: card.id
    )
    return cards[number % len(cards)] if cards else None


async def _pasts(session: AsyncSession, member_ids: Sequence[int]) -> dict[int, list[DrillSession]]:
    """Each member's sessions, newest first, as far as choosing looks."""
    rank = (
        select(
            DrillSession.id,
            func.row_number()
            .over(partition_by=DrillSession.member_id, order_by=DrillSession.id.desc())
            .label("place"),
        )
        .where(DrillSession.member_id.in_(member_ids))
        .subquery()
    )
    rows = await session.scalars(
        select(DrillSession)
        .join(rank, rank.c.id == DrillSession.id)
        .where(rank.c.place <= REMEMBERED)
        .order_by(DrillSession.member_id, DrillSession.id.desc())
    )
    pasts: dict[int, list[DrillSession]] = defaultdict(list)
    for row in rows:
        pasts[row.member_id].append(row)
    return pasts


COLUMNS = [
    "workspace_id",
    "member_id",
    "kind",
    "daily_date",
    "drill_id",
    "drill_version",
    "family",
    "warmup_id",
    "state",
    "planned_at",
    "late",
    "reminded",
    "named",
]


async def _write(session: AsyncSession, planned: Sequence[Opened]) -> list[Opened]:
    """Insert the sessions; a member who already has that day's drill gets no second one."""
    rows = [{name: getattr(one.session, name) for name in COLUMNS} for one in planned]
    made = await insert_all(session, DrillSession, rows, "member_id")
    opened = [one for one in planned if one.member.id in made]
    for one in planned:
        if one.member.id in made:
            one.session.id = made[one.member.id]
        elif one.missed:
            one.plan.missed = one.missed  # not told yet after all
    return opened


async def open_now(
    session: AsyncSession, content: Content, member: Member, now: datetime
) -> tuple[Opened, list[DrillSession]]:
    """A drill at the member's word, and the sessions that were open and are closed as they stand.

    It is the day's drill when none went out yet. Works before the member set anything up.
    """
    plan = await plans.ensure(session, member)
    plan.resting, plan.unanswered = False, 0
    open_rows = await _live(session, member.id)
    for row in open_rows:
        close(row, now)
    past = (await _pasts(session, [member.id]))[member.id]
    today = plan_rules.local_date(now, member.tz)
    opened = _new(content, Due(plan, member), past, "now", None, now, None)
    taken = await session.scalar(
        select(DrillSession.id).where(
            DrillSession.member_id == member.id, DrillSession.daily_date == today
        )
    )
    opened.session.daily_date = None if taken else today
    plans.take(plan, today)
    plans.reschedule(plan, member, now)
    session.add(opened.session)
    await session.flush()
    return opened, open_rows


async def _live(session: AsyncSession, member_id: int) -> list[DrillSession]:
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
    rows = await _live(session, member_id)
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


async def skip_next(session: AsyncSession, member: Member, now: datetime) -> date:
    """Nothing is open: leave out the next daily drill; returns its local date."""
    plan = await plans.ensure(session, member)
    if plan.next_due_at is None:
        raise UserMistake("nothing_to_skip")
    day = plan_rules.local_date(plan.next_due_at, member.tz)
    plans.take(plan, day)
    plans.reschedule(plan, member, now)
    return day


def warmup_of(content: Content, row: DrillSession) -> Warmup:
    card = content.warmups.get(row.warmup_id or "")
    if card is None:
        raise UserMistake("drill_gone")
    return card


# --- the thirty minutes --------------------------------------------------------------------------


def times(row: DrillSession, minutes: float = 3.0) -> Times:
    known = {
        field.name: getattr(row, field.name) for field in fields(Times) if field.name != "minutes"
    }
    return Times(**(known | {"state": State(row.state), "minutes": minutes}))


def keep(row: DrillSession, told: Times) -> None:
    for field in fields(Times):
        if field.name != "minutes":
            setattr(row, field.name, getattr(told, field.name))


def close(row: DrillSession, now: datetime, state: State = State.CLOSED) -> None:
    row.state, row.next_at, row.closed_at = state, None, now


async def landed(session: AsyncSession, told: Landed) -> None:
    """Slack has the drill message: its thirty minutes begin, and the DM's id is known."""
    row = await session.get(DrillSession, told.about, with_for_update=True)
    if row is None:
        return
    keep(row, rules.opened(times(row), told.at))
    member = await session.get_one(Member, row.member_id)
    member.dm_channel = told.channel


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


async def dropped(session: AsyncSession, session_id: int, now: datetime) -> None:
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


async def next_instant(session: AsyncSession, after: datetime) -> datetime | None:
    found: datetime | None = await session.scalar(
        select(DrillSession.next_at)
        .where(DrillSession.next_at > after)
        .order_by(DrillSession.next_at)
        .limit(1)
    )
    return found


async def count_unanswered(session: AsyncSession, row: DrillSession) -> bool:
    """A daily drill closed without an answer; True when the bot should ask and rest."""
    plan = await session.scalar(
        select(PracticePlan).where(PracticePlan.member_id == row.member_id).with_for_update()
    )
    if plan is None or row.kind != "daily":
        return False
    plan.unanswered += 1
    if plan.unanswered < plan_rules.REST_AFTER or plan.resting:
        return False
    plan.resting, plan.next_due_at = True, None
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
