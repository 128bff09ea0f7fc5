"""Makes an objective of what was written, and takes it back within the hour."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import insert_once
from bot.errors import UserMistake
from bot.okrs import loading
from bot.okrs import service as okrs
from bot.okrs.checkins import rules as rounds
from bot.okrs.service import Ownership
from bot.okrs.tables import Cycle, KeyResult, Objective, TeamCycle
from bot.okrs.writing import service as writing
from bot.okrs.writing.key_results.parse import Guardrail, KeyResultWish
from bot.okrs.writing.parse import NewCycle
from bot.okrs.writing.rules import key_for
from bot.okrs.writing.service import Setting
from bot.okrs.writing.typed import form_of
from bot.okrs.writing.values import Made
from bot.people import service as people
from bot.people.tables import Member
from bot.people.teams import service as teams

UNDO = timedelta(hours=1)


async def absent(
    session: AsyncSession, workspace_id: int, wish: KeyResultWish
) -> list[UserMistake]:
    """A mistake for each field that names somebody whose account is deactivated."""
    named = {"owner": (wish.owner,), "co_owners": wish.co_owners}
    everybody = [user for users in named.values() for user in users]
    gone = set(
        await session.scalars(
            select(Member.user_id).where(
                Member.workspace_id == workspace_id,
                Member.user_id.in_(everybody),
                Member.is_deleted,
            )
        )
    )
    return [
        UserMistake("person_left", field=f"{form_of(wish.serial)}.{name}")
        for name, users in named.items()
        if gone & set(users)
    ]


async def save(
    session: AsyncSession,
    member: Member,
    where: Setting,
    wishes: Sequence[KeyResultWish],
    now: datetime,
) -> Made:
    """The objective with its key results and owners. Raises UserMistake.

    The team's cycle is locked meanwhile, so that two people find keys of their own.
    """
    cycle = where.cycle or await _made_cycle(session, member, where)
    part = await okrs.join(session, member.workspace_id, where.team.id, cycle, now)
    if part.closed_at is not None:
        raise UserMistake("closed_for_team", field="objective.cycle")
    home = await _objective(session, where, cycle, now)
    rows = await _key_results(session, home, wishes, now)
    await _bind(session, home, wishes, rows)
    await _own(session, where, wishes, rows)
    return _told(where, home, cycle, part, wishes)


async def _made_cycle(session: AsyncSession, member: Member, where: Setting) -> Cycle:
    """The new cycle; the one that somebody made meanwhile, if it is the same."""
    wanted = where.wish.cycle
    if not isinstance(wanted, NewCycle):
        raise UserMistake("needs_cycle", field="objective.cycle")
    values = {"key": wanted.key, "starts": wanted.starts, "ends": wanted.ends, "tz": member.tz}
    await insert_once(session, Cycle, workspace_id=member.workspace_id, **values)
    cycle = await okrs.cycle_of(session, member.workspace_id, wanted.key)
    if cycle is None or (cycle.starts, cycle.ends) != (wanted.starts, wanted.ends):
        raise UserMistake("cycle_taken", field="objective.cycle_name", name=wanted.key)
    return cycle


async def _objective(
    session: AsyncSession, where: Setting, cycle: Cycle, now: datetime
) -> Objective:
    keys = await session.scalars(
        select(Objective.key).where(
            Objective.team_id == where.team.id, Objective.cycle_id == cycle.id
        )
    )
    parent = await writing.parent_of(session, where.team, cycle, where.wish.parent_id)
    made = Objective(
        workspace_id=where.team.workspace_id,
        team_id=where.team.id,
        cycle_id=cycle.id,
        key=key_for(where.wish.title, set(keys), "objective"),
        title=where.wish.title,
        parent_id=parent.id if parent else None,
        created_at=now,
    )
    session.add(made)
    await session.flush()
    return made


async def _key_results(
    session: AsyncSession, home: Objective, wishes: Sequence[KeyResultWish], now: datetime
) -> dict[int, KeyResult]:
    """The rows by serial number."""
    keys = await session.scalars(
        select(KeyResult.key).where(
            KeyResult.team_id == home.team_id, KeyResult.cycle_id == home.cycle_id
        )
    )
    taken, rows = set(keys), {}
    for one in wishes:
        key = key_for(one.title, taken, "key-result")
        taken.add(key)
        row = await okrs.add_key_result(session, home, key, one.title, one.terms, now)
        row.leading, row.customer_link = one.leading, one.customer_link
        rows[one.serial] = row
    return rows


async def _bind(
    session: AsyncSession,
    home: Objective,
    wishes: Sequence[KeyResultWish],
    rows: Mapping[int, KeyResult],
) -> None:
    """Guardrails, once all there could be are there; one that is gone binds nothing."""
    wanted = [one.guardrail.number for one in wishes if one.guardrail and one.guardrail.stored]
    stored = set(
        await session.scalars(
            select(KeyResult.id).where(
                KeyResult.id.in_(wanted),
                KeyResult.team_id == home.team_id,
                KeyResult.cycle_id == home.cycle_id,
                KeyResult.archived_at.is_(None),
            )
        )
    )
    for one in wishes:
        rows[one.serial].guardrail_id = _guard(one.guardrail, one.serial, rows, stored)


def _guard(
    told: Guardrail | None, own: int, rows: Mapping[int, KeyResult], stored: Collection[int]
) -> int | None:
    if told is None:
        return None
    if told.stored:
        return told.number if told.number in stored else None
    return rows[told.number].id if told.number in rows and told.number != own else None


async def _own(
    session: AsyncSession,
    where: Setting,
    wishes: Sequence[KeyResultWish],
    rows: Mapping[int, KeyResult],
) -> None:
    """Owners; what co-owners bring is what they bring to the team."""
    users = sorted({user for one in wishes for user in (one.owner, *one.co_owners)})
    place = where.team.workspace_id
    members = {user: await _known(session, place, user) for user in users}  # in one order
    brings = await writing.roster(session, where.team)
    for one in wishes:
        owners = [Ownership(members[one.owner].id, one.function, True)]
        owners += [
            Ownership(members[user].id, brings.get(user, ""), False) for user in one.co_owners
        ]
        await okrs.set_owners(session, rows[one.serial], owners)


async def _known(session: AsyncSession, workspace_id: int, user_id: str) -> Member:
    found = await people.find(session, workspace_id, user_id)
    return found or await people.ensure(session, workspace_id, user_id)


def _told(
    where: Setting,
    home: Objective,
    cycle: Cycle,
    part: TeamCycle,
    wishes: Sequence[KeyResultWish],
) -> Made:
    # A round that was opened already asks nobody for what came after it.
    opens = part.next_round_at
    return Made(
        objective_id=home.id,
        objective=home.title,
        team=where.team.name,
        cycle=cycle.key,
        key_results=tuple(one.title for one in wishes),
        first=opens.astimezone(rounds.EARLIEST).date() if opens else None,
        at=loading.rhythm(part, cycle).at,
        channel=bool(where.team.channel),
    )


async def undo(session: AsyncSession, member: Member, objective_id: int, now: datetime) -> str:
    """Archive what was made within the hour; its title. Twice is as good as once."""
    home = await okrs.objective(session, member.workspace_id, objective_id)
    team = await teams.get(session, home.workspace_id, home.team_id)
    await okrs.may_write(session, team, member)
    if home.archived_at is None:
        if now - home.created_at > UNDO:
            raise UserMistake("undo_late")
        home.archived_at, home.state = now, "archived"
    return home.title
