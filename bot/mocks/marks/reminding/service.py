"""Who is reminded of the marks of a mock interview: once, a day after it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.mocks import service as mocks
from bot.mocks.rules import GroupState
from bot.mocks.tables import MockGroup, MockProfile, MockSeat
from bot.people.tables import Member
from bot.plans.ending import eligibility as peace

BATCH = 100
RULE = "mock.marks_reminder"


@dataclass(frozen=True)
class Missing:
    """Somebody whose marks are missing, and whom they met, as Slack's user ids."""

    seat: MockSeat
    member: Member
    met: tuple[str, ...]


async def remind_due(session: AsyncSession, now: datetime) -> tuple[list[Missing], bool]:
    """Whom to remind of their marks now, once; say whether more may be waiting."""
    rows = await session.execute(
        select(MockSeat, Member, MockGroup.state, MockProfile.joined_at)
        .join(Member, Member.id == MockSeat.member_id)
        .join(MockGroup, MockGroup.id == MockSeat.group_id)
        .outerjoin(MockProfile, MockProfile.member_id == MockSeat.member_id)
        .where(MockSeat.remind_at <= now)
        .order_by(MockSeat.remind_at, MockSeat.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True, of=MockSeat)
    )
    batch, told = rows.all(), []
    silent = await peace.silent_now(session, {one[1].id for one in batch}, now)
    for seat, member, state, joined_at in batch:
        seat.remind_at = None
        paused = member.paused_until is not None and member.paused_until > now
        awake = mocks.awake(member).from_on(now)
        if not _missing(seat, member, state, joined_at) or paused or member.id in silent:
            continue
        if awake > now:
            seat.remind_at = awake
        elif RULE not in member.muted:
            told.append((seat, member))
    met = await mocks.sat(session, {seat.group_id for seat, _ in told})
    missing = [
        Missing(
            seat,
            member,
            tuple(one.member.user_id for one in met[seat.group_id] if one.member.id != member.id),
        )
        for seat, member in told
    ]
    return missing, len(batch) == BATCH


def _missing(seat: MockSeat, member: Member, state: str, joined_at: datetime | None) -> bool:
    """Does anybody wait for this person's marks?"""
    gone = seat.left_at is not None or member.is_deleted or joined_at is None
    return not gone and seat.marked_at is None and state == GroupState.MET


async def reminder_wanted(session: AsyncSession, seat_id: int) -> bool:
    """Read again just before sending: given, left or gone since."""
    rows = await session.execute(
        select(MockSeat, Member, MockGroup.state, MockProfile.joined_at)
        .join(Member, Member.id == MockSeat.member_id)
        .join(MockGroup, MockGroup.id == MockSeat.group_id)
        .outerjoin(MockProfile, MockProfile.member_id == MockSeat.member_id)
        .where(MockSeat.id == seat_id)
    )
    row = rows.first()
    return row is not None and _missing(*row)
