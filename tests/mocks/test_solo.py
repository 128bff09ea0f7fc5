"""A solo mock from its offer to its card: the clock, the thread, what may happen in between."""

import asyncio
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from bot.content.kits import Kit
from bot.home import views as home
from bot.mocks.solo import views
from bot.mocks.tables import MockSolo, MockSoloMessage
from bot.people import service as people
from bot.scoring.rules import Cell
from bot.scoring.tables import DisputedMark, StoredScorecard
from tests.fakes import clock_at
from tests.local_slack import serving
from tests.person import Person, shown, until
from tests.world import ANSWER, TUESDAY, World, beside, settings

ANA, BEN = "U0ANA", "U0BEN"
Json = dict[str, Any]


async def solos(world: World) -> list[MockSolo]:
    async with world.deps.transaction() as session:
        return list(await session.scalars(select(MockSolo).order_by(MockSolo.id)))


async def kit(world: World) -> Kit:
    return world.deps.content.kits[(await solos(world))[-1].kit_id]


async def offer(world: World, person: Person, after: str = "") -> Json:
    return await person.waits_for(
        lambda message: "A mock interview with me" in message["text"] and message["ts"] > after
    )


async def started(world: World, person: Person) -> Json:
    """The message of a solo mock whose case was told."""
    await person.types("/mock solo")
    message = await offer(world, person)
    await person.clicks(message, views.START)
    await line(person, message, "The case: ")
    return message


async def line(person: Person, top: Json, text: str) -> Json:
    return await person.waits_for(lambda one: text in one["text"], thread_ts=top["ts"])


async def thread(person: Person, top: Json) -> list[str]:
    """What the bot said in the thread, in order."""
    told = await person.thread(top["channel"], top["ts"])
    return [one["text"] for one in told[1:] if one["user"] != person.user]


async def test_from_the_offer_to_the_card(world: World) -> None:
    """The case at 0, each probe at its minute, the word, the end; then marks that count."""
    ana = world.person(ANA)
    told = await ana.types("/mock solo")
    assert "Press *Start*" in str(told["reply"])
    top = await offer(world, ana)
    assert "`/drill delete-me`" in shown(top)  # the privacy line, before anything is typed
    again = await ana.types("/mock solo")
    assert "waits in our direct message already" in str(again["reply"])
    case = await kit(world)
    assert case.prompt[:40] not in str(top)

    await ana.clicks(top, views.START)
    await line(ana, top, case.prompt[:40])
    assert "runs in our direct message" in str((await ana.types("/mock solo"))["reply"])
    begun = world.clock.now()
    for probe in case.probes:
        await world.move_to(begun + timedelta(minutes=probe.minute, seconds=1))
        await line(ana, top, probe.ask)
    await ana.says(top["channel"], ANSWER, thread_ts=top["ts"])
    fact = case.facts[0]
    await ana.says(top["channel"], f"{fact.asked}?", thread_ts=top["ts"])
    await line(ana, top, fact.tell[:40])
    await ana.says(top["channel"], "And how is the weather in Reykjavík?", thread_ts=top["ts"])
    await line(ana, top, "I have no figure for that; make an assumption and say so.")
    await world.move_to(begun + timedelta(minutes=case.minutes - 3, seconds=1))
    await line(ana, top, "3 minutes are left")
    assert not any("Restatement:" in one for one in await thread(ana, top))
    await world.move_to(begun + timedelta(minutes=case.minutes, seconds=1))
    card = await line(ana, top, "Restatement:")

    said = await thread(ana, top)
    probes = [one for one in said if any(probe.ask in one for probe in case.probes)]
    assert [one.startswith("Interviewer: ") for one in probes] == [True] * len(case.probes)
    assert [next(p.ask for p in case.probes if p.ask in one) for one in probes] == [
        probe.ask for probe in case.probes
    ]
    assert said[-2].startswith("Time is up.")
    assert "What a strong answer sounds like in" in card["text"]
    assert not any(cue.cue in text for cue in case.clock for text in said)
    async with world.deps.transaction() as session:
        stored = (await session.scalars(select(StoredScorecard))).one()
    row = (await solos(world))[0]
    assert (stored.topic, stored.drill_id) == (f"mock_solo:{row.id}", case.id)
    assert not stored.late
    assert all(getattr(stored, cell.value) is not None for cell in Cell)
    weakest = min(Cell, key=lambda cell: getattr(stored, cell.value))
    assert f"sounds like in {weakest.title}" in card["text"]
    assert f"{weakest.title}: " in card["text"]

    await ana.clicks(card, f"{views.WRONG}.execution")
    form = await ana.waits_for_modal()
    kept = await ana.submits(form, {"why": "I named an owner."})
    assert "you call the mark for *Execution* wrong" in shown(kept["view"])
    async with world.deps.transaction() as session:
        wrong = (await session.scalars(select(DisputedMark))).one()
    assert (wrong.topic, wrong.mark) == (stored.topic, stored.execution)

    mine = [one for one in await ana.thread(top["channel"], top["ts"]) if one["user"] == ANA]
    await ana.edits(mine[0], "I would wait.")
    await ana.waits_for(
        lambda one: one["ts"] == card["ts"] and one["text"] != card["text"], thread_ts=top["ts"]
    )
    for one in mine:
        await ana.deletes(one)
    await line(ana, top, "withdrawn")
    async with world.deps.transaction() as session:
        assert (await session.scalars(select(StoredScorecard))).all() == []

    await world.pass_time(hours=1)
    assert [one.state for one in await solos(world)] == ["closed"]
    await ana.says(top["channel"], ANSWER, thread_ts=top["ts"])
    await line(ana, top, "I kept your words but did not mark them")
    await ana.types("/mock solo")
    await offer(world, ana, top["ts"])
    assert (await kit(world)).id != case.id


