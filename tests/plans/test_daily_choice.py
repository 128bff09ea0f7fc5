"""Days of a plan with the real scorer: what comes, why it says it does, and what comes back."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select

from bot.drills.memory import service as remembering
from bot.drills.tables import DrillSession
from bot.outbox.topics import topic
from bot.people import service as people
from bot.plans import choosing
from bot.plans.memory import rules
from bot.plans.tables import Memory
from bot.scoring.rules import Cell
from bot.scoring.tables import StoredScorecard
from tests.person import Person, shown
from tests.plans import planting
from tests.plans.planting import Met
from tests.world import ANSWER, Json, World

ANA, BEN, CLEO, DORA = "U0ANA", "U0BEN", "U0CHLOE", "U0DEV"
TODAY = date(2026, 3, 3)  # a Tuesday
LOST = "blood-bank-north-star"
GOOD = (
    "I read the question as: which number tells the board of RedLine that patients get blood in "
    "time? I assume a hospital can wait about six hours. I would hang up units delivered within "
    "six hours out of the 2,400 asked for, 1,488 in October. The alternative is registered "
    "donors: 48,000 looks good but never falls, and only 6,240 gave; I give up a number the "
    "chair likes. Guardrail: expired units stay below 200 a month. On Monday the lab lead checks "
    "the late 462 by hospital; I would switch if rare groups made up most late units."
)
WEAK = (
    "We should look at the numbers together with the team again next week and then see what "
    "people think about it before anybody does anything at all."
)


async def plant(world: World, user: str, began_on: date, *met: Met) -> None:
    """A member who practises since that date, with memories of what they met."""
    place = world.workspace_id
    async with world.deps.transaction() as session:
        now = world.deps.now()
        member, _ = await planting.planned(session, place, user, now, began_on=began_on)
        for row in await planting.past(session, world.deps.content, member, met):
            await remembering.answered(session, row)


def met(drill_id: str, ago: int, trade_offs: float, overall: float) -> Met:
    marks = dict.fromkeys(Cell, 3.0) | {Cell.trade_offs: trade_offs}
    at = datetime(2026, 3, 3, 9, tzinfo=UTC) - timedelta(days=ago)
    return Met(drill_id, at, marks, overall)


async def sessions(world: World, user: str) -> list[DrillSession]:
    """Those of these days, the oldest first."""
    place = world.workspace_id
    async with world.deps.transaction() as session:
        member = await people.ensure(session, place, user)
        rows = await session.scalars(
            select(DrillSession)
            .where(DrillSession.member_id == member.id)
            .where(DrillSession.planned_at >= datetime(2026, 3, 3, tzinfo=UTC))
            .order_by(DrillSession.id)
        )
        return list(rows)


async def memory(world: World, kind: str, item_id: str) -> Memory | None:
    async with world.deps.transaction() as session:
        found: Memory | None = await session.scalar(
            select(Memory).where(Memory.kind == kind, Memory.item_id == item_id)
        )
        return found


async def scored(world: World, row: DrillSession) -> StoredScorecard | None:
    async with world.deps.transaction() as session:
        found: StoredScorecard | None = await session.scalar(
            select(StoredScorecard).where(StoredScorecard.topic == topic("answer_card", row.id))
        )
        return found


async def remembers_newest(world: World, row: DrillSession, *before: rules.Review) -> None:
    """What is remembered is what the stored card says, after what was before these days."""
    card, kept = await scored(world, row), await memory(world, rules.DRILL, row.drill_id)
    wanted = rules.replay([*before, rules.answered(TODAY, card.overall)] if card else before)
    told = kept and rules.Kept(kept.stability, kept.difficulty, kept.reviewed_on, kept.due_on)
    assert told == wanted


async def thread_says(person: Person, drill: Json, ts: str, word: str) -> Json:
    return await person.waits_for(
        lambda message: message["ts"] == ts and word in message["text"], thread_ts=drill["ts"]
    )


async def test_three_days(world: World) -> None:
    ana, bank = world.person(ANA), choosing.bank(world.deps.content.drills)
    own = [one.id for one in bank.drills.values() if one.track == "product-metrics"]
    before = [met(one, 20, 1.0, 3.0) for one in own if one != LOST][:3]
    before = [replace(one, at=one.at - timedelta(days=at)) for at, one in enumerate(before)]
    await plant(world, ANA, date(2026, 2, 9), *before, met(LOST, 12, 1.0, 0.5))

    await world.move_to("2026-03-03T08:00:00+00:00")
    drill = await world.drill(ana)
    (first,) = await sessions(world, ANA)
    assert (first.drill_id, first.back, first.stage) == (LOST, True, "daily")
    assert "Back after 12 days: you missed it on 19 February." in shown(drill)
    assert "your weakest cell: 1.0 of 4 over 4 marks." in shown(drill)

    # The memory follows the answer: scored, edited, withdrawn, and written again.
    missed = rules.answered(TODAY - timedelta(days=12), 0.5)
    mine = await ana.says(drill["channel"], GOOD, thread_ts=drill["ts"])
    card = await world.card(ana, drill)
    await remembers_newest(world, first, missed)
    good = await scored(world, first)
    await ana.edits(mine, WEAK)
    await thread_says(ana, drill, card["ts"], "Trade-offs: 0/4")
    weak = await scored(world, first)
    assert good is not None
    assert weak is not None
    assert weak.overall < good.overall
    await remembers_newest(world, first, missed)
    (first,) = await sessions(world, ANA)
    assert first.focus is not None
    assert first.focus["cell"] == Cell.trade_offs  # the retake takes the aim up
    await ana.deletes(mine)
    await thread_says(ana, drill, card["ts"], "withdr")
    assert await scored(world, first) is None
    await remembers_newest(world, first, missed)

    # A recall card that was missed is due tomorrow, and takes turns with a new one.
    warmup = await ana.waits_for(lambda one: "Warm-up" in one["text"], thread_ts=drill["ts"])
    await ana.clicks(warmup, "Show")
    turned = await thread_says(ana, drill, warmup["ts"], "Warm-up: ")
    await ana.clicks(turned, "Missed")
    await thread_says(ana, drill, warmup["ts"], "You said: Missed")
    kept = await memory(world, rules.CARD, str(first.warmup_id))
    assert kept is not None
    assert kept.due_on == TODAY + timedelta(days=1)

    await world.move_to("2026-03-04T08:00:00+00:00")
    drill = await world.drill(ana, after=drill["ts"])
    assert "It works on trade-offs, your weakest cell" in shown(drill)
    await world.move_to("2026-03-05T08:00:00+00:00")
    drill = await world.drill(ana, after=drill["ts"])
    assert "), after two for your weakest cell." in shown(drill)
    _, second, third = await sessions(world, ANA)
    assert (second.aim, second.back) == (Cell.trade_offs, False)
    assert (third.aim, third.back) == (Cell.restatement, False)
    assert bank.drills[second.drill_id].leans == Cell.trade_offs
    assert second.warmup_id == first.warmup_id
    assert third.warmup_id not in (None, first.warmup_id)


async def test_other_days(world: World) -> None:
    """A day of scenarios, a day of a blitz, and a drill before anything was set up."""
    cleo, dora, ben = (world.person(one) for one in (CLEO, DORA, BEN))
    ids = sorted(world.deps.content.drills)[:4]
    await plant(world, CLEO, date(2026, 2, 27))
    await plant(
        world, DORA, date(2026, 2, 23), *(met(one, 9 + at, at, 3) for at, one in enumerate(ids))
    )

    await world.move_to("2026-03-03T08:00:00+00:00")
    drill = await world.drill(cleo)
    (row,) = await sessions(world, CLEO)
    assert "Day 3 of your plan, timed scenarios." in shown(drill)
    assert "three marks in a cell tell which one is your weakest" in shown(drill)
    assert world.deps.content.drills[row.drill_id].stage == "scenario"
    await cleo.says(drill["channel"], ANSWER, thread_ts=drill["ts"])
    await world.card(cleo, drill)
    await world.pass_time(minutes=31)
    closing = await world.card(cleo, drill, "Session closed")
    assert "Today is for scenarios: 2 more, if you like." in closing["text"]
    await cleo.clicks(closing, "Next scenario")
    await world.drill(cleo, after=drill["ts"])
    assert [one.stage for one in await sessions(world, CLEO)] == ["scenarios"] * 2
    await cleo.clicks(closing, "Next scenario")  # the card stays; what is open stays open too
    await cleo.waits_for(lambda one: "Your drill is open" in one["text"], thread_ts=drill["ts"])
    assert [one.closed_at is None for one in await sessions(world, CLEO)] == [False, True]

    drill = await world.drill(dora)
    (row,) = await sessions(world, DORA)
    assert "Day 7 of your plan, a weakness blitz." in shown(drill)
    assert "Today’s blitz, drill 1 of 3" in shown(drill)
    assert (row.drill_id, row.aim, row.kind) == (ids[0], Cell.trade_offs, "daily")
    assert row.blitz_id is not None

    await ben.types("/drill now")
    told = shown(await world.drill(ben))
    assert "You asked for it. It works on restatement; three marks" in told
    assert "Day " not in told
