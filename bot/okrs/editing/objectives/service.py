"""Objectives as people edit them, and the list of what there is to edit."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import UserMistake
from bot.okrs import parse
from bot.okrs import service as okrs
from bot.okrs.drafting import service as drafting
from bot.okrs.editing import rules as fields
from bot.okrs.editing.objectives.rules import Differing, EditList, ObjectiveSheet, Parents, Row
from bot.okrs.editing.rules import Typed
from bot.okrs.tables import Cycle, KeyResult, KeyResultOwner, Objective, TeamCycle
from bot.okrs.tree import rules as tree
from bot.people.tables import Member
from bot.people.teams import service as teams
from bot.people.teams.tables import Team

PAGE = 40  # rows
PARENTS = 400  # objectives to choose a parent from; a view has room for no more


async def listing(
    session: AsyncSession, member: Member, place: int, page: int, archived: bool
) -> EditList:
    """What there is to edit; place 0 is the newest open one. Raises UserMistake without any."""
    own = [one.id for one in await teams.of_member(session, member)]
    wanted = None if member.is_admin else own
    places = await okrs.places(session, member.workspace_id, wanted)
    places.sort(key=lambda one: one.team_id not in own)  # the others' come after one's own
    if not places:
        raise UserMistake("nothing_to_edit")
    usual = next((one for one in places if not one.closed), places[0])
    chosen = next((one for one in places if one.team_cycle_id == place), usual)
    team = await teams.get(session, member.workspace_id, chosen.team_id)
    everything = await _rows(session, chosen.team_id, chosen.cycle_id)
    away = [row for row, put_away in everything if put_away]
    rows = away if archived else [row for row, put_away in everything if not put_away]
    pages = max(-(-len(rows) // PAGE), 1)
    page = min(max(page, 0), pages - 1)
    return EditList(
        place=chosen.team_cycle_id,
        places=tuple((one.team_cycle_id, f"{one.team}, {one.cycle}") for one in places),
        rows=tuple(rows[page * PAGE : (page + 1) * PAGE]),
        page=page,
        pages=pages,
        archived=archived,
        put_away=len(away),
        led=teams.leads(team, member),
    )


async def _rows(session: AsyncSession, team_id: int, cycle_id: int) -> list[tuple[Row, bool]]:
    """(row, is it archived), each objective before its key results."""
    objectives = await session.scalars(
        select(Objective)
        .where(Objective.team_id == team_id, Objective.cycle_id == cycle_id)
        .order_by(Objective.id)
    )
    key_results = await session.scalars(
        select(KeyResult)
        .where(KeyResult.team_id == team_id, KeyResult.cycle_id == cycle_id)
        .order_by(KeyResult.position, KeyResult.id)
    )
    below: dict[int, list[KeyResult]] = {}
    for one in key_results:
        below.setdefault(one.objective_id, []).append(one)
    rows = []
    for home in objectives:
        away = home.archived_at is not None
        rows.append((Row(home.id, home.title, True, home.state == "draft"), away))
        for one in below.get(home.id, ()):
            # With its objective away it is not listed by itself: that one brings it back.
            if not away:
                rows.append((Row(one.id, one.title, False), one.archived_at is not None))
    return rows


async def sheet(session: AsyncSession, member: Member, objective_id: int) -> ObjectiveSheet:
    """Raises UserMistake when this workspace has no such objective."""
    row = await okrs.objective(session, member.workspace_id, objective_id)
    return await _sheet(session, member, row)


async def _sheet(session: AsyncSession, member: Member, row: Objective) -> ObjectiveSheet:
    team = await teams.get(session, row.workspace_id, row.team_id)
    cycle = await session.get_one(Cycle, row.cycle_id)
    place = await session.scalar(
        select(TeamCycle.id).where(
            TeamCycle.team_id == row.team_id, TeamCycle.cycle_id == row.cycle_id
        )
    )
    count = await session.scalar(
        select(func.count()).where(
            KeyResult.objective_id == row.id, KeyResult.archived_at.is_(None)
        )
    )
    return ObjectiveSheet(
        id=row.id,
        place=place or 0,
        team=team.name,
        cycle=cycle.key,
        texts={"title": row.title, "parent": str(row.parent_id or "")},
        parents=await _parents(session, row, cycle),
        key_results=count or 0,
        draft=row.state == "draft",
        archived=row.archived_at is not None,
        may_edit=await _may_edit(session, row, team, member),
        may_archive=teams.leads(team, member),
    )


async def _may_edit(session: AsyncSession, row: Objective, team: Team, member: Member) -> bool:
    """Lead and admins, and who is accountable for one of its key results."""
    if teams.leads(team, member):
        return True
    mine = await session.scalar(
        select(KeyResultOwner.id)
        .join(KeyResult, KeyResult.id == KeyResultOwner.key_result_id)
        .where(KeyResult.objective_id == row.id, KeyResult.archived_at.is_(None))
        .where(KeyResultOwner.member_id == member.id, KeyResultOwner.accountable)
        .limit(1)
    )
    return mine is not None


async def _parents(session: AsyncSession, row: Objective, cycle: Cycle) -> tuple[Parents, ...]:
    """Objectives of cycles that overlap this one, by team; the present parent among them."""
    found = await session.execute(
        select(Objective.id, Objective.title, Team.name, Cycle.key)
        .join(Team, Team.id == Objective.team_id)
        .join(Cycle, Cycle.id == Objective.cycle_id)
        .where(Objective.workspace_id == row.workspace_id, Objective.id != row.id)
        .where(
            (Objective.id == (row.parent_id or 0))
            | (
                Objective.archived_at.is_(None)
                & (Cycle.starts <= cycle.ends)
                & (Cycle.ends >= cycle.starts)
            )
        )
        # The present one first, then those that others hang under, where there are many.
        .order_by(
            (Objective.id == (row.parent_id or 0)).desc(),
            Objective.parent_id.is_not(None),
            Team.name,
        )
        .limit(PARENTS)
    )
    grouped: dict[str, list[tuple[int, str]]] = {}
    for objective_id, title, team, key in found:
        group = team if key == cycle.key else f"{team}, {key}"
        grouped.setdefault(group, []).append((objective_id, title))
    return tuple(Parents(team, tuple(options)) for team, options in sorted(grouped.items()))


async def save(
    session: AsyncSession, member: Member, objective_id: int, typed: Typed
) -> ObjectiveSheet | Differing:
    """Keep title and parent. Raises UserMistake at the field that is wrong."""
    row = await okrs.objective(session, member.workspace_id, objective_id)
    told = await _sheet(session, member, row)
    if not told.may_edit:
        raise UserMistake("not_yours")
    wanted, differ = fields.merged(told.texts, typed)
    if differ:
        return Differing(told, typed, {name: told.texts[name] for name in differ})
    title = " ".join(wanted["title"].split())
    if not title:
        raise UserMistake("title_gone", field="title")
    row.title = title
    await align(session, row, parse.identity(wanted["parent"] or 0) or None)
    await session.flush()
    return await _sheet(session, member, row)


async def align(session: AsyncSession, row: Objective, parent_id: int | None) -> None:
    """Hang the objective under this one. Raises UserMistake where that makes a circle."""
    if parent_id == row.parent_id:
        return
    if parent_id is not None:
        await _one_at_a_time(session, row.workspace_id)
        await _there(session, row.workspace_id, parent_id)
        parent_of = await _parent_of(session, row.workspace_id)
        if tree.circular(row.id, parent_id, parent_of):
            raise UserMistake("circular", field="parent")
    row.parent_id = parent_id


async def _one_at_a_time(session: AsyncSession, workspace_id: int) -> None:
    """Two people who hang two objectives under each other see one another's change."""
    await session.scalars(
        select(Cycle.id)
        .where(Cycle.workspace_id == workspace_id)
        .order_by(Cycle.id)
        .with_for_update(key_share=True)
    )


