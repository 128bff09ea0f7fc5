"""What a workspace has changed of the weights that make a good pair; docs/pairing.md names them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.content import Content
from bot.db import insert_once
from bot.errors import UserMistake
from bot.mocks.pairing.weights import Weights
from bot.mocks.tables import MockWeights
from bot.mocks.weighing import rules
from bot.mocks.weighing.rules import Weighing
from bot.people.tables import Member


@dataclass(frozen=True)
class Changed:
    """What became of a change, and what is in use after it.

    `moved`: somebody else changed the weights first, so nothing was written. `same`: nothing was
    written, because nothing was different.
    """

    in_use: Weighing
    moved: bool = False
    same: bool = False


def shipped(content: Content) -> Weights:
    """The weights of the content folders, which were checked at the start."""
    return Weights().changed(content.mock_weights)


async def weights(session: AsyncSession, workspace_id: int, content: Content) -> Weights:
    """The weights that the workspace's rounds are matched with."""
    return (await in_use(session, workspace_id, content)).now


async def in_use(session: AsyncSession, workspace_id: int, content: Content) -> Weighing:
    return _told(await _row(session, workspace_id), shipped(content))


async def change(
    session: AsyncSession,
    member: Member,
    content: Content,
    wanted: Mapping[str, float] | None,
    seen: datetime | None,
    now: datetime,
) -> Changed:
    """Use these weights from now on, {"points.level": 2.0}; None: those that ship.

    Only what differs from what ships is kept. `seen` is when those that the person had before
    them were made; when somebody changed them since, nothing is written. Raises UserMistake when
    two of them do not go together.
    """
    base = shipped(content)
    kept = rules.difference(base, _checked(base, wanted or {}))
    blank = {"workspace_id": member.workspace_id, "by": "", "at": now, "changed": {}}
    new = await insert_once(session, MockWeights, **blank) is not None
    row = await _row(session, member.workspace_id, lock=True)
    if row is None:
        return Changed(Weighing(base, base), moved=True)
    found = Weighing(base, base) if new else _told(row, base)
    if found.at != seen or row.changed == kept:
        if new:  # a row that nobody asked for is not left behind
            await session.delete(row)
        return Changed(found, moved=found.at != seen, same=found.at == seen)
    row.changed, row.by, row.at = kept, member.user_id, now
    return Changed(_told(row, base))


def _checked(base: Weights, wanted: Mapping[str, float]) -> Weights:
    try:
        return base.changed(rules.tables(wanted))
    except ValueError as error:
        field = str(error).partition(":")[0]
        raise UserMistake("weights_together", field=field) from error


def _told(row: MockWeights | None, base: Weights) -> Weighing:
    if row is None:
        return Weighing(base, base)
    return Weighing(_with(base, row.changed), base, row.by, row.at)


def _with(base: Weights, changed: Mapping[str, Any]) -> Weights:
    """What a workspace changed, upon weights that may have become others since.

    Two that no longer go together, such as an hour of waking after one of sleeping, leave those
    of the content folders.
    """
    try:
        return base.changed(changed)
    except ValueError:
        return base


async def _row(
    session: AsyncSession, workspace_id: int, *, lock: bool = False
) -> MockWeights | None:
    asked = select(MockWeights).where(MockWeights.workspace_id == workspace_id)
    found: MockWeights | None = await session.scalar(asked.with_for_update() if lock else asked)
    return found
