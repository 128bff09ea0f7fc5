"""A blitz in words: its drills on their way, and their closing cards, kept as things stand."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.content import Content
from bot.drills import outgoing
from bot.drills import views as drill_views
from bot.drills.answers import outgoing as answers
from bot.drills.blitz import service, telling, views
from bot.drills.blitz.service import Opened, Standing
from bot.drills.later.views import Probed
from bot.drills.rules import LIVE
from bot.drills.tables import DrillSession
from bot.outbox import service as outbox
from bot.outbox.rules import Lane
from bot.outbox.service import Draft
from bot.outbox.topics import topic
from bot.people.tables import Member
from bot.slack.blocks import Message

RULE = "drill.blitz"


def draft(opened: Opened, member: Member) -> Draft:
    """The drill's message; without a warm-up, as the whole blitz is one."""
    row = opened.row
    message = drill_views.drill(outgoing.asked(row, opened.drill))
    member.privacy_told = True
    where = member.dm_channel or member.user_id
    return Draft(
        row.workspace_id,
        where,
        topic("drill", row.id),
        RULE,
        Lane.ANSWER,
        message,
        member_id=member.id,
    )


async def rescored(
    session: AsyncSession,
    content: Content,
    row: DrillSession,
    now: datetime,
    machine_now: datetime,
) -> None:
    """Let the closing cards of this session's blitz say what holds now; none while it is open."""
    if row.blitz_id is None:
        return
    member = await session.get_one(Member, row.member_id)
    at = await service.of_row(session, content, row, member, now)
    if at is not None:
        await restate(session, content, at, row, now, machine_now)


async def restate(
    session: AsyncSession,
    content: Content,
    at: Standing,
    about: DrillSession | None,
    now: datetime,
    machine_now: datetime,
) -> None:
    """Say or change the closing card of this drill, and the one under which the blitz goes on."""
    newest = at.newest_closed
    rows = [one for one in at.rows if one in (about, newest)]
    for row in rows:
        if row.answered_at is None or row.state in LIVE:
            continue
        member = await session.get_one(Member, row.member_id)
        card = await telling.card_of(session, row)
        stored = row.told.get("probed")
        message = views.closing(
            await telling.tell(session, content, at, row),
            card,
            Probed(**stored) if stored else None,
            await answers.practised(session, member, now),
        )
        told = outgoing.in_thread(row, member, "closing", message)
        if card is None or not await outbox.say(session, told, machine_now):
            await outbox.revise(session, row.workspace_id, told.topic, message, machine_now)


async def skipped(
    session: AsyncSession,
    content: Content,
    row: DrillSession,
    now: datetime,
    machine_now: datetime,
) -> Message | None:
    """What *Skip* answers on a drill of a blitz; None on any other."""
    member = await session.get_one(Member, row.member_id)
    at = await service.of_row(session, content, row, member, now)
    if at is None:
        return None
    await restate(session, content, at, row, now, machine_now)
    if at.over:
        return views.ended(at.cell, at.of, await telling.steps(session, content, at))
    return views.skipped(at.turn(row), len(at.rows) + 1)
