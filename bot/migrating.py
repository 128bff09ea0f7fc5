"""Brings the store to the program's schema, and tells whether it is there. Imports alembic late."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.config import ROOT
from bot.errors import StoreAway, StoreOld

if TYPE_CHECKING:
    from alembic.config import Config

PROJECT = ROOT / "pyproject.toml"


def _config(url: str) -> "Config":
    from alembic.config import Config

    config = Config(toml_file=str(PROJECT))
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["url"] = url
    return config


@contextmanager
def reaching(url: str) -> Iterator[None]:
    """Turns the driver's way of saying that nobody answers into StoreAway."""
    try:
        yield
    except OperationalError as error:
        raise StoreAway(
            f"The store at {_shown(url)} cannot be used: {error.orig} Check DATABASE_URL."
        ) from error


def _shown(url: str) -> str:
    return make_url(url).render_as_string(hide_password=True)


def migrate(url: str, revision: str = "head") -> None:
    """Bring the store forward; harmless when it is there already. Not for a running loop."""
    from alembic import command

    with reaching(url):
        command.upgrade(_config(url), revision)


def newest() -> str:
    """The program's own schema: the newest file's revision, read without importing alembic."""
    files = sorted(Path(ROOT / "migrations" / "versions").glob("*.py"))
    for line in files[-1].read_text("utf-8").splitlines():
        if line.startswith("revision = "):
            return line.split("=")[1].strip().strip("\"'")
    raise StoreOld(f"{files[-1]} names no revision")


async def check(engine: AsyncEngine) -> None:
    """Raises StoreOld unless the store has exactly the program's schema, StoreAway without one."""
    with reaching(engine.url.render_as_string(hide_password=True)):
        async with engine.connect() as connection:
            found = await connection.run_sync(_version)
    if found != newest():
        raise StoreOld(
            f"The store's schema is {found or 'empty'}, the program's is {newest()}. "
            "Run `drumbeat migrate` with the same DATABASE_URL."
        )


def _version(connection: Connection) -> str | None:
    from sqlalchemy import inspect, text

    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("select version_num from alembic_version")).scalar()
    return found
