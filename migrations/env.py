"""Alembic's entry: one transaction, on either database, from a URL that the caller gives."""

import asyncio
from typing import Literal

from alembic import context
from sqlalchemy import Connection

import bot.features  # noqa: F401  loads every table
from bot import db


def render(kind: str, item: object, _: object) -> str | Literal[False]:
    """Keep migrations free of the bot's own types, so old ones run for ever."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, db.Utc) else False


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=db.Base.metadata,
        render_item=render,
        render_as_batch=True,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


async def online() -> None:
    engine = db.engine(context.config.attributes["url"])
    async with engine.begin() as connection:
        await connection.run_sync(migrate)
    await engine.dispose()


asyncio.run(online())
