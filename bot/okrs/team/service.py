"""Teams as their lead makes and changes them, with the rhythm of the running cycle."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import UserMistake
from bot.okrs import loading
from bot.okrs import service as okrs
from bot.okrs.checkins import rules as rounds
from bot.okrs.rules import Function
from bot.okrs.tables import Cycle, KeyResult, KeyResultOwner, TeamCycle
from bot.okrs.team.rules import Pace, Saved, TeamLine, TeamSheet, TeamWish, Unanswered
from bot.people import service as people
from bot.people.tables import Member
from bot.people.teams import service as teams
from bot.people.teams.tables import Team, TeamMember


async def listing(session: AsyncSession, member: Member) -> list[TeamLine]:
    """Every team of the workspace, one's own first, then by name."""
    counts = {
        row[0]: row[1]
        for row in await session.execute(
            select(TeamMember.team_id, func.count())
            .where(TeamMember.workspace_id == member.workspace_id)
            .group_by(TeamMember.team_id)
        )
    }
    own = {one.id for one in await teams.of_member(session, member)}
    lines = [
        TeamLine(
            one.id,
            one.name,
            one.lead,
            counts.get(one.id, 0),
            one.id in own,
            teams.leads(one, member),
        )
        for one in await teams.all_of(session, member.workspace_id)
    ]
    return sorted(lines, key=lambda one: not one.mine)


async def sheet(session: AsyncSession, member: Member, team_id: int, today: date) -> TeamSheet:
    """Raises UserMistake when the workspace has no such team."""
    team = await teams.get(session, member.workspace_id, team_id)
    within = await teams.members(session, team.id)
    lead = await people.find(session, team.workspace_id, team.lead)
    found = await _running(session, team.id, today)
    by_function = {
        one.value: tuple(who.user_id for who, brings in within if _here(who, brings, one))
        for one in Function
    }
    return TeamSheet(
        id=team.id,
        name=team.name,
        channel=team.channel,
        lead=team.lead,
        by_function=by_function,
        cycle=found[1].key if found else "",
        rhythm=loading.rhythm(*found) if found else None,
        gone=sum(who.is_deleted for who, _ in within),
        leaderless=lead is not None and lead.is_deleted,
        led=teams.leads(team, member),
        mine=await teams.belongs(session, team, member),
    )


def _here(who: Member, brings: str, function: Function) -> bool:
    return brings == function.value and not who.is_deleted


async def _running(
    session: AsyncSession, team_id: int, today: date
) -> tuple[TeamCycle, Cycle] | None:
    """The team's cycle that runs or comes next."""
    row = (
        await session.execute(
            select(TeamCycle, Cycle)
            .join(Cycle, Cycle.id == TeamCycle.cycle_id)
            .where(TeamCycle.team_id == team_id, TeamCycle.closed_at.is_(None))
            .where(Cycle.ends >= today)
            .order_by(Cycle.starts, TeamCycle.id)
            .limit(1)
        )
    ).first()
    return (row[0], row[1]) if row else None


async def make(session: AsyncSession, member: Member, wish: TeamWish) -> Saved:
    """A new team. Anybody may make one; who makes it leads it, unless they name another."""
    team = await teams.make(session, member.workspace_id, wish.name, wish.lead or member.user_id)
    team.channel = wish.channel
    await _lead(session, team, team.lead)
    await _settle(session, team, wish.by_function)
    return Saved(team.id, team.name, team.channel, True, team.lead, None, ())


async def change(
    session: AsyncSession, member: Member, team_id: int, wish: TeamWish, now: datetime
) -> Saved:
    """Raises UserMistake for who does not lead the team."""
    team = await teams.locked(session, member.workspace_id, team_id)
    if not teams.leads(team, member):
        raise UserMistake("not_lead")
    await teams.rename(session, team, wish.name)
    team.channel = wish.channel
    if wish.lead != team.lead:
        await _lead(session, team, wish.lead)
    removed = await _settle(session, team, wish.by_function)
    next_day = await _repace(session, team, wish.pace, now) if wish.pace else None
    unanswered = await _unanswered(session, team, removed)
    return Saved(team.id, team.name, team.channel, False, team.lead, next_day, unanswered)


async def take_over(session: AsyncSession, member: Member, team_id: int) -> None:
    """Let a member of a team whose lead has left lead it. Raises UserMistake otherwise."""
    team = await teams.locked(session, member.workspace_id, team_id)
    lead = await people.find(session, team.workspace_id, team.lead)
    if lead is None or not lead.is_deleted:
        raise UserMistake("still_led")
    if not await teams.belongs(session, team, member):
        raise UserMistake("not_in_team")
    team.lead = member.user_id


async def _lead(session: AsyncSession, team: Team, user_id: str) -> None:
    await _present(session, team, user_id, "lead")
    team.lead = user_id


async def _present(session: AsyncSession, team: Team, user_id: str, field: str) -> Member:
    """Somebody whose account is not deactivated. Raises UserMistake at the field."""
    known = await people.find(session, team.workspace_id, user_id)
    # Without a lock where they are known: two leads who put each other in wait for nobody.
    member = known or await people.ensure(session, team.workspace_id, user_id)
    if member.is_deleted:
        raise UserMistake("person_left", field=field)
    return member


async def _settle(
    session: AsyncSession, team: Team, by_function: Mapping[str, tuple[str, ...]]
) -> list[int]:
    """Let exactly these people be in the team; returns the ids of members who are not any more."""
    wanted: dict[int, str] = {}
    placed = [(user, function) for function, users in by_function.items() for user in users]
    for user_id, function in placed:
        member = await _present(session, team, user_id, function)
        wanted[member.id] = function
        await teams.put(session, team, member, function)
    within = await teams.members(session, team.id)
    removed = [one.id for one, _ in within if one.id not in wanted]
    await teams.drop(session, team, removed)
    return removed


async def _repace(session: AsyncSession, team: Team, pace: Pace, now: datetime) -> date | None:
    """The rhythm of the running cycle; the day of the next check-in where it changed."""
    found = await _running(session, team.id, now.date())
    if found is None:
        return None
    row, cycle = found
    await session.refresh(row, with_for_update={"key_share": True})
    before = loading.rhythm(row, cycle)
    if (before.weeks, before.day, before.at) == (loading.WEEKS[pace.every], pace.day, pace.at):
        return None
    row.every, row.day, row.at = pace.every, pace.day, pace.at
    okrs.plan(row, cycle, now)
    return rounds.next_round(cycle.starts, cycle.ends, loading.rhythm(row, cycle), now)


async def _unanswered(
    session: AsyncSession, team: Team, removed: Sequence[int]
) -> tuple[Unanswered, ...]:
    """Key results of open cycles for which these people are still accountable."""
    if not removed:
        return ()
    rows = await session.execute(
        select(KeyResult.id, KeyResult.title, Member.user_id)
        .join(KeyResultOwner, KeyResultOwner.key_result_id == KeyResult.id)
        .join(Member, Member.id == KeyResultOwner.member_id)
        .join(
            TeamCycle,
            (TeamCycle.team_id == KeyResult.team_id) & (TeamCycle.cycle_id == KeyResult.cycle_id),
        )
        .where(KeyResult.team_id == team.id, KeyResult.archived_at.is_(None))
        .where(TeamCycle.closed_at.is_(None))
        .where(KeyResultOwner.member_id.in_(removed), KeyResultOwner.accountable)
        .order_by(KeyResult.id)
    )
    return tuple(Unanswered(*row) for row in rows.all())
