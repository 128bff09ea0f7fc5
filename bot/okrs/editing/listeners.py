from bot.deps import Deps, Session
from bot.errors import UserMistake
from bot.okrs.editing import outgoing, service, views
from bot.okrs.editing.after import views as after
from bot.okrs.editing.objectives import service as objectives
from bot.okrs.editing.objectives import views as lists
from bot.okrs.editing.objectives.rules import Differing
from bot.okrs.editing.rules import Conflict
from bot.people import service as people
from bot.slack.declare import (
    Action,
    Declaration,
    Knock,
    Outcome,
    RefreshHome,
    Role,
    Show,
    Verb,
    View,
    shown,
)


async def _member(session: Session, knock: Knock) -> people.Member:
    return await people.ensure(session, knock.workspace_id, knock.user_id)


async def edit(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """`/okr edit`; a button's value may name a key result, an objective or a team's cycle."""
    about = lists.read_reference(knock.value)
    async with deps.transaction() as session:
        member = await _member(session, knock)
        if about.kind == "kr":
            sheet = await service.sheet(session, member, about.id)
            view = views.form(sheet) if sheet.may_edit else after.look(sheet)
        elif about.kind == "o":
            told = await objectives.sheet(session, member, about.id)
            view = lists.form(told) if told.may_edit else lists.look(told)
        else:
            view = lists.listing(await objectives.listing(session, member, about.id, 0, False))
    return (shown(knock, view),)


async def turn(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """Another page, another team's cycle, or what is archived."""
    place, archived, page = lists.read_page(knock.value)
    async with deps.transaction() as session:
        member = await _member(session, knock)
        told = await objectives.listing(session, member, place, page, archived)
    return (shown(knock, lists.listing(told)),)


async def save_key_result(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    place = deps.directory.of_id(knock.workspace_id)
    bot = place.bot_user_id if place else ""
    key_result_id, typed = views.read(knock.state, knock.metadata, bot)
    async with deps.transaction(knock) as session:
        member = await _member(session, knock)
        told = await service.save(session, member, key_result_id, typed, deps.now())
        if isinstance(told, Conflict):
            return (Show(views.conflicted(told)),)
        sheet = await service.sheet(session, member, key_result_id)
        await outgoing.tell_owner(session, told, sheet, member, deps.now(), deps.machine_now())
    deps.bells.ring(["people"])  # an owner may be new to us
    return Show(after.kept(told)), RefreshHome()


async def save_objective(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    objective_id, typed = lists.read(knock.state, knock.metadata)
    async with deps.transaction(knock) as session:
        told = await objectives.save(session, await _member(session, knock), objective_id, typed)
        if isinstance(told, Differing):
            return (Show(lists.differing(told)),)
    return Show(lists.kept(told, "saved")), RefreshHome()


async def archive(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    about = lists.read_reference(knock.value)
    async with deps.transaction(knock) as session:
        member = await _member(session, knock)
        if about.kind == "kr":
            view = after.archived(await service.archive(session, member, about.id, deps.now()))
        elif about.kind == "o":
            told = await objectives.archive(session, member, about.id, deps.now())
            view = lists.kept(told, "archived")
        else:
            raise UserMistake("stale_goal")
    return shown(knock, view), RefreshHome()


async def restore(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    about = lists.read_reference(knock.value)
    async with deps.transaction(knock) as session:
        member = await _member(session, knock)
        if about.kind == "kr":
            view = after.archived(await service.restore(session, member, about.id))
        elif about.kind == "o":
            view = lists.kept(await objectives.restore(session, member, about.id), "restored")
        else:
            raise UserMistake("stale_goal")
    return shown(knock, view), RefreshHome()


async def start(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    about = lists.read_reference(knock.value)
    async with deps.transaction(knock) as session:
        member = await _member(session, knock)
        told = await objectives.start(session, member, about.id, deps.now())
    return shown(knock, lists.kept(told, "started")), RefreshHome()


DECLARATIONS: tuple[Declaration, ...] = (
    Verb("/okr", "edit", edit, "change, archive or restore goals", whose="a team one is in"),
    Action(after.EDIT, edit, "edit a key result or an objective", whose="a team one is in"),
    Action(lists.PLACE, turn, "another team’s cycle to edit", whose="a team one is in"),
    Action(lists.PAGE, turn, "another page of what there is to edit", whose="a team one is in"),
    Action(
        after.ARCHIVE,
        archive,
        "archive a key result or an objective",
        role=Role.LEAD,
        whose="a team one leads",
    ),
    Action(
        after.RESTORE,
        restore,
        "restore a key result or an objective",
        role=Role.LEAD,
        whose="a team one leads",
    ),
    Action(
        lists.START, start, "start a drafted objective", role=Role.LEAD, whose="a team one leads"
    ),
    View(
        views.SAVE,
        save_key_result,
        "a key result’s form",
        whose="key results one is accountable for; all of a team one leads",
    ),
    View(
        lists.SAVE,
        save_objective,
        "an objective’s form",
        whose="a team one leads, and objectives of which one is accountable for a key result",
    ),
)
