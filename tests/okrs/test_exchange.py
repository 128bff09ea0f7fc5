"""Import and export: the same again changes nothing, and every fault is told at its place."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot import db
from bot.errors import DocumentWrong
from bot.okrs.exchange import dumping, printing, reading, service
from bot.okrs.exchange.service import Changes
from bot.workspaces import service as workspaces
from tests import databases

NOW = datetime(2027, 1, 5, 8, tzinfo=UTC)
QUARTER = (Path(__file__).parent / "quarter.yaml").read_text("utf-8")
Json = dict[str, Any]


class Office:
    """A store with one workspace."""

    def __init__(self, session: AsyncSession, workspace_id: int) -> None:
        self.session, self.workspace_id = session, workspace_id

    async def takes(self, told: str | Json, now: datetime = NOW) -> Changes:
        given = reading.understood(reading.parsed(told) if isinstance(told, str) else told)
        return await service.apply(self.session, self.workspace_id, given, now)

    async def tells(self, now: datetime = NOW) -> Json:
        return await dumping.dump(self.session, self.workspace_id, now)

    async def refuses(self, told: str | Json) -> list[str]:
        with pytest.raises(DocumentWrong) as wrong:
            async with self.session.begin_nested():
                await self.takes(told)
        self.session.expunge_all()
        return list(wrong.value.lines)


@asynccontextmanager
async def office(url: str, team_id: str = "T1") -> AsyncIterator[Office]:
    engine = db.engine(url)
    async with db.sessions(engine)() as session, session.begin():
        yield Office(session, await workspaces.ensure(session, team_id, NOW))
    await engine.dispose()


async def test_a_quarter_goes_in_once_and_comes_out_the_same(database_url: str) -> None:
    async with office(database_url) as here:
        first = await here.takes(QUARTER)
        assert (first.new["team"], first.new["objective"], first.new["key result"]) == (3, 12, 40)
        again = await here.takes(QUARTER)
        assert again.nothing, again
        told = await here.tells()
        text = printing.to_yaml(told)
        assert (await here.takes(text)).nothing
        assert (await here.takes(printing.to_json(told))).nothing
        assert printing.to_yaml(await here.tells()) == text
    with databases.sqlite() as url:
        async with office(url) as there:
            await there.takes(text)
            assert printing.to_yaml(await there.tells()) == text
