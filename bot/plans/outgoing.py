"""A plan's calendar put into the words of its views."""

from datetime import datetime

from bot.people.tables import Member
from bot.plans import course, service
from bot.plans.tables import PracticePlan
from bot.plans.views import Laid, Silence


def laid(plan: PracticePlan, member: Member, now: datetime) -> Laid:
    """What lies ahead of today, for a sentence or two."""
    today, of = service.today(member, now), service.course(plan, member)
    set_up = plan.set_up_at is not None
    if of is None or plan.target is None:
        return Laid(today, plan.target, 0, (), None, set_up)
    stages = course.ahead(of, today)
    left = sum(days for _, days in stages)
    return Laid(today, plan.target, left, stages, course.last_practice_day(of, today), set_up)


def silence(plan: PracticePlan, member: Member, now: datetime) -> Silence | None:
    """An interview that keeps the drills away; None when none does."""
    if plan.target is None or not service.silent(plan, member, now):
        return None
    return Silence(plan.target, service.today(member, now))
