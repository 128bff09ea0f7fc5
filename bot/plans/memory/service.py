"""What comes back to whom and when, as it is stored."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import insert_once
from bot.people.tables import Member
from bot.plans.memory import rules
from bot.plans.memory.rules import Review
from bot.plans.tables import Memory


async def keep(
    session: AsyncSession, member: Member, kind: str, item_id: str, reviews: Sequence[Review]
) -> None:
    """Remember an item by all its answers, oldest first; without any it is forgotten.

    Saying the same again changes nothing. `kind` is `rules.DRILL` or `rules.CARD`.
    """
    mine = (Memory.member_id == member.id, Memory.kind == kind, Memory.item_id == item_id)
    kept = rules.replay(reviews)
    if kept is None:
        await session.execute(delete(Memory).where(*mine))
        return
    values = {
        "stability": kept.stability,
        "difficulty": kept.difficulty,
        "reviewed_on": kept.reviewed_on,
        "due_on": kept.due_on,
    }
    key = {"member_id": member.id, "kind": kind, "item_id": item_id}
    new = await insert_once(session, Memory, workspace_id=member.workspace_id, **key, **values)
    if new is None:
        await session.execute(update(Memory).where(*mine).values(**values))


async def due(
    session: AsyncSession, member_ids: Collection[int], kind: str, day: date
) -> Mapping[int, dict[str, date]]:
    """{member: {item: the local date it was due on}} of what is due by `day`. One statement."""
    rows = await session.execute(
        select(Memory.member_id, Memory.item_id, Memory.due_on).where(
            Memory.member_id.in_(member_ids), Memory.kind == kind, Memory.due_on <= day
        )
    )
    found: dict[int, dict[str, date]] = defaultdict(dict)
    for member_id, item_id, due_on in rows:
        if due_on is not None:
            found[member_id][item_id] = due_on
    return found
