import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest

from tests import databases
from tests.databases import Postgres
from tests.world import SCORER, World, living


@pytest.fixture(scope="session", autouse=True)
def shared() -> Iterator[None]:
    """What the worlds of a test process have in common: compiled statements, the scorer."""
    with databases.compiling_once():
        yield
    asyncio.run(SCORER.close())


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with databases.postgres() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A migrated, empty store of each kind."""
    if request.param == "sqlite":
        with databases.sqlite() as url:
            yield url
    else:
        server: Postgres = request.getfixturevalue("postgres")
        with server.fresh() as url:
            yield url


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    """The whole bot beside a local Slack, at 08:58 in Berlin on a Tuesday."""
    async with living(database_url) as started:
        yield started
