"""Decisions on votes: pure ones, and those that two people take at the same instant."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, select, text
from sqlalchemy.engine import Engine
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from bot import db
from bot.okrs import service as okrs
from bot.okrs.calls import service as calls
from bot.okrs.checkins import loading, rules
from bot.okrs.checkins.tables import CheckIn, CheckInCall, Reveal, Round
from bot.okrs.reviews import outgoing
from bot.okrs.reviews import service as reviews
from bot.okrs.rounds import service as rounds
from bot.okrs.rules import Kind, Terms
from bot.okrs.service import Ownership
from bot.okrs.tables import TeamCycle
from bot.okrs.votes import service as votes
from bot.okrs.votes.service import Said
from bot.outbox.tables import OutboxMessage
from bot.people import service as people
from bot.people.teams.tables import Team
from bot.workspaces import service as workspaces
from tests.okrs.planting import CHANNEL, Planted, plant

OPENED = datetime.fromisoformat("2026-03-02T21:00:00+00:00")  # Tuesday, ten o'clock at UTC+14
ASKED = datetime.fromisoformat("2026-03-03T11:00:00+00:00")
Sessions = async_sessionmaker[AsyncSession]


@asynccontextmanager
async def team(url: str) -> AsyncIterator[tuple[Sessions, Planted]]:
    """The planted team, its round open and everybody asked."""
    engine = db.engine(url)
    made = db.sessions(engine)
    try:
        async with made() as session, session.begin():
            place = await workspaces.ensure(session, "T1", OPENED)
            planted = await plant(session, place, OPENED - timedelta(days=1))
            opened, more = await rounds.open_due(session, OPENED)
            assert (len(opened), more) == (1, False)
            assert await rounds.open_due(session, OPENED) == ([], False)
        async with made() as session, session.begin():
            batch = await calls.ask_due(session, ASKED)
            assert {one.member.user_id for one in batch.asking} == {"U0ANA", "U0BEN"}
        yield made, planted
    finally:
        await engine.dispose()


async def vote(made: Sessions, planted: Planted, user: str, said: list[Said], at: datetime) -> Any:
    """What the door does, in one transaction: (what was taken, what was revealed)."""
    async with made() as session, session.begin():
        member = await people.ensure(session, planted.workspace_id, user)
        ids = [one.key_result_id for one in said]
        known = list(await session.scalars(select(Round.id)))
        held = await votes.hold(session, member, ids, known, at)
        taken = await votes.take(session, member, held, said, at)
        await votes.answered(session, member, held, taken, at)
        told = [await reviews.reveal(session, row, at) for row in held.rounds.values()]
        return taken, [one for each in told for one in each]


async def test_two_last_votes_open_once(database_url: str) -> None:
    async with team(database_url) as (made, planted):
        told = await asyncio.gather(
            vote(made, planted, "U0ANA", [Said(planted.ttfv, 9, value=7.0)], ASKED),
            vote(made, planted, "U0BEN", [Said(planted.ttfv, 5)], ASKED),
        )
        opened = [one for _, revealed in told for one in revealed]
        assert [(one.title, one.review, one.asked) for one in opened] == [
            ("Days from sign-up to first sale", True, 2)
        ]
        assert [(one.user_id, one.confidence) for one in opened[0].votes] == [
            ("U0BEN", 5),
            ("U0ANA", 9),
        ]
        async with made() as session:
            assert await session.scalar(select(func.count(Reveal.id))) == 1


async def test_the_last_vote_and_the_deadline_open_once(database_url: str) -> None:
    async with team(database_url) as (made, planted):
        await vote(made, planted, "U0ANA", [Said(planted.ttfv, 9, value=7.0)], ASKED)
        late = ASKED + timedelta(days=2)

        async def close() -> int:
            async with made() as session, session.begin():
                closed, _ = await reviews.close_due(session, late)
                return sum(len(one.revealed) for one in closed)

        await asyncio.gather(
            vote(made, planted, "U0BEN", [Said(planted.ttfv, 8)], late), close(), close()
        )
        await close()  # where the vote held the round, both passed it by: the next tick's turn
        async with made() as session:
            counts = await session.execute(
                select(Reveal.key_result_id, func.count()).group_by(Reveal.key_result_id)
            )
            assert {count for _, count in counts} == {1}
            states = set(await session.scalars(select(CheckInCall.state)))
            assert states == {"left"}
            assert await session.scalar(select(Round.closes_at)) is None


async def test_a_second_word_counts_until_the_votes_are_open(database_url: str) -> None:
    async with team(database_url) as (made, planted):
        await vote(made, planted, "U0ANA", [Said(planted.ttfv, 9, value=7.0)], ASKED)
        await vote(made, planted, "U0ANA", [Said(planted.ttfv, 6, value=7.5)], ASKED)
        _, opened = await vote(made, planted, "U0BEN", [Said(planted.ttfv, 5)], ASKED)
        assert [one.confidence for one in opened[0].votes] == [5, 6]

        taken, again = await vote(made, planted, "U0BEN", [Said(planted.ttfv, 1)], ASKED)
        assert (taken.late, again) == (("Days from sign-up to first sale",), [])
        async with made() as session:
            rows = await session.execute(
                select(CheckIn.confidence, CheckIn.round_id).order_by(CheckIn.id)
            )
            assert [(one, row is None) for one, row in rows] == [
                (9, False),
                (6, False),
                (5, False),
                (1, True),
            ]


async def test_who_is_away_is_stood_in_for(database_url: str) -> None:
    """The first co-owner gives the value; Ana, back early, gives another, and hears of his."""
    async with team(database_url) as (made, planted):
        async with made() as session, session.begin():
            ana = await people.ensure(session, planted.workspace_id, "U0ANA")
            ana.days_off = [["2026-03-03", "2026-03-06"]]
            ben = await people.ensure(session, planted.workspace_id, "U0BEN")
            told = (await loading.items(session, [ana.id, ben.id], ASKED))[ben.id]
            assert [one.gives_value for one in told] == [True, True, True]
        await vote(made, planted, "U0BEN", [Said(planted.ttfv, 5, value=8.0)], ASKED)
        later = ASKED + timedelta(minutes=1)
        taken, _ = await vote(made, planted, "U0ANA", [Said(planted.ttfv, 6, value=7.0)], later)
        assert [(one.user_id, one.value, one.at) for one in taken.crossed] == [
            ("U0BEN", 8.0, ASKED)
        ]
        async with made() as session:
            told = (await loading.items(session, [ben.id], later))[ben.id]
            assert next(one for one in told if one.key_result_id == planted.ttfv).value == 7.0


async def test_the_first_measurement_is_the_start(database_url: str) -> None:
    async with team(database_url) as (made, planted):
        async with made() as session, session.begin():
            row = await okrs.add_key_result(
                session,
                planted.objective,
                "speed",
                "Time to load",
                Terms(Kind.BASELINE_FIRST, unit="s"),
                OPENED,
            )
            ana = planted.members["U0ANA"].id
            await okrs.set_owners(session, row, [Ownership(ana, "product", True)])
        for value in (3.5, 3.0):
            await vote(made, planted, "U0ANA", [Said(row.id, 5, value=value)], ASKED)
        async with made() as session:
            read = await okrs.key_result(session, planted.workspace_id, row.id)
            assert read.baseline == 3.5


async def test_without_a_channel_the_lead_gets_the_review(database_url: str) -> None:
    """Also where Slack will not have it there; said once, whatever happens in between."""
    async with team(database_url) as (made, planted):
        ids = (planted.ttfv, planted.checklist)
        said = [Said(one, 9, note="All is well.") for one in ids]
        await vote(made, planted, "U0ANA", said, ASKED)
        _, opened = await vote(made, planted, "U0BEN", [Said(one, 2) for one in ids], ASKED)
        first, second = sorted(opened, key=lambda one: one.key_result_id)
        async with made() as session, session.begin():
            await outgoing.opened(session, planted.workspace_id, [first], ASKED, ASKED)
            row = await session.get_one(Team, planted.team.id)
            row.channel = None
            await session.flush()
            await outgoing.opened(session, planted.workspace_id, [second], ASKED, ASKED)
            for _ in range(2):
                await outgoing.dropped(session, first.reveal_id, ASKED, ASKED)
            rows = await session.execute(
                select(OutboxMessage.channel, OutboxMessage.rule, OutboxMessage.text)
                .where(OutboxMessage.rule.startswith("okr.review"))
                .order_by(OutboxMessage.id)
            )
            told = [(channel, rule) for channel, rule, _ in rows.all()]
        assert told == [
            (CHANNEL, "okr.review"),
            (CHANNEL, "okr.review"),
            ("U0ANA", "okr.review_unposted"),
            ("U0ANA", "okr.review_unposted"),
        ]


async def test_two_replicas_ask_once(database_url: str) -> None:
    async with team(database_url) as (made, _):
        week = timedelta(weeks=1)

        async def open_and_ask(at: datetime) -> list[str]:
            async with made() as session, session.begin():
                await reviews.close_due(session, at)
            async with made() as session, session.begin():
                await rounds.open_due(session, at)
            async with made() as session, session.begin():
                batch = await calls.ask_due(session, at)
                return [one.member.user_id for one in batch.asking]

        told = await asyncio.gather(*(open_and_ask(ASKED + week) for _ in range(3)))
        again = await open_and_ask(ASKED + week)
        assert sorted(user for users in (*told, again) for user in users) == ["U0ANA", "U0BEN"]
        async with made() as session:
            assert await session.scalar(select(func.count(Round.id))) == 2
            assert await session.scalar(select(func.count(CheckInCall.id))) == 4


async def test_what_nobody_answers_for_is_told_to_the_lead(database_url: str) -> None:
    """Nobody owns it, or all who do are away: in one list, at the lead's own ten o'clock."""
    async with team(database_url) as (made, planted):
        async with made() as session, session.begin():
            row = await okrs.key_result(session, planted.workspace_id, planted.checklist)
            await okrs.set_owners(session, row, [])
            ben = await people.ensure(session, planted.workspace_id, "U0BEN")
            ben.paused_until = OPENED + timedelta(weeks=2)
            (await people.ensure(session, planted.workspace_id, "U0ANA")).tz = "Europe/Berlin"
        week = OPENED + timedelta(weeks=1)
        async with made() as session, session.begin():
            await reviews.close_due(session, week)
            (opened,), _ = await rounds.open_due(session, week)
            assert opened.unowned == ("Refund rate", "The first-sale checklist is out")
            assert opened.tell_at == datetime.fromisoformat("2026-03-10T09:00:00+00:00")
            called = await session.scalars(
                select(CheckInCall.member_id).where(CheckInCall.round_id == opened.round_id)
            )
            assert list(called) == [planted.members["U0ANA"].id]


async def test_a_new_rhythm_asks_nobody_twice_a_week(database_url: str) -> None:
    async with team(database_url) as (made, planted):
        async with made() as session, session.begin():
            place = await session.get_one(TeamCycle, planted.team_cycle_id)
            place.day = "Wed"
            okrs.plan(place, planted.cycle, ASKED)
            wednesday = ASKED + timedelta(hours=10)
            assert place.next_round_at is not None
            assert place.next_round_at < wednesday
        async with made() as session, session.begin():
            assert await rounds.open_due(session, wednesday) == ([], False)
            place = await session.get_one(TeamCycle, planted.team_cycle_id)
            assert place.next_round_at == datetime.fromisoformat("2026-03-10T20:00:00+00:00")


async def test_a_zone_that_changes_moves_the_question(database_url: str) -> None:
    async with team(database_url) as (made, planted):
        at = OPENED + timedelta(days=7)
        async with made() as session, session.begin():
            await reviews.close_due(session, at)
            await rounds.open_due(session, at)
        async with made() as session, session.begin():
            ana = await people.ensure(session, planted.workspace_id, "U0ANA")
            ana.tz = "Asia/Kolkata"
            await session.flush()
            await calls.moved(session, [ana.id], at)
        async with made() as session, session.begin():
            assert await db.soonest(session, at, CheckInCall.next_at) == datetime.fromisoformat(
                "2026-03-10T04:30:00+00:00"
            )
            late = await calls.ask_due(session, datetime.fromisoformat("2026-03-10T04:31:00+00:00"))
            assert [one.member.user_id for one in late.asking] == ["U0ANA"]


async def test_cost_follows_what_is_due_not_how_much_there_is(database_url: str) -> None:
    """A tick with nothing due asks three indexed columns; key results cost no statements."""
    async with team(database_url) as (made, planted):
        seen: list[str] = []

        def note(*call: Any) -> None:
            seen.append(str(call[2]))

        async def statements(at: datetime) -> int:
            seen.clear()
            event.listen(Engine, "before_cursor_execute", note)
            try:
                async with made() as session, session.begin():
                    await reviews.close_due(session, at)
                    await rounds.open_due(session, at)
                    await calls.ask_due(session, at)
            finally:
                event.remove(Engine, "before_cursor_execute", note)
            return len([one for one in seen if one.lstrip().upper().startswith(SQL)])

        assert await statements(ASKED) == 3
        weeks = [OPENED + timedelta(weeks=1, hours=14), OPENED + timedelta(weeks=2, hours=14)]
        few = await statements(weeks[0])
        async with made() as session, session.begin():
            for n in range(60):
                row = await okrs.add_key_result(
                    session, planted.objective, f"more{n}", f"More {n}", TERMS, OPENED
                )
                ana = planted.members["U0ANA"].id
                await okrs.set_owners(session, row, [Ownership(ana, "product", True)])
        many = await statements(weeks[1])
        assert many <= few + 3


SQL = ("SELECT", "INSERT", "UPDATE")
TERMS = Terms(Kind.INCREASE, baseline=0, target=10)


@pytest.mark.parametrize(
    ("column", "table"),
    [
        (TeamCycle.next_round_at, "team_cycles"),
        (CheckInCall.next_at, "check_in_calls"),
        (Round.closes_at, "check_in_rounds"),
    ],
)
async def test_the_clock_finds_what_is_due_by_an_index(
    database_url: str, column: Any, table: str
) -> None:
    async with team(database_url) as (made, _):
        lite = database_url.startswith("sqlite")
        async with made() as session:
            if not lite:
                await session.execute(text("SET enable_seqscan = off"))
            told = await session.execute(
                text(
                    f"EXPLAIN {'QUERY PLAN ' if lite else ''}SELECT id FROM {table} "
                    f"WHERE {column.key} <= '2026-01-01' ORDER BY {column.key} LIMIT 50"
                )
            )
            assert f"ix_{table}_{column.key}" in str(told.all())


# --- pure ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("figures", "review"),
    [([], False), ([0], False), ([5, 7], False), ([5, 8], True), ([0, 5, 10], True)],
)
def test_three_points_apart_are_talked_over(figures: list[int], review: bool) -> None:
    assert rules.needs_review(figures) is review


def test_complete_is_when_all_who_were_asked_have_voted() -> None:
    assert not rules.complete({1, 2}, {1})
    assert rules.complete({1, 2}, {1, 2, 3})
    assert not rules.complete(set(), set())
    assert rules.complete(set(), {1})
