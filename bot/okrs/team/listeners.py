from bot.deps import Deps, Session
from bot.okrs import parse
from bot.okrs.team import service, views
from bot.okrs.team.rules import TeamSheet
from bot.people import service as people
from bot.slack.declare import (
    Action,
    Declaration,
    Knock,
    Outcome,
    RefreshHome,
    Show,
    Verb,
    View,
    shown,
)


async def _member(session: Session, knock: Knock) -> people.Member:
    return await people.ensure(session, knock.workspace_id, knock.user_id)


async def teams(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """`/okr team`, or a page of its list."""
    page = int(knock.value) if knock.value.isdecimal() and len(knock.value) < 6 else 0
    async with deps.transaction() as session:
        lines = await service.listing(session, await _member(session, knock))
    return (shown(knock, views.listing(lines, page)),)


async def open_team(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    async with deps.transaction() as session:
        member = await _member(session, knock)
        told = await service.sheet(session, member, knock.number, deps.now().date())
    return (shown(knock, views.form(told) if told.led else views.look(told)),)


async def new_team(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    return (shown(knock, views.form(TeamSheet(0, "", None, knock.user_id, {}))),)


async def take_over(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    async with deps.transaction(knock) as session:
        member = await _member(session, knock)
        await service.take_over(session, member, knock.number)
        told = await service.sheet(session, member, knock.number, deps.now().date())
    return (shown(knock, views.form(told)),)


async def save(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    place = deps.directory.of_id(knock.workspace_id)
    wish = views.read(knock.state, place.bot_user_id if place else "")
    team_id = parse.identity(knock.metadata or 0)  # 0: a new team
    async with deps.transaction(knock) as session:
        member = await _member(session, knock)
        if team_id:
            told = await service.change(session, member, team_id, wish, deps.now())
        else:
            told = await service.make(session, member, wish)
    deps.bells.ring(["people"])  # somebody in it may be new to us
    return Show(views.saved(told)), RefreshHome()


DECLARATIONS: tuple[Declaration, ...] = (
    Verb(
        "/okr",
        "team",
        teams,
        "teams: who is in them, who leads, when they check in",
        whose="any team",
    ),
    Action(views.TEAMS, teams, "the list of teams", whose="any team"),
    Action(views.PAGE, teams, "a page of the list of teams", whose="any team"),
    Action(views.OPEN, open_team, "one team", whose="any team"),
    Action(views.NEW, new_team, "make a team", whose="a new team"),
    Action(
        views.TAKE_OVER,
        take_over,
        "lead a team whose lead has left",
        whose="a team one is in, once its lead has left",
    ),
    View(views.SAVE, save, "a team’s form", whose="a new team, or one that one leads"),
)
