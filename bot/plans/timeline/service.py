"""The timeline of a stored plan on the member's today."""

from datetime import datetime

from bot.people.tables import Member
from bot.plans import service as plans
from bot.plans.tables import PracticePlan
from bot.plans.timeline import rules


def told(plan: PracticePlan, member: Member, now: datetime) -> rules.Timeline | None:
    """The member's plan as it looks now; None as long as nothing has begun it."""
    course = plans.course(plan, member)
    return rules.timeline(course, plans.today(member, now)) if course else None
