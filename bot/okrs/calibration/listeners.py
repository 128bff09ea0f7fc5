from bot.deps import Deps
from bot.okrs.calibration import service, views
from bot.people import service as people
from bot.slack.declare import Action, Declaration, Knock, Outcome, Say


async def how_sure(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    async with deps.transaction() as session:
        member = await people.ensure(session, knock.workspace_id, knock.user_id)
        team, told, count = await service.sureness(session, member, knock.number)
    return (Say(views.how_sure(team, told) if told else views.too_few(team, count)),)


DECLARATIONS: tuple[Declaration, ...] = (
    Action(
        views.HOW_SURE,
        how_sure,
        "how sure one’s own team was, against how it went",
        whose="a team one is in",
    ),
)
