"""What opening and closing a round says."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.okrs.calls import outgoing as calls
from bot.okrs.reviews import outgoing as reviews
from bot.okrs.reviews.service import Closed
from bot.okrs.rounds import views
from bot.okrs.rounds.service import Opened
from bot.outbox import service as outbox
from bot.outbox.rules import Lane
from bot.outbox.service import Draft
from bot.outbox.topics import topic


async def opened(session: AsyncSession, told: Opened, now: datetime, machine_now: datetime) -> None:
    """Tell the lead for what nobody can be asked, in one message a round."""
    lead, said = told.lead, topic("okr_unowned", told.round_id)
    heard = views.UNOWNED not in lead.muted and not lead.is_deleted
    if not told.unowned or told.tell_at is None or not heard:
        return
    message = views.unowned(told.unowned, told.team)
    await outbox.revise(session, told.workspace_id, said, message, machine_now)
    if not await outbox.within_budget(session, lead.id, lead.weekly_budget, now):
        return
    draft = Draft(
        told.workspace_id,
        lead.dm_channel or lead.user_id,
        said,
        views.UNOWNED,
        Lane.REMINDER,
        message,
        member_id=lead.id,
        not_before=told.tell_at,
        expires_at=told.deadline,
    )
    await outbox.say(session, draft, machine_now)


async def closed(session: AsyncSession, told: Closed, now: datetime, machine_now: datetime) -> None:
    """Tell the voters what all have said, and those who were asked in vain that it is over."""
    place = told.row.workspace_id
    await reviews.opened(session, place, told.revealed, now, machine_now)
    silent = {member.id for _, member in told.unanswered if not member.is_deleted}
    await calls.restate(session, place, silent, {told.row.id}, now, machine_now)
