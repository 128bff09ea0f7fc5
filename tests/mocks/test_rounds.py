"""A round from its opening to its close, in the whole bot: who is matched, who hears what."""

import asyncio
import os
import signal
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from bot.mocks import rules, service
from bot.mocks.pairing.worker import Matcher
from bot.mocks.rounds import jobs, loading
from bot.mocks.rules import EntryState, GroupState, RoundState
from bot.mocks.tables import (
    MockEntry,
    MockExclusion,
    MockGroup,
    MockProfile,
    MockRound,
    MockSeat,
)
from bot.outbox.tables import OutboxMessage
from bot.people.tables import Member
from tests.mocks import planting
from tests.person import shown
from tests.world import World

WEEK = date(2026, 3, 9)  # the week after the world's Tuesday
SUNDAY = rules.matches_at(WEEK)
MONDAY = datetime(2026, 3, 9, 9, tzinfo=UTC)
DAYS = [
    [day, "08:00", "22:00"] for day in ("Mon", "Tue", "Wed", "Thu", "Fri")
]  # from Delhi to New York


async def joined(world: World, *users: str, **more: Any) -> None:
    """These people take part every week, and the next round is planned."""
    place, now = world.workspace_id, world.clock.now()
    async with world.deps.transaction() as session:
        for user in users:
            await planting.joined(session, place, user, now, **{"windows": DAYS} | more)
        await service.open_round(session, place, now)


async def seated(world: World) -> list[list[str]]:
    """The groups there are, their people by user id."""
    async with world.deps.transaction() as session:
        rows = await session.execute(
            select(MockSeat.group_id, Member.user_id)
            .join(Member, Member.id == MockSeat.member_id)
            .where(MockSeat.left_at.is_(None))
            .order_by(MockSeat.group_id, Member.user_id)
        )
        found: dict[int, list[str]] = {}
        for group_id, user in rows.all():
            found.setdefault(group_id, []).append(user)
        return list(found.values())


async def entries(world: World, week: date = WEEK) -> dict[str, tuple[str, str]]:
    async with world.deps.transaction() as session:
        rows = await session.execute(
            select(Member.user_id, MockEntry.state, MockEntry.reason)
            .join(Member, Member.id == MockEntry.member_id)
            .join(MockRound, MockRound.id == MockEntry.round_id)
            .where(MockRound.week == week)
        )
        return {row[0]: (row[1], row[2]) for row in rows.all()}


async def rounds(world: World) -> dict[date, str]:
    async with world.deps.transaction() as session:
        rows = await session.execute(select(MockRound.week, MockRound.state))
        return {row[0]: row[1] for row in rows.all()}


async def said(world: World, rule: str) -> Sequence[OutboxMessage]:
    async with world.deps.transaction() as session:
        rows = await session.scalars(
            select(OutboxMessage).where(OutboxMessage.rule == rule, OutboxMessage.revision == 0)
        )
        return rows.all()


async def change(world: World, user: str, **values: Any) -> None:
    async with world.deps.transaction() as session:
        member = await planting.member(session, world.workspace_id, user)
        for name, value in values.items():
            setattr(member, name, value)


async def settled(world: World, until: Any) -> Any:
    for _ in range(200):
        found = await until()
        if found:
            return found
        await asyncio.sleep(0.05)
    raise AssertionError("it did not come to that")


async def matched(world: World) -> None:
    """The bot matches beside the test: until nobody waits."""

    async def done() -> bool:
        async with world.deps.transaction() as session:
            waiting = select(func.count()).where(MockRound.next_try_at.is_not(None))
            return not await session.scalar(waiting.select_from(MockRound))

    await settled(world, done)


