"""Engine, base class, column kinds and the few database helpers everything shares."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, TypeVar

from sqlalchemy import DateTime, Dialect, MetaData, Text, TypeDecorator, event, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, MappedColumn, mapped_column
from sqlalchemy.types import JSON

from bot import leases
from bot.errors import UserMistake

NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}
INSERT: dict[str, Any] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}
DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+psycopg"}
# PostgreSQL's deadlock_detected and serialization_failure; SQLite has one writer and none of them.
COLLISIONS = frozenset({"40P01", "40001"})

# What a store that is away, or too slow, is told by.
AWAY = (SQLAlchemyError, OSError, TimeoutError)

PAGE = 150  # rows that travel at once; the loop turns between two pages

Personal = Literal["erase", "keep"]


class Utc(TypeDecorator[datetime]):
    """A timestamp that is aware and UTC on both sides of the database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("naive datetime")
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {datetime: Utc(), str: Text()}  # noqa: RUF012


Row = TypeVar("Row", bound=Base)


def words(personal: Personal, **kwargs: Any) -> MappedColumn[Any]:
    """A text column, marked with what delete-me does to it.

    *erase*: the member's own words or a person's name; emptied by delete-me, part of one's own
    export. *keep*: ids, codes and settings that say nothing about a person once the row stands
    alone.
    """
    return mapped_column(Text(), info={"personal": personal}, **kwargs)


def document(personal: Personal, **kwargs: Any) -> MappedColumn[Any]:
    """A JSON column, marked as `words` are."""
    return mapped_column(JSON(none_as_null=True), info={"personal": personal}, **kwargs)


def address(url: str) -> URL:
    """Turn `sqlite:///…` and `postgresql://…` into the async drivers' addresses."""
    parsed = make_url(url)
    return parsed.set(drivername=DRIVERS.get(parsed.get_backend_name(), parsed.drivername))


def engine(url: str) -> AsyncEngine:
    """An engine whose transactions see no stale reads.

    SQLite: one connection, so writers inside the process queue fairly instead of spinning on
    the file lock; `BEGIN IMMEDIATE`, because the driver's default lets two people read the same
    state and both write. Errors name no parameters: those may be what people wrote, and errors
    go to the log.
    """
    parsed = address(url)
    if parsed.get_backend_name() != "sqlite":
        pool: dict[str, Any] = {"pool_size": 10, "max_overflow": 10, "pool_pre_ping": True}
        return create_async_engine(parsed, hide_parameters=True, **pool)
    if parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    pool = {"pool_size": 1, "max_overflow": 0, "pool_timeout": 60}
    built = create_async_engine(parsed, hide_parameters=True, **pool)

    @event.listens_for(built.sync_engine, "connect")
    def on_connect(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "busy_timeout=30000",
            "foreign_keys=ON",
            "secure_delete=ON",  # what was deleted leaves the file too
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(built.sync_engine, "begin")
    def on_begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return built


def sessions(built: AsyncEngine) -> async_sessionmaker[AsyncSession]:
    return async_sessionmaker(built, expire_on_commit=False, info={leases.KEY: leases.Leases()})


async def answers(made: async_sessionmaker[AsyncSession], within: float = 2.0) -> bool:
    """Does the store answer within so many seconds?"""
    try:
        async with asyncio.timeout(within), made() as session:
            await touch(session)
    except AWAY:
        return False
    return True


async def touch(session: AsyncSession) -> None:
    """The least that the store can be asked."""
    await session.execute(select(1))


def collided(error: DBAPIError) -> bool:
    """Did the store end a transaction only because another stood in its way (a deadlock)?"""
    return getattr(error.orig, "sqlstate", None) in COLLISIONS


async def hold(
    session: AsyncSession, table: type[Row], workspace_id: int, row_id: int, missing: str
) -> Row:
    """The workspace's row of this id, locked. Raises UserMistake `missing` when it has none."""
    columns = table.__table__.c
    found: Row | None = await session.scalar(
        select(table)
        .where(columns.workspace_id == workspace_id, columns.id == row_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)  # it may have been read before it was locked
    )
    if found is None:
        raise UserMistake(missing)
    return found


async def soonest(
    session: AsyncSession, after: datetime, *columns: InstrumentedAttribute[datetime | None]
) -> datetime | None:
    """The first instant after this one that stands in any of the columns, all of them indexed."""
    firsts = (select(func.min(one)).where(one > after).scalar_subquery() for one in columns)
    row = await session.execute(select(*firsts))
    return min((instant for instant in row.one() if instant), default=None)


async def insert_once(session: AsyncSession, table: type[Base], **values: Any) -> int | None:
    """Insert a row unless one of its unique keys is taken; return the new id, or None."""
    insert = INSERT[session.get_bind().dialect.name]
    statement = insert(table).values(**values).on_conflict_do_nothing()
    new_id: int | None = await session.scalar(statement.returning(table.__table__.c.id))
    return new_id


async def insert_all(
    session: AsyncSession, table: type[Base], rows: Sequence[dict[str, Any]], key: str
) -> dict[Any, int]:
    """Insert rows whose unique keys are free; return {value of column `key`: new id}."""
    if not rows:
        return {}
    insert = INSERT[session.get_bind().dialect.name]
    columns = table.__table__.c
    # One cached statement, filled in pages by SQLAlchemy: a `values()` of many rows is compiled
    # anew each time, which costs more than the inserting.
    statement = insert(table.__table__).on_conflict_do_nothing()
    returning = statement.returning(columns[key], columns.id)
    made: dict[Any, int] = {}
    for start in range(0, len(rows), PAGE):
        found = await session.execute(returning, list(rows[start : start + PAGE]))
        made |= {row[0]: row[1] for row in found}
    return made
