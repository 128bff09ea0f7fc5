"""`/okr new`: the overview, saving, and *Undo*."""

from bot.deps import Deps
from bot.errors import UserMistake
from bot.okrs.writing import outgoing, service, views
from bot.okrs.writing.listeners import at_desk
from bot.okrs.writing.outgoing import Desk, Written
from bot.okrs.writing.overview import service as saving
from bot.okrs.writing.overview import views as overview
from bot.outbox import service as outbox
from bot.people import service as people
from bot.slack.declare import (
    Action,
    Declaration,
    Knock,
    Outcome,
    Redraw,
    RefreshHome,
    Show,
    View,
)


async def add(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    async with at_desk(deps, knock, once=True) as desk:
        if len(desk.typed.key_results) >= overview.MOST:
            full = UserMistake("many_key_results", most=overview.MOST)
            return (Redraw(await outgoing.review(desk, views.said(full))),)
        service.keep(desk.row, desk.typed.another(knock.user_id), deps.now())
        view = await outgoing.page(desk)
    return (Redraw(view),)


async def change(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    async with at_desk(deps, knock) as desk:
        service.keep(desk.row, desk.typed.taking(knock.number), deps.now())
        view = await outgoing.page(desk)
    return (Redraw(view),)


async def save(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """All of it at once, and once; what is still missing is said in the overview."""
    async with at_desk(deps, knock, once=True) as desk:
        try:
            found = await outgoing.written(desk)
        except UserMistake as mistake:  # a cycle that was closed meanwhile, say
            wrong = [mistake, *mistake.others]
            return (Show(await outgoing.objective(desk, wrong)),)
        missing = await _missing(desk, found)
        if missing is not None:
            return (Show(await outgoing.review(desk, views.said(missing))),)
        made = await saving.save(desk.session, desk.member, found.where, found.wishes, deps.now())
        await service.drop(desk.session, desk.row)
        await outbox.say(desk.session, outgoing.saved(desk.member, made), deps.machine_now())
    deps.bells.ring(["people"])
    return (RefreshHome(),)


async def _missing(desk: Desk, found: Written) -> UserMistake | None:
    if not found.wishes:
        return UserMistake("needs_key_results")
    if found.wrong:
        return UserMistake("unfinished")
    place = desk.member.workspace_id
    gone = [one for wish in found.wishes for one in await saving.absent(desk.session, place, wish)]
    return gone[0] if gone else None


async def undo(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    async with deps.transaction(knock) as session:
        member = await people.ensure(session, knock.workspace_id, knock.user_id)
        title = await saving.undo(session, member, knock.number, deps.now())
        topic, said = outgoing.made_topic(knock.number), views.undone(title)
        await outbox.revise(session, knock.workspace_id, topic, said, deps.machine_now())
    return (RefreshHome(),)


DECLARATIONS: tuple[Declaration, ...] = (
    Action(overview.ADD, add, "add a key result"),
    Action(overview.CHANGE, change, "change a key result that is being written"),
    Action(views.UNDO, undo, "archive an objective that was just made", whose="a team one is in"),
    View(
        overview.SAVE,
        save,
        "the overview of an objective, which saves it",
        whose="a team one is in",
    ),
)
