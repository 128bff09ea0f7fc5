"""Export: a workspace's teams, goals and history as the document, in a fixed order.

Nobody's interview date, answers, marks or plan are in it, nor what is still blind: confidence,
note and blocker of a check-in whose round has not revealed it.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.mocks.tables import MockProfile
from bot.okrs.exchange import source as source_of
from bot.okrs.exchange import telling
from bot.okrs.exchange.printing import clock
from bot.okrs.exchange.printing import given as row_of
from bot.okrs.exchange.source import Names, Source
from bot.okrs.tables import Cycle, KeyResult, TeamCycle
from bot.people.rules import QUIET_FROM, QUIET_TO
from bot.people.tables import Member
from bot.people.teams.tables import Team
from bot.plans.tables import PracticePlan
from bot.workspaces.tables import Workspace

Json = dict[str, Any]


async def dump(
    session: AsyncSession, workspace_id: int, now: datetime, team_ids: Collection[int] | None = None
) -> Json:
    """The document as plain values; of these teams alone, without members' settings, when given.

    The order is that of natural keys and of when things were added, so that two exports of the
    same store are the same to the byte, and so are those of a store it was imported into.
    """
    names = await source_of.names(session, workspace_id)
    source = Source(session, workspace_id, team_ids)
    place = select(Workspace.team_id).where(Workspace.id == workspace_id)
    told: Json = {"workspace": await session.scalar(place)}
    if team_ids is None:
        told["members"] = await _members(session, workspace_id, now)
    told["teams"] = await _teams(source, names)
    told["cycles"] = await _cycles(source, names)
    told["objectives"] = await telling.objectives(source, names)
    told["check_ins"] = await telling.check_ins(source, names)
    told["grades"] = await telling.grades(source, names)
    return {name: part for name, part in told.items() if part}


async def size(
    session: AsyncSession, workspace_id: int, team_ids: Collection[int] | None = None
) -> int:
    """How many key results there are."""
    query = select(func.count()).where(KeyResult.workspace_id == workspace_id)
    if team_ids is not None:
        query = query.where(KeyResult.team_id.in_(team_ids))
    return await session.scalar(query) or 0


async def standings(
    session: AsyncSession, workspace_id: int, team_ids: Collection[int] | None = None
) -> dict[str, tuple[Any, float | None]]:
    """(newest value, progress 0 to 1) of every key result that has a value, by cycle/team/key."""
    names = await source_of.names(session, workspace_id)
    return await telling.standings(Source(session, workspace_id, team_ids), names)


async def _members(session: AsyncSession, workspace_id: int, now: datetime) -> list[Json]:
    rows = await session.execute(
        select(Member, PracticePlan, MockProfile)
        .outerjoin(
            PracticePlan,
            (PracticePlan.member_id == Member.id) & PracticePlan.set_up_at.is_not(None),
        )
        .outerjoin(
            MockProfile,
            (MockProfile.member_id == Member.id) & MockProfile.joined_at.is_not(None),
        )
        .where(Member.workspace_id == workspace_id, Member.erased_at.is_(None))
        .order_by(Member.user_id)
    )
    return [_member(member, plan, mocks, now) for member, plan, mocks in rows.all()]


def _member(
    member: Member, plan: PracticePlan | None, mocks: MockProfile | None, now: datetime
) -> Json:
    quiet = (member.quiet_from, member.quiet_to)
    paused = member.paused_until if member.paused_until and member.paused_until > now else None
    return row_of(
        user=member.user_id,
        tz=member.tz,
        daily_time=plan and plan.daily_time,
        work_days=plan and list(plan.work_days),
        track=plan and plan.track,
        quiet=None if quiet == (QUIET_FROM, QUIET_TO) else "-".join(map(clock, quiet)),
        country=member.country,
        days_off=[
            first if first == last else f"{first}..{last}" for first, last in member.days_off
        ],
        paused_until=paused,
        mocks=mocks and mocks.rhythm,
        mock_windows=mocks and mocks.windows,
        mock_level=mocks and mocks.level,
        mock_types=mocks and mocks.tracks,
    )


async def _teams(source: Source, names: Names) -> list[Json]:
    query = select(Team).where(Team.workspace_id == source.workspace_id).order_by(Team.key)
    inside: dict[int, list[Json]] = defaultdict(list)
    for (team_id, member_id), function in sorted(names.functions.items(), key=_by_user(names)):
        inside[team_id].append({"user": names.users[member_id], "function": function})
    return [
        row_of(
            key=one.key, name=one.name, channel=one.channel, lead=one.lead, members=inside[one.id]
        )
        for (one,) in await source.rows(query, Team.id)
    ]


def _by_user(names: Names) -> Any:
    return lambda part: names.users[part[0][1]]


async def _cycles(source: Source, names: Names) -> list[Json]:
    """Every team's part is named: its own rhythm if it has one, and when it was closed."""
    query = (
        select(Cycle, TeamCycle)
        .join(TeamCycle, TeamCycle.cycle_id == Cycle.id, isouter=source.team_ids is None)
        .where(Cycle.workspace_id == source.workspace_id)
        .order_by(Cycle.starts, Cycle.key)
    )
    found: dict[int, Json] = {}
    for cycle, part in await source.rows(query, TeamCycle.team_id):
        row = found.setdefault(cycle.id, _cycle(cycle))
        if part is not None:
            own = row_of(every=part.every, day=part.day, at=part.at, closed=part.closed_at)
            row.setdefault("teams", {})[names.teams[part.team_id]] = own
    for row in found.values():
        if "teams" in row:
            row["teams"] = dict(sorted(row["teams"].items()))
    return list(found.values())


def _cycle(row: Cycle) -> Json:
    beat = row_of(every=row.every, day=row.day, at=row.at, tz=row.tz)
    return row_of(key=row.key, starts=row.starts, ends=row.ends, check_in=beat)
