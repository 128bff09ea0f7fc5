"""Everything stored about one member, read table by table."""

from typing import Any

from sqlalchemy import LargeBinary, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.home import service
from bot.people.tables import Member
from bot.scoring.ratings.partners import service as partners


async def everything(session: AsyncSession, member: Member) -> dict[str, list[dict[str, Any]]]:
    """{table: [row, …]} of every table that knows the member, with the columns as they are stored.

    Files that the bot has sent are left out: the direct message has them. `marks_about_me` is what
    partners in mocks gave the member, as far as it was shown.
    """
    mine = await session.execute(select(Member.__table__).where(Member.id == member.id))
    told = {"members": [dict(row._mapping) for row in mine]}
    for table in service.owned_tables():
        columns = [one for one in table.c if not isinstance(one.type, LargeBinary)]
        rows = await session.execute(select(*columns).where(table.c.member_id == member.id))
        told[table.name] = [dict(row._mapping) for row in rows]
    told["marks_about_me"] = await partners.about(session, member.id)
    return told
