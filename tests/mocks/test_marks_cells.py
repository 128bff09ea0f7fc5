"""What partners' marks do to a member's cells and to how they see themselves."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from bot import db
from bot.home.views import _mean
from bot.people import service as people
from bot.scoring import service as scoring
from bot.scoring.rules import Cell, Mean
from bot.scoring.tables import Rating, StoredScorecard
from bot.workspaces import service as workspaces

NOW = datetime.fromisoformat("2026-03-03T11:00:00+00:00")
Sessions = async_sessionmaker[AsyncSession]


@asynccontextmanager
async def store(url: str) -> AsyncIterator[tuple[Sessions, int]]:
    engine = db.engine(url)
    made = db.sessions(engine)
    try:
        async with made() as session, session.begin():
            place = await workspaces.ensure(session, "T1", NOW)
        yield made, place
    finally:
        await engine.dispose()


def card(place: int, member_id: int, number: int, **cells: float) -> StoredScorecard:
    return StoredScorecard(
        workspace_id=place,
        member_id=member_id,
        topic=f"answer:{number}",
        drill_id="d",
        scorer="embedded",
        rubric="v1",
        card={},
        overall=2.0,
        at=NOW,
        **cells,
    )


def mark(place: int, by: int, about: int, group: int, *, shown: bool = True, **more: Any) -> Rating:
    return Rating(
        workspace_id=place,
        member_id=by,
        about_id=about,
        topic=f"mock_{group}.{about}",
        source="self" if by == about else "peer",
        shown_at=NOW if shown else None,
        at=NOW + timedelta(hours=group),
        **{"blind": True} | more,
    )


async def test_partners_marks_stand_beside_scorecards(database_url: str) -> None:
    """One statement for everybody; own marks and what is not shown yet do not count."""
    async with store(database_url) as (made, place), made() as session, session.begin():
        ana, ben, cara = [
            (await people.ensure(session, place, user)).id for user in ("U0ANA", "U0BEN", "U0CARA")
        ]
        session.add_all(
            [
                card(place, ana, 1, execution=1.5, trade_offs=2.0),
                card(place, ana, 2, execution=2.5),
                mark(place, ben, ana, 1, execution=4, restatement=3),
                mark(place, ben, ana, 2, execution=4, shown=False),
                mark(place, ana, ana, 1, execution=0, communication=0),
                mark(place, ana, ben, 1, execution=1),
            ]
        )
        await session.flush()
        asked: list[str] = []

        def note(*told: Any) -> None:
            asked.append(told[2])

        event.listen(Engine, "before_cursor_execute", note)
        try:
            found = await scoring.means_of(session, [ana, ben, cara])
        finally:
            event.remove(Engine, "before_cursor_execute", note)
        assert len(asked) == 1
        assert found == {
            ana: {
                Cell.restatement: Mean(3.0, 1, 1),
                Cell.trade_offs: Mean(2.0, 1, 0),
                Cell.execution: Mean(8 / 3, 3, 1),
            },
            ben: {Cell.execution: Mean(1.0, 1, 1)},
        }
        assert await scoring.means(session, cara) == {}
        assert await scoring.means_of(session, []) == {}


def test_the_progress_line_names_the_source() -> None:
    assert _mean(Cell.execution, Mean(2.62, 9, 2)).endswith("2.6 of 4 over 9 marks, 2 by partners")
    assert _mean(Cell.execution, Mean(2.62, 9)).endswith("2.6 of 4 over 9 answers")
    assert _mean(Cell.execution, Mean(2.0, 2, 1)).endswith("not enough yet (2 of 3 marks)")
