"""A peer reviewer for the last drills: asked, given, changed, declined, taken back, forgotten."""

import asyncio
from datetime import UTC, date, datetime

from sqlalchemy import select

from bot.drills import service as drills
from bot.drills import views as drill_views
from bot.drills.reviewing import service as review_service
from bot.drills.reviewing import views
from bot.drills.reviewing.rules import Asked
from bot.drills.reviewing.tables import ReviewRequest
from bot.home import views as home_views
from bot.outbox.tables import OutboxMessage
from bot.people import service as people
from bot.scoring import service as scoring
from bot.scoring.ratings import service as ratings
from bot.scoring.rules import Cell
from bot.scoring.tables import Rating
from tests.blitz.forging import forged
from tests.databases import Postgres
from tests.person import Person, shown
from tests.plans import planting
from tests.world import ANSWER, Json, World, living

ANA, BEN, CHLOE = "U0ANA", "U0BEN", "U0CHLOE"
BEGAN = datetime(2026, 2, 2, 9, tzinfo=UTC)
THURSDAY = date(2026, 3, 5)  # so that Tuesday is one of the last two days
NOTE = "Was the cost clear?"
BETTER = f"{ANSWER} One boundary: it holds for the web alone."


async def final(world: World) -> tuple[Person, Json]:
    """Ana's drill of one of the last two days."""
    async with world.deps.transaction() as session:
        await planting.planned(session, world.workspace_id, ANA, BEGAN, target=THURSDAY)
    ana = world.person(ANA)
    await ana.types("/drill now")
    return ana, await world.drill(ana)


async def asks(ana: Person, where: Json, whom: str, note: str = "") -> Json:
    await ana.clicks(where, views.ASK_REVIEWER)
    form = await ana.waits_for_modal()
    told = await ana.submits(form, {"person": whom} | ({"note": note} if note else {}))
    if told["view"]:
        await ana.closes(told["view"])
    return told


async def answers(world: World, ana: Person, drill: Json) -> Json:
    mine = await ana.says(drill["channel"], ANSWER, thread_ts=drill["ts"])
    await world.card(ana, drill)
    await ana.clicks(drill, drill_views.DONE)
    await world.card(ana, drill, "Probe: ")
    return mine


async def work(world: World, person: Person, hours: int = 1) -> Json:
    """The request; it waits for the end of quiet hours, which Chloe has until noon in UTC."""
    await world.pass_time(hours=hours)
    return await person.waits_for(lambda message: "asks for your marks" in message["text"])


async def states(world: World) -> list[str]:
    async with world.deps.transaction() as session:
        rows = await session.scalars(select(ReviewRequest).order_by(ReviewRequest.id))
        return [row.state for row in rows]


async def gives(ben: Person, asked: Json, button: str, mark: int, note: str = "") -> None:
    await ben.clicks(asked, button)
    form = await ben.waits_for_modal()
    marks = {cell.value: str(mark) for cell in (Cell.trade_offs, Cell.execution)}
    told = await ben.submits(form, marks | ({"note": note} if note else {}))
    assert "gets your marks" in shown(told["view"])
    await ben.closes(told["view"])


