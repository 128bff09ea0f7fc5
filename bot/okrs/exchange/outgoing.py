"""The export as a file, by direct message."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import UserMistake
from bot.okrs.exchange import dumping, printing, views
from bot.outbox import service as outbox
from bot.outbox.rules import Lane
from bot.outbox.service import Draft
from bot.outbox.topics import topic
from bot.people.tables import Member
from bot.people.teams import service as teams
from bot.slack.blocks import Message

MOST = 1_000  # key results that are written while somebody waits for the command's answer


async def export(
    session: AsyncSession, member: Member, now: datetime, machine_now: datetime
) -> None:
    """The teams the member is in or leads; for an admin everything. Raises UserMistake."""
    mine = None if member.is_admin else [one.id for one in await teams.of_member(session, member)]
    if mine is not None and not mine:
        raise UserMistake("export_nothing")
    if await dumping.size(session, member.workspace_id, mine) > MOST:
        raise UserMistake("export_large")
    told = await dumping.dump(session, member.workspace_id, now, mine)
    draft = Draft(
        member.workspace_id,
        member.dm_channel or member.user_id,
        topic(f"okr_export_{member.id}", int(machine_now.timestamp() * 1_000_000)),
        "okr.export",
        Lane.ANSWER,
        Message(views.export_comment(member.is_admin)),
        member_id=member.id,
        file_name=f"goals-{now:%Y-%m-%d}.yaml",
        file_bytes=printing.to_yaml(told).encode(),
    )
    await outbox.say(session, draft, machine_now)
