"""The messages of a thread as answers: kept once, claimed, scored, and carried by a card."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import work
from bot.content import Content
from bot.db import insert_once
from bot.drills import rules
from bot.drills import service as drills
from bot.drills.answers import held
from bot.drills.answers.tables import Answer, AnswerMessage
from bot.drills.rules import Part
from bot.drills.tables import DrillSession
from bot.outbox.service import ring
from bot.plans import service as plans
from bot.scoring import service as scoring
from bot.scoring.rubrics import service as rubrics
from bot.scoring.rules import Cell, Rubric, Scorecard
from bot.scoring.wording import Focus

LONGEST = 40_000  # characters; Slack cuts messages there
SCORED = 12_000  # characters of an answer that are scored: three minutes of talk are 3,000
BELL = "answers"


@dataclass(frozen=True)
class Posted:
    """A message of the member's in a drill's thread, as Slack sent it."""

    channel: str
    ts: str
    text: str
    at: datetime  # calendar
    minutes: float  # the drill's answer box


async def receive(
    session: AsyncSession, row: DrillSession, posted: Posted, machine_now: datetime
) -> bool:
    """Keep a message and ask for it to be scored; False when it was already kept.

    One without words, such as a voice clip before it is heard, starts the box and waits.
    """
    told = drills.times(row, posted.minutes)
    part = rules.part_of(told, posted.at)
    answer = await _answer(session, row, part)
    if not await _insert(session, row, answer, posted):
        return False
    if part == Part.ANSWER:
        drills.keep(row, rules.replied(told, posted.at))
        await plans.answered(session, row.member_id, posted.at, own=row.team_run_id is None)
    if posted.text.strip():
        _changed(session, answer, machine_now)
    return True


async def keep_unscored(session: AsyncSession, row: DrillSession, posted: Posted) -> None:
    """Words that came after the session was over: kept, because nothing typed is lost."""
    answer = await _answer(session, row, Part.AFTER)
    await _insert(session, row, answer, posted)


async def keep_out(session: AsyncSession, row: DrillSession, posted: Posted) -> None:
    """A message that was deleted before it was known: its place is taken, with no words."""
    answer = await _answer(session, row, rules.part_of(drills.times(row), posted.at))
    await _insert(session, row, answer, posted, deleted=True)


async def edit(
    session: AsyncSession,
    workspace_id: int,
    channel: str,
    ts: str,
    text: str,
    edited_ts: str | None,
    machine_now: datetime,
) -> bool:
    """Take the newest edit of a message; False when it changes nothing or is not known.

    Without `edited_ts` it is no edit of Slack's: what a clip says counts, or counts no more.
    """
    message = await _message(session, workspace_id, channel, ts)
    if message is None or message.deleted or message.text == text[:LONGEST]:
        return False
    if edited_ts is not None:
        if message.edited_ts and Decimal(edited_ts or "0") <= Decimal(message.edited_ts):
            return False
        message.edited_ts = edited_ts
    message.text = text[:LONGEST]
    _changed(session, await session.get_one(Answer, message.answer_id), machine_now)
    return True


async def delete(
    session: AsyncSession, workspace_id: int, channel: str, ts: str, machine_now: datetime
) -> bool:
    """A deleted message is withdrawn: its words are gone here too."""
    message = await _message(session, workspace_id, channel, ts)
    if message is None or message.deleted:
        return False
    counted = bool(message.text.strip())
    message.text, message.deleted = "", True
    if counted:
        _changed(session, await session.get_one(Answer, message.answer_id), machine_now)
    return True


async def session_of(
    session: AsyncSession, workspace_id: int, channel: str, ts: str
) -> DrillSession | None:
    """The session that a kept message belongs to, locked."""
    found: DrillSession | None = await session.scalar(
        select(DrillSession)
        .join(Answer, Answer.session_id == DrillSession.id)
        .join(AnswerMessage, AnswerMessage.answer_id == Answer.id)
        .where(
            AnswerMessage.workspace_id == workspace_id,
            AnswerMessage.channel == channel,
            AnswerMessage.ts == ts,
        )
        .with_for_update(of=DrillSession)
    )
    return found


async def known(session: AsyncSession, workspace_id: int, channel: str, ts: str) -> bool:
    return await _message(session, workspace_id, channel, ts) is not None


async def _insert(
    session: AsyncSession,
    row: DrillSession,
    answer: Answer,
    posted: Posted,
    *,
    deleted: bool = False,
) -> bool:
    new = await insert_once(
        session,
        AnswerMessage,
        workspace_id=row.workspace_id,
        answer_id=answer.id,
        member_id=row.member_id,
        channel=posted.channel,
        ts=posted.ts,
        edited_ts="",
        text=posted.text[:LONGEST],
        deleted=deleted,
        at=posted.at,
    )
    return new is not None


async def _message(
    session: AsyncSession, workspace_id: int, channel: str, ts: str
) -> AnswerMessage | None:
    found: AnswerMessage | None = await session.scalar(
        select(AnswerMessage)
        .where(
            AnswerMessage.workspace_id == workspace_id,
            AnswerMessage.channel == channel,
            AnswerMessage.ts == ts,
        )
        .with_for_update()
    )
    return found


async def _answer(session: AsyncSession, row: DrillSession, part: Part) -> Answer:
    await insert_once(
        session,
        Answer,
        workspace_id=row.workspace_id,
        session_id=row.id,
        member_id=row.member_id,
        part=part,
        revision=0,
        scored=0,
        next_try_at=None,
        tries=0,
    )
    return (
        await session.scalars(
            select(Answer).where(Answer.session_id == row.id, Answer.part == part).with_for_update()
        )
    ).one()


def _changed(session: AsyncSession, answer: Answer, machine_now: datetime) -> None:
    if answer.part == Part.AFTER:
        return
    answer.revision += 1
    answer.next_try_at, answer.tries = machine_now, 0
    ring(session, BELL)


async def rescore(session: AsyncSession, row: DrillSession, machine_now: datetime) -> None:
    """The answer became final: its card is to say so."""
    answer = await session.scalar(
        select(Answer)
        .where(Answer.session_id == row.id, Answer.part == Part.ANSWER)
        .with_for_update()
    )
    if answer is not None:
        _changed(session, answer, machine_now)


# --- scoring -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Waiting:
    """An answer to be scored, as it stood when it was claimed; `first` for probe and retake."""

    answer_id: int
    revision: int
    session: DrillSession
    part: Part
    text: str
    first: str
    first_card: Scorecard | None
    rubric: Rubric
    queries: tuple[str, ...] = ()  # a coding drill's, which are no part of the text


async def claim(session: AsyncSession, content: Content, machine_now: datetime) -> Waiting | None:
    rows = await work.claim(session, Answer, machine_now)
    if not rows:
        return None
    answer = rows[0]
    row = await session.get_one(DrillSession, answer.session_id)
    part = Part(answer.part)
    first, card = "", None
    drill = content.drills.get(row.drill_id)
    if part != Part.ANSWER:
        first = (await held.read(session, drill, row.id, Part.ANSWER)).prose[:SCORED]
        card = await scoring.find(session, row.workspace_id, card_topic(row.id, Part.ANSWER))
    told = await held.read(session, drill, row.id, part)
    text = told.prose[:SCORED]
    rubric = await rubrics.rubric_for(session, row.workspace_id, content)
    return Waiting(answer.id, answer.revision, row, part, text, first, card, rubric, told.queries)


def card_topic(session_id: int, part: Part) -> str:
    """The topic under which a part's card is said and kept."""
    return f"{part}_card:{session_id}"


