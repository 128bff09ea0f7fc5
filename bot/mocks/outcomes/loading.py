"""What is read of groups and their answers: who is to be asked now, and what a message tells."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import UserMistake
from bot.mocks import rules
from bot.mocks import service as mocks
from bot.mocks.outcomes.rules import Word
from bot.mocks.rules import EntryState, GroupState, Outcome, RoundState
from bot.mocks.service import Sitting as Sitting  # others name its type
from bot.mocks.tables import MockEntry, MockGroup, MockProfile, MockRound, MockSeat
from bot.people import service as people
from bot.people.tables import Member
from bot.plans.ending import eligibility as peace
from bot.workspaces.tables import Workspace

BATCH = 200
UNTOLD = timedelta(hours=1)  # before a group that has not heard of itself yet is looked at again
SETTLED = (Outcome.MET, Outcome.COULD_NOT, Outcome.NO_SHOW)  # answers after which nobody asks
NEVER = (GroupState.UNTOLD, GroupState.LAPSED)


@dataclass(frozen=True)
class Meeting:
    """A group with everybody who is or was in it, and their places in the round."""

    group: MockGroup
    row: MockRound
    everybody: tuple[Sitting, ...]
    entries: Mapping[int, MockEntry]  # by member
    elsewhere: frozenset[int] = frozenset()  # who has a seat in another group of the round

    def words(self) -> list[Word]:
        return [word(one.seat) for one in self.everybody]

    @property
    def seated(self) -> list[Sitting]:
        return [one for one in self.everybody if one.seat.left_at is None]

    def over(self, now: datetime) -> bool:
        """Nothing can be said of it any more."""
        closed = self.row.state == RoundState.CLOSED or self.row.closes_at <= now
        return closed or self.group.state == GroupState.UNTOLD


def word(seat: MockSeat) -> Word:
    return Word(
        seat.member_id,
        Outcome(seat.outcome) if seat.outcome else None,
        seat.absent_id,
        seat.marked_at is not None,
        seat.left_at is None,
    )


async def meeting(session: AsyncSession, group: MockGroup) -> Meeting:
    """The group as it stands; whoever changes it holds it."""
    everybody = tuple(await mocks.sittings(session, group.id, gone=True))
    row = await session.get_one(MockRound, group.round_id)
    return (await _meetings(session, [(group, row)], {group.id: everybody}))[0]


async def _meetings(
    session: AsyncSession,
    groups: Sequence[tuple[MockGroup, MockRound]],
    sat: Mapping[int, Sequence[Sitting]],
) -> list[Meeting]:
    members = {one.member.id for told in sat.values() for one in told}
    rounds = {row.id for _, row in groups}
    entries: dict[tuple[int, int], MockEntry] = {}
    for entry in await session.scalars(
        select(MockEntry).where(MockEntry.round_id.in_(rounds), MockEntry.member_id.in_(members))
    ):
        entries[entry.round_id, entry.member_id] = entry
    seats = await session.execute(
        select(MockSeat.round_id, MockSeat.member_id, MockSeat.group_id)
        .where(MockSeat.round_id.in_(rounds), MockSeat.member_id.in_(members))
        .where(MockSeat.left_at.is_(None))
    )
    taken = {(seat[0], seat[1]): seat[2] for seat in seats}
    made = []
    for group, row in groups:
        told = tuple(sat.get(group.id, ()))
        ids = [one.member.id for one in told]
        mine = {one: entries[row.id, one] for one in ids if (row.id, one) in entries}
        away = {one for one in ids if taken.get((row.id, one), group.id) != group.id}
        made.append(Meeting(group, row, told, mine, frozenset(away)))
    return made


async def free(
    session: AsyncSession, about: Meeting, missing: Sequence[Sitting], was_gone: Collection[int]
) -> set[int]:
    """Who of them has made no other plans: neither has a seat by now nor has left by themselves."""
    ids, round_id = [one.member.id for one in missing], about.row.id
    await mocks.hold_round(session, round_id)
    entries = await session.scalars(
        select(MockEntry)
        .where(MockEntry.round_id == round_id, MockEntry.member_id.in_(ids))
        .order_by(MockEntry.member_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    taken = set(
        await session.scalars(
            select(MockSeat.member_id)
            .where(MockSeat.round_id == round_id, MockSeat.member_id.in_(ids))
            .where(MockSeat.left_at.is_(None))
        )
    )
    joined = await session.scalars(
        select(MockProfile.member_id)
        .join(Member, Member.id == MockProfile.member_id)
        .where(MockProfile.member_id.in_(ids), MockProfile.joined_at.is_not(None))
        .where(Member.is_deleted.is_(False))
    )
    waiting = {
        one.member_id
        for one in entries
        if one.state == EntryState.STANDBY
        or (one.state == EntryState.OUT and one.member_id in was_gone)
    }
    return (waiting & set(joined)) - taken


# --- asking ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asking:
    """One person to be asked, for the `seat.asked`th time."""

    meeting: Meeting
    mine: Sitting


async def ask_due(session: AsyncSession, now: datetime) -> tuple[list[Asking], bool]:
    """Take a batch of questions whose time has come; (who is asked now, may there be more?)."""
    rows = (
        await session.execute(
            select(MockSeat, MockGroup, MockRound)
            .join(MockGroup, MockGroup.id == MockSeat.group_id)
            .join(MockRound, MockRound.id == MockSeat.round_id)
            .join(Workspace, Workspace.id == MockSeat.workspace_id)
            .where(MockSeat.ask_at <= now, Workspace.stopped_at.is_(None))
            .order_by(MockSeat.ask_at, MockSeat.id)
            .limit(BATCH)
            .with_for_update(skip_locked=True, of=MockSeat)
        )
    ).all()
    groups = {group.id: (group, row) for _, group, row in rows}
    if not groups:
        return [], False
    known = await _meetings(
        session, list(groups.values()), await mocks.sat(session, groups, gone=True)
    )
    by_group = {one.group.id: one for one in known}
    asking = []
    silent = await peace.silent_now(session, {seat.member_id for seat, _, _ in rows}, now)
    for seat, group, _ in rows:
        about = by_group[group.id]
        mine = next(one for one in about.everybody if one.seat.id == seat.id)
        if seat.member_id in silent:
            seat.ask_at = None
        elif _move(about, mine, now):
            asking.append(Asking(about, mine))
    return asking, len(rows) == BATCH


def _move(about: Meeting, mine: Sitting, now: datetime) -> bool:
    """Move one question on; True when it is asked now."""
    seat, member = mine.seat, mine.member
    seat.ask_at = None
    if not _open(about, mine) or about.over(now):
        return False
    later = max(now, member.paused_until or now)
    if about.group.channel is None:  # their own message still waits
        later = max(later, now + UNTOLD)
    moment = people.awake_at(member, later)
    if moment > now:
        seat.ask_at = moment if moment < about.row.closes_at else None
        return False
    seat.asked += 1
    return True


def _open(about: Meeting, mine: Sitting) -> bool:
    """Is there anything to ask this person?"""
    answered = mine.seat.outcome in SETTLED or mine.seat.marked_at is not None
    gone = mine.seat.left_at is not None or mine.member.is_deleted
    return not (answered or gone or about.group.state in NEVER)


async def still_wanted(session: AsyncSession, seat_id: int) -> bool:
    """Read again just before sending: answered, over, or the person is gone since."""
    return await _wanted(session, seat_id) is not None


async def _wanted(session: AsyncSession, seat_id: int) -> tuple[Meeting, Sitting] | None:
    seat = await session.get(MockSeat, seat_id)
    if seat is None:
        return None
    about = await meeting(session, await session.get_one(MockGroup, seat.group_id))
    mine = next(one for one in about.everybody if one.seat.id == seat_id)
    closed = about.row.state == RoundState.CLOSED
    return None if closed or not _open(about, mine) else (about, mine)


async def dropped(session: AsyncSession, seat_id: int, now: datetime, _machine: datetime) -> None:
    """A question was not sent: night fell first, or Slack would not have it. Asked next morning."""
    found = await _wanted(session, seat_id)
    if found is None:
        return
    about, mine = found
    night = people.quiet_at(mine.member, now, now + rules.DAY)
    moment = people.awake_at(mine.member, night)
    mine.seat.ask_at = moment if moment < about.row.closes_at else None


async def moved(session: AsyncSession, member_ids: Sequence[int], now: datetime) -> None:
    """These members' zone changed: they are asked at the same wall-clock time there."""
    if not member_ids:
        return
    rows = await session.execute(
        select(MockSeat, MockGroup, MockRound, Member)
        .join(MockGroup, MockGroup.id == MockSeat.group_id)
        .join(MockRound, MockRound.id == MockSeat.round_id)
        .join(Member, Member.id == MockSeat.member_id)
        .where(MockSeat.member_id.in_(member_ids), MockSeat.ask_at > now)
        .order_by(MockSeat.id)
        .with_for_update(of=MockSeat)
    )
    for seat, group, row, member in rows.all():
        again = seat.outcome == Outcome.NOT_YET
        told = (row.week, group.tell_at, group.agreed_at)
        at = rules.ask_at(mocks.awake(member), *told, again=again)
        seat.ask_at = max(at, people.awake_at(member, now))