async def test_a_reviewer_marks_a_final_answer(world: World) -> None:
    ana, drill = await final(world)
    ben = world.person(BEN)
    assert "One of your last drills before the interview" in shown(drill)
    assert "That is you" in (await asks(ana, drill, ANA))["errors"]["person"]
    said = shown((await asks(ana, drill, BEN, NOTE))["view"])
    assert "<@U0BEN> is asked" in said
    assert "gets your answer once it is final" in said
    twice = await asks(ana, drill, BEN)
    assert "asked this person about this drill already" in twice["errors"]["person"]
    assert await states(world) == [Asked.ASKED]

    mine = await answers(world, ana, drill)
    asked = await work(world, ben)
    seen = shown(asked)
    assert NOTE in seen
    assert "roll back first" in seen
    assert "Drumbeat 2" not in seen
    await ben.clicks(asked, views.REVIEW)
    none = await ben.submits(await ben.waits_for_modal())
    assert "at least one cell" in next(iter(none["errors"].values()))
    await ben.closes(await ben.waits_for_modal())

    await ana.edits(mine, BETTER)
    asked = await ben.waits_for(
        lambda message: message["ts"] == asked["ts"] and "One boundary" in shown(message)
    )
    await gives(ben, asked, "Give marks", 1, "Name the price.")
    told = await world.card(ana, drill, "Marks from")
    assert "Trade-offs: <@U0BEN> 1 · Drumbeat" in told["text"]
    assert "Name the price" in told["text"]
    again = await ben.waits_for(
        lambda message: message["ts"] == asked["ts"] and "Change your marks" in shown(message)
    )
    await gives(ben, again, "Change your marks", 4)
    await ana.waits_for(
        lambda message: (
            message["ts"] == told["ts"] and "Trade-offs: <@U0BEN> 4 ·" in message["text"]
        ),
        thread_ts=drill["ts"],
    )
    async with world.deps.transaction() as session:
        member = await people.ensure(session, world.workspace_id, ANA)
        means = await scoring.means(session, member.id)
        assert (means[Cell.trade_offs].count, means[Cell.trade_offs].peers) == (2, 1)
        assert means[Cell.restatement].peers == 0
        await ratings.seen_self(session, member.id)

    await ana.deletes(mine)
    await ben.waits_gone(asked["channel"], asked["ts"])
    await ana.waits_for(
        lambda message: message["ts"] == told["ts"] and "are gone" in message["text"],
        thread_ts=drill["ts"],
    )
    async with world.deps.transaction() as session:
        assert (await session.scalars(select(Rating))).all() == []
    assert await states(world) == [Asked.WITHDRAWN]


async def test_declined_taken_back_and_forgotten(world: World) -> None:
    ana, drill = await final(world)
    ben, chloe = world.person(BEN), world.person(CHLOE)
    await answers(world, ana, drill)
    await asks(ana, drill, BEN)
    await asks(ana, drill, CHLOE)
    asked = await work(world, ben)
    assert await chloe.sees(await chloe.app()) == []
    also = await work(world, chloe, hours=4)
    await ana.clicks(drill, views.ASK_REVIEWER)
    full = await ana.waits_for_modal()
    assert "Two people for one drill are the most" in shown(full)
    await ana.closes(full)

    # Neither another's request nor another's drill can be reached with a button of one's own.
    async with world.deps.transaction() as session:
        rows = (await session.scalars(select(ReviewRequest).order_by(ReviewRequest.id))).all()
        for_ben, drill_id = rows[0].id, rows[0].session_id
    for handler, user, value in (
        (views.REVIEW, CHLOE, for_ben),
        (views.DECLINE, CHLOE, for_ben),
        (views.SAVE, CHLOE, for_ben),
        (views.WITHDRAW, BEN, for_ben),
        (views.ASK_REVIEWER, BEN, drill_id),
        (views.ASK, BEN, drill_id),
        (views.REVIEW, BEN, 999),
    ):
        assert await forged(world, handler, user, str(value)) in ("review_gone", "session_gone")

    await ben.clicks(asked, "Not now")
    await ben.waits_for(lambda one: one["ts"] == asked["ts"] and "Not now, then" in one["text"])
    no = await world.card(ana, drill, "cannot mark this answer at the moment")
    assert await forged(world, views.REVIEW, BEN, str(for_ben)) == "review_gone"
    await gives(chloe, also, "Give marks", 2, "Chloe says so")
    told = await world.card(ana, drill, "Marks from")
    await ana.clicks(no, "Ask somebody else")
    form = await ana.waits_for_modal()
    dev = await ana.submits(form, {"person": "U0DEV"})
    back = await ana.waits_for_modal()
    assert "<@U0DEV> is asked" in shown(dev["view"])
    await ana.clicks(back, "Take back")
    assert await states(world) == [Asked.DECLINED, Asked.GIVEN, Asked.WITHDRAWN]

    await leaves(chloe)
    await chloe.waits_gone(also["channel"], also["ts"])
    await ana.waits_for(
        lambda one: one["ts"] == told["ts"] and "are gone" in one["text"], thread_ts=drill["ts"]
    )
    assert "Chloe says so" not in await stored(world)


