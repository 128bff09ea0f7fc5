"""The query of a coding drill's session: the newest counts, and each change is run once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot import work
from bot.db import insert_once
from bot.drills.queries.parse import LONGEST
from bot.drills.queries.tables import DrillQuery
from bot.drills.rules import State
from bot.drills.tables import DrillSession
from bot.errors import UserMistake
from bot.outbox.service import ring

BELL = "queries"
OPEN = (State.PLANNED, State.OPEN, State.ANSWERING)


@dataclass(frozen=True)
class Waiting:
    """A query to be run, as it stood when it was claimed."""

    query_id: int
    revision: int
    session: DrillSession
    query: str
    final: bool  # the answer is final: what was expected may be shown
    revealed: bool  # it was shown before, so this run changes no verdict
    view_id: str | None
    told: bool  # something of this session's query was said before


def is_final(row: DrillSession) -> bool:
    """Does the answer stand, so that no later query changes the verdict?"""
    return row.state not in OPEN


async def note(
    session: AsyncSession, row: DrillSession, queries: Sequence[str], machine_now: datetime
) -> None:
    """Take the newest query of the thread; a changed one is run, and each once more when final."""
    newest = queries[-1][:LONGEST] if queries else ""
    found = await _find(session, row) if not newest else await _ensure(session, row)
    if found is None:
        return
    changed = newest != found.typed
    if changed:
        found.typed = found.query = newest
        found.shown += len(queries) > found.seen
        found.view_id = None
    found.seen = len(queries)
    if is_final(row) and not found.final:
        found.final = changed = True
    if changed:
        _due(session, found, machine_now)


async def write(
    session: AsyncSession, row: DrillSession, query: str, view_id: str, machine_now: datetime
) -> None:
    """Take a query from the form. Raises UserMistake once the answer is final."""
    if is_final(row):
        raise UserMistake("query_final", field="query")
    found = await _ensure(session, row)
    found.query, found.view_id = query[:LONGEST], view_id or None
    _due(session, found, machine_now)


async def query_of(session: AsyncSession, row: DrillSession) -> str:
    """The query that counts now; empty when there is none."""
    found = await _find(session, row)
    return found.query if found else ""


async def verdict(session: AsyncSession, row: DrillSession) -> bool | None:
    """Is the query right? None while there is no result, or no query."""
    found = await _find(session, row)
    return found.right if found and found.query else None


async def _find(session: AsyncSession, row: DrillSession) -> DrillQuery | None:
    found: DrillQuery | None = await session.scalar(
        select(DrillQuery).where(DrillQuery.session_id == row.id).with_for_update()
    )
    return found


async def _ensure(session: AsyncSession, row: DrillSession) -> DrillQuery:
    await insert_once(
        session,
        DrillQuery,
        workspace_id=row.workspace_id,
        session_id=row.id,
        member_id=row.member_id,
        at=row.answered_at or row.planned_at,
    )
    found = await _find(session, row)
    if found is None:
        raise UserMistake("session_gone")
    return found


def _due(session: AsyncSession, found: DrillQuery, machine_now: datetime) -> None:
    found.revision += 1
    found.next_try_at, found.tries = machine_now, 0
    ring(session, BELL)


# --- running -------------------------------------------------------------------------------------


async def claim(session: AsyncSession, machine_now: datetime) -> Waiting | None:
    """The query that has waited longest, leased to this process; None when none waits."""
    rows = await work.claim(session, DrillQuery, machine_now)
    if not rows:
        return None
    found = rows[0]
    row = await session.get_one(DrillSession, found.session_id)
    return Waiting(
        found.id,
        found.revision,
        row,
        found.query,
        found.final,
        found.revealed,
        found.view_id,
        bool(found.verdict),
    )


@dataclass(frozen=True)
class Settled:
    """Where the result goes; `changed`: the card is to say another verdict."""

    session: DrillSession
    shown: int
    changed: bool
    right: bool | None = None


async def settle(
    session: AsyncSession, waiting: Waiting, verdict: str, right: bool | None
) -> Settled | None:
    """Record what the engine said; None when the query was overtaken and is due again."""
    row = await session.get_one(DrillSession, waiting.session.id, with_for_update=True)
    found = await session.get_one(DrillQuery, waiting.query_id, with_for_update=True)
    if found.revision != waiting.revision:
        return None
    changed = not found.revealed and found.right is not right
    if not found.revealed:
        found.right = right
    found.revealed = found.revealed or waiting.final
    found.verdict = verdict
    found.finish()
    return Settled(row, found.shown, changed, found.right)


async def postpone(
    session: AsyncSession, waiting: Waiting, machine_now: datetime
) -> Settled | None:
    """The engine is down: tried again later. What to tell, the first time only."""
    row = await session.get_one(DrillSession, waiting.session.id, with_for_update=True)
    found = await session.get_one(DrillQuery, waiting.query_id, with_for_update=True)
    if found.revision != waiting.revision:
        return None
    found.postpone(machine_now)
    told, found.verdict = found.verdict == DOWN, DOWN
    return None if told else Settled(row, found.shown, changed=False)


async def again(session: AsyncSession, waiting: Waiting, machine_now: datetime) -> None:
    """Nothing of this run was kept: the query is due again."""
    found = await session.get_one(DrillQuery, waiting.query_id, with_for_update=True)
    found.postpone(machine_now)


DOWN = "down"


async def forget(session: AsyncSession, before: datetime) -> None:
    """Old queries lose their words; the verdicts stay."""
    await session.execute(
        update(DrillQuery)
        .where(DrillQuery.at < before, DrillQuery.query != "")
        .values(query="", typed="")
    )
