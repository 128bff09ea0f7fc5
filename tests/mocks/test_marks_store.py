"""Marks of a mock interview below the doors: who is first, who waits, who is reminded."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from bot import db
from bot.content import Content
from bot.errors import UserMistake
from bot.home import outgoing as home
from bot.home import service as forgetting
from bot.mocks import rules
from bot.mocks import service as groups
from bot.mocks.marks import outgoing, service
from bot.mocks.marks.reminding import service as reminding
from bot.mocks.rules import GroupState
from bot.mocks.tables import MockGroup, MockProfile, MockSeat, MockSolo, MockSoloMessage
from bot.outbox.tables import OutboxMessage
from bot.people import service as people
from bot.scoring.ratings.service import Given
from bot.scoring.rules import Cell
from bot.scoring.tables import Rating
from bot.workspaces import service as workspaces
from tests.mocks import planting

NOW = datetime.fromisoformat("2026-03-03T14:00:00+00:00")
LATER = NOW + rules.REVEAL_AFTER
PAIR, TRIO = ("U0ANA", "U0BEN"), ("U0ANA", "U0BEN", "U0CARA")
NOTHING = Content({}, {}, {}, {}, {})
Sessions = async_sessionmaker[AsyncSession]


class Place:
    """A group that met at `NOW`, in a store of its own."""

    def __init__(self, made: Sessions, workspace_id: int, group_id: int) -> None:
        self.made, self.workspace_id, self.group_id = made, workspace_id, group_id

    async def gives(self, user: str, at: datetime = NOW, mark: int = 2, note: str = "") -> bool:
        """What the door does with a form; True when it opened the marks."""
        async with self.made() as session, session.begin():
            member = await people.ensure(session, self.workspace_id, user)
            told = await service.meeting(session, member, self.group_id, hold=True)
            about = [one.member.id for one in told.everybody]
            forms = {one: Given({Cell.execution: mark}, note, blind=True) for one in about}
            last = await service.give(session, told, forms, at)
            if last:
                opened = await service.reveal(session, told.group, at)
                await outgoing.opened(session, opened, at, at)
            return last

    async def opens(self, at: datetime) -> int:
        """What the job does; how many groups it opened."""
        async with self.made() as session, session.begin():
            opened, more = await service.reveal_due(session, at)
            for one in opened:
                await outgoing.opened(session, one, at, at)
            assert not more
            return len(opened)

    async def erases(self, user: str, at: datetime = NOW) -> None:
        async with self.made() as session, session.begin():
            member = await people.ensure(session, self.workspace_id, user)
            await home.erase(session, member, NOTHING, at, at)

    async def group(self) -> MockGroup:
        async with self.made() as session:
            return await session.get_one(MockGroup, self.group_id)

    async def told(self) -> list[tuple[str, str]]:
        """The reveals in the outbox: (to whom, text), without those that are taken back."""
        async with self.made() as session:
            rows = await session.execute(
                select(OutboxMessage.channel, OutboxMessage.text)
                .where(OutboxMessage.rule == "mock.reveal", OutboxMessage.text != "")
                .order_by(OutboxMessage.channel, OutboxMessage.id)
            )
            return [(row[0], row[1]) for row in rows]

    async def shown(self) -> dict[bool, int]:
        async with self.made() as session:
            shown = Rating.shown_at.is_not(None)
            rows = await session.execute(select(shown, func.count()).group_by(shown))
            return {bool(row[0]): row[1] for row in rows}


@asynccontextmanager
async def met(url: str, users: Sequence[str] = PAIR) -> AsyncIterator[Place]:
    engine = db.engine(url)
    made = db.sessions(engine)
    try:
        async with made() as session, session.begin():
            place = await workspaces.ensure(session, "T1", NOW)
            group = await planting.grouped(session, place, NOW - timedelta(days=1), users)
            await planting.met(session, group, NOW)
        yield Place(made, place, group.id)
    finally:
        await engine.dispose()


async def test_two_last_forms_and_the_clock_open_once(database_url: str) -> None:
    async with met(database_url, TRIO) as here:
        assert not await here.gives("U0CARA")
        told = await asyncio.gather(
            here.gives("U0ANA", LATER), here.gives("U0BEN", LATER), here.opens(LATER)
        )
        assert sum(told) == 1
        assert await here.opens(LATER) == 0
        assert [user for user, _ in await here.told()] == sorted(TRIO)
        assert await here.shown() == {True: 9}
        assert (await here.group()).reveal_at is None


async def test_the_48_hours_run_from_the_first_form(database_url: str) -> None:
    async with met(database_url) as here:
        assert (await here.group()).reveal_at is None
        await here.gives("U0ANA")
        await here.gives("U0ANA", NOW + timedelta(hours=30), mark=4)  # changed
        reminded, times = NOW + rules.REMIND_AFTER, (MockGroup.reveal_at, MockSeat.remind_at)
        async with here.made() as session:
            assert await db.soonest(session, NOW, *times) == reminded
            assert await db.soonest(session, reminded, *times) == LATER
        assert await here.opens(LATER - timedelta(seconds=1)) == 0
        assert await here.opens(LATER) == 1
        assert "*Execution*  <@U0ANA> 4" in dict(await here.told())["U0BEN"]
        with pytest.raises(UserMistake, match="mock_marks_stay"):
            await here.gives("U0ANA", LATER)


@pytest.mark.parametrize("after", [GroupState.UNCLEAR, GroupState.MET])
async def test_where_it_is_unclear_marks_wait_for_the_rounds_end(
    database_url: str, after: GroupState
) -> None:
    async with met(database_url) as here:
        await here.gives("U0ANA")
        async with here.made() as session, session.begin():
            row = await session.get_one(MockGroup, here.group_id)
            row.state = GroupState.UNCLEAR
        with pytest.raises(UserMistake, match="mock_not_met"):
            await here.gives("U0BEN")
        async with here.made() as session:
            row = await session.get_one(MockGroup, here.group_id)
            with pytest.raises(UserMistake, match="mock_marks_closed"):
                await service.revealed(session, row)
        assert await here.opens(LATER) == 0
        closes = (await here.group()).reveal_at
        assert closes == datetime.fromisoformat("2026-03-10T12:00:00+00:00")
        async with here.made() as session, session.begin():
            row = await session.get_one(MockGroup, here.group_id)
            row.state = after
        assert await here.opens(closes) == (after == GroupState.MET)
        assert (await here.group()).reveal_at is None
        assert set(await here.shown()) == {after == GroupState.MET}


async def test_only_who_was_there_may_look(database_url: str) -> None:
    async with met(database_url) as here, here.made() as session, session.begin():
        other = await workspaces.ensure(session, "T2", NOW)
        for place, user, code in (
            (here.workspace_id, "U0CARA", "not_in_group"),
            (other, "U0ANA", "no_such_group"),
        ):
            member = await people.ensure(session, place, user)
            for hold in (True, False):
                with pytest.raises(UserMistake, match=code):
                    await service.meeting(session, member, here.group_id, hold=hold)
            assert await service.turn(session, member, NOW) == service.Turn(None, None)


async def test_who_is_forgotten_keeps_nobody_waiting(database_url: str) -> None:
    """Of three, one goes before the marks are open; the two others have given theirs."""
    async with met(database_url, TRIO) as here:
        for user in PAIR:
            await here.gives(user, note=f"a word by {user}")
        assert await here.told() == []
        await here.erases("U0CARA")
        said = dict(await here.told())
        assert list(said) == list(PAIR)
        assert "U0CARA" not in str(said)
        assert await here.shown() == {True: 4}

        await here.erases("U0BEN")
        (left,) = await here.told()
        assert left[0] == "U0ANA"
        assert "a former member" in left[1]
        assert "a word by" not in left[1]
        assert await here.shown() == {True: 1}


async def test_who_is_forgotten_leaves_what_is_under_way(database_url: str) -> None:
    async with met(database_url) as here:
        async with here.made() as session, session.begin():
            row = await session.get_one(MockGroup, here.group_id)
            row.state = GroupState.PROPOSED
        await here.erases("U0BEN")
        assert not GroupState((await here.group()).state).under_way
        async with here.made() as session:
            seats = (await session.scalars(select(MockSeat))).all()
            assert [one.left_at is not None for one in seats] == [True]


async def test_words_of_long_ago_are_forgotten_and_marks_are_not(database_url: str) -> None:
    async with met(database_url) as here:
        for user in PAIR:
            await here.gives(user, note="numbat")
        async with here.made() as session, session.begin():
            ana = await people.ensure(session, here.workspace_id, "U0ANA")
            solo = MockSolo(
                workspace_id=here.workspace_id,
                member_id=ana.id,
                kit_id="k",
                kit_version=1,
                offered_at=NOW,
            )
            session.add(solo)
            await session.flush()
            for number, at in enumerate((NOW, NOW + timedelta(hours=2))):
                session.add(
                    MockSoloMessage(
                        workspace_id=here.workspace_id,
                        member_id=ana.id,
                        solo_id=solo.id,
                        channel="D1",
                        ts=str(number),
                        text="numbat",
                        at=at,
                    )
                )
            await session.execute(
                update(OutboxMessage)
                .where(OutboxMessage.rule == "mock.reveal")
                .values(sent_at=NOW, state="sent")
            )
        async with here.made() as session, session.begin():
            await forgetting.forget(session, NOW + timedelta(hours=1))
        async with here.made() as session:
            rows = (await session.scalars(select(Rating))).all()
            assert {(row.note, row.execution) for row in rows} == {("", 2)}
            texts = await session.scalars(select(MockSoloMessage.text).order_by(MockSoloMessage.id))
            assert list(texts) == ["", "numbat"]
        assert await here.told() == []


REMIND = NOW + rules.REMIND_AFTER


async def test_one_reminder_to_who_has_given_nothing(database_url: str) -> None:
    async with met(database_url) as here:
        await here.gives("U0ANA")
        for at, users in ((REMIND - timedelta(seconds=1), []), (REMIND, ["U0BEN"]), (REMIND, [])):
            async with here.made() as session, session.begin():
                told, more = await reminding.remind_due(session, at)
                assert ([one.member.user_id for one in told], more) == (users, False)
                assert [one.met for one in told] == [("U0ANA",)] * len(told)
        async with here.made() as session:
            seats = await groups.sittings(session, here.group_id)
            found = {one.member.user_id: one.seat.id for one in seats}
            assert await reminding.reminder_wanted(session, found["U0BEN"])
            assert not await reminding.reminder_wanted(session, found["U0ANA"])


@pytest.mark.parametrize("why", ["muted", "paused", "left", "deactivated", "budget", "asleep"])
async def test_whom_no_reminder_reaches(database_url: str, why: str) -> None:
    async with met(database_url) as here, here.made() as session, session.begin():
        ben = await people.ensure(session, here.workspace_id, "U0BEN")
        profile = await session.scalar(select(MockProfile).where(MockProfile.member_id == ben.id))
        assert profile is not None
        if why == "muted":
            ben.muted = [reminding.RULE]
        elif why == "paused":
            ben.paused_until = REMIND + timedelta(days=1)
        elif why == "left":
            profile.joined_at = None
        elif why == "deactivated":
            ben.is_deleted = True
        elif why == "budget":
            ben.weekly_budget = 0
        else:
            ben.quiet_from, ben.quiet_to = time(10), time(18)
        await session.flush()
        told, _ = await reminding.remind_due(session, REMIND)
        await outgoing.remind(session, told, REMIND, REMIND)
        rows = await session.scalars(
            select(OutboxMessage.channel).where(OutboxMessage.rule == reminding.RULE)
        )
        assert list(rows) == ["U0ANA"]
        seat = next(
            one.seat
            for one in await groups.sittings(session, here.group_id)
            if one.member.id == ben.id
        )
        assert (seat.remind_at is not None) == (why == "asleep")
