"""The question what came of a meeting, what an answer changes, and the word to who did not come."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.content import Content
from bot.mocks import rules
from bot.mocks import service as mocks
from bot.mocks.meetings import outgoing as meetings
from bot.mocks.meetings import service as gathering
from bot.mocks.meetings.kits import outgoing as kits
from bot.mocks.outcomes import loading, service, views
from bot.mocks.outcomes.loading import Asking, Meeting, Sitting
from bot.mocks.outcomes.rules import Partner, Told, too_early
from bot.mocks.outcomes.service import Settling
from bot.mocks.outcomes.views import Answer
from bot.mocks.rules import EntryState, GroupState, Outcome
from bot.mocks.tables import MockGroup
from bot.outbox import service as outbox
from bot.outbox.rules import Lane
from bot.outbox.service import Draft
from bot.outbox.topics import topic
from bot.people import service as people
from bot.people.tables import Member
from bot.slack.blocks import Block

MOMENT = timedelta(microseconds=1)  # who left a group before its end was not there
KIND, ABSENT = "mock_ask", "mock_absent"


def asked_as(seat_id: int, asked: int) -> str:
    """The topic of a seat's newest question; each is a message of its own."""
    return f"{topic(KIND, seat_id)}:{asked}"


def told(about: Meeting, mine: Sitting, now: datetime) -> Told:
    """What one person reads of the group."""
    seat, group = mine.seat, about.group
    everybody = [_partner(one) for one in about.everybody if one.member.id != mine.member.id]
    seated = {one.member.id for one in about.seated}
    others = [one for one in everybody if one.member_id in seated or seat.left_at is not None]
    entry = about.entries.get(mine.member.id)
    return Told(
        group.id,
        tuple(others),
        GroupState(group.state),
        Outcome(seat.outcome) if seat.outcome else None,
        next((one for one in everybody if one.member_id == seat.absent_id), None),
        EntryState(entry.state) if entry else EntryState.OUT,
        seat.left_at is None,
        seat.marked_at is not None,
        group.agreed_at,
        seat.ask_at,
        about.row.closes_at,
        mine.member.tz,
        too_early(group.agreed_at, now),
    )


def _partner(one: Sitting) -> Partner:
    return Partner(one.member.id, one.member.user_id, one.member.name)


# --- asking ---------------------------------------------------------------------------------------


async def ask(
    session: AsyncSession, asking: Sequence[Asking], now: datetime, machine_now: datetime
) -> None:
    """Ask these people; an older question that stands open says that it was asked again."""
    await outbox.say_all(session, [_question(one, now) for one in asking], machine_now)
    for one in asking:
        seat = one.mine.seat
        if seat.asked > 1:
            before, place = asked_as(seat.id, seat.asked - 1), seat.workspace_id
            await outbox.revise(session, place, before, views.asked_anew(), machine_now)


def _question(one: Asking, now: datetime) -> Draft:
    seat, member = one.mine.seat, one.mine.member
    shown = replace(
        told(one.meeting, one.mine, now), said=None
    )  # after *not yet* it is a question too
    return Draft(
        member.workspace_id,
        member.dm_channel or member.user_id,
        asked_as(seat.id, seat.asked),
        views.RULE,
        Lane.SCHEDULED,
        views.question(shown),
        member_id=member.id,
        expires_at=people.quiet_at(member, now, min(one.meeting.row.closes_at, now + rules.DAY)),
    )


async def over(session: AsyncSession, group_ids: Collection[int], machine_now: datetime) -> None:
    """Close the questions that nobody has answered of these groups, which have lapsed."""
    for one in await loading.unanswered(session, group_ids):
        asked = asked_as(one.id, one.asked)
        await outbox.revise(session, one.workspace_id, asked, views.over(), machine_now)


# --- answering ------------------------------------------------------------------------------------


