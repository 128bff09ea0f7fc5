"""Two people or replicas at the same instant: nothing is lost, told twice or waits forever."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.content import Content
from bot.errors import UserMistake
from bot.home import outgoing as home
from bot.okrs import loading as boards
from bot.okrs import service as okrs
from bot.okrs.checkins.tables import CheckIn, Round
from bot.okrs.closing import loading
from bot.okrs.closing import outgoing as closing_outgoing
from bot.okrs.closing import service as closing
from bot.okrs.digests import outgoing as digests
from bot.okrs.digests import service as digest_service
from bot.okrs.editing.objectives import service as objectives
from bot.okrs.reviews import outgoing
from bot.okrs.reviews import service as reviews
from bot.okrs.tables import Objective
from bot.okrs.votes import service as votes
from bot.okrs.votes.service import Said
from bot.outbox.tables import OutboxMessage
from bot.people import service as people
from bot.people.teams.tables import Team
from tests.okrs.planting import Planted, said
from tests.okrs.test_votes import ASKED, Sessions, team, vote

NUMBAT = "numbat"  # Ana's word, which nobody may find afterwards
ROWS = select(OutboxMessage)
NOTHING = Content({}, {}, {}, {}, {})


async def _erase(made: Sessions, planted: Planted, user: str) -> None:
    async with made() as session, session.begin():
        member = await people.ensure(session, planted.workspace_id, user)
        await home.erase(session, member, NOTHING, ASKED, ASKED)


async def test_of_a_former_member_only_the_last_word_counts(database_url: str) -> None:
    async with team(database_url) as (made, planted):
        await vote(made, planted, "U0ANA", [Said(planted.ttfv, 1, value=7.0)], ASKED)
        await vote(made, planted, "U0ANA", [Said(planted.ttfv, 7, value=7.5)], ASKED)
        await _erase(made, planted, "U0ANA")
        _, opened = await vote(made, planted, "U0BEN", [Said(planted.ttfv, 8)], ASKED)
        (one,) = opened
        assert [(each.user_id, each.confidence) for each in one.votes] == [(None, 7), ("U0BEN", 8)]
        assert not one.review
        async with made() as session:
            found = await reviews.find(session, one.reveal_id)
            assert found is not None
            assert found[1].votes == one.votes
            values = await session.scalars(select(CheckIn.value).order_by(CheckIn.id))
            assert list(values) == [7.0, 7.5, None]


async def test_who_deletes_their_data_while_votes_open_is_quoted_nowhere(
    database_url: str,
) -> None:
    """The last vote has read the words and not yet said them when they are deleted."""
    async with team(database_url) as (made, planted):
        hers = Said(planted.ttfv, 9, value=7.0, note=NUMBAT, blocker=NUMBAT)
        await vote(made, planted, "U0ANA", [hers], ASKED)
        async with made() as session, session.begin():
            ben = await people.ensure(session, planted.workspace_id, "U0BEN")
            rows = await session.scalars(select(Round.id))
            held = await votes.hold(session, ben, [planted.ttfv], list(rows), ASKED)
            taken = await votes.take(session, ben, held, [Said(planted.ttfv, 2)], ASKED)
            await votes.answered(session, ben, held, taken, ASKED)
            (row,) = held.rounds.values()
            opened = await reviews.reveal(session, row, ASKED)
            await outgoing.opened(session, planted.workspace_id, opened, ASKED, ASKED)
            erasing = asyncio.create_task(_erase(made, planted, "U0ANA"))
            await asyncio.wait([erasing], timeout=0.3)
            assert not erasing.done()
        await erasing
        async with made() as session:
            messages = (await session.scalars(select(OutboxMessage))).all()
            assert [one.topic for one in messages if NUMBAT in f"{one.text}{one.blocks}"] == []
            assert [one for one in messages if one.rule == "okr.review"]


async def test_who_deletes_their_data_while_the_digest_is_written_is_quoted_nowhere(
    database_url: str,
) -> None:
    async with team(database_url) as (made, planted):
        hers = Said(planted.ttfv, 9, value=7.0, blocker=NUMBAT)
        await vote(made, planted, "U0ANA", [hers], ASKED)
        late = ASKED + timedelta(days=2)
        async with made() as session, session.begin():
            await reviews.close_due(session, late)
        async with made() as session, session.begin():
            told = await digest_service.due(session, late)
            assert told is not None
            await digests.tell(session, told, late, late)
            assert NUMBAT in str([one.blocks for one in await session.scalars(ROWS)])
            erasing = asyncio.create_task(_erase(made, planted, "U0ANA"))
            await asyncio.wait([erasing], timeout=0.3)
            assert not erasing.done()
        await erasing
        async with made() as session:
            messages = (await session.scalars(ROWS)).all()
            assert [one.topic for one in messages if NUMBAT in f"{one.text}{one.blocks}"] == []


async def test_grades_close_a_cycle_while_its_lead_sends_theirs(database_url: str) -> None:
    """Whoever holds the cycle does not wait for the lead, who waits for the cycle."""
    async with team(database_url) as (made, planted):
        over = ASKED + timedelta(days=40)
        async with made() as session, session.begin():
            row = (await session.scalars(select(Team))).one()
            row.channel = None  # the close-out goes to the lead
            await closing.ask_due(session, over)
        async with made() as session, session.begin():
            settled, _ = await closing.settle_due(session, over + timedelta(days=9))
            assert len(settled) == 1
            if session.get_bind().dialect.name == "postgresql":
                lead = asyncio.create_task(_overview(made, planted))
                await asyncio.wait([lead], timeout=0.3)
                assert not lead.done()
            async with asyncio.timeout(5):
                await closing_outgoing.close_out(session, settled[0], over, over)
        if session.get_bind().dialect.name == "postgresql":
            await lead


async def _overview(made: Sessions, planted: Planted) -> None:
    """As every form of the close-out does: the person's row, then the cycle's."""
    async with made() as session, session.begin():
        await people.ensure(session, planted.workspace_id, "U0ANA")
        await loading.held(session, planted.workspace_id, planted.team_cycle_id)


async def test_hanging_an_objective_waits_for_nobody_who_adds_one(database_url: str) -> None:
    """Only for others who hang one: whoever adds goals holds the cycle's key until they commit."""
    if not database_url.startswith("postgresql"):
        return  # SQLite writes one at a time
    async with team(database_url) as (made, planted), made() as adding, adding.begin():
        added = Objective(
            workspace_id=planted.workspace_id,
            team_id=planted.team.id,
            cycle_id=planted.cycle.id,
            key="more",
            title="More",
            created_at=ASKED,
        )
        adding.add(added)
        await adding.flush()
        async with asyncio.timeout(5), made() as session, session.begin():
            row = await okrs.objective(session, planted.workspace_id, planted.objective.id)
            with pytest.raises(UserMistake, match="circular"):
                await objectives.align(session, row, row.id)


async def test_who_thinks_better_of_it_is_of_one_mind(database_url: str) -> None:
    """Outside any round one person's two words of a day are no split between two people."""
    async with team(database_url) as (made, planted):
        async with made() as session, session.begin():
            for hours, sure in ((1, 9), (2, 3)):
                at = ASKED + timedelta(hours=hours)
                session.add(said(planted, planted.ttfv, "U0ANA", at, 7.0, sure))
            later = ASKED + timedelta(hours=3)
            session.add(said(planted, planted.ttfv, "U0BEN", later, None, 4))
            await session.flush()
            board = await boards.scoreboard(
                session, planted.workspace_id, planted.team_cycle_id, later
            )
        line = next(one for one in board.key_results if one.id == planted.ttfv)
        assert [one.votes for one in line.history.confidence] == [(3, 4)]
