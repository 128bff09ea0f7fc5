"""What the member wrote in the thread of a solo mock, and its way to the scorer and back."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import work
from bot.content import Content
from bot.db import insert_once
from bot.mocks.solo import rules
from bot.mocks.solo.rules import State
from bot.mocks.tables import MockSolo, MockSoloMessage
from bot.outbox.service import ring
from bot.people.tables import Member
from bot.scoring.rubrics import service as rubrics
from bot.scoring.rules import Rubric

LONGEST = 40_000  # characters; Slack cuts messages there
SCORED = 12_000  # characters that the scorer reads
BELL = "solos"


@dataclass(frozen=True)
class Posted:
    """A message of the member's in the thread, as Slack sent it."""

    channel: str
    ts: str
    text: str
    at: datetime  # calendar


async def keeps(session: AsyncSession, solo_id: int) -> dict[str, str]:
    """{ts: who wrote it} of the messages kept for one solo mock, without deleted ones."""
    rows = await session.execute(
        select(MockSoloMessage.ts, Member.user_id)
        .join(Member, Member.id == MockSoloMessage.member_id)
        .where(MockSoloMessage.solo_id == solo_id, MockSoloMessage.deleted.is_(False))
    )
    return {row[0]: row[1] for row in rows}


async def receive(
    session: AsyncSession,
    row: MockSolo,
    posted: Posted,
    machine_now: datetime,
    *,
    deleted: bool = False,
) -> bool:
    """Keep a message of a solo mock that the caller holds; is it part of the answer?

    `deleted`: it was deleted before it was known, so its place is taken, with no words.
    """
    begun = row.state in (State.OPEN, State.ENDED, State.CLOSED) and row.ends_at is not None
    part = begun and not deleted and rules.counts(row.ended_at or row.ends_at, posted.at)
    new = await insert_once(
        session,
        MockSoloMessage,
        workspace_id=row.workspace_id,
        member_id=row.member_id,
        solo_id=row.id,
        channel=posted.channel,
        ts=posted.ts,
        edited_ts="",
        text="" if deleted else posted.text[:LONGEST],
        deleted=deleted,
        counts=part,
        at=posted.at,
    )
    if new is not None and part:
        row.late = row.late or (row.ends_at is not None and rules.late(row.ends_at, posted.at))
        changed(session, row, machine_now)
    return part


async def find(
    session: AsyncSession, workspace_id: int, channel: str, ts: str
) -> MockSoloMessage | None:
    found: MockSoloMessage | None = await session.scalar(
        select(MockSoloMessage).where(
            MockSoloMessage.workspace_id == workspace_id,
            MockSoloMessage.channel == channel,
            MockSoloMessage.ts == ts,
        )
    )
    return found


def edit(
    session: AsyncSession,
    row: MockSolo,
    message: MockSoloMessage,
    text: str,
    edited_ts: str,
    machine_now: datetime,
) -> None:
    """Take the newest edit of a message; an older one that comes after it changes nothing."""
    if message.deleted or message.text == text[:LONGEST]:
        return
    if message.edited_ts and Decimal(edited_ts or "0") <= Decimal(message.edited_ts):
        return
    message.text, message.edited_ts = text[:LONGEST], edited_ts
    if message.counts:
        changed(session, row, machine_now)


def delete(
    session: AsyncSession, row: MockSolo, message: MockSoloMessage, machine_now: datetime
) -> None:
    """A deleted message is withdrawn: its words are gone here too."""
    if message.deleted:
        return
    message.text, message.deleted = "", True
    if message.counts:
        changed(session, row, machine_now)


async def throw_away(session: AsyncSession, row: MockSolo) -> None:
    """*Stop*: no word of it is kept. The places stay, so that nothing comes back after a gap."""
    messages = await session.scalars(
        select(MockSoloMessage).where(MockSoloMessage.solo_id == row.id)
    )
    for message in messages:
        message.text, message.deleted = "", True


async def text_of(session: AsyncSession, solo_id: int) -> str:
    """The answer: its messages in order, one under the other."""
    rows = await session.execute(
        select(MockSoloMessage.ts, MockSoloMessage.text)
        .where(MockSoloMessage.solo_id == solo_id)
        .where(MockSoloMessage.deleted.is_(False), MockSoloMessage.counts.is_(True))
    )
    ordered = sorted(rows.all(), key=lambda row: Decimal(row[0]))
    return "\n".join(text for _, text in ordered if text.strip())[:SCORED]


# --- marking ------------------------------------------------------------------------------------


def changed(session: AsyncSession, row: MockSolo, machine_now: datetime) -> None:
    """What the member wrote is another; once the interview has ended it is marked anew."""
    row.revision += 1
    if row.state in (State.ENDED, State.CLOSED):
        row.next_try_at, row.tries = machine_now, 0
        ring(session, BELL)


@dataclass(frozen=True)
class Waiting:
    """An answer to be marked, as it stood when it was claimed."""

    solo: MockSolo
    revision: int
    text: str
    rubric: Rubric


async def claim(session: AsyncSession, content: Content, machine_now: datetime) -> Waiting | None:
    rows = await work.claim(session, MockSolo, machine_now)
    if not rows:
        return None
    row = rows[0]
    rubric = await rubrics.rubric_for(session, row.workspace_id, content)
    return Waiting(row, row.revision, await text_of(session, row.id), rubric)


async def settle(session: AsyncSession, waiting: Waiting) -> MockSolo | None:
    """Note that the claimed revision is marked; None when it was overtaken and is due again."""
    row = await session.get(MockSolo, waiting.solo.id, with_for_update=True)
    if row is None or row.revision != waiting.revision:
        return None
    row.scored = waiting.revision
    row.finish()
    return row


async def postpone(session: AsyncSession, waiting: Waiting, machine_now: datetime) -> None:
    row = await session.get(MockSolo, waiting.solo.id, with_for_update=True)
    if row is not None:
        row.postpone(machine_now)
