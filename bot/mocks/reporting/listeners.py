from bot.deps import Deps
from bot.mocks.reporting import service, views
from bot.people import service as people
from bot.slack.declare import Action, Declaration, Knock, Outcome, Role, Say, Verb


async def report(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """`/mock report` and the button on App Home."""
    async with deps.transaction() as session:
        member = await people.ensure(session, knock.workspace_id, knock.user_id)
        told = await service.reports(session, member, knock.rest)
    return (Say(views.report(told)),)


DECLARATIONS: tuple[Declaration, ...] = (
    Verb(
        "/mock",
        "report",
        report,
        "how many met, how soon, and how many gave marks, of a team you lead",
        usage="[team]",
        role=Role.LEAD,
        whose="a team one leads",
    ),
    Action(
        views.REPORT,
        report,
        "figures of a team’s mock interviews",
        role=Role.LEAD,
        whose="a team one leads",
    ),
)
