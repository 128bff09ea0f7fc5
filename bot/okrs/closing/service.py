"""The close-out of a team's cycle. Every decision holds its `TeamCycle` row, one after another."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import UserMistake
from bot.okrs.closing import loading, rules
from bot.okrs.closing.rules import Asking, CloseOut, Line, Said, Sheet
from bot.okrs.closing.tables import Grade
from bot.okrs.tables import TeamCycle
from bot.people.tables import Member
from bot.people.teams import service as teams
from bot.workspaces.tables import Workspace

BATCH = 20
Given = tuple[Said, float | None]  # with the computed grade of the moment


@dataclass(frozen=True)
class Ask:
    """One member's share of a close-out."""

    told: Asking
    member: Member
    team_cycle_id: int
    team: str
    cycle: str
    ends: date
    settles: datetime


# --- the clock ----------------------------------------------------------------------------------


async def ask_due(session: AsyncSession, now: datetime) -> tuple[list[Ask], bool]:
    """Write the grades of the figures where a cycle is over; whom to ask; whether there is more."""
    rows = await _due(session, TeamCycle.close_at <= now)
    asked = [one for row in rows for one in await _ask(session, row, now)]
    return asked, len(rows) == BATCH


async def settle_due(session: AsyncSession, now: datetime) -> tuple[list[CloseOut], bool]:
    """Close what was asked for long enough; whether there is more."""
    rows = await _due(session, TeamCycle.settle_at <= now)
    told = []
    for row in rows:
        if row.close_at is not None and row.close_at > now:
            row.settle_at = None  # the cycle's end was moved since: it is asked for again then
        else:
            told.append(await _close(session, row, now))
    return told, len(rows) == BATCH


async def _due(session: AsyncSession, when: ColumnElement[bool]) -> Sequence[TeamCycle]:
    rows = await session.scalars(
        select(TeamCycle)
        .join(Workspace, Workspace.id == TeamCycle.workspace_id)
        .where(when, TeamCycle.closed_at.is_(None), Workspace.stopped_at.is_(None))
        .order_by(TeamCycle.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True, of=TeamCycle)
    )
    return rows.all()


async def _ask(session: AsyncSession, row: TeamCycle, now: datetime) -> list[Ask]:
    board, told = await loading.ended(session, row, now)
    row.close_at = None
    if not told.objectives:  # nothing was promised, so there is nothing to tell
        row.closed_at, row.settle_at = now, None
        return []
    until = row.settle_at if row.settle_at and row.settle_at > now else now + rules.SETTLES
    row.settle_at = until
    computed: list[Given] = [
        (Said(one.id, one.mark.given), one.mark.computed)
        for one in told.lines
        if not one.mark.by_person
    ]
    await _add(session, row.workspace_id, computed, None, now)
    asked = await loading.askings(session, row.workspace_id, board, now, until)
    return [
        Ask(share, who, row.id, board.team, board.cycle, board.ends, until) for who, share in asked
    ]


async def still_wanted(session: AsyncSession, team_cycle_id: int) -> bool:
    """Nobody is asked for grades of a cycle that closed while the message waited."""
    row = await session.get(TeamCycle, team_cycle_id)
    return row is not None and row.closed_at is None


# --- people -------------------------------------------------------------------------------------


async def sheet(session: AsyncSession, member: Member, team_cycle_id: int, now: datetime) -> Sheet:
    """What this person grades; a lead also gets what nobody else will grade.

    Raises UserMistake when it is too early, too late, or none of the key results is theirs.
    """
    row = await _open(session, member, team_cycle_id)
    board, told = await loading.ended(session, row, now)
    until = row.settle_at or now
    team = await teams.get(session, row.workspace_id, row.team_id)
    alone: set[int] = set()
    if teams.leads(team, member):
        alone = await loading.unanswered(session, board, now, until)
    lines = tuple(one for one in told.lines if one.owner == member.user_id or one.id in alone)
    if not lines:
        raise UserMistake("close_not_yours")
    return Sheet(row.id, board.team, board.cycle, until, member.tz, member.user_id, lines)


async def _open(session: AsyncSession, member: Member, team_cycle_id: int) -> TeamCycle:
    row = await loading.held(session, member.workspace_id, team_cycle_id)
    if row.closed_at is not None:
        raise UserMistake("close_over")
    if row.settle_at is None:
        raise UserMistake("close_early")
    return row


