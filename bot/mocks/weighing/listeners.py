from bot.deps import Deps
from bot.mocks.weighing import service, views
from bot.people import service as people
from bot.slack.declare import Action, Declaration, Knock, Open, Outcome, Role, Show, Verb, View


async def open_weights(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    async with deps.transaction() as session:
        in_use = await service.in_use(session, knock.workspace_id, deps.content)
    return (Open(views.form(in_use)),)


async def save(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """The form again, with what holds now; with what was typed when somebody else was faster."""
    typed, seen = views.read(knock.state), views.read_seen(knock.metadata)
    async with deps.transaction(knock) as session:
        member = await people.ensure(session, knock.workspace_id, knock.user_id)
        done = await service.change(session, member, deps.content, typed, seen, deps.now())
    if done.moved:
        return (Show(views.form(done.in_use, typed, moved=True)),)
    news = views.unchanged() if done.same else views.saved()
    return (Show(views.form(done.in_use, news=news)),)


DECLARATIONS: tuple[Declaration, ...] = (
    Verb("/mock", "weights", open_weights, "what makes a good pair; admins change it here",
         role=Role.ADMIN),
    Action(views.WEIGHTS, open_weights, "change what makes a good pair", Role.ADMIN),
    View(views.SAVE, save, "the form of what makes a good pair", Role.ADMIN),
)  # fmt: skip
