"""What is read of the past: marks of drills and mocks, of partners once shown, and no more."""

from datetime import UTC, datetime, timedelta

from bot import app
from bot.config import Settings
from bot.drills.opening import loading
from bot.drills.rules import State
from bot.people import service as people
from bot.plans.choosing import Level
from bot.scoring import service as scoring
from bot.scoring.rules import Cell
from bot.scoring.tables import Rating
from bot.workspaces import service as workspaces
from tests.fakes import clock_at
from tests.plans import planting
from tests.plans.planting import Met

NOW = datetime(2026, 3, 3, 8, tzinfo=UTC)
T = Cell.trade_offs


async def test_what_counts(database_url: str) -> None:
    told = Settings(_env_file=None, database_url=database_url)
    built = app.build_deps(told, clock_at(NOW.isoformat()))
    async with built as deps, deps.transaction() as session:
        place = await workspaces.installed(session, "T1", "One", "U0BOT", NOW)
        ana, _ = await planting.planned(session, place, "U0ANA", NOW)
        ben = await people.ensure(session, place, "U0BEN")
        ids = sorted(deps.content.drills)
        met = [
            Met(ids[0], NOW - timedelta(days=9), {T: 1.0}, 1.5, aim=T, back=True),
            Met(ids[1], NOW - timedelta(days=8, hours=9), {Cell.execution: 4.0}),
            Met(ids[2], NOW - timedelta(days=3), state=State.SKIPPED),
        ]
        rows = await planting.past(session, deps.content, ana, met)
        missed = (await planting.past(session, deps.content, ben, [Met(ids[3], NOW)]))[0]
        missed.state, missed.opened_at = State.MISSED, None
        solo = scoring.Scored(place, ana.id, "mock_solo:1", "kit", "v1", False, NOW)
        await scoring.keep(session, solo, planting.card({T: 2.0}))
        for number, shown in enumerate([NOW, None]):
            peer = Rating(workspace_id=place, member_id=ben.id, about_id=ana.id, source="peer")
            peer.topic, peer.trade_offs, peer.blind = f"mock:{number}", 3 + number, True
            peer.shown_at, peer.at = shown, NOW - timedelta(days=1)
            session.add(peer)
        await session.flush()

        known = await loading.known(session, [ana, ben], NOW)

    past = known[ana.id].past
    assert [one.drill_id for one in past] == [ids[2], ids[1], ids[0]]
    assert [one.answered for one in past] == [False, True, True]
    assert (past[2].overall, past[2].marks, past[2].aim, past[2].back) == (1.5, {T: 1.0}, T, True)
    # 23:00 UTC is midnight in Berlin.
    assert past[1].day == (NOW - timedelta(days=8)).date()
    assert known[ana.id].levels == {T: Level(2.0, 3)}  # 1 of a drill, 2 alone, 3 of a partner
    assert len(rows) == 3
    assert [one.sent for one in known[ben.id].past] == [False]
    assert known[ben.id].levels == {}
