"""What came of the quarter, in the words of `quarter_expected.yaml`: read from Slack and the store.

Messages as Slack got them say who was told, asked and shown what, and when; the store has what
nobody is shown: weights, states, standby, silence, reliability.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, select

from bot.mocks import rules
from bot.mocks.rounds.rules import Memory, told
from bot.mocks.rounds.service import HEARD
from bot.mocks.rules import EntryState, GroupState, Outcome
from bot.mocks.service import TOLD
from bot.mocks.tables import MockEntry, MockGroup, MockProfile, MockRound, MockSeat
from bot.people.tables import Member
from bot.scoring import service as scoring
from bot.scoring.ratings.partners import service as partners
from bot.scoring.tables import Rating
from tests.mocks.quarter import FIRST, ROUNDS, WEEK, Quarter, stamp
from tests.mocks.quarter_messages import buttons, group_of, pressable
from tests.world import World

STATES = {GroupState.UNTOLD: "not_told"}


def week_of(monday: date) -> int:
    return (monday - FIRST) // WEEK + 1


def monday_of(week: int) -> date:
    return FIRST + (week - 1) * WEEK


@dataclass
class Counted:
    """As it stood right after the matching of a week, by week."""

    world: World
    eligible: dict[int, list[str]] = field(default_factory=dict)
    alone: dict[int, dict[str, str]] = field(default_factory=dict)
    standby: dict[int, list[str]] = field(default_factory=dict)  # of the week before
    silent: dict[int, dict[str, int]] = field(default_factory=dict)
    resting: dict[int, list[str]] = field(default_factory=dict)

    async def __call__(self, week: int) -> None:
        async with self.world.deps.transaction() as session:
            entries = await session.execute(
                select(Member.user_id, MockEntry.state, MockEntry.reason, MockRound.week)
                .join(Member, Member.id == MockEntry.member_id)
                .join(MockRound, MockRound.id == MockEntry.round_id)
                .where(MockRound.week.in_([monday_of(week), monday_of(week - 1)]))
                .order_by(Member.user_id)
            )
            rows = entries.all()
            profiles = await session.execute(
                select(Member.user_id, MockProfile.silent_rounds, MockProfile.resting)
                .join(Member, Member.id == MockProfile.member_id)
                .order_by(Member.user_id)
            )
            known = profiles.all()
        now = [row for row in rows if row.week == monday_of(week)]
        waiting = EntryState.STANDBY
        self.eligible[week] = [row.user_id for row in now]
        self.alone[week] = {row.user_id: row.reason for row in now if row.state == waiting}
        before = [row for row in rows if row not in now]
        self.standby[week - 1] = [row.user_id for row in before if row.state == waiting]
        self.silent[week - 1] = {row.user_id: row.silent_rounds for row in known}
        self.resting[week - 1] = [row.user_id for row in known if row.resting]


@dataclass
class Group:
    """A group as the store has it at the end, and what Slack was told of it."""

    row: MockGroup
    week: int
    seats: dict[str, MockSeat]  # by user
    out: dict[str, str] = field(default_factory=dict)
    tell_at: str | None = None
    slots: list[str] = field(default_factory=list)  # as first proposed
    asked: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    revealed: dict[str, str] = field(default_factory=dict)  # when each person was shown marks
    reads: dict[str, str] = field(default_factory=dict)  # and how that message stands at the end
    opened: dict[str, tuple[str, bool]] = field(default_factory=dict)  # by rater: when, blind
    kits: dict[str, str] = field(default_factory=dict)  # when each got theirs

    @property
    def members(self) -> list[str]:
        return sorted(self.seats)

    @property
    def state(self) -> str:
        return STATES.get(GroupState(self.row.state), self.row.state)

    @property
    def agreed(self) -> str | None:
        return stamp(self.row.agreed_at) if self.row.agreed_at else None


def _seats() -> Select[*tuple[Any, ...]]:
    """Every seat, as the matching's memory reads them."""
    return (
        select(
            MockSeat.group_id, MockRound.week, MockGroup.state, MockGroup.track,
            MockGroup.agreed_at, MockGroup.tell_at, MockGroup.ended_at, MockSeat.member_id,
            Member.user_id, MockSeat.role, MockSeat.kit_id, MockSeat.outcome, MockSeat.absent_id,
            MockSeat.touched_at, MockSeat.left_at,
        )
        .join(MockGroup, MockGroup.id == MockSeat.group_id)
        .join(MockRound, MockRound.id == MockGroup.round_id)
        .join(Member, Member.id == MockSeat.member_id)
        .where(MockRound.week < monday_of(ROUNDS + 1))
        .order_by(MockGroup.id, MockSeat.turn)
    )  # fmt: skip


