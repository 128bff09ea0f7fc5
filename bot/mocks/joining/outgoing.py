"""Leaving: the programme, this week's group, or a group with somebody excluded since."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.content import Content
from bot.mocks import service as mocks
from bot.mocks.joining import service, views
from bot.mocks.joining.standing import loading
from bot.mocks.meetings import outgoing as meetings
from bot.mocks.rules import EntryState, GroupState
from bot.mocks.tables import MockGroup
from bot.people.tables import Member
from bot.slack.blocks import Message


async def partners(session: AsyncSession, member: Member) -> list[str]:
    """The user ids of those in groups with this member that are under way and were told."""
    return [
        one.member.user_id
        for group in await mocks.under_way(session, member)
        if told(group)
        for one in await mocks.sittings(session, group.id)
        if one.member.id != member.id
    ]


def told(group: MockGroup) -> bool:
    """Has the group heard of each other?"""
    return group.channel is not None


async def give_up(
    session: AsyncSession,
    member: Member,
    groups: Sequence[MockGroup],
    content: Content,
    now: datetime,
    machine_now: datetime,
) -> list[str]:
    """The member goes out of these groups; returns the user ids of those who hear of it."""
    heard: list[str] = []
    for known in groups:
        group = await mocks.held(session, member.workspace_id, known.id)
        sat = await mocks.sittings(session, group.id)
        if not GroupState(group.state).under_way or member.id not in {one.member.id for one in sat}:
            continue
        mocks.mine(sat, member).seat.touched_at = now
        known_to = told(group)
        heard += [one.member.user_id for one in sat if known_to and one.member.id != member.id]
        state = GroupState.COULD_NOT if known_to else GroupState.UNTOLD
        await meetings.leave_group(session, member, group, content, now, machine_now, state)
    return heard


async def leave(
    session: AsyncSession, member: Member, content: Content, now: datetime, machine_now: datetime
) -> None:
    """No mock interviews from now on; who has this member as a partner hears of it."""
    groups = await mocks.under_way(session, member)
    await give_up(session, member, groups, content, now, machine_now)
    await service.leave(session, member)


async def not_this_week(
    session: AsyncSession,
    member: Member,
    week: date | None,
    content: Content,
    now: datetime,
    machine_now: datetime,
) -> Message:
    """Out of a week: of the one under way with seat and standby, or of the next. What to say."""
    code, row = await service.left_out(session, member, week, now)
    if code == "ahead":
        return views.left_out(row.week)
    if code == "out":
        ahead = await mocks.open_round(session, row.workspace_id, now)
        return views.out_already(row.week, ahead.week)
    groups = await mocks.under_way(session, member, row.id)
    heard = await give_up(session, member, groups, content, now, machine_now)
    await mocks.put_out(session, row.id, [member.id], EntryState.OUT)
    await session.flush()
    after = await loading.standing(session, member, now)
    if after.possible:
        return views.undo_given_up(heard, row.week)
    return views.given_up(heard, row.week)


async def part_from(
    session: AsyncSession,
    member: Member,
    others: Collection[Member],
    content: Content,
    now: datetime,
    machine_now: datetime,
) -> bool:
    """Groups under way with somebody excluded since come apart in neutral words; were there any?

    Who excluded is looked for again: they want a mock interview, only not with this person.
    """
    ids = {one.id for one in others}
    parted = False
    for group in await mocks.under_way(session, member):
        sat = await mocks.sittings(session, group.id)
        if not ids & {one.member.id for one in sat}:
            continue
        await give_up(session, member, [group], content, now, machine_now)
        await mocks.stand_by(session, group.round_id, [member.id], machine_now, first=False)
        parted = True
    return parted
