"""The plan's buttons: as a picture, and the interview date."""

from bot.deps import Deps, Session
from bot.people import service as people
from bot.plans import parse
from bot.plans import service as plans
from bot.plans.timeline import outgoing, service, views
from bot.slack.declare import (
    Action,
    Declaration,
    Knock,
    Open,
    Outcome,
    RefreshHome,
    Say,
    Show,
    View,
)


async def _mine(session: Session, knock: Knock) -> tuple[people.Member, plans.PracticePlan]:
    member = await people.ensure(session, knock.workspace_id, knock.user_id)
    return member, await plans.ensure(session, member)


async def draw(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    async with deps.transaction(knock) as session:
        member, plan = await _mine(session, knock)
        told = service.told(plan, member, deps.now())
        if told is None:
            return (Say(views.no_plan()),)
        await outgoing.draw(session, member, told, deps.now(), deps.machine_now())
    return (Say(views.drawing()),)


async def ask_day(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    async with deps.transaction() as session:
        member, plan = await _mine(session, knock)
        over = plans.over(plan, member, deps.now())
        form = views.day_form(None if over else plan.target)
    return (Open(form),)


async def name_day(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    day = views.read_day(knock.state)
    async with deps.transaction(knock) as session:
        member, plan = await _mine(session, knock)
        if day is not None:
            parse.ahead(day, plans.today(member, deps.now()), field="day")
        plans.name_day(plan, member, day, deps.now())
        told = service.told(plan, member, deps.now())
    return (RefreshHome(), *((Show(views.named(told)),) if told else ()))


DECLARATIONS: tuple[Declaration, ...] = (
    Action(views.PICTURE, draw, "one’s plan as a picture"),
    Action(views.NAME_DAY, ask_day, "open the form of the interview date"),
    View(views.DAY_NAMED, name_day, "the interview date"),
)
