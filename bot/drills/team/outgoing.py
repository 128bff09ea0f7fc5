"""A channel's drill, its summary and what goes to people alone."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.drills.tables import DrillSession
from bot.drills.team import service, views
from bot.drills.team.service import Due, Summary
from bot.outbox import service as outbox
from bot.outbox.rules import Lane
from bot.outbox.service import Draft
from bot.outbox.topics import topic
from bot.people.tables import Member


def drill(due: Due) -> Draft:
    return Draft(
        due.run.workspace_id,
        due.channel,
        topic("team_drill", due.run.id),
        "drill.team",
        Lane.SCHEDULED,
        views.drill(due.drill),
        expires_at=due.closes,
    )


def summary(told: Summary) -> Draft:
    prompt = told.drill.prompt if told.drill else None
    return Draft(
        told.run.workspace_id,
        told.channel,
        topic("team_summary", told.run.id),
        "drill.team_summary",
        Lane.DIGEST,
        views.summary(prompt, told.count, told.means, told.missed, told.names),
        thread_of=topic("team_drill", told.run.id),
    )


def first_answer(row: DrillSession, member: Member, judge: str) -> Draft:
    return Draft(
        member.workspace_id,
        member.dm_channel or member.user_id,
        topic("first_answer", member.id),
        "drill.privacy",
        Lane.ANSWER,
        views.first_answer(row.id, judge),
        member_id=member.id,
    )


async def dropped(
    session: AsyncSession, run_id: int, _now: datetime, machine_now: datetime
) -> None:
    """The channel's drill could not be posted: its lead hears of it."""
    found = await service.lead_of(session, run_id)
    if found is None:
        return
    team, lead = found
    draft = Draft(
        lead.workspace_id,
        lead.dm_channel or lead.user_id,
        topic("team_unposted", run_id),
        "drill.team_unposted",
        Lane.REMINDER,
        views.cannot_post(team.channel),
        member_id=lead.id,
    )
    await outbox.say(session, draft, machine_now)
