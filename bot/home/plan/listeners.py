from bot.deps import Deps
from bot.home.plan import outgoing, views
from bot.people import service as people
from bot.plans import service as plans
from bot.slack.declare import Declaration, Knock, Outcome, Say, Verb


async def show(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    async with deps.transaction() as session:
        member = await people.ensure(session, knock.workspace_id, knock.user_id)
        plan = await plans.ensure(session, member)
        told = await outgoing.told(session, plan, member, deps.now())
    return (Say(views.answer(told)),)


DECLARATIONS: tuple[Declaration, ...] = (
    Verb("/drill", "plan", show, "the stages up to the interview day, and what is left"),
)
