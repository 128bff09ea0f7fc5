from bot.deps import Deps
from bot.mocks.history import service, views
from bot.people import service as people
from bot.slack.declare import Action, Declaration, Knock, Outcome, Verb, shown


async def history(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """`/mock history`, the button on App Home, and its pages."""
    page = knock.number if knock.value else 0
    async with deps.transaction() as session:
        member = await people.ensure(session, knock.workspace_id, knock.user_id)
        told = await service.history(session, member, page)
    return (shown(knock, views.history(told)),)


DECLARATIONS: tuple[Declaration, ...] = (
    Verb("/mock", "history", history, "your own mock interviews, newest first"),
    Action(views.HISTORY, history, "one’s own mock interviews"),
)
