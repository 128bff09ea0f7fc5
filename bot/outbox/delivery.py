"""The life of a row between *queued* and *sent*. Used by the outbox's own jobs and listener."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, exists, func, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.outbox import rules, topics
from bot.outbox.rules import Lane, Patience, State
from bot.outbox.tables import UNSENT, OutboxMessage
from bot.outbox.topics import Landed, Topics

BATCH = 40
GONE = (State.REFUSED, State.EXPIRED, State.UNWANTED)


@dataclass(frozen=True)
class Outgoing:
    """A row as its sender needs it."""

    id: int
    workspace_id: int
    key: str
    rule: str
    topic: str
    operation: str
    lane: int
    channel: str
    target_ts: str | None
    text: str
    blocks: list[dict[str, Any]]
    file_name: str | None
    file_bytes: bytes | None
    file_id: str | None
    created_at: datetime


def _outgoing(row: OutboxMessage) -> Outgoing:
    return Outgoing(
        row.id,
        row.workspace_id,
        row.key,
        row.rule,
        row.topic,
        row.operation,
        row.lane,
        row.channel,
        row.target_ts,
        row.text,
        row.blocks,
        row.file_name,
        row.file_bytes,
        row.file_id,
        row.created_at,
    )


async def claim(
    session: AsyncSession,
    lanes: Sequence[Lane],
    now: datetime,
    machine_now: datetime,
    lease: Patience,
) -> list[tuple[int, str]]:
    """Lease what may go now, most urgent first; returns (row, channel)."""
    busy = aliased(OutboxMessage)
    held = exists().where(
        busy.workspace_id == OutboxMessage.workspace_id,
        busy.topic == OutboxMessage.topic,
        busy.revision < OutboxMessage.revision,
        busy.state.in_([State.SENDING, State.DOUBT]),
    )
    ready = (
        select(OutboxMessage.id)
        .where(text(f"outbox_messages.{UNSENT}"), OutboxMessage.state == State.QUEUED)
        .where(OutboxMessage.lane.in_(lanes), OutboxMessage.next_try_at <= machine_now)
        .where(or_(OutboxMessage.not_before.is_(None), OutboxMessage.not_before <= now))
        .where(
            or_(
                OutboxMessage.target_ts.is_not(None),
                and_(OutboxMessage.thread_of.is_(None), OutboxMessage.replaces.is_(None)),
            )
        )
        .where(~held)
        .order_by(OutboxMessage.lane, OutboxMessage.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    leased = await session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id.in_(ready))
        .values(state=State.LEASED, next_try_at=machine_now + lease.lease)
        .returning(OutboxMessage.id, OutboxMessage.channel, OutboxMessage.lane)
    )
    rows = sorted(leased, key=lambda row: (row[2], row[0]))
    return [(row[0], row[1]) for row in rows]


async def tidy(session: AsyncSession, known: Topics, now: datetime, machine_now: datetime) -> None:
    """Before a claim: find parents' timestamps, drop what came too late, end dead leases."""
    await _find_parents(session)
    waiting = text(f"outbox_messages.{UNSENT}")
    late = await session.scalars(
        select(OutboxMessage)
        .where(waiting, OutboxMessage.state == State.QUEUED, OutboxMessage.expires_at < now)
        .limit(BATCH * 10)
    )
    for row in late.all():
        await _drop(session, known, row, State.EXPIRED, now)
    over = and_(waiting, OutboxMessage.next_try_at <= machine_now)
    await session.execute(
        update(OutboxMessage)
        .where(over, OutboxMessage.state == State.LEASED)
        .values(state=State.QUEUED, next_try_at=machine_now)
    )
    await session.execute(
        update(OutboxMessage)
        .where(over, OutboxMessage.state == State.SENDING)
        .values(state=State.DOUBT, next_try_at=machine_now)
    )


async def _find_parents(session: AsyncSession) -> None:
    parent = aliased(OutboxMessage)
    rows = await session.execute(
        select(OutboxMessage.id, parent.ts, parent.channel, parent.state)
        .join(
            parent,
            and_(
                parent.workspace_id == OutboxMessage.workspace_id,
                parent.revision == 0,
                # the thread it belongs in, or the message it changes
                parent.topic == func.coalesce(OutboxMessage.thread_of, OutboxMessage.replaces),
            ),
        )
        .where(text(f"outbox_messages.{UNSENT}"), OutboxMessage.state == State.QUEUED)
        .where(OutboxMessage.target_ts.is_(None))
        .where(or_(parent.ts.is_not(None), parent.state.in_(GONE)))
        .limit(BATCH * 10)
    )
    for row_id, ts, channel, state in rows.all():
        found = {"target_ts": ts, "channel": channel}
        gone = {"state": State.REFUSED, "error": f"parent_{state}"}
        await session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.id == row_id)
            .values(**(found if ts else gone))
        )


