from collections.abc import Sequence
from itertools import chain

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import hold, insert_once
from bot.errors import UserMistake
from bot.people.tables import Member
from bot.people.teams import rules
from bot.people.teams.tables import Team as Team  # doors name its type
from bot.people.teams.tables import TeamMember


async def find(session: AsyncSession, workspace_id: int, key: str) -> Team | None:
    found: Team | None = await session.scalar(
        select(Team).where(Team.workspace_id == workspace_id, Team.key == key)
    )
    return found


async def get(session: AsyncSession, workspace_id: int, team_id: int) -> Team:
    """Raises UserMistake when this workspace has no such team."""
    found: Team | None = await session.scalar(
        select(Team).where(Team.workspace_id == workspace_id, Team.id == team_id)
    )
    if found is None:
        raise UserMistake("no_such_team")
    return found


async def ensure(session: AsyncSession, workspace_id: int, key: str, name: str, lead: str) -> Team:
    """The team of this key, locked; made when there is none."""
    await insert_once(session, Team, workspace_id=workspace_id, key=key, name=name, lead=lead)
    return (
        await session.scalars(
            select(Team)
            .where(Team.workspace_id == workspace_id, Team.key == key)
            .with_for_update(key_share=True)
        )
    ).one()


async def make(session: AsyncSession, workspace_id: int, name: str, lead: str) -> Team:
    """A new team under a free key made of its name. Raises UserMistake when the name is taken."""
    await _name_free(session, workspace_id, name, None)
    for key in rules.keys_for(name):
        values = {"workspace_id": workspace_id, "key": key, "name": name, "lead": lead}
        made = await insert_once(session, Team, **values)
        if made is not None:
            return await session.get_one(Team, made)
    raise AssertionError("keys never end")


async def rename(session: AsyncSession, team: Team, name: str) -> None:
    """Raises UserMistake when another team is called so; the key stays."""
    if name != team.name:
        await _name_free(session, team.workspace_id, name, team.id)
        team.name = name


async def _name_free(session: AsyncSession, workspace_id: int, name: str, own: int | None) -> None:
    same = select(Team.id).where(
        Team.workspace_id == workspace_id, func.lower(Team.name) == name.lower()
    )
    if await session.scalar(same.where(Team.id != own) if own else same) is not None:
        raise UserMistake("team_name_taken", field="name")


async def locked(session: AsyncSession, workspace_id: int, team_id: int) -> Team:
    """Raises UserMistake when this workspace has no such team."""
    return await hold(session, Team, workspace_id, team_id, "no_such_team")


async def all_of(session: AsyncSession, workspace_id: int) -> Sequence[Team]:
    rows = await session.scalars(
        select(Team).where(Team.workspace_id == workspace_id).order_by(Team.name, Team.id)
    )
    return rows.all()


async def called(session: AsyncSession, workspace_id: int, words: str) -> Team | None:
    """The team of this key or name in any case, else the first whose name begins so."""
    wanted = words.casefold()
    known = await all_of(session, workspace_id)
    whole = (one for one in known if wanted in (one.key.casefold(), one.name.casefold()))
    begun = (one for one in known if wanted and one.name.casefold().startswith(wanted))
    return next(chain(whole, begun), None)


async def of_member(session: AsyncSession, member: Member) -> Sequence[Team]:
    """Teams the member is in or leads, by name."""
    mine = select(TeamMember.team_id).where(TeamMember.member_id == member.id)
    rows = await session.scalars(
        select(Team)
        .where(Team.workspace_id == member.workspace_id)
        .where(Team.id.in_(mine) | (Team.lead == member.user_id))
        .order_by(Team.name, Team.id)
    )
    return rows.all()


async def members(session: AsyncSession, team_id: int) -> Sequence[tuple[Member, str]]:
    """(member, function), in the order in which they came."""
    rows = await session.execute(
        select(Member, TeamMember.function)
        .join(TeamMember, TeamMember.member_id == Member.id)
        .where(TeamMember.team_id == team_id)
        .order_by(TeamMember.id)
    )
    return [(row[0], row[1]) for row in rows.all()]


async def put(session: AsyncSession, team: Team, member: Member, function: str) -> None:
    """Let somebody be in the team with this function; a function they had is replaced."""
    await insert_once(
        session,
        TeamMember,
        workspace_id=team.workspace_id,
        team_id=team.id,
        member_id=member.id,
        function=function,
    )
    row = (
        await session.scalars(
            select(TeamMember).where(
                TeamMember.team_id == team.id, TeamMember.member_id == member.id
            )
        )
    ).one()
    row.function = function


async def drop(session: AsyncSession, team: Team, member_ids: Sequence[int]) -> None:
    await session.execute(
        delete(TeamMember).where(
            TeamMember.team_id == team.id, TeamMember.member_id.in_(member_ids)
        )
    )


async def belongs(session: AsyncSession, team: Team, member: Member) -> bool:
    """Is the member in the team, its lead or an admin?"""
    if leads(team, member):
        return True
    row = await session.scalar(
        select(TeamMember.id).where(
            TeamMember.team_id == team.id, TeamMember.member_id == member.id
        )
    )
    return row is not None


def leads(team: Team, member: Member) -> bool:
    """May the member do what a lead may: the team's own, or an admin?"""
    return member.is_admin or team.lead == member.user_id
