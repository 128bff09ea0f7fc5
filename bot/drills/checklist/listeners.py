from bot.deps import Deps
from bot.drills import service
from bot.drills.checklist import outgoing, views
from bot.people import service as people
from bot.slack.declare import Action, Declaration, Knock, Outcome, read_id


async def tick(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    number = read_id(str(knock.action.get("action_id") or "").rpartition(".")[2])
    chosen = knock.action.get("selected_options") or []
    ticked = views.ticked([str(one.get("value") or "") for one in chosen])
    async with deps.transaction(knock) as session:
        member = await people.ensure(session, knock.workspace_id, knock.user_id)
        row = await service.owned(session, number, member)
        await outgoing.tick(session, deps.content, row, ticked, deps.machine_now())
    return ()


DECLARATIONS: tuple[Declaration, ...] = (
    Action(views.TICK, tick, "tick a question before the interview"),
)