async def test_a_round_from_open_to_close(world: World) -> None:
    everybody = ("U0ANA", "U0BEN", "U0CHLOE", "U0DEV", "U0EMI", "U0FINN")
    await joined(world, *everybody)
    await joined(world, "U0FINN", windows=[])
    await change(world, "U0DEV", paused_until=MONDAY + timedelta(days=3))
    await change(world, "U0EMI", is_deleted=True)
    assert await rounds(world) == {WEEK: RoundState.OPEN}
    await world.move_to(SUNDAY)
    await matched(world)
    assert await rounds(world) == {WEEK: "running", WEEK + rules.WEEK: "open"}
    assert await seated(world) == [["U0ANA", "U0BEN", "U0CHLOE"]]  # no windows: cannot be a fourth
    found = await entries(world)
    assert found["U0FINN"] == (EntryState.STANDBY, "no_windows")
    assert set(found) == {"U0ANA", "U0BEN", "U0CHLOE", "U0FINN"}
    async with world.deps.transaction() as session:
        group = (await session.scalars(select(MockGroup))).one()
        seats = (await session.scalars(select(MockSeat).order_by(MockSeat.turn))).all()
    assert [seat.turn for seat in seats] == [0, 1, 2]
    slots = [datetime.fromisoformat(one) for one in group.slots]
    assert all(one >= group.tell_at + rules.NOTICE for one in slots)
    assert len(slots) == 3
    kits = world.deps.content.kits
    there = sum(one.track == group.track for one in kits.values())
    assert len({seat.kit_id for seat in seats}) == min(there, 3)
    assert all(kits[seat.kit_id].track == group.track for seat in seats)
    assert not await said_sent(world, "mock.alone")  # not before their Monday morning
    await world.move_to(MONDAY + timedelta(hours=6))
    told = await world.person("U0FINN").waits_for(lambda m: "No partner this week" in m["text"])
    assert "I do not know yet when you are free" in told["text"]
    assert "Mock interview with me" in shown(told)
    await world.move_to(rules.counts_at(WEEK))
    await matched(world)
    await world.move_to(rules.closes_at(WEEK))
    assert (await rounds(world))[WEEK] == RoundState.CLOSED
    over = await world.person("U0FINN").waits_for(lambda m: "round is over" in m["text"])
    assert over["ts"] == told["ts"]
    assert "standby" not in shown(over)
    async with world.deps.transaction() as session:
        first = await session.get_one(MockGroup, group.id)
        assert first.state == GroupState.LAPSED
        silent = await session.scalars(select(MockProfile.silent_rounds))
        assert sorted(silent) == [0, 0, 0, 1, 1, 1]


async def said_sent(world: World, rule: str) -> list[str]:
    return [row.topic for row in await said(world, rule) if row.state == "sent"]


async def test_who_went_meanwhile_is_not_seated(world: World) -> None:
    """Eligibility is read again in the transaction that writes the groups down."""
    everybody = ("U0ANA", "U0BEN", "U0CHLOE", "U0DEV", "U0FINN")
    await joined(world, *everybody)
    world.clock.move_to(SUNDAY)
    deps = world.deps
    await world.bot.scheduler.stop()
    await jobs.move_on(deps)
    async with deps.transaction() as session:
        pool = await loading.claim(session, deps.content, deps.now(), deps.machine_now())
    assert pool is not None
    more = True
    while more:
        async with deps.transaction() as session:
            more = await loading.fill(session, pool)
    made = await jobs._make(deps, pool)
    async with deps.transaction() as session:  # meanwhile: Ana will not meet Ben, Dev has left
        place = world.workspace_id
        ana, ben, chloe = [
            (await planting.member(session, place, user)).id
            for user in ("U0ANA", "U0BEN", "U0CHLOE")
        ]
        for other in (ben, chloe):
            session.add(MockExclusion(workspace_id=place, member_id=ana, other_id=other))
        profile = await service.profile(session, await planting.member(session, place, "U0DEV"))
        profile.joined_at = None
    await jobs._record(deps, pool, made)
    await jobs.pair_waiting(deps)
    groups = await seated(world)
    assert groups == [["U0ANA", "U0FINN"], ["U0BEN", "U0CHLOE"]], groups
    assert (await entries(world))["U0DEV"][0] == EntryState.STANDBY


async def test_two_replicas_record_the_same_round_once(world: World) -> None:
    await joined(world, "U0ANA", "U0BEN", "U0CHLOE", "U0DEV", "U0FINN")
    world.clock.move_to(SUNDAY)
    deps = world.deps
    await world.bot.scheduler.stop()
    await asyncio.gather(jobs.move_on(deps), jobs.move_on(deps))
    pools: list[loading.Pool] = []
    for _ in range(2):  # the lease of the first has run out before it has recorded anything
        async with deps.transaction() as session:
            later = deps.machine_now() + timedelta(minutes=5 * len(pools))
            pool = await loading.claim(session, deps.content, deps.now(), later)
            assert pool is not None
            pools.append(pool)
    for pool in pools:
        more = True
        while more:
            async with deps.transaction() as session:
                more = await loading.fill(session, pool)
    made = [await jobs._make(deps, pool) for pool in pools]
    await asyncio.gather(*(jobs._record(deps, *one) for one in zip(pools, made, strict=True)))
    groups = await seated(world)
    assert sorted(len(one) for one in groups) == [2, 3]
    assert sorted(who for one in groups for who in one) == sorted(pools[0].people)
    assert len(await said(world, "mock.pair")) == 2
    async with deps.transaction() as session:
        seat = (await session.scalars(select(MockSeat).limit(1))).one()
        again = MockSeat(
            workspace_id=seat.workspace_id, round_id=seat.round_id, group_id=seat.group_id + 1,
            member_id=seat.member_id, turn=0, role="candidate", kit_id="", kit_version=1,
        )  # fmt: skip
        other = await session.scalar(
            select(MockGroup.id).where(MockGroup.id != seat.group_id).limit(1)
        )
        again.group_id = other or 0
        session.add(again)
        with pytest.raises(IntegrityError):  # the store itself seats nobody twice in a round
            await session.flush()
        await session.rollback()


