"""The group's message, its calendar file, and what is said when somebody goes."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.content import Content
from bot.mocks import service as mocks
from bot.mocks.meetings import eligibility, rules, service, views
from bot.mocks.meetings.invitations import outgoing as invitations
from bot.mocks.meetings.kits import outgoing as kits
from bot.mocks.meetings.rules import BY_DIRECT_MESSAGE, DIRECT, GROUP
from bot.mocks.meetings.service import Gathered
from bot.mocks.rules import GroupState
from bot.mocks.service import Sitting
from bot.mocks.tables import MockGroup
from bot.outbox import service as outbox
from bot.outbox.rules import Lane
from bot.outbox.service import Draft
from bot.outbox.topics import topic
from bot.people import service as people
from bot.people.tables import Member
from bot.slack.blocks import Message

PARTED = "mock_parted"
QUIETLY = (GroupState.UNTOLD, GroupState.NO_SHOW)  # who went, or why, is not said


async def tell(
    session: AsyncSession,
    workspace_id: int,
    group_ids: Sequence[int],
    content: Content,
    now: datetime,
    machine_now: datetime,
) -> None:
    """Tell these groups of each other when their time comes, and each of their kit after that."""
    drafts: list[Draft] = []
    for told in await service.gathered(session, workspace_id, group_ids):
        drafts += [_group(told, now), *kits.drafts(told, content)]
    await outbox.say_all(session, drafts, machine_now)


def _group(told: Gathered, now: datetime) -> Draft:
    return Draft(
        told.group.workspace_id,
        ",".join(one.member.user_id for one in told.sitting),
        topic(GROUP, told.group.id),
        views.RULE,
        Lane.SCHEDULED,
        views.group(service.as_meeting(told, now)),
        not_before=told.group.tell_at,
        expires_at=rules.ends(told.week),
    )


# --- as it changes ------------------------------------------------------------------------------


async def restate(
    session: AsyncSession,
    group: MockGroup,
    now: datetime,
    machine_now: datetime,
    off: str | None = None,
) -> None:
    """Bring the group's message up to what is true now; the caller holds the group.

    `off` is the user id of who could not, where they may be named.
    """
    under_way = GroupState(group.state).under_way
    told = await service.of_group(session, group, gone=not under_way)
    message = views.group(service.as_meeting(told, now, off))
    await _revise(session, told, message, machine_now)


async def _revise(
    session: AsyncSession, told: Gathered, message: Message, machine_now: datetime
) -> None:
    place = told.group.workspace_id
    # A round closes for hundreds of groups at once, and nobody waits for that.
    lane = Lane.DIGEST if told.group.state == GroupState.LAPSED else Lane.ANSWER
    for said in _topics(told):
        await outbox.revise(session, place, said, message, machine_now, lane)


def _topics(told: Gathered) -> list[str]:
    """Where the group's message stands: once, or with each of them."""
    if told.group.channel != BY_DIRECT_MESSAGE:
        return [topic(GROUP, told.group.id)]
    return [topic(DIRECT, one.seat.id) for one in told.sitting]


async def agreed(
    session: AsyncSession, group: MockGroup, now: datetime, machine_now: datetime
) -> None:
    """After a press: the message, and the calendar file where a time is agreed by it."""
    await restate(session, group, now, machine_now)
    if group.agreed_at is not None:
        told = await service.of_group(session, group)
        await outbox.say_all(session, invitations.drafts(told, group.agreed_at, now), machine_now)


async def not_agreed(session: AsyncSession, group: MockGroup, machine_now: datetime) -> None:
    """The time is about to be given up: its calendar file goes, so that nobody opens it."""
    told = await service.of_group(session, group)
    for said in invitations.topics(told):
        await outbox.withdraw(session, group.workspace_id, said, machine_now)


# --- somebody goes ------------------------------------------------------------------------------


async def leave_group(
    session: AsyncSession,
    member: Member,
    group: MockGroup,
    content: Content,
    now: datetime,
    machine_now: datetime,
    state: GroupState = GroupState.COULD_NOT,
) -> None:
    """This member goes, and who is left hears of it kindly.

    Of three, two go on as a pair; of two the group ends in `state` and the other one is matched
    again. Where they had not heard of each other yet it ends for all, as untold. Nothing happens
    when they are not in it, or it is over.
    """
    await session.refresh(group, with_for_update=True)
    before = await service.of_group(session, group)
    state = GroupState.UNTOLD if group.channel is None else state
    if not GroupState(group.state).under_way or member.id not in _ids(before.sitting):
        return
    again = await take_out(session, before, {member.id}, state, now, machine_now)
    if not GroupState(group.state).under_way:
        off = None if state in QUIETLY else member.user_id
        await tell_off(session, before, {member.id}, again, off, now, machine_now)
        return
    left = await service.as_pair(session, group, now)
    gone = [one for one in before.sitting if one.member.id == member.id]
    await kits.put_away(session, gone, machine_now, off=False, told=True)
    await kits.changed(session, left, content, machine_now)
    await agreed(session, group, now, machine_now)
    await _two_left(session, left, gone[0], now, machine_now)