async def _there(session: AsyncSession, workspace_id: int, objective_id: int) -> None:
    """Not locked: its own editor may hold it, and wait for us."""
    found = await session.scalar(
        select(Objective.id).where(
            Objective.workspace_id == workspace_id, Objective.id == objective_id
        )
    )
    if found is None:
        raise UserMistake("no_such_objective", field="parent")


async def _parent_of(session: AsyncSession, workspace_id: int) -> dict[int, int | None]:
    rows = await session.execute(
        select(Objective.id, Objective.parent_id).where(
            Objective.workspace_id == workspace_id, Objective.parent_id.is_not(None)
        )
    )
    return {row[0]: row[1] for row in rows}


async def archive(
    session: AsyncSession, member: Member, objective_id: int, now: datetime
) -> ObjectiveSheet:
    """With all its key results; what was said of them stays. For leads and admins."""
    row = await _led(session, member, objective_id)
    if row.archived_at is None:
        row.archived_at = now
        row.state = row.state if row.state == "draft" else "archived"
    return await _sheet(session, member, row)


async def restore(session: AsyncSession, member: Member, objective_id: int) -> ObjectiveSheet:
    """As it was: a draft stays a draft."""
    row = await _led(session, member, objective_id)
    row.archived_at = None
    row.state = row.state if row.state == "draft" else "active"
    return await _sheet(session, member, row)


async def start(
    session: AsyncSession, member: Member, objective_id: int, now: datetime
) -> ObjectiveSheet:
    """From now on a draft counts: its owners are asked for check-ins."""
    row = await _led(session, member, objective_id)
    if row.state == "draft" and row.archived_at is None:
        await drafting.start(session, member, objective_id, now)
    return await _sheet(session, member, row)


async def _led(session: AsyncSession, member: Member, objective_id: int) -> Objective:
    row = await okrs.objective(session, member.workspace_id, objective_id)
    if not teams.leads(await teams.get(session, row.workspace_id, row.team_id), member):
        raise UserMistake("lead_archives")
    return row
