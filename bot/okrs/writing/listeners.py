"""`/okr new`: the team where there is none, the objective, and whatever moves between the steps."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from bot.deps import Deps, Session
from bot.errors import UserMistake
from bot.okrs import service as okrs
from bot.okrs.team import service as team_service
from bot.okrs.team import views as team_views
from bot.okrs.writing import outgoing, service, views
from bot.okrs.writing.key_results.views import BACK
from bot.okrs.writing.outgoing import Desk
from bot.okrs.writing.typed import KEY_RESULT, OBJECTIVE, REVIEW, form_of
from bot.people import service as people
from bot.people.teams import service as teams
from bot.slack.blocks import Block
from bot.slack.declare import Action, Declaration, Knock, Open, Outcome, Redraw, Show, Verb, View


def bots(deps: Deps, knock: Knock) -> frozenset[str]:
    place = deps.directory.of_id(knock.workspace_id)
    return frozenset({"USLACKBOT", place.bot_user_id if place else ""}) - {""}


def laid(
    deps: Deps,
    knock: Knock,
    session: Session,
    member: people.Member,
    row: service.WritingDraft,
) -> Desk:
    checks, known = deps.content.checks, bots(deps, knock)
    return outgoing.desk(session, member, row, checks, deps.now(), known)


@asynccontextmanager
async def at_desk(deps: Deps, knock: Knock, *, once: bool = False) -> AsyncIterator[Desk]:
    """The draft that the form belongs to, with everything to go on; `once`: a repeat does nothing.

    Raises UserMistake when the draft is no longer there.
    """
    async with deps.transaction(knock if once else None) as session:
        member = await people.ensure(session, knock.workspace_id, knock.user_id)
        row = await service.taken_up(session, member, knock.metadata)
        yield laid(deps, knock, session, member, row)


def redrawn(knock: Knock, view: Block) -> tuple[Outcome, ...]:
    """Nothing when the form looks as it does: while somebody types it mostly does."""
    return () if views.looks(knock.view) == views.looks(view) else (Redraw(view),)


# --- beginning ------------------------------------------------------------------------------------


async def open_new(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """`/okr new`, `/okr new checkout`, or a button, whose value may be a team's id."""
    async with deps.transaction() as session:
        member = await people.ensure(session, knock.workspace_id, knock.user_id)
        wanted = await _team(session, knock, member)
        before = await service.current(session, member)
        if before is not None and service.typed_in(before).begun:
            typed = service.typed_in(before)
            title = str(typed.objective.get("title") or "")
            view = views.resume(title, len(typed.reviewed().key_results))
            return (Open(view | {"private_metadata": str(before.id)}),)
        view = await _first(deps, knock, session, member, wanted)
    return (Open(view),)


async def _team(session: Session, knock: Knock, member: people.Member) -> int:
    """The team that was named, 0 for none. Raises UserMistake for one that is not theirs."""
    if not (knock.rest or knock.value):
        return 0
    if knock.rest:
        team = await service.named(session, knock.workspace_id, knock.rest)
    else:
        team = await teams.get(session, knock.workspace_id, knock.number)
    await okrs.may_write(session, team, member)
    return team.id


async def _first(
    deps: Deps, knock: Knock, session: Session, member: people.Member, wanted: int
) -> Block:
    """An empty objective's form; the form of a team for who is in none."""
    own = await service.writable(session, member)
    if not own:
        return views.team_form(knock.user_id)
    row = await service.begin(session, member, wanted or own[0].id, deps.now())
    return await outgoing.page(laid(deps, knock, session, member, row))


async def go_on(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """Where it was left."""
    async with at_desk(deps, knock) as desk:
        view = await outgoing.page(desk)
    return (Redraw(view),)


async def afresh(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    async with deps.transaction(knock) as session:
        member = await people.ensure(session, knock.workspace_id, knock.user_id)
        await service.taken_up(session, member, knock.metadata)
        view = await _first(deps, knock, session, member, 0)
    return (Redraw(view),)


async def make_team(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """Who creates a team leads it, unless they name somebody else."""
    wish = team_views.read(knock.state, next(iter(bots(deps, knock) - {"USLACKBOT"}), ""))
    async with deps.transaction(knock) as session:
        member = await people.ensure(session, knock.workspace_id, knock.user_id)
        made = await team_service.make(session, member, wish)
        if made.id not in {one.id for one in await service.writable(session, member)}:
            raise UserMistake("put_yourself", field="lead")
        row = await service.begin(session, member, made.id, deps.now())
        view = await outgoing.page(laid(deps, knock, session, member, row))
    deps.bells.ring(["people"])  # somebody in it may be new to us
    return (Show(view),)


# --- the objective --------------------------------------------------------------------------------


async def objective_typed(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """Something was typed or chosen: it is kept, and what there is to ask stands under it."""
    with suppress(UserMistake):  # while somebody types nothing is refused: sending tells
        async with at_desk(deps, knock) as desk:
            typed = desk.typed.with_objective(views.standing_in(knock.state, OBJECTIVE))
            service.keep(desk.row, typed, deps.now())
            view = await outgoing.objective(desk)
        return redrawn(knock, view)
    return ()


async def objective_sent(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """On to the first key result, or back to the overview."""
    async with at_desk(deps, knock) as desk:
        typed = desk.typed.with_objective(views.standing_in(knock.state, OBJECTIVE))
        service.keep(desk.row, typed, deps.now())
    async with at_desk(deps, knock) as desk:
        await service.setting(desk.session, desk.member, desk.typed, desk.today)
        typed = desk.typed.reviewed()
        if not typed.key_results:
            typed = desk.typed.taking(desk.typed.serial)
            typed = typed if typed.stage == KEY_RESULT else typed.another(knock.user_id)
        service.keep(desk.row, typed, deps.now())
        view = await outgoing.page(desk)
    return (Show(view),)


async def objective_again(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """From the overview or a key result back to the objective's form; nothing typed is lost."""
    async with at_desk(deps, knock) as desk:
        typed = desk.typed
        if typed.stage != REVIEW and knock.state:
            raw = views.standing_in(knock.state, form_of(typed.serial))
            typed = typed.with_key_result(raw)
        service.keep(desk.row, typed.with_objective({}), deps.now())
        view = await outgoing.objective(desk)
    return (Redraw(view),)


DECLARATIONS: tuple[Declaration, ...] = (
    Verb(
        "/okr",
        "new",
        open_new,
        "set an objective with its key results",
        "[team]",
        whose="a team one is in",
    ),
    Action(views.NEW, open_new, "set an objective", whose="a team one is in"),
    Action(views.CONTINUE, go_on, "go on with an objective that was begun"),
    Action(views.AFRESH, afresh, "drop what was begun, and begin anew"),
    Action(views.TYPED, objective_typed, "what is typed of an objective is kept, and asked about"),
    Action(BACK, objective_again, "back to the objective"),
    View(views.TEAM, make_team, "the team of somebody who was in none", whose="a new team"),
    View(views.OBJECTIVE, objective_sent, "the objective’s form", whose="a team one is in"),
)
