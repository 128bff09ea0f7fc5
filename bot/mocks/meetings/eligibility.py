"""Whether a group may still be told: read again in the moment in which its message goes out."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.mocks import service as mocks
from bot.mocks.meetings import service
from bot.mocks.meetings.service import Gathered
from bot.mocks.rules import GroupState
from bot.mocks.tables import MockExclusion, MockGroup, MockProfile, MockSeat
from bot.outbox import waiting
from bot.outbox.topics import Landed, topic
from bot.people import service as people
from bot.people.tables import Member


@dataclass(frozen=True)
class Fitness:
    """Who may not take part any more, and whether two of the rest are not to be paired."""

    gone: frozenset[int]
    apart: bool

    @property
    def fine(self) -> bool:
        return not self.gone and not self.apart


async def fitness(session: AsyncSession, told: Gathered) -> Fitness:
    ids = [one.member.id for one in told.sitting]
    rows = await session.scalars(select(MockProfile).where(MockProfile.member_id.in_(ids)))
    profiles = {row.member_id: row for row in rows.all()}
    excluded = await session.scalar(
        select(MockExclusion.id)
        .where(MockExclusion.member_id.in_(ids), MockExclusion.other_id.in_(ids))
        .limit(1)
    )
    known = [
        (profiles[one.member.id], one.member) for one in told.sitting if one.member.id in profiles
    ]
    stay = await mocks.staying(session, known, told.week, told.group.tell_at)
    return Fitness(frozenset(ids) - stay, excluded is not None)


async def group_wanted(session: AsyncSession, group_id: int) -> bool:
    """May the message of this group go out? Asked just before it does."""
    told = await _told(session, group_id)
    if told is None or told.group.channel is not None or len(told.sitting) < 2:
        return False
    under_way = GroupState(told.group.state).under_way
    return under_way and (await fitness(session, told)).fine


async def _told(session: AsyncSession, group_id: int) -> Gathered | None:
    group = await session.get(MockGroup, group_id)
    if group is None:
        return None
    return await service.of_group(session, group)


async def seat_wanted(session: AsyncSession, seat_id: int) -> bool:
    """A kit, or the group's message to one alone: is the meeting still to be, and with them?"""
    seat = await session.get(MockSeat, seat_id)
    if seat is None or seat.left_at is not None:
        return False
    told = await _told(session, seat.group_id)
    if told is None or told.group.channel is None:
        return False
    gone = (await fitness(session, told)).gone
    return GroupState(told.group.state).under_way and seat.member_id not in gone


async def standby_wanted(session: AsyncSession, seat_id: int) -> bool:
    """*I am looking for somebody else*: does the member who sat there still take part?"""
    seat = await session.get(MockSeat, seat_id)
    if seat is None:
        return False
    member = await session.get_one(Member, seat.member_id)
    profile = await mocks.profile(session, member)
    return profile.joined_at is not None and not member.is_deleted


async def landed(session: AsyncSession, told: Landed) -> None:
    """The group has heard: now each may have their kit."""
    group = await session.get_one(MockGroup, told.about, with_for_update=True)
    group.channel = told.channel
    await release_kits(session, await service.of_group(session, group), told.at)


async def release_kits(session: AsyncSession, told: Gathered, now: datetime) -> None:
    """Let each kit go, not in anybody's quiet hours."""
    when = {
        topic("mock_kit", one.seat.id): people.awake_at(one.member, now) for one in told.sitting
    }
    await waiting.release(session, told.group.workspace_id, when)
