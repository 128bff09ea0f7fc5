"""Mock interviews when several act at once: no two wait for each other, and nothing is done twice.

Each pair of transactions is laid out so that PostgreSQL found a deadlock where locks were taken in
another order than `bot/mocks/service.py` names. On SQLite one simply waits for the other.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from bot import db
from bot.content import Content
from bot.errors import UserMistake
from bot.home import outgoing as home
from bot.mocks import rules, service
from bot.mocks.joining import outgoing as joining
from bot.mocks.joining import service as profiles
from bot.mocks.meetings import outgoing as meetings
from bot.mocks.outcomes import outgoing as outcomes
from bot.mocks.outcomes.views import Answer
from bot.mocks.rounds import service as rounds
from bot.mocks.rules import EntryState, GroupState, Outcome, RoundState
from bot.mocks.tables import MockEntry, MockGroup, MockRound, MockSeat
from bot.people import service as people
from bot.workspaces import service as workspaces
from tests.mocks import planting

NOW = datetime.fromisoformat("2026-03-03T14:00:00+00:00")
WEEK = rules.monday(NOW.date())
PAIR = ("U0ANA", "U0BEN")
NOTHING = Content({}, {}, {}, {}, {})
SOON = 0.3  # seconds in which the other comes to where it waits
Act = Callable[[AsyncSession], Awaitable[object]]


class Place:
    def __init__(self, made: async_sessionmaker[AsyncSession], workspace_id: int) -> None:
        self.made, self.workspace_id = made, workspace_id

    async def do(self, act: Act) -> None:
        async with self.made() as session, session.begin():
            try:
                await act(session)
            except UserMistake:
                await session.rollback()

    async def grouped(self, *users: str) -> int:
        async with self.made() as session, session.begin():
            return (await planting.grouped(session, self.workspace_id, NOW, users, channel="")).id

    async def collide(self, first: Act, other: Act, then: Act) -> None:
        """`other` begins between the two halves of a transaction, and all end well."""
        async with asyncio.timeout(20):
            async with self.made() as session, session.begin():
                await first(session)
                task = asyncio.create_task(self.do(other))
                await asyncio.sleep(SOON)
                await then(session)
            await task

    async def round(self) -> MockRound:
        async with self.made() as session:
            return (await session.scalars(select(MockRound).where(MockRound.week == WEEK))).one()

    async def states(self) -> list[str]:
        async with self.made() as session:
            return list(await session.scalars(select(MockGroup.state).order_by(MockGroup.id)))


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Place]:
    engine = db.engine(url)
    made = db.sessions(engine)
    try:
        async with made() as session, session.begin():
            workspace_id = await workspaces.ensure(session, "T1", NOW)
        yield Place(made, workspace_id)
    finally:
        await engine.dispose()


async def _parts(here: Place, session: AsyncSession, user: str, group_id: int) -> None:
    member = await people.ensure(session, here.workspace_id, user)
    group = await service.held(session, here.workspace_id, group_id)
    await meetings.leave_group(session, member, group, NOTHING, NOW, NOW)


async def test_somebody_leaves_while_the_round_closes(database_url: str) -> None:
    async with opened(database_url) as here:
        one, two = await here.grouped(*PAIR), await here.grouped("U0CARA", "U0DEV")
        row = await here.round()
        async with here.made() as session, session.begin():
            (await session.get_one(MockRound, row.id)).next_at = row.closes_at
        await here.collide(
            lambda session: service.held(session, here.workspace_id, two),
            lambda session: rounds.step(session, row.closes_at, NOW),
            lambda session: _parts(here, session, "U0DEV", two),
        )
        assert one < two
        assert await here.states() == [GroupState.LAPSED, GroupState.COULD_NOT]
        closed = await here.round()
        assert (closed.state, closed.next_try_at) == (RoundState.CLOSED, None)


async def test_times_change_while_a_round_is_recorded(database_url: str) -> None:
    """Who is on standby is looked at again; the matching writes its groups meanwhile."""
    async with opened(database_url) as here:
        await here.grouped("U0CARA", "U0DEV")
        row = await here.round()
        async with here.made() as session, session.begin():
            ana = await people.ensure(session, here.workspace_id, "U0ANA")
            await service.stand_by(session, row.id, [ana.id], NOW, first=False)

        async def record(session: AsyncSession) -> None:
            session.add(
                MockGroup(workspace_id=here.workspace_id, round_id=row.id, track="", weight=1.0,
                          tell_at=NOW)
            )  # fmt: skip
            await session.flush()

        await here.collide(
            lambda session: service.put_out(session, row.id, [ana.id], EntryState.SEATED),
            lambda session: service.stand_by(session, row.id, [ana.id], NOW, first=False),
            record,
        )
        assert len(await here.states()) == 2


async def test_silence_is_counted_while_somebody_asks_for_a_partner(database_url: str) -> None:
    async with opened(database_url) as here:
        await here.grouped(*PAIR)
        row = await here.round()

        async def asks(session: AsyncSession) -> None:
            ana = await people.ensure(session, here.workspace_id, "U0ANA")
            await profiles.joined(session, ana)

        async def looks(session: AsyncSession) -> None:
            ana = await people.ensure(session, here.workspace_id, "U0ANA")
            await service.stand_by(session, row.id, [ana.id], NOW, first=False)

        counts_at = rules.counts_at(row.week)
        await here.collide(asks, lambda session: rounds.step(session, counts_at, NOW), looks)
        assert (await here.round()).next_at == row.closes_at


async def test_a_trio_is_answered_for_while_another_comes_back(database_url: str) -> None:
    """Of a group that ended one answers anew; the partner has another group that one leaves."""
    async with opened(database_url) as here:
        first = await here.grouped(*PAIR)
        async with here.made() as session, session.begin():
            await _parts(here, session, "U0ANA", first)
        second = await _another(here, "U0BEN", "U0CARA", "U0DEV")
        row = await here.round()
        async with here.made() as session, session.begin():
            ids = {
                user: (await people.ensure(session, here.workspace_id, user)).id
                for user in (*PAIR, "U0CARA", "U0DEV")
            }

        async def says(session: AsyncSession) -> None:
            member = await people.ensure(session, here.workspace_id, "U0CARA")
            group = await service.held(session, here.workspace_id, second)
            answer = Answer(second, Outcome.COULD_NOT, None)
            await outcomes.say(session, group, member, answer, NOTHING, NOW, NOW)

        await here.collide(
            lambda session: service.hold_round(session, row.id),
            says,
            lambda session: service.put_out(session, row.id, list(ids.values()), EntryState.SEATED),
        )
        await _sound(here)


async def _another(here: Place, *users: str) -> int:
    """A second group in the round, of people who had one; entries are there already."""
    async with here.made() as session, session.begin():
        row = await planting.running(session, here.workspace_id, NOW)
        slots = [(NOW + timedelta(days=1)).isoformat()]
        group = MockGroup(workspace_id=here.workspace_id, round_id=row.id, track="", weight=1.0,
                          tell_at=NOW, slots=slots, channel="")  # fmt: skip
        session.add(group)
        await session.flush()
        for turn, user in enumerate(users):
            member = await people.ensure(session, here.workspace_id, user)
            await planting.joined(session, here.workspace_id, user, NOW)
            session.add(
                MockSeat(workspace_id=here.workspace_id, round_id=row.id, group_id=group.id,
                         member_id=member.id, turn=turn, role=planting.ROLES[turn], kit_id="x",
                         kit_version=1)
            )  # fmt: skip
            await db.insert_once(session, MockEntry, workspace_id=here.workspace_id,
                                 round_id=row.id, member_id=member.id)  # fmt: skip
            await session.flush()
            await service.put_out(session, row.id, [member.id], EntryState.SEATED)
        return group.id


async def test_delete_me_in_the_middle_of_a_close(database_url: str) -> None:
    """The member is in an older group of the round, which met, and in one under way."""
    async with opened(database_url) as here:
        old = await here.grouped(*PAIR)
        async with here.made() as session, session.begin():
            group = await service.held(session, here.workspace_id, old)
            group.state, group.ended_at, group.reveal_at = GroupState.MET, NOW, NOW
            for one in await service.sittings(session, old):
                one.seat.left_at = NOW
        new = await _another(here, "U0ANA", "U0CARA")

        async def erase(session: AsyncSession) -> None:
            ana = await people.ensure(session, here.workspace_id, "U0ANA")
            await home.erase(session, ana, NOTHING, NOW, NOW)

        async def says(session: AsyncSession) -> None:
            member = await people.ensure(session, here.workspace_id, "U0BEN")
            group = await service.held(session, here.workspace_id, old)
            answer = Answer(old, Outcome.NOT_YET, None)
            await outcomes.say(session, group, member, answer, NOTHING, NOW, NOW)

        await here.collide(
            lambda session: service.held(session, here.workspace_id, old), erase, says
        )
        assert (await here.states())[-1] == GroupState.COULD_NOT
        assert old < new
        await _sound(here)


async def _sound(here: Place) -> None:
    """Nobody sits twice, nobody sits in a group that is over without having met, alone or not."""
    async with here.made() as session:
        rows = (
            await session.execute(
                select(MockGroup.state, func.count(MockSeat.id))
                .outerjoin(
                    MockSeat, (MockSeat.group_id == MockGroup.id) & MockSeat.left_at.is_(None)
                )
                .group_by(MockGroup.id, MockGroup.state)
            )
        ).all()
        for state, count in rows:
            if GroupState(state).under_way:
                assert count >= 2, rows
            elif state in (GroupState.COULD_NOT, GroupState.NO_SHOW, GroupState.UNTOLD):
                assert count == 0, rows
        seated = await session.execute(
            select(MockSeat.member_id, MockEntry.state)
            .join(MockGroup, MockGroup.id == MockSeat.group_id)
            .join(
                MockEntry,
                (MockEntry.round_id == MockSeat.round_id)
                & (MockEntry.member_id == MockSeat.member_id),
            )
            .where(MockSeat.left_at.is_(None))
            .where(MockGroup.state.in_([GroupState.PROPOSED, GroupState.AGREED]))
        )
        assert {row[1] for row in seated} <= {EntryState.SEATED}


async def test_everybody_does_something_at_once(database_url: str) -> None:
    """Leaving, answering, forgetting and closing, all over one round: each has its effect."""
    people_of: list[Sequence[str]] = [
        [f"U0P{group}{seat}" for seat in range(2 + group % 2)] for group in range(5)
    ]
    async with opened(database_url) as here:
        ids = [await here.grouped(*users) for users in people_of]
        row = await here.round()

        def says(user: str, group_id: int, outcome: Outcome) -> Act:
            async def act(session: AsyncSession) -> None:
                member = await people.ensure(session, here.workspace_id, user)
                group = await service.held(session, here.workspace_id, group_id)
                answer = Answer(group_id, outcome, None)
                await outcomes.say(session, group, member, answer, NOTHING, NOW, NOW)

            return act

        def leaves(user: str) -> Act:
            async def act(session: AsyncSession) -> None:
                member = await people.ensure(session, here.workspace_id, user)
                await profiles.joined(session, member)
                await joining.leave(session, member, NOTHING, NOW, NOW)

            return act

        def forgets(user: str) -> Act:
            async def act(session: AsyncSession) -> None:
                member = await people.ensure(session, here.workspace_id, user)
                await home.erase(session, member, NOTHING, NOW, NOW)

            return act

        acts: list[Act] = []
        for number, (users, group_id) in enumerate(zip(people_of, ids, strict=True)):
            acts += [leaves(users[0]), says(users[1], group_id, Outcome.COULD_NOT)]
            acts += [says(users[-1], group_id, Outcome.MET)] * (number % 2)
            acts += [forgets(users[0])]
        acts.append(lambda session: rounds.step(session, rules.counts_at(row.week), NOW))
        async with asyncio.timeout(60):
            await asyncio.gather(*(here.do(one) for one in acts))
        await _sound(here)
        await here.do(lambda session: rounds.step(session, row.closes_at, NOW))
        assert not {*await here.states()} & {GroupState.PROPOSED, GroupState.AGREED}
