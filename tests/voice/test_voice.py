"""A voice clip as an answer, from the microphone to the marks, through the real dispatcher."""

import asyncio
import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.drills.tables import DrillSession
from bot.drills.voice import listeners as voice
from bot.drills.voice.clips import plain
from bot.drills.voice.views import SECOND
from bot.errors import UserMistake
from bot.slack.declare import Knock
from tests.person import shown, until
from tests.voice.playing import Thread
from tests.world import ANSWER, World

LONG = f"Um, {ANSWER} " + "And you know the guardrail holds because we look at it daily. " * 30
VOICE = "drill.voice"


async def test_a_clip_from_the_microphone_to_the_marks(world: World) -> None:
    at = await Thread.opened(world)
    begun = asyncio.get_running_loop().time()
    mine = await at.records(LONG, delay=0.6)
    waiting = await at.sees("wait for its transcript", VOICE)
    assert asyncio.get_running_loop().time() - begun < 1.5
    assert "0:42" in waiting["text"]

    card = await at.sees("Not counted yet", VOICE)
    assert card["ts"] == waiting["ts"]  # one message a clip
    assert "words a minute" in card["text"]
    assert "you know 30" in card["text"]
    assert await at.all("drill.answer_card") == []
    assert await at.words() == [""]
    async with world.deps.transaction() as session:
        assert (await session.scalars(select(DrillSession.state))).one() == "answering"

    await at.ana.clicks(card, "Use it as it is")
    first = await at.marks()
    assert "counts as it is" in str(await at.sees("counts as it is", VOICE))
    assert await at.words() == [plain(LONG)]  # the preview was cut: the whole is in the VTT

    await at.ana.clicks(card, "Correct it")
    form = await at.ana.waits_for_modal()
    inputs = [one for one in form["blocks"] if one["type"] == "input"]
    assert " ".join(one["element"]["initial_value"] for one in inputs) == plain(LONG)
    empty = await at.ana.submits(form, {one["block_id"]: "  " for one in inputs})
    assert "Write what you said" in str(empty)
    await at.ana.submits(form, {"said_1": "I would wait and see."})
    changed = await at.marks("not assessed")
    assert changed["ts"] == first["ts"]
    card = await at.sees("as you corrected it", VOICE)
    assert "wait and see" in card["text"]
    assert "words a minute" in card["text"]

    await at.ana.edits(mine, "My answer:")
    await until(lambda: _is(at, ["My answer:\nI would wait and see."]))
    await at.ana.deletes(mine)
    await at.marks("withdrawn")
    await at.ana.waits_gone(at.dm, card["ts"], at.ts)
    assert (await at.clips())[0].taken == ""


async def _is(at: Thread, words: list[str]) -> bool:
    return await at.words() == words


async def test_nobody_presses_and_the_box_ends(world: World) -> None:
    at = await Thread.opened(world)
    await at.records()
    card = await at.sees("Not counted yet", VOICE)
    (clip,) = await at.clips()
    async with world.deps.transaction() as session:
        row = (await session.scalars(select(DrillSession))).one()
    assert clip.counts_at == row.box_ends_at
    assert clip.counts_at is not None
    assert f"{int(clip.counts_at.timestamp())}" in json.dumps(card)

    await world.pass_time(minutes=6)
    await at.marks("Your scorecard.")
    await at.sees("nothing was pressed in time", VOICE)
    await at.sees("Probe")
    # A clip in answer to the probe, which has no box: a minute to look.
    await at.records("I would flip the choice if refunds passed three percent, and tell Ana.")
    await at.sees("Not counted yet", VOICE)
    clip = (await at.clips())[1]
    assert clip.part == "probe"
    assert clip.counts_at is not None
    assert timedelta(seconds=50) < clip.counts_at - world.clock.now() <= timedelta(seconds=60)
    await world.pass_time(seconds=61)
    await at.sees("", "drill.probe_card")


