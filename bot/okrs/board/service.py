from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import UserMistake
from bot.okrs import loading, terms
from bot.okrs import service as okrs
from bot.okrs.board.rules import Change, Standstill, here
from bot.okrs.closing import loading as closing
from bot.okrs.service import Place
from bot.okrs.tables import Amendment, TeamCycle
from bot.people import service as people
from bot.people.tables import Member
from bot.people.teams import service as teams
from bot.plans.parse import shown


async def read(
    session: AsyncSession, workspace_id: int, team_cycle_id: int, at: datetime
) -> Standstill:
    """All that the page shows, as it stood at `at`. Raises UserMistake when there is none."""
    row = await session.get(TeamCycle, team_cycle_id)
    grades: dict[int, float] = {}
    if row is not None and row.workspace_id == workspace_id and _closed(row, at):
        board, told = await closing.ended(session, row, at)
        grades = {line.id: line.mark.given for line in told.lines}
    else:
        board = await loading.scoreboard(session, workspace_id, team_cycle_id, at)
    ids = [one.id for one in board.key_results]
    return Standstill(board, await _changes(session, ids, at), grades)


def _closed(row: TeamCycle, at: datetime) -> bool:
    """Until then grades may still change, so they are their owners' and the lead's to see."""
    return row.closed_at is not None and row.closed_at <= at


async def _changes(
    session: AsyncSession, ids: Collection[int], at: datetime
) -> Mapping[int, Sequence[Change]]:
    """Amendments by key result, oldest first."""
    rows = await session.execute(
        select(Amendment, Member.user_id)
        .outerjoin(Member, Member.id == Amendment.member_id)
        .where(Amendment.key_result_id.in_(ids), Amendment.at <= at)
        .order_by(Amendment.at, Amendment.id)
    )
    found: dict[int, list[Change]] = defaultdict(list)
    for one, user_id in rows:
        before, after = terms.from_document(one.before), terms.from_document(one.after)
        found[one.key_result_id].append(Change(one.at, before, after, one.reason, user_id or ""))
    return found


@dataclass(frozen=True)
class Asked:
    """Which scoreboards were meant; `teams` are the names of all there are when none was."""

    places: Sequence[Place]
    teams: Sequence[str] = ()


async def asked(
    session: AsyncSession, workspace_id: int, user_id: str, words: str, today: date
) -> Asked:
    """The newest cycle of the named team, or of each team of the person's when none is named.

    Raises UserMistake when no team with a cycle has that key or name.
    """
    everybody = await teams.all_of(session, workspace_id)
    if words:
        named = await teams.called(session, workspace_id, words)
        team_ids = [named.id] if named else []
    else:
        member = await people.ensure(session, workspace_id, user_id)
        team_ids = [one.id for one in await teams.of_member(session, member)]
    names = [one.name for one in everybody]
    if not names:
        raise UserMistake("board_no_teams")
    if words and not team_ids:
        near = shown((get_close_matches(words, names, n=1, cutoff=0.3) or names)[0])
        raise UserMistake("board_no_team", given=shown(words), near=near)
    found = here(await okrs.places(session, workspace_id, team_ids), today)
    if words and not found:
        raise UserMistake("board_no_cycle", given=shown(words))
    return Asked(found, () if found else names)


async def place(session: AsyncSession, workspace_id: int, team_cycle_id: int) -> Place:
    """Raises UserMistake when this workspace has no such team's cycle."""
    for one in await okrs.places(session, workspace_id):
        if one.team_cycle_id == team_cycle_id:
            return one
    raise UserMistake("no_such_cycle")
