"""Delete-me: who had to do with the member in mock interviews is told what changes for them."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.content import Content
from bot.mocks import service as mocks
from bot.mocks.marks import outgoing as marks
from bot.mocks.marks.forgetting import service
from bot.mocks.meetings import outgoing as meetings
from bot.people.tables import Member


async def forget(
    session: AsyncSession,
    member: Member,
    content: Content,
    now: datetime,
    machine_now: datetime,
) -> None:
    """Before the member's rows go: they leave their groups, and what quotes them is said anew."""
    await service.hold(session, member)
    for one in await mocks.under_way(session, member):
        group = await mocks.held(session, member.workspace_id, one.id)
        await meetings.leave_group(session, member, group, content, now, machine_now)
    for without in await service.forget(session, member, now):
        if without.new:
            await marks.opened(session, without.told, now, machine_now)
        else:
            await marks.restate(session, without.told, machine_now, forgetting=True)
