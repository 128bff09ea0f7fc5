from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import UserMistake
from bot.mocks import service as mocks
from bot.mocks.reporting import rules
from bot.mocks.reporting.rules import Report
from bot.mocks.rules import GroupState, RoundState
from bot.mocks.tables import MockGroup, MockRound, MockSeat
from bot.people.tables import Member
from bot.people.teams import service as teams
from bot.people.teams.service import Team


async def leads_any(session: AsyncSession, member: Member) -> bool:
    """Is there a report for this person: do they lead a team, or are they an admin?"""
    if member.is_admin:
        return True
    return any(one.lead == member.user_id for one in await teams.of_member(session, member))


async def reports(session: AsyncSession, member: Member, named: str) -> list[Report]:
    """The team that was named, else the workspace for an admin, else every team that they lead.

    Raises UserMistake for who leads none, or not that one.
    """
    if named:
        team = await teams.called(session, member.workspace_id, named)
        if team is None or not teams.leads(team, member):
            raise UserMistake("mock_report_team" if await leads_any(session, member) else NONE)
        return [await _of_team(session, member, team)]
    if member.is_admin:
        return [await _report(session, member, "", None)]
    mine = await teams.of_member(session, member)
    led = [one for one in mine if one.lead == member.user_id]
    if not led:
        raise UserMistake(NONE)
    return [await _of_team(session, member, one) for one in led]


NONE = "mock_report_leads"


async def _of_team(session: AsyncSession, member: Member, team: Team) -> Report:
    ids = [one.id for one, _ in await teams.members(session, team.id)]
    return await _report(session, member, team.name, ids)


async def _report(
    session: AsyncSession, reader: Member, team: str, ids: Collection[int] | None
) -> Report:
    """`ids` None: everybody."""
    closed = (
        select(MockRound.id)
        .where(MockRound.workspace_id == reader.workspace_id)
        .where(MockRound.state == RoundState.CLOSED)
        .order_by(MockRound.week.desc())
        .limit(rules.ROUNDS)
    )
    rounds = list(await session.scalars(closed))
    whose = [MockSeat.round_id.in_(rounds), mocks.TOLD]
    if ids is not None:
        whose.append(MockSeat.member_id.in_(ids))
    known = MockGroup.id.in_(
        select(MockSeat.group_id).where(MockSeat.member_id == reader.id).correlate(None)
    )
    people = await session.scalar(
        select(func.count(MockSeat.member_id.distinct()))
        .join(MockGroup, MockGroup.id == MockSeat.group_id)
        .where(*whose, ~known)
    )
    found = await _groups(session, whose, known)
    return Report(team, rules.figures(found, people or 0))


async def _groups(
    session: AsyncSession, whose: Sequence[ColumnElement[bool]], known: ColumnElement[bool]
) -> list[rules.Outcome]:
    """Groups in which any of these seats is, with how many forms came from those who met.

    `known`: those that the reader was in.
    """
    wanted: Select[int] = (
        select(MockSeat.group_id)
        .join(MockGroup, MockGroup.id == MockSeat.group_id)
        .where(*whose)
        .distinct()
        .correlate(None)
    )
    rows = await session.execute(
        select(
            MockGroup.state,
            MockGroup.tell_at,
            MockGroup.agreed_at,
            func.count(MockSeat.id),
            func.count(MockSeat.marked_at),
            known,
        )
        .outerjoin(MockSeat, (MockSeat.group_id == MockGroup.id) & MockSeat.left_at.is_(None))
        .where(MockGroup.id.in_(wanted))
        .group_by(MockGroup.id, MockGroup.state, MockGroup.tell_at, MockGroup.agreed_at)
    )
    return [_outcome(*row) for row in rows]


def _outcome(
    state: str, told: datetime, agreed: datetime | None, seats: int, forms: int, known: bool
) -> rules.Outcome:
    met = state == GroupState.MET
    return rules.Outcome(met, agreed - told if met and agreed else None, seats, forms, bool(known))
