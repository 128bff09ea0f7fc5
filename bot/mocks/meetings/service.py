"""Coming to a time: what a group's message shows, presses, proposals and giving up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import UserMistake
from bot.mocks import rules as week_rules
from bot.mocks import service as mocks
from bot.mocks.meetings import rules
from bot.mocks.meetings.rules import Meeting, Person, Slot
from bot.mocks.rules import GroupState, Outcome, Reason
from bot.mocks.service import Sitting
from bot.mocks.tables import MockGroup, MockRound, MockSeat
from bot.people.tables import Member


@dataclass(frozen=True)
class Gathered:
    """A group with who sits in it, by turn, and its week's Monday."""

    group: MockGroup
    sitting: tuple[Sitting, ...]
    week: date


async def gathered(
    session: AsyncSession, workspace_id: int, group_ids: Sequence[int], *, gone: bool = False
) -> list[Gathered]:
    """These groups of the workspace, in two statements, by id; with `gone` who has left, too."""
    groups = await session.execute(
        select(MockGroup, MockRound.week)
        .join(MockRound, MockRound.id == MockGroup.round_id)
        .where(MockGroup.workspace_id == workspace_id, MockGroup.id.in_(group_ids))
        .order_by(MockGroup.id)
    )
    sat = await mocks.sat(session, group_ids, gone=gone)
    return [Gathered(group, tuple(sat.get(group.id, ())), week) for group, week in groups.all()]


async def of_group(session: AsyncSession, group: MockGroup, *, gone: bool = False) -> Gathered:
    """The group as it stands now; the caller holds it."""
    await session.flush()
    return (await gathered(session, group.workspace_id, [group.id], gone=gone))[0]


def as_meeting(told: Gathered, now: datetime, off: str | None = None) -> Meeting:
    """What the group's message shows at this instant."""
    group = told.group
    fits = {one.member.user_id: set(rules.read(one.seat.fits)) for one in told.sitting}
    slots = [one for one in sorted(rules.read(group.slots)) if one > now]
    return Meeting(
        group_id=group.id,
        state=GroupState(group.state),
        track=group.track,
        people=tuple(Person(one.member.user_id, one.member.tz) for one in told.sitting),
        why=tuple(Reason.from_dict(one) for one in group.why),
        slots=tuple(Slot(at, tuple(who for who in fits if at in fits[who])) for at in slots),
        agreed_at=group.agreed_at,
        rematch=group.rematch,
        off=off,
    )


def touch(seat: MockSeat, now: datetime) -> None:
    """A sign of life: this round is not silent for them."""
    seat.touched_at = now


def _open(group: MockGroup) -> None:
    """Raises UserMistake where no time can be chosen any more, or one is chosen."""
    if not GroupState(group.state).under_way:
        raise UserMistake("meeting_over")
    if group.state == GroupState.AGREED:
        raise UserMistake("time_agreed")


async def press(
    session: AsyncSession, group: MockGroup, member: Member, at: datetime, now: datetime
) -> None:
    """This time suits the member, or does not any more; the caller holds the group.

    Raises UserMistake when there is nothing to press: over, agreed, passed.
    """
    told = await of_group(session, group)
    seat = mocks.mine(told.sitting, member).seat
    _open(group)
    if at <= now:
        raise UserMistake("time_passed")
    if at not in rules.read(group.slots):
        raise UserMistake("time_gone")
    seat.fits = rules.stored(rules.toggled(rules.read(seat.fits), at))
    touch(seat, now)
    settle(told, now)


async def may_propose(session: AsyncSession, group: MockGroup, member: Member) -> date:
    """The Monday of the group's week. Raises UserMistake when the member may add no time."""
    told = await of_group(session, group)
    mocks.mine(told.sitting, member)
    _open(group)
    return told.week


