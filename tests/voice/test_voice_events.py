"""Clips whose events come twice, late, early or never, and what is left of them in the end."""

import logging
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.db import Base
from bot.drills.answers.tables import AnswerMessage
from bot.home import views as home
from bot.home.jobs import forget
from bot.outbox.tables import OutboxMessage
from bot.sandbox import filing
from tests.fakes import clock_at
from tests.local_slack import serving
from tests.person import Json, until
from tests.voice.playing import Thread
from tests.voice.transcriber import sound
from tests.world import ANSWER, TUESDAY, World, beside, settings

VOICE = "drill.voice"
SHAPES: tuple[Json, ...] = (
    {"mimetype": "audio/mp4"},
    {"mimetype": "video/mp4"},
    {"mimetype": "video/mp4", "subtype": "slack_video"},
    {"mimetype": "audio/webm", "subtype": None},
    {"mimetype": "audio/mp4", "untold": True},
    {"mimetype": "audio/webm", "broadcast": True},
    {"mimetype": "audio/mp4", "delay": 0.4},
)


async def test_every_shape_of_a_clip_is_one(world: World) -> None:
    at = await Thread.opened(world)
    for number, shape in enumerate(SHAPES):
        await at.records(f"This is what was said in clip number {number}.", **shape)
    for number in range(len(SHAPES)):
        await at.sees(f"clip number {number}", VOICE)
    assert len(await at.all(VOICE)) == len(SHAPES)
    assert {clip.seconds for clip in await at.clips()} == {42.0}


async def test_events_that_come_twice_and_out_of_order(world: World) -> None:
    at = await Thread.opened(world)
    slack = world.slack.workspace
    clip = (await at.ana.records(at.dm, ANSWER, thread_ts=at.ts, delay=0.0))["file"]
    await at.sees("Not counted yet", VOICE)
    for told in ({"file_id": clip["id"]}, {"file": {"id": clip["id"]}}, {}, {"file": None}):
        slack.out.event({"type": "file_change", "user_id": "U0ANA", **told})
    message = slack.state.channels[at.dm].messages[(await at.clips())[0].ts]
    for _ in range(2):  # as another event, and after the file's own
        slack.out.event({"type": "message", "channel": at.dm, "channel_type": "im", **message})
    await at.says("And one more thing.")
    await at.marks()
    assert len(await at.all(VOICE)) == 1
    assert len(await at.clips()) == 1

    # The event comes and the questions do not: the file alone wakes it.
    await at.records("Now this is said much later than that.", delay=5)
    await until(lambda: _tries(at, 1, 2))
    file = slack.state.files[(await at.clips())[1].file_id]
    file["_transcript"] = "Now this is said much later than that."
    filing._transcribed(slack, file)
    await at.sees("much later than that", VOICE, timeout=1.5)


async def _tries(at: Thread, index: int, count: int) -> bool:
    found = await at.clips()
    return len(found) > index and found[index].tries >= count


async def test_deleted_while_it_is_awaited_and_when_the_file_is_gone(world: World) -> None:
    at = await Thread.opened(world)
    mine = await at.records(ANSWER, delay=0.8)
    line = await at.sees("wait for its transcript", VOICE)
    await at.ana.deletes(mine)
    await at.ana.waits_gone(at.dm, line["ts"], at.ts)
    gone = (await at.ana.records(at.dm, ANSWER, thread_ts=at.ts, delay=30))["file"]
    await until(lambda: _tries(at, 1, 1))
    world.slack.state.files.pop(gone["id"])
    await at.wait_on(0)
    await at.sees("no longer there", VOICE)
    assert await at.all("drill.answer_card") == []
    assert [clip.state for clip in await at.clips()] == ["deleted", "failed"]


