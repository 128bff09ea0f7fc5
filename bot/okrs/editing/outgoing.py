"""Who is newly accountable hears of it once."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.okrs.editing.after import views
from bot.okrs.editing.rules import Kept, KeyResultSheet
from bot.outbox import service as outbox
from bot.outbox.rules import Lane
from bot.outbox.service import Draft
from bot.outbox.topics import topic
from bot.people import service as people
from bot.people.tables import Member


async def tell_owner(
    session: AsyncSession,
    kept: Kept,
    told: KeyResultSheet,
    by: Member,
    now: datetime,
    machine_now: datetime,
) -> None:
    """By direct message, within the budget and outside quiet hours; not for one's own doing."""
    if not kept.named or kept.named == by.user_id or told.draft:
        return
    owner = await people.find(session, by.workspace_id, kept.named)
    if owner is None or views.OWNER_RULE in owner.muted:
        return
    if not await outbox.within_budget(session, owner.id, owner.weekly_budget, now):
        return
    paused = owner.paused_until or now
    draft = Draft(
        owner.workspace_id,
        owner.dm_channel or owner.user_id,
        topic(f"okr_owner_{owner.id}", kept.id),
        views.OWNER_RULE,
        Lane.REMINDER,
        views.named_owner(kept.title, told.team, told.cycle, by.user_id, kept.id),
        member_id=owner.id,
        not_before=people.awake_at(owner, max(paused, now)),
    )
    await outbox.say(session, draft, machine_now)
