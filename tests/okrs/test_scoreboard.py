"""What is read from the store is what was planted in it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot import db
from bot.okrs import loading
from bot.okrs import service as okrs
from bot.okrs.health import Colour
from bot.okrs.rules import Confidence, Terms, counted
from bot.okrs.scoreboard import Scoreboard
from bot.workspaces import service as workspaces
from tests.okrs.planting import plant, said

NOW = datetime(2026, 3, 3, 8, tzinfo=UTC)


async def test_a_team_in_mid_quarter(database_url: str) -> None:
    engine = db.engine(database_url)
    async with db.sessions(engine)() as session, session.begin():
        place = await workspaces.ensure(session, "T1", NOW)
        planted = await plant(session, place, NOW)
        for week, value in enumerate((9, 8, 7.5, 7)):
            at = NOW - timedelta(weeks=4 - week)
            session.add(said(planted, planted.ttfv, "U0ANA", at, value, 7))
            session.add(said(planted, planted.refunds, "U0BEN", at, 3.1))
        await session.flush()
        board = await loading.scoreboard(session, place, planted.team_cycle_id, NOW)
    await engine.dispose()

    lines = {one.key: one for one in board.key_results}
    assert list(lines) == ["ttfv", "refunds", "checklist"]
    assert (board.team, board.cycle, board.week) == ("Checkout", "2026-Q1", 9)
    assert lines["ttfv"].standing.value == 7
    assert [one.user_id for one in lines["ttfv"].owners] == ["U0ANA", "U0BEN"]
    assert lines["ttfv"].guardrail == "Refund rate"
    assert lines["refunds"].standing.colour is Colour.RED
    assert lines["ttfv"].standing.colour is not Colour.GREEN
    assert lines["checklist"].standing.colour is Colour.GREY


async def test_an_amendment_leaves_the_past_as_it_was(database_url: str) -> None:
    engine = db.engine(database_url)
    async with db.sessions(engine)() as session, session.begin():
        place = await workspaces.ensure(session, "T1", NOW)
        planted = await plant(session, place, NOW)
        session.add(said(planted, planted.ttfv, "U0ANA", NOW - timedelta(days=1), 6.5))
        await session.flush()
        before = await loading.scoreboard(session, place, planted.team_cycle_id, NOW)

        row = await okrs.key_result(session, place, planted.ttfv)
        wanted: Terms = replace(okrs.terms_of(row), target=6.0)
        later = NOW + timedelta(days=1)
        assert await okrs.amend(session, row, wanted, None, "the market moved", later)
        assert not await okrs.amend(session, row, wanted, None, "again", later)

        again = await loading.scoreboard(session, place, planted.team_cycle_id, NOW)
        after = await loading.scoreboard(session, place, planted.team_cycle_id, later)
    await engine.dispose()

    def progress(board: Scoreboard) -> float | None:
        return next(iter(board.key_results)).standing.progress

    assert progress(before) == progress(again) == 0.5
    assert progress(after) == 2.5 / 3


def test_a_late_word_does_not_take_the_place_of_a_rounds_votes() -> None:
    week = timedelta(weeks=1)
    opened = Confidence(NOW, (3, 8))
    late, before = Confidence(NOW + timedelta(days=2), (9,)), Confidence(NOW - week, (7,))
    next_time = Confidence(NOW + week, (9,))
    assert counted([opened], [before, late], week) == (before, opened)
    assert counted([opened], [next_time], week) == (opened, next_time)
    assert counted([], [late], week) == (late,)
