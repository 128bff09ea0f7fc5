"""Which rows may go now, and who has them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Update, and_, exists, func, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot import leases
from bot.outbox.delivery import drop
from bot.outbox.rules import CHANGES, POSTS, STEADY, UNREADABLE, Lane, Patience, State
from bot.outbox.tables import UNSENT, OutboxMessage
from bot.outbox.topics import Topics

BATCH = 40
GONE = (State.REFUSED, State.EXPIRED, State.UNWANTED)
IN_HAND = (State.LEASED, State.SENDING, State.DOUBT)
WAITING = text(f"outbox_messages.{UNSENT}")
# Made once, because a statement with an alias of its own is compiled anew each time.
AHEAD = aliased(OutboxMessage, name="ahead")
OLDER = aliased(OutboxMessage, name="older")
PARENT = aliased(OutboxMessage, name="parent")


@dataclass(frozen=True)
class Leased:
    """A row that may go, with what pacing asks about it."""

    id: int
    workspace_id: int
    channel: str
    operation: str


async def any_unsent(session: AsyncSession) -> bool:
    """Is there anything that Slack does not have for certain? Cheap where there is nothing."""
    found = await session.scalar(select(OutboxMessage.id).where(WAITING).limit(1))
    return found is not None


async def any_waiting(
    session: AsyncSession,
    lanes: Sequence[Lane],
    operations: Sequence[str],
    now: datetime,
    machine_now: datetime,
) -> bool:
    """Is there a row for a claim to look at? Cheap where none may go.

    Those whose time on the calendar has not come, and those that somebody holds, are none.
    """
    row = OutboxMessage
    held = row.state.in_([State.QUEUED, State.LEASED, State.SENDING])
    begun = or_(row.not_before.is_(None), row.not_before <= now)
    found = await session.scalar(
        select(row.id)
        .where(WAITING, held, row.lane.in_(lanes), row.operation.in_(operations))
        .where(or_(and_(row.next_try_at <= machine_now, begun), row.expires_at < now))
        .limit(1)
    )
    return found is not None


def _ready(row: Any, now: datetime) -> ColumnElement[bool]:
    """Its time has come, and what it belongs under is known."""
    alone = and_(row.thread_of.is_(None), row.replaces.is_(None))
    begun = or_(row.not_before.is_(None), row.not_before <= now)
    return and_(begun, or_(row.target_ts.is_not(None), alone))


def _before_in_line(now: datetime) -> ColumnElement[bool]:
    """Another message to the same channel goes first; one that may never go is passed."""
    ahead = AHEAD
    readable = or_(ahead.error.is_(None), ahead.error.not_like(f"{UNREADABLE}%"))
    return exists().where(
        ahead.workspace_id == OutboxMessage.workspace_id,
        ahead.channel == OutboxMessage.channel,
        ahead.id < OutboxMessage.id,
        ahead.lane <= OutboxMessage.lane,
        text(f"ahead.{UNSENT}"),
        ahead.operation.in_(POSTS),
        or_(
            ahead.state.in_([State.LEASED, State.SENDING]),
            and_(ahead.state == State.DOUBT, readable),
            and_(ahead.state == State.QUEUED, ahead.tries < STEADY, _ready(ahead, now)),
        ),
    )


def _older_change() -> ColumnElement[bool]:
    """An older change of the same message is on its way or may be."""
    older = OLDER
    return exists().where(
        older.workspace_id == OutboxMessage.workspace_id,
        older.topic == OutboxMessage.topic,
        older.revision < OutboxMessage.revision,
        older.state.in_(IN_HAND),
    )


async def claim(
    session: AsyncSession,
    lanes: Sequence[Lane],
    operations: Sequence[str],
    now: datetime,
    machine_now: datetime,
    patience: Patience,
) -> list[Leased]:
    """Lease what may go now, most urgent first: one post a channel, one change a message.

    Nothing once this process has been asked to end.
    """
    mine = leases.of(session)
    if mine.closed:
        return []
    held = _older_change() if operations == CHANGES else _before_in_line(now)
    ready = (
        select(OutboxMessage.id)
        .where(WAITING, OutboxMessage.state == State.QUEUED)
        .where(OutboxMessage.lane.in_(lanes), OutboxMessage.operation.in_(operations))
        .where(OutboxMessage.next_try_at <= machine_now, _ready(OutboxMessage, now), ~held)
        .order_by(OutboxMessage.lane, OutboxMessage.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    rows = await session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id.in_(ready))
        .values(state=State.LEASED, next_try_at=machine_now + patience.lease)
        .returning(
            OutboxMessage.id,
            OutboxMessage.workspace_id,
            OutboxMessage.channel,
            OutboxMessage.operation,
        )
    )
    leased = sorted((Leased(*row) for row in rows.all()), key=lambda one: one.id)
    until = machine_now + patience.lease
    mine.took([one.id for one in leased], until, _give_back, machine_now)
    return leased


def _give_back(ids: Sequence[int], until: datetime, machine_now: datetime) -> Update:
    """Those of which nothing was said to Slack; of the others nobody knows whether Slack heard."""
    return (
        update(OutboxMessage)
        .where(OutboxMessage.id.in_(ids), OutboxMessage.next_try_at == until)
        .where(OutboxMessage.state == State.LEASED)
        .values(state=State.QUEUED, next_try_at=machine_now)
    )


async def tidy(
    session: AsyncSession,
    known: Topics,
    lanes: Sequence[Lane],
    operations: Sequence[str],
    now: datetime,
    machine_now: datetime,
) -> None:
    """Before a claim: find parents' timestamps, drop what came too late, end dead leases.

    For the rows of that claim only: two senders side by side never skip each other's.
    """
    theirs = and_(OutboxMessage.lane.in_(lanes), OutboxMessage.operation.in_(operations))
    await _find_parents(session, known, theirs, now, machine_now)
    late = await session.scalars(
        select(OutboxMessage)
        .where(WAITING, theirs, OutboxMessage.state == State.QUEUED)
        .where(OutboxMessage.expires_at < now)
        .order_by(OutboxMessage.id)
        .limit(BATCH * 10)
        .with_for_update(skip_locked=True)
    )
    for row in late.all():
        await drop(session, known, row, State.EXPIRED, now, machine_now)
    for held, freed in ((State.LEASED, State.QUEUED), (State.SENDING, State.DOUBT)):
        await session.execute(
            update(OutboxMessage)
            .where(WAITING, theirs, OutboxMessage.state == held)
            .where(OutboxMessage.next_try_at <= machine_now)
            .values(state=freed, next_try_at=machine_now)
        )


async def _find_parents(
    session: AsyncSession,
    known: Topics,
    theirs: ColumnElement[bool],
    now: datetime,
    machine_now: datetime,
) -> None:
    parent = PARENT
    rows = await session.execute(
        select(OutboxMessage, parent.ts, parent.channel, parent.state)
        .join(
            parent,
            and_(
                parent.workspace_id == OutboxMessage.workspace_id,
                parent.revision == 0,
                # the thread it belongs in, or the message it changes
                parent.topic == func.coalesce(OutboxMessage.thread_of, OutboxMessage.replaces),
            ),
        )
        .where(WAITING, theirs, OutboxMessage.state == State.QUEUED)
        .where(OutboxMessage.target_ts.is_(None))
        .where(or_(parent.ts.is_not(None), parent.state.in_(GONE)))
        .order_by(OutboxMessage.id)
        .limit(BATCH * 10)
        .with_for_update(skip_locked=True, of=OutboxMessage)
    )
    for row, ts, channel, state in rows.all():
        if ts:
            row.target_ts, row.channel = ts, channel
        else:
            row.error = f"parent_{state}"
            await drop(session, known, row, State(state), now, machine_now)


async def hand_back(
    session: AsyncSession, row_id: int, machine_now: datetime, seconds: float
) -> None:
    """Leased, but its turn is not soon: anybody may take it up later."""
    await session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == row_id, OutboxMessage.state == State.LEASED)
        .values(state=State.QUEUED, next_try_at=machine_now + timedelta(seconds=seconds))
    )
