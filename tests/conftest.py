import asyncio
import os
from collections.abc import AsyncIterator, Iterator

import pytest
from hypothesis import settings

from tests import databases
from tests.databases import Postgres
from tests.world import MATCHER, SCORER, World, living

# The same examples on every run, however slow the machine; `make soak` looks for new ones.
settings.register_profile("suite", derandomize=True, deadline=None)
settings.register_profile("soak", deadline=None)
settings.load_profile("soak" if os.environ.get("DRUMBEAT_SOAK") else "suite")
LONG = (
    "test_season.py",
    "test_learners.py",
    "test_quarter.py",
    "test_month.py",
    "test_kill.py",
    "test_missed.py",
    "test_attacks.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long ones first: with `--dist worksteal` the other workers take what stands behind them,
    and none ends alone with a season."""
    items.sort(key=lambda item: LONG.index(item.path.name) if item.path.name in LONG else len(LONG))


@pytest.fixture(scope="session", autouse=True)
def shared() -> Iterator[None]:
    """What the worlds of a test process have in common: compiled statements, scorer, matcher."""
    with databases.compiling_once():
        yield
    asyncio.run(SCORER.close())
    asyncio.run(MATCHER.close())


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
