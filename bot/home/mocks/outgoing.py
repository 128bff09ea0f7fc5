"""What App Home says of a person's mock interviews, read from their feature."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.home.mocks.views import Mocks
from bot.mocks.joining.standing import loading
from bot.mocks.reporting import service as reporting
from bot.people.tables import Member


async def told(session: AsyncSession, member: Member, now: datetime) -> Mocks:
    standing = await loading.standing(session, member, now)
    return Mocks(standing, await reporting.leads_any(session, member))
