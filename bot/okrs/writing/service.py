"""Drafts of the wizard, and what its forms may offer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import insert_once
from bot.errors import UserMistake
from bot.okrs import service as okrs
from bot.okrs.rules import Kind
from bot.okrs.tables import Cycle, KeyResult, Objective, TeamCycle
from bot.okrs.writing import parse
from bot.okrs.writing.dates import next_quarter
from bot.okrs.writing.key_results.parse import Guardrail, kind_of
from bot.okrs.writing.parse import NewCycle, ObjectiveWish
from bot.okrs.writing.rules import Span
from bot.okrs.writing.tables import WritingDraft as WritingDraft  # doors name its type
from bot.okrs.writing.typed import OBJECTIVE, Typed, line
from bot.okrs.writing.values import ROOM, CycleChoice, Named, Offer
from bot.people.tables import Member
from bot.people.teams import service as teams
from bot.people.teams.rules import nearest
from bot.people.teams.service import Team
from bot.plans.parse import shown
from bot.slack.blocks import listed

OFFERED = 8  # teams named to who asked for one that is not there


@dataclass(frozen=True)
class Setting:
    """Where the objective in hand belongs; `cycle` is None while it is still to be made."""

    team: Team
    cycle: Cycle | None
    cycle_name: str
    span: Span
    wish: ObjectiveWish
    parent: str


# --- the draft ------------------------------------------------------------------------------------


async def current(session: AsyncSession, member: Member) -> WritingDraft | None:
    """The member's draft, locked."""
    found: WritingDraft | None = await session.scalar(
        select(WritingDraft)
        .where(
            WritingDraft.workspace_id == member.workspace_id, WritingDraft.member_id == member.id
        )
        .with_for_update()
    )
    return found


async def begin(session: AsyncSession, member: Member, team_id: int, now: datetime) -> WritingDraft:
    """An empty draft in place of the one there may be; its forms are no longer taken."""
    before = await current(session, member)
    if before is not None:
        await drop(session, before)
    typed = Typed(objective={"team": str(team_id)} if team_id else {})
    values = {"workspace_id": member.workspace_id, "member_id": member.id, "at": now}
    await insert_once(session, WritingDraft, typed=typed.to_document(), **values)
    made = await current(session, member)
    if made is None:
        raise UserMistake("draft_gone")
    return made


async def taken_up(session: AsyncSession, member: Member, draft_id: str) -> WritingDraft:
    """The draft that a form belongs to, locked. Raises UserMistake when it is no longer there."""
    row = await current(session, member)
    if row is None or str(row.id) != draft_id:
        raise UserMistake("draft_gone")
    return row


def typed_in(row: WritingDraft) -> Typed:
    return Typed.from_document(row.typed)


def keep(row: WritingDraft, typed: Typed, now: datetime) -> None:
    row.typed, row.at = typed.to_document(), now


async def drop(session: AsyncSession, row: WritingDraft) -> None:
    await session.delete(row)
    await session.flush()


# --- what the forms offer -------------------------------------------------------------------------


async def writable(session: AsyncSession, member: Member) -> Sequence[Team]:
    """Teams whose goals the member may add to, by name; one's own first."""
    own = list(await teams.of_member(session, member))
    if not member.is_admin:
        return own
    known = {one.id for one in own}
    every = await teams.all_of(session, member.workspace_id)
    return [*own, *(one for one in every if one.id not in known)]


async def named(session: AsyncSession, workspace_id: int, told: str) -> Team:
    """A team as somebody typed it. Raises UserMistake with those there are when it is none."""
    found = await teams.called(session, workspace_id, told)
    if found is not None:
        return found
    names = [one.name for one in await teams.all_of(session, workspace_id)]
    if not names:
        raise UserMistake("new_no_teams", given=shown(told))
    near = listed(nearest(told, names), OFFERED, 60)
    raise UserMistake("new_no_team", given=shown(told), teams=near)


async def offer(session: AsyncSession, member: Member, typed: Typed, today: date) -> Offer:
    found = await writable(session, member)
    team_id = parse.number_of(typed.objective, "team")
    cycles = await _cycles(session, member.workspace_id, team_id, today)
    chosen = parse.number_of(typed.objective, "cycle") or (cycles[0].id if cycles else 0)
    return Offer(
        teams=tuple(Named(one.id, one.name) for one in found[: ROOM + 1]),
        cycles=tuple(cycles),
        parents=await _parents(session, member.workspace_id, team_id, chosen),
        suggested=await _suggested(session, member.workspace_id, today),
    )


async def _cycles(
    session: AsyncSession, workspace_id: int, team_id: int, today: date
) -> list[CycleChoice]:
    """Cycles that are not over and that the team has not closed, the soonest to begin first."""
    closed = select(TeamCycle.cycle_id).where(
        TeamCycle.team_id == team_id, TeamCycle.closed_at.is_not(None)
    )
    rows = await session.scalars(
        select(Cycle)
        .where(Cycle.workspace_id == workspace_id, Cycle.ends >= today)
        .where(Cycle.id.not_in(closed))
        .order_by(Cycle.starts, Cycle.id)
        .limit(ROOM)
    )
    return [CycleChoice(one.id, one.key, one.starts, one.ends) for one in rows]


