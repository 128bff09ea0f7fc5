"""The monthly letter through a month's turn: who gets one, when, once, and what it shows."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from bot.drills.progress.letters import jobs, outgoing, service
from bot.drills.progress.letters.tables import PracticeLetter
from bot.outbox.tables import OutboxMessage
from bot.people.tables import Member
from bot.plans import service as plans
from bot.plans.tables import PracticePlan
from bot.scoring.rules import Cell
from tests.person import Person, shown
from tests.plans import planting
from tests.plans.planting import Met
from tests.world import World

MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)
SET_UP = datetime(2026, 2, 2, 9, tzinfo=UTC)
COMES = datetime(2026, 4, 1, 14, tzinfo=UTC)  # 16:00 in Berlin, on the first practice day
PNG = b"\x89PNG"
Json = dict[str, Any]


async def planted(
    world: World, user: str, months: Sequence[tuple[date, Sequence[float]]], **more: Any
) -> Member:
    """Somebody who answered on days of these months, with these marks in every cell."""
    place = world.workspace_id
    drills = sorted(world.deps.content.drills)
    async with world.deps.transaction() as session:
        member, _ = await planting.planned(session, place, user, SET_UP, **more)
        met = [
            Met(
                drills[number],
                datetime(month.year, month.month, 2 + number, 8, tzinfo=UTC),
                dict.fromkeys(Cell, mark),
            )
            for month, marks in months
            for number, mark in enumerate(marks)
        ]
        await planting.past(session, world.deps.content, member, met)
    return member


async def letters(world: World) -> set[tuple[str, date]]:
    async with world.deps.transaction() as session:
        rows = await session.execute(
            select(Member.user_id, PracticeLetter.month).join(
                Member, Member.id == PracticeLetter.member_id
            )
        )
        return {(user, month) for user, month in rows.all()}


async def next_at(world: World, member: Member) -> datetime | None:
    async with world.deps.transaction() as session:
        found: datetime | None = await session.scalar(
            select(PracticePlan.next_letter_at).where(PracticePlan.member_id == member.id)
        )
        return found


async def seen(person: Person) -> list[Json]:
    """Letters and their pictures in the direct message."""
    there = await person.sees(await person.app())
    return [
        one
        for one in there
        if one.get("files") or one["text"].startswith(("Your March", "Your April"))
    ]


async def test_a_letter_through_the_turn_of_the_month(world: World) -> None:
    ana = world.person("U0ANA")
    rising = (2.6, 2.8, 3.0, 2.4, 3.0, 2.8)
    member = await planted(
        world, "U0ANA", [(date(2026, 2, 1), (1.0, 1.2, 1.4, 1.2, 1.0)), (MARCH, rising)]
    )
    await world.move_to(COMES - timedelta(minutes=1))
    assert await letters(world) == set()
    world.clock.move_to(COMES)
    # As replicas do it: at the same time, and again.
    await asyncio.gather(*(jobs.send_due(world.deps) for _ in range(3)))
    await world.tick()
    await ana.waits_for(lambda one: one.get("files"), timeout=40)
    letter, picture = await seen(ana)
    assert letter["metadata"]["event_payload"]["rule"] == "drill.letter"
    assert "You gave 6 answers on 6 days." in letter["text"]
    assert (
        "Restatement went up: 2.8 of 4 over 6 marks, after 1.2 over 5 in February"
        in (letter["text"])
    )
    assert "*One thing to do next*\nA blitz: three short drills on" in shown(letter)
    assert "drills.blitz" in str(letter["blocks"])
    file = picture["files"][0]
    assert world.slack.state.bytes_of[file["id"]].startswith(PNG)
    assert "Restatement: 6 marks, from 2.4 to 3.0, mean 2.8, in February" in str(file)
    assert await next_at(world, member) == datetime(2026, 5, 4, 14, tzinfo=UTC)  # after a holiday

    # Whatever is changed now, this month has had its letter.
    await ana.types("/drill time 08:30")
    await world.move_to("2026-04-02T13:30:00+00:00")
    await world.move_to("2026-04-03T13:30:00+00:00")
    assert len(await seen(ana)) == 2
    assert await letters(world) == {("U0ANA", MARCH)}

    # Muted, the next month has none; heard again, it comes on the next day that fits.
    await planted(world, "U0ANA", [(APRIL, rising)])
    await ana.clicks(letter, "Mute these letters")
    await world.move_to("2026-05-04T13:30:00+00:00")
    await world.move_to("2026-05-04T14:00:00+00:00")
    assert await letters(world) == {("U0ANA", MARCH)}
    await ana.home()
    home = await ana.waits_for_home()
    assert "Muted: The monthly letter about your marks" in shown(home)

    # It says marks, so delete-me takes it back, and the picture with its file.
    await ana.types("/drill delete-me")
    await ana.clicks((await ana.whispers(await ana.app()))[-1], "home.delete_me")
    await world.tick()
    await ana.waits_gone(await ana.app(), picture["ts"])
    assert await seen(ana) == []
    assert file["id"] not in world.slack.state.bytes_of
    assert await letters(world) == set()


async def test_who_gets_no_letter_and_when_it_comes_instead(world: World) -> None:
    marks = [(MARCH, (2.0, 2.5, 3.0, 2.0))]
    await planted(world, "U0BEN", marks)
    paused = await planted(world, "U0CHLOE", marks)
    resting = await planted(world, "U0DEV", marks)
    silent = await planted(world, "U0EMI", marks, target=date(2026, 4, 2))
    await planted(world, "U0FINN", [(MARCH, (2.0, 2.5))])
    async with world.deps.transaction() as session:
        for member, change in ((paused, "pause"), (resting, "rest")):
            there = await session.get_one(Member, member.id)
            plan = await plans.ensure(session, there)
            if change == "pause":
                plans.pause(plan, there, datetime(2026, 4, 8, 12, tzinfo=UTC), COMES)
            else:
                plans.rest(plan, COMES)
        await session.execute(
            update(Member).where(Member.user_id == "U0BEN").values(weekly_budget=0)
        )
    # Emi's last practice day is the first; the letter's time on it has passed by an hour.
    await world.move_to(COMES + timedelta(hours=1))
    assert await letters(world) == {("U0EMI", MARCH)}
    assert await next_at(world, resting) is None
    assert await next_at(world, silent) is None  # after the day nothing is planned

    # Over budget: the next practice day. Under way when it is muted: not sent, and not lost.
    async with world.deps.transaction() as session:
        await session.execute(
            update(Member).where(Member.user_id == "U0BEN").values(weekly_budget=15)
        )
    world.clock.move_to(datetime(2026, 4, 2, 14, tzinfo=UTC))
    async with world.deps.transaction() as session:
        (written,), _ = await service.write_due(session, world.clock.now())
        assert written.member.user_id == "U0BEN"
        times = world.clock.now(), world.deps.machine_now()
        await outgoing.send(session, written, world.deps.content.families, *times)
        written.member.muted = ["drill.letter"]
    await world.tick()
    assert await letters(world) == {("U0EMI", MARCH)}
    assert await seen(world.person("U0BEN")) == []

    # The bot stood still over the hour on the 8th; on the 9th the one who paused gets theirs.
    await world.move_to("2026-04-08T20:00:00+00:00")
    assert ("U0CHLOE", MARCH) not in await letters(world)
    await world.move_to("2026-04-09T14:00:00+00:00")
    assert await letters(world) == {("U0EMI", MARCH), ("U0CHLOE", MARCH)}
    # Who came back from a rest in another month hears of that month alone.
    async with world.deps.transaction() as session:
        there = await session.get_one(Member, resting.id)
        plans.resume(await plans.ensure(session, there), there, world.clock.now())
    await world.move_to("2026-05-04T14:00:00+00:00")
    assert ("U0DEV", APRIL) not in await letters(world)
    async with world.deps.transaction() as session:
        rules = await session.scalars(
            select(OutboxMessage.state).where(
                OutboxMessage.rule == "drill.letter", OutboxMessage.operation == "post"
            )
        )
        assert sorted(rules) == ["sent", "sent", "unwanted"]
