"""Socket Mode: what comes twice or fails counts once."""

import aiohttp
from sqlalchemy import text

from tests.knocking import Knocker, everything
from tests.local_slack import PATIENCE
from tests.person import until
from tests.world import ANSWER, World

ANA = "U0ANA"


async def test_on_a_socket_repeats_and_failures_count_once(world: World) -> None:
    """Both databases: every event comes twice, and once the store is away when it comes."""
    ana = world.person(ANA)
    dm = await ana.app()
    await world.sandbox.faults(events={"repeat": 1.0})
    await ana.types("/drill now")
    drill = await world.drill(ana)
    async with world.deps.transaction() as session:
        await session.execute(text("ALTER TABLE answer_messages RENAME TO away"))
    world.slack.workspace.wait_longer(1.0)  # on a socket only that passes for a refusal
    await ana.says(dm, ANSWER, thread_ts=drill["ts"])
    await until(lambda: _refused(world))
    world.slack.workspace.wait_longer(PATIENCE)
    async with world.deps.transaction() as session:
        await session.execute(text("ALTER TABLE away RENAME TO answer_messages"))
    await world.card(ana, drill)

    held = await everything(world.deps)
    assert len(held["answer_messages"]) == 1
    assert len(held["drill_sessions"]) == 1


async def _refused(world: World) -> bool:
    told = await world.sandbox.deliveries()
    return any(one["event_type"] == "message" and one["outcome"] != "ok" for one in told)


async def test_on_a_socket_the_http_side_takes_nothing_of_slacks(world: World) -> None:
    async with aiohttp.ClientSession() as http:
        slack = Knocker(f"http://127.0.0.1:{world.bot.http.port}", "secret", http)
        assert (await slack.event({"type": "url_verification", "challenge": "x"})).status == 404
        assert (await slack.get("/healthz")).status == 200
        assert (await slack.get("/readyz")).json == {"failing": []}
