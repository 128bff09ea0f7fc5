"""Monthly letters: whose time has come, what they say, and that each comes once."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import insert_all
from bot.drills.progress import service as progress
from bot.drills.progress.letters import rules
from bot.drills.progress.letters.rules import Letter, Own
from bot.drills.progress.letters.tables import PracticeLetter
from bot.outbox import service as outbox
from bot.people import service as people
from bot.people.tables import Member
from bot.plans import service as plans
from bot.plans.letters.rules import bounds, may_come, month_after, month_before, next_letter
from bot.plans.rules import GRACE
from bot.plans.service import Due
from bot.plans.tables import PracticePlan
from bot.scoring.ratings.service import SELF
from bot.scoring.rules import Cell
from bot.scoring.tables import Rating, StoredScorecard

BATCH = 100
RULE = "drill.letter"
KIND, PICTURE = "letter", "letter_picture"


@dataclass(frozen=True)
class Written:
    """A letter that is to go out now; `id` is its row's."""

    id: int
    member: Member
    letter: Letter


async def write_due(session: AsyncSession, now: datetime) -> tuple[list[Written], bool]:
    """Letters of a batch of members whose time has come; says whether more may be waiting.

    Every plan of the batch gets its next time, whether there is a letter or not.
    """
    batch = await plans.due(session, PracticePlan.next_letter_at, BATCH, now)
    ready = [one for one in batch if _may_hear(one, now)]
    sent = await outbox.unprompted(session, [one.member.id for one in ready], now)
    free = [one for one in ready if sent.get(one.member.id, 0) < one.member.weekly_budget]
    written = await _written(session, free, now)
    settled = {one.member.id for one in free}
    for one in batch:
        schedule = plans.schedule(one.plan, one.member)
        since = now
        if one.member.id in settled or RULE in one.member.muted:  # done with this month
            following = month_after(plans.today(one.member, now))
            since = max(now, bounds(following, one.member.tz)[0])
        active = one.plan.set_up_at is not None and not one.plan.resting
        one.plan.next_letter_at = next_letter(schedule, since) if active else None
    return written, len(batch) == BATCH


def _may_hear(one: Due, now: datetime) -> bool:
    plan, member = one.plan, one.member
    return wanted(plan, member, now) and may_come(plans.schedule(plan, member), now)


def wanted(plan: PracticePlan, member: Member, now: datetime) -> bool:
    """Neither muted, paused, resting nor silent."""
    paused = member.paused_until is not None and member.paused_until > now
    if paused or plan.resting or plan.set_up_at is None or member.is_deleted:
        return False
    return RULE not in member.muted and not plans.silent(plan, member, now)


async def _written(session: AsyncSession, ready: Sequence[Due], now: datetime) -> list[Written]:
    """The letters of these members about their last month, where there is one to write."""
    ids = [one.member.id for one in ready]
    if not ids:
        return []
    answers = await progress.answers(session, ids)
    months = {one.member.id: month_before(plans.today(one.member, now)) for one in ready}
    owns = await _owns(session, ready, months)
    made: dict[int, Letter] = {}
    for one in ready:
        member = one.member
        told = rules.letter(answers[member.id], owns[member.id], months[member.id], member.tz)
        if told is not None:
            made[member.id] = told
    rows = [
        {
            "workspace_id": one.member.workspace_id,
            "member_id": one.member.id,
            "month": months[one.member.id],
            "at": now,
        }
        for one in ready
        if one.member.id in made
    ]
    new = await insert_all(session, PracticeLetter, rows, "member_id")
    return [
        Written(new[one.member.id], one.member, made[one.member.id])
        for one in ready
        if one.member.id in new
    ]


async def _owns(
    session: AsyncSession, ready: Sequence[Due], months: Mapping[int, date]
) -> Mapping[int, Sequence[Own]]:
    """{member: their blind marks of the month's answers, beside the scorer's}."""
    spans = {one.member.id: bounds(months[one.member.id], one.member.tz) for one in ready}
    found: dict[int, list[Own]] = defaultdict(list)
    for rating, card in await _rated(session, list(spans), spans.values()):
        begins, ends = spans[rating.member_id]
        if begins <= card.at < ends:
            found[rating.member_id] += _beside(rating, card)
    return found


async def _rated(
    session: AsyncSession,
    member_ids: Sequence[int],
    spans: Collection[tuple[datetime, datetime]],
) -> Sequence[tuple[Rating, StoredScorecard]]:
    rows = await session.execute(
        select(Rating, StoredScorecard)
        .join(
            StoredScorecard,
            (StoredScorecard.workspace_id == Rating.workspace_id)
            & (StoredScorecard.topic == Rating.topic),
        )
        .where(Rating.member_id.in_(member_ids), Rating.source == SELF, Rating.blind.is_(True))
        .where(StoredScorecard.at >= min(begins for begins, _ in spans))
        .where(StoredScorecard.at < max(ends for _, ends in spans))
        .order_by(Rating.id)
    )
    return [(row[0], row[1]) for row in rows]


def _beside(rating: Rating, card: StoredScorecard) -> list[Own]:
    """The marks that both gave; the scorer's as they stood when the answer became final."""
    stored = rating.settled or {cell.value: getattr(card, cell.value) for cell in Cell}
    found = []
    for cell in Cell:
        own, scorer = getattr(rating, cell.value), stored.get(cell.value)
        if own is not None and scorer is not None:
            found.append(Own(cell, float(own), float(scorer)))
    return found


# --- on its way ---------------------------------------------------------------------------------


async def still_wanted(session: AsyncSession, letter_id: int) -> bool:
    """Read again just before sending: muted, paused or resting since, or erased."""
    found = await _of(session, letter_id)
    if found is None:
        return False
    row, plan, member = found
    return wanted(plan, member, row.at)


async def dropped(
    session: AsyncSession, letter_id: int, now: datetime, _machine_now: datetime
) -> None:
    """It never went out: another day of the month will do."""
    found = await _of(session, letter_id)
    if found is None:
        return
    row, plan, member = found
    await session.delete(row)
    active = plan.set_up_at is not None and not plan.resting and not member.is_deleted
    plan.next_letter_at = next_letter(plans.schedule(plan, member), now) if active else None


async def _of(
    session: AsyncSession, letter_id: int
) -> tuple[PracticeLetter, PracticePlan, Member] | None:
    rows = await session.execute(
        select(PracticeLetter, PracticePlan, Member)
        .join(PracticePlan, PracticePlan.member_id == PracticeLetter.member_id)
        .join(Member, Member.id == PracticeLetter.member_id)
        .where(PracticeLetter.id == letter_id)
    )
    found = rows.one_or_none()
    return None if found is None else (found[0], found[1], found[2])


def until(member: Member, now: datetime) -> datetime:
    """When a letter that could not be sent is given up: before quiet hours, a few hours on."""
    return people.quiet_at(member, now, now + GRACE)
