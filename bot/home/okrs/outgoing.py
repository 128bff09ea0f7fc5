"""What App Home says of a person's goals, read from the OKR features."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.home.okrs.views import Debt, Goal, Goals, StillOwed
from bot.okrs import loading
from bot.okrs import service as okrs
from bot.okrs.checkins import service as check_ins
from bot.okrs.service import Place
from bot.people.tables import Member
from bot.people.teams import service as teams


async def told(session: AsyncSession, member: Member, now: datetime) -> Goals:
    mine = await check_ins.mine(session, member, now)
    known = await teams.of_member(session, member)
    if not known and not mine:
        return Goals()
    due = check_ins.owing(mine, now)
    due_ids = {one.key_result_id for one in due}
    deadlines = [one.deadline for one in mine if one.deadline and one.key_result_id in due_ids]
    places = {one.team_cycle_id for one in mine}
    goals = [goal for place in places for goal in await _goals(session, member, place, now)]
    led = [team.id for team in known if team.lead == member.user_id]
    return Goals(
        in_team=True,
        due=len(due),
        next_at=None if due else await check_ins.next_due(session, member, now),
        deadline=min(deadlines, default=None),
        mine=tuple(sorted(goals, key=lambda one: (one.team, one.line.id))),
        owed=await _owed(session, await _running(session, member, led, now), now),
    )


async def _goals(session: AsyncSession, member: Member, place: int, now: datetime) -> list[Goal]:
    board = await loading.scoreboard(session, member.workspace_id, place, now)
    titles = {one.id: one.title for one in board.key_results}
    return [
        Goal(board.team, one, titles)
        for one in board.key_results
        if any(owner.member_id == member.id for owner in one.owners)
    ]


async def _running(
    session: AsyncSession, member: Member, led: Sequence[int], now: datetime
) -> list[Place]:
    if not led:
        return []
    found = await okrs.places(session, member.workspace_id, led)
    return [one for one in found if not one.closed and one.starts <= now.date()]


async def _owed(
    session: AsyncSession, places: Sequence[Place], now: datetime
) -> tuple[StillOwed, ...]:
    owed = []
    for place in places:
        asking = await check_ins.current_round(session, place.team_cycle_id, now)
        if asking is None or asking.closes_at is None:
            continue
        debtors = await check_ins.owed_by_round(session, asking.id, now)
        if debtors:
            people = tuple(Debt(one.user_id, len(one.titles)) for one in debtors)
            owed.append(StillOwed(place.team, asking.deadline, people))
    return tuple(owed)
