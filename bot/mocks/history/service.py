"""A member's own mock interviews, newest first."""

from collections.abc import Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.mocks import service as mocks
from bot.mocks.history.rules import PAGE, History, Past
from bot.mocks.rules import GroupState, Outcome
from bot.mocks.service import Sitting
from bot.mocks.tables import MockGroup, MockRound, MockSeat
from bot.people.tables import Member


async def history(session: AsyncSession, member: Member, page: int) -> History:
    """A page of the groups that the member was told of; past the end is the last one."""
    mine = (MockSeat.member_id == member.id, mocks.TOLD)
    count = await session.scalar(
        select(func.count())
        .select_from(MockSeat)
        .join(MockGroup, MockGroup.id == MockSeat.group_id)
        .where(*mine)
    )
    pages = max(-(-(count or 0) // PAGE), 1)
    page = min(max(page, 0), pages - 1)
    rows = (
        await session.execute(
            select(MockSeat, MockGroup)
            .join(MockGroup, MockGroup.id == MockSeat.group_id)
            .join(MockRound, MockRound.id == MockGroup.round_id)
            .where(*mine)
            .order_by(MockRound.week.desc(), MockGroup.id.desc())
            .offset(page * PAGE)
            .limit(PAGE)
        )
    ).all()
    everybody = await mocks.sat(session, [group.id for _, group in rows], gone=True)
    past = tuple(_past(seat, group, everybody) for seat, group in rows)
    return History(past, page, pages, member.tz)


def _past(seat: MockSeat, group: MockGroup, everybody: Mapping[int, Sequence[Sitting]]) -> Past:
    others = [one for one in everybody.get(group.id, ()) if one.seat.id != seat.id]
    absent = next((one for one in others if one.member.id == seat.absent_id), None)
    there = seat.left_at is None
    opened = group.revealed_at is not None
    return Past(
        group.id,
        tuple(one.member.user_id for one in others),
        group.agreed_at or group.tell_at,
        group.agreed_at is not None,
        group.track,
        Outcome(seat.outcome) if seat.outcome else None,
        absent.member.user_id if absent else None,
        opened and there,
        group.state == GroupState.MET and there and seat.marked_at is None and not opened,
    )
