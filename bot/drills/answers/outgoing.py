"""Cards and closing cards on their way into the thread."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.drills import outgoing
from bot.drills import service as drills
from bot.drills.answers import service, views
from bot.drills.later import views as later
from bot.drills.opening import loading
from bot.drills.rules import Part
from bot.drills.tables import DrillSession
from bot.outbox import service as outbox
from bot.people.tables import Member
from bot.plans import rules as plan_rules
from bot.plans import service as plans
from bot.scoring import service as scoring
from bot.slack.blocks import Message


async def show(
    session: AsyncSession, row: DrillSession, part: Part, message: Message, machine_now: datetime
) -> None:
    """Say a part's card, or change the one that was said: always the same message."""
    member = await session.get_one(Member, row.member_id)
    draft = outgoing.in_thread(row, member, f"{part}_card", message)
    if not await outbox.say(session, draft, machine_now):
        await outbox.revise(session, row.workspace_id, draft.topic, message, machine_now)


async def withdraw(
    session: AsyncSession, row: DrillSession, part: Part, machine_now: datetime
) -> None:
    """No words of this part are left: its card says so, also one that waits to be shown.

    Where none was said, nothing is.
    """
    if part == Part.ANSWER and row.held_until is not None:
        await show(session, row, part, views.withdrawn(), machine_now)
        return
    name = service.card_topic(row.id, part)
    await outbox.revise(session, row.workspace_id, name, views.withdrawn(), machine_now)


async def close(
    session: AsyncSession, row: DrillSession, now: datetime, machine_now: datetime
) -> None:
    """The closing card; without an answer there is none."""
    topic = service.card_topic(row.id, Part.ANSWER)
    card = await scoring.find(session, row.workspace_id, topic)
    if card is None:
        return
    member = await session.get_one(Member, row.member_id)
    done = await practised(session, member, now)
    stored = row.told.get("probed")
    probed = later.Probed(**stored) if stored else None
    left = await loading.left_today(session, row, member, now)
    draft = outgoing.in_thread(row, member, "closing", later.closing(card, probed, done, left))
    await outbox.say(session, draft, machine_now)


async def practised(session: AsyncSession, member: Member, now: datetime) -> tuple[int, int]:
    """(days practised, work days) of the last 14 work days since the member began."""
    plan = await plans.ensure(session, member)
    today = plan_rules.local_date(now, member.tz)
    begun = plan_rules.local_date(plan.set_up_at, member.tz) if plan.set_up_at else today
    dates = await drills.answered_dates(session, member)
    return plan_rules.practised(
        dates, today, plans.schedule(plan, member), since=min([begun, *dates], default=today)
    )
