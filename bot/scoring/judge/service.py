"""Texts that wait for the model judge, what it said of them, and what it may cost a day."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot import work
from bot.db import insert_once
from bot.outbox.service import ring
from bot.people.tables import Member
from bot.scoring.judge import prompt
from bot.scoring.judge.standing import Verdict
from bot.scoring.judge.tables import JudgeDay
from bot.scoring.judge.tables import Judgement as Judgement  # doors name its type

BELL = "judge"


@dataclass(frozen=True)
class Wanted:
    """A text to be judged. Two with the same digest get the same verdict."""

    workspace_id: int
    member_id: int
    topic: str
    digest: str
    at: datetime


def digest(judge: str, rubric: str, drill: str, text: str) -> str:
    """The hash under which a verdict is kept and found again."""
    parts = "\0".join((judge, prompt.VERSION, rubric, drill, text))
    return hashlib.sha256(parts.encode("utf-8", "replace")).hexdigest()


async def find(session: AsyncSession, wanted: Wanted) -> Judgement | None:
    """The row for this text, or one of the member's that holds a verdict on the same words."""
    own: Judgement | None = await session.scalar(
        select(Judgement).where(
            Judgement.workspace_id == wanted.workspace_id,
            Judgement.topic == wanted.topic,
            Judgement.digest == wanted.digest,
        )
    )
    if own is not None:
        return own
    same: Judgement | None = await session.scalar(
        select(Judgement)
        .where(Judgement.member_id == wanted.member_id, Judgement.digest == wanted.digest)
        .where(Judgement.verdict.is_not(None))
        .limit(1)
    )
    return same


def verdict_of(row: Judgement) -> Verdict | None:
    return Verdict.from_dict(row.verdict) if row.verdict else None


async def ask(session: AsyncSession, wanted: Wanted, machine_now: datetime) -> None:
    """Let the judge be asked, once per text."""
    await insert_once(
        session,
        Judgement,
        workspace_id=wanted.workspace_id,
        member_id=wanted.member_id,
        topic=wanted.topic,
        digest=wanted.digest,
        code="",
        verdict=None,
        at=wanted.at,
        next_try_at=machine_now,
        tries=0,
    )
    ring(session, BELL)


async def claim(session: AsyncSession, machine_now: datetime, limit: int) -> Sequence[Judgement]:
    return await work.claim(session, Judgement, machine_now, limit)


async def settle(
    session: AsyncSession, judgement_id: int, verdict: Verdict | None, code: str
) -> None:
    """Keep what was said, or why nothing was; nothing when the row is gone."""
    row = await session.get(Judgement, judgement_id, with_for_update=True)
    if row is None:
        return
    row.verdict = verdict.to_dict() if verdict else None
    row.code = code
    row.finish()


async def postpone(session: AsyncSession, judgement_id: int, machine_now: datetime) -> None:
    """Try again later."""
    row = await session.get(Judgement, judgement_id, with_for_update=True)
    if row is not None:
        row.postpone(machine_now)


async def drop(session: AsyncSession, row: Judgement) -> None:
    """The text is another by now."""
    await session.delete(row)


async def withdraw(session: AsyncSession, workspace_id: int, topic: str) -> None:
    """The text was taken back: nothing said of it stays."""
    await session.execute(
        delete(Judgement).where(Judgement.workspace_id == workspace_id, Judgement.topic == topic)
    )


async def spend(session: AsyncSession, workspace_id: int, day: date, limit: int) -> bool:
    """Count one request of this day; False when the day's are used up. Replicas share the count."""
    await insert_once(session, JudgeDay, workspace_id=workspace_id, day=day, requests=0)
    spent = await session.scalar(
        update(JudgeDay)
        .where(JudgeDay.workspace_id == workspace_id, JudgeDay.day == day)
        .where(JudgeDay.requests < limit)
        .values(requests=JudgeDay.requests + 1)
        .returning(JudgeDay.requests)
    )
    return spent is not None


async def count_more(session: AsyncSession, workspace_id: int, day: date, more: int) -> None:
    """Correct the day's count by the requests that were made beside the one counted."""
    await session.execute(
        update(JudgeDay)
        .where(JudgeDay.workspace_id == workspace_id, JudgeDay.day == day)
        .values(requests=JudgeDay.requests + more)
    )


async def names(session: AsyncSession, workspace_id: int) -> tuple[str, ...]:
    """Names of the workspace's members, which no model is told."""
    rows = await session.scalars(
        select(Member.name).where(Member.workspace_id == workspace_id, Member.name != "").distinct()
    )
    return tuple(rows)
