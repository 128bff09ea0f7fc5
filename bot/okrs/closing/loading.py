"""A team's cycle as it ended, read for its close-out."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import hold
from bot.errors import UserMistake
from bot.okrs import loading
from bot.okrs import service as okrs
from bot.okrs.checkins.loading import presence
from bot.okrs.checkins.rules import Presence
from bot.okrs.closing import rules
from bot.okrs.closing.rules import Answerable, Asking, CloseOut, Ended, Line, Mark, Standing, State
from bot.okrs.closing.tables import Grade
from bot.okrs.drafting.rules import next_key
from bot.okrs.grading import grade
from bot.okrs.scoreboard import KeyResultLine, Scoreboard
from bot.okrs.tables import Cycle, KeyResult, Objective, TeamCycle
from bot.people import service as people
from bot.people.tables import Member
from bot.people.teams import service as teams


async def newest(session: AsyncSession, ids: Collection[int]) -> dict[int, Grade]:
    """The grade that counts of each of these key results, by its id."""
    rows = await session.scalars(
        select(Grade).where(Grade.key_result_id.in_(ids)).order_by(Grade.number)
    )
    return {one.key_result_id: one for one in rows}


async def held(session: AsyncSession, workspace_id: int, team_cycle_id: int) -> TeamCycle:
    """Locked. Raises UserMistake when this workspace has no such team's cycle."""
    return await hold(session, TeamCycle, workspace_id, team_cycle_id, "no_such_cycle")


async def led(session: AsyncSession, member: Member, team_cycle_id: int) -> TeamCycle:
    """The team's cycle, locked. Raises UserMistake for who does not lead the team."""
    row = await held(session, member.workspace_id, team_cycle_id)
    team = await teams.get(session, row.workspace_id, row.team_id)
    if not teams.leads(team, member):
        raise UserMistake("not_lead")
    return row


async def ended(
    session: AsyncSession, row: TeamCycle, now: datetime
) -> tuple[Scoreboard, CloseOut]:
    """The cycle as it ended: what is still there now, with the values of its last instant."""
    board = await loading.scoreboard(session, row.workspace_id, row.id, now)
    over = rules.over(board.ends, board.rhythm.tz)
    grades = await newest(session, [one.id for one in board.key_results])
    objectives = [
        Ended(one.title, tuple(_line(line, grades.get(line.id), over) for line in one.key_results))
        for one in board.objectives
        if one.key_results
    ]
    told = CloseOut(
        row.workspace_id,
        row.id,
        board.team,
        board.cycle,
        board.lead,
        board.channel,
        tuple(objectives),
        reopened=row.reopened_at is not None and row.closed_at is None,
        drafted=await _drafted(session, row, board.cycle) if row.closed_at else "",
    )
    return board, told


async def _drafted(session: AsyncSession, row: TeamCycle, key: str) -> str:
    """The next cycle's key where an objective of this one goes on in it; empty when none does."""
    old = select(Objective.key).where(
        Objective.team_id == row.team_id, Objective.cycle_id == row.cycle_id
    )
    found: str | None = await session.scalar(
        select(Cycle.key)
        .join(Objective, Objective.cycle_id == Cycle.id)
        .where(Cycle.workspace_id == row.workspace_id, Cycle.key == next_key(key))
        .where(Objective.team_id == row.team_id, Objective.key.in_(old))
        .where(Objective.archived_at.is_(None))
        .limit(1)
    )
    return found or ""


def _line(told: KeyResultLine, given: Grade | None, over: datetime) -> Line:
    terms, last = told.history.terms(over), told.history.newest(over)
    value = last.value if last else None
    mark = _mark(given, grade(terms, value))
    owner = told.accountable.user_id if told.accountable else ""
    return Line(told.id, told.title, terms, value, mark, owner)


def _mark(row: Grade | None, computed: float | None) -> Mark:
    """What somebody gave stands beside the figures of that day; else the figures of today."""
    if row is None or not (row.onward or row.member_id):
        return Mark(computed, computed or 0.0)
    return Mark(row.computed, row.given, row.reason, row.cause, row.onward, by_person=True)


