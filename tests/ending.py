"""A transaction that PostgreSQL ends as it ends one of two that wait for each other."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import text

from bot.deps import Deps

# A sequence keeps its count when the transaction that took a number is ended.
COUNT = "CREATE SEQUENCE ended"
END = """CREATE FUNCTION end_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF nextval('ended') = 1 THEN RAISE EXCEPTION 'laid out' USING ERRCODE = '40P01'; END IF;
    RETURN NEW; END $$"""


@asynccontextmanager
async def ended_once(deps: Deps, table: str, when: str) -> AsyncIterator[None]:
    """The first transaction that updates a row of the table so that `when` holds is ended.

    Fails when none was, or when nobody tried again.
    """
    trigger = f"""CREATE TRIGGER ended BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({when})
                  EXECUTE FUNCTION end_once()"""
    await _run(deps, COUNT, END, trigger)
    try:
        yield
        async with deps.transaction() as session:
            assert (await session.scalar(text("SELECT last_value FROM ended")) or 0) > 1
    finally:
        await _run(
            deps,
            f"DROP TRIGGER ended ON {table}",
            "DROP FUNCTION end_once",
            "DROP SEQUENCE ended",
        )


async def _run(deps: Deps, *statements: str) -> None:
    async with deps.transaction() as session:
        for statement in statements:
            await session.execute(text(statement))
