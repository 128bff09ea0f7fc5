"""Planning is set-based: a thousand members cost a few statements, not a few thousand."""

from sqlalchemy import event, func, select
from sqlalchemy.engine import Engine

from bot import app
from bot.config import Settings
from bot.drills.opening import jobs
from bot.drills.tables import DrillSession
from bot.outbox.tables import OutboxMessage
from tests import databases
from tests.bench.planning import DUE, fill, plan_due
from tests.fakes import clock_at


async def statements(url: str, count: int) -> int:
    """How many statements planning that many drills takes; each member must have got one."""
    told = Settings(_env_file=None, database_url=url)
    seen: list[str] = []

    def note(*call: object) -> None:
        seen.append(str(call[2]))

    async with app.build_deps(told, clock_at(DUE.isoformat())) as deps:
        await fill(deps, count, past=2)
        event.listen(Engine, "before_cursor_execute", note)
        try:
            await jobs.open_due(deps)
        finally:
            event.remove(Engine, "before_cursor_execute", note)
        async with deps.transaction() as session:
            planned = select(func.count()).where(DrillSession.state == "planned")
            drills = select(func.count()).where(OutboxMessage.rule == "drill.daily")
            assert await session.scalar(planned) == count
            assert await session.scalar(drills) == count
    return len(seen)


async def test_statements_do_not_grow_with_members(database_url: str) -> None:
    with databases.sqlite() as other:
        few = await statements(other, 10)
    many = await statements(database_url, 300)

    assert few > 0
    assert many <= few + 6  # rows travel in chunks of some hundred


async def test_the_measure_measures(database_url: str) -> None:
    assert 0 < await plan_due(5, database_url, past=1) < 60