async def still_absent(session: AsyncSession, seat_id: int) -> bool:
    """Read again just before who did not come hears of it: is it still said, and are they here?"""
    seat = await session.get(MockSeat, seat_id)
    if seat is None:
        return False
    about = await meeting(session, await session.get_one(MockGroup, seat.group_id))
    named = {one.seat.absent_id for one in about.everybody}
    member = next(one.member for one in about.everybody if one.seat.id == seat_id)
    return seat.member_id in named and not member.is_deleted


async def newest(session: AsyncSession, member: Member, now: datetime) -> MockGroup:
    """The member's newest group of a round that is open. Raises UserMistake without one.

    Of one week, the one they are in comes before those they have left.
    """
    found: MockGroup | None = await session.scalar(
        select(MockGroup)
        .join(MockSeat, MockSeat.group_id == MockGroup.id)
        .join(MockRound, MockRound.id == MockGroup.round_id)
        .where(MockSeat.member_id == member.id, MockRound.closes_at > now)
        .where(MockRound.state != RoundState.CLOSED, mocks.TOLD)
        .order_by(MockRound.week.desc(), MockSeat.left_at.is_not(None), MockGroup.id.desc())
        .limit(1)
    )
    if found is None:
        raise UserMistake("mock_nothing_to_say")
    return found


async def unanswered(session: AsyncSession, group_ids: Collection[int]) -> list[MockSeat]:
    """Seats of these groups whose newest question stands open."""
    rows = await session.scalars(
        select(MockSeat)
        .where(MockSeat.group_id.in_(group_ids))
        .where(MockSeat.asked > 0, MockSeat.left_at.is_(None))
        .where(MockSeat.outcome.is_(None) | (MockSeat.outcome == Outcome.NOT_YET))
        .order_by(MockSeat.id)
    )
    return list(rows)