async def groups(quarter: Quarter) -> list[Group]:
    """All groups of the twelve rounds, in the order in which they were made."""
    async with quarter.world.deps.transaction() as session:
        rows = await session.execute(
            select(MockGroup, MockSeat, Member.user_id, MockRound.week, MockEntry.state)
            .join(MockSeat, MockSeat.group_id == MockGroup.id)
            .join(Member, Member.id == MockSeat.member_id)
            .join(MockRound, MockRound.id == MockGroup.round_id)
            .outerjoin(
                MockEntry,
                (MockEntry.round_id == MockRound.id) & (MockEntry.member_id == Member.id),
            )
            .where(MockRound.week < monday_of(ROUNDS + 1))
            .order_by(MockGroup.id, MockSeat.turn)
        )
        found: dict[int, Group] = {}
        for row, seat, user, week, standing in rows.all():
            one = found.setdefault(row.id, Group(row, week_of(week), {}))
            one.seats[user] = seat
            if standing == EntryState.OUT and row.state != GroupState.UNTOLD:
                one.out[user] = str(Outcome.COULD_NOT)
        await _absent(session, found)
        await _opened(session, found)
    _heard(quarter, found)
    return list(found.values())


async def _absent(session: Any, found: dict[int, Group]) -> None:
    """Who did not come, as it counts for reliability."""
    users = {seat.member_id: user for one in found.values() for user, seat in one.seats.items()}
    for rows in (await _by_group(session)).values():
        group = found[rows[0].group_id]
        for member_id in told(rows).absent:
            group.out[users[member_id]] = str(Outcome.NO_SHOW)
        if group.row.state == GroupState.UNCLEAR:
            group.out = {}


async def _by_group(session: Any) -> dict[int, list[Any]]:
    by_group: dict[int, list[Any]] = defaultdict(list)
    for row in await session.execute(_seats().where(TOLD, HEARD)):
        by_group[row.group_id].append(row)
    return by_group


async def _opened(session: Any, found: dict[int, Group]) -> None:
    rows = await session.execute(
        select(Rating.topic, Rating.shown_at, Rating.blind, Member.user_id)
        .join(Member, Member.id == Rating.member_id)
        .where(Rating.topic.startswith("mock_"), Rating.shown_at.is_not(None))
    )
    for topic, shown_at, blind, user in rows.all():
        group = found[int(topic.partition(".")[0].removeprefix("mock_"))]
        group.opened[user] = (stamp(shown_at), blind)


def _heard(quarter: Quarter, found: dict[int, Group]) -> None:
    """What Slack was told, from the quarter's log."""
    for one in quarter.log:
        if one.rule == "mock.pair" and group_of(one.told):
            group = found.get(int(group_of(one.told)))
            if group is not None:
                group.tell_at = one.at
                group.slots = [stamp(at) for at in pressable(one.told)]
                _kits(quarter, group, one.ts)
        values = {
            str(b.get("value", "")) for b in buttons(one.told) if "mocks.say" in b["action_id"]
        }
        if one.rule == "mock.outcome" and values:
            group = found.get(int(min(values).partition(":")[0]))
            if group is not None:
                group.asked[one.people[0]].append(one.at)
    _revealed(quarter, list(found.values()))


def _kits(quarter: Quarter, group: Group, after: str) -> None:
    """The first kit that each of the group got once they had heard of each other."""
    for user in group.seats:
        for one in quarter.log:
            if one.rule == "mock.kit" and one.people == (user,) and one.ts > after:
                group.kits[user] = one.at
                break


def _revealed(quarter: Quarter, found: list[Group]) -> None:
    """A reveal names no group: it is that of the newest opened one with these very people."""
    for one in quarter.log:
        if one.rule != "mock.reveal" or one.thread:
            continue
        head = one.told["text"].partition("\n")[0]
        user = one.people[0]
        named = {other for other in quarter.members if f"<@{other}>" in head}
        there = [
            group
            for group in found
            if set(group.seats) - set(group.out) == {user, *named}
            and user not in group.revealed
            and any(at <= one.at for at, _ in group.opened.values())
        ]
        there[-1].revealed[user] = one.at
        there[-1].reads[user] = _now(quarter, one.ts)


def _now(quarter: Quarter, ts: str) -> str:
    for channel in quarter.world.slack.state.channels.values():
        if ts in channel.messages:
            return str(channel.messages[ts]["text"])
    return ""


async def memory(quarter: Quarter) -> Memory:
    """What the matching after the last of the twelve rounds remembers of everybody."""
    found = Memory(monday_of(ROUNDS + 1))
    async with quarter.world.deps.transaction() as session:
        for rows in (await _by_group(session)).values():
            found.take(told(rows))
    return found


async def means(quarter: Quarter) -> dict[str, dict[str, tuple[float, int]]]:
    """{person: {cell: (mean, marks)}}"""
    async with quarter.world.deps.transaction() as session:
        found = await scoring.means_of(session, list(quarter.members.values()))
        return {
            user: {cell.value: (one.mark, one.count) for cell, one in found.get(id_, {}).items()}
            for user, id_ in quarter.members.items()
        }


async def usual(quarter: Quarter) -> dict[str, Any]:
    """How each usually marks partners, by person."""
    async with quarter.world.deps.transaction() as session:
        found = await partners.usual(session, list(quarter.members.values()))
        return {user: found[id_] for user, id_ in quarter.members.items() if id_ in found}


def soon(at: str, minutes: int) -> str:
    return stamp(datetime.fromisoformat(at) + timedelta(minutes=minutes))


QUARTER = int(rules.QUARTER.total_seconds() // 60)
