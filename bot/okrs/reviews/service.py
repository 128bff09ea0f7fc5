"""Opens the blind votes of a round: when all who were asked have voted, or at its deadline.

Whoever calls `reveal` holds the round's lock, so two last votes open a key result once.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import insert_all
from bot.okrs.checkins import loading, rules
from bot.okrs.checkins.rules import CallState
from bot.okrs.checkins.tables import CheckIn, CheckInCall, Reveal, Round
from bot.okrs.tables import KeyResult, Objective, TeamCycle
from bot.people.tables import Member

BATCH = 10  # rounds that one transaction closes: people who check in meanwhile wait for it
# A reveal waits for who is or will be asked, or answered unasked.
ASKED = (CallState.PLANNED, CallState.ASKED, CallState.REMINDED, CallState.DONE)
OVER = (CallState.DONE, CallState.LEFT)


@dataclass(frozen=True)
class Vote:
    """One person's; `user_id` None: a former member."""

    member_id: int | None
    user_id: str | None
    confidence: int
    note: str
    blocker: str


@dataclass(frozen=True)
class Revealed:
    """A key result whose votes were just opened, lowest first; `review`: they lie far apart."""

    reveal_id: int
    round_id: int
    team_cycle_id: int
    key_result_id: int
    title: str
    votes: tuple[Vote, ...]
    asked: int
    review: bool