async def test_a_matching_process_that_is_killed_is_replaced(world: World) -> None:
    await joined(world, "U0ANA", "U0BEN")
    world.clock.move_to(SUNDAY)
    await world.bot.scheduler.stop()
    matcher = Matcher()
    object.__setattr__(world.deps, "matcher", matcher)
    await jobs.move_on(world.deps)
    pairing = asyncio.create_task(jobs.pair_waiting(world.deps))

    async def process() -> int | None:
        return next(iter(matcher._pool._processes), None) if matcher._pool else None

    os.kill(await settled(world, process), signal.SIGKILL)  # it is still loading its libraries
    await pairing
    assert await seated(world) == [["U0ANA", "U0BEN"]]
    assert len(await said(world, "mock.pair")) == 1
    await matcher.close()


async def test_a_lost_partner_is_replaced_from_standby(world: World) -> None:
    await joined(world, "U0ANA", "U0BEN")
    await world.move_to(SUNDAY)
    await matched(world)
    await world.move_to(MONDAY)
    deps, place = world.deps, world.workspace_id
    async with deps.transaction() as session:
        group = (await session.scalars(select(MockGroup))).one()
        ben = await planting.member(session, place, "U0BEN")
        now, machine_now = deps.now(), deps.machine_now()
        await service.part(session, group, [ben.id], GroupState.COULD_NOT, now, machine_now)
    ana = world.person("U0ANA")
    await matched(world)
    told = await ana.waits_for(lambda m: "so far there is nobody" in m["text"])
    assert "nobody else is looking for one" in told["text"]
    async with deps.transaction() as session:
        await planting.joined(session, place, "U0CHLOE", deps.now(), DAYS)
        chloe = await planting.member(session, place, "U0CHLOE")
        running = await service.running_round(session, place, deps.now())
        assert running is not None
        await service.stand_by(session, running.id, [chloe.id], deps.machine_now(), first=False)
    await matched(world)
    assert await seated(world) == [["U0ANA", "U0CHLOE"]]
    async with deps.transaction() as session:
        rematch = (await session.scalars(select(MockGroup).order_by(MockGroup.id.desc()))).first()
        assert rematch is not None
        assert rematch.rematch
        assert rematch.why[0]["code"] == "lost"
    assert len(await said(world, "mock.alone")) == 1


async def test_nobody_one_and_a_standstill(world: World) -> None:
    deps = world.deps
    assert await rounds(world) == {}
    await joined(world, "U0ANA")
    await world.move_to(SUNDAY)
    await matched(world)
    assert (await entries(world))["U0ANA"] == (EntryState.STANDBY, "only_one")
    await world.move_to(SUNDAY + timedelta(days=24))  # Wednesday, four rounds later
    await matched(world)
    late = rules.monday(deps.now().date())
    assert await rounds(world) == {
        WEEK: "closed",
        WEEK + rules.WEEK: "closed",
        late: "running",
        late + rules.WEEK: "open",
    }
    assert set(await entries(world, WEEK + rules.WEEK)) == set()
    assert set(await entries(world, late)) == {"U0ANA"}
    async with deps.transaction() as session:
        profile = await session.scalar(select(MockProfile))
        assert profile is not None
        profile.joined_at = None
    await world.move_to(deps.now() + timedelta(weeks=4))
    assert set((await rounds(world)).values()) == {"closed"}  # nobody wants one: nothing is due


async def test_the_third_silent_round_brings_a_rest(world: World) -> None:
    await joined(world, "U0ANA", "U0BEN", silent_rounds=2)
    await joined(world, "U0CHLOE", silent_rounds=2, windows=[])  # no partner: the count stays
    await world.move_to(SUNDAY)
    await matched(world)
    await world.move_to(MONDAY)
    async with world.deps.transaction() as session:
        ana = await planting.member(session, world.workspace_id, "U0ANA")
        seats = (await session.scalars(select(MockSeat))).all()
        for seat in seats:
            if seat.member_id == ana.id:
                seat.touched_at = world.clock.now()
    await world.move_to(rules.counts_at(WEEK))
    await matched(world)
    ben = await world.person("U0BEN").waits_for(lambda m: "last 3 mock interviews" in m["text"])
    assert "I’m back" in shown(ben)
    assert set(await entries(world, WEEK + rules.WEEK)) == {"U0ANA", "U0CHLOE"}
    async with world.deps.transaction() as session:
        counts = await session.execute(select(MockProfile.silent_rounds, MockProfile.resting))
        assert sorted(tuple(row) for row in counts) == [(0, False), (2, False), (3, True)]
