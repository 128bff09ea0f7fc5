"""Peer reviewers: whom a member asks for marks of one answer, and what becomes of it.

The member alone decides who sees an answer. Whoever changes a request holds it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.content import Content
from bot.drills import service as drills
from bot.drills.answers import held
from bot.drills.answers.service import card_topic
from bot.drills.reviewing import rules
from bot.drills.reviewing.rules import SHOWN, Asked
from bot.drills.reviewing.tables import ReviewRequest
from bot.drills.rules import Part
from bot.drills.tables import DrillSession
from bot.errors import UserMistake
from bot.people import service as people
from bot.people.tables import Member
from bot.plans import service as plans
from bot.plans.tables import PracticePlan
from bot.scoring import service as scoring
from bot.scoring.ratings import service as ratings
from bot.scoring.ratings.partners import service as partners
from bot.scoring.ratings.partners.service import Mark
from bot.scoring.ratings.service import Given
from bot.scoring.rules import Cell

RULE = "drill.review_asked"


@dataclass(frozen=True)
class Standing:
    """A drill of the member's own, and everybody who was asked about it."""

    row: DrillSession
    requests: Sequence[tuple[ReviewRequest, Member]]  # and who was asked

    @property
    def full(self) -> bool:
        return rules.full([Asked(request.state) for request, _ in self.requests])


async def standing(
    session: AsyncSession, content: Content, session_id: int, member: Member
) -> Standing:
    """Raises UserMistake for another's drill, and for one that a channel was given.

    An answer may always come: a late one is scored too.
    """
    row = await drills.owned(session, session_id, member)
    drills.drill_of(content, row)
    if row.team_run_id is not None:
        raise UserMistake("review_channel")
    return Standing(row, await _requests(session, row.id))


async def _requests(
    session: AsyncSession, session_id: int
) -> Sequence[tuple[ReviewRequest, Member]]:
    rows = await session.execute(
        select(ReviewRequest, Member)
        .join(Member, Member.id == ReviewRequest.reviewer_id)
        .where(ReviewRequest.session_id == session_id)
        .order_by(ReviewRequest.id)
        .with_for_update(of=ReviewRequest)
    )
    return [(row[0], row[1]) for row in rows.all()]


async def _answer(session: AsyncSession, row: DrillSession) -> str:
    """All that the member wrote; empty when it is withdrawn."""
    return (await held.read(session, None, row.id, Part.ANSWER)).prose.strip()


async def ask(
    session: AsyncSession,
    at: Standing,
    user: str,
    note: str,
    now: datetime,
    own_bot: str,
) -> ReviewRequest:
    """Write that this person is asked. Raises UserMistake, beside the field."""
    row = at.row
    member = await session.get_one(Member, row.member_id)
    if user == member.user_id:
        raise UserMistake("review_self", field="person")
    if user in (own_bot, "USLACKBOT"):
        raise UserMistake("review_bot", field="person")
    if user in {one.user_id for _, one in at.requests}:
        raise UserMistake("review_twice", field="person")
    if at.full:
        raise UserMistake("review_full", field="person")
    other = await people.find(session, row.workspace_id, user)
    if other is None:  # nobody else can hold a row that is new
        other = await people.ensure(session, row.workspace_id, user)
    if other.is_deleted:
        raise UserMistake("review_left", field="person")
    if await away(session, other, now):
        raise UserMistake("review_away", field="person")
    request = ReviewRequest(
        workspace_id=row.workspace_id,
        session_id=row.id,
        member_id=row.member_id,
        reviewer_id=other.id,
        state=Asked.ASKED,
        note=note,
        digest="",
        at=now,
    )
    session.add(request)
    await session.flush()
    return request


async def away(session: AsyncSession, member: Member, now: datetime) -> bool:
    """Muted, in a pause, or in the silence before an interview of their own."""
    if RULE in member.muted or (member.paused_until is not None and member.paused_until > now):
        return True
    plan = await session.scalar(select(PracticePlan).where(PracticePlan.member_id == member.id))
    return plan is not None and plans.silent(plan, member, now)


# --- the answer, for who marks it -----------------------------------------------------------------


@dataclass(frozen=True)
class Work:
    """One request with all that its message says; `answer` is empty when it was withdrawn."""

    request: ReviewRequest
    row: DrillSession
    member: Member
    reviewer: Member
    answer: str


