"""The store from empty and from every earlier schema, on both databases, without drift."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

import bot.features  # noqa: F401  loads every table
from bot import db, migrating
from bot.errors import StoreOld
from tests.databases import Postgres


def _drift(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, db.Base.metadata))


async def test_the_migrations_make_the_tables_that_the_code_has(database_url: str) -> None:
    engine = db.engine(database_url)
    try:
        async with engine.connect() as connection:
            assert await connection.run_sync(_drift) == []
        await migrating.check(engine)
    finally:
        await engine.dispose()


@pytest.fixture
def empty_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'empty.db'}"


async def test_an_empty_store_is_refused_with_the_command_to_type(empty_url: str) -> None:
    engine = db.engine(empty_url)
    try:
        with pytest.raises(StoreOld, match="drumbeat migrate"):
            await migrating.check(engine)
    finally:
        await engine.dispose()


def test_migrating_twice_changes_nothing(empty_url: str) -> None:
    migrating.migrate(empty_url)
    migrating.migrate(empty_url)


def test_postgresql_from_empty(postgres: Postgres) -> None:
    with postgres.fresh(empty=True) as url:
        migrating.migrate(url)


@pytest.mark.parametrize(
    "path", sorted(Path("migrations/versions").glob("*.py")), ids=lambda path: path.stem
)
def test_every_earlier_schema_upgrades(empty_url: str, path: Path) -> None:
    migrating.migrate(empty_url, path.stem)
    migrating.migrate(empty_url)


def test_newest_is_what_alembic_calls_head() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "alembic", "heads"],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parent.parent,
    )
    assert told.stdout.split()[0] == migrating.newest()


@pytest.fixture(params=["sqlite", "postgresql"])
def bare_url(request: pytest.FixtureRequest, empty_url: str) -> Iterator[str]:
    """A store without any table, of each kind."""
    if request.param == "sqlite":
        yield empty_url
    else:
        server: Postgres = request.getfixturevalue("postgres")
        with server.fresh(empty=True) as url:
            yield url


async def test_a_store_of_the_former_release_keeps_its_workspace(bare_url: str) -> None:
    """Every row of every table points at `workspaces`, so it may not be copied on the way."""
    await asyncio.to_thread(migrating.migrate, bare_url, "20261121_your_plan")
    engine = db.engine(bare_url)
    async with engine.begin() as connection:
        for statement in (
            "INSERT INTO workspaces (id, team_id, name, bot_user_id, installed_at) "
            "VALUES (7, 'T1', 'Team', 'U1', '2026-01-01 00:00:00')",
            "INSERT INTO seen_knocks (workspace_id, key, seen_at) "
            "VALUES (7, 'event:1', '2026-01-01 00:00:00')",
        ):
            await connection.exec_driver_sql(statement)
    await engine.dispose()
    await asyncio.to_thread(migrating.migrate, bare_url)
    engine = db.engine(bare_url)
    async with engine.connect() as connection:
        kept = await connection.exec_driver_sql(
            "SELECT w.id, w.enterprise_id, w.installation_id, s.key FROM workspaces w "
            "JOIN seen_knocks s ON s.workspace_id = w.id"
        )
        assert [tuple(row) for row in kept] == [(7, "", None, "event:1")]
    await engine.dispose()
