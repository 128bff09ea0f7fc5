"""What App Home says of a person's plan, read from its feature."""

from datetime import datetime

from bot.home.plan.views import PlanSection
from bot.people.tables import Member
from bot.plans.tables import PracticePlan
from bot.plans.timeline import service as timeline


def told(plan: PracticePlan, member: Member, now: datetime) -> PlanSection:
    paused = member.paused_until if member.paused_until and member.paused_until > now else None
    return PlanSection(timeline.told(plan, member, now), paused, plan.resting, member.tz)