async def following(session: AsyncSession, row: DrillSession) -> list[Work]:
    """Everybody who was asked about this session, and its answer as it stands."""
    found = await _requests(session, row.id)
    if not found:
        return []
    member, text = await session.get_one(Member, row.member_id), await _answer(session, row)
    return [Work(request, row, member, reviewer, text) for request, reviewer in found]


def noted(work: Work) -> bool:
    """Note what the reviewer is shown now; False when they have it already."""
    given = work.request.state == Asked.GIVEN
    digest = sha256(f"{given}\n{work.answer}".encode()).hexdigest()
    known, work.request.digest = work.request.digest, digest
    return known != digest


async def for_reviewer(session: AsyncSession, request_id: int, reviewer: Member) -> Work:
    """One request to this person, held. Raises UserMistake when it is not theirs, or is gone."""
    request = await session.get(ReviewRequest, request_id, with_for_update=True)
    if request is None or request.reviewer_id != reviewer.id or request.state not in SHOWN:
        raise UserMistake("review_gone")
    return await _work(session, request)


async def for_member(session: AsyncSession, request_id: int, member: Member) -> Work:
    """One request of this person's own, held. Raises UserMistake when it is another's."""
    asked_about = await session.scalar(
        select(ReviewRequest.session_id).where(
            ReviewRequest.id == request_id, ReviewRequest.member_id == member.id
        )
    )
    if asked_about is None:
        raise UserMistake("review_gone")
    # The session first, as whoever scores its answer holds them: else each waits for the other.
    await drills.owned(session, asked_about, member)
    request = await session.get_one(ReviewRequest, request_id, with_for_update=True)
    return await _work(session, request)


async def _work(session: AsyncSession, request: ReviewRequest) -> Work:
    row = await session.get_one(DrillSession, request.session_id)
    member = await session.get_one(Member, request.member_id)
    reviewer = await session.get_one(Member, request.reviewer_id)
    return Work(request, row, member, reviewer, await _answer(session, row))


async def find(session: AsyncSession, request_id: int) -> Work | None:
    """A request, locked, with everything about it; whose it is must be checked."""
    request = await session.get(ReviewRequest, request_id, with_for_update=True)
    return None if request is None else await _work(session, request)


async def still_wanted(session: AsyncSession, request_id: int) -> bool:
    """Read again just before the reviewer is written to."""
    request = await session.get(ReviewRequest, request_id)
    if request is None or request.state not in SHOWN:
        return False
    reviewer = await session.get_one(Member, request.reviewer_id)
    return not reviewer.is_deleted and RULE not in reviewer.muted


# --- marks ----------------------------------------------------------------------------------------


def _topic(work: Work) -> str:
    return card_topic(work.row.id, Part.ANSWER)


async def given(session: AsyncSession, work: Work) -> Given | None:
    """What the reviewer gave this answer."""
    return await ratings.find(
        session, work.request.workspace_id, _topic(work), work.request.reviewer_id
    )


async def give(
    session: AsyncSession, work: Work, marks: Mapping[Cell, int], note: str, now: datetime
) -> None:
    """Keep the reviewer's marks; they count from now on, as those of partners in mocks do."""
    mark = Mark(
        _topic(work),
        work.request.reviewer_id,
        work.request.member_id,
        Given(marks, note, blind=True),
        shown=True,
    )
    await partners.keep(session, work.request.workspace_id, mark, now)
    work.request.state = Asked.GIVEN


async def marks_of_bot(session: AsyncSession, work: Work) -> dict[Cell, int]:
    """The scorer's, as the card shows them; none while the card waits for the member's own."""
    if work.row.revealed_at is None:
        return {}
    card = await scoring.find(session, work.request.workspace_id, _topic(work))
    found = {cell: one.level for cell, one in card.cells.items()} if card else {}
    return {cell: level for cell, level in found.items() if level is not None}


# --- leaving --------------------------------------------------------------------------------------


async def concerning(session: AsyncSession, member: Member) -> list[Work]:
    """Every request that this member made or got, held, in the order in which they were made."""
    rows = await session.scalars(
        select(ReviewRequest)
        .where((ReviewRequest.member_id == member.id) | (ReviewRequest.reviewer_id == member.id))
        .order_by(ReviewRequest.id)
        .with_for_update()
    )
    return [await _work(session, one) for one in rows.all()]


async def forget(session: AsyncSession, before: datetime) -> None:
    """Old requests lose their words."""
    await session.execute(
        update(ReviewRequest)
        .where(ReviewRequest.at < before, ReviewRequest.note != "")
        .values(note="", digest="")
    )
