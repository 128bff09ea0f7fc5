"""Which drill opens, when and for whom: the daily one and the one at a member's word."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.content import Content, Drill, Warmup
from bot.db import insert_all
from bot.drills import service as drills
from bot.drills.blitz import service as blitzes
from bot.drills.opening import rules
from bot.drills.opening.loading import Known, known
from bot.drills.opening.rules import Reason
from bot.drills.rules import State
from bot.drills.tables import Blitz, DrillSession
from bot.errors import UserMistake
from bot.people.tables import Member
from bot.plans import choosing
from bot.plans import rules as plan_rules
from bot.plans import service as plans
from bot.plans.choosing import Wish
from bot.plans.course import Place, Stage
from bot.plans.service import Due
from bot.plans.tables import PracticePlan
from bot.scoring.rules import Cell
from bot.turns import unhurried

BATCH = 500


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
    blitz: Blitz | None = None  # the session is the first of it
    last: bool = False  # of the drills before an interview


async def open_due(
    session: AsyncSession, content: Content, now: datetime, judge: str = "", transcriber: str = ""
) -> tuple[list[Opened], bool]:
    """Give a batch of members whose time has come a drill; say whether more may be waiting.

    `judge` names the model judge, `transcriber` where clips go, to be told with the privacy line.
    """
    batch = await plans.due(session, PracticePlan.next_due_at, BATCH, now)
    pasts = await known(session, [due.member for due in batch], now)
    planned = []
    async for due in unhurried(batch):
        one = _plan(content, due, pasts[due.member.id], now)
        if one is not None:
            one.session.told |= {"judge": judge, "transcriber": transcriber}
            planned.append(one)
    opened = await _write(session, planned)
    return opened, len(batch) == BATCH


def _plan(content: Content, due: Due, past: Known, now: datetime) -> Opened | None:
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
    place = _place(due, turn.due)
    choice = _blitz(content, due, past, place, day) if place.stage == Stage.BLITZ else None
    choice = choice or _choose(content, due, past, place, day)
    return _new(content, due, past, choice, "daily", turn.due, day, closes)


def _place(due: Due, at: datetime) -> Place:
    place = plans.place(due.plan, due.member, at)
    # Who never set up has no plan.
    return place if due.plan.began_on else replace(place, stage=None)


@dataclass(frozen=True)
class _Choice:
    """A drill, for this place in the plan; `blitz`: it is the first of one."""

    drill: Drill
    place: Place
    reason: Reason
    aim: Cell
    back: bool = False
    blitz: Blitz | None = None


def _choose(content: Content, due: Due, past: Known, place: Place, today: date) -> _Choice:
    """The drill for this local date. Raises UserMistake when the bank is empty."""
    wish = Wish(
        due.plan.track,
        due.member.user_id,
        today,
        place.stage.value if place.stage else None,
        place.nothing_new,
        past.levels,
        past.due,
    )
    chosen = choosing.choose(choosing.bank(content.drills), past.past, wish)
    if chosen is None:
        raise UserMistake("no_drills")
    reason = Reason.of_choice(chosen, place, bool(past.levels), today)
    return _Choice(content.drills[chosen.drill_id], place, reason, chosen.aim, chosen.back)


def _blitz(content: Content, due: Due, past: Known, place: Place, today: date) -> _Choice | None:
    """The first drill of a blitz; None while nothing was answered that may come back."""
    drawn = blitzes.draw(content, due.member, past.past, past.levels, today)
    if drawn is None:
        return None
    reason = Reason.of_place("blitz", place)
    return _Choice(blitzes.first(content, drawn), place, reason, Cell(drawn.cell), blitz=drawn)


def _new(
    content: Content,
    due: Due,
    past: Known,
    choice: _Choice,
    kind: str,
    planned_at: datetime,
    day: date | None = None,
    closes: datetime | None = None,
) -> Opened:
    plan, member, place, drill = due.plan, due.member, choice.place, choice.drill
    warmup = _warmup(content, plan, past) if kind == "daily" else None
    row = DrillSession(
        workspace_id=member.workspace_id,
        member_id=member.id,
        kind=kind,
        daily_date=day,
        drill_id=drill.id,
        drill_version=drill.version,
        family=drill.family,
        warmup_id=warmup.id if warmup else None,
        stage=place.stage.value if place.stage else None,
        aim=choice.aim.value,
        back=choice.back,
        state=State.PLANNED,
        planned_at=planned_at,
        late=False,
        reminded=False,
        named=False,
        told=_lines(plan, member) | {"why": choice.reason.stored()},
    )
    missed, plan.missed = plan.missed, None
    return Opened(row, member, plan, drill, warmup, missed, closes, choice.blitz, place.last)


def _lines(plan: PracticePlan, member: Member) -> dict[str, Any]:
    """What the message says beside the drill, kept for when it is said again."""
    return {
        "missed": plan.missed["date"] if plan.missed else None,
        "privacy": not member.privacy_told,
        "daily_time": f"{plan.daily_time:%H:%M}",
        "voice": plan.answer_mode == "voice",
    }


def _warmup(content: Content, plan: PracticePlan, past: Known) -> Warmup | None:
    cards = sorted(one.id for one in content.warmups.values() if one.track == plan.track)
    due = {one: day for one, day in past.due_cards.items() if one in content.warmups}
    card = rules.card(cards, past.cards, due)
    return content.warmups[card] if card else None


COLUMNS = [
    "workspace_id",
    "member_id",
    "kind",
    "daily_date",
    "drill_id",
    "drill_version",
    "family",
    "warmup_id",
    "stage",
    "aim",
    "back",
    "blitz_id",
    "state",
    "planned_at",
    "late",
    "reminded",
    "named",
    "told",
]


async def _write(session: AsyncSession, planned: Sequence[Opened]) -> list[Opened]:
    """Insert the sessions; a member who already has that day's drill gets no second one."""
    session.add_all(one.blitz for one in planned if one.blitz)
    await session.flush()
    for one in planned:
        if one.blitz:
            blitzes.join(one.session, one.blitz)
    rows = [{name: getattr(one.session, name) for name in COLUMNS} for one in planned]
    made = await insert_all(session, DrillSession, rows, "member_id")
    opened = [one for one in planned if one.member.id in made]
    for one in planned:
        if one.member.id in made:
            one.session.id = made[one.member.id]
            continue
        one.plan.missed = one.missed or one.plan.missed  # not told yet after all
        if one.blitz:
            await session.delete(one.blitz)
    return opened


async def open_now(
    session: AsyncSession,
    content: Content,
    member: Member,
    now: datetime,
    judge: str = "",
    transcriber: str = "",
) -> tuple[Opened, list[DrillSession]]:
    """A drill at the member's word, and the sessions that were open and are closed as they stand.

    It is the day's drill when none went out yet. Works before the member set anything up.
    """
    # The drills before the plan, as whoever answers one locks them: else each waits for the other.
    open_rows = await drills.live(session, member.id)
    plan = await plans.ensure(session, member)
    plans.wake(plan, now)
    for row in open_rows:
        drills.close(row, now)
    past = (await known(session, [member], now))[member.id]
    today, due = plan_rules.local_date(now, member.tz), Due(plan, member)
    choice = _choose(content, due, past, _place(due, now), today)
    opened = _new(content, due, past, choice, "now", now)
    taken = await session.scalar(
        select(DrillSession.id).where(
            DrillSession.member_id == member.id, DrillSession.daily_date == today
        )
    )
    opened.session.daily_date = None if taken else today
    opened.session.told |= {"judge": judge, "transcriber": transcriber}
    plans.take(plan, today)
    plans.reschedule(plan, member, now)
    session.add(opened.session)
    await session.flush()
    return opened, open_rows
