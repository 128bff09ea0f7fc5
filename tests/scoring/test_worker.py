import asyncio
import os
import signal
import subprocess
import sys
import time
from functools import partial

import pytest

from bot.errors import ScorerFailed
from bot.scoring import worker as module
from bot.scoring.embedded import score
from bot.scoring.feedback import feedback
from bot.scoring.worker import ScoringWorker
from tests.scoring.graded_set import load, rubric

GRADED = load()[0]


def process_of(worker: ScoringWorker) -> int:
    assert worker._pool is not None
    return next(iter(worker._pool._processes))


async def test_the_process_gives_what_the_scorer_gives() -> None:
    worker = ScoringWorker()
    assert not worker.running
    card, coached = await worker.score(GRADED.question, GRADED.text, "monday", rubric())
    assert card == score(GRADED.question, GRADED.text, rubric())
    assert coached == feedback(GRADED.question, GRADED.text, card, "monday")
    await worker.close()
    assert not worker.running


async def test_a_killed_process_is_replaced() -> None:
    worker = ScoringWorker()
    first, _ = await worker.score(GRADED.question, GRADED.text, "a", rubric())
    os.kill(process_of(worker), signal.SIGKILL)
    again, _ = await worker.score(GRADED.question, GRADED.text, "a", rubric())
    assert again == first
    await worker.close()


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


async def test_a_call_that_kills_twice_fails_by_name() -> None:
    worker = ScoringWorker()
    with pytest.raises(ScorerFailed):
        await worker._call(die)
    card, _ = await worker.score(GRADED.question, GRADED.text, "a", rubric())
    assert card.overall > 0
    await worker.close()


async def test_a_call_that_hangs_fails_by_name_and_the_next_one_works() -> None:
    worker = ScoringWorker(longest=0.3)
    with pytest.raises(ScorerFailed):
        await worker._call(partial(time.sleep, 30))
    worker._longest = 20.0
    card, _ = await worker.score(GRADED.question, GRADED.text, "a", rubric())
    assert card.overall > 0
    await worker.close()


async def test_an_idle_process_ends_and_the_next_call_starts_one() -> None:
    worker = ScoringWorker(idle=0.2)
    await asyncio.gather(
        *(worker.score(GRADED.question, GRADED.text, "a", rubric()) for _ in range(3))
    )
    assert worker.running
    await asyncio.sleep(0.5)
    assert not worker.running
    await worker.score(GRADED.question, GRADED.text, "b", rubric())
    await worker.close()


async def test_probe_and_retake_run_there_too() -> None:
    worker = ScoringWorker()
    weak = next(each for each in load() if each.kind == "weak")
    card, coached = await worker.score(weak.question, weak.text, "a", rubric())
    reply = "I would stop if complaints rise above 20% by Friday."
    told = await worker.probe(
        weak.question, weak.text, card, "What would stop you?", reply, rubric()
    )
    assert told.change.text
    assert all(reply[each.start : each.end] == each.quote for each in told.evidence)
    again = await worker.retake(coached.focus, weak.question, weak.text, reply, rubric())
    assert 0 <= again.before <= 4
    await worker.close()


def test_the_process_loads_nothing_heavy() -> None:
    code = (
        f"import sys, {module.__name__};"
        "heavy = {'slack_sdk', 'slack_bolt', 'sqlalchemy', 'aiohttp', 'numpy', 'pydantic'};"
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert (found.returncode, found.stderr) == (0, "")
