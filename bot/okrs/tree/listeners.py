from bot.deps import Deps
from bot.okrs.tree import service, views
from bot.slack.blocks import Block
from bot.slack.declare import Action, Declaration, Knock, Open, Outcome, Redraw, Verb


async def _page(deps: Deps, knock: Knock, cycle_id: int, team_id: int, page: int) -> Block:
    async with deps.transaction() as session:
        told = await service.tree(session, knock.workspace_id, cycle_id, team_id, page, deps.now())
    return views.tree(told)


async def open_tree(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """`/okr tree checkout 2027-Q1`, or a button; else the running cycle of all teams."""
    async with deps.transaction() as session:
        cycle_id, team_id = await service.named(
            session, knock.workspace_id, knock.rest, deps.now().date()
        )
    return (Open(await _page(deps, knock, cycle_id, team_id, 0)),)


async def pick(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    cycle_id, team_id = views.read_picked(knock.state)
    return (Redraw(await _page(deps, knock, cycle_id, team_id, 0)),)


async def turn(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    cycle_id, team_id, page = views.read_page(knock.value)
    return (Redraw(await _page(deps, knock, cycle_id, team_id, page)),)


DECLARATIONS: tuple[Declaration, ...] = (
    Verb(
        "/okr",
        "tree",
        open_tree,
        "how the teams’ objectives hang together",
        "[team]",
        whose="any team",
    ),
    Action(views.TREE, open_tree, "the alignment tree", whose="any team"),
    Action(views.PICK, pick, "another cycle or team in the tree", whose="any team"),
    Action(views.PAGE, turn, "another page of the tree", whose="any team"),
)
