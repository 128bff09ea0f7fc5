"""What choosing knows of a batch of members, read in a handful of statements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.drills.answers.service import card_topic
from bot.drills.rules import Part, State
from bot.drills.tables import DrillSession
from bot.people.tables import Member
from bot.plans import rules as plan_rules
from bot.plans.choosing import Level, Past, levels
from bot.plans.course import Stage
from bot.plans.memory import rules as memories
from bot.plans.memory import service as memory
from bot.scoring import service as scoring
from bot.scoring.rules import Cell
from bot.scoring.service import Marked
from bot.turns import unhurried

SCENARIOS = 3  # on a day of them
CHUNK = 1_000  # rows read at once: half a million in one go would hold up the loop
CELLS = {cell.value: cell for cell in Cell}
REMEMBERED = 400  # drills of the past that choosing looks at, and as many marks


@dataclass(frozen=True)
class Known:
    """A member's past, newest first; `cards` are the recall cards that came with it."""

    past: list[Past] = field(default_factory=list)
    levels: Mapping[Cell, Level] = field(default_factory=dict)
    due: Mapping[str, date] = field(default_factory=dict)  # missed drills, by when they are due
    cards: list[str] = field(default_factory=list)
    due_cards: Mapping[str, date] = field(default_factory=dict)


async def known(
    session: AsyncSession, members: Sequence[Member], now: datetime
) -> Mapping[int, Known]:
    """{member: what is known of them}, in four statements, however many they are."""
    if not members:
        return {}
    ids = [member.id for member in members]
    last = max(plan_rules.local_date(now, member.tz) for member in members)
    due = await memory.due(session, ids, memories.DRILL, last)
    due_cards = await memory.due(session, ids, memories.CARD, last)
    marks = await scoring.newest_of(session, ids, REMEMBERED)
    found = {}
    async for member in unhurried(members):
        found[member.id] = Known(
            levels=levels(one.marks for one in marks.get(member.id, [])),
            due=due.get(member.id, {}),
            due_cards=due_cards.get(member.id, {}),
        )
    await _add_sessions(session, members, marks, found)
    return found


async def _add_sessions(
    session: AsyncSession,
    members: Sequence[Member],
    marks: Mapping[int, Sequence[Marked]],
    found: Mapping[int, Known],
) -> None:
    """Each member's sessions, newest first, as far as choosing looks."""
    zones = {member.id: member.tz for member in members}
    by_topic: dict[str, Marked] = {}
    async for given in unhurried(list(marks.values())):
        by_topic |= {one.topic: one for one in given}
    rows = await session.stream(_sessions(list(zones)))
    async for some in rows.partitions(CHUNK):
        for row in some:
            # Taken apart at once: a name looked up on each would cost more than the whole choice.
            row_id, member_id, card, drill_id, family, kind, day, planned_at, sent, *more = row
            known = found[member_id]
            if card:
                known.cards.append(card)
            marked = by_topic.get(card_topic(row_id, Part.ANSWER))
            stage, aim, back = more
            if marked is None:
                day = day or plan_rules.local_date(planned_at, zones[member_id])
                one = Past(drill_id, family, day, kind)
            else:
                day = plan_rules.local_date(marked.at, zones[member_id])
                one = Past(drill_id, family, day, kind, True, marked.overall, marked.marks)
            one.aim, one.back, one.sent, one.stage = CELLS[aim] if aim else None, back, sent, stage
            known.past.append(one)


def _sessions(member_ids: Sequence[int]) -> Select[Any]:
    # Of tables, not of classes, and without a window function: both show with so many rows.
    every = DrillSession.__table__.alias()
    oldest = (
        select(every.c.id)
        .where(every.c.member_id == Member.__table__.c.id)
        .order_by(every.c.id.desc())
        .offset(REMEMBERED - 1)
        .limit(1)
        .scalar_subquery()
    )
    since = (
        select(Member.__table__.c.id, func.coalesce(oldest, 0).label("first"))
        .where(Member.__table__.c.id.in_(member_ids))
        .subquery()
    )
    row = DrillSession.__table__.c
    return (
        select(
            row.id,
            row.member_id,
            row.warmup_id,
            row.drill_id,
            row.family,
            row.kind,
            row.daily_date,
            # Each instant that is read is turned from text on SQLite.
            case((row.daily_date.is_(None), row.planned_at)),
            or_(row.state != State.MISSED, row.opened_at.is_not(None)),
            row.stage,
            row.aim,
            row.back,
        )
        .join_from(since, DrillSession.__table__, row.member_id == since.c.id)
        .where(row.id >= since.c.first)
        .order_by(row.member_id, row.id.desc())
    )


async def left_today(
    session: AsyncSession, row: DrillSession, member: Member, now: datetime
) -> int | None:
    """How many scenarios today still offers after this session; None on other days."""
    today = plan_rules.local_date(now, member.tz)
    if row.stage != Stage.SCENARIOS or plan_rules.local_date(row.planned_at, member.tz) != today:
        return None
    planned = await session.scalars(
        select(DrillSession.planned_at)
        .where(DrillSession.member_id == member.id, DrillSession.stage == row.stage)
        .where(DrillSession.opened_at.is_not(None))
        .order_by(DrillSession.id.desc())
        .limit(SCENARIOS)
    )
    return SCENARIOS - sum(plan_rules.local_date(at, member.tz) == today for at in planned)
