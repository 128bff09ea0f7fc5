from bot.deps import Deps, Session
from bot.drills import service as drills
from bot.drills.marks.views import read_own
from bot.drills.reviewing import outgoing, service, views
from bot.drills.reviewing.rules import Asked
from bot.drills.reviewing.service import Standing, Work
from bot.people import service as people
from bot.people.service import Member
from bot.scoring.rubrics import service as rubrics
from bot.scoring.rules import Cell
from bot.slack.blocks import Block
from bot.slack.declare import (
    Action,
    Declaration,
    Knock,
    Open,
    Outcome,
    Say,
    Show,
    View,
    read_id,
    shown,
)


async def _at(deps: Deps, session: Session, member: Member, session_id: int) -> Standing:
    return await service.standing(session, deps.content, session_id, member)


def _form(at: Standing, done: str = "") -> Block:
    listed = [
        views.Request(request.id, reviewer.user_id, Asked(request.state))
        for request, reviewer in at.requests
    ]
    return views.ask_form(at.row.id, listed, done, full=at.full)


async def open_ask(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """*Ask a peer reviewer*: whom, and who was asked."""
    async with deps.transaction() as session:
        member = await people.ensure(session, knock.workspace_id, knock.user_id)
        at = await _at(deps, session, member, knock.number)
    return (Open(_form(at)),)


async def ask(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """They get the answer at once when it is final."""
    user, note = views.read_asked(knock.state)
    place = deps.directory.of_id(knock.workspace_id)
    now, machine_now = deps.now(), deps.machine_now()
    async with deps.transaction(knock) as session:
        member = await people.ensure(session, knock.workspace_id, knock.user_id)
        at = await _at(deps, session, member, read_id(knock.metadata))
        own_bot = place.bot_user_id if place else ""
        await service.ask(session, at, user, note, now, own_bot)
        await outgoing.follow(session, deps.content, at.row, now, machine_now)
        at = await _at(deps, session, member, at.row.id)
    deps.bells.ring(["people"])  # somebody may be new to us
    return (Show(_form(at, user)),)


async def withdraw(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """*Take back*: the reviewer has the answer no more."""
    async with deps.transaction(knock) as session:
        member = await people.ensure(session, knock.workspace_id, knock.user_id)
        work = await service.for_member(session, knock.number, member)
        if work.request.state in (Asked.ASKED, Asked.SENT):
            await outgoing.take_back(session, work, deps.machine_now())
        at = await _at(deps, session, member, work.row.id)
    return (shown(knock, _form(at)),)


# --- the reviewer ---------------------------------------------------------------------------------


def _cells(deps: Deps, work: Work) -> tuple[Cell, ...]:
    drill = drills.drill_of(deps.content, work.row)
    return tuple(cell for cell in Cell if cell.value in drill.cells)


async def open_review(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    async with deps.transaction() as session:
        member = await people.ensure(session, knock.workspace_id, knock.user_id)
        work = await service.for_reviewer(session, knock.number, member)
        found = await service.given(session, work)
        rubric = await rubrics.rubric_for(session, knock.workspace_id, deps.content)
        who, cells = work.member.user_id, _cells(deps, work)
    marks, note = (found.marks, found.note) if found else ({}, "")
    form = views.ReviewForm(knock.number, who, cells, rubric, marks, note)
    return (Open(views.review_form(form)),)


async def save_review(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    now, machine_now = deps.now(), deps.machine_now()
    async with deps.transaction(knock) as session:
        member = await people.ensure(session, knock.workspace_id, knock.user_id)
        work = await service.for_reviewer(session, read_id(knock.metadata), member)
        marks, note = read_own(knock.state, _cells(deps, work))
        await service.give(session, work, marks, note, now)
        await outgoing.restate(session, deps.content, work, now, machine_now)
        who = work.member.user_id
    return (Show(views.given_thanks(who)),)


async def decline(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    async with deps.transaction(knock) as session:
        member = await people.ensure(session, knock.workspace_id, knock.user_id)
        work = await service.for_reviewer(session, knock.number, member)
        if work.request.state == Asked.GIVEN:
            return (Say(views.given_already()),)
        await outgoing.decline(session, work, deps.now(), deps.machine_now())
    return ()


DECLARATIONS: tuple[Declaration, ...] = (
    Action(views.ASK_REVIEWER, open_ask, "ask somebody for marks of one’s answer"),
    View(views.ASK, ask, "whom to ask for marks"),
    Action(views.WITHDRAW, withdraw, "take such a request back"),
    Action(
        views.REVIEW,
        open_review,
        "mark another’s answer, as they asked",
        whose="answers one was asked to mark",
    ),
    View(
        views.SAVE, save_review, "marks of another’s answer", whose="answers one was asked to mark"
    ),
    Action(
        views.DECLINE,
        decline,
        "leave another’s answer unmarked",
        whose="answers one was asked to mark",
    ),
)
