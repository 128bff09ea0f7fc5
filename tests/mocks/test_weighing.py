"""What makes a good pair, as a workspace's admins change it."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.errors import UserMistake
from bot.mocks.pairing.weights import Points, Weights
from bot.mocks.tables import MockWeights
from bot.mocks.weighing import rules, service, views
from bot.mocks.weighing.rules import KNOBS, Weighing
from bot.people import service as people
from tests.person import Json, Person, shown, until
from tests.world import World

SHIPPED = Weighing(Weights(), Weights())


async def admins(world: World) -> tuple[Person, Person]:
    """Ana is one from the start, when everybody is read; then Ben becomes one."""

    async def is_admin(user: str) -> bool:
        async with world.deps.transaction() as session:
            member = await people.find(session, world.workspace_id, user)
        return member is not None and member.is_admin

    await until(lambda: is_admin("U0ANA"))
    await world.sandbox.post("profile", {"as": "U0BEN", "is_admin": True})
    await until(lambda: is_admin("U0BEN"))
    return world.person("U0ANA"), world.person("U0BEN")


async def form(person: Person) -> Json:
    await person.types("/mock weights")
    return await person.waits_for_modal()


async def weights(world: World) -> Weights:
    async with world.deps.transaction() as session:
        return await service.weights(session, world.workspace_id, world.deps.content)


async def stored(world: World) -> MockWeights | None:
    async with world.deps.transaction() as session:
        found: MockWeights | None = await session.scalar(select(MockWeights))
        return found


async def test_admins_change_the_weights_and_put_them_back(world: World) -> None:
    refused = await world.person("U0BEN").types("/mock weights")
    assert "admin" in str(refused["reply"])
    ana, ben = await admins(world)
    view = await form(ana)
    assert "nobody here has changed them" in shown(view)
    told = await ana.submits(
        view, {"points.level": "101", "points.repeat": "none", "hours.wake": "7"}
    )
    assert told["errors"] == {
        "points.level": "Write a number from 0 to 100.",
        "points.repeat": "Write a number from 0 to 100.",
    }
    told = await ana.submits(
        view, {"points.level": "3", "points.repeat": "12", "hours.wake": "21.5"}
    )
    assert list(told["errors"]) == ["hours.sleep"]
    assert await stored(world) is None
    theirs = await form(ben)
    told = await ana.submits(view, {"points.level": "3,5", "hours.wake": "8"})
    assert "They count from the next matching" in shown(told["view"])
    assert "<@U0ANA>" in shown(told["view"])
    assert "2 numbers are not as shipped" in shown(told["view"])
    now = await weights(world)
    assert now == replace(
        Weights(), points=replace(Points(), level=3.5), hours=replace(Weights().hours, wake=8.0)
    )
    row = await stored(world)
    assert row is not None
    assert row.changed == {"points": {"level": 3.5}, "hours": {"wake": 8.0}}

    told = await ben.submits(theirs, {"points.waiting": "0"})  # he saw the shipped ones
    assert "<@U0ANA> changed the weights while you were writing" in shown(told["view"])
    assert await weights(world) == now
    told = await ben.submits(told["view"], {})  # what he had typed stands in it
    assert (await weights(world)).points == replace(Points(), waiting=0)
    told = await ben.submits(told["view"], {})
    assert "Nothing was different" in shown(told["view"])
    await ben.submits(told["view"], {"reset": ["reset"], "points.level": "99"})
    assert await weights(world) == Weights()
    assert "<@U0BEN>" in shown(await form(ana))
    assert "the shipped weights are in use" in shown(await form(ana))


async def test_two_admins_at_once_and_no_trace_of_nothing(world: World) -> None:
    async def change(user: str, values: dict[str, float]) -> service.Changed:
        async with world.deps.transaction() as session:
            member = await people.ensure(session, world.workspace_id, user)
            now = world.deps.now()
            return await service.change(session, member, world.deps.content, values, None, now)

    assert (await change("U0ANA", {"points.level": 2.0})).same
    assert await stored(world) is None
    done = await asyncio.gather(
        change("U0ANA", {"points.level": 1.0}), change("U0BEN", {"points.level": 9.0})
    )
    assert sorted(one.moved for one in done) == [False, True]
    first = next(one for one in done if not one.moved)
    assert (await weights(world)).points.level == first.in_use.now.points.level


def test_every_number_but_the_thinning_has_a_field() -> None:
    told = {knob.id for knob in KNOBS}
    everything = rules.difference(_zeroed(), Weights())
    assert told == {f"{table}.{name}" for table, names in everything.items() for name in names} - {
        "thinning.exact",
        "thinning.candidates",
    }
    for knob in KNOBS:
        low, high = knob.bounds
        for value, fits in ((low, True), (high, True), (low - 0.01, False), (high + 1, False)):
            assert rules.fits(knob, value) == fits
        assert Weights().changed({knob.table: {knob.name: knob.of(Weights())}}) == Weights()


def _zeroed() -> Weights:
    blank = Weights()
    for part in ("points", "shape", "hours", "thinning", "outcomes"):
        table = getattr(blank, part)
        blank = replace(blank, **{part: replace(table, **dict.fromkeys(vars(table), -1.0))})
    return blank


@pytest.mark.parametrize("typed", ["", "x", "nan", "inf", "-1", "1e9", "1 0"])
def test_what_is_no_number_in_bounds_is_refused(typed: str) -> None:
    knob = KNOBS[0]
    assert not rules.fits(knob, rules.number(typed))


def test_a_form_sent_back_as_it_stands_changes_nothing() -> None:
    view = views.form(SHIPPED)
    state = {
        block["block_id"]: {"value": {"value": block["element"].get("initial_value")}}
        for block in view["blocks"]
        if block["type"] == "input" and block["block_id"] != views.RESET
    }
    read = views.read(state)
    assert read is not None
    assert Weights().changed(rules.tables(read)) == Weights()
    assert views.read_seen(view["private_metadata"]) is None
    with pytest.raises(UserMistake, match="stale"):
        views.read_seen("yesterday")