async def _drop(
    session: AsyncSession, known: Topics, row: OutboxMessage, state: State, now: datetime
) -> None:
    row.state, row.file_bytes = state, None
    kind = known.get(topics.kind(row.topic))
    if kind and kind.dropped and row.revision == 0:
        await kind.dropped(session, topics.about(row.topic), now)


async def peek(session: AsyncSession, row_id: int) -> Outgoing | None:
    """A leased row as it stands, to know whose turn to wait for."""
    row = await session.get(OutboxMessage, row_id)
    return _outgoing(row) if row is not None and row.state == State.LEASED else None


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
    kind = known.get(topics.kind(row.topic))
    if row.expires_at and row.expires_at < now:
        await _drop(session, known, row, State.EXPIRED, now)
        return None
    asked = row.revision == 0 and kind and kind.still_wanted
    if (
        asked
        and kind
        and kind.still_wanted
        and not await kind.still_wanted(session, topics.about(row.topic))
    ):
        await _drop(session, known, row, State.UNWANTED, now)
        return None
    row.state, row.next_try_at = State.SENDING, machine_now + patience.lease
    return _outgoing(row)


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
    session.info.setdefault("bells", set()).add("outbox")  # replies may wait for this ts


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


async def give_back(
    session: AsyncSession, row_id: int, machine_now: datetime, retry_after: float, code: str
) -> None:
    """The call certainly had no effect: try again later. A 429 costs no attempt."""
    row = await session.get(OutboxMessage, row_id, with_for_update=True)
    if row is None or row.state not in (State.SENDING, State.LEASED):
        return
    row.tries += 0 if code == "ratelimited" else 1
    row.state, row.error = State.QUEUED, code
    row.next_try_at = machine_now + rules.again_after(row.tries, retry_after)


async def refuse(
    session: AsyncSession, known: Topics, row_id: int, code: str, now: datetime
) -> None:
    """Slack will never take it: kept for the lead or the admin to see."""
    row = await session.get(OutboxMessage, row_id, with_for_update=True)
    if row is None or row.state == State.SENT:
        return
    row.error = code
    await _drop(session, known, row, State.REFUSED, now)


async def doubt(
    session: AsyncSession, row_id: int, code: str, machine_now: datetime, patience: Patience
) -> None:
    """The answer was lost: ask the echo first, then the channel."""
    await session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == row_id, OutboxMessage.state == State.SENDING)
        .values(state=State.DOUBT, error=code, next_try_at=machine_now + patience.echo)
    )


async def doubts(
    session: AsyncSession, machine_now: datetime, patience: Patience
) -> list[Outgoing]:
    """Lease the rows whose channel is to be asked now."""
    ready = (
        select(OutboxMessage.id)
        .where(text(f"outbox_messages.{UNSENT}"), OutboxMessage.state == State.DOUBT)
        .where(OutboxMessage.next_try_at <= machine_now)
        .order_by(OutboxMessage.lane, OutboxMessage.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    rows = await session.scalars(
        update(OutboxMessage)
        .where(OutboxMessage.id.in_(ready))
        .values(next_try_at=machine_now + patience.lease)
        .returning(OutboxMessage)
    )
    return [_outgoing(row) for row in rows.all()]


async def not_there(session: AsyncSession, row_id: int, machine_now: datetime) -> None:
    """The channel does not have it, so it may be sent again; an overtaken change is dropped."""
    row = await session.get(OutboxMessage, row_id, with_for_update=True)
    if row is None or row.state != State.DOUBT:
        return
    newer = await session.scalar(
        select(OutboxMessage.id)
        .where(
            OutboxMessage.workspace_id == row.workspace_id,
            OutboxMessage.topic == row.topic,
            OutboxMessage.revision > row.revision,
        )
        .limit(1)
    )
    overtaken = row.revision > 0 and newer is not None
    row.state = State.SUPERSEDED if overtaken else State.QUEUED
    row.next_try_at = machine_now


async def unreadable(
    session: AsyncSession, row_id: int, code: str, machine_now: datetime, patience: Patience
) -> None:
    """The channel cannot be asked: the row waits, and `doctor` says so."""
    await session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == row_id, OutboxMessage.state == State.DOUBT)
        .values(error=f"unreadable:{code}", next_try_at=machine_now + patience.unreadable)
    )


async def note_file(session: AsyncSession, row_id: int, file_id: str) -> None:
    await session.execute(
        update(OutboxMessage).where(OutboxMessage.id == row_id).values(file_id=file_id)
    )


async def after_restart(session: AsyncSession, machine_now: datetime, patience: Patience) -> None:
    """On SQLite no other process sends: every lease belongs to one that is gone."""
    waiting = text(f"outbox_messages.{UNSENT}")
    await session.execute(
        update(OutboxMessage)
        .where(waiting, OutboxMessage.state == State.LEASED)
        .values(state=State.QUEUED, next_try_at=machine_now)
    )
    await session.execute(
        update(OutboxMessage)
        .where(waiting, OutboxMessage.state.in_([State.SENDING, State.DOUBT]))
        .values(state=State.DOUBT, next_try_at=machine_now + patience.echo / 4)
    )
