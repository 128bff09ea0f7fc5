"""A workspace takes the bot out, comes back, or is erased; and every replica hears of it."""

from collections.abc import Sequence
from datetime import time, timedelta
from typing import Any

from sqlalchemy import (
    Boolean,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    Table,
    UniqueConstraint,
    func,
    select,
)
from sqlalchemy import Time as TimeOfDay
from sqlalchemy import update as change
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import JSON

from bot import features
from bot.clock import machine_now
from bot.db import Base
from bot.drills.tables import DrillSession
from bot.outbox.rules import RESTING, State
from bot.outbox.tables import OutboxMessage
from bot.people import service as people
from bot.people.rules import WEEKDAYS
from bot.plans import service as plans
from bot.plans.service import Setup
from bot.reaching import find_workspace
from bot.workspaces import jobs, switching
from bot.workspaces.purging import jobs as purging_jobs
from bot.workspaces.purging import service as purging
from bot.workspaces.tables import Installation, Workspace
from tests.databases import Postgres
from tests.fakes import clock_at
from tests.knocking import callback
from tests.person import until
from tests.workspaces.shop import Shop, opened, settings, team
from tests.world import ANSWER, TUESDAY, beside, living

FIRST, OTHER, ANA = "T0SANDBOX", "T0OTHER", "U0ANA"
HEARD = 5.0  # seconds within which other replicas know


async def set_up(shop: Shop, *teams: str) -> None:
    """A daily drill at nine for Ana in each of them."""
    form = Setup("leadership", time(9), WEEKDAYS[:5], "Europe/Madrid", None, "text", False)
    async with shop.world.deps.transaction() as session:
        for team_id in teams:
            member = await people.ensure(session, shop.id_of(team_id), ANA)
            await plans.set_up(session, member, form, shop.world.deps.now())


async def row_of(shop: Shop, workspace_id: int) -> tuple[Workspace, Installation | None]:
    async with shop.world.deps.transaction() as session:
        row = await session.get_one(Workspace, workspace_id)
        key = row.installation_id
        return row, await session.get(Installation, key) if key else None


async def drills(shop: Shop, workspace_id: int) -> int:
    wanted = select(func.count()).where(DrillSession.workspace_id == workspace_id)
    async with shop.world.deps.transaction() as session:
        return await session.scalar(wanted) or 0


async def unsent(shop: Shop, workspace_id: int) -> Sequence[OutboxMessage]:
    wanted = select(OutboxMessage).where(OutboxMessage.workspace_id == workspace_id)
    async with shop.world.deps.transaction() as session:
        rows = await session.scalars(wanted.where(OutboxMessage.state == State.QUEUED))
        return rows.all()


async def out(shop: Shop, team_id: str) -> None:
    await shop.sandboxes[team_id].post("app/uninstall")
    await until(lambda: shop.world.deps.directory.of_team(team_id) is None)


async def test_out_and_back_again(database_url: str) -> None:
    async with opened(database_url, team(OTHER, "Other")) as shop:
        for team_id in (FIRST, OTHER):
            await shop.installs(team_id)
        await set_up(shop, FIRST, OTHER)
        mine, box = shop.id_of(FIRST), shop.sandboxes[FIRST]
        ana, other = shop.person(FIRST, ANA), shop.person(OTHER, ANA)
        await shop.world.move_to("2026-03-03T08:00:00+00:00")  # nine in Madrid
        drill = await shop.world.drill(ana)
        await shop.world.drill(other)

        # What waits when the bot is taken out is called by nobody.
        await box.faults(methods={"chat.postMessage": {"rate_limited": 1, "retry_after": 1}})
        await ana.says(await ana.app(), ANSWER, thread_ts=drill["ts"])
        await until(lambda: _waits(shop, mine))
        await out(shop, FIRST)
        await box.faults(methods={})
        row, its = await row_of(shop, mine)
        assert row.stop_code in ("uninstalled", "tokens_revoked")
        assert its is not None
        assert (its.sealed_token, its.sealed_refresh) == ("", None)
        waiting = await unsent(shop, mine)
        assert waiting
        assert {one.next_try_at for one in waiting} == {RESTING}
        called = len(await box.calls())
        for day in (4, 5, 11):  # and for a week nothing is planned there, but elsewhere it is
            await shop.world.move_to(f"2026-03-{day:02}T08:00:00+00:00")
        assert await drills(shop, mine) == 1
        assert await drills(shop, shop.id_of(OTHER)) > 1
        assert len(await box.calls()) == called
        assert (await ana.types("/drill now")) is not None  # Slack itself says that it is gone

        await _backdate(shop, mine)
        await shop.world.move_to("2026-03-11T13:00:00+00:00")  # that day's is over, too
        await shop.installs(FIRST)
        assert shop.id_of(FIRST) == mine
        await shop.world.tick()
        assert await unsent(shop, mine) == []
        assert await drills(shop, mine) == 1  # what fell due meanwhile is not made up for
        await shop.world.move_to("2026-03-12T08:00:00+00:00")
        assert await drills(shop, mine) == 2
        await _late_and_refused(shop, mine)


