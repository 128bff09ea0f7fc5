from collections.abc import Sequence

from bot.deps import Deps
from bot.errors import UserMistake
from bot.okrs.board import service, views
from bot.okrs.board.rules import LIFE, PURPOSE
from bot.okrs.board.views import BoardLink
from bot.okrs.service import Place
from bot.slack.declare import Action, Declaration, Knock, Outcome, Say, Verb


async def board(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """`/okr board`, `/okr board checkout`: anybody of the workspace may look at any team's."""
    return await _asked(deps, knock, knock.rest)


async def board_of(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """The button beside a team's cycle, which carries the cycle's place; elsewhere it carries

    nothing and means the person's own teams.
    """
    if not knock.value:
        return await _asked(deps, knock, "")
    _possible(deps)
    async with deps.transaction() as session:
        place = await service.place(session, knock.workspace_id, knock.number)
    return (_links(deps, knock, [place]),)


async def _asked(deps: Deps, knock: Knock, words: str) -> tuple[Outcome, ...]:
    _possible(deps)
    async with deps.transaction() as session:
        asked = await service.asked(
            session, knock.workspace_id, knock.user_id, words, deps.now().date()
        )
    if not asked.places:
        return (Say(views.nowhere(asked.teams)),)
    return (_links(deps, knock, asked.places),)


def _possible(deps: Deps) -> None:
    if not deps.links.possible:
        raise UserMistake("board_no_address")


def _links(deps: Deps, knock: Knock, places: Sequence[Place]) -> Say:
    now = deps.machine_now()
    made = [
        BoardLink(
            one.team,
            one.cycle,
            deps.links.make(PURPOSE, (knock.workspace_id, one.team_cycle_id), now, LIFE),
        )
        for one in places
    ]
    return Say(views.links(made))


DECLARATIONS: tuple[Declaration, ...] = (
    Verb(
        "/okr",
        "board",
        board,
        "a link to a team’s scoreboard, for browsers and paper",
        "[team]",
        whose="any team",
    ),
    Action(views.BOARD, board_of, "a link to this team’s scoreboard", whose="any team"),
)