async def standing_text(
    session: AsyncSession, content: Content, topic: str
) -> tuple[DrillSession, str, Rubric] | None:
    """The answer under a card's topic as it stands; None when its session is gone."""
    row = await session.get(DrillSession, int(topic.rpartition(":")[2]))
    if row is None:
        return None
    rubric = await rubrics.rubric_for(session, row.workspace_id, content)
    told = await held.read(session, content.drills.get(row.drill_id), row.id, Part.ANSWER)
    return row, told.prose[:SCORED], rubric


async def settle(session: AsyncSession, waiting: Waiting) -> DrillSession | None:
    """Mark the claimed revision scored; None when it was overtaken and is due again."""
    # The session first, as whoever presses a button does: two in each other's way would wait.
    row = await session.get_one(DrillSession, waiting.session.id, with_for_update=True)
    answer = await session.get_one(Answer, waiting.answer_id, with_for_update=True)
    if answer.revision != waiting.revision:
        return None  # the change that overtook it made the row due
    answer.scored = waiting.revision
    answer.finish()
    return row


async def postpone(session: AsyncSession, waiting: Waiting, machine_now: datetime) -> None:
    answer = await session.get_one(Answer, waiting.answer_id, with_for_update=True)
    answer.postpone(machine_now)


def aim_of(row: DrillSession) -> Cell | None:
    """The cell that the session works on."""
    return Cell(row.aim) if row.aim else None


def focus_of(row: DrillSession) -> Focus:
    """The one miss that the retake is about."""
    stored = row.focus or {"cell": Cell.execution.value, "what": "the next step"}
    return Focus(Cell(stored["cell"]), str(stored["what"]))
