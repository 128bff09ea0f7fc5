"""A row's way through one call of Slack's. `docs/delivery.md` draws its states."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.outbox import rules, topics
from bot.outbox.rules import Patience, State
from bot.outbox.tables import OutboxMessage
from bot.outbox.topics import Landed, Topics

KEPT = "kept"  # the bell of replies that wait until a message is known as ours


@dataclass(frozen=True)
class Outgoing:
    """A row as its sender needs it. `turn` is the call's number: only the last one counts."""

    id: int
    workspace_id: int
    key: str
    rule: str
    operation: str
    lane: int
    channel: str
    target_ts: str | None
    text: str
    blocks: list[dict[str, Any]]
    file_name: str | None
    file_alt: str | None
    file_bytes: bytes | None
    file_id: str | None
    created_at: datetime
    turn: int
    tries: int


def as_sent(row: OutboxMessage) -> Outgoing:
    return Outgoing(
        row.id,
        row.workspace_id,
        row.key,
        row.rule,
        row.operation,
        row.lane,
        row.channel,
        row.target_ts,
        row.text,
        row.blocks,
        row.file_name,
        row.file_alt,
        row.file_bytes,
        row.file_id,
        row.created_at,
        row.turn,
        row.tries,
    )


async def drop(
    session: AsyncSession,
    known: Topics,
    row: OutboxMessage,
    state: State,
    now: datetime,
    machine_now: datetime,
) -> None:
    """It will not be sent; the feature hears of it."""
    row.state, row.file_bytes = state, None
    session.info.setdefault("bells", set()).add(KEPT)
    kind = known.get(topics.kind(row.topic))
    if kind and kind.dropped and row.revision == 0:
        await kind.dropped(session, topics.about(row.topic), now, machine_now)


async def begin(
    session: AsyncSession,
    known: Topics,
    row_id: int,
    now: datetime,
    machine_now: datetime,
    patience: Patience,
) -> Outgoing | None:
    """Commit that the call is about to be made; None when the row is no longer to be sent."""
    row = await session.get(OutboxMessage, row_id, with_for_update=True)
    if row is None or row.state != State.LEASED:
        return None
    if row.expires_at and row.expires_at < now:
        await drop(session, known, row, State.EXPIRED, now, machine_now)
        return None
    kind = known.get(topics.kind(row.topic))
    wanted = kind.still_wanted if kind and row.revision == 0 else None
    if wanted and not await wanted(session, topics.about(row.topic)):
        await drop(session, known, row, State.UNWANTED, now, machine_now)
        return None
    row.state, row.turn = State.SENDING, row.turn + 1
    row.next_try_at = machine_now + patience.lease
    return as_sent(row)


async def landed(
    session: AsyncSession, known: Topics, row_id: int, channel: str, ts: str, now: datetime
) -> None:
    """Slack has it, by its own answer, by the echo, or by what the history says."""
    row = await session.get(OutboxMessage, row_id, with_for_update=True)
    if row is None or row.state == State.SENT:
        return
    row.state, row.channel, row.ts, row.sent_at = State.SENT, channel, ts, now
    row.file_bytes, row.error = None, None
    kind = known.get(topics.kind(row.topic))
    if kind and kind.sent and row.revision == 0:
        await kind.sent(session, Landed(row.workspace_id, row.topic, channel, ts, now))
    # replies of ours may wait for this ts, and people's replies for being known as such
    session.info.setdefault("bells", set()).update({"outbox", KEPT})


async def echoed(
    session: AsyncSession,
    known: Topics,
    workspace_id: int,
    key: str,
    channel: str,
    ts: str,
    now: datetime,
) -> None:
    """Our own message event came: whatever we believed, it was sent."""
    row_id = await session.scalar(
        select(OutboxMessage.id).where(
            OutboxMessage.workspace_id == workspace_id, OutboxMessage.key == key
        )
    )
    if row_id is not None:
        await landed(session, known, row_id, channel, ts, now)


async def mine(session: AsyncSession, told: Outgoing) -> OutboxMessage | None:
    """The row, locked, while the call that `told` stands for is its last; else None."""
    row = await session.get(OutboxMessage, told.id, with_for_update=True)
    return row if row is not None and row.turn == told.turn else None


async def give_back(
    session: AsyncSession, told: Outgoing, machine_now: datetime, retry_after: float, code: str
) -> None:
    """The call certainly had no effect: try again later. Waiting for a turn costs no attempt."""
    row = await mine(session, told)
    if row is None or row.state != State.SENDING:
        return
    row.tries += 0 if code in ("ratelimited", "paced") else 1
    row.state = State.SUPERSEDED if await overtaken(session, row) else State.QUEUED
    row.error = code
    row.next_try_at = machine_now + rules.again_after(row.tries, retry_after)


async def overtaken(session: AsyncSession, row: OutboxMessage) -> bool:
    """A newer change of the same message exists; sending this one would undo it."""
    newer = await session.scalar(
        select(OutboxMessage.id)
        .where(OutboxMessage.workspace_id == row.workspace_id)
        .where(OutboxMessage.topic == row.topic, OutboxMessage.revision > row.revision)
        .limit(1)
    )
    return row.revision > 0 and newer is not None


async def refuse(
    session: AsyncSession,
    known: Topics,
    told: Outgoing,
    code: str,
    now: datetime,
    machine_now: datetime,
    state: State = State.REFUSED,
) -> None:
    """Slack will never take it: kept for the lead or the admin to see."""
    row = await mine(session, told)
    if row is None or row.state == State.SENT:
        return
    row.error = code
    await drop(session, known, row, state, now, machine_now)
