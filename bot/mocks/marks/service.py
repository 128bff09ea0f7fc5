"""Blind marks after a mock interview: given, kept closed, opened for all at once.

Whoever writes here holds the group's lock, so two last forms open it once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import UserMistake
from bot.mocks import service as mocks
from bot.mocks.marks import rules
from bot.mocks.rules import GroupState
from bot.mocks.service import Sitting
from bot.mocks.tables import MockGroup as MockGroup  # doors and outgoing name their types
from bot.mocks.tables import MockRound, MockSeat
from bot.people.tables import Member
from bot.scoring.ratings.partners import service as partners
from bot.scoring.ratings.partners.service import Mark
from bot.scoring.ratings.service import Given

BATCH = 20  # groups that one transaction opens: a last form meanwhile waits for it
WAITS = timedelta(weeks=2)  # after a meeting, in which `/mock feedback` offers its form by itself


def topic_of(group_id: int, about_id: int) -> str:
    """A person's performance in a group's mock, as ratings name it."""
    return f"mock_{group_id}.{about_id}"


@dataclass(frozen=True)
class Meeting:
    """A group that met, who was there, and this member's own marks: {whose performance: marks}."""

    group: MockGroup
    mine: Sitting
    others: tuple[Sitting, ...]
    given: Mapping[int, Given]

    @property
    def revealed(self) -> bool:
        return self.group.revealed_at is not None

    @property
    def done(self) -> bool:
        """Has this member given their form?"""
        return self.mine.seat.marked_at is not None

    @property
    def everybody(self) -> tuple[Sitting, ...]:
        """The partners, then the member."""
        return (*self.others, self.mine)


async def meeting(
    session: AsyncSession, member: Member, group_id: int, *, hold: bool = False
) -> Meeting:
    """The member's meeting, with `hold` locked. Raises UserMistake when there was none."""
    group = await _group(session, member.workspace_id, group_id, hold=hold)
    seats = await mocks.sittings(session, group.id)
    mine = mocks.mine(seats, member)
    if group.state != GroupState.MET and group.revealed_at is None:
        raise UserMistake("mock_not_met")
    told = await partners.given(
        session, group.workspace_id, [topic_of(group.id, one.member.id) for one in seats]
    )
    given = {one.about: one.given for one in told if one.by == member.id}
    others = tuple(one for one in seats if one is not mine)
    return Meeting(group, mine, others, given)


async def _group(
    session: AsyncSession, workspace_id: int, group_id: int, *, hold: bool
) -> MockGroup:
    if hold:
        return await mocks.held(session, workspace_id, group_id)
    found: MockGroup | None = await session.scalar(
        select(MockGroup).where(MockGroup.workspace_id == workspace_id, MockGroup.id == group_id)
    )
    if found is None:
        raise UserMistake("no_such_group")
    return found


@dataclass(frozen=True)
class Turn:
    """A member's newest meetings: the one that waits for their marks, and the newest of all."""

    waiting: int | None
    newest: int | None


async def turn(session: AsyncSession, member: Member, now: datetime) -> Turn:
    """What `/mock feedback` is about, when no meeting is named."""
    rows = await session.execute(
        select(MockGroup.id, MockSeat.marked_at, MockGroup.ended_at)
        .join(MockSeat, MockSeat.group_id == MockGroup.id)
        .where(MockSeat.member_id == member.id, MockSeat.left_at.is_(None))
        .where((MockGroup.state == GroupState.MET) | MockGroup.revealed_at.is_not(None))
        .order_by(MockGroup.ended_at.desc(), MockGroup.id.desc())
        .limit(BATCH)
    )
    found = rows.all()
    waiting = (
        row[0] for row in found if row[1] is None and row[2] is not None and row[2] > now - WAITS
    )
    return Turn(next(waiting, None), found[0][0] if found else None)


# --- giving ---------------------------------------------------------------------------------------


async def give(
    session: AsyncSession, told: Meeting, forms: Mapping[int, Given], now: datetime
) -> bool:
    """Keep a member's marks of each who was there; True when these were the last: open them.

    Raises UserMistake once they are open and the member gave theirs before. The group is locked.
    """
    if told.revealed and told.done:
        raise UserMistake("mock_marks_stay")
    group, seat = told.group, told.mine.seat
    for about, given in forms.items():
        kept = Given(given.marks, given.note, blind=not told.revealed)
        mark = Mark(topic_of(group.id, about), told.mine.member.id, about, kept, told.revealed)
        await partners.keep(session, group.workspace_id, mark, now)
    seat.marked_at, seat.remind_at, seat.touched_at = seat.marked_at or now, None, now
    if told.revealed:
        return False
    group.reveal_at = rules.reveal_at(group.reveal_at, now)
    return complete(told.everybody)


def complete(seats: Sequence[Sitting]) -> bool:
    """Have all of these given their marks?"""
    present = [one.seat.id for one in seats]
    return rules.opens(present, [one.seat.id for one in seats if one.seat.marked_at])


# --- opening --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Revealed:
    """A group's marks, open: who was there, and all that they gave, {(by, about): marks}."""

    group: MockGroup
    seats: tuple[Sitting, ...]
    given: Mapping[tuple[int, int], Given]


async def reveal(
    session: AsyncSession, group: MockGroup, now: datetime, without: int | None = None
) -> Revealed:
    """Open the marks of a group that the caller holds; `without` as in `revealed`."""
    group.reveal_at, group.revealed_at = None, now
    seats = await mocks.sittings(session, group.id)
    for one in seats:
        one.seat.remind_at = None  # who gave none is asked again in what is told now
    topics = [topic_of(group.id, one.member.id) for one in seats]
    await partners.show(session, group.workspace_id, topics, now)
    return await revealed(session, group, without)


async def revealed(session: AsyncSession, group: MockGroup, without: int | None = None) -> Revealed:
    """What was opened, `without` a member who is being forgotten. Raises UserMistake before."""
    if group.revealed_at is None:
        raise UserMistake("mock_marks_closed")
    seats = await mocks.sittings(session, group.id)
    told = await partners.given(
        session, group.workspace_id, [topic_of(group.id, one.member.id) for one in seats]
    )
    return Revealed(
        group,
        tuple(one for one in seats if one.member.id != without),
        {
            (one.by, one.about): one.given
            for one in told
            if one.shown and without not in (one.by, one.about)
        },
    )


async def reveal_due(session: AsyncSession, now: datetime) -> tuple[list[Revealed], bool]:
    """Open a batch of groups whose time has come; say whether more may be waiting.

    A group of which it is not clear any more that it met waits until its round closes.
    """
    rows = await session.execute(
        select(MockGroup, MockRound.closes_at)
        .join(MockRound, MockRound.id == MockGroup.round_id)
        .where(MockGroup.reveal_at <= now)
        .order_by(MockGroup.reveal_at, MockGroup.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True, of=MockGroup)
    )
    batch, opened = rows.all(), []
    for group, closes_at in batch:
        whole = complete(await mocks.sittings(session, group.id))
        if rules.may_show(GroupState(group.state), complete=whole):
            opened.append(await reveal(session, group, now))
        else:
            group.reveal_at = closes_at if closes_at > now else None
    return opened, len(batch) == BATCH


async def still_wanted(session: AsyncSession, seat_id: int) -> bool:
    """Read again just before sending: is the person of this seat still here?"""
    found = await session.scalar(
        select(Member.id)
        .join(MockSeat, MockSeat.member_id == Member.id)
        .where(MockSeat.id == seat_id, Member.is_deleted.is_(False))
    )
    return found is not None
