"""What choosing knows of a batch of members, read in a handful of statements."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import case, func, or_, select
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

SCENARIOS = 3  # on a day of them
Stored = tuple[Any, ...]  # a session, as `_sessions` reads it
CELLS = {cell.value: cell for cell in Cell}
REMEMBERED = 400  # drills of the past that choosing looks at, and as many marks


@dataclass(frozen=True)
class Known:
    """A member's past, newest first; `cards` are the recall cards that came with it."""

    past: Sequence[Past] = ()
    levels: Mapping[Cell, Level] = field(default_factory=dict)
    due: Mapping[str, date] = field(default_factory=dict)  # missed drills, by when they are due
    cards: Sequence[str] = ()
    due_cards: Mapping[str, date] = field(default_factory=dict)


async def known(
    session: AsyncSession, members: Sequence[Member], now: datetime
) -> Mapping[int, Known]:
    """{member: what is known of them}, in four statements, however many they are."""
    if not members:
        return {}
    ids = [member.id for member in members]
    rows = await _sessions(session, ids)
    marks = await scoring.newest_of(session, ids, REMEMBERED)
    last = max(plan_rules.local_date(now, member.tz) for member in members)
    due = await memory.due(session, ids, memories.DRILL, last)
    due_cards = await memory.due(session, ids, memories.CARD, last)
    return {
        member.id: _known(
            member,
            rows.get(member.id, []),
            marks.get(member.id, []),
            due.get(member.id, {}),
            due_cards.get(member.id, {}),
        )
        for member in members
    }


def _known(
    member: Member,
    rows: Sequence[Stored],
    marks: Sequence[Marked],
    due: Mapping[str, date],
    due_cards: Mapping[str, date],
) -> Known:
    by_topic = {one.topic: one for one in marks}
    return Known(
        [_past(row, by_topic.get(card_topic(row[0], Part.ANSWER)), member.tz) for row in rows],
        levels(one.marks for one in marks),
        due,
        [card for row in rows if (card := row[2])],
        due_cards,
    )


def _past(row: Stored, marked: Marked | None, tz: str) -> Past:
    # Taken apart at once: a name looked up on each row would cost more than the whole choice.
    _, _, _, drill_id, family, kind, day, planned_at, sent, stage, aim, back = row
    aim = CELLS[aim] if aim else None
    if marked is None:
        day = day or plan_rules.local_date(planned_at, tz)
        return Past(drill_id, family, day, kind, False, None, {}, aim, back, sent, stage)
    day, overall = plan_rules.local_date(marked.at, tz), marked.overall
    return Past(drill_id, family, day, kind, True, overall, marked.marks, aim, back, sent, stage)


async def _sessions(
    session: AsyncSession, member_ids: Sequence[int]
) -> Mapping[int, Sequence[Stored]]:
    """Each member's sessions, newest first, as far as choosing looks."""
    place = func.row_number().over(
        partition_by=DrillSession.member_id, order_by=DrillSession.id.desc()
    )
    ranked = (
        select(
            DrillSession.id,
            DrillSession.member_id,
            DrillSession.warmup_id,
            DrillSession.drill_id,
            DrillSession.family,
            DrillSession.kind,
            DrillSession.daily_date,
            # Each instant that is read is turned from text on SQLite, which shows with so many.
            case((DrillSession.daily_date.is_(None), DrillSession.planned_at)).label("planned_at"),
            or_(DrillSession.state != State.MISSED, DrillSession.opened_at.is_not(None)).label(
                "sent"
            ),
            DrillSession.stage,
            DrillSession.aim,
            DrillSession.back,
            place.label("place"),
        )
        .where(DrillSession.member_id.in_(member_ids))
        .subquery()
    )
    rows = await session.execute(
        select(*(column for column in ranked.c if column.name != "place"))
        .where(ranked.c.place <= REMEMBERED)
        .order_by(ranked.c.member_id, ranked.c.place)
    )
    found: dict[int, list[Stored]] = defaultdict(list)
    for row in rows:
        found[row[1]].append(tuple(row))
    return found


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
