"""A round through the whole bot: asked, checked in, opened; nobody sees a vote before."""

from datetime import UTC, datetime

from tests.okrs.planting import plant
from tests.world import World

MONDAY = "2026-03-02T07:00:00+00:00"
TEN = "2026-03-03T09:01:00+00:00"  # Tuesday, 10:01 in Madrid, 09:01 in London


async def planted(world: World) -> int:
    place = world.deps.directory.all()[0]
    await world.move_to(MONDAY)
    async with world.deps.transaction() as session:
        told = await plant(session, place.workspace_id, world.deps.now())
    await world.tick()
    return told.ttfv


async def test_a_round(world: World) -> None:
    await planted(world)
    ana, ben = world.person("U0ANA"), world.person("U0BEN")
    await world.move_to(TEN)
    asked = await ana.waits_for(lambda message: "Your check-in" in message["text"])
    assert "Days from sign-up to first sale" in asked["text"]
    await ana.clicks(asked, "Check in")
    form = await ana.waits_for_modal()
    print([b["block_id"] for b in form["blocks"] if b["type"] == "input"])
