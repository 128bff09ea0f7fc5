from bot.deps import Deps
from bot.errors import UserMistake
from bot.mocks import service as mocks
from bot.mocks.outcomes import loading, outgoing, views
from bot.people import service as people
from bot.slack.declare import Action, Declaration, Knock, Outcome, Redraw, RefreshHome, Verb, shown


async def how(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """`/mock outcome` and the buttons: the question in a modal, before or after an answer."""
    now = deps.now()
    async with deps.transaction() as session:
        member = await people.ensure(session, knock.workspace_id, knock.user_id)
        if knock.value:
            group = await mocks.held(session, knock.workspace_id, knock.number)
        else:
            group = await loading.newest(session, member, now)
        about = await loading.meeting(session, group)
        mine = mocks.mine(about.everybody, member)
        if about.over(now):
            raise UserMistake("mock_round_over")
    return (shown(knock, views.form(outgoing.told(about, mine, now))),)


async def say(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """One of the answers, in the question's message or in the modal."""
    answer = views.read(knock.value)
    async with deps.transaction(knock) as session:
        member = await people.ensure(session, knock.workspace_id, knock.user_id)
        group = await mocks.held(session, knock.workspace_id, answer.group_id)
        noted = await outgoing.say(
            session, group, member, answer, deps.content, deps.now(), deps.machine_now()
        )
    return (*([Redraw(noted)] if knock.in_modal else []), RefreshHome())


DECLARATIONS: tuple[Declaration, ...] = (
    Verb("/mock", "outcome", how, "say how it went with this week’s partner"),
    Action(views.HOW, how, "say how a mock interview went"),
    Action(views.SAY, say, "an answer to how a mock interview went"),
)
