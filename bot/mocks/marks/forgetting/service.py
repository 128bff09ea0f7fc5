"""Delete-me, as far as mock interviews name the member in rows that are not their own."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.mocks import service as mocks
from bot.mocks.marks import service as marks
from bot.mocks.marks.service import Revealed
from bot.mocks.tables import (
    MockExclusion,
    MockGroup,
    MockProfile,
    MockSeat,
    MockSoloMessage,
    MockWeights,
)
from bot.people.tables import Member
from bot.scoring.ratings.partners import service as partners


async def hold(session: AsyncSession, member: Member) -> None:
    """Lock all that forgetting changes and others may hold, in the order of `bot.mocks.service`."""
    await session.execute(
        select(MockProfile.id).where(MockProfile.member_id == member.id).with_for_update()
    )
    marked = or_(MockGroup.reveal_at.is_not(None), MockGroup.revealed_at.is_not(None))
    await session.execute(
        select(MockGroup.id)
        .join(MockSeat, MockSeat.group_id == MockGroup.id)
        .where(MockSeat.member_id == member.id, or_(marked, mocks.UNDER_WAY))
        .order_by(MockGroup.id)
        .with_for_update(key_share=True, of=MockGroup)
    )


@dataclass(frozen=True)
class Without:
    """A group's marks as they stand without the member; `new`: they were opened just now."""

    told: Revealed
    new: bool


async def forget(session: AsyncSession, member: Member, now: datetime) -> list[Without]:
    """Take away what names the member, and the marks that they gave and got.

    Returns what others were told of those marks, or are to be told now that nobody waits for the
    member's any more.
    """
    rows = await session.scalars(
        select(MockGroup)
        .join(MockSeat, MockSeat.group_id == MockGroup.id)
        .where(MockSeat.member_id == member.id)
        .where(or_(MockGroup.reveal_at.is_not(None), MockGroup.revealed_at.is_not(None)))
        .order_by(MockGroup.id)
        .with_for_update(key_share=True, of=MockGroup)
        .execution_options(populate_existing=True)
    )
    held = rows.all()
    await partners.erase(session, member.id)
    await _unname(session, member)
    told = []
    for group in held:
        if group.revealed_at is not None:
            shown = await marks.revealed(session, group, without=member.id)
            told.append(Without(shown, new=False))
        elif opened := await _open(session, group, member, now):
            told.append(Without(opened, new=True))
    return told


async def _open(
    session: AsyncSession, group: MockGroup, member: Member, now: datetime
) -> Revealed | None:
    """Who is left may have waited for the member alone."""
    left = [one for one in await mocks.sittings(session, group.id) if one.member.id != member.id]
    if not marks.complete(left):
        return None
    found = await marks.reveal(session, group, now, without=member.id)
    return found if len(left) > 1 else None


async def _unname(session: AsyncSession, member: Member) -> None:
    await session.execute(delete(MockExclusion).where(MockExclusion.other_id == member.id))
    await session.execute(
        update(MockSeat).where(MockSeat.absent_id == member.id).values(absent_id=None)
    )
    await session.execute(
        update(MockWeights)
        .where(MockWeights.workspace_id == member.workspace_id, MockWeights.by == member.user_id)
        .values(by="")
    )


async def forget_old(session: AsyncSession, before: datetime) -> None:
    """What was written in solo mocks loses its words."""
    await session.execute(
        update(MockSoloMessage)
        .where(MockSoloMessage.at < before, MockSoloMessage.text != "")
        .values(text="")
    )
