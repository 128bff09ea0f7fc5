"""What a workspace has changed of the weights that make a good pair; docs/pairing.md names them."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.content import Content
from bot.db import insert_once
from bot.mocks.pairing.weights import Weights
from bot.mocks.tables import MockWeights
from bot.people.tables import Member


@dataclass(frozen=True)
class Weighing:
    """The weights in use, those of the content folders, and who changed them, when."""

    now: Weights
    shipped: Weights
    by: str = ""  # Slack's user id; empty: nobody has changed anything
    at: datetime | None = None


def shipped(content: Content) -> Weights:
    """The weights of the content folders, which were checked at the start."""
    return Weights().changed(content.mock_weights)


async def weights(session: AsyncSession, workspace_id: int, content: Content) -> Weights:
    """The weights that the workspace's rounds are matched with."""
    return (await in_use(session, workspace_id, content)).now


async def in_use(session: AsyncSession, workspace_id: int, content: Content) -> Weighing:
    row = await _row(session, workspace_id)
    base = shipped(content)
    if row is None:
        return Weighing(base, base)
    return Weighing(_with(base, row.changed), base, row.by, row.at)


async def change(
    session: AsyncSession,
    member: Member,
    content: Content,
    wanted: Mapping[str, Mapping[str, float]],
    now: datetime,
) -> bool:
    """Use these weights from now on; what is as shipped is not kept. False: nothing was new.

    `wanted`: {table: {name: number}}. Raises ValueError as `Weights.changed` does.
    """
    base = shipped(content)
    kept = _difference(base, base.changed(wanted))
    values = {"workspace_id": member.workspace_id, "changed": {}, "by": member.user_id, "at": now}
    new = await insert_once(session, MockWeights, **values) is not None
    row = await _row(session, member.workspace_id, lock=True)
    if row is None or (not new and row.changed == kept):
        return False
    if new and not kept:
        await session.delete(row)
        return False
    row.changed, row.by, row.at = kept, member.user_id, now
    return True


def _with(base: Weights, changed: Mapping[str, Any]) -> Weights:
    """What a workspace changed, upon weights that may have become others since.

    Two that no longer go together, such as an hour of waking after one of sleeping, leave those
    of the content folders.
    """
    try:
        return base.changed(changed)
    except ValueError:
        return base


def _difference(base: Weights, wanted: Weights) -> dict[str, dict[str, float]]:
    """{table: {name: number}} of what is not as shipped."""
    found: dict[str, dict[str, float]] = {}
    for table in fields(Weights):
        was, will = getattr(base, table.name), getattr(wanted, table.name)
        other = {
            one.name: getattr(will, one.name)
            for one in fields(will)
            if getattr(will, one.name) != getattr(was, one.name)
        }
        if other:
            found[table.name] = other
    return found


async def _row(
    session: AsyncSession, workspace_id: int, *, lock: bool = False
) -> MockWeights | None:
    asked = select(MockWeights).where(MockWeights.workspace_id == workspace_id)
    found: MockWeights | None = await session.scalar(asked.with_for_update() if lock else asked)
    return found