async def lock(session: AsyncSession, round_ids: Collection[int]) -> dict[int, Round]:
    """These rounds, locked in one order and read anew."""
    rows = await session.scalars(
        select(Round)
        .where(Round.id.in_(round_ids))
        .order_by(Round.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return {row.id: row for row in rows}


async def reveal(
    session: AsyncSession, row: Round, now: datetime, *, closing: bool = False
) -> list[Revealed]:
    """Open what is complete, and at the deadline the rest. The round is locked."""
    waiting = await _unopened(session, row)
    if not waiting:
        return []
    votes = await _votes(session, row.id)
    # Before the deadline nothing is complete on which nobody has voted.
    maybe = [one for one in waiting if closing or one in votes]
    asked = await _asked(session, row.id, maybe)
    rows = []
    for key_result_id in maybe:
        given = votes.get(key_result_id, [])
        called = asked.get(key_result_id, set())
        voters = {one.member_id for one in given if one.member_id is not None}
        if rules.complete(called, voters) or (closing and (called or given)):
            rows.append(_row(row, key_result_id, given, len(called | voters), now))
    made = await insert_all(session, Reveal, rows, "key_result_id")
    return [
        Revealed(
            made[one["key_result_id"]],
            row.id,
            row.team_cycle_id,
            one["key_result_id"],
            waiting[one["key_result_id"]],
            tuple(votes.get(one["key_result_id"], ())),
            one["voters"],
            one["review"],
        )
        for one in rows
        if one["key_result_id"] in made
    ]


def _row(
    row: Round, key_result_id: int, given: Sequence[Vote], asked: int, now: datetime
) -> dict[str, Any]:
    figures = [one.confidence for one in given]
    return {
        "workspace_id": row.workspace_id,
        "round_id": row.id,
        "key_result_id": key_result_id,
        "at": now,
        "votes": figures,
        "voters": asked,
        "review": rules.needs_review(figures),
    }


async def _unopened(session: AsyncSession, row: Round) -> Mapping[int, str]:
    """Titles of the key results of the round's place that are not revealed in it."""
    done = select(Reveal.key_result_id).where(Reveal.round_id == row.id)
    rows = await session.execute(
        select(KeyResult.id, KeyResult.title)
        .join(Objective, Objective.id == KeyResult.objective_id)
        .join(
            TeamCycle,
            (TeamCycle.team_id == KeyResult.team_id) & (TeamCycle.cycle_id == KeyResult.cycle_id),
        )
        .where(TeamCycle.id == row.team_cycle_id, TeamCycle.workspace_id == row.workspace_id)
        .where(Objective.state == "active", KeyResult.archived_at.is_(None))
        .where(KeyResult.id.not_in(done))
        .order_by(KeyResult.id)
    )
    return {found[0]: found[1] for found in rows}


async def _votes(session: AsyncSession, round_id: int) -> Mapping[int, list[Vote]]:
    """The newest vote of each person on each key result, lowest first."""
    rows: Any = await session.execute(
        select(CheckIn, Member.user_id)
        .outerjoin(Member, Member.id == CheckIn.member_id)
        .where(CheckIn.round_id == round_id, CheckIn.confidence.is_not(None))
        .order_by(CheckIn.at, CheckIn.id)
    )
    newest: dict[tuple[int, object], Vote] = {}
    for row, user_id in rows.all():
        who = row.member_id or f"former {row.id}"
        newest[row.key_result_id, who] = Vote(
            row.member_id, user_id, row.confidence, row.note, row.blocker
        )
    found: dict[int, list[Vote]] = defaultdict(list)
    for (key_result_id, _), vote in newest.items():
        found[key_result_id].append(vote)
    return {key: sorted(told, key=lambda one: one.confidence) for key, told in found.items()}


async def _asked(
    session: AsyncSession, round_id: int, ids: Collection[int]
) -> Mapping[int, set[int]]:
    """The owners who are asked in this round, by key result."""
    called = await session.scalars(
        select(CheckInCall.member_id)
        .join(Member, Member.id == CheckInCall.member_id)
        .where(CheckInCall.round_id == round_id, CheckInCall.state.in_(ASKED))
        .where(Member.is_deleted.is_(False))
    )
    members = set(called)
    known = await loading.owners(session, ids)
    return {
        key_result_id: {row.member_id for row, _ in told} & members
        for key_result_id, told in known.items()
    }


async def find(session: AsyncSession, reveal_id: int) -> tuple[int, Revealed] | None:
    """A reveal as it was told: (its workspace, what was opened)."""
    row = (
        await session.execute(
            select(Reveal, Round, KeyResult.title)
            .join(Round, Round.id == Reveal.round_id)
            .join(KeyResult, KeyResult.id == Reveal.key_result_id)
            .where(Reveal.id == reveal_id)
        )
    ).first()
    if row is None:
        return None
    opened, asking, title = row
    given = (await _votes(session, asking.id)).get(opened.key_result_id, [])
    told = Revealed(
        opened.id,
        asking.id,
        asking.team_cycle_id,
        opened.key_result_id,
        title,
        tuple(given),
        opened.voters,
        opened.review,
    )
    return opened.workspace_id, told


# --- the deadline -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Closed:
    """A round whose deadline has come: what was opened then, and who was asked in vain."""

    row: Round
    revealed: tuple[Revealed, ...]
    unanswered: tuple[tuple[CheckInCall, Member], ...]


async def close_due(session: AsyncSession, now: datetime) -> tuple[list[Closed], bool]:
    """Close a batch of rounds whose deadline has come; say whether more may be waiting."""
    rows = await session.scalars(
        select(Round)
        .where(Round.closes_at <= now)
        .order_by(Round.closes_at)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    batch = rows.all()
    return [await _close(session, row, now) for row in batch], len(batch) == BATCH


async def _close(session: AsyncSession, row: Round, now: datetime) -> Closed:
    revealed = await reveal(session, row, now, closing=True)
    calls = await session.execute(
        select(CheckInCall, Member)
        .join(Member, Member.id == CheckInCall.member_id)
        .where(
            CheckInCall.round_id == row.id,
            CheckInCall.state.not_in(OVER),
        )
    )
    told = tuple((call, member) for call, member in calls.all())
    for call, _ in told:
        call.state, call.next_at = CallState.LEFT, None
    row.closes_at = None
    return Closed(row, tuple(revealed), told)
