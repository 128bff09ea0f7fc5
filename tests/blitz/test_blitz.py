"""A blitz from the command to its summary, and what may come between."""

import asyncio
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select

from bot.drills import views as drill_views
from bot.drills.blitz import views
from bot.drills.rules import State
from bot.drills.tables import Blitz, DrillSession
from bot.home import views as home_views
from bot.people import service as people
from bot.scoring.rules import Cell
from tests.blitz.forging import forged
from tests.person import Person, shown
from tests.plans import planting
from tests.plans.planting import Met
from tests.world import ANSWER, Json, World

ANA, BEN = "U0ANA", "U0BEN"
FEBRUARY = datetime(2026, 2, 2, 9, tzinfo=UTC)
# Trade-offs are the weakest; the third was answered longest ago of those that got 1.
TRADE_OFFS = (2.0, 1.0, 1.0, 3.0)


def chosen(world: World, count: int = 4) -> list[str]:
    drills = world.deps.content.drills.values()
    return sorted(one.id for one in drills if len(one.cells) == len(Cell))[:count]


async def practised(world: World, user: str = ANA, began: date | None = None) -> list[str]:
    """Four drills answered in February; returns their ids."""
    ids, days = chosen(world), (1, 3, 2, 0)
    async with world.deps.transaction() as session:
        member, _ = await planting.planned(
            session, world.workspace_id, user, FEBRUARY, began_on=began
        )
        told = [
            Met(
                one,
                FEBRUARY + timedelta(days=day),
                dict.fromkeys(Cell, 3.0) | {Cell.trade_offs: mark},
            )
            for one, day, mark in zip(ids, days, TRADE_OFFS, strict=True)
        ]
        await planting.past(session, world.deps.content, member, told)
    return ids


async def opened(person: Person, number: int, after: str = "") -> Json:
    title = f"drill {number} of 3 ("
    return await person.waits_for(
        lambda message: title in message["text"] and message["ts"] > after
    )


async def answered(world: World, person: Person, drill: Json, word: str = "Session closed") -> Json:
    """Answer, finish, and return the closing card."""
    await person.says(drill["channel"], ANSWER, thread_ts=drill["ts"])
    await world.card(person, drill)
    await person.clicks(drill, drill_views.DONE)
    probe = await world.card(person, drill, "Probe: ")
    await person.clicks(probe, drill_views.FINISH)
    return await world.card(person, drill, word)


async def rows_of(world: World) -> list[DrillSession]:
    async with world.deps.transaction() as session:
        blitz = DrillSession.blitz_id.is_not(None)
        found = await session.scalars(select(DrillSession).where(blitz).order_by(DrillSession.id))
        return list(found)


async def changed(person: Person, card: Json, word: str, drill: Json) -> Json:
    return await person.waits_for(
        lambda message: message["ts"] == card["ts"] and word in message["text"],
        thread_ts=drill["ts"],
    )


async def test_a_blitz_from_its_first_drill_to_its_summary(world: World) -> None:
    ids, ana = await practised(world), world.person(ANA)
    said = await ana.types("/drill blitz")
    assert "Drill 1 of 3 of your blitz on trade-offs" in str(said)
    one = await opened(ana, 1)
    assert world.deps.content.drills[ids[2]].prompt.strip()[:60] in one["text"]
    assert "1 of 4 there" in shown(one)
    assert "lasts 20 minutes" in shown(one)

    first = await answered(world, ana, one)
    assert "Trade-offs: 1 → " in first["text"]
    assert "is over" not in first["text"]
    await ana.clicks(first, "Next: 2 of 3")
    two = await opened(ana, 2)
    await ana.waits_for(
        lambda message: message["ts"] == first["ts"] and "Next: 2 of 3" not in shown(message),
        thread_ts=one["ts"],
    )
    # A second press, and the command, find it open; another drill closes it as it stands.
    assert "Drill 2 of 3" in str(await ana.types("/drill blitz"))
    await ana.types("/drill now")
    await world.drill(ana, after=two["ts"])
    await ana.types("/drill blitz")
    three = await opened(ana, 3)
    states = [(row.drill_id, row.kind, row.state) for row in await rows_of(world)]
    order = [ids[2], ids[1], ids[0]]
    assert [one[0] for one in states] == order
    assert {one[1] for one in states} == {"blitz"}
    assert [one[2] for one in states[:2]] == [State.CLOSED, State.CLOSED]

    mine = await ana.says(three["channel"], ANSWER, thread_ts=three["ts"])
    await world.card(ana, three)
    await world.pass_time(minutes=21)
    last = await world.card(ana, three, "is over")
    assert "2 of 3 drills answered" in last["text"]
    assert ": no answer" in last["text"]
    assert "On average 1.5 before and" in last["text"]
    assert "over 2 drills" in last["text"]
    assert views.BLITZ not in str(last["blocks"])

    await ana.edits(mine, "I would wait.")
    await changed(ana, last, "not assessed this time; last time it was 2", three)
    await ana.deletes(mine)
    await changed(ana, last, "your answer was withdrawn", three)
    assert "1 of 3 drills answered" in (await changed(ana, last, "is over", three))["text"]


