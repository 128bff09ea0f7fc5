"""Scoring in a process of its own, so that the loop never waits for it.

The process starts with the first answer and ends after five idle minutes. A process that dies
under a call is replaced and the call repeated once; a second death raises ScorerFailed.
"""

import asyncio
import signal
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from multiprocessing import get_context
from typing import TYPE_CHECKING, TypeVar

from bot.errors import ScorerFailed
from bot.scoring import feedback as coach
from bot.scoring.embedded import score
from bot.scoring.feedback import Feedback, ProbeScore, RetakeScore
from bot.scoring.judge import standing
from bot.scoring.judge.standing import Judged, Verdict
from bot.scoring.rules import Question, Rubric, Scorecard
from bot.scoring.wording import Focus

if TYPE_CHECKING:
    from bot.scoring.judge.reply import Reply

LONGEST = 20.0  # seconds that one call may take; the usual one takes milliseconds
IDLE = 300.0  # seconds after the last call until the process ends
TRIES = 2
T = TypeVar("T")


def score_and_coach(
    question: Question, answer: str, seed: str, rubric: Rubric
) -> tuple[Scorecard, Feedback]:
    """What the process does for one answer."""
    card = score(question, answer, rubric)
    return card, coach.feedback(question, answer, card, seed)


def _leave_ctrl_c_to_the_bot() -> None:
    """Ctrl-C reaches the whole process group; the bot ends this process by itself."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


class ScoringWorker:
    """The scorer behind one process; `idle` is in seconds of the loop's clock."""

    def __init__(self, idle: float = IDLE, longest: float = LONGEST) -> None:
        self._idle = idle
        self._longest = longest
        self._pool: ProcessPoolExecutor | None = None
        self._busy = 0
        self._ending: asyncio.TimerHandle | None = None

    @property
    def running(self) -> bool:
        """Is there a process now?"""
        return self._pool is not None

    async def score(
        self, question: Question, answer: str, seed: str, rubric: Rubric
    ) -> tuple[Scorecard, Feedback]:
        """Marks and feedback for an answer. Raises ScorerFailed when the process died twice."""
        return await self._call(partial(score_and_coach, question, answer, seed, rubric))

    async def probe(
        self,
        question: Question,
        first_answer: str,
        first_card: Scorecard,
        probe: str,
        reply: str,
        rubric: Rubric,
    ) -> ProbeScore:
        """The reply to a probe as a change against the first answer. Raises ScorerFailed."""
        return await self._call(
            partial(coach.score_probe, question, first_answer, first_card, probe, reply, rubric)
        )

    async def retake(
        self, focus: Focus, question: Question, first_answer: str, retake: str, rubric: Rubric
    ) -> RetakeScore:
        """The retake, marked on the one thing missed. Raises ScorerFailed."""
        return await self._call(
            partial(coach.score_retake, focus, question, first_answer, retake, rubric)
        )

    async def sent(self, question: Question, answer: str, names: tuple[str, ...]) -> str | None:
        """What the model judge may be sent of an answer; None: too little. Raises ScorerFailed."""
        made = await self._call(partial(standing.sent, question, answer, names))
        return made[1].text if made else None

    async def looked_up(
        self, question: Question, answer: str, names: tuple[str, ...], reply: "Reply"
    ) -> Verdict:
        """A model's reply with its quotes found in the answer. Raises ScorerFailed."""
        return await self._call(partial(standing.looked_up, question, answer, names, reply))

    async def judged(
        self,
        question: Question,
        answer: str,
        embedded: Scorecard,
        verdict: Verdict,
        rubric: Rubric,
    ) -> Judged:
        """The marks that stand beside a verdict. Raises ScorerFailed."""
        return await self._call(
            partial(standing.judged, question, answer, embedded, verdict, rubric)
        )

    async def close(self) -> None:
        """End the process after the calls under way; a later call starts a new one."""
        pool = self._release()
        if pool is not None:
            await asyncio.to_thread(pool.shutdown)

    async def _call(self, job: Callable[[], T]) -> T:
        self._stay()
        self._busy += 1
        try:
            for _ in range(TRIES):
                pool = self._started()
                try:
                    async with asyncio.timeout(self._longest):
                        return await asyncio.get_running_loop().run_in_executor(pool, job)
                except BrokenProcessPool:
                    self._drop(pool)
                except TimeoutError:
                    self._kill(pool)
            raise ScorerFailed("the scoring process died or hung twice under one answer")
        finally:
            self._busy -= 1
            if not self._busy and self._pool is not None:
                loop = asyncio.get_running_loop()
                self._ending = loop.call_later(self._idle, self._end)

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            # spawn: a fork would carry the loop, its sockets and the store's connections along.
            self._pool = ProcessPoolExecutor(
                max_workers=1, mp_context=get_context("spawn"), initializer=_leave_ctrl_c_to_the_bot
            )
        return self._pool

    def _stay(self) -> None:
        if self._ending is not None:
            self._ending.cancel()
            self._ending = None

    def _release(self) -> ProcessPoolExecutor | None:
        self._stay()
        pool, self._pool = self._pool, None
        return pool

    def _kill(self, stuck: ProcessPoolExecutor) -> None:
        """End a process that does not come back; the executor has no public way before 3.14."""
        for process in list((stuck._processes or {}).values()):
            process.kill()
        self._drop(stuck)

    def _drop(self, broken: ProcessPoolExecutor) -> None:
        """Forget a broken pool, unless another call has already replaced it."""
        if self._pool is broken:
            self._pool = None
        broken.shutdown(wait=False)

    def _end(self) -> None:
        pool = self._release()
        if pool is not None:
            pool.shutdown(wait=False)
