"""Clips that Slack gives no transcript of, sent to an endpoint: the whole bot and real sound."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from bot import findings
from bot.drills.voice import rules
from bot.web.metrics import metrics
from tests.fakes import clock_at
from tests.local_slack import serving
from tests.person import shown, until
from tests.voice import transcriber as served
from tests.voice.playing import Thread
from tests.voice.test_voice_events import stored
from tests.voice.transcriber import SAID, Behaviour, Served, honest, sound, transcriber
from tests.world import TUESDAY, World, beside, settings

VOICE = "drill.voice"
HOST = "127.0.0.1"


@asynccontextmanager
async def heard_by(
    database_url: str, behaviour: Behaviour = honest, **more: Any
) -> AsyncIterator[tuple[World, Served]]:
    async with transcriber(behaviour) as endpoint, serving() as (slack, sandbox):
        told = settings(
            slack,
            database_url,
            transcribe_url=endpoint.url,
            transcribe_key="sk-very-secret",
            transcribe_model="whisper-x",
            **more,
        )
        async with beside(slack, sandbox, told, clock_at(TUESDAY)) as world:
            await sandbox.connected()
            yield world, endpoint


async def _unheard(at: Thread, name: str = "answer.m4a", **more: Any) -> None:
    """A clip that Slack has looked at and will give no transcript of."""
    before = len(await at.clips())
    await at.records(None, audio=sound(name), mimetype="audio/mp4", **more)
    await until(lambda: _tried(at, before))
    await at.wait_on(rules.GRACE.total_seconds() + 1)


async def _tried(at: Thread, before: int) -> bool:
    return any(clip.tries for clip in (await at.clips())[before:])


async def test_the_endpoint_hears_what_slack_does_not(database_url: str) -> None:
    async with heard_by(database_url) as (world, endpoint):
        at = await Thread.opened(world)
        drill = (await at.ana.thread(at.dm, at.ts))[0]
        assert HOST in json.dumps(drill["blocks"])  # the privacy line names where sound may go
        await _unheard(at)
        card = await at.sees("Not counted yet", VOICE)
        assert f"Written by {HOST}" in json.dumps(card)
        assert "um 1" in card["text"]
        await at.ana.clicks(card, "Use it as it is")
        await at.marks()
        assert await at.words() == [SAID]
        (asked,) = endpoint.requests
        assert asked.content == sound("answer.m4a")
        assert (asked.file_name, asked.mimetype) == ("clip.m4a", "audio/mp4")

        await _unheard(at, "silence.webm")  # labelled audio/mp4: the bytes say what it is
        await at.sees("nothing heard", VOICE)
        assert endpoint.requests[1].mimetype == "audio/webm"
        # Where Slack has a transcript nobody else is asked.
        await at.records("This one Slack has heard by itself.")
        await at.sees("heard by itself", VOICE)
        assert len(endpoint.requests) == 2
        left = await stored(world)
        assert sound("answer.m4a")[4000:4032].hex() not in left
        assert "sk-very-secret" not in left
        assert 'drumbeat_clips_sent_total{outcome="heard"} 2' in await metrics(world.deps)
        assert "gave no transcript: refused" in (await findings.transcriber(world.deps)).seen
        endpoint.behaviour = served.saying('{"text": ""}')
        assert (await findings.transcriber(world.deps)).ok
        assert endpoint.requests[-1].mimetype == "audio/wav"


async def test_who_switched_it_off_is_not_sent_on(database_url: str) -> None:
    async with heard_by(database_url) as (world, endpoint):
        at = await Thread.opened(world)
        await at.ana.types("/drill setup")
        form = await at.ana.waits_for_modal()
        assert f"recordings to {HOST}" in shown(form)
        await at.ana.submits(form, {"transcribe": []})
        await _unheard(at)
        await at.sees("go nowhere else", VOICE)
        assert endpoint.requests == []


async def test_what_the_endpoint_does_wrong_is_told(database_url: str) -> None:
    behaviour = served.in_turn(
        served.status(401),
        served.saying("{}"),
        served.status(429),
        served.status(503),
        served.status(429),
        honest,
    )
    async with heard_by(database_url, behaviour, transcribe_daily=6) as (world, endpoint):
        at = await Thread.opened(world)
        await _unheard(at)
        await at.sees("does not accept our key", VOICE)
        assert world.deps.transcriber is not None
        world.deps.transcriber.breaker.note(True, world.deps.machine_now())
        await _unheard(at)
        await at.sees("could not be read", VOICE)
        world.deps.transcriber.breaker.note(True, world.deps.machine_now())
        await _unheard(at)  # tried again once
        await until(lambda: _asked(endpoint, 3))
        await at.wait_on(0)
        await at.sees("had a fault of its own", VOICE)
        world.deps.transcriber.breaker.note(True, world.deps.machine_now())
        await _unheard(at)
        await until(lambda: _asked(endpoint, 5))
        await at.wait_on(0)
        await at.sees("forty thousand", VOICE)
        await _unheard(at, "short.wav")
        await at.sees("are used up", VOICE)
        assert len(endpoint.requests) == 6


def _asked(endpoint: Served, count: int) -> bool:
    return len(endpoint.requests) >= count


async def test_a_file_elsewhere_gets_neither_token_nor_way(database_url: str) -> None:
    async with heard_by(database_url) as (world, endpoint), transcriber() as thief:
        at = await Thread.opened(world)
        await at.records(None, audio=sound("short.wav"), delay=30)
        await until(lambda: _tried(at, 0))
        file = world.slack.state.files[(await at.clips())[0].file_id]
        file["url_private"] = file["url_private_download"] = f"{thief.url}/clip.m4a"
        file["transcription"] = {"status": "none"}
        await at.wait_on(rules.GRACE.total_seconds() + 1)
        await at.sees("did not let me read it", VOICE)
        assert thief.requests == []
        assert endpoint.requests == []

        # A page to log in, with status 200, is no sound; nor is a text that calls itself one.
        for content, mimetype in ((b"<html>Sign in</html>", "text/html"), (b"text", "audio/mp4")):
            before = len(await at.clips())
            await at.records(None, audio=content, mimetype="audio/mp4", delay=30)
            await until(partial(_tried, at, before))
            last = world.slack.state.files[(await at.clips())[-1].file_id]
            last["mimetype"] = mimetype
            last["subtype"], last["transcription"] = "slack_audio", {"status": "none"}
            await at.wait_on(rules.GRACE.total_seconds() + 1)
            await until(lambda: _settled(at))
        assert endpoint.requests == []
        assert {clip.state for clip in await at.clips()} == {"failed"}


async def _settled(at: Thread) -> bool:
    return all(clip.state == "failed" for clip in await at.clips())
