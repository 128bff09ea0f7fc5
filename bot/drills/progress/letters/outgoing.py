"""The letter and its picture into the member's direct message."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.drills.progress.letters import chart, service, views
from bot.drills.progress.letters.service import KIND, PICTURE, RULE, Written
from bot.outbox import service as outbox
from bot.outbox.rules import Lane
from bot.outbox.service import Draft
from bot.outbox.topics import topic
from bot.plans.pictures import service as pictures


async def send(
    session: AsyncSession,
    told: Written,
    titles: Mapping[str, str],
    now: datetime,
    machine_now: datetime,
) -> None:
    """`titles` name the families."""
    member, letter = told.member, told.letter
    draft = Draft(
        member.workspace_id,
        member.dm_channel or member.user_id,
        topic(KIND, told.id),
        RULE,
        Lane.DIGEST,
        views.letter(letter, titles),
        member_id=member.id,
        expires_at=service.until(member, now),
    )
    await outbox.say(session, draft, machine_now)
    await pictures.ask(
        session,
        member,
        topic=topic(PICTURE, told.id),
        rule=RULE,
        name=views.file_name(letter),
        comment=views.comment(letter),
        alt=views.alt(letter),
        told=chart.picture(letter),
        now=now,
        machine_now=machine_now,
        lane=Lane.DIGEST,
    )
