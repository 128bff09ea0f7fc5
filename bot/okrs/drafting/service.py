"""The next cycle, drafted from how the last one ended. A draft asks nobody for anything."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import insert_once
from bot.errors import UserMistake
from bot.okrs import service as okrs
from bot.okrs import terms
from bot.okrs.checkins import rules as rounds
from bot.okrs.closing import loading as closing
from bot.okrs.closing.rules import Line, Onward
from bot.okrs.drafting import loading, rules
from bot.okrs.drafting.rules import NextCycle
from bot.okrs.loading import rhythm
from bot.okrs.tables import Cycle, KeyResult, KeyResultOwner, Objective, TeamCycle
from bot.people.tables import Member
from bot.people.teams import service as teams

ONWARDS = (Onward.KEEP, Onward.CHANGE)


@dataclass(frozen=True)
class Started:
    """Titles of objectives that are active now; `first_day` is the next check-in's."""

    team: str
    cycle: str
    titles: tuple[str, ...]
    first_day: date | None


async def draft(
    session: AsyncSession, member: Member, team_cycle_id: int, now: datetime
) -> NextCycle:
    """Make what is not there yet of the next cycle; pressed again, it makes nothing anew.

    Raises UserMistake for who does not lead the team, and before the cycle is closed.
    """
    row = await closing.led(session, member, team_cycle_id)
    if row.closed_at is None:
        raise UserMistake("draft_early")
    old = await session.get_one(Cycle, row.cycle_id)
    new = await _next(session, old)
    _, out = await closing.ended(session, row, now)
    lines = {one.id: one for one in out.lines}
    onward = {id_ for id_, one in lines.items() if one.mark.onward in ONWARDS}
    found = await loading.key_results(session, row.team_id, old.id)
    going = [(one, [each for each in rows if each.id in onward]) for one, rows in found]
    fresh: list[Objective] = []
    made: dict[int, KeyResult] = {}  # by the id of what it goes on from
    for one, rows in going:
        if rows:
            home = await _objective(session, one, new, now, fresh)
            if home.state == "draft":
                made |= await _carry(session, home, rows, lines, old, new, now)
    if fresh:  # there to be read and changed; unplanned, so that nobody is asked for anything
        beat = {"every": row.every, "day": row.day, "at": row.at}
        part = {"workspace_id": row.workspace_id, "team_id": row.team_id, "cycle_id": new.id}
        await insert_once(session, TeamCycle, **part, **beat)
    await _align(session, fresh, new)
    await _bind(session, found, made, new)
    return await loading.listed(session, row, out.team, new, found, lines)


async def _next(session: AsyncSession, old: Cycle) -> Cycle:
    """The cycle after this one, in the same rhythm; one of that name is taken as it is."""
    key = rules.next_key(old.key)
    starts, ends = rules.next_span(old.starts, old.ends)
    beat = {"every": old.every, "day": old.day, "at": old.at, "tz": old.tz}
    place = {"workspace_id": old.workspace_id, "key": key, "starts": starts, "ends": ends}
    await insert_once(session, Cycle, **place, **beat)
    found = await okrs.cycle_of(session, old.workspace_id, key)
    if found is None:
        raise UserMistake("no_such_cycle")
    return found


async def _objective(
    session: AsyncSession, old: Objective, new: Cycle, now: datetime, fresh: list[Objective]
) -> Objective:
    made = await insert_once(
        session,
        Objective,
        workspace_id=old.workspace_id,
        team_id=old.team_id,
        cycle_id=new.id,
        key=old.key,
        title=old.title,
        parent_id=old.parent_id,
        state="draft",
        created_at=now,
    )
    row = (
        await session.scalars(
            select(Objective).where(
                Objective.team_id == old.team_id,
                Objective.cycle_id == new.id,
                Objective.key == old.key,
            )
        )
    ).one()
    if made is not None:
        fresh.append(row)
    return row


