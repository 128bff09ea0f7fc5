from bot.deps import Deps
from bot.okrs.closing import outgoing as closing
from bot.okrs.drafting import service, views
from bot.people import service as people
from bot.slack.declare import Action, Declaration, Knock, Outcome, RefreshHome, Role, Say


async def draft(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    async with deps.transaction(knock) as session:
        member = await people.ensure(session, knock.workspace_id, knock.user_id)
        told = await service.draft(session, member, knock.number, deps.now())
        await closing.drafted(session, told.team_cycle_id, deps.now(), deps.machine_now())
    return (Say(views.drafted(told)),)


async def start(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    async with deps.transaction(knock) as session:
        member = await people.ensure(session, knock.workspace_id, knock.user_id)
        told = await service.start(session, member, knock.number, deps.now())
    return _started(told)


async def start_all(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    async with deps.transaction(knock) as session:
        member = await people.ensure(session, knock.workspace_id, knock.user_id)
        told = await service.start_all(session, member, knock.number, deps.now())
    return _started(told)


def _started(told: service.Started) -> tuple[Outcome, ...]:
    said = views.started(told.team, told.cycle, told.titles, told.first_day)
    return Say(said), RefreshHome()


DECLARATIONS: tuple[Declaration, ...] = (
    Action(
        views.DRAFT,
        draft,
        "draft the next cycle from how this one ended",
        role=Role.LEAD,
        whose="a team one leads",
    ),
    Action(views.START, start, "start one objective of a drafted cycle", whose="a team one is in"),
    Action(
        views.START_ALL,
        start_all,
        "start every objective of a drafted cycle",
        whose="a team one is in",
    ),
)
