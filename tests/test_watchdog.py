"""The watch over Socket Mode: whatever befalls a connection, a new one comes in its place."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp

from bot.sandbox.server import SlackServer
from bot.slack import client
from bot.slack.socket import DISABLED, Socket, Watch
from tests.local_slack import bolt, serving
from tests.person import Person, Sandbox, until

Json = dict[str, Any]
# Failures count as on a bad day, but no test waits for minutes.
QUICK = Watch(
    hello=1.0, heartbeat=0.4, first=0.02, longest=0.1, settled=60.0, overlap=5.0, disabled=600.0
)
PATIENT = Watch(hello=60.0, heartbeat=60.0, first=0.02, longest=0.1)


@dataclass
class Watched:
    """A small app behind our socket, and what reached it."""

    slack: SlackServer
    sandbox: Sandbox
    socket: Socket
    ana: Person
    dm: str
    heard: list[str] = field(default_factory=list)
    hellos: int = 0

    async def tickets(self) -> int:
        """How many addresses were asked for; each is good for one connection."""
        told = await self.sandbox.get("calls", method="apps.connections.open")
        return len(told["calls"])

    async def opens(self) -> int:
        return int((await self.sandbox.get("sockets"))["open"])

    async def says(self, text: str) -> None:
        """Ana writes, and the app hears it over whatever connection there is."""
        await self.ana.says(self.dm, text)
        await until(lambda: text in self.heard)

    async def replaced(self, hellos: int = 1) -> None:
        await until(lambda: self.hellos >= hellos and self.socket.connected)


def listening(slack: SlackServer, heard: list[str]) -> AsyncApp:
    app = bolt(slack, process_before_response=True)

    @app.event("message")
    async def message(event: Json) -> None:
        heard.append(str(event.get("text")))

    return app


@asynccontextmanager
async def watched(watch: Watch = QUICK, **faults: Any) -> AsyncIterator[Watched]:
    async with serving() as (slack, sandbox):
        if faults:
            await sandbox.post("sockets", faults)
        ana = sandbox.person("U0ANA")
        heard: list[str] = []
        async with client.connect(slack.api_url) as web:

            def greeted() -> None:
                world.hellos += 1

            token = slack.state.app.app_token
            socket = Socket(listening(slack, heard), web, token, greeted, watch)
            world = Watched(slack, sandbox, socket, ana, await ana.app(), heard)
            await socket.open()
            try:
                yield world
            finally:
                await socket.close()
        await until(lambda: _only(world, 0))


@pytest.mark.parametrize("reason", ["warning", "refresh_requested", "drop"])
async def test_who_leaves_is_replaced_over_a_new_address(reason: str) -> None:
    async with watched(PATIENT) as world:
        await world.says("before")
        assert (await world.tickets(), world.hellos) == (1, 0)
        await world.sandbox.post("sockets", {"disconnect": reason})
        await world.replaced()
        await world.says("after")
        assert await world.tickets() == 2
        assert world.heard == ["before", "after"]


async def test_the_old_connection_is_read_until_the_new_one_is_greeted() -> None:
    """After a warning Slack still sends over it; no moment passes with none."""
    async with watched(PATIENT) as world:
        await world.sandbox.faults(
            methods={"apps.connections.open": {"error_before": 1.0, "times": 3}}
        )
        await world.sandbox.post("sockets", {"disconnect": "warning"})
        await until(lambda: _asked(world, 2))
        assert world.socket.connected
        await world.says("meanwhile")
        await world.replaced()
        assert await world.opens() == 2, "Slack hangs up, not we"
        for number in range(6):
            await world.says(f"over one of the two {number}")


async def _asked(world: Watched, number: int) -> bool:
    return await world.tickets() >= number


async def test_a_line_that_fell_silent_is_dead() -> None:
    """TCP half-open: nothing is closed, nothing comes, and our ping is not answered."""
    async with watched() as world:
        await world.says("before")
        await world.sandbox.post("sockets", {"disconnect": "silent"})
        await world.replaced()
        await until(lambda: _only(world, 1))
        await world.says("after")


async def _only(world: Watched, number: int) -> bool:
    return await world.opens() == number


@pytest.mark.parametrize("fault", ["silent", "refused", "closed", "too_many_websockets"])
async def test_an_address_that_went_bad_is_not_asked_again(fault: str) -> None:
    async with watched(next=[fault, fault]) as world:
        await until(lambda: world.socket.connected)
        await world.says("at last")
        assert await world.tickets() >= 3


async def test_slack_that_gives_no_address_is_asked_again_after_its_pause() -> None:
    async with watched(PATIENT) as world:
        await world.sandbox.faults(
            methods={
                "apps.connections.open": {"rate_limited": 1.0, "retry_after": 1, "times": 1},
            }
        )
        loop = asyncio.get_running_loop()
        began = loop.time()
        await world.sandbox.post("sockets", {"disconnect": "drop"})
        await world.replaced()
        assert loop.time() - began >= 1.0
        assert await world.tickets() == 3


async def test_switched_off_at_slacks_it_stops_and_says_so() -> None:
    async with watched(PATIENT) as world:
        await world.sandbox.post("sockets", {"disconnect": DISABLED})
        await until(lambda: world.socket.disabled)
        await until(lambda: not world.socket.connected)
        assert await world.tickets() == 1


async def test_it_looks_again_now_and_then_whether_it_was_switched_on() -> None:
    quick = Watch(heartbeat=60.0, first=0.02, longest=0.1, disabled=0.1)
    async with watched(quick, next=[DISABLED, DISABLED]) as world:
        await until(lambda: world.socket.connected)
        assert not world.socket.disabled
        await world.says("on again")


async def test_what_is_in_hand_is_acknowledged_before_we_hang_up() -> None:
    """What is not taken any more, Slack sends again to whoever is there then."""
    async with serving() as (slack, _), client.connect(slack.api_url) as web:
        begun, go_on = asyncio.Event(), asyncio.Event()
        app = bolt(slack, process_before_response=True)

        @app.event("message")
        async def message(event: Json) -> None:
            begun.set()
            await go_on.wait()

        socket = Socket(app, web, slack.state.app.app_token, lambda: None, PATIENT)
        await socket.open()
        async with Sandbox.over(slack.url) as sandbox:
            ana = sandbox.person("U0ANA")
            await ana.says(await ana.app(), "hello")
            await begun.wait()
            closing = asyncio.create_task(socket.close())
            await asyncio.sleep(0)
            go_on.set()
            await closing
            await until(lambda: not slack.state.pending)
            told = [one for one in await sandbox.deliveries() if one["event_type"] == "message"]
            assert [one["outcome"] for one in told] == ["ok"]


async def test_closing_ends_a_try_under_way() -> None:
    async with watched(PATIENT) as world:
        await world.sandbox.post("sockets", {"disconnect": "drop", "next": ["silent"]})
        await until(lambda: _asked(world, 2))
        await until(lambda: _only(world, 1))
    assert not world.socket.connected


@pytest.mark.parametrize(
    ("failures", "least", "most"), [(0, 0, 0), (1, 0.5, 1), (2, 1, 2), (6, 16, 32), (99, 30, 60)]
)
def test_waits_grow_to_slacks_pace(failures: int, least: float, most: float) -> None:
    waits = [Watch().wait(failures) for _ in range(50)]
    assert all(least <= wait <= most for wait in waits)
    assert failures == 0 or len(set(waits)) > 1, "replicas must not come all at once"


def test_the_usual_watch_replaces_within_thirty_seconds() -> None:
    """Noticed, waited, asked for an address (ten seconds at the very most are quick ones)."""
    usual = Watch()
    noticed = usual.heartbeat * 1.5
    assert noticed + usual.wait(1) + usual.hello < 30