async def _waits(shop: Shop, workspace_id: int) -> bool:
    return any(one.error == "ratelimited" for one in await unsent(shop, workspace_id))


async def _backdate(shop: Shop, workspace_id: int) -> None:
    """What waits has waited for two days."""
    async with shop.world.deps.transaction() as session:
        await session.execute(
            change(OutboxMessage)
            .where(OutboxMessage.workspace_id == workspace_id)
            .values(created_at=machine_now() - timedelta(days=2))
        )


async def _late_and_refused(shop: Shop, workspace_id: int) -> None:
    """News of the former installation change nothing; a token that Slack refuses does."""
    for kind in ("app_uninstalled", "tokens_revoked"):
        late = callback({"type": kind, "tokens": {"bot": ["U0APP"]}}, FIRST)
        late["event_time"] -= 3600
        assert (await shop.knocker.event(late)).status == 200
    assert shop.id_of(FIRST) == workspace_id

    shop.workspace(FIRST).state.app.installed = False  # without a word
    await shop.world.move_to("2026-03-13T08:00:00+00:00")
    await until(lambda: shop.world.deps.directory.of_team(FIRST) is None)
    row, _ = await row_of(shop, workspace_id)
    assert row.stop_code == "account_inactive"
    assert shop.world.deps.directory.of_team(OTHER) is not None


async def test_other_replicas_hear_of_it(postgres: Postgres) -> None:
    with postgres.fresh() as url:
        async with opened(url, team(OTHER, "Other")) as shop:
            told = settings(shop.slack, url)
            first = shop.sandboxes[FIRST]
            async with beside(shop.slack, first, told, clock_at(TUESDAY)) as second:
                there = second.deps.directory
                await shop.installs(FIRST)
                await until(lambda: there.of_team(FIRST) is not None, HEARD)
                await out(shop, FIRST)
                await until(lambda: there.of_team(FIRST) is None, HEARD)
                await shop.installs(FIRST)
                await until(lambda: there.of_team(FIRST) is not None, HEARD)
                again = there.of_team(FIRST)
                assert again is not None
                assert again.token == shop.workspace(FIRST).state.app.bot_token
                # One that nobody told is found by who knocks: before the next look of the job.
                await shop.installs(OTHER)
                there.forget(shop.id_of(OTHER))
                asked = callback({"type": "app_home_opened", "user": ANA, "tab": "home"}, OTHER)
                door = type(shop.knocker)(
                    f"http://127.0.0.1:{second.bot.http.port}",
                    shop.knocker.secret,
                    shop.browser,
                )
                assert (await door.event(asked)).status == 200
                assert there.of_team(OTHER) is not None


def _value(column: Any, number: int) -> Any:
    kinds: list[tuple[Any, Any]] = [
        (Boolean, False),
        (Integer, number),
        (Float, 0.5),
        (JSON, []),
        (DateTime, machine_now() + timedelta(seconds=number)),
        (Date, machine_now().date() + timedelta(days=number)),
        (TimeOfDay, time(9)),
        (LargeBinary, b"x"),
    ]
    kind = getattr(column.type, "impl", column.type)
    return next((value for one, value in kinds if isinstance(kind, one)), f"word {number}")


Made = dict[Table, list[int]]


def _row(table: Table, made: Made, workspace_id: int, number: int) -> dict[str, Any]:
    """Values for every column but the key and what points at the table itself."""
    values: dict[str, Any] = {}
    for column in table.c:
        keys = [key.column.table for key in column.foreign_keys]
        if column.name == "workspace_id":
            values[column.name] = workspace_id
        elif keys and keys[0] in made:
            values[column.name] = made[keys[0]][number - 1]
        elif not keys and not column.primary_key:
            values[column.name] = _value(column, workspace_id * 10 + number)
    return values


def _alone(table: Table) -> bool:
    """A workspace has one row in it."""
    unique = (one for one in table.constraints if isinstance(one, UniqueConstraint))
    return any([column.name for column in one.columns] == ["workspace_id"] for one in unique)