async def say(
    session: AsyncSession,
    group: MockGroup,
    member: Member,
    answer: Answer,
    content: Content,
    now: datetime,
    machine_now: datetime,
) -> Block:
    """Keep an answer about a group that the caller holds, and tell whom it concerns.

    Returns what a modal says of it. Raises UserMistake.
    """
    known = _read(await loading.meeting(session, group), now)
    settling = await service.say(
        session, group, member, answer.outcome, answer.absent_id, now, machine_now
    )
    if settling.changed:
        await _part(session, settling, content, now, machine_now)
        await _together_again(session, settling, content, now, machine_now)
        await _tell_absent(session, settling, now, machine_now)
    about = await loading.meeting(session, group)
    await _restate(session, about, known, member, now, machine_now)
    mine = next(one for one in about.everybody if one.member.id == member.id)
    return views.noted(told(about, mine, now), apart=settling.apart)


async def _part(
    session: AsyncSession,
    settling: Settling,
    content: Content,
    now: datetime,
    machine_now: datetime,
) -> None:
    """Let people leave the group; a pair that has met goes on without the third of it."""
    group = settling.meeting.group
    for one in settling.leaving:
        if GroupState(group.state).under_way:
            await meetings.leave_group(
                session, one, group, content, now, machine_now, settling.state
            )
        else:
            await mocks.part(session, group, [one.id], settling.state, now, machine_now)
            group.ended_at = now + MOMENT


async def _together_again(
    session: AsyncSession,
    settling: Settling,
    content: Content,
    now: datetime,
    machine_now: datetime,
) -> None:
    """What the group and its people were told follows how it stands now."""
    group = settling.meeting.group
    for one in settling.meeting.everybody if settling.returned else ():
        said = topic(meetings.PARTED, one.seat.id)
        await outbox.withdraw(session, group.workspace_id, said, machine_now)
    if settling.returned and GroupState(group.state).under_way:
        gathered = await gathering.of_group(session, group)
        await kits.changed(session, gathered, content, machine_now)
    if settling.returned or (settling.moved and not settling.leaving):
        await meetings.restate(session, group, now, machine_now)


def _read(about: Meeting, now: datetime) -> dict[int, Told]:
    """What each who was asked reads, by seat."""
    return {one.seat.id: told(about, one, now) for one in about.everybody if one.seat.asked}


async def _restate(
    session: AsyncSession,
    about: Meeting,
    known: Mapping[int, Told],
    member: Member,
    now: datetime,
    machine_now: datetime,
) -> None:
    """Let the questions say how things stand: for who answered, and where that is new."""
    read = _read(about, now)
    for one in about.everybody:
        same = read.get(one.seat.id) == known.get(one.seat.id)
        if not one.seat.asked or (same and one.member.id != member.id):
            continue
        lane = Lane.ANSWER if one.member.id == member.id else None
        said = asked_as(one.seat.id, one.seat.asked)
        shown = views.question(read[one.seat.id])
        await outbox.revise(session, member.workspace_id, said, shown, machine_now, lane)


async def restate(
    session: AsyncSession, group: MockGroup, member: Member, now: datetime, machine_now: datetime
) -> None:
    """A member's question says how things stand, after they gave marks."""
    about = await loading.meeting(session, group)
    await _restate(session, about, _read(about, now), member, now, machine_now)


async def _tell_absent(
    session: AsyncSession, settling: Settling, now: datetime, machine_now: datetime
) -> None:
    """Who did not come hears of it once, alone; what turns out to be wrong is taken back."""
    about = settling.meeting
    for one in settling.back:
        said = topic(ABSENT, one.seat.id)
        await outbox.withdraw(session, one.member.workspace_id, said, machine_now)
    for one in settling.absent:
        if not one.member.is_deleted:
            await outbox.say(session, _missed(about, one, now), machine_now)


def _missed(about: Meeting, one: Sitting, now: datetime) -> Draft:
    here = [each for each in about.everybody if each.seat.absent_id == one.member.id]
    waited = [_partner(each) for each in here if each is not one]
    return Draft(
        one.member.workspace_id,
        one.member.dm_channel or one.member.user_id,
        topic(ABSENT, one.seat.id),
        views.RULE,
        Lane.SCHEDULED,
        views.missed(about.group.id, waited, about.row.week),
        member_id=one.member.id,
        not_before=people.awake_at(one.member, now),
        expires_at=about.row.closes_at,
    )
