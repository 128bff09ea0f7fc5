from bot.deps import Deps
from bot.errors import UserMistake
from bot.people import service as people
from bot.scoring.rubrics import service, views
from bot.slack.declare import Action, Declaration, Knock, Open, Outcome, Role, Show, Verb, View


async def open_rubric(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """Everybody may read it; admins get a choice of the cell to change."""
    async with deps.transaction() as session:
        member = await people.ensure(session, knock.workspace_id, knock.user_id)
        in_use = await service.in_use(session, knock.workspace_id, deps.content)
        page = views.rubric_page(in_use, can_edit=member.is_admin)
    return (Open(page),)


async def choose(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """The chosen cell's form takes the page's place."""
    cell = views.read_choice(knock.state)
    async with deps.transaction() as session:
        in_use = await service.in_use(session, knock.workspace_id, deps.content)
    return (Show(views.cell_form(in_use, cell)),)


async def save(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """The page again, with the new version; the form again when somebody else was faster."""
    cell, seen = views.read_form(knock.metadata)
    typed = views.read_cell(knock.state, cell)
    async with deps.transaction(knock) as session:
        member = await people.ensure(session, knock.workspace_id, knock.user_id)
        try:
            done = await service.change(
                session, member, deps.content, cell, typed, seen, deps.now()
            )
        except UserMistake as mistake:
            raise UserMistake(mistake.code, field=f"{cell.value}_{mistake.field}") from mistake
    if done.moved:
        return (Show(views.cell_form(done.in_use, cell, typed, moved=True)),)
    version = done.in_use.rubric.version
    news = views.unchanged(version) if done.same else views.saved(version)
    return (Show(views.rubric_page(done.in_use, can_edit=True, news=news)),)


DECLARATIONS: tuple[Declaration, ...] = (
    Verb(
        "/drill",
        "rubric",
        open_rubric,
        "how answers are marked; admins change it here",
        whose="the workspace’s, to read; admins change it",
    ),
    Action(views.RUBRIC, open_rubric, "read the rubric, or change it as an admin"),
    View(views.CHOOSE, choose, "the rubric, with a cell to choose", Role.ADMIN),
    View(views.SAVE, save, "the form of one cell of the rubric", Role.ADMIN),
)
