"""Who is asked now, who is reminded, and who is left alone. `docs/check-ins.md` draws the states.

A call is about one person in one round; the calls of a person that come at the same time are
said in one message, that of the first of them.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.okrs import loading as okrs
from bot.okrs.checkins import loading, rules
from bot.okrs.checkins.loading import Item, presence
from bot.okrs.checkins.rules import CallState
from bot.okrs.checkins.tables import CheckInCall as CheckInCall  # outgoing names its type
from bot.okrs.checkins.tables import Round
from bot.okrs.scoreboard import Rhythm
from bot.okrs.tables import Cycle, TeamCycle
from bot.outbox import service as outbox
from bot.people.tables import Member
from bot.workspaces.tables import Workspace

BATCH = 200
OVER = (CallState.DONE, CallState.LEFT)
ASK, REMIND = "okr.check_in", "okr.check_in_reminder"


@dataclass(frozen=True)
class Asking:
    """One message to one person: what is due, and until when at the latest."""

    call: CheckInCall
    member: Member
    items: tuple[Item, ...]
    reminder: bool
    deadline: datetime


@dataclass(frozen=True)
class _Turn:
    call: CheckInCall
    row: Round
    beat: Rhythm
    member: Member


@dataclass(frozen=True)
class Batch:
    """`lost`: rounds in which somebody cannot be asked any more; `more`: others may be waiting."""

    asking: tuple[Asking, ...] = ()
    lost: frozenset[int] = frozenset()
    more: bool = False


async def ask_due(session: AsyncSession, now: datetime) -> Batch:
    """Move a batch of calls whose time has come; the messages that are to be said."""
    batch = await _turns(session, CheckInCall.next_at <= now, BATCH)
    if not batch:
        return Batch()
    members = {one.member.id for one in batch}
    told = await loading.items(session, members, now)
    heard = await outbox.unprompted(session, members, now)
    said: dict[tuple[int, bool], list[tuple[_Turn, list[Item]]]] = defaultdict(list)
    for one in batch:
        due = [item for item in told.get(one.member.id, ()) if item.round_id == one.row.id]
        due = [item for item in due if item.due]
        reminder = one.call.state != CallState.PLANNED
        over = heard.get(one.member.id, 0) >= one.member.weekly_budget
        if _move(one, bool(due), over, now):
            said[one.member.id, reminder].append((one, due))
    asking = tuple(_asking(found, key[1]) for key, found in said.items())
    lost = frozenset(one.row.id for one in batch if one.call.state == CallState.LEFT)
    return Batch(asking, lost, len(batch) == BATCH)


async def _turns(session: AsyncSession, which: ColumnElement[bool], limit: int) -> Sequence[_Turn]:
    """Calls, locked against other replicas, with what decides about them."""
    rows = await session.execute(
        select(CheckInCall, Round, TeamCycle, Cycle, Member)
        .join(Round, Round.id == CheckInCall.round_id)
        .join(TeamCycle, TeamCycle.id == Round.team_cycle_id)
        .join(Cycle, Cycle.id == TeamCycle.cycle_id)
        .join(Member, Member.id == CheckInCall.member_id)
        .join(Workspace, Workspace.id == CheckInCall.workspace_id)
        .where(which, Workspace.stopped_at.is_(None))
        .order_by(CheckInCall.next_at, CheckInCall.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=CheckInCall)
    )
    return [
        _Turn(call, row, okrs.rhythm(place, cycle), member)
        for call, row, place, cycle, member in rows.all()
    ]


def _move(one: _Turn, due: bool, over: bool, now: datetime) -> bool:
    """Move one call on; True when its message is said now."""
    call, told = one.call, presence(one.member)
    planned, call.next_at = call.state == CallState.PLANNED, None
    if one.row.closes_at is None or one.member.is_deleted:
        call.state = CallState.LEFT
        return False
    if not due:
        call.state = CallState.DONE
        return False
    moment = rules.ask_at(told, max(now, call.due_at), one.beat.at, one.row.deadline)
    if moment is not None and moment > now:
        call.next_at = moment
        return False
    muted = (ASK if planned else REMIND) in one.member.muted
    if moment is None or muted:
        call.state = CallState.LEFT if planned else call.state
        return False
    again = rules.remind_at(told, now, one.beat.at, one.row.deadline)
    if over:  # a message too many this week: tried once more, a day later
        call.next_at = again if planned else None
        call.state = CallState.LEFT if planned and again is None else call.state
        return False
    call.state, call.next_at = (CallState.ASKED, again) if planned else (CallState.REMINDED, None)
    return True


def _asking(found: Sequence[tuple[_Turn, list[Item]]], reminder: bool) -> Asking:
    head = found[0][0]
    for one, _ in found[1:]:
        if not reminder:
            one.call.said_with = head.call.id
    items = tuple(item for _, due in found for item in due)
    deadline = min(one.row.deadline for one, _ in found)
    return Asking(head.call, head.member, items, reminder, deadline)


async def moved(session: AsyncSession, member_ids: Sequence[int], now: datetime) -> None:
    """These members' zone changed: they are asked at the same wall-clock time there.

    Nobody waits any longer for those who have left: the next tick leaves their calls.
    """
    if not member_ids:
        return
    await session.execute(
        update(CheckInCall)
        .where(CheckInCall.member_id.in_(_gone(member_ids)), CheckInCall.state.not_in(OVER))
        .where(CheckInCall.round_id.in_(select(Round.id).where(Round.closes_at.is_not(None))))
        .values(next_at=now)
        .execution_options(synchronize_session=False)
    )
    here = CheckInCall.member_id.not_in(_gone(member_ids))
    mine = CheckInCall.member_id.in_(member_ids) & CheckInCall.next_at.is_not(None) & here
    for one in await _turns(session, mine, len(member_ids) * BATCH):
        told, until = presence(one.member), one.row.deadline
        due = rules.due_at(one.row.day, one.beat, one.member.tz)
        if one.call.state == CallState.PLANNED:
            one.call.due_at = due
            one.call.next_at = rules.ask_at(told, max(due, now), one.beat.at, until)
            one.call.state = CallState.PLANNED if one.call.next_at else CallState.LEFT
        else:
            again = rules.remind_at(told, max(one.call.due_at, due), one.beat.at, until)
            one.call.next_at = max(again, now) if again else None


def _gone(member_ids: Sequence[int]) -> Select[int]:
    return select(Member.id).where(Member.id.in_(member_ids), Member.is_deleted)


# --- the message's way --------------------------------------------------------------------------


@dataclass(frozen=True)
class Spoken:
    """A message to one person, named by its first call, and the rounds that it speaks of."""

    call: CheckInCall
    member: Member
    rounds: tuple[Round, ...]
    done: bool

    @property
    def open(self) -> bool:
        return any(row.closes_at is not None for row in self.rounds)


async def spoken(
    session: AsyncSession, member_ids: Collection[int], rounds: Collection[int]
) -> list[Spoken]:
    """These people's messages that speak of any of these rounds, in one order for all who ask."""
    rows = await session.execute(
        select(CheckInCall, Round, Member)
        .join(Round, Round.id == CheckInCall.round_id)
        .join(Member, Member.id == CheckInCall.member_id)
        .where(CheckInCall.member_id.in_(member_ids), CheckInCall.state != CallState.PLANNED)
        .where(or_(Round.closes_at.is_not(None), Round.id.in_(rounds)))
        .order_by(CheckInCall.id)
    )
    found: dict[int, list[tuple[CheckInCall, Round, Member]]] = defaultdict(list)
    for call, row, member in rows.all():
        found[call.said_with or call.id].append((call, row, member))
    told = []
    for head, group in found.items():
        about = tuple(row for _, row, _ in group)
        first = next((call for call, _, _ in group if call.id == head), None)
        if first is not None and {row.id for row in about} & set(rounds):
            done = all(call.state == CallState.DONE for call, _, _ in group)
            told.append(Spoken(first, group[0][2], about, done))
    return sorted(told, key=lambda one: one.call.id)


async def still_wanted(session: AsyncSession, call_id: int) -> bool:
    """Read again just before sending: closed, or the person is gone since it was planned."""
    call = await session.get(CheckInCall, call_id)
    if call is None or call.state in (CallState.PLANNED, CallState.LEFT):
        return False
    member = await session.get_one(Member, call.member_id)
    return not member.is_deleted


async def reminder_wanted(session: AsyncSession, call_id: int) -> bool:
    call = await session.get(CheckInCall, call_id)
    if call is None or call.state != CallState.REMINDED:
        return False
    member = await session.get_one(Member, call.member_id)
    return not member.is_deleted
