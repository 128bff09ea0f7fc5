"""A hundred events a second over HTTP: how soon acknowledged, and is each answer in the store."""

import asyncio
import sqlite3
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from tests.bench.figures import Figure, percentile
from tests.knocking import Json, Knocker, callback, message
from tests.local_slack import serving
from tests.person import Sandbox
from tests.program import drumming
from tests.world import ANSWER

RATE = 100  # events a second
PEOPLE = ("U0ANA", "U0BEN", "U0CHLOE", "U0DEV", "U0EMI", "U0FINN")


@dataclass
class Sent:
    took: list[float] = field(default_factory=list)
    refused: int = 0
    answers: set[str] = field(default_factory=set)


async def measure(seconds: int) -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        async with (
            serving() as (slack, sandbox),
            aiohttp.ClientSession() as http,
            drumming(slack, sandbox, path, socket=False) as run,
        ):
            knocker = Knocker(run.url, slack.state.app.signing_secret, http)
            places = [await _drill(sandbox, user) for user in PEOPLE]
            sent = await _fire(knocker, places, slack.state.team["id"], seconds)
        with sqlite3.connect(path / "drumbeat.db") as store:
            held = {ts for (ts,) in store.execute("select ts from answer_messages")}
    what = f"{RATE * seconds:,} events at {RATE}/s, {len(sent.answers):,} of them answers"
    return [
        Figure("event acknowledged, p99", percentile(sent.took, 0.99) * 1000, 500, "ms", what),
        Figure("event acknowledged, p50", percentile(sent.took, 0.5) * 1000, 500, "ms", what),
        Figure("events not acknowledged", sent.refused, 0, "events", what),
        Figure("answers lost", len(sent.answers - held), 0, "answers", what),
    ]


async def _drill(sandbox: Sandbox, user: str) -> tuple[str, str, str]:
    """Open a drill; (user, channel, its thread)."""
    person = sandbox.person(user)
    await person.types("/drill now")
    drill = await person.waits_for(lambda one: "metadata" in one, timeout=30)
    return user, await person.app(), str(drill["ts"])


async def _fire(
    knocker: Knocker, places: list[tuple[str, str, str]], team: str, seconds: int
) -> Sent:
    """Send evenly, whether or not the earlier ones have been answered."""
    sent = Sent()
    began = time.monotonic()
    async with asyncio.TaskGroup() as group:
        for number in range(RATE * seconds):
            await asyncio.sleep(max(0.0, began + number / RATE - time.monotonic()))
            user, channel, thread = places[number // 2 % len(places)]
            if number % 2:
                event = message("C0GENERAL", user, f"Nothing for a bot, {number}.")
                event["channel_type"] = "channel"
            else:
                event = message(channel, user, f"{number}: {ANSWER[:60]}", thread_ts=thread)
                sent.answers.add(event["ts"])
            group.create_task(_knock(knocker, callback(event, team), sent))
    return sent


async def _knock(knocker: Knocker, told: Json, sent: Sent) -> None:
    began = time.monotonic()
    answer = await knocker.event(told)
    sent.took.append(time.monotonic() - began)
    sent.refused += answer.status != 200