async def _carry(
    session: AsyncSession,
    home: Objective,
    rows: Sequence[KeyResult],
    lines: Mapping[int, Line],
    old: Cycle,
    new: Cycle,
    now: datetime,
) -> dict[int, KeyResult]:
    """Put what is not there yet into the objective; by the id of what it goes on from."""
    made: dict[int, KeyResult] = {}
    for one in rows:
        told = rules.carried(okrs.terms_of(one), lines[one.id].value, new.starts - old.starts)
        new_id = await insert_once(
            session,
            KeyResult,
            workspace_id=home.workspace_id,
            team_id=home.team_id,
            cycle_id=home.cycle_id,
            objective_id=home.id,
            position=one.position,
            key=one.key,
            title=one.title,
            leading=one.leading,
            customer_link=one.customer_link,
            created_at=now,
            **terms.to_document(told),
        )
        if new_id is not None:
            made[one.id] = await session.get_one(KeyResult, new_id)
    await _hand_on(session, made)
    return made


async def _hand_on(session: AsyncSession, made: Mapping[int, KeyResult]) -> None:
    """Who answered for it answers for what goes on from it; people who have left do not."""
    owners = await session.execute(
        select(KeyResultOwner)
        .join(Member, Member.id == KeyResultOwner.member_id)
        .where(KeyResultOwner.key_result_id.in_(made), Member.is_deleted.is_(False))
        .order_by(KeyResultOwner.id)
    )
    for (owner,) in owners:
        session.add(
            KeyResultOwner(
                workspace_id=owner.workspace_id,
                key_result_id=made[owner.key_result_id].id,
                member_id=owner.member_id,
                function=owner.function,
                accountable=owner.accountable,
            )
        )
    await session.flush()


async def _align(session: AsyncSession, fresh: Sequence[Objective], new: Cycle) -> None:
    """A parent that goes on too is the parent in the new cycle; any other stays what it was."""
    ids = {one.parent_id for one in fresh if one.parent_id}
    parents = (await session.scalars(select(Objective).where(Objective.id.in_(ids)))).all()
    onward = await loading.successors(session, Objective, parents, new)
    for one in fresh:
        one.parent_id = onward.get(one.parent_id or 0, one.parent_id)


async def _bind(
    session: AsyncSession,
    found: Sequence[tuple[Objective, list[KeyResult]]],
    made: Mapping[int, KeyResult],
    new: Cycle,
) -> None:
    """Guardrails go on where they are in the new cycle: an old one would never be fresh again."""
    guarded = {one.id: one.guardrail_id for _, rows in found for one in rows if one.guardrail_id}
    guards = await session.scalars(select(KeyResult).where(KeyResult.id.in_(guarded.values())))
    onward = await loading.successors(session, KeyResult, guards.all(), new)
    for id_, row in made.items():
        row.guardrail_id = onward.get(guarded.get(id_, 0))
    await session.flush()


# --- start --------------------------------------------------------------------------------------


async def start(session: AsyncSession, member: Member, objective_id: int, now: datetime) -> Started:
    """Make a draft active. Raises UserMistake for people outside the team, and the second time."""
    row = await okrs.objective(session, member.workspace_id, objective_id)
    if row.archived_at is not None:
        raise UserMistake("no_such_objective")
    if row.state != "draft":
        raise UserMistake("draft_started")
    return await _start(session, member, [row], now)


async def start_all(
    session: AsyncSession, member: Member, team_cycle_id: int, now: datetime
) -> Started:
    """Make every draft of the cycle after this one active."""
    before = await closing.held(session, member.workspace_id, team_cycle_id)
    old = await session.get_one(Cycle, before.cycle_id)
    new = await okrs.cycle_of(session, member.workspace_id, rules.next_key(old.key))
    rows = await session.scalars(
        select(Objective)
        .where(Objective.team_id == before.team_id, Objective.state == "draft")
        .where(Objective.cycle_id == (new.id if new else 0), Objective.archived_at.is_(None))
        .order_by(Objective.id)
        .with_for_update(key_share=True)
    )
    drafts = rows.all()
    if not drafts:
        raise UserMistake("draft_started")
    return await _start(session, member, drafts, now)


async def _start(
    session: AsyncSession, member: Member, rows: Sequence[Objective], now: datetime
) -> Started:
    team = await teams.get(session, member.workspace_id, rows[0].team_id)
    await okrs.may_write(session, team, member)
    cycle = await session.get_one(Cycle, rows[0].cycle_id)
    if cycle.ends < now.date():
        raise UserMistake("draft_late")
    place = await okrs.join(session, cycle.workspace_id, team.id, cycle, now)
    for one in rows:
        one.state = "active"
    beat = rhythm(place, cycle)
    day = rounds.next_round(cycle.starts, cycle.ends, beat, now)
    return Started(team.name, cycle.key, tuple(one.title for one in rows), day)