async def test_what_ends_a_blitz(world: World) -> None:
    ids, ana, ben = await practised(world), world.person(ANA), world.person(BEN)
    await ana.types("/drill blitz")
    one = await opened(ana, 1)
    await ana.clicks(one, drill_views.SKIP)
    left = await ana.waits_for(lambda message: "goes on when you like" in message["text"])
    await ana.clicks(left, "Next: 2 of 3")
    two = await opened(ana, 2)
    card = await answered(world, ana, two)
    await ana.clicks(card, "End the blitz")
    await ana.waits_for(
        lambda message: message["ephemeral"] and "1 of 3 drills answered" in message["text"],
        thread_ts=two["ts"],
    )
    over = await changed(ana, card, "is over", two)
    assert "End the blitz" not in shown(over)

    # What was answered today does not come again, so two are left for the next one.
    await ana.types("/drill blitz")
    again = await opened(ana, 1, after=two["ts"])
    assert world.deps.content.drills[ids[2]].prompt.strip()[:60] in again["text"]
    third = await answered(world, ana, again)
    await world.pass_time(days=1)
    await ana.clicks(third, "Next: 2 of 3")
    day_over = await ana.waits_for(
        lambda message: "ends with its day" in message["text"], thread_ts=again["ts"]
    )
    await ana.clicks(day_over, "A new blitz")
    await ana.waits_for(
        lambda message: "drill 1 of 3 (" in message["text"] and message["ts"] > third["ts"]
    )

    assert "there is none yet" in str(await ben.types("/drill blitz"))
    await practised(world, BEN)
    async with world.deps.transaction() as session:
        member = await people.ensure(session, world.workspace_id, BEN)
        met = [Met(one, world.deps.now(), {Cell.trade_offs: 1.0}, kind="now") for one in ids]
        await planting.past(session, world.deps.content, member, met)
    assert "No drill is left for a blitz today" in str(await ben.types("/drill blitz"))


async def test_a_blitz_day_two_presses_at_once_and_what_is_gone(world: World) -> None:
    """On the seventh day of a plan without a date the daily drill is the first of a blitz."""
    await practised(world, began=date(2026, 2, 23))
    ana = world.person(ANA)
    await world.move_to("2026-03-03T08:00:00+00:00")
    one = await opened(ana, 1)
    assert "Today’s blitz" in one["text"]
    assert "lasts 20 minutes" in shown(one)
    assert "is open" in str(await ana.types("/drill blitz"))
    card = await answered(world, ana, one)
    await asyncio.gather(*(ana.clicks(card, "Next: 2 of 3") for _ in range(3)))
    two = await opened(ana, 2)
    rows = [(row.kind, row.state, row.daily_date) for row in await rows_of(world)]
    assert len(rows) == 2
    assert rows[0] == ("daily", State.CLOSED, date(2026, 3, 3))
    assert rows[1][0] == "blitz"
    assert rows[1][2] is None

    async with world.deps.transaction() as session:
        blitz = (await session.scalars(select(Blitz))).one()
    for action in (views.BLITZ, views.END):
        assert await forged(world, action, BEN, str(blitz.id)) == "blitz_gone"
        assert await forged(world, action, BEN, "9x") == "stale"

    async with world.deps.transaction() as session:  # the third leaves the bank
        blitz = (await session.scalars(select(Blitz))).one()
        blitz.drills = [*blitz.drills[:2], {"id": "a-drill-of-the-past", "before": 2.0}]
    last = await answered(world, ana, two, "is over")
    assert "2 of 2 drills answered" in last["text"]
    await ana.types("/drill blitz")
    await ana.waits_for(lambda message: "drill 1 of 2 (" in message["text"])

    await ana.types("/drill delete-me")
    sure = await ana.waits_for(lambda message: home_views.DELETE in str(message.get("blocks")))
    await ana.clicks(sure, home_views.DELETE)
    await ana.waits_for(lambda message: "are erased" in message["text"])
    assert await rows_of(world) == []
    async with world.deps.transaction() as session:
        assert (await session.scalars(select(Blitz))).all() == []
