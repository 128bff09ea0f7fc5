"""Words of one member planted in every column that delete-me must empty, found by the metadata.

A table that is added needs nothing here, unless a reader of it takes only certain codes.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Date, Float, Integer, LargeBinary, Table, Time, insert
from sqlalchemy import select as select_rows
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import Base, Utc

WORD = "zanzibar"
THEN = datetime(2026, 3, 2, 12, tzinfo=UTC)
BY_TYPE: tuple[tuple[type, Any], ...] = (
    (Boolean, False),
    (Integer, 1),
    (Float, 1.0),
    (JSON, []),
    (LargeBinary, b""),
    (Utc, THEN),
    (Date, date(2026, 3, 2)),
    (Time, time(9)),
)
# What readers take for granted.
CODES: Mapping[str, Any] = {
    "outbox_messages.state": "sent",
    "outbox_messages.operation": "post",
    "outbox_messages.rule": "drill.card",
    "outbox_messages.topic": "elsewhere:1",
}


def personal(table: Table) -> list[Column[Any]]:
    """The columns that delete-me empties."""
    return [column for column in table.c if column.info.get("personal") == "erase"]


def tables() -> Iterator[Table]:
    """Those with such columns, parents first."""
    return (table for table in Base.metadata.sorted_tables if personal(table))


def word(column: Column[Any]) -> str:
    return f"{WORD}-{column.table.name}-{column.name}"


async def plant(session: AsyncSession, workspace_id: int, member_id: int) -> dict[str, int]:
    """A row in each of these tables, and in those that they need; {table: its id}."""
    made = {"workspaces": workspace_id, "members": member_id}
    for table in tables():
        await _row(session, table, made)
    return made


async def _row(session: AsyncSession, table: Table, made: dict[str, int]) -> int:
    if table.name not in made:
        values = {
            column.name: await _value(session, column, made)
            for column in table.c
            if not column.primary_key
        }
        statement = insert(table).values(**values).returning(table.c.id)
        made[table.name] = (await session.execute(statement)).scalar_one()
    return made[table.name]


async def _value(session: AsyncSession, column: Column[Any], made: dict[str, int]) -> Any:
    name = f"{column.table.name}.{column.name}"
    if column.info.get("personal") == "erase":
        return _words(column)
    if name in CODES:
        return CODES[name]
    if column.foreign_keys:
        parent = next(iter(column.foreign_keys)).column.table
        wanted = not column.nullable or column.name == "member_id"
        return await _row(session, parent, made) if wanted else None
    if column.nullable:
        return None
    return next((told for kind, told in BY_TYPE if isinstance(column.type, kind)), "code")


def _words(column: Column[Any]) -> Any:
    if isinstance(column.type, JSON):
        return {"said": [word(column)]}
    return word(column).encode() if isinstance(column.type, LargeBinary) else word(column)


async def found(session: AsyncSession, *sought: str) -> list[str]:
    """Tables and columns in which any of these words still stands, in whatever disguise."""
    there = []
    for table in Base.metadata.sorted_tables:
        for row in await session.execute(select_rows(table)):
            for name, value in row._mapping.items():
                text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
                there += [f"{table.name}.{name}: {one}" for one in sought if one in text]
    return there