async def askings(
    session: AsyncSession, workspace_id: int, board: Scoreboard, now: datetime, until: datetime
) -> list[tuple[Member, Asking]]:
    """Whom to ask for what; what nobody else answers for is the lead's."""
    found = _answerable(board)
    members = await _accountable(session, found)
    lead = await people.find(session, workspace_id, board.lead)
    if lead is not None:
        members[lead.id] = lead
    asked = rules.askings(
        found, _present(members), lead.id if lead else None, board.rhythm, now, until
    )
    return [(members[who], share) for who, share in asked.items()]


async def unanswered(
    session: AsyncSession, board: Scoreboard, now: datetime, until: datetime
) -> set[int]:
    """Key results whose accountable owner is nobody, has left or is away until it is too late."""
    found = _answerable(board)
    present = _present(await _accountable(session, found))
    return {
        one.id for one in found if not rules.askings([one], present, None, board.rhythm, now, until)
    }


def _answerable(board: Scoreboard) -> list[Answerable]:
    return [
        Answerable(one.id, one.title, one.accountable.member_id if one.accountable else None)
        for one in board.key_results
    ]


async def _accountable(session: AsyncSession, found: list[Answerable]) -> dict[int, Member]:
    ids = {one.member_id for one in found if one.member_id is not None}
    rows = await session.scalars(select(Member).where(Member.id.in_(ids)))
    return {one.id: one for one in rows}


def _present(members: Mapping[int, Member]) -> dict[int, Presence]:
    return {who: presence(one) for who, one in members.items() if not one.is_deleted}


async def told(session: AsyncSession, team_cycle_id: int, now: datetime) -> CloseOut | None:
    """The close-out as it stands, for who could not be told; None when there is no such cycle."""
    row = await session.get(TeamCycle, team_cycle_id)
    return (await ended(session, row, now))[1] if row else None


async def quoting(session: AsyncSession, member: Member) -> list[int]:
    """Teams' cycles whose close-outs may quote why the member graded as they did, locked."""
    graded = (
        select(KeyResult.id)
        .join(Grade, Grade.key_result_id == KeyResult.id)
        .where(KeyResult.team_id == TeamCycle.team_id, KeyResult.cycle_id == TeamCycle.cycle_id)
        .where(Grade.member_id == member.id, (Grade.reason != "") | (Grade.cause != ""))
    )
    rows = await session.scalars(
        select(TeamCycle.id)
        .where(TeamCycle.workspace_id == member.workspace_id, graded.exists())
        .order_by(TeamCycle.id)
        .with_for_update(key_share=True)
    )
    return list(rows)


async def overview(session: AsyncSession, member: Member, now: datetime) -> list[Standing]:
    """The cycles of the member's teams that run or ended last, those with work for them first."""
    mine = {one.id: one for one in await teams.of_member(session, member)}
    places = await okrs.places(session, member.workspace_id, list(mine))
    found, closed = [], set()
    for place in places:
        if place.closed and place.team_id in closed:
            continue  # only the last of a team's closed cycles
        if place.closed:
            closed.add(place.team_id)
        leads = teams.leads(mine[place.team_id], member)
        found.append(await _standing(session, place.team_cycle_id, member, leads, now))
    return sorted(found, key=lambda one: (one.mine == 0, one.state != State.GRADING))


async def _standing(
    session: AsyncSession, team_cycle_id: int, member: Member, leads: bool, now: datetime
) -> Standing:
    row = await session.get_one(TeamCycle, team_cycle_id)
    board, out = await ended(session, row, now)
    state = State.CLOSED if row.closed_at else State.GRADING if row.settle_at else State.RUNNING
    left = [one for one in out.lines if not one.mark.by_person]
    theirs = {one.id for one in out.lines if one.owner == member.user_id}
    if leads and state == State.GRADING:
        theirs |= await unanswered(session, board, now, row.settle_at or now)
    return Standing(
        row.id,
        board.team,
        board.cycle,
        state,
        row.close_at,
        row.settle_at,
        sum(one.mark.by_person for one in out.lines),
        sum(one.id in theirs for one in left) if state == State.GRADING else 0,
        len(left),
        leads,
        leads and rules.may_reopen(row.closed_at, now),
        leads and out.reopened,
        member.tz,
        out.drafted,
    )