async def test_a_transcript_after_the_box_leaves_a_minute(world: World) -> None:
    at = await Thread.opened(world)
    await at.records(delay=1.5)
    await at.sees("wait for its transcript", VOICE)
    await world.pass_time(minutes=6)
    await at.sees("Probe")
    await at.sees("Not counted yet", VOICE)
    assert await at.all("drill.answer_card") == []
    await world.pass_time(seconds=50)
    assert await at.words() == [""]
    await world.pass_time(seconds=11)
    await at.marks("Your scorecard.")
    assert (await at.clips())[0].part == "answer"


async def test_done_takes_what_was_heard(world: World) -> None:
    at = await Thread.opened(world)
    await at.records()
    await at.sees("Not counted yet", VOICE)
    drill = (await at.ana.thread(at.dm, at.ts))[0]
    await at.ana.clicks(drill, "Done")
    await at.marks("Your scorecard.")
    await at.sees("counts as it is", VOICE)


async def test_a_second_take_replaces_the_first(world: World) -> None:
    at = await Thread.opened(world)
    await at.records("The first take says nothing of any use to anybody at all.")
    card = await at.sees("Not counted yet", VOICE)
    await at.ana.clicks(card, "Use it as it is")
    await at.sees("counts as it is", VOICE)
    await at.ana.clicks(card, "Second take")
    await at.sees("replaces this one, which stands", VOICE)
    assert len([text for text in await at.words() if text]) == 1
    waiting = await at.sees("Keep this one", VOICE)
    assert "Correct it" in str(waiting["blocks"])
    assert SECOND not in str(waiting["blocks"])
    await at.ana.clicks(waiting, "Keep this one")
    await until(lambda: _offered(at))
    await at.ana.clicks(await at.sees("Second take", VOICE), "Second take")
    await until(lambda: _second(at, True))

    await at.records(ANSWER, duration_ms=61_000)
    second = await at.sees("Your clip of 1:01", VOICE)
    await at.sees("stands in its place", VOICE)
    await at.sees("Not counted yet", VOICE)
    assert await at.words() == ["", ""]
    await at.ana.clicks(second, "Second take")
    await until(lambda: _second(at, True))
    await at.says(ANSWER)  # a text may be the second take too
    await at.marks()
    assert await at.words() == ["", "", ANSWER]
    assert [clip.state for clip in await at.clips()] == ["replaced", "replaced"]

    old = (await at.all(VOICE))[0]
    assert "Correct it" not in str(old)


async def _offered(at: Thread) -> bool:
    return any(SECOND in str(one["blocks"]) for one in await at.all(VOICE))


async def _second(at: Thread, wanted: bool) -> bool:
    return any(clip.second for clip in await at.clips()) is wanted


async def test_a_second_take_of_what_is_over_is_refused(world: World) -> None:
    at = await Thread.opened(world)
    await at.records()
    card = await at.sees("Not counted yet", VOICE)
    await world.pass_time(minutes=6)
    await at.sees("nothing was pressed", VOICE)
    await at.ana.clicks(card, "Second take")
    assert "part of the drill is over" in str(await at.ana.whispers(at.dm)) + str(
        [one for one in await at.ana.thread(at.dm, at.ts) if one["ephemeral"]]
    )
    assert not any(clip.second for clip in await at.clips())

    # Nobody else can press for her, with her clip's id or with one that was never given.
    (clip,) = await at.clips()
    place = world.deps.directory.all()[0]
    doors = (voice.use, voice.second, voice.correct, voice.type_instead)
    for number, value in enumerate((str(clip.id), "999999", "-1", "clip")):
        body = {"trigger_id": f"t{number}", "actions": [{"value": value}]}
        for door in doors:
            with pytest.raises(UserMistake):
                await door(world.deps, Knock(place.workspace_id, place.token, "U0BEN", body))
        state = {"said_1": {"value": {"value": "These are not her words."}}}
        view = {"private_metadata": f"{value}:corrected", "state": {"values": state}}
        forged = Knock(place.workspace_id, place.token, "U0BEN", {"trigger_id": "v", "view": view})
        with pytest.raises(UserMistake):
            await voice.save(world.deps, forged)
    assert await at.words() == [ANSWER]


