"""A member's data into their direct message."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.home import views
from bot.home.exporting import rules
from bot.outbox import service as outbox
from bot.outbox.rules import Lane
from bot.outbox.service import Draft
from bot.outbox.topics import topic
from bot.people.tables import Member
from bot.slack.blocks import Message


async def send(
    session: AsyncSession,
    member: Member,
    files: Sequence[bytes],
    today: date,
    machine_now: datetime,
) -> None:
    """Each file as a message of its own, in order."""
    number = int(machine_now.timestamp() * 1_000_000)
    names = rules.file_names(len(files), today)
    drafts = [
        Draft(
            member.workspace_id,
            member.dm_channel or member.user_id,
            topic(f"export_{member.id}", number + place),
            "home.export",
            Lane.ANSWER,
            Message(views.export_comment(place + 1, len(files))),
            member_id=member.id,
            file_name=name,
            file_bytes=content,
        )
        for place, (name, content) in enumerate(zip(names, files, strict=True))
    ]
    await outbox.say_all(session, drafts, machine_now)
