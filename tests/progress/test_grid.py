"""Progress in App Home, in its modal and by command: after answers, and with years of them."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from bot.drills.progress import service
from bot.drills.progress.rules import MOCKS
from bot.people import service as people
from bot.scoring.ratings.partners import service as partners
from bot.scoring.ratings.partners.service import Mark
from bot.scoring.ratings.service import Given
from bot.scoring.rules import Cell
from tests.person import shown, until
from tests.plans import planting
from tests.plans.planting import Met
from tests.world import ANSWER, Json, World

SET_UP = datetime(2025, 1, 6, 9, tzinfo=UTC)


async def test_the_grid_fills_with_answers(world: World) -> None:
    ana = world.person("U0ANA")
    place = world.workspace_id
    reply = await ana.types("/drill stats")
    assert "Nothing scored yet" in str(reply)
    await ana.types("/drill now")
    drill = await world.drill(ana)
    await ana.says(await ana.app(), ANSWER, thread_ts=drill["ts"])
    await world.card(ana, drill)
    await ana.home_with("not enough yet (1 of 3 answers)")

    # Years of answers: a bounded number of statements, and an App Home that stays short.
    ids = sorted(world.deps.content.drills)
    async with world.deps.transaction() as session:
        member, _ = await planting.planned(session, place, "U0ANA", SET_UP)
        ben = (await people.ensure(session, place, "U0BEN")).id
        met = [
            Met(
                ids[number % len(ids)],
                SET_UP + timedelta(days=number),
                {Cell.execution: 2.0, Cell.trade_offs: 3.0, Cell.restatement: 1.0},
                kind="now",
            )
            for number in range(400)
        ]
        await planting.past(session, world.deps.content, member, met)
        given = Given({Cell.communication: 3}, "", blind=True)
        for number, open_to_all in enumerate((True, False)):
            mark = Mark(f"mock:{number}", ben, member.id, given, shown=open_to_all)
            await partners.keep(session, place, mark, world.clock.now())
    asked: list[str] = []

    def note(*told: Any) -> None:
        asked.append(told[2])

    async with world.deps.transaction() as session:
        event.listen(Engine, "before_cursor_execute", note)
        begun = time.process_time()
        told = await service.grid(session, member.id)
        took = time.process_time() - begun
        event.remove(Engine, "before_cursor_execute", note)
    assert len([one for one in asked if "scorecards" in one or "ratings" in one]) == 2
    assert took < 1.0
    whole = told.whole.cells
    assert whole[Cell.execution].count >= 400
    assert whole[Cell.communication].peers == 1  # the other form is not open yet
    assert (len(told.families) > 20, MOCKS in [row.family for row in told.families]) == (True, True)

    home = await ana.home_with("*Communication*  not enough yet (2 of 3 marks)")
    assert len(home["blocks"]) < 60
    assert "Drills get harder as you climb" in shown(home)
    await ana.clicks(home, "All families")
    first = await ana.waits_for_modal()
    assert len(first["blocks"]) == 22
    await ana.clicks(first, "Less practised")

    async def turned() -> Json | None:
        modal = await ana.modal()
        return modal if modal and "More practised" in shown(modal) else None

    assert "Mock interviews" in shown(await until(turned))
    stats = str(await ana.types("/drill stats"))
    assert "Restatement 1.0, Trade-offs 3.0, Execution 2.0" in stats
    # Nobody else’s: Ben has none of it.
    assert "Nothing scored yet" in str(await world.person("U0BEN").types("/drill stats"))
