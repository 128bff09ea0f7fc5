"""*All families* in App Home: every figure of every practised family, a page at a time."""

from bot.deps import Deps
from bot.drills.progress import service, views
from bot.people import service as people
from bot.slack.declare import Action, Declaration, Knock, Outcome, read_id, shown


async def all_families(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    page = read_id(knock.value) if knock.value else 0
    async with deps.transaction() as session:
        member = await people.ensure(session, knock.workspace_id, knock.user_id)
        told = await service.grid(session, member.id)
    return (shown(knock, views.all_families(told, deps.content.families, page)),)


DECLARATIONS: tuple[Declaration, ...] = (
    Action(views.ALL, all_families, "progress in every family of drills"),
)
