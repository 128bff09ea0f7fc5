"""The checklist of the last drill before an interview, on its way."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.content import Content
from bot.drills.checklist import views
from bot.drills.outgoing import in_thread
from bot.drills.tables import DrillSession
from bot.outbox import service as outbox
from bot.outbox.rules import Lane
from bot.outbox.service import Draft
from bot.outbox.topics import topic
from bot.people.tables import Member

KIND = "checklist"


def draft(
    content: Content,
    row: DrillSession,
    member: Member,
    lane: Lane,
    expires_at: datetime | None,
) -> Draft:
    """In the drill's thread, with the drill."""
    message = views.checklist(row.id, content.checklist)
    return in_thread(row, member, KIND, message, lane=lane, expires_at=expires_at)


async def tick(
    session: AsyncSession,
    content: Content,
    row: DrillSession,
    ticked: Collection[int],
    machine_now: datetime,
) -> None:
    """Keep what is ticked, for every device."""
    message = views.checklist(row.id, content.checklist, ticked)
    await outbox.revise(session, row.workspace_id, topic(KIND, row.id), message, machine_now)
