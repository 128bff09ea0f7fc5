"""What came of it: asked of each alone, answered at once by two, changed, and what follows."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.db import Base
from bot.mocks import rules
from bot.mocks import service as mocks
from bot.mocks.meetings.rules import BY_DIRECT_MESSAGE
from bot.mocks.outcomes import loading, outgoing, service
from bot.mocks.rules import EntryState, GroupState
from bot.mocks.tables import MockEntry, MockGroup, MockRound, MockSeat
from bot.people.tables import Member
from tests.mocks import planting
from tests.person import Json, NotAllowed, Person, rule_of, shown, until
from tests.world import World

THURSDAY = datetime(2026, 3, 5, 18, tzinfo=UTC)  # six o'clock in London
ZONES = {"U0CHLOE": "America/New_York", "U0EMI": "America/New_York"}  # London else
GONE = "mocks.say.absent0"  # the button of the first partner
SATURDAY = datetime(2026, 3, 7, 18, tzinfo=UTC)


async def _grouped(world: World, *users: str) -> int:
    async with world.deps.transaction() as session:
        place, now = world.workspace_id, world.deps.now()
        group = await planting.grouped(
            session, place, now, users or ("U0ANA", "U0BEN"), channel=BY_DIRECT_MESSAGE
        )
        for member in await session.scalars(select(Member).where(Member.workspace_id == place)):
            member.tz, member.tz_chosen = ZONES.get(member.user_id, "Europe/London"), True
        for one in await mocks.sittings(session, group.id):
            week = (await session.get_one(MockRound, group.round_id)).week
            one.seat.ask_at = rules.ask_at(mocks.awake(one.member), week, now, None)
        return group.id


async def _rows(world: World, table: type[Base]) -> Sequence[Base]:
    async with world.deps.transaction() as session:
        return (await session.scalars(select(table).order_by(table.__table__.c.id))).all()


async def _names(world: World) -> dict[int, str]:
    return {one.id: one.user_id for one in await _rows(world, Member) if isinstance(one, Member)}


async def _group(world: World, group_id: int) -> MockGroup:
    async with world.deps.transaction() as session:
        return await session.get_one(MockGroup, group_id)


async def _seats(world: World, group_id: int) -> dict[str, MockSeat]:
    names = await _names(world)
    return {
        names[one.member_id]: one
        for one in await _rows(world, MockSeat)
        if isinstance(one, MockSeat) and one.group_id == group_id
    }


async def _standing(world: World) -> dict[str, str]:
    names = await _names(world)
    return {
        names[one.member_id]: one.state
        for one in await _rows(world, MockEntry)
        if isinstance(one, MockEntry)
    }


def _question(message: Json) -> bool:
    return rule_of(message) == "mock.outcome"


async def _questions(person: Person) -> list[Json]:
    return [one for one in await person.sees(await person.app()) if _question(one)]


async def _asked(person: Person) -> Json:
    return (await _questions(person))[-1]


async def _answers(world: World, person: Person, button: str) -> str:
    """Press in the newest question; what it says then."""
    before = await _asked(person)
    await person.clicks(before, button)
    await world.tick()
    return shown(await _asked(person))


async def _changes(world: World, person: Person, button: str) -> str:
    """*Change my answer*, in the modal; what that says then."""
    question = await _asked(person)
    texts = shown(question)
    await person.clicks(question, "Change my answer" if "Change my" in texts else "Say how it went")
    await person.clicks(await person.waits_for_modal(), button)
    modal = await person.waits_for_modal()
    await person.closes(modal)
    return shown(modal)


async def _taken_back(world: World, person: Person) -> None:
    """Nothing says any more, or says again, that somebody waited for them."""
    await world.tick()

    async def gone() -> bool:
        return "waited for you" not in str(await person.sees(await person.app()))

    await until(gone)


async def test_two_who_met(world: World) -> None:
    group_id = await _grouped(world)
    ana, ben = world.person("U0ANA"), world.person("U0BEN")
    async with world.deps.transaction() as session:
        member = await planting.member(session, world.workspace_id, "U0ANA")
        member.tz = "Asia/Kolkata"
        seat = (await mocks.sat(session, [group_id], gone=True))[group_id][0].seat
        seat.ask_at = datetime(2026, 3, 5, 17, tzinfo=UTC)  # 22:30 in Kolkata: quiet
    await world.move_to(datetime(2026, 3, 5, 17, tzinfo=UTC))
    assert await _questions(ana) == []
    await world.move_to(THURSDAY)
    assert await _questions(ana) == []
    first = await _asked(ben)
    assert "How did it go with <@U0ANA>?" in shown(first)
    # *not yet* is asked again on Saturday, and never a third time
    assert "I ask again on Saturday 7 March, 18:00" in await _answers(world, ben, "Not yet")
    await world.move_to(datetime(2026, 3, 6, 1, 30, tzinfo=UTC))  # 07:00 in Kolkata
    # twice at once, and both people at once
    question = await _asked(ana)
    await asyncio.gather(*(ana.clicks(question, "We met") for _ in range(2)))
    await world.tick()
    assert "Fill in the marks" in shown(await _asked(ana))
    assert "Fill in the marks" in shown(await _asked(ben))  # who said *not yet* may as well
    group, seats = await _group(world, group_id), await _seats(world, group_id)
    assert (group.state, seats["U0ANA"].outcome) == (GroupState.MET, "met")
    assert all(one.remind_at == group.ended_at + timedelta(hours=24) for one in seats.values())  # type: ignore[operator]  # it ended
    assert set((await _standing(world)).values()) == {EntryState.DONE}
    await world.move_to(SATURDAY)
    again = await _questions(ben)
    assert len(again) == 2
    assert "asked again" in again[0]["text"]
    assert "You said that you met <@U0ANA>" in await _answers(world, ben, "We met")
    await world.move_to(SATURDAY + timedelta(days=1))
    assert len(await _questions(ben)) == 2
    assert len(await _questions(ana)) == 1
    await _marks_end_the_asking(world, ben)


async def _marks_end_the_asking(world: World, person: Person) -> None:
    """Neither the question nor the reminder invites to what was done."""
    reminded = await person.waits_for(lambda one: "your marks are still missing" in one["text"])
    await person.clicks(reminded, "Fill in the marks")
    form = await person.waits_for_modal()
    marks = {
        one["block_id"]: "3" for one in form["blocks"] if one.get("block_id", "")[:5] == "execu"
    }
    done = await person.submits(form, marks)
    await person.closes(done["view"])
    await world.tick()
    question = await _asked(person)
    assert "Your marks are in" in shown(question)
    assert "Fill in the marks" not in shown(question)
    assert "Change my answer" not in shown(question)
    there = {one["ts"]: one for one in await person.sees(await person.app())}
    assert there[reminded["ts"]]["text"].startswith("Thank you: your marks")
    await person.types("/mock outcome")
    asked = await person.waits_for_modal()
    assert "Your marks are in" in shown(asked)
    assert "We met" not in shown(asked), "an answer that stays is not asked for again"
    await person.closes(asked)
    assert "Fill in the marks" not in shown(there[reminded["ts"]])


async def test_a_no_show_and_its_withdrawal(world: World) -> None:
    group_id = await _grouped(world)
    ana, ben = world.person("U0ANA"), world.person("U0BEN")
    await world.move_to(THURSDAY)
    assert "looking for somebody else" in await _answers(world, ana, GONE)
    assert (await _group(world, group_id)).state == GroupState.NO_SHOW
    assert await _standing(world) == {"U0ANA": EntryState.STANDBY, "U0BEN": EntryState.OUT}
    entries = [one for one in await _rows(world, MockEntry) if isinstance(one, MockEntry)]
    assert [one.first for one in entries] == [True, False]
    told = await _asked(ben)
    assert "<@U0ANA> waited for you. Things happen" in shown(told)
    assert "did not come" not in str(await ben.sees(await ben.app()))
    # taken back before anybody is matched: all is as it was, and Ben's message goes
    assert "Fill in the marks" in await _changes(world, ana, "We met")
    assert (await _group(world, group_id)).state == GroupState.MET
    assert set((await _standing(world)).values()) == {EntryState.DONE}
    seats = await _seats(world, group_id)
    assert [one.left_at for one in seats.values()] == [None, None]
    assert seats["U0ANA"].absent_id is None
    await _taken_back(world, ben)
    # back and forth: the state follows, and nobody is told a second time
    assert "out of this week’s round" in await _changes(world, ana, "Could not")
    assert await _standing(world) == {"U0ANA": EntryState.OUT, "U0BEN": EntryState.STANDBY}
    await _changes(world, ana, GONE)
    assert (await _group(world, group_id)).state == GroupState.NO_SHOW
    assert await _standing(world) == {"U0ANA": EntryState.STANDBY, "U0BEN": EntryState.OUT}
    await _taken_back(world, ben)
    # Ben says otherwise: nobody's record changes, and Ana may still look for a partner
    said = await _changes(world, ben, "We met")
    assert "not clear to me" in said
    assert (await _group(world, group_id)).state == GroupState.UNCLEAR
    assert await _standing(world) == {"U0ANA": EntryState.STANDBY, "U0BEN": EntryState.OUT}


async def test_a_change_of_mind_after_the_rematch(world: World) -> None:
    group_id = await _grouped(world)
    ana, ben = world.person("U0ANA"), world.person("U0BEN")
    await world.move_to(THURSDAY)
    await _answers(world, ana, GONE)
    async with world.deps.transaction() as session:  # Ana is matched with Chloe
        place, row = world.workspace_id, await session.scalar(select(MockRound))
        assert row is not None
        other = MockGroup(
            workspace_id=place,
            round_id=row.id,
            rematch=True,
            track="leadership",
            weight=1.0,
            tell_at=world.deps.now(),
        )
        session.add(other)
        await session.flush()
        for turn, user in enumerate(("U0ANA", "U0CHLOE")):
            member = await planting.member(session, place, user)
            session.add(
                MockSeat(
                    workspace_id=place,
                    round_id=row.id,
                    group_id=other.id,
                    member_id=member.id,
                    turn=turn,
                    role=planting.ROLES[turn],
                    kit_id="x",
                    kit_version=1,
                )
            )
            if user == "U0ANA":
                await mocks.put_out(session, row.id, [member.id], EntryState.SEATED)
    said = await _changes(world, ana, "We met")
    assert "other plans for this week by now" in said
    assert (await _group(world, group_id)).state == GroupState.MET
    assert await _standing(world) == {"U0ANA": EntryState.SEATED, "U0BEN": EntryState.OUT}
    seats = await _seats(world, group_id)
    assert None not in [one.left_at for one in seats.values()]  # nobody has two seats
    await _taken_back(world, ben)
    # not yet, then: what cannot go on has lapsed
    await _changes(world, ana, "Not yet")
    assert (await _group(world, group_id)).state == GroupState.LAPSED
    # the round closes: every question that stands open says so, and nothing can be changed
    async with world.deps.transaction() as session:
        row = (await session.scalars(select(MockRound))).one()
        lapsed = await service.lapse(session, row.id, world.deps.now())
        assert lapsed == [other.id]
        await outgoing.over(session, lapsed, world.deps.machine_now())
        row.state = "closed"
    assert (await _group(world, other.id)).state == GroupState.LAPSED
    assert await ana.clicks(await _asked(ana), "Change my answer") is None
    seen = shown({"blocks": await ana.whispers(await ana.app())})
    assert "round is over" in seen


async def test_a_trio_in_which_one_did_not_come(world: World) -> None:
    group_id = await _grouped(world, "U0ANA", "U0BEN", "U0FINN")
    ana, ben, finn = (world.person(user) for user in ("U0ANA", "U0BEN", "U0FINN"))
    # before anybody is asked, by the command
    await ana.types("/mock outcome")
    modal = await ana.waits_for_modal()
    await ana.clicks(modal, GONE)
    modal = await ana.waits_for_modal()
    assert "<@U0BEN> did not come, then. How did it go with <@U0FINN>?" in shown(modal)
    await ana.closes(modal)
    seats = await _seats(world, group_id)
    assert {user for user, one in seats.items() if one.left_at is None} == {"U0ANA", "U0FINN"}
    assert (await _group(world, group_id)).state == GroupState.PROPOSED
    await world.move_to(THURSDAY)
    assert "waited for you" in shown(await _asked(ben))
    assert "How did it go with <@U0ANA>?" in shown(await _asked(finn))
    await asyncio.gather(
        ana.clicks(await _asked(ana), "We met"), finn.clicks(await _asked(finn), "Not yet")
    )
    await ana.waits_for(lambda message: "You said that you met" in message["text"])
    assert (await _group(world, group_id)).state == GroupState.MET
    seats = await _seats(world, group_id)
    assert (seats["U0ANA"].outcome, seats["U0FINN"].outcome) == ("met", "not_yet")
    assert seats["U0ANA"].absent_id == seats["U0BEN"].member_id  # it stays on record
    # who came after all is back, also now that they have met; then gone for good
    await _changes(world, ana, "mocks.say.came")
    await ana.waits_for(lambda message: "you met <@U0BEN> and <@U0FINN>" in message["text"])
    assert (await _seats(world, group_id))["U0BEN"].left_at is None
    assert "Fill in the marks" in shown(await _asked(ana))
    await _changes(world, ana, GONE)
    group, seats = await _group(world, group_id), await _seats(world, group_id)
    assert seats["U0BEN"].left_at is not None
    assert group.state == GroupState.MET
    assert str(group.ended_at) > str(seats["U0BEN"].left_at)  # so memory reads: he was not there
    assert "waited for you" not in shown(await _asked(finn))


async def test_nobody_is_asked_who_is_gone_or_away(world: World) -> None:
    group_id = await _grouped(world, "U0ANA", "U0BEN", "U0FINN")
    ana, ben, finn = (world.person(user) for user in ("U0ANA", "U0BEN", "U0FINN"))
    async with world.deps.transaction() as session:
        place = world.workspace_id
        (await planting.member(session, place, "U0BEN")).is_deleted = True
        away = await planting.member(session, place, "U0FINN")
        away.paused_until = THURSDAY + timedelta(days=1)
        # all that was of Chloe's seat is gone with delete-me
        group = await planting.grouped(
            session, place, world.deps.now(), ("U0CHLOE", "U0EMI"), channel=BY_DIRECT_MESSAGE
        )
        lost = (await mocks.sat(session, [group.id], gone=True))[group.id][0]
        await session.delete(lost.seat)
    await world.move_to(THURSDAY)
    assert len(await _questions(ana)) == 1
    assert await _questions(ben) == await _questions(finn) == []
    await world.move_to(THURSDAY + timedelta(days=1))
    assert len(await _questions(finn)) == 1
    assert (await _seats(world, group_id))["U0BEN"].ask_at is None
    emi = world.person("U0EMI")
    assert "How did it go with a former member?" in shown(await _asked(emi))
    # a question that is not sent before night comes the next morning
    async with world.deps.transaction() as session:
        seat = (await mocks.sat(session, [group.id], gone=True))[group.id][0].seat
        late = datetime(2026, 3, 7, 2, 30, tzinfo=UTC)  # 21:30 in New York
        await loading.dropped(session, seat.id, late, late)
        assert seat.ask_at == datetime(2026, 3, 7, 12, tzinfo=UTC)
    # nobody answers for a group that is not theirs
    with pytest.raises(NotAllowed):
        await emi.clicks(await _asked(ana), "We met")


async def test_nobody_has_missed_or_met_before_the_agreed_time(world: World) -> None:
    async with world.deps.transaction() as session:  # the week before, whose round is open too
        place, now = world.workspace_id, world.deps.now()
        await planting.grouped(
            session,
            place,
            now - timedelta(weeks=1),
            ("U0ANA", "U0CHLOE"),
            channel=BY_DIRECT_MESSAGE,
        )
    group_id = await _grouped(world)
    ana, ben = world.person("U0ANA"), world.person("U0BEN")
    await world.move_to(THURSDAY)
    asked, friday = await _asked(ana), THURSDAY + timedelta(hours=20, minutes=30)
    async with world.deps.transaction() as session:
        group = await session.get_one(MockGroup, group_id)
        group.agreed_at, group.state = friday, GroupState.AGREED
    for button in (GONE, "We met"):  # the question from before stands there still
        assert await ana.clicks(asked, button) is None
    whispered = shown({"blocks": await ana.whispers(await ana.app())})
    assert whispered.count("You agreed on Friday 14:30; say then.") == 2
    assert (await _group(world, group_id)).state == GroupState.AGREED
    assert "waited for you" not in str(await ben.sees(await ben.app()))
    await ana.types("/mock outcome")
    modal = await ana.waits_for_modal()
    assert "You meet <@U0BEN> on Friday 6 March, 14:30" in shown(modal)
    assert not [text for text in ("We met", "did not come") if text in shown(modal)]
    await ana.clicks(modal, "Not yet")
    modal = await ana.waits_for_modal()
    assert "I ask again on Friday 6 March, 16:00" in shown(modal)
    await ana.closes(modal)
    await world.move_to(friday)
    assert "looking for somebody else" in await _changes(world, ana, GONE)
    # the command opens this week's group, though she is not in it any more
    await ana.types("/mock outcome")
    modal = await ana.waits_for_modal()
    assert "<@U0BEN>" in shown(modal)
    assert "<@U0CHLOE>" not in shown(modal)
    await ana.closes(modal)


async def test_history_is_ones_own(world: World) -> None:
    group_id = await _grouped(world)
    ana, chloe = world.person("U0ANA"), world.person("U0CHLOE")
    await chloe.types("/mock history")
    assert "no mock interview yet" in shown(await chloe.waits_for_modal())
    async with world.deps.transaction() as session:
        place = world.workspace_id
        for weeks in range(1, 11):
            then = world.deps.now() - timedelta(weeks=weeks)
            group = await planting.grouped(
                session, place, then, channel=BY_DIRECT_MESSAGE, agreed_at=then
            )
            await planting.met(session, group, then)
            group.revealed_at = then
        seats = (await mocks.sat(session, [group_id], gone=True))[group_id]
        seats[0].seat.outcome, seats[1].seat.outcome = "could_not", "no_show"
        seats[1].seat.absent_id = seats[0].member.id
    await ana.types("/mock history")
    first = await ana.waits_for_modal()
    assert "You said that you could not." in shown(first)
    assert shown(first).count("See the marks") == 7
    assert "waited" not in shown(first)
    assert "did not come" not in shown(first)
    await ana.clicks(first, "Earlier ones")
    second = await ana.waits_for_modal()
    assert shown(second).count("See the marks") == 3
    assert "Page 2 of 2" in shown(second)
