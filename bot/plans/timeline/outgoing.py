from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.outbox.rules import Lane
from bot.people.tables import Member
from bot.plans.pictures import service as pictures
from bot.plans.timeline import views
from bot.plans.timeline.chart import picture
from bot.plans.timeline.rules import Timeline

KIND = "plan_timeline"
RULE = "plan.timeline"
TWICE = 10  # seconds in which a second press is the same wish


async def draw(
    session: AsyncSession, member: Member, told: Timeline, now: datetime, machine_now: datetime
) -> None:
    """Somebody wants to see their plan: it is drawn and sent into their direct message."""
    drawn = picture(told)
    await pictures.ask(
        session,
        member,
        topic=f"{KIND}:{member.id}:{int(machine_now.timestamp()) // TWICE}",
        rule=RULE,
        name="plan.png",
        comment=views.comment(told),
        alt=drawn.alt,
        told=drawn.to_dict(),
        now=now,
        machine_now=machine_now,
        lane=Lane.ANSWER,
    )
