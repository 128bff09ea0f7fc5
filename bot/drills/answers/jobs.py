import logging
from dataclasses import asdict

from bot.content import Drill
from bot.deps import Deps, Session
from bot.drills import outgoing as drill_outgoing
from bot.drills import service as drills
from bot.drills.answers import judging, outgoing, service, views
from bot.drills.answers.judging import Look
from bot.drills.answers.service import Waiting
from bot.drills.following import outgoing as following
from bot.drills.later import views as later
from bot.drills.marks import outgoing as own_marks
from bot.drills.memory import service as memory
from bot.drills.queries import service as queries
from bot.drills.queries import views as query_views
from bot.drills.rules import Part, State
from bot.drills.service import DrillSession
from bot.errors import Collided, ScorerFailed, UserMistake
from bot.scoring import service as scoring
from bot.scoring.feedback import Feedback
from bot.scoring.ratings.service import Given
from bot.scoring.rules import Question
from bot.scoring.service import Scored
from bot.slack.blocks import Message

log = logging.getLogger(__name__)


async def score_waiting(deps: Deps) -> None:
    """Score what has arrived: claim, ask the worker outside any transaction, record."""
    while True:
        async with deps.transaction() as session:
            waiting = await service.claim(session, deps.content, deps.machine_now())
        if waiting is None:
            return
        try:
            await _score(deps, waiting)
        except (ScorerFailed, Collided) as error:  # else the lease would hold it for a minute
            failed = {"answer_id": waiting.answer_id, "error": type(error).__name__}
            log.warning("unscored", extra=failed)
            async with deps.transaction() as session:
                await service.postpone(session, waiting, deps.machine_now())


async def _score(deps: Deps, waiting: Waiting) -> None:
    try:
        drill = drills.drill_of(deps.content, waiting.session)
    except UserMistake:
        await _record(deps, waiting, views.drill_gone(), None, None)
        return
    question = drills.question(drill)
    rubric = waiting.rubric
    await _note_query(deps, waiting, drill)
    if not waiting.text.strip():
        await _record(deps, waiting, _wordless(waiting), None, None)
    elif waiting.part == Part.ANSWER:
        await _score_answer(deps, waiting, question)
    elif waiting.first_card is None:
        await _record(deps, waiting, views.nothing_to_compare(), None, None)
    elif waiting.part == Part.PROBE:
        asked = drill_outgoing.probe_question(drill, waiting.session)
        told = await deps.scorer.probe(
            question, waiting.first, waiting.first_card, asked, waiting.text, rubric
        )
        message = later.probe_card(told, waiting.session.id)
        await _record(deps, waiting, message, None, None, later.Probed.of(told))
    else:
        focus = service.focus_of(waiting.session)
        again = await deps.scorer.retake(focus, question, waiting.first, waiting.text, rubric)
        message = later.retake_card(again, focus.cell, waiting.session.id)
        await _record(deps, waiting, message, None, None)


async def _note_query(deps: Deps, waiting: Waiting, drill: Drill) -> None:
    """Have a coding drill's newest query run; a queue of its own takes it from here."""
    if drill.sql is not None and waiting.part == Part.ANSWER:
        async with deps.transaction() as session:
            await queries.note(session, waiting.session, waiting.queries, deps.machine_now())


def _wordless(waiting: Waiting) -> Message | None:
    return query_views.narrate() if waiting.queries else None


async def _score_answer(deps: Deps, waiting: Waiting, question: Question) -> None:
    seed = str(waiting.session.id)
    card, feedback = await deps.scorer.score(
        question, waiting.text, seed, waiting.rubric, service.aim_of(waiting.session)
    )
    look = await judging.look(deps, waiting, question, card)
    await _record(deps, waiting, None, look, feedback)


async def _record(
    deps: Deps,
    waiting: Waiting,
    message: Message | None,
    look: Look | None,
    feedback: Feedback | None,
    probed: later.Probed | None = None,
) -> None:
    """Write what the scorer said and show it, unless the answer changed meanwhile."""
    async with deps.transaction() as session:
        row = await service.settle(session, waiting)
        if row is None:
            return
        if look is not None and feedback is not None:
            card = look.card
            await judging.ask(session, look, deps.machine_now())
            await scoring.keep(session, _scored(deps, waiting, row), card)
            await memory.answered(session, row)
            row.focus = {"cell": feedback.focus.cell.value, "what": feedback.focus.what}
            own = await own_marks.beside(session, row, card, look.complete)
            query = await queries.verdict(session, row)
            message = views.card(_card(deps, row, look, feedback, own, query))
            if await own_marks.holds(session, row, card, deps.now(), deps.machine_now()):
                message = None
        elif waiting.part == Part.ANSWER:
            await _withdraw(session, row)
        if not waiting.text.strip():
            await outgoing.withdraw(session, row, waiting.part, deps.machine_now())
        if waiting.part == Part.PROBE:
            row.told = {**row.told, "probed": asdict(probed) if probed else None}
        if message is not None:
            await outgoing.show(session, row, waiting.part, message, deps.machine_now())
        await following.rescored(session, deps.content, row, deps.now(), deps.machine_now())


async def _withdraw(session: Session, row: DrillSession) -> None:
    """The answer is gone, or cannot be scored: its marks go too."""
    topic = service.card_topic(row.id, Part.ANSWER)
    await scoring.withdraw(session, row.workspace_id, topic)
    await memory.answered(session, row)
    await judging.withdraw(session, row.workspace_id, topic)


def _scored(deps: Deps, waiting: Waiting, row: DrillSession) -> Scored:
    return Scored(
        row.workspace_id,
        row.member_id,
        service.card_topic(row.id, waiting.part),
        row.drill_id,
        waiting.rubric.version,
        row.late,
        row.answered_at or deps.now(),
    )


def _card(
    deps: Deps,
    row: DrillSession,
    look: Look,
    feedback: Feedback,
    own: Given | None,
    query: bool | None,
) -> views.Card:
    drill = deps.content.drills.get(row.drill_id)
    return views.Card(
        row.id,
        look.card,
        feedback,
        final=row.state not in (State.PLANNED, State.OPEN, State.ANSWERING),
        late=row.late,
        box_ends_at=row.box_ends_at,
        asked=drill.prompt if drill and row.team_run_id else "",
        own=own.marks if own else {},
        own_blind=own is None or own.blind,
        second=look.second,
        query=query,
    )
