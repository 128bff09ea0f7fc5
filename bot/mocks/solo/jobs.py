import logging

from bot.deps import Deps, Session
from bot.errors import Collided, ScorerFailed, UserMistake
from bot.mocks.solo import held, outgoing, service, views
from bot.mocks.solo.held import Waiting
from bot.mocks.solo.rules import Kind, State
from bot.mocks.solo.service import MockSolo
from bot.people import service as people
from bot.scoring import service as scoring
from bot.scoring.rules import Scorecard
from bot.scoring.service import Scored
from bot.slack.blocks import Message

log = logging.getLogger(__name__)


async def move_on(deps: Deps) -> None:
    """Say what is due in the interviews that run, and close those that are long over."""
    full = True
    while full:
        async with deps.transaction() as session:
            rows = await service.moving(session, deps.now())
            for row in rows:
                await _move(deps, session, row)
            full = len(rows) == service.BATCH


async def _move(deps: Deps, session: Session, row: MockSolo) -> None:
    now, machine_now = deps.now(), deps.machine_now()
    kit = deps.content.kits.get(row.kit_id)
    member = await people.get(session, row.member_id)
    if row.state != State.OPEN or member.is_deleted:
        service.close(row)
        return
    if kit is None:
        if row.ends_at and now >= row.ends_at:
            await outgoing.end(session, deps.content, row, row.ends_at, machine_now)
        else:
            row.next_at = row.ends_at
        return
    said = service.pass_on(row, kit, now)
    await outgoing.say_cues(session, row, kit, said, now, machine_now)
    if any(one.kind == Kind.END for one in said):
        await outgoing.end(session, deps.content, row, row.ends_at or now, machine_now)


async def score_waiting(deps: Deps) -> None:
    """Mark what has ended: claim, ask the worker outside any transaction, record."""
    while True:
        async with deps.transaction() as session:
            waiting = await held.claim(session, deps.content, deps.machine_now())
        if waiting is None:
            return
        try:
            await _score(deps, waiting)
        except (ScorerFailed, Collided) as error:  # else the lease would hold it for a minute
            failed = {"solo_id": waiting.solo.id, "error": type(error).__name__}
            log.warning("unscored", extra=failed)
            async with deps.transaction() as session:
                await held.postpone(session, waiting, deps.machine_now())


async def _score(deps: Deps, waiting: Waiting) -> None:
    try:
        kit = service.kit_of(deps.content, waiting.solo)
    except UserMistake:
        await _record(deps, waiting, views.kit_gone(), None)
        return
    if not waiting.text.strip():
        await _record(deps, waiting, views.withdrawn(), None)
        return
    asked = service.question(kit)
    seed = str(waiting.solo.id)
    card, feedback = await deps.scorer.score(asked, waiting.text, seed, waiting.rubric)
    message = outgoing.card(waiting.solo, kit, card, feedback)
    await _record(deps, waiting, message, card)


async def _record(deps: Deps, waiting: Waiting, message: Message, card: Scorecard | None) -> None:
    """Write the marks and show them, unless the answer changed meanwhile."""
    async with deps.transaction() as session:
        row = await held.settle(session, waiting)
        if row is None:
            return
        if card is None:
            await scoring.withdraw(session, row.workspace_id, service.card_topic(row.id))
        else:
            await scoring.keep(session, _scored(deps, waiting, row), card)
        await outgoing.show_card(session, row, message, deps.machine_now())


def _scored(deps: Deps, waiting: Waiting, row: MockSolo) -> Scored:
    return Scored(
        row.workspace_id,
        row.member_id,
        service.card_topic(row.id),
        row.kit_id,
        waiting.rubric.version,
        row.late,
        row.ended_at or deps.now(),
    )
