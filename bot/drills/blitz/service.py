"""A blitz: up to three short drills on one cell, each opened when its member asks for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.content import Content, Drill
from bot.drills import service as drills
from bot.drills.blitz import rules
from bot.drills.blitz.rules import Ending, Turn
from bot.drills.opening import loading
from bot.drills.rules import LIVE, State
from bot.drills.tables import Blitz, DrillSession
from bot.errors import UserMistake
from bot.people.tables import Member
from bot.plans import service as plans
from bot.plans.choosing import Level, Past, aim, weakest
from bot.plans.tables import PracticePlan
from bot.scoring.rules import Cell


class Refusal(StrEnum):
    """Why no drill opens."""

    NOTHING_ANSWERED = "nothing_answered"
    NOTHING_LEFT = "nothing_left"  # no answered drill that may come today
    OVER = "over"
    DAY_OVER = "day_over"


@dataclass(frozen=True)
class Standing:
    """A blitz and its drills: the sessions that were opened, and the drills that may follow."""

    blitz: Blitz
    rows: Sequence[DrillSession]  # in the order in which they were opened
    left: Sequence[str]  # ids of drills that the bank still has
    today: date

    @property
    def cell(self) -> Cell:
        return Cell(self.blitz.cell)

    @property
    def of(self) -> int:
        return len(self.rows) + len(self.left)

    @property
    def live(self) -> DrillSession | None:
        return next((one for one in self.rows if one.state in LIVE), None)

    @property
    def newest_closed(self) -> DrillSession | None:
        """The newest one with a closing card."""
        closed = (one for one in self.rows[::-1] if one.answered_at and one.state not in LIVE)
        return next(closed, None)

    @property
    def over(self) -> bool:
        done = not self.left and self.live is None
        return done or self.blitz.closed_at is not None or self.blitz.day != self.today

    def before(self, drill_id: str) -> float | None:
        """The mark that this drill had in the cell when the blitz began."""
        found = (one["before"] for one in self.blitz.drills if one["id"] == drill_id)
        return next(found, None)

    def turn(self, row: DrillSession) -> Turn:
        number = [one.id for one in self.rows].index(row.id) + 1
        before, daily = self.before(row.drill_id), row.kind == "daily"
        return Turn(self.blitz.id, self.cell, number, self.of, before, daily)

    def ending(self, row: DrillSession) -> Ending:
        """What stands under this drill's closing card: only under the newest there is more."""
        if row is not self.newest_closed:
            return Ending.NOTHING
        if self.over:
            return Ending.SUMMARY
        return Ending.NOTHING if self.live else Ending.NEXT


async def standing(
    session: AsyncSession, content: Content, blitz: Blitz, member: Member, now: datetime
) -> Standing:
    """How a blitz stands: its sessions, oldest first, and the drills that are left of it."""
    rows = (
        await session.scalars(
            select(DrillSession)
            .where(DrillSession.member_id == blitz.member_id, DrillSession.blitz_id == blitz.id)
            .order_by(DrillSession.id)
        )
    ).all()
    opened = {one.drill_id for one in rows}
    ids = [str(one["id"]) for one in blitz.drills]
    left = [one for one in ids if one not in opened and one in content.drills]
    return Standing(blitz, rows, left, plans.today(member, now))


async def of_row(
    session: AsyncSession, content: Content, row: DrillSession, member: Member, now: datetime
) -> Standing | None:
    """The blitz that a session belongs to; None when it is none."""
    if row.blitz_id is None:
        return None
    blitz = await session.get_one(Blitz, row.blitz_id)
    return await standing(session, content, blitz, member, now)


async def owned(session: AsyncSession, blitz_id: int, member: Member) -> Blitz:
    """One blitz of this member's, locked; anybody else's is as good as none. Raises UserMistake."""
    blitz = await session.get(Blitz, blitz_id, with_for_update=True)
    if blitz is None or blitz.member_id != member.id or blitz.workspace_id != member.workspace_id:
        raise UserMistake("blitz_gone")
    return blitz


async def today(
    session: AsyncSession, content: Content, member: Member, now: datetime
) -> Standing | None:
    """The member's blitz that goes on; None when there is none, or it is over."""
    blitz = await session.scalar(
        select(Blitz)
        .where(Blitz.member_id == member.id)
        .order_by(Blitz.id.desc())
        .limit(1)
        .with_for_update()
    )
    if blitz is None:
        return None
    at = await standing(session, content, blitz, member, now)
    return None if at.over else at


def refusal(at: Standing) -> Refusal | None:
    """Why no drill of this blitz may open; None when one may, or is open."""
    if at.blitz.day != at.today:
        return Refusal.DAY_OVER
    return Refusal.OVER if at.over else None


# --- beginning ------------------------------------------------------------------------------------


def cell_of(past: Sequence[Past], levels: Mapping[Cell, Level]) -> Cell:
    """The weakest cell; the aim while none is known."""
    return weakest(levels) or aim(levels, past)


