"""After the interview day: what is asked and said in the direct message."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.outbox import service as outbox
from bot.outbox.rules import Lane
from bot.outbox.service import Draft
from bot.outbox.tables import OutboxMessage
from bot.outbox.topics import topic
from bot.people.tables import Member
from bot.plans import service as plans
from bot.plans.ending import views
from bot.plans.tables import PracticePlan
from bot.slack.blocks import Message

RULE = "plan.after"


async def ask(session: AsyncSession, member: Member, now: datetime, machine_now: datetime) -> None:
    """Ask how it went, once a day at most, when the member has just called."""
    plan = await session.scalar(select(PracticePlan).where(PracticePlan.member_id == member.id))
    if plan is None or plan.target is None or not plans.over(plan, member, now):
        return
    today = plans.today(member, now)
    message = views.asked(plan.target, today)
    draft = _draft(member, f"interview_{member.id}", today.toordinal(), message)
    await outbox.say(session, draft, machine_now)


async def tell(
    session: AsyncSession, member: Member, message: Message, machine_now: datetime
) -> None:
    """Say what follows from the answer; questions that stand there are closed."""
    asked = await session.scalars(
        select(OutboxMessage.topic)
        .where(OutboxMessage.member_id == member.id, OutboxMessage.rule == RULE)
        .where(OutboxMessage.revision == 0, OutboxMessage.operation == "post")
        .where(OutboxMessage.topic.startswith(f"interview_{member.id}:"))
    )
    for one in asked.all():
        await outbox.revise(session, member.workspace_id, one, views.answered(), machine_now)
    number = int(machine_now.timestamp() * 1_000_000)
    draft = _draft(member, f"interview_told_{member.id}", number, message)
    await outbox.say(session, draft, machine_now)


def _draft(member: Member, kind: str, number: int, message: Message) -> Draft:
    return Draft(
        member.workspace_id,
        member.dm_channel or member.user_id,
        topic(kind, number),
        RULE,
        Lane.ANSWER,
        message,
        member_id=member.id,
    )
