"""Results on their way into the thread."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.drills import outgoing
from bot.drills.queries.service import Settled
from bot.outbox import service as outbox
from bot.people.tables import Member
from bot.slack.blocks import Message

KIND = "query"
RULE = "drill.query"


async def show(
    session: AsyncSession, settled: Settled, message: Message, machine_now: datetime
) -> None:
    """Say a result, or change the one that stands for the same query."""
    row = settled.session
    member = await session.get_one(Member, row.member_id)
    kind = f"{KIND}_{settled.shown}" if settled.shown > 1 else KIND
    draft = replace(outgoing.in_thread(row, member, kind, message), rule=RULE)
    if not await outbox.say(session, draft, machine_now):
        await outbox.revise(session, row.workspace_id, draft.topic, message, machine_now)
