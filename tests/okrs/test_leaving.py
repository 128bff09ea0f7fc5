"""Somebody who was asked leaves: nobody waits for their votes, and the lead hears of it."""

from functools import partial

import pytest
from sqlalchemy import func, select

from bot.okrs.checkins.tables import Reveal
from bot.people import service as people
from tests.okrs.planting import Planted, invite, planted_in
from tests.person import Person, until
from tests.world import World

BENS_TEN = "2026-03-03T10:01:00+00:00"  # Tuesday; Ana was asked an hour before


async def _reveals(world: World) -> int | None:
    async with world.deps.transaction() as session:
        return await session.scalar(select(func.count(Reveal.id)))


async def _voted(world: World, team: Planted) -> None:
    """Ana has given her word on both, Ben none."""
    ana = world.person("U0ANA")
    asked = await ana.waits_for(lambda one: "Your check-in" in one["text"])
    await ana.clicks(asked, "Check in")
    said = {f"confidence.{one}": "7" for one in (team.ttfv, team.checklist)}
    await ana.submits(await ana.waits_for_modal(), said | {f"value.{team.ttfv}": "7.5"})
    assert await _reveals(world) == 0


async def _is_gone(world: World, team: Planted) -> bool:
    async with world.deps.transaction() as session:
        return (await people.ensure(session, team.workspace_id, "U0BEN")).is_deleted


async def _goes(world: World, team: Planted, ben: Person, why: str) -> None:
    if why == "deactivated":
        await world.sandbox.post("profile", {"as": "U0BEN", "deleted": True})
        await until(partial(_is_gone, world, team))
        return
    for _ in range(2):  # the second time there is nothing left to tell of
        await ben.types("/drill delete-me")
        asked = await ben.waits_for(lambda one: "home.delete_me" in str(one["blocks"]))
        await ben.clicks(asked, "home.delete_me")


@pytest.mark.parametrize(
    ("why", "told"),
    [("deactivated", "Nobody answers for these"), ("delete-me", "has no owner any more")],
)
async def test_nobody_waits_for_who_leaves(world: World, why: str, told: str) -> None:
    invite(world)
    await world.move_to("2026-03-02T07:00:00+00:00")
    team = await planted_in(world)
    await world.move_to(BENS_TEN)
    await _voted(world, team)
    await _goes(world, team, world.person("U0BEN"), why)
    await world.tick()
    assert await _reveals(world) == 2
    ana = world.person("U0ANA")
    heard = await ana.waits_for(lambda one: told in one["text"])
    assert "• Refund rate" in heard["text"]
    assert "sign-up" not in heard["text"]  # that one is Ana's
    await world.tick()
    seen = await ana.sees(await ana.app())
    assert len([one for one in seen if "Refund rate" in one["text"]]) == 1
    assert not [one for one in seen if "The others see it" in one["text"]]