async def test_nothing_written_done_stop_and_late_words(world: World) -> None:
    ana, ben = world.person(ANA), world.person(BEN)
    async with world.deps.transaction() as session:  # at night on his own clock: he asked for it
        place = world.workspace_id
        member = await people.ensure(session, place, BEN)
        member.tz = "Pacific/Kiritimati"
    top, his = await started(world, ana), await started(world, ben)
    await ana.clicks(await _now(ana, top), views.DONE)
    await ana.waits_for(lambda one: one["ephemeral"] and "nothing to mark yet" in one["text"])
    case = await kit(world)
    await ben.says(his["channel"], ANSWER, thread_ts=his["ts"])
    await until(lambda: _written(world, 1))
    await ben.clicks(await _now(ben, his), views.DONE)
    await line(ben, his, "Restatement:")
    assert any(one.startswith("Thank you.") for one in await thread(ben, his))
    card = await line(ben, his, "Restatement:")
    await ben.clicks(await line(ben, his, "The case: "), views.STOP)
    await ben.waits_for(
        lambda one: one["ephemeral"] and "is over" in one["text"], thread_ts=his["ts"]
    )

    await world.pass_time(minutes=case.minutes, seconds=30)
    await line(ana, top, "there is nothing to mark")
    assert len([one for one in await thread(ana, top) if "Restatement:" in one]) == 0
    await ana.says(top["channel"], ANSWER, thread_ts=top["ts"])
    card = await line(ana, top, "Restatement:")
    assert card["text"].startswith("Your scorecard (late, and counted).")

    await world.pass_time(hours=2)
    await ana.types("/mock solo")
    third = await offer(world, ana, top["ts"])
    await ana.says(third["channel"], "Hello?", thread_ts=third["ts"])
    await line(ana, third, "The clock does not run yet")
    await world.pass_time(hours=2)
    await ana.types("/mock solo leadership")
    fourth = await offer(world, ana, third["ts"])
    assert "Leadership" in fourth["text"]
    await ana.waits_for(lambda one: one["ts"] == third["ts"] and "newer one" in shown(one))
    await ana.clicks(fourth, views.START)
    await line(ana, fourth, "The case: ")
    await ana.says(fourth["channel"], "Forget this.", thread_ts=fourth["ts"])
    await until(lambda: _written(world, 4))
    await ana.clicks(await _now(ana, fourth), views.STOP)
    await ana.waits_for(lambda one: one["ts"] == fourth["ts"] and "You stopped" in shown(one))
    async with world.deps.transaction() as session:
        texts = set(await session.scalars(select(MockSoloMessage.text)))
    assert texts == {ANSWER, "", "Hello?"}
    said = len(await thread(ana, fourth))
    await world.pass_time(hours=1)
    assert len(await thread(ana, fourth)) == said
    reply = str((await ana.types("/mock solo leadershap"))["reply"])
    assert "`/mock solo leadership`" in reply
    reply = str((await ana.types("/mock solo product"))["reply"])
    assert "may be one of these: `product-metrics` (Product metrics), " in reply
    reply = str((await ana.types("/mock solo chess"))["reply"])
    assert "There are product-metrics, product-execution, leadership" in reply
    assert "nearest" not in reply

    await ben.types("/drill delete-me")
    await ben.clicks((await ben.whispers(await ben.app()))[-1], home.DELETE)
    await ben.waits_gone(his["channel"], card["ts"], his["ts"])
    async with world.deps.transaction() as session:
        assert (await session.scalars(select(MockSolo).where(MockSolo.id == 2))).all() == []


async def _now(person: Person, top: Json) -> Json:
    """The message as it stands, once it shows that the clock runs."""
    return await person.waits_for(lambda one: one["ts"] == top["ts"] and "stopwatch" in shown(one))


async def _written(world: World, count: int) -> bool:
    async with world.deps.transaction() as session:
        return len((await session.scalars(select(MockSoloMessage.id))).all()) == count


async def test_a_restart_in_the_middle_dumps_nothing_and_loses_nothing(database_url: str) -> None:
    async with serving() as (slack, sandbox):
        told, clock = settings(slack, database_url), clock_at(TUESDAY)
        ana = sandbox.person(ANA)
        async with beside(slack, sandbox, told, clock) as world:
            await sandbox.connected()
            top = await started(world, ana)
            case, begun = await kit(world), world.clock.now()
            await world.move_to(begun + timedelta(minutes=case.probes[0].minute, seconds=1))
            await line(ana, top, case.probes[0].ask)
        await ana.says(top["channel"], ANSWER, thread_ts=top["ts"])
        await asyncio.sleep(0.5)  # Slack has given up sending it
        clock.move_to(begun + timedelta(minutes=case.probes[2].minute + 1))
        async with beside(slack, sandbox, told, clock) as world:
            await until(lambda: _written(world, 1))
            await world.tick()
            await line(ana, top, case.probes[2].ask)
            assert not any(case.probes[1].ask in one for one in await thread(ana, top))
            before = len(await thread(ana, top))
            await world.tick()
            assert len(await thread(ana, top)) == before
        clock.move_to(begun + timedelta(minutes=case.minutes + 7))
        async with beside(slack, sandbox, told, clock) as world:
            await world.tick()
            card = await line(ana, top, "Restatement:")
            assert card["text"].startswith("Your scorecard.")
            said = await thread(ana, top)
            assert len(said) == before + 2  # the end and the card
