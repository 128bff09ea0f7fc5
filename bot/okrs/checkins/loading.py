"""Reads what owners are asked for: a handful of statements, however many people and key results.

A confidence, note or blocker of a round that is not revealed leaves this file only for the
person who gave it.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.okrs import loading, terms
from bot.okrs.checkins import rules
from bot.okrs.checkins.rules import Answerer, Presence
from bot.okrs.checkins.tables import CheckIn, Reveal, Round
from bot.okrs.rules import Terms
from bot.okrs.scoreboard import Rhythm
from bot.okrs.tables import Cycle, KeyResult, KeyResultOwner, Objective, TeamCycle
from bot.people import service as people
from bot.people.rules import Quiet
from bot.people.tables import Member
from bot.people.teams.tables import Team

AFTER = timedelta(days=14)  # how long after its last day a cycle's key results are still offered


@dataclass(frozen=True)
class Given:
    """What one person said of one key result in one round, the newest."""

    confidence: int
    note: str
    blocker: str
    at: datetime


@dataclass(frozen=True)
class Item:
    """One key result as one of its owners finds it in the check-in form.

    `value` is the newest that anybody gave. `confidence` is the person's own last one, `given`
    what they said in the round that is open. `gives_value`: they are asked for the value too.
    `due_at` is on the person's own clock; None without an open round, or when it asks others.
    """

    key_result_id: int
    title: str
    team_cycle_id: int
    team: str
    cycle: str
    terms: Terms
    value: float | None = None
    value_at: datetime | None = None
    confidence: int | None = None
    gives_value: bool = False
    round_id: int | None = None
    deadline: datetime | None = None
    due_at: datetime | None = None
    given: Given | None = None
    revealed: bool = False
    fresh: bool = False

    @property
    def due(self) -> bool:
        """Is anything asked of the person? Of what was opened without them, only the value."""
        if self.round_id is None or self.due_at is None:
            return False
        votes = self.given is None and not self.revealed
        return votes or (self.gives_value and not self.fresh)


def presence(member: Member) -> Presence:
    return Presence(
        member.tz,
        people.off(member),
        people.country(member),
        member.paused_until,
        Quiet(member.quiet_from, member.quiet_to),
    )


async def items(
    session: AsyncSession,
    member_ids: Collection[int],
    now: datetime,
    also: Collection[int] = (),
) -> Mapping[int, tuple[Item, ...]]:
    """Key results of cycles that run, by owner: by team, in their order.

    With the rounds that are open, and those of `also`, which may be closed.
    """
    owned = await _owned(session, member_ids, now)
    if not owned:
        return {}
    ids = list({row.id for _, row, *_ in owned})
    rounds = await _open_rounds(session, {place.id for *_, place, _ in owned}, also)
    known = await owners(session, ids)
    values = await _values(session, ids)
    asked = [one.id for one in rounds.values()]
    own = await _own_words(session, ids, member_ids, asked)
    opened = await _opened(session, asked)
    members = {member.id: member for told in known.values() for _, member in told}
    found: dict[int, list[Item]] = defaultdict(list)
    for owner, row, team, place, cycle in owned:
        last, given = own.get((row.id, owner.member_id), (None, {}))
        value = values.get(row.id, (None, None))
        item = replace(_item(row, team, place, cycle, value, now), confidence=last)
        window = None
        if asking := rounds.get(place.id):
            window = Window(asking.day, asking.deadline, loading.rhythm(place, cycle))
            due_at = rules.due_at(asking.day, window.beat, members[owner.member_id].tz)
            revealed = (asking.id, row.id) in opened
            item = _in_round(item, asking, due_at, given.get(asking.id), revealed)
        gives = owner.accountable or _giver(known.get(row.id, ()), window) == owner.member_id
        found[owner.member_id].append(replace(item, gives_value=gives))
    return {member_id: tuple(told) for member_id, told in found.items()}


def _item(
    row: KeyResult,
    team: str,
    place: TeamCycle,
    cycle: Cycle,
    newest: tuple[datetime | None, float | None],
    now: datetime,
) -> Item:
    value_at, value = newest
    return Item(
        row.id,
        row.title,
        place.id,
        team,
        cycle.key,
        terms.from_document(loading.current(row)),
        value,
        value_at,
        fresh=rules.fresh(value_at, now),
    )


def _in_round(
    item: Item, asking: Round, due_at: datetime, given: Given | None, revealed: bool
) -> Item:
    return replace(
        item,
        round_id=asking.id,
        deadline=asking.deadline,
        due_at=due_at,
        given=given,
        revealed=revealed,
    )


@dataclass(frozen=True)
class Window:
    """When a round can be answered: from the check-in time of `day` to the deadline."""

    day: date
    deadline: datetime
    beat: Rhythm


def _giver(known: Sequence[tuple[KeyResultOwner, Member]], window: Window | None) -> int | None:
    return rules.giver(
        [Answerer(row.member_id, row.accountable, here(member, window)) for row, member in known]
    )


def here(member: Member, window: Window | None) -> bool:
    """Can the person answer, in this round if there is one?"""
    if member.is_deleted:
        return False
    if window is None:
        return True
    due = rules.due_at(window.day, window.beat, member.tz)
    return not rules.away(presence(member), due, window.deadline)


async def _owned(
    session: AsyncSession, member_ids: Collection[int], now: datetime
) -> Sequence[Any]:
    """(owner, key result, team's name, place, cycle)."""
    today = now.date()
    rows = await session.execute(
        select(KeyResultOwner, KeyResult, Team.name, TeamCycle, Cycle)
        .join(KeyResult, KeyResult.id == KeyResultOwner.key_result_id)
        .join(Objective, Objective.id == KeyResult.objective_id)
        .join(
            TeamCycle,
            (TeamCycle.team_id == KeyResult.team_id) & (TeamCycle.cycle_id == KeyResult.cycle_id),
        )
        .join(Cycle, Cycle.id == KeyResult.cycle_id)
        .join(Team, Team.id == KeyResult.team_id)
        .where(KeyResultOwner.member_id.in_(member_ids))
        .where(Objective.state == "active", Objective.archived_at.is_(None))
        .where(KeyResult.archived_at.is_(None), TeamCycle.closed_at.is_(None))
        .where(Cycle.starts <= today + timedelta(days=1), Cycle.ends >= today - AFTER)
        .order_by(Team.name, TeamCycle.id, KeyResult.objective_id, KeyResult.position, KeyResult.id)
    )
    return rows.all()


async def _open_rounds(
    session: AsyncSession, place_ids: Collection[int], also: Collection[int]
) -> dict[int, Round]:
    """The open round of each place."""
    rows = await session.scalars(
        select(Round)
        .where(Round.team_cycle_id.in_(place_ids))
        .where(or_(Round.closes_at.is_not(None), Round.id.in_(also)))
        .order_by(Round.day)
    )
    return {row.team_cycle_id: row for row in rows}


async def owners(
    session: AsyncSession, ids: Collection[int]
) -> Mapping[int, list[tuple[KeyResultOwner, Member]]]:
    rows = await session.execute(
        select(KeyResultOwner, Member)
        .join(Member, Member.id == KeyResultOwner.member_id)
        .where(KeyResultOwner.key_result_id.in_(ids))
        .order_by(KeyResultOwner.accountable.desc(), KeyResultOwner.id)
    )
    found: dict[int, list[tuple[KeyResultOwner, Member]]] = defaultdict(list)
    for row, member in rows.all():
        found[row.key_result_id].append((row, member))
    return found


async def _values(
    session: AsyncSession, ids: Collection[int]
) -> Mapping[int, tuple[datetime, float]]:
    """The newest value of each key result, and when it was given."""
    newest = (
        select(CheckIn.key_result_id, func.max(CheckIn.at).label("at"))
        .where(CheckIn.key_result_id.in_(ids), CheckIn.value.is_not(None))
        .group_by(CheckIn.key_result_id)
        .subquery()
    )
    rows = await session.execute(
        select(CheckIn.key_result_id, CheckIn.at, CheckIn.value)
        .join(
            newest,
            (newest.c.key_result_id == CheckIn.key_result_id) & (newest.c.at == CheckIn.at),
        )
        .where(CheckIn.value.is_not(None))
        .order_by(CheckIn.id)
    )
    return {row[0]: (row[1], row[2]) for row in rows if row[2] is not None}


async def _own_words(
    session: AsyncSession, ids: Collection[int], who: Collection[int], rounds: Collection[int]
) -> Mapping[tuple[int, int], tuple[int, dict[int, Given]]]:
    """(key result, member): the last confidence, and what was given in these rounds alone."""
    newest = (
        select(CheckIn.key_result_id, CheckIn.member_id, func.max(CheckIn.at).label("at"))
        .where(CheckIn.key_result_id.in_(ids), CheckIn.member_id.in_(who))
        .where(CheckIn.confidence.is_not(None))
        .group_by(CheckIn.key_result_id, CheckIn.member_id)
        .subquery()
    )
    rows = await session.execute(
        select(
            CheckIn.key_result_id,
            CheckIn.member_id,
            CheckIn.round_id,
            CheckIn.confidence,
            CheckIn.note,
            CheckIn.blocker,
            CheckIn.at,
        )
        .join(newest, newest.c.key_result_id == CheckIn.key_result_id)
        .where(newest.c.member_id == CheckIn.member_id)
        .where(CheckIn.confidence.is_not(None))
        .where(or_(CheckIn.at == newest.c.at, CheckIn.round_id.in_(rounds)))
        .order_by(CheckIn.at, CheckIn.id)
    )
    found: dict[tuple[int, int], tuple[int, dict[int, Given]]] = {}
    for key_result_id, member_id, round_id, confidence, note, blocker, at in rows:
        if confidence is None or member_id is None:
            continue
        _, given = found.get((key_result_id, member_id), (0, {}))
        if round_id is not None:
            given[round_id] = Given(confidence, note, blocker, at)
        found[key_result_id, member_id] = (confidence, given)
    return found


async def _opened(session: AsyncSession, round_ids: Collection[int]) -> set[tuple[int, int]]:
    """(round, key result) that are revealed."""
    rows = await session.execute(
        select(Reveal.round_id, Reveal.key_result_id).where(Reveal.round_id.in_(round_ids))
    )
    return {(row[0], row[1]) for row in rows}
