"""A past for a member: sessions with or without an answer and its marks, written at their dates.

async with world.deps.transaction() as session:
    member, plan = await planting.planned(session, workspace_id, "U0ANA", now)
    await planting.past(session, world.deps.content, member, [
        Met("some-drill", datetime(2026, 2, 3, 9, tzinfo=UTC), {Cell.trade_offs: 1.5}),
    ])
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.content import Content
from bot.drills.answers.service import card_topic
from bot.drills.rules import Part, State
from bot.drills.tables import DrillSession
from bot.people import service as people
from bot.people.tables import Member
from bot.plans import service as plans
from bot.plans.rules import WORK_DAYS
from bot.plans.tables import PracticePlan
from bot.scoring import service as scoring
from bot.scoring.rules import Cell, CellScore, Evidence, Scorecard


@dataclass(frozen=True)
class Met:
    """A drill that a member got. `marks` (0 to 4): it was answered; cells left out are null.

    `overall` is the mean of the marks unless it is named. `kind`: daily, now, blitz.
    """

    drill_id: str
    at: datetime  # calendar, of the message and of the answer
    marks: Mapping[Cell, float] | None = None
    overall: float | None = None
    kind: str = "daily"
    aim: Cell | None = None
    back: bool = False
    stage: str | None = None
    state: State = State.CLOSED
    warmup_id: str | None = None
    recall: str | None = None
    blitz_id: int | None = None


async def planned(
    session: AsyncSession,
    workspace_id: int,
    user_id: str,
    now: datetime,
    *,
    track: str = "product-metrics",
    tz: str = "Europe/Berlin",
    at: time = time(9),
    target: date | None = None,
    began_on: date | None = None,
) -> tuple[Member, PracticePlan]:
    """A member who has set up, as the form does, at `now`."""
    member = await people.ensure(session, workspace_id, user_id)
    wanted = plans.Setup(track, at, WORK_DAYS, tz, target, "text", False)
    plan = await plans.set_up(session, member, wanted, now)
    if began_on is not None:
        plan.began_on = began_on
    await session.flush()
    return member, plan


async def past(
    session: AsyncSession, content: Content, member: Member, met: Sequence[Met]
) -> list[DrillSession]:
    """Write these sessions, the oldest first, with a scorecard for each that has marks.

    At most one *daily* a local date. The memories of them are not written.
    """
    rows = []
    for one in sorted(met, key=lambda each: each.at):
        row = DrillSession(**_values(content, member, one))
        session.add(row)
        await session.flush()
        if one.marks is not None:
            told = scoring.Scored(
                member.workspace_id,
                member.id,
                card_topic(row.id, Part.ANSWER),
                one.drill_id,
                "v1",
                False,
                one.at,
            )
            await scoring.keep(session, told, card(one.marks, one.overall))
        rows.append(row)
    await session.flush()
    return rows


def card(marks: Mapping[Cell, float], overall: float | None = None) -> Scorecard:
    """A scorecard with these marks and as little else as there can be."""
    cells = {
        cell: CellScore(mark, (Evidence("so", 0, 2, "decision"),) if mark else (), "met")
        if (mark := marks.get(cell)) is not None
        else CellScore(None)
        for cell in Cell
    }
    mean = sum(marks.values()) / len(marks) if marks else 0.0
    return Scorecard(cells, mean if overall is None else overall)


def _values(content: Content, member: Member, one: Met) -> dict[str, Any]:
    drill = content.drills.get(one.drill_id)
    answered = one.at if one.marks is not None else None
    local = plans.today(member, one.at)
    return {
        "workspace_id": member.workspace_id,
        "member_id": member.id,
        "kind": one.kind,
        "daily_date": local if one.kind == "daily" else None,
        "drill_id": one.drill_id,
        "drill_version": drill.version if drill else 1,
        "family": drill.family if drill else "gone",
        "warmup_id": one.warmup_id,
        "recall": one.recall,
        "stage": one.stage,
        "aim": one.aim.value if one.aim else None,
        "back": one.back,
        "blitz_id": one.blitz_id,
        "state": one.state,
        "planned_at": one.at,
        "opened_at": one.at,
        "ends_at": one.at + timedelta(minutes=30),
        "closed_at": one.at + timedelta(minutes=30),
        "answered_at": answered,
        "revealed_at": answered,
    }