async def give(
    session: AsyncSession,
    member: Member,
    team_cycle_id: int,
    said: Sequence[Said],
    now: datetime,
) -> CloseOut | None:
    """Keep these grades beside the earlier ones; the close-out when they were the last missing.

    Raises UserMistake, with every field that lacks something, and then nothing is kept.
    """
    row = await _open(session, member, team_cycle_id)
    _, told = await loading.ended(session, row, now)
    lines = {one.id: one for one in told.lines}
    await _may_grade(session, row, member, [lines.get(one.key_result_id) for one in said])
    wrong = [mistake for one in said for mistake in _lacking(lines[one.key_result_id], one)]
    if wrong:
        raise UserMistake.together(wrong)
    marks = {one.id: one.mark for one in told.lines}
    news: list[Given] = [
        (one, marks[one.key_result_id].computed)
        for one in said
        if rules.changes(marks[one.key_result_id], one)
    ]
    await _add(session, row.workspace_id, news, member.id, now)
    graded = {one.key_result_id for one in said}
    missing = [one for one in told.lines if not one.mark.by_person and one.id not in graded]
    if missing or row.reopened_at is not None:
        return None
    return await _close(session, row, now)


async def left(session: AsyncSession, member: Member, team_cycle_id: int, now: datetime) -> int:
    """How many key results of the cycle still want a person's grade."""
    row = await loading.held(session, member.workspace_id, team_cycle_id)
    _, told = await loading.ended(session, row, now)
    return sum(not one.mark.by_person for one in told.lines)


async def _may_grade(
    session: AsyncSession, row: TeamCycle, member: Member, lines: Sequence[Line | None]
) -> None:
    """The accountable owner; for those who have left or are away the lead or an admin."""
    team = await teams.get(session, row.workspace_id, row.team_id)
    for line in lines:
        if line is None:
            raise UserMistake("no_such_key_result")
        if line.owner != member.user_id and not teams.leads(team, member):
            raise UserMistake("not_yours")


def _lacking(line: Line, said: Said) -> list[UserMistake]:
    computed = line.mark.computed
    if said.given not in rules.choices(computed):
        return [UserMistake("close_grade", field=f"grade_{line.id}")]
    return [
        UserMistake(f"close_{what}", field=f"{what}_{line.id}")
        for what in rules.lacks(computed, said)
    ]


async def _add(
    session: AsyncSession,
    workspace_id: int,
    given: Sequence[Given],
    member_id: int | None,
    now: datetime,
) -> None:
    """One more row each; the figures' own only where they say something new."""
    earlier = await loading.newest(session, [one.key_result_id for one, _ in given])
    for said, computed in given:
        before = earlier.get(said.key_result_id)
        if member_id is None and before is not None and before.computed == computed:
            continue
        session.add(
            Grade(
                workspace_id=workspace_id,
                key_result_id=said.key_result_id,
                number=before.number + 1 if before else 1,
                member_id=member_id,
                at=now,
                computed=computed,
                given=said.given,
                reason=said.reason,
                cause=said.cause,
                onward=said.onward,
            )
        )
    await session.flush()


async def _close(session: AsyncSession, row: TeamCycle, now: datetime) -> CloseOut:
    row.closed_at, row.settle_at, row.close_at, row.next_round_at = now, None, None, None
    _, told = await loading.ended(session, row, now)
    return told


async def reopen(
    session: AsyncSession, member: Member, team_cycle_id: int, now: datetime
) -> CloseOut:
    """Take a close back within a day. Raises UserMistake for others and afterwards."""
    row = await loading.led(session, member, team_cycle_id)
    if not rules.may_reopen(row.closed_at, now):
        raise UserMistake("close_final")
    row.closed_at, row.reopened_at = None, now
    row.settle_at = now + rules.CORRECTING
    _, told = await loading.ended(session, row, now)
    return told


async def close_again(
    session: AsyncSession, member: Member, team_cycle_id: int, now: datetime
) -> CloseOut:
    """Close what was reopened. Raises UserMistake for others and where it is not open again."""
    row = await loading.led(session, member, team_cycle_id)
    if row.closed_at is not None or row.reopened_at is None:
        raise UserMistake("close_over")
    return await _close(session, row, now)
