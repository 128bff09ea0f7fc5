"""`/okr new`: the form of a key result."""

from contextlib import suppress

from bot.deps import Deps
from bot.errors import UserMistake
from bot.okrs.writing import outgoing, service
from bot.okrs.writing.key_results import parse, views
from bot.okrs.writing.listeners import at_desk, redrawn
from bot.okrs.writing.outgoing import Desk
from bot.okrs.writing.overview import service as saving
from bot.okrs.writing.overview.views import MOST
from bot.okrs.writing.typed import Typed, form_of
from bot.okrs.writing.views import standing_in
from bot.slack.declare import Action, Declaration, Knock, Outcome, Redraw, Show, View


def _typed(desk: Desk, knock: Knock) -> Typed:
    """With what stands in the form now."""
    typed = desk.typed
    return typed.with_key_result(standing_in(knock.state, form_of(typed.serial)))


async def typed(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """Something was typed or chosen: it is kept, and what there is to ask stands under it."""
    with suppress(UserMistake):  # while somebody types nothing is refused: sending tells
        async with at_desk(deps, knock) as desk:
            service.keep(desk.row, _typed(desk, knock), deps.now())
            view = await outgoing.key_result(desk)
        return redrawn(knock, view)
    return ()


async def _mistakes(desk: Desk) -> list[UserMistake]:
    """All that is wrong with the key result in hand."""
    told = desk.typed
    where = await service.setting(desk.session, desk.member, told, desk.today)
    brings = await service.roster(desk.session, where.team)
    wish, wrong = parse.key_result(told.in_hand, told.serial, where.span, brings, desk.bots)
    return [*wrong, *await saving.absent(desk.session, desk.member.workspace_id, wish)]


async def sent(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """On to the overview; all that is wrong stands at its fields."""
    async with at_desk(deps, knock) as desk:
        service.keep(desk.row, _typed(desk, knock), deps.now())
    async with at_desk(deps, knock) as desk:
        wrong = await _mistakes(desk)
        if wrong:
            raise UserMistake.together(wrong)
        service.keep(desk.row, desk.typed.reviewed(), deps.now())
        view = await outgoing.page(desk)
    return (Show(view),)


async def another(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """The next key result's form, once this one is whole; until then what is missing is said."""
    async with at_desk(deps, knock, once=True) as desk:
        service.keep(desk.row, _typed(desk, knock), deps.now())
        wrong = await _mistakes(desk)
        if not wrong and len(desk.typed.key_results) >= MOST:
            wrong = [UserMistake("many_key_results", most=MOST)]
        if not wrong:
            service.keep(desk.row, desk.typed.another(knock.user_id), deps.now())
        view = await outgoing.key_result(desk, wrong)
    return (Redraw(view),)


async def remove(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """This key result is dropped; the others stand in the overview."""
    async with at_desk(deps, knock, once=True) as desk:
        service.keep(desk.row, desk.typed.without(knock.number).reviewed(), deps.now())
        view = await outgoing.page(desk)
    return (Redraw(view),)


DECLARATIONS: tuple[Declaration, ...] = (
    Action(views.TYPED, typed, "what is typed of a key result is kept, and asked about"),
    Action(views.ANOTHER, another, "add another key result"),
    Action(views.REMOVE, remove, "drop a key result that is being written"),
    View(views.SAVE, sent, "a key result’s form"),
)