async def _plant(session: AsyncSession, tables: Sequence[Table], workspace_id: int) -> None:
    """Rows in every table; they point at each other where a table points at itself."""
    made: Made = {}
    for table in tables:
        ids = []
        for number in (1,) if _alone(table) else (1, 2):
            row = table.insert().values(**_row(table, made, workspace_id, number))
            ids.append((await session.execute(row.returning(table.c.id))).scalar_one())
        made[table] = ids = [ids[0], ids[-1]]
        own = [
            one.name for one in table.c if any(k.column.table is table for k in one.foreign_keys)
        ]
        for name in own:
            for mine, its in (ids, ids[::-1]):
                where = change(table).where(table.c.id == mine)
                await session.execute(where.values({name: its}))


async def test_what_stays_away_is_erased_from_every_table(database_url: str) -> None:
    async with opened(database_url, team(OTHER, "Other")) as shop:
        deps = shop.world.deps
        await shop.world.bot.scheduler.stop()  # no job is to work with rows that make no sense
        for team_id in (FIRST, OTHER):
            await shop.installs(team_id)
        mine, others = shop.id_of(FIRST), shop.id_of(OTHER)
        tables = list(reversed(purging.tables()))
        assert len(tables) >= 50
        async with deps.transaction() as session:
            for one in (mine, others):
                await _plant(session, tables, one)
        before = await _rows(shop, others)
        assert min(before.values()) >= 1

        await switching.stop(deps, mine, "uninstalled")
        await purging_jobs.purge(deps)  # it has only just left
        assert min((await _rows(shop, mine)).values()) >= 1
        long_ago = machine_now() - timedelta(days=deps.settings.purge_days, seconds=1)
        async with deps.transaction() as session:
            await session.execute(
                change(Workspace).where(Workspace.id == mine).values(stopped_at=long_ago)
            )
        await purging_jobs.purge(deps)
        assert set((await _rows(shop, mine)).values()) == {0}
        assert await _rows(shop, others) == before
        row, its = await row_of(shop, mine)
        assert (row.name, row.bot_user_id, row.installation_id, its) == ("", "", None, None)
        async with deps.transaction() as session:
            assert await purging.due(session, machine_now()) == []
            counted = await session.scalar(select(func.count()).select_from(Installation))
            assert counted == 1

        await shop.installs(FIRST)  # under the same number, and with nothing of what was
        assert shop.id_of(FIRST) == mine
        assert set((await _rows(shop, mine)).values()) == {0}


async def _rows(shop: Shop, workspace_id: int) -> dict[str, int]:
    counted = {}
    async with shop.world.deps.transaction() as session:
        for table in purging.tables():
            wanted = select(func.count()).where(table.c.workspace_id == workspace_id)
            counted[table.name] = await session.scalar(wanted) or 0
    return counted


async def test_an_erasure_that_was_cut_off_ends_before_the_bot_is_back(postgres: Postgres) -> None:
    with postgres.fresh() as url:
        async with opened(url) as shop:
            deps = shop.world.deps
            await shop.installs(FIRST)
            mine = shop.id_of(FIRST)
            await set_up(shop, FIRST)
            await switching.stop(deps, mine, "uninstalled")
            async with deps.transaction() as session:
                assert await purging.begin(session, mine, machine_now())
                await purging.batch(session, mine, machine_now())
            await shop.installs(FIRST)
            assert (await _rows(shop, mine))["practice_plans"] == 0
            assert deps.directory.of_id(mine) is not None
            async with deps.transaction() as session:
                assert not await purging.begin(session, mine, machine_now())
            await jobs.follow(deps)
            assert deps.directory.of_id(mine) is not None


async def test_one_workspace_by_its_token_goes_on_at_the_next_start(postgres: Postgres) -> None:
    with postgres.fresh() as url:
        async with living(url) as world:
            mine = world.workspace_id
            await world.sandbox.post("app/uninstall")
            await until(lambda: not world.deps.directory.all())
            await jobs.follow(world.deps)  # its own token is not taken up before Slack takes it
            assert world.deps.directory.all() == []
            await world.sandbox.post("app/install")
            await find_workspace(world.deps)
            assert world.workspace_id == mine
            async with world.deps.transaction() as session:
                row = await session.get_one(Workspace, mine)
                assert (row.stopped_at, row.stop_code) == (None, None)


def test_every_table_is_erased_or_is_about_no_workspace() -> None:
    assert features.DECLARATIONS
    left = {one.name for one in Base.metadata.sorted_tables} - {
        one.name for one in purging.tables()
    }
    assert left == {"workspaces", "installations", "spent_states"}
