"""Which drill opens, when and for whom: the daily one and the one at a member's word."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.content import Content, Drill, Warmup
from bot.db import insert_all
from bot.drills import service as drills
from bot.drills.rules import State
from bot.drills.tables import DrillSession
from bot.errors import UserMistake
from bot.people.tables import Member
from bot.plans import rules as plan_rules
from bot.plans import service as plans
from bot.plans.service import Due
from bot.plans.tables import PracticePlan

REMEMBERED = 400  # drills of the past that choosing looks at
Before = tuple[str, str]  # a drill of the past and its family


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


async def open_due(
    session: AsyncSession, content: Content, now: datetime, judge: str = ""
) -> tuple[list[Opened], bool]:
    """Give a batch of members whose time has come a drill; say whether more may be waiting.

    `judge` names the model judge, to be told with the privacy line.
    """
    batch = await plans.due(session, now)
    pasts = await _pasts(session, [due.member.id for due in batch])
    planned = [one for due in batch if (one := _plan(content, due, pasts[due.member.id], now))]
    for one in planned:
        one.session.told["judge"] = judge
    opened = await _write(session, planned)
    return opened, len(batch) == plans.BATCH


def _plan(content: Content, due: Due, past: Sequence[Before], now: datetime) -> Opened | None:
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
    past: Sequence[Before],
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
    seen = [drill_id for drill_id, _ in past]
    recent = [family for _, family in past[:2]]
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
        told=_lines(plan, member),
    )
    warmup = _warmup(content, plan.track, len(past)) if kind == "daily" else None
    row.warmup_id = warmup.id if warmup else None
    missed, plan.missed = plan.missed, None
    return Opened(row, member, plan, drill, warmup, missed, closes)


def _lines(plan: PracticePlan, member: Member) -> dict[str, Any]:
    """What the message says beside the drill, kept for when it is said again."""
    return {
        "missed": plan.missed["date"] if plan.missed else None,
        "privacy": not member.privacy_told,
        "daily_time": f"{plan.daily_time:%H:%M}",
    }


def _warmup(content: Content, track: str, number: int) -> Warmup | None:
    cards = sorted(
        (one for one in content.warmups.values() if one.track == track), key=lambda card: card.id
    )
    return cards[number % len(cards)] if cards else None


async def _pasts(session: AsyncSession, member_ids: Sequence[int]) -> dict[int, list[Before]]:
    """Each member's drills, newest first, as far as choosing looks."""
    place = func.row_number().over(
        partition_by=DrillSession.member_id, order_by=DrillSession.id.desc()
    )
    ranked = (
        select(
            DrillSession.member_id,
            DrillSession.drill_id,
            DrillSession.family,
            place.label("place"),
        )
        .where(DrillSession.member_id.in_(member_ids))
        .subquery()
    )
    rows = await session.execute(
        select(ranked.c.member_id, ranked.c.drill_id, ranked.c.family)
        .where(ranked.c.place <= REMEMBERED)
        .order_by(ranked.c.member_id, ranked.c.place)
    )
    pasts: dict[int, list[Before]] = defaultdict(list)
    for member_id, drill_id, family in rows:
        pasts[member_id].append((drill_id, family))
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
    "told",
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
    session: AsyncSession, content: Content, member: Member, now: datetime, judge: str = ""
) -> tuple[Opened, list[DrillSession]]:
    """A drill at the member's word, and the sessions that were open and are closed as they stand.

    It is the day's drill when none went out yet. Works before the member set anything up.
    """
    plan = await plans.ensure(session, member)
    plan.resting, plan.unanswered = False, 0
    open_rows = await drills.live(session, member.id)
    for row in open_rows:
        drills.close(row, now)
    past = (await _pasts(session, [member.id]))[member.id]
    today = plan_rules.local_date(now, member.tz)
    opened = _new(content, Due(plan, member), past, "now", None, now, None)
    taken = await session.scalar(
        select(DrillSession.id).where(
            DrillSession.member_id == member.id, DrillSession.daily_date == today
        )
    )
    opened.session.daily_date = None if taken else today
    opened.session.told["judge"] = judge
    plans.take(plan, today)
    plans.reschedule(plan, member, now)
    session.add(opened.session)
    await session.flush()
    return opened, open_rows