async def test_who_asked_leaves_and_a_drill_that_another_replaced(world: World) -> None:
    ana, drill = await final(world)
    ben, chloe = world.person(BEN), world.person(CHLOE)
    async with world.deps.transaction() as session:
        away = await people.ensure(session, world.workspace_id, CHLOE)
        await people.mute(session, away, views.RULE)
    muted = await asks(ana, drill, CHLOE)
    assert "takes no such requests" in muted["errors"]["person"]
    await asks(ana, drill, BEN, NOTE)
    await ana.says(drill["channel"], ANSWER, thread_ts=drill["ts"])
    await world.card(ana, drill)
    await ana.types("/drill now")  # closes it as it stands, and so its answer is final
    asked = await work(world, ben)
    assert await chloe.sees(await chloe.app()) == []
    await leaves(ana)
    await ben.waits_gone(asked["channel"], asked["ts"])
    assert NOTE not in await stored(world)
    assert "roll back first" not in await stored(world)

    # Nobody's request is taken for the one that is gone.
    async with world.deps.transaction() as session:
        await planting.planned(session, away.workspace_id, CHLOE, BEGAN, target=THURSDAY)
    await chloe.types("/drill now")
    hers = await world.drill(chloe)
    await asks(chloe, hers, BEN)
    await answers(world, chloe, hers)
    assert "<@U0CHLOE>" in shown(await work(world, ben))


async def test_whoever_went_silent_since_they_were_asked_is_left_in_peace(world: World) -> None:
    ana, drill = await final(world)
    await asks(ana, drill, BEN)
    async with world.deps.transaction() as session:  # Ben's own interview is today
        await planting.planned(session, world.workspace_id, BEN, BEGAN, target=date(2026, 3, 3))
    await answers(world, ana, drill)
    await world.card(ana, drill, "could not reach <@U0BEN>")
    await world.pass_time(hours=30)
    ben = world.person(BEN)
    assert not [one for one in await ben.sees(await ben.app()) if "roll back" in shown(one)]
    assert await states(world) == [Asked.WITHDRAWN]


async def test_taking_back_waits_for_the_scorer_and_not_it_for_us(postgres: Postgres) -> None:
    with postgres.fresh() as url:
        async with living(url) as world:
            ana, drill = await final(world)
            await asks(ana, drill, BEN)
            async with world.deps.transaction() as session:
                request = (await session.scalars(select(ReviewRequest))).one()
            async with world.deps.transaction() as session:  # as whoever scores: drill, requests
                row = await drills.load(session, request.session_id)
                press = asyncio.create_task(forged(world, views.WITHDRAW, ANA, str(request.id)))
                await asyncio.sleep(0.3)
                await review_service.following(session, row)
            await press  # PostgreSQL ended neither of the two
            assert await states(world) == [Asked.WITHDRAWN]


async def leaves(person: Person) -> None:
    await person.types("/drill delete-me")
    sure = await person.waits_for(lambda one: home_views.DELETE in str(one.get("blocks")))
    await person.clicks(sure, home_views.DELETE)
    await person.waits_for(lambda one: "are erased" in one["text"])


async def stored(world: World) -> str:
    """Every word of what the bot has said, and of requests and ratings."""
    async with world.deps.transaction() as session:
        said = (await session.scalars(select(OutboxMessage))).all()
        notes = [*await session.scalars(select(ReviewRequest.note))]
        notes += [*await session.scalars(select(Rating.note))]
        return "\n".join([*(f"{one.text} {one.blocks}" for one in said), *notes])