async def propose(
    session: AsyncSession, group: MockGroup, member: Member, at: datetime, now: datetime
) -> None:
    """One more time, which suits who proposes it; those that have passed make room."""
    told = await of_group(session, group)
    seat = mocks.mine(told.sitting, member).seat
    _open(group)
    group.slots = rules.stored({*ahead(group, now), at})
    seat.fits = rules.stored({*rules.read(seat.fits), at})
    touch(seat, now)
    settle(told, now)


def ahead(group: MockGroup, now: datetime) -> list[datetime]:
    return [one for one in rules.read(group.slots) if one > now]


def settle(told: Gathered, now: datetime) -> None:
    """Agree on the earliest time ahead that suits all, if there is one."""
    group = told.group
    fits = [set(rules.read(one.seat.fits)) for one in told.sitting]
    found = week_rules.agreed(ahead(group, now), fits)
    if found is None or group.state != GroupState.PROPOSED or len(fits) < 2:
        return
    group.state, group.agreed_at = GroupState.AGREED, found
    _ask(told, group.tell_at, found)


def _ask(told: Gathered, since: datetime, agreed: datetime | None) -> None:
    """When each is asked what came of it, who has said nothing that ends it."""
    for one in told.sitting:
        if one.seat.outcome in (None, Outcome.NOT_YET):
            awake = mocks.awake(one.member)
            asked = week_rules.ask_at(awake, told.week, since, agreed)
            late = agreed is None and asked <= since
            one.seat.ask_at = awake.from_on(since + week_rules.DAY) if late else asked


async def give_up(session: AsyncSession, group: MockGroup, member: Member, now: datetime) -> None:
    """The agreed time does not hold any more; it may suit the others still.

    The question comes when it would for a group that is told now, or a day later at the latest.
    """
    told = await of_group(session, group)
    seat = mocks.mine(told.sitting, member).seat
    if group.state != GroupState.AGREED or group.agreed_at is None:
        raise UserMistake("nothing_agreed")
    if group.changes >= week_rules.CHANGES:
        raise UserMistake("changed_enough")
    kept = [one for one in rules.read(seat.fits) if one != group.agreed_at]
    seat.fits = rules.stored(kept)
    group.state, group.agreed_at, group.changes = GroupState.PROPOSED, None, group.changes + 1
    touch(seat, now)
    _ask(told, now, None)
    settle(told, now)


async def goes(session: AsyncSession, group: MockGroup, member: Member, now: datetime) -> None:
    """The member is about to leave. Raises UserMistake when there is nothing to leave."""
    told = await of_group(session, group)
    seat = mocks.mine(told.sitting, member).seat
    if not GroupState(group.state).under_way:
        raise UserMistake("meeting_over")
    touch(seat, now)


async def heard(
    session: AsyncSession, workspace_id: int, user_id: str, channel: str, now: datetime
) -> None:
    """This person wrote something in a group's conversation."""
    seats = await session.scalars(
        select(MockSeat)
        .join(Member, Member.id == MockSeat.member_id)
        .join(MockGroup, MockGroup.id == MockSeat.group_id)
        .where(Member.workspace_id == workspace_id, Member.user_id == user_id)
        .where(MockSeat.left_at.is_(None), MockGroup.channel == channel)
        .where(mocks.UNDER_WAY)
        .order_by(MockSeat.id)
        .with_for_update(of=MockSeat)
    )
    for seat in seats.all():
        touch(seat, now)


async def of_seat(session: AsyncSession, seat_id: int) -> Gathered | None:
    """The held group of this seat, None when it is over or the seat is empty by now."""
    seat = await session.get_one(MockSeat, seat_id)
    group = await session.get_one(MockGroup, seat.group_id, with_for_update=True)
    if seat.left_at is not None or not GroupState(group.state).under_way:
        return None
    return await of_group(session, group)


async def as_pair(session: AsyncSession, group: MockGroup, now: datetime) -> Gathered:
    """Two of three are left: who would have interviewed earlier begins; they may agree by it."""
    told = await of_group(session, group)
    for turn, one in enumerate(told.sitting):
        one.seat.turn, one.seat.role = turn, ("interviewer", "candidate")[min(turn, 1)]
    settle(told, now)
    return told
