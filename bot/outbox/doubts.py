"""Rows of which nobody knows whether Slack has them: found out, never sent again blindly."""

from datetime import datetime, timedelta

from sqlalchemy import case, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.outbox.claims import BATCH, WAITING
from bot.outbox.delivery import KEPT, Outgoing, as_sent, landed, mine, overtaken
from bot.outbox.rules import UNREADABLE, Patience, State
from bot.outbox.tables import OutboxMessage
from bot.outbox.topics import Topics


async def doubt(
    session: AsyncSession, told: Outgoing, code: str, machine_now: datetime, wait: timedelta
) -> None:
    """The answer was lost: after so long without our own event the channel is asked."""
    row = await mine(session, told)
    if row is not None and row.state == State.SENDING:
        row.state, row.error, row.next_try_at = State.DOUBT, code, machine_now + wait


async def to_ask(
    session: AsyncSession, machine_now: datetime, patience: Patience
) -> list[Outgoing]:
    """Lease the rows whose channel is to be asked now."""
    ready = (
        select(OutboxMessage.id)
        .where(WAITING, OutboxMessage.state == State.DOUBT)
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
    return [as_sent(row) for row in rows.all()]


async def not_there(session: AsyncSession, told: Outgoing, machine_now: datetime) -> None:
    """The channel does not have it, so it may be sent again; an overtaken change is dropped."""
    row = await mine(session, told)
    if row is None or row.state != State.DOUBT:
        return
    row.state = State.SUPERSEDED if await overtaken(session, row) else State.QUEUED
    row.next_try_at, row.tries = machine_now, 0
    session.info.setdefault("bells", set()).update({"outbox", KEPT})


async def ask_later(
    session: AsyncSession, told: Outgoing, code: str, machine_now: datetime, wait: timedelta
) -> None:
    """The channel could not be asked, or does not say yet: the row waits."""
    row = await mine(session, told)
    if row is not None and row.state == State.DOUBT:
        row.error, row.next_try_at, row.tries = code, machine_now + wait, row.tries + 1


def unreadable(code: str) -> str:
    """The error of a row whose channel Slack does not let us read; `doctor` looks for it."""
    return f"{UNREADABLE}{code}"


async def note_file(
    session: AsyncSession, told: Outgoing, file_id: str, machine_now: datetime, patience: Patience
) -> bool:
    """Commit which file is about to be shared; False when another sender took the row over."""
    row = await mine(session, told)
    if row is None or row.state != State.SENDING:
        return False
    row.file_id, row.next_try_at = file_id, machine_now + patience.lease
    return True


async def note_channel(
    session: AsyncSession, told: Outgoing, channel: str, machine_now: datetime, patience: Patience
) -> bool:
    """Commit which conversation several people have; False when another sender took the row."""
    row = await mine(session, told)
    if row is None or row.state != State.SENDING:
        return False
    row.channel, row.next_try_at = channel, machine_now + patience.lease
    return True


async def file_echoed(
    session: AsyncSession,
    known: Topics,
    workspace_id: int,
    file_ids: list[str],
    channel: str,
    ts: str,
    now: datetime,
) -> None:
    """The message of an upload of ours came; uploads carry no metadata."""
    row_id = await session.scalar(
        select(OutboxMessage.id)
        .where(WAITING, OutboxMessage.workspace_id == workspace_id)
        .where(OutboxMessage.operation == "upload", OutboxMessage.file_id.in_(file_ids))
        .limit(1)
    )
    if row_id is not None:
        await landed(session, known, row_id, channel, ts, now)


async def after_restart(session: AsyncSession, machine_now: datetime, patience: Patience) -> None:
    """On SQLite no other `run` sends: leases are void, and calls in the air land or are lost.

    A row that was being sent is asked about only after the echo's time, because `drumbeat tick`
    beside us may be the one that sends it.
    """
    await session.execute(
        update(OutboxMessage)
        .where(WAITING, OutboxMessage.state == State.LEASED)
        .values(state=State.QUEUED, next_try_at=machine_now)
    )
    soon = machine_now + patience.echo
    await session.execute(
        update(OutboxMessage)
        .where(WAITING, OutboxMessage.state.in_([State.SENDING, State.DOUBT]))
        .values(
            state=State.DOUBT,
            next_try_at=case(
                (OutboxMessage.state == State.SENDING, soon),
                (OutboxMessage.next_try_at > soon, soon),
                else_=OutboxMessage.next_try_at,
            ),
        )
    )