async def test_clips_and_typed_words_are_one_answer_in_order(world: World) -> None:
    at = await Thread.opened(world)
    await at.records("First of all I would roll back.", text="In short:")
    await at.says("Second, I look at the funnel by segment.")
    await at.records("Third, the guardrail is two percent.")
    await until(lambda: _heard(at, 2))
    assert await at.words() == ["In short:", "Second, I look at the funnel by segment.", ""]
    for card in reversed(await at.all(VOICE)):
        await at.ana.clicks(card, "Use it as it is")
    told = [
        "In short:\nFirst of all I would roll back.",
        "Second, I look at the funnel by segment.",
        "Third, the guardrail is two percent.",
    ]
    await until(lambda: _is(at, told))


async def _heard(at: Thread, count: int) -> bool:
    return str(await at.all(VOICE)).count("Use it as it is") == count


async def test_silence_failure_and_what_is_no_clip(world: World) -> None:
    at = await Thread.opened(world)
    await at.records("Um. Uh.")
    silent = await at.sees("nothing heard", VOICE)
    assert "microphone" in silent["text"]
    await at.records(None, outcome="failed")  # at first it may still come
    await until(lambda: _looked(at, 1))
    assert (await at.clips())[1].state == "waiting"
    await at.wait_on(16)
    failed = await at.sees("gave me no transcript", VOICE)
    await at.records("Never to be heard of.", delay=900)
    await until(lambda: _looked(at, 2))
    await at.wait_on(121)
    await until(lambda: _failed(at, 2))
    await at.records("Too long to listen to.", duration_ms=601_000)
    await at.sees("longer than 10 minutes")
    await at.records("Behind the wall of another workspace.", untold=True, duration_ms=700_000)
    await until(lambda: _failed(at, 3))
    file = await world.sandbox.session.post(
        f"{world.sandbox.url}/sandbox/upload?as=U0ANA&name=plan.pdf", data=b"%PDF"
    )
    await at.ana.says(at.dm, "", thread_ts=at.ts, files=[(await file.json())["file"]["id"]])
    await at.sees("I take words and voice clips here")
    assert await at.all("drill.answer_card") == []

    for card, words in ((failed, ANSWER), (silent, "And a guardrail of two percent.")):
        await at.ana.clicks(card, "Type instead")
        form = await at.ana.waits_for_modal()
        assert "Write what you said" in shown(form)
        await at.ana.submits(form, {"What you said": words})
    await at.marks()
    await at.sees("as you typed it", VOICE)
    assert [text for text in await at.words() if text] == [
        "And a guardrail of two percent.",
        ANSWER,
    ]


async def _looked(at: Thread, index: int) -> bool:
    return any(clip.tries for clip in (await at.clips())[index:])


async def _failed(at: Thread, count: int) -> bool:
    return [clip.state for clip in await at.clips()].count("failed") == count


async def test_a_clip_of_a_channels_drill_is_told_in_private(world: World) -> None:
    general, ana = "C0GENERAL", world.person("U0ANA")
    bot = (await world.sandbox.get("app"))["app"]["bot_user"]
    world.slack.state.channels[general].members.append(bot)
    await ana.types("/drill team 09:00 Europe/Berlin", general)
    await world.move_to("2026-03-03T08:00:00+00:00")
    drill = await ana.waits_for(lambda one: "The team’s drill" in one["text"], general)
    await ana.records(general, ANSWER, thread_ts=drill["ts"])
    card = await ana.waits_for(lambda one: "Not counted yet" in str(one))
    await ana.clicks(card, "Use it as it is")
    await ana.waits_for(lambda one: "Restatement:" in one["text"])
    thread = await ana.thread(general, drill["ts"])
    assert [one for one in thread[1:] if one.get("bot_id")] == []
