"""Two people whose presses lock the same rows in opposite order: PostgreSQL ends one of the two."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.deps import Deps
from bot.drills.opening import service as opening
from bot.drills.opening.outgoing import drafts
from bot.drills.tables import DrillSession
from bot.errors import Collided
from bot.home import outgoing as home
from bot.outbox import delivery, jobs
from bot.outbox import service as outbox
from bot.outbox.rules import State
from bot.outbox.tables import OutboxMessage
from bot.people import service as people
from bot.people.tables import Member
from bot.plans import service as plans
from bot.scheduler import run as run_job
from bot.slack.client import Sent
from bot.slack.declare import Knock, Outcome, Role
from bot.slack.frame import TRIES, Frame
from tests.databases import Postgres
from tests.ending import ended_once
from tests.world import ANSWER, World, living


async def anybody(_deps: Deps, _knock: Knock, _role: Role | None) -> None:
    """A gate that lets everybody in."""


class Press:
    """Locks two people's rows one after the other, waiting in between for the other press."""

    def __init__(self, order: Sequence[str], meet: asyncio.Barrier) -> None:
        self.order, self.meet, self.tries = order, meet, 0

    async def __call__(self, deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
        self.tries += 1
        async with deps.transaction(knock) as session:
            for user in self.order:
                row = select(Member).where(Member.user_id == user).with_for_update()
                member = (await session.scalars(row)).one()
                member.weekly_budget += 1
                await session.flush()
                if self.tries == 1 and user == self.order[0]:
                    await self.meet.wait()
        return ()


async def test_a_press_that_stood_in_anothers_way_is_done_all_the_same(postgres: Postgres) -> None:
    with postgres.fresh() as url:
        async with living(url) as world:
            async with world.deps.transaction() as session:
                for user in ("U0ANA", "U0BEN"):
                    await people.ensure(session, world.workspace_id, user)
                budgets = select(Member.weekly_budget).where(Member.user_id.in_(["U0ANA", "U0BEN"]))
                before = (await session.scalars(budgets)).all()
            meet = asyncio.Barrier(2)
            presses = [Press(order, meet) for order in (("U0ANA", "U0BEN"), ("U0BEN", "U0ANA"))]
            frame = Frame(world.deps, {}, anybody)
            knocks = [
                Knock(world.workspace_id, "", "U0ANA", {"trigger_id": str(n)}) for n in (1, 2)
            ]
            await asyncio.gather(
                *(
                    frame.run(one, knock, Role.MEMBER)
                    for one, knock in zip(presses, knocks, strict=True)
                )
            )
            async with world.deps.transaction() as session:
                after = (await session.scalars(budgets)).all()
    # PostgreSQL ends at least one of the two, and the other too when the first is quick to return.
    assert 2 < sum(one.tries for one in presses) <= 2 * TRIES
    assert [one + 2 for one in before] == after


async def test_a_landing_that_stood_in_the_way_of_a_change_lands_all_the_same(
    postgres: Postgres,
) -> None:
    """A landing holds the outbox's row and then the drill, a change of its message the reverse."""
    with postgres.fresh() as url:
        async with living(url) as world:
            deps, now = world.deps, world.deps.now()
            ours = select(OutboxMessage).where(OutboxMessage.rule == "drill.now")
            async with deps.transaction() as session:  # kept from the bot's own senders
                member = await people.ensure(session, world.workspace_id, "U0ANA")
                opened, _ = await opening.open_now(session, deps.content, member, now)
                for draft in drafts(opened, deps.content):
                    later = replace(draft, not_before=now + timedelta(days=1))
                    await outbox.say(session, later, deps.machine_now())
                leased = delivery.as_sent((await session.scalars(ours)).one())
            async with deps.transaction() as session:
                await session.scalars(select(DrillSession).with_for_update())
                landing = asyncio.create_task(jobs._landed(deps, leased, Sent("D0ANA", "1.5")))
                await asyncio.sleep(0.3)
                await session.scalars(ours.with_for_update())
            await landing
            async with deps.transaction() as session:
                row = (await session.scalars(ours)).one()
    assert (row.state, row.ts) == (State.SENT, "1.5")


async def test_marks_that_stood_in_the_way_are_not_left_to_their_lease(postgres: Postgres) -> None:
    with postgres.fresh() as url:
        async with living(url) as world:
            ana = world.person("U0ANA")
            await ana.types("/drill now")
            drill = await world.drill(ana)
            async with ended_once(world.deps, "answers", "NEW.scored > OLD.scored"):
                await ana.says(await ana.app(), ANSWER, thread_ts=drill["ts"])
                assert await world.card(ana, drill)


async def test_collisions_without_end_are_told(database_url: str) -> None:
    async with living(database_url) as world:
        tried = 0

        async def never(_deps: Deps, _knock: Knock) -> tuple[Outcome, ...]:
            nonlocal tried
            tried += 1
            raise Collided

        frame = Frame(world.deps, {}, anybody)
        knock = Knock(world.workspace_id, "", "U0ANA", {"trigger_id": "3"})
        with pytest.raises(Collided):
            await frame.run(never, knock, Role.MEMBER)
    assert tried == TRIES


async def test_a_look_and_a_new_drill_wait_for_an_answer_and_not_it_for_them(
    postgres: Postgres,
) -> None:
    """The drill is held before its plan, everywhere: PostgreSQL has nobody to end."""

    def here(world: World) -> int:
        return world.deps.directory.all()[0].workspace_id

    async def look(deps: Deps) -> None:
        async with deps.transaction() as session:
            await home.facts(session, here(world), "U0ANA", deps.content, deps.now(), "")

    async def begin(deps: Deps) -> None:
        async with deps.transaction() as session:
            member = await people.ensure(session, here(world), "U0ANA")
            await opening.open_now(session, deps.content, member, deps.now())

    with postgres.fresh() as url:
        async with living(url) as world:
            ana = world.person("U0ANA")
            await ana.types("/drill now")
            await world.drill(ana)
            for other in (look, begin):
                async with world.deps.transaction() as session:  # as an answer does
                    row = (await session.scalars(select(DrillSession).with_for_update())).one()
                    waiting = asyncio.create_task(other(world.deps))
                    await asyncio.sleep(0.3)
                    await plans.answered(session, row.member_id, world.deps.now(), own=True)
                await waiting


async def test_a_job_that_collided_is_done_at_once(database_url: str) -> None:
    """Those of the start have no next turn."""
    ended: list[int] = []

    async def reading(_deps: Deps) -> None:
        ended.append(len(ended))
        if len(ended) < TRIES:
            raise Collided

    async with living(database_url) as world:
        await run_job(reading, world.deps)
    assert ended == [0, 1, 2]
