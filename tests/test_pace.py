"""How fast Slack is called: pure, and timed on a loop whose clock is moved by hand."""

import asyncio
import heapq
from collections.abc import Coroutine
from itertools import pairwise
from typing import Any

from bot.slack.pace import CHANNEL_BURST, KEPT_FOR_ANSWERS, LEAST, MANY, METHODS, POSTS, Pacer

POST, UPDATE = "chat.postMessage", "chat.update"
BURST = POSTS / 6


class FakeLoop(asyncio.SelectorEventLoop):
    """A loop that jumps to its next timer instead of waiting for it."""

    def __init__(self) -> None:
        super().__init__()
        self.at = 1000.0

    def time(self) -> float:
        return self.at

    def _run_once(self) -> None:
        timers: list[Any] = self._scheduled  # type: ignore[attr-defined]
        ready: Any = self._ready  # type: ignore[attr-defined]
        if not ready and timers:
            self.at = max(self.at, heapq.nsmallest(1, timers)[0].when())
        super()._run_once()  # type: ignore[misc]


def timed(work: Coroutine[Any, Any, Any]) -> tuple[Any, float]:
    """What it returned and the seconds it took on the loop's clock."""
    loop = FakeLoop()
    try:
        began = loop.time()
        return loop.run_until_complete(work), loop.time() - began
    finally:
        loop.close()


async def times(
    pacer: Pacer, count: int, method: str = POST, workspace: int = 1, *, answer: bool = False
) -> list[float]:
    """When each of so many calls in a row, each to a channel of its own, may be made."""
    loop = asyncio.get_running_loop()
    found = []
    for number in range(count):
        await pacer.turn(workspace, method, f"D{number}", answer=answer)
        found.append(loop.time() - 1000.0)
    return found


def test_a_burst_then_the_steady_rate() -> None:
    told, _ = timed(times(Pacer(), 400, answer=True))
    assert told[int(BURST) - 1] == 0.0
    assert abs(told[-1] - (400 - BURST) / (POSTS / 60)) < 0.5
    assert all(within <= BURST + POSTS for within in _per_minute(told))


def _per_minute(told: list[float]) -> list[int]:
    return [sum(start <= one < start + 60 for one in told) for start in told]


def test_one_channel_gets_one_a_second_after_a_short_burst() -> None:
    async def same_channel() -> list[float]:
        pacer, loop, found = Pacer(), asyncio.get_running_loop(), []
        for _ in range(15):
            await pacer.turn(1, POST, "D1", answer=True)
            found.append(loop.time() - 1000.0)
        return found

    told, _ = timed(same_channel())
    assert told[int(CHANNEL_BURST) - 1] == 0.0
    gaps = [later - sooner for sooner, later in pairwise(told[int(CHANNEL_BURST) :])]
    assert all(abs(gap - 1.0) < 0.01 for gap in gaps)


def test_updates_have_no_channel_of_their_own() -> None:
    async def five() -> None:
        pacer = Pacer()
        for _ in range(8):
            await pacer.turn(1, UPDATE, "D1", answer=True)

    assert timed(five())[1] == 0.0


def test_an_answer_need_not_wait_behind_a_full_morning() -> None:
    async def morning() -> tuple[float, float]:
        pacer, loop = Pacer(), asyncio.get_running_loop()
        drills = asyncio.gather(*(pacer.turn(1, POST, f"D{n}") for n in range(1000)))
        await asyncio.sleep(5)
        began = loop.time()
        for number in range(10):
            await pacer.turn(1, POST, f"A{number}", answer=True)
        waited = loop.time() - began
        await drills
        return waited, loop.time() - 1000.0

    (waited, whole), _ = timed(morning())
    assert waited == 0.0
    kept = BURST * KEPT_FOR_ANSWERS
    assert abs(whole - (1010 - BURST + kept) * 60 / POSTS) < 5  # nothing of the rate is wasted


def test_retry_after_holds_the_method_of_that_workspace_only() -> None:
    async def refused() -> dict[str, float]:
        pacer, loop = Pacer(), asyncio.get_running_loop()
        pacer.refused(1, POST, 30.0)
        found = {}
        for name, workspace, method in (
            ("other method", 1, UPDATE),
            ("other workspace", 2, POST),
            ("same", 1, POST),
        ):
            await pacer.turn(workspace, method, "D1", answer=True)
            found[name] = loop.time() - 1000.0
        return found

    told, _ = timed(refused())
    assert told["other method"] == told["other workspace"] == 0.0
    assert 30.0 <= told["same"] < 30.5


def test_after_a_refusal_there_is_no_burst_and_the_rate_recovers() -> None:
    async def after() -> list[float]:
        pacer = Pacer()
        pacer.refused(1, POST, 10.0)
        pacer.refused(1, POST, 10.0)  # another call that was in the air
        return await times(pacer, 2000, answer=True)

    told, _ = timed(after())
    assert told[0] > 10.0
    first = [one for one in told if one < 40.0]
    rate = POSTS / 60
    assert 0.65 * rate < len(first) / 30 < 0.9 * rate
    last = [one for one in told if one > told[-1] - 30]
    assert abs(len(last) / 30 - rate) < 0.05 * rate


def test_many_refusals_never_stop_it() -> None:
    async def stubborn() -> float:
        pacer, loop = Pacer(), asyncio.get_running_loop()
        for _ in range(50):
            pacer.refused(1, UPDATE, 1.0)
            await asyncio.sleep(1.0)
        began = loop.time()
        await times(pacer, 10, UPDATE, answer=True)
        return loop.time() - began

    waited, _ = timed(stubborn())
    assert waited <= 10 * 60 / (METHODS[UPDATE] * LEAST) + 1


def test_a_turn_that_is_not_soon_is_not_waited_for() -> None:
    async def late() -> float:
        pacer = Pacer()
        pacer.refused(1, POST, 60.0)
        return await pacer.turn(1, POST, "D1", answer=True, within=10.0)

    wait, took = timed(late())
    assert (wait >= 60.0, took) == (True, 0.0)


def test_idle_buckets_are_forgotten_and_blocked_ones_are_not() -> None:
    async def crowd() -> tuple[float, int]:
        pacer, loop = Pacer(), asyncio.get_running_loop()
        pacer.refused(1, UPDATE, 300.0)
        for number in range(MANY):
            pacer.take(1, POST, f"D{number}", loop.time(), answer=True)
        await asyncio.sleep(100)
        pacer.take(1, POST, "new", loop.time(), answer=True)
        wait = await pacer.turn(1, UPDATE, answer=True, within=1.0)
        return wait, len(pacer._buckets)

    (wait, left), _ = timed(crowd())
    assert wait >= 200.0
    assert left < 10
