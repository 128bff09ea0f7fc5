"""Rows that wait for a slow job: no more are leased than are asked for, whatever the plan."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from bot import db, work
from bot.okrs.digests.tables import DigestPicture
from bot.workspaces.tables import Workspace
from tests.databases import Postgres

NOW = datetime(2027, 1, 4, 9, tzinfo=UTC)
OFF = ("hashjoin", "mergejoin", "hashagg", "sort", "seqscan", "material")


@pytest.mark.parametrize("off", [(), OFF], ids=["as planned", "in a nested loop"])
async def test_a_claim_leases_what_was_asked_for(postgres: Postgres, off: tuple[str, ...]) -> None:
    """In a nested loop PostgreSQL runs a plain subquery anew for each row."""
    with postgres.fresh() as url:
        engine = db.engine(url)
        try:
            async with db.sessions(engine)() as session, session.begin():
                session.add(Workspace(id=1, team_id="T1", name="T1", installed_at=NOW))
                await session.flush()
                session.add_all(waiting(minutes) for minutes in (5, 4, 3, 2, 1))
            async with db.sessions(engine)() as session, session.begin():
                for one in off:
                    await session.execute(text(f"SET LOCAL enable_{one} = off"))
                claimed = [len(await work.claim(session, DigestPicture, NOW, n)) for n in (1, 3)]
        finally:
            await engine.dispose()
    assert claimed == [1, 3]


def waiting(minutes: int) -> DigestPicture:
    return DigestPicture(
        workspace_id=1,
        channel="C0GENERAL",
        thread_of=f"digest:{minutes}",
        expires_at=NOW + timedelta(days=1),
        picture={},
        next_try_at=NOW - timedelta(minutes=minutes),
    )
