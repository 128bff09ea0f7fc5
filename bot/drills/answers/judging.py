"""The model judge's part in a card: asked once an answer is final, shown when it has spoken."""

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from bot.deps import Deps, Session
from bot.drills import rules
from bot.drills import service as drills
from bot.drills.answers import service
from bot.drills.answers.service import Waiting
from bot.drills.service import DrillSession
from bot.errors import JudgeFailed, ScorerFailed, UserMistake
from bot.people import service as people
from bot.scoring.judge import prompt, reply
from bot.scoring.judge import service as judgements
from bot.scoring.judge.service import Judgement, Wanted
from bot.scoring.judge.standing import Verdict
from bot.scoring.judge.views import WAITING, Second
from bot.scoring.rules import Question, Rubric, Scorecard

if TYPE_CHECKING:
    from bot.scoring.judge.endpoint import Endpoint

log = logging.getLogger(__name__)
AT_ONCE = 4  # answers that one replica asks about at the same time


@dataclass(frozen=True)
class Look:
    """The card that is to be shown, what it says of the judge, and whether to ask."""

    card: Scorecard
    second: Second | None = None
    due: Wanted | None = None

    @property
    def complete(self) -> bool:
        """Has everybody spoken who marks this text?"""
        return self.second is None or self.second.code != WAITING


def _final(row: DrillSession) -> bool:
    return row.state not in (rules.State.PLANNED, rules.State.OPEN, rules.State.ANSWERING)


def _wanted(deps: Deps, judge: "Endpoint", row: DrillSession, text: str, rubric: Rubric) -> Wanted:
    digest = judgements.digest(
        f"{judge.model} {judge.host}", rubric.version, f"{row.drill_id} {row.drill_version}", text
    )
    topic = service.card_topic(row.id, rules.Part.ANSWER)
    return Wanted(row.workspace_id, row.member_id, topic, digest, row.answered_at or deps.now())


async def look(deps: Deps, waiting: Waiting, question: Question, card: Scorecard) -> Look:
    """Join the judge's verdict with a card that was just scored, if there is one by now."""
    judge, row = deps.judge, waiting.session
    if judge is None or not _final(row) or all(one.score is None for one in card.cells.values()):
        return Look(card)
    wanted = _wanted(deps, judge, row, waiting.text, waiting.rubric)
    async with deps.transaction() as session:
        member = await people.get(session, row.member_id)
        found = await judgements.find(session, wanted) if member.judge else None
    if not member.judge:
        return Look(card)
    if found is None:
        return Look(card, Second(judge.model, judge.host, code=WAITING), wanted)
    verdict = judgements.verdict_of(found)
    if verdict is None:
        return Look(card, Second(judge.model, judge.host, code=found.code or WAITING))
    judged = await deps.scorer.judged(question, waiting.text, card, verdict, waiting.rubric)
    return Look(judged.card, Second(judge.model, judge.host, judged))


async def ask(session: Session, told: Look, machine_now: datetime) -> None:
    """Note that the judge is to be asked, with the card that says so."""
    if told.due is not None:
        await judgements.ask(session, told.due, machine_now)


async def withdraw(session: Session, workspace_id: int, topic: str) -> None:
    await judgements.withdraw(session, workspace_id, topic)


# --- asking --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """A text on its way to the judge."""

    judgement_id: int
    session: DrillSession
    text: str
    question: Question
    rubric: Rubric
    names: tuple[str, ...]
    paid: bool  # the day's budget had one more


async def judge_waiting(deps: Deps) -> None:
    """Ask about what is final: claim, call outside any transaction, record."""
    judge = deps.judge
    if judge is None:
        return
    while True:
        async with deps.transaction() as session:
            rows = await judgements.claim(session, deps.machine_now(), AT_ONCE)
            claimed = [await _claimed(deps, judge, session, row) for row in rows]
        if not rows:
            return
        await asyncio.gather(*(_judge(deps, judge, one) for one in claimed if one))


async def _claimed(deps: Deps, judge: "Endpoint", session: Session, row: Judgement) -> Asked | None:
    """What to ask; None when the text is another by now, or its member no longer wants it."""
    found = await service.standing_text(session, deps.content, row.topic)
    member = await people.get(session, row.member_id)
    if found is None or not member.judge:
        await judgements.drop(session, row)
        return None
    standing, text, rubric = found
    if _wanted(deps, judge, standing, text, rubric).digest != row.digest:
        await judgements.drop(session, row)
        return None
    try:
        question = drills.question(drills.drill_of(deps.content, standing))
    except UserMistake:
        await judgements.drop(session, row)
        return None
    day, limit = deps.now().date(), deps.settings.llm_daily
    paid = await judgements.spend(session, row.workspace_id, day, limit)
    names = await judgements.names(session, row.workspace_id)
    return Asked(row.id, standing, text, question, rubric, names, paid)


async def _judge(deps: Deps, judge: "Endpoint", asked: Asked) -> None:
    verdict, code, requests = None, "", 0
    try:
        verdict, requests = await _verdict(deps, judge, asked)
    except JudgeFailed as failed:
        code, requests = failed.code, failed.requests
    except ScorerFailed:
        log.warning("scorer_failed", extra={"judgement_id": asked.judgement_id})
        async with deps.transaction() as session:
            await judgements.postpone(session, asked.judgement_id, deps.machine_now())
        return
    async with deps.transaction() as session:
        more = requests - int(asked.paid)
        day = deps.now().date()
        await judgements.count_more(session, asked.session.workspace_id, day, more)
        await judgements.settle(session, asked.judgement_id, verdict, code)
        row = await drills.load(session, asked.session.id)
        await service.rescore(session, row, deps.machine_now())


async def _verdict(deps: Deps, judge: "Endpoint", asked: Asked) -> tuple[Verdict, int]:
    """What the judge says, and in how many requests. Raises JudgeFailed and ScorerFailed."""
    if not asked.paid:
        raise JudgeFailed("budget")
    sent = await deps.scorer.sent(asked.question, asked.text, asked.names)
    if sent is None:
        raise JudgeFailed("nothing")
    answered = await judge.ask(
        prompt.chat(asked.question, asked.rubric, sent),
        prompt.schema(asked.question),
        partial(reply.read, question=asked.question),
        deps.machine_now,
    )
    verdict = await deps.scorer.looked_up(asked.question, asked.text, asked.names, answered.reply)
    if not verdict.usable:
        raise JudgeFailed("quotes", requests=answered.requests)
    return verdict, answered.requests
