from dataclasses import dataclass

from bot.deps import Deps, Session
from bot.errors import UserMistake
from bot.okrs.digests import outgoing, service
from bot.okrs.digests.now import views
from bot.people import service as people
from bot.people.teams import service as teams
from bot.plans import parse
from bot.slack.declare import (
    Action,
    Declaration,
    Knock,
    Outcome,
    Say,
    Verb,
    shown,
)


@dataclass(frozen=True)
class Asked:
    """Which team's cycle to show, 0 for one's own; a name as it was typed; the page."""

    team_cycle_id: int = 0
    name: str = ""
    place: int = 0


async def show(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """`/okr digest`, `/okr digest Checkout`, or the button under a digest."""
    name = knock.rest if "command" in knock.body else ""
    number = knock.number if knock.value else 0
    return await _shown(deps, knock, Asked(number, name))


async def choose(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    return await _shown(deps, knock, Asked(knock.number))


async def turn(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """Another page; the button carries the team's cycle and the page's place."""
    numbers = knock.value.split()
    if len(numbers) != 2 or not all(one.isdecimal() and len(one) < 10 for one in numbers):
        raise UserMistake("stale")
    return await _shown(deps, knock, Asked(int(numbers[0]), place=int(numbers[1])))


async def _shown(deps: Deps, knock: Knock, asked: Asked, note: str = "") -> tuple[Outcome, ...]:
    async with deps.transaction() as session:
        member = await people.ensure(session, knock.workspace_id, knock.user_id)
        found = await service.choices(session, member, deps.now())
        if not found and not asked.team_cycle_id:
            raise UserMistake("no_goals")
        chosen = await _chosen(session, knock, found, asked)
        told = await service.compose(session, knock.workspace_id, chosen, deps.now())
    offered = [(one.team_cycle_id, one.team) for one in found]
    view = views.look(told.digest, offered, chosen, asked.place, note)
    return (shown(knock, view),)


async def _chosen(session: Session, knock: Knock, found: list[service.Place], asked: Asked) -> int:
    """The team's cycle that is asked for, by its id or the team's name; without one the first."""
    if asked.team_cycle_id or not asked.name:
        return asked.team_cycle_id or found[0].team_cycle_id
    team = await teams.called(session, knock.workspace_id, asked.name)
    for one in found:
        if team is not None and one.team_id == team.id:
            return one.team_cycle_id
    raise UserMistake("no_team_called", given=parse.shown(asked.name))


async def picture(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """The chart as it is now, by direct message."""
    number = knock.number
    async with deps.transaction(knock) as session:
        sent = await _ask(deps, session, knock, number)
    if not sent:
        return (Say(views.nothing_to_draw()),)
    if knock.in_modal:
        return await _shown(deps, knock, Asked(number), views.ON_ITS_WAY)
    return (Say(views.on_its_way()),)


async def _ask(deps: Deps, session: Session, knock: Knock, number: int) -> bool:
    member = await people.ensure(session, knock.workspace_id, knock.user_id)
    now = deps.now()
    told = await service.compose(session, knock.workspace_id, number, now)
    return await outgoing.ask_picture(session, told, member, now, deps.machine_now())


DECLARATIONS: tuple[Declaration, ...] = (
    Verb("/okr", "digest", show, "how a team stands, and what changed", "[team]", whose="any team"),
    Action(views.LOOK, show, "how a team stands, and what changed", whose="any team"),
    Action(views.TEAM, choose, "the team to look at", whose="any team"),
    Action(views.PAGE, turn, "a page of what a team has to tell", whose="any team"),
    Action(views.PICTURE, picture, "a team’s chart, by direct message", whose="any team"),
)