def draw(
    content: Content,
    member: Member,
    past: Sequence[Past],
    levels: Mapping[Cell, Level],
    today: date,
) -> Blitz | None:
    """A blitz that is not written yet; None when no answered drill may come back today.

    On a blitz day the daily drill is the first of it: write the blitz, so that it has an id, open
    `first`, and `join` its session to it.
    """
    cell = cell_of(past, levels)
    asks = [one.id for one in content.drills.values() if cell.value in one.cells]
    picks = rules.pick(past, cell, today, asks)
    if not picks:
        return None
    return Blitz(
        workspace_id=member.workspace_id,
        member_id=member.id,
        cell=cell.value,
        drills=[{"id": one.drill_id, "before": one.before} for one in picks],
        day=today,
        closed_at=None,
    )


async def begin(
    session: AsyncSession, content: Content, member: Member, now: datetime
) -> Standing | Refusal:
    """A new blitz, or why there is none. The caller holds the member."""
    known = (await loading.known(session, [member], now))[member.id]
    if not any(one.answered for one in known.past):
        return Refusal.NOTHING_ANSWERED
    blitz = draw(content, member, known.past, known.levels, plans.today(member, now))
    if blitz is None:
        return Refusal.NOTHING_LEFT
    session.add(blitz)
    await session.flush()
    return await standing(session, content, blitz, member, now)


def first(content: Content, blitz: Blitz) -> Drill:
    """The drill that a blitz which was just drawn begins with."""
    return content.drills[str(blitz.drills[0]["id"])]


def join(row: DrillSession, blitz: Blitz) -> None:
    """Make this session the first of a blitz that is written: of the day's drill on blitz days."""
    row.blitz_id, row.aim = blitz.id, blitz.cell
    turn = Turn(
        blitz.id, Cell(blitz.cell), 1, len(blitz.drills), blitz.drills[0]["before"], daily=True
    )
    row.told = {**row.told, "blitz": told(turn)}


def told(turn: Turn) -> dict[str, Any]:
    """A turn as its session keeps it, for when the drill's message is said again."""
    return {
        "id": turn.blitz_id,
        "cell": turn.cell.value,
        "number": turn.number,
        "of": turn.of,
        "before": turn.before,
        "daily": turn.daily,
    }


@dataclass(frozen=True)
class Opened:
    """A drill of a blitz that was just opened, and sessions that were closed for it."""

    row: DrillSession
    drill: Drill
    turn: Turn
    replaced: Sequence[DrillSession]


async def open_next(
    session: AsyncSession,
    content: Content,
    member: Member,
    at: Standing,
    now: datetime,
    judge: str = "",
) -> Opened:
    """Open the next drill of a blitz that has one; what else is open is closed as it stands.

    It is the day's drill when none went out yet, as with `/drill now`.
    """
    drill = content.drills[at.left[0]]
    replaced = await drills.live(session, member.id)
    for one in replaced:
        drills.close(one, now)
    plan, before = await plans.ensure(session, member), at.before(drill.id)
    place = plans.place(plan, member, now)
    turn = Turn(at.blitz.id, at.cell, len(at.rows) + 1, at.of, before)
    lines = {"privacy": not member.privacy_told, "judge": judge, "blitz": told(turn)}
    row = DrillSession(
        workspace_id=member.workspace_id,
        member_id=member.id,
        kind="blitz",
        daily_date=await _free_day(session, plan, member, now),
        drill_id=drill.id,
        drill_version=drill.version,
        family=drill.family,
        stage=place.stage if plan.began_on else None,
        aim=at.blitz.cell,
        blitz_id=at.blitz.id,
        state=State.PLANNED,
        planned_at=now,
        told=lines,
    )
    session.add(row)
    await session.flush()
    return Opened(row, drill, turn, replaced)


async def _free_day(
    session: AsyncSession, plan: PracticePlan, member: Member, now: datetime
) -> date | None:
    """Today, unless it had its drill; the plan counts it from here on, and goes on from a rest."""
    plans.wake(plan, now)
    today = plans.today(member, now)
    taken = await session.scalar(
        select(DrillSession.id).where(
            DrillSession.member_id == member.id, DrillSession.daily_date == today
        )
    )
    plans.take(plan, today)
    plans.reschedule(plan, member, now)
    return None if taken else today


async def end(session: AsyncSession, at: Standing, now: datetime) -> DrillSession | None:
    """*End the blitz*: a drill of it that is open is closed as it stands, and returned."""
    at.blitz.closed_at = at.blitz.closed_at or now
    row = at.live
    if row is not None:  # read again: an answer may just have come
        await session.refresh(row, with_for_update=True)
    if row is not None and row.state in LIVE:
        drills.close(row, now, State.CLOSED if row.answered_at else State.SKIPPED)
    return row
