"""A drill from the clock to the scorecard, through the real Bolt dispatcher and a real socket."""

import asyncio

import pytest
from sqlalchemy import select, text

from bot.drills import service as drills
from bot.drills import views
from bot.drills.tables import DrillSession
from bot.outbox.topics import Landed, topic
from bot.people import service as people
from tests.databases import Postgres
from tests.person import until
from tests.world import ANSWER, World, living

ANA = "U0ANA"


async def test_now_answer_card_edit(world: World) -> None:
    ana = world.person(ANA)
    dm = await ana.app()

    said = await ana.types("/drill now")
    drill = await world.drill(ana)
    mine = await ana.says(dm, ANSWER, thread_ts=drill["ts"])
    card = await world.card(ana, drill)

    assert "on its way" in str(said)
    for cell in ("Restatement", "Trade-offs", "Execution", "Communication"):
        assert f"{cell}: " in card["text"]
    assert "so far" in card["text"]

    await ana.edits(mine, "I would wait and see.")
    await ana.waits_for(
        lambda message: message["ts"] == card["ts"] and "not assessed" in message["text"],
        thread_ts=drill["ts"],
    )


@pytest.mark.parametrize(
    ("minutes", "said"), [(3.0, "a 3-minute"), (8.0, "an 8-minute"), (1.5, "a 90-second")]
)
def test_the_answer_box_is_named_as_one_says_it(minutes: float, said: str) -> None:
    assert views.box(minutes) == said


async def test_a_click_while_the_first_drill_lands(postgres: Postgres) -> None:
    """Whoever clicks holds the member, then the session; so does what lands."""
    with postgres.fresh() as url:
        async with living(url) as world:
            ana = world.person(ANA)
            await ana.types("/drill now")
            drill = await world.drill(ana)
            place = world.workspace_id
            async with world.deps.transaction() as session:
                one = (await session.scalars(select(DrillSession))).one()
                about = one.id
            told = Landed(place, topic("drill", about), "D9", drill["ts"], world.deps.now())

            async def lands() -> None:
                async with world.deps.transaction() as session:
                    await drills.landed(session, told)

            async with world.deps.transaction() as session:
                member = await people.ensure(session, place, ANA)
                landing = asyncio.create_task(lands())
                await until(lambda: locked(world))
                assert (await drills.owned(session, about, member)).id == about
            await landing
            async with world.deps.transaction() as session:
                assert (await people.get(session, member.id)).dm_channel == "D9"


async def locked(world: World) -> bool:
    """Does anybody wait for somebody else's lock?"""
    async with world.deps.transaction() as session:
        return bool(await session.scalar(text("select count(*) from pg_locks where not granted")))
