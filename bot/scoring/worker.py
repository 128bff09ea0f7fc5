"""Scoring in a process of its own, so that the loop never waits for it.

The process starts with the first answer and ends after five idle minutes. A process that dies
under a call is replaced and the call repeated once; a second death raises ScorerFailed.
"""

from functools import partial
from typing import TYPE_CHECKING

from bot.errors import ScorerFailed
from bot.processes import OneProcess
from bot.scoring import feedback as coach
from bot.scoring.embedded import score
from bot.scoring.feedback import Feedback, ProbeScore, RetakeScore
from bot.scoring.judge import standing
from bot.scoring.judge.standing import Judged, Verdict
from bot.scoring.rules import Cell, Question, Rubric, Scorecard
from bot.scoring.wording import Focus

if TYPE_CHECKING:
    from bot.scoring.judge.reply import Reply

LONGEST = 20.0  # seconds that one call may take; the usual one takes milliseconds
IDLE = 300.0  # seconds after the last call until the process ends


def score_and_coach(
    question: Question, answer: str, seed: str, rubric: Rubric, aim: Cell | None
) -> tuple[Scorecard, Feedback]:
    """What the process does for one answer."""
    card = score(question, answer, rubric)
    return card, coach.feedback(question, answer, card, seed, aim)


class ScoringWorker(OneProcess):
    """The scorer behind one process; `idle` is in seconds of the loop's clock."""

    def __init__(self, idle: float = IDLE, longest: float = LONGEST) -> None:
        failed = ScorerFailed("the scoring process died or hung twice under one answer")
        super().__init__(idle, longest, failed)

    async def score(
        self, question: Question, answer: str, seed: str, rubric: Rubric, aim: Cell | None = None
    ) -> tuple[Scorecard, Feedback]:
        """Marks and feedback for an answer. Raises ScorerFailed when the process died twice.

        `aim`: the cell that the feedback takes up when it is left low.
        """
        return await self._call(partial(score_and_coach, question, answer, seed, rubric, aim))

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