async def test_after_the_end_it_is_kept_and_said_so(world: World) -> None:
    at = await Thread.opened(world)
    await at.says(ANSWER)
    await at.marks()
    await world.pass_time(minutes=45)
    await at.records("One more thought about the guardrail.")
    await at.sees("did not listen to your clip")
    await at.records("Another thought.", text="With a word beside it.")
    await at.sees("kept your words but did not score them")
    assert await at.clips() == []
    assert await at.words() == [ANSWER, "", "With a word beside it."]


async def test_the_bot_was_away_meanwhile(database_url: str) -> None:
    async with serving() as (slack, sandbox):
        told, clock = settings(slack, database_url), clock_at(TUESDAY)
        async with beside(slack, sandbox, told, clock) as world:
            await sandbox.connected()
            at = await Thread.opened(world)
            await at.records("I would roll back at once and look at it then.", delay=2.0)
            await at.sees("wait for its transcript", VOICE)
        missed = await at.records("This one was said while nobody listened.")
        async with beside(slack, sandbox, told, clock) as world:
            at.world = world
            await at.sees("roll back at once", VOICE)
            await at.sees("while nobody listened", VOICE)
        await at.ana.deletes(missed)
        async with beside(slack, sandbox, told, clock) as world:
            at.world = world
            await until(lambda: _deleted(at))
            await until(lambda: _cards(at, 1))


async def _cards(at: Thread, count: int) -> bool:
    return len(await at.all(VOICE)) == count


async def _deleted(at: Thread) -> bool:
    return [clip.state for clip in await at.clips()] == ["heard", "deleted"]


async def test_nothing_is_left_of_it(world: World, caplog: pytest.LogCaptureFixture) -> None:
    said = "The walrus answer rolls back first, with a guardrail of two percent."
    audio = sound("answer.m4a")
    with caplog.at_level(logging.DEBUG, logger="bot"):
        at = await Thread.opened(world)
        await at.records(said, audio=audio, mimetype="audio/mp4")
        card = await at.sees("Not counted yet", VOICE)
        await at.ana.clicks(card, "Use it as it is")
        await at.marks()
        await at.ana.clicks(card, "Correct it")
        form = await at.ana.waits_for_modal()
        await at.ana.submits(form, {"said_1": f"{said} And the walrus goes home."})
        await at.sees("as you corrected it", VOICE)
        await at.marks("walrus")
    assert "walrus" in await stored(world)
    await at.ana.types("/drill delete-me")
    await at.ana.clicks((await at.ana.whispers(at.dm))[-1], home.DELETE)
    await at.ana.waits_gone(at.dm, card["ts"], at.ts)
    await world.tick()
    left = await stored(world)
    assert "walrus" not in left
    for piece in (audio[:32], audio[4000:4032], audio[-32:]):
        assert piece.hex() not in left
    assert "walrus" not in caplog.text
    assert await at.clips() == []


async def stored(world: World) -> str:
    """Everything in the store as text, bytes in hex."""
    told = []
    async with world.deps.transaction() as session:
        for table in Base.metadata.sorted_tables:
            for row in await session.execute(select(table)):
                told += [one.hex() if isinstance(one, bytes) else str(one) for one in row]
    url = world.deps.settings.database_url
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as store:
            told += store.iterdump()
    return "\n".join(told)


async def test_after_the_days_it_is_kept_its_words_go(world: World) -> None:
    at = await Thread.opened(world)
    await at.records("The walrus answer rolls back first of all.")
    card = await at.sees("Not counted yet", VOICE)
    await at.ana.clicks(card, "Use it as it is")
    await at.marks()
    world.clock.move_to(world.clock.now() + timedelta(days=world.deps.settings.keep_days + 1))
    await forget(world.deps)
    (clip,) = await at.clips()
    assert (clip.transcript, clip.taken, clip.fillers) == ("", "", None)
    async with world.deps.transaction() as session:
        texts = list(await session.scalars(select(AnswerMessage.text)))
        said = list(
            await session.scalars(select(OutboxMessage.text).where(OutboxMessage.rule == VOICE))
        )
    assert set(texts) == set(said) == {""}