async def _parents(
    session: AsyncSession, workspace_id: int, team_id: int, cycle_id: int
) -> tuple[Named, ...]:
    """Objectives of other teams in the cycle, by team; one more than a list has room for."""
    rows = await session.execute(
        select(Objective.id, Objective.title, Team.name)
        .join(Team, Team.id == Objective.team_id)
        .where(Objective.workspace_id == workspace_id, Objective.cycle_id == cycle_id)
        .where(Objective.team_id != team_id, Objective.state == "active")
        .order_by(Team.name, Objective.id)
        .limit(ROOM + 1)
    )
    return tuple(Named(*row) for row in rows.all())


async def _suggested(session: AsyncSession, workspace_id: int, today: date) -> NewCycle:
    """The next calendar quarter that nobody has made yet."""
    known = set(await cycle_names(session, workspace_id))
    name, (starts, ends) = next_quarter(today)
    while name in known:
        name, (starts, ends) = next_quarter(starts)
    return NewCycle(name, starts, ends)


async def cycle_names(session: AsyncSession, workspace_id: int) -> list[str]:
    return list(await session.scalars(select(Cycle.key).where(Cycle.workspace_id == workspace_id)))


# --- where the objective belongs ------------------------------------------------------------------


async def setting(session: AsyncSession, member: Member, typed: Typed, today: date) -> Setting:
    """Raises UserMistake with every field that is wrong, and for who may not write there."""
    taken = await cycle_names(session, member.workspace_id)
    wish, wrong = parse.objective(typed.objective, taken, today)
    team = await teams.get(session, member.workspace_id, wish.team_id)
    await okrs.may_write(session, team, member)
    cycle = None if isinstance(wish.cycle, NewCycle) else await _cycle(session, team, wish.cycle)
    if cycle is None and wish.cycle and not isinstance(wish.cycle, NewCycle):
        wrong.append(UserMistake("needs_cycle", field=f"{OBJECTIVE}.cycle"))
    elif cycle is not None and await _is_closed(session, team, cycle):
        wrong.append(UserMistake("closed_for_team", field=f"{OBJECTIVE}.cycle"))
    told = cycle or wish.cycle
    if wrong or isinstance(told, int):
        raise UserMistake.together(wrong)
    parent = await parent_of(session, team, cycle, wish.parent_id) if cycle else None
    span = Span(told.starts, told.ends)
    return Setting(team, cycle, told.key, span, wish, parent.title if parent else "")


async def _cycle(session: AsyncSession, team: Team, cycle_id: int) -> Cycle | None:
    found: Cycle | None = await session.scalar(
        select(Cycle).where(Cycle.workspace_id == team.workspace_id, Cycle.id == cycle_id)
    )
    return found


async def _is_closed(session: AsyncSession, team: Team, cycle: Cycle) -> bool:
    closed = await session.scalar(
        select(TeamCycle.id).where(
            TeamCycle.team_id == team.id,
            TeamCycle.cycle_id == cycle.id,
            TeamCycle.closed_at.is_not(None),
        )
    )
    return closed is not None


async def parent_of(
    session: AsyncSession, team: Team, cycle: Cycle, parent_id: int | None
) -> Objective | None:
    """Another team's objective of the same cycle; None for anything else."""
    if parent_id is None:
        return None
    found: Objective | None = await session.scalar(
        select(Objective).where(
            Objective.workspace_id == team.workspace_id,
            Objective.id == parent_id,
            Objective.cycle_id == cycle.id,
            Objective.team_id != team.id,
            Objective.state == "active",
        )
    )
    return found


async def roster(session: AsyncSession, team: Team) -> dict[str, str]:
    """What people bring to the team, by user id."""
    return {one.user_id: function for one, function in await teams.members(session, team.id)}


def guardrails(typed: Typed, stored: Sequence[Guardrail]) -> list[Guardrail]:
    """Key results that could guard the one in hand, those that keep a level first."""
    written = [
        Guardrail(serial, False, line(raw, "title"), kind_of(raw).keeps)
        for serial, raw in typed.key_results.items()
        if serial != typed.serial and line(raw, "title")
    ]
    return sorted([*written, *stored], key=lambda one: not one.keeps)


async def stored(session: AsyncSession, where: Setting) -> list[Guardrail]:
    """The team's key results of the cycle."""
    if where.cycle is None:
        return []
    rows = await session.scalars(
        select(KeyResult)
        .where(KeyResult.team_id == where.team.id, KeyResult.cycle_id == where.cycle.id)
        .where(KeyResult.archived_at.is_(None))
        .order_by(KeyResult.id)
    )
    return [Guardrail(one.id, True, one.title, Kind(one.kind).keeps) for one in rows]
