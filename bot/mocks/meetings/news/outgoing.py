"""A word to the others when somebody moves the time, in their thread or to each alone."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.mocks.meetings import service
from bot.mocks.meetings.news import views
from bot.mocks.meetings.rules import BY_DIRECT_MESSAGE, DIRECT, GROUP, Person
from bot.mocks.meetings.service import Gathered
from bot.mocks.rules import GroupState
from bot.mocks.service import Sitting
from bot.mocks.tables import MockGroup, MockSeat
from bot.outbox import service as outbox
from bot.outbox.rules import Lane
from bot.outbox.service import Draft
from bot.outbox.topics import topic
from bot.people import service as people
from bot.people.tables import Member
from bot.slack.blocks import Message

RULE = "mock.time"
TOGETHER, ALONE = "mock_news", "mock_news_direct"  # topics: a group's, a seat's


async def given_up(
    session: AsyncSession,
    group: MockGroup,
    by: Member,
    at: datetime,
    now: datetime,
    machine_now: datetime,
) -> None:
    """`at` was agreed, and does not hold any more; the caller holds the group."""
    told = await service.of_group(session, group)
    again = group.agreed_at is not None
    message = views.given_up(by.user_id, at, _people(told), again=again)
    await _say(session, told, by, f"off_{group.changes}", message, at, now, machine_now)


async def proposed(
    session: AsyncSession,
    group: MockGroup,
    by: Member,
    at: datetime,
    now: datetime,
    machine_now: datetime,
) -> None:
    """A new time; where it is agreed at once the calendar file says so."""
    if group.state == GroupState.AGREED:
        return
    told = await service.of_group(session, group)
    message = views.proposed(by.user_id, at, _people(told))
    name = f"at_{int(at.timestamp())}"
    await _say(session, told, by, name, message, at, now, machine_now)


def _people(told: Gathered) -> list[Person]:
    return [Person(one.member.user_id, one.member.tz) for one in told.sitting]


async def _say(
    session: AsyncSession,
    told: Gathered,
    by: Member,
    name: str,
    message: Message,
    until: datetime,
    now: datetime,
    machine_now: datetime,
) -> None:
    """Once by `name`, when the others are awake; after that time it is no news any more."""
    others = [one for one in told.sitting if one.member.id != by.id]
    group = told.group
    if not others:
        return
    if group.channel != BY_DIRECT_MESSAGE:
        awake = max(people.awake_at(one.member, now) for one in others)
        said, under = f"{topic(TOGETHER, group.id)}:{name}", topic(GROUP, group.id)
        drafts = [_draft(group, group.channel or "", said, under, message, awake, until)]
    else:
        drafts = [_alone(group, one, name, message, now, until) for one in others]
    await outbox.say_all(session, drafts, machine_now)


def _alone(
    group: MockGroup, one: Sitting, name: str, message: Message, now: datetime, until: datetime
) -> Draft:
    said, under = f"{topic(ALONE, one.seat.id)}:{name}", topic(DIRECT, one.seat.id)
    channel = one.member.dm_channel or one.member.user_id
    awake = people.awake_at(one.member, now)
    return _draft(group, channel, said, under, message, awake, until)


def _draft(
    group: MockGroup,
    channel: str,
    said: str,
    under: str,
    message: Message,
    awake: datetime,
    until: datetime,
) -> Draft:
    return Draft(
        group.workspace_id,
        channel,
        said,
        RULE,
        Lane.SCHEDULED,
        message,
        thread_of=under,
        not_before=awake,
        expires_at=max(until, awake),
    )


async def group_wanted(session: AsyncSession, group_id: int) -> bool:
    """Is the meeting still to be? Read just before it goes out."""
    group = await session.get(MockGroup, group_id)
    return group is not None and GroupState(group.state).under_way


async def seat_wanted(session: AsyncSession, seat_id: int) -> bool:
    seat = await session.get(MockSeat, seat_id)
    if seat is None or seat.left_at is not None:
        return False
    return await group_wanted(session, seat.group_id)
