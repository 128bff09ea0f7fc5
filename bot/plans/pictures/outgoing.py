"""A picture for one member, or its words, into their direct message."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.outbox import service as outbox
from bot.outbox.rules import Lane
from bot.outbox.service import Draft
from bot.people.tables import Member
from bot.plans.pictures import views
from bot.plans.pictures.service import PlanPicture
from bot.slack.blocks import Message


async def picture(
    session: AsyncSession, member: Member, row: PlanPicture, png: bytes, machine_now: datetime
) -> None:
    draft = _draft(member, row, Message(row.comment), (row.name, row.alt, png))
    await outbox.say(session, draft, machine_now)


async def undrawn(
    session: AsyncSession, member: Member, row: PlanPicture, machine_now: datetime
) -> None:
    """The drawing failed for good: the words go alone, so nobody waits for nothing."""
    await outbox.say(session, _draft(member, row, views.undrawn(row.comment, row.alt)), machine_now)


def _draft(
    member: Member,
    row: PlanPicture,
    message: Message,
    file: tuple[str | None, str | None, bytes | None] = (None, None, None),
) -> Draft:
    name, alt, png = file
    return Draft(
        row.workspace_id,
        member.dm_channel or member.user_id,
        row.topic,
        row.rule,
        Lane(row.lane),
        message,
        member_id=member.id,
        expires_at=row.expires_at,
        file_name=name,
        file_alt=alt,
        file_bytes=png,
    )