def _ids(sitting: Collection[Sitting]) -> set[int]:
    return {one.member.id for one in sitting}


async def take_out(
    session: AsyncSession,
    before: Gathered,
    gone: Collection[int],
    state: GroupState,
    now: datetime,
    machine_now: datetime,
) -> list[int]:
    """Part these members from the group; returns who is on standby for it.

    Before a group has heard of each other nobody goes on: it ends for all.
    """
    group = before.group
    again = await mocks.part(session, group, gone, state, now, machine_now)
    if GroupState(group.state).under_way and group.channel is None:
        left = await mocks.sittings(session, group.id)
        again = await mocks.end(session, group, left, state, now, machine_now)
    return again


async def tell_off(
    session: AsyncSession,
    before: Gathered,
    gone: Collection[int],
    again: Collection[int],
    off: str | None,
    now: datetime,
    machine_now: datetime,
) -> None:
    """The group has ended: its message and kits say so, and who was left hears of it alone."""
    group, told = before.group, before.group.channel is not None
    await kits.put_away(session, before.sitting, machine_now, off=True, told=told)
    if not told:
        said = topic(GROUP, group.id)
        await outbox.withdraw(session, group.workspace_id, said, machine_now)
        return
    message = views.group(service.as_meeting(before, now, off))
    await _revise(session, before, message, machine_now)
    left = [one for one in before.sitting if one.member.id not in gone]
    drafts = [
        _alone(one, PARTED, views.alone_again(off, again=one.member.id in again), now)
        for one in left
    ]
    await outbox.say_all(session, drafts, machine_now)


def _alone(one: Sitting, kind: str, message: Message, now: datetime) -> Draft:
    return Draft(
        one.member.workspace_id,
        one.member.dm_channel or one.member.user_id,
        topic(kind, one.seat.id),
        views.RULE,
        Lane.SCHEDULED,
        message,
        member_id=one.member.id,
        not_before=people.awake_at(one.member, now),
    )


async def _two_left(
    session: AsyncSession, left: Gathered, gone: Sitting, now: datetime, machine_now: datetime
) -> None:
    """A line in their thread, when both are awake."""
    message = views.two_left(gone.member.user_id, [one.member.user_id for one in left.sitting])
    if left.group.channel == BY_DIRECT_MESSAGE:
        drafts = [_alone(one, "mock_two_left", message, now) for one in left.sitting]
        await outbox.say_all(session, drafts, machine_now)
        return
    draft = Draft(
        left.group.workspace_id,
        left.group.channel or "",
        topic(f"mock_left_{gone.seat.id}", left.group.id),
        views.RULE,
        Lane.SCHEDULED,
        message,
        thread_of=topic(GROUP, left.group.id),
        not_before=max(people.awake_at(one.member, now) for one in left.sitting),
    )
    await outbox.say(session, draft, machine_now)


# --- what could not be sent ---------------------------------------------------------------------


async def dropped(
    session: AsyncSession, group_id: int, now: datetime, machine_now: datetime
) -> None:
    """The group's message did not go out: too late, not wanted any more, or Slack would not.

    Who is not eligible goes, and the others are on standby; where Slack only refused the
    conversation, each gets the same message alone.
    """
    group = await session.get_one(MockGroup, group_id, with_for_update=True)
    if not GroupState(group.state).under_way or group.channel is not None:
        return
    told = await service.of_group(session, group)
    fit = await eligibility.fitness(session, told)
    late = now >= rules.ends(told.week)
    if not fit.fine or late or len(told.sitting) < 2:
        state = GroupState.UNTOLD
        again = await take_out(session, told, fit.gone, state, now, machine_now)
        await tell_off(session, told, fit.gone, again, None, now, machine_now)
        return
    group.channel = BY_DIRECT_MESSAGE
    message = views.group(service.as_meeting(told, now))
    drafts = [_alone(one, DIRECT, message, now) for one in told.sitting]
    await outbox.say_all(session, drafts, machine_now)
    await eligibility.release_kits(session, told, now)


async def direct_dropped(
    session: AsyncSession, seat_id: int, now: datetime, machine_now: datetime
) -> None:
    """Somebody cannot be reached alone either: the others need another partner."""
    told = await service.of_seat(session, seat_id)
    if told is None:
        return
    gone = {one.member.id for one in told.sitting if one.seat.id == seat_id}
    again = await take_out(session, told, gone, GroupState.COULD_NOT, now, machine_now)
    if GroupState(told.group.state).under_way:
        left = await mocks.sittings(session, told.group.id)
        again = await mocks.end(session, told.group, left, GroupState.COULD_NOT, now, machine_now)
    await tell_off(session, told, gone, again, None, now, machine_now)
