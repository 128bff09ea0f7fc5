from bot.deps import Deps, Session
from bot.drills import service as drills
from bot.drills.marks import outgoing, service, views
from bot.drills.marks.service import Chance, Disputed, Said
from bot.drills.marks.views import OwnForm
from bot.drills.views import SELF_SCORE
from bot.errors import UserMistake
from bot.people import service as people
from bot.scoring.rubrics import service as rubrics
from bot.scoring.rules import Cell
from bot.slack.declare import Action, Declaration, Knock, Open, Outcome, RefreshHome, Show, View


async def _chance(session: Session, knock: Knock, session_id: int) -> Chance:
    member = await people.ensure(session, knock.workspace_id, knock.user_id)
    return await service.chance(session, session_id, member)


def _cells(deps: Deps, found: Chance) -> tuple[Cell, ...]:
    drill = drills.drill_of(deps.content, found.row)
    return tuple(cell for cell in Cell if cell.value in drill.cells)


async def open_own(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """The form of one's own marks, filled with those given before; it changes nothing."""
    async with deps.transaction() as session:
        found = await _chance(session, knock, knock.number)
        cells = _cells(deps, found)
        rubric = await rubrics.rubric_for(session, knock.workspace_id, deps.content)
    marks, note = (found.given.marks, found.given.note) if found.given else ({}, "")
    if found.given and found.revealed:
        return (Open(views.own_stays(marks, note)),)
    form = OwnForm(found.row.id, cells, rubric, marks, note, found.revealed)
    return (Open(views.own_form(form)),)


async def save_own(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """Own marks: kept, and the card comes, or changes."""
    async with deps.transaction(knock) as session:
        found = await _chance(session, knock, views.read_session(knock.metadata))
        marks, note = views.read_own(knock.state, _cells(deps, found))
        revealed = found.revealed
        await service.score_self(session, found, marks, note, deps.now())
        if found.scored:
            await outgoing.reveal(session, found.row, deps.now(), deps.machine_now())
    return Show(views.own_kept(scored=found.scored, revealed=revealed)), RefreshHome()


async def show_card(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """*Skip, show me the card.*"""
    async with deps.transaction(knock) as session:
        found = await _chance(session, knock, knock.number)
        if found.row.held_until is None or not found.scored:
            raise UserMistake("card_is_out" if found.revealed else "nothing_to_mark")
        await outgoing.reveal(session, found.row, deps.now(), deps.machine_now())
    return ()


async def _disputed(session: Session, knock: Knock, session_id: int, cell: Cell) -> Disputed:
    member = await people.ensure(session, knock.workspace_id, knock.user_id)
    return await service.disputed(session, session_id, cell, member)


async def open_wrong(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """*This mark is wrong*, filled with what was said of the mark before."""
    cell = views.read_cell(str(knock.action.get("action_id") or "").rpartition(".")[2])
    async with deps.transaction() as session:
        found = await _disputed(session, knock, knock.number, cell)
    said = found.said or Said("", None)
    form = views.wrong_form(found.row.id, cell, found.score, said.why, said.fitting)
    return (Open(form),)


async def save_wrong(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    session_id, cell = views.read_mark(knock.metadata)
    if views.read_taken_back(knock.state):
        return await _take_back(deps, knock, session_id, cell)
    why, fitting = views.read_wrong(knock.state)
    async with deps.transaction(knock) as session:
        found = await _disputed(session, knock, session_id, cell)
        new = await service.dispute(session, found, Said(why, fitting), deps.now())
    return Show(views.wrong_kept(cell, again=not new)), RefreshHome()


async def _take_back(deps: Deps, knock: Knock, session_id: int, cell: Cell) -> tuple[Outcome, ...]:
    async with deps.transaction(knock) as session:
        found = await _disputed(session, knock, session_id, cell)
        await service.take_back(session, found)
    return Show(views.wrong_taken_back(cell)), RefreshHome()


DECLARATIONS: tuple[Declaration, ...] = (
    Action(SELF_SCORE, open_own, "mark one’s own answer"),
    View(views.SAVE_OWN, save_own, "one’s own marks"),
    Action(views.SHOW_CARD, show_card, "see the card without marking oneself first"),
    Action(views.WRONG, open_wrong, "call a mark of one’s card wrong"),
    View(views.SAVE_WRONG, save_wrong, "what is wrong with a mark"),
)
