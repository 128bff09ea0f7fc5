import logging
from dataclasses import replace

from bot.content import Drill
from bot.content.coding import Sql
from bot.deps import Deps
from bot.drills import service as drills
from bot.drills.answers import held
from bot.drills.answers import service as answers
from bot.drills.queries import outgoing, service, views
from bot.drills.queries.comparing import Difference, Terms, compare
from bot.drills.queries.rules import Ran, Table, Trouble, pointed
from bot.drills.queries.service import Waiting
from bot.drills.queries.worker import Run
from bot.drills.rules import Part
from bot.errors import Collided, EngineFailed, SlackLost, SlackRefused, UserMistake

log = logging.getLogger(__name__)


async def run_waiting(deps: Deps) -> None:
    """Run what has arrived: claim, ask the engine outside any transaction, record."""
    while True:
        async with deps.transaction() as session:
            waiting = await service.claim(session, deps.machine_now())
        if waiting is None:
            return
        try:
            await _run(deps, waiting)
        except Collided:  # else the lease would hold it for a minute
            log.warning("query_collided", extra={"query_id": waiting.query_id})
            async with deps.transaction() as session:
                await service.again(session, waiting, deps.machine_now())


async def _run(deps: Deps, waiting: Waiting) -> None:
    try:
        drill = drills.drill_of(deps.content, waiting.session)
    except UserMistake:
        drill = None
    if drill is None or drill.sql is None or not waiting.query.strip():
        await _withdrawn(deps, waiting)
        return
    data = deps.content.data_of(drill)
    try:
        run = await deps.queries.run(data, drill.sql.query, waiting.query)
    except EngineFailed:
        log.warning("engine_failed", extra={"query_id": waiting.query_id})
        await _down(deps, waiting, drill)
        return
    await _record(deps, waiting, drill, _judged(waiting, drill.sql, run))


def _judged(waiting: Waiting, sql: Sql, run: Run) -> views.Result:
    """The member's outcome beside the expected one, which lint has seen to be a table."""
    wanted, got = run.ran[0].result, run.ran[1]
    if not isinstance(wanted, Table):
        got = Ran(Trouble("not_run"))
    differences: tuple[Difference, ...] = ()
    if isinstance(got.result, Table) and isinstance(wanted, Table):
        terms = Terms(sql.ordered, sql.tolerance, sql.columns)
        differences = compare(got.result, wanted, terms)
    return views.Result(
        waiting.session.id,
        waiting.query,
        pointed(got.result, run.given),
        differences,
        got.seconds,
        final=waiting.final,
        wanted=wanted if isinstance(wanted, Table) and waiting.final else None,
        reference=sql.query.strip() if waiting.final else "",
    )


async def _record(deps: Deps, waiting: Waiting, drill: Drill, told: views.Result) -> None:
    """Write the verdict, show the result, and let the card say so if it has changed."""
    now = deps.machine_now()
    async with deps.transaction() as session:
        verdict = told.result.code if isinstance(told.result, Trouble) else _verdict(told)
        settled = await service.settle(session, waiting, verdict, told.right)
        if settled is None:
            return
        said = await held.read(session, drill, settled.session.id, Part.ANSWER)
        kept = settled.right if waiting.revealed else None
        told = replace(told, in_words=bool(said.prose.strip()), kept=kept)
        await outgoing.show(session, settled, views.result(told), now)
        if settled.changed:
            await answers.rescore(session, settled.session, now)
    await _fill(deps, waiting, drill, told)


def _verdict(told: views.Result) -> str:
    return "right" if told.right else "differs"


async def _withdrawn(deps: Deps, waiting: Waiting) -> None:
    now = deps.machine_now()
    async with deps.transaction() as session:
        settled = await service.settle(session, waiting, "withdrawn", None)
        if settled is None:
            return
        if waiting.told:
            await outgoing.show(session, settled, views.withdrawn(), now)
        if settled.changed:
            await answers.rescore(session, settled.session, now)


async def _down(deps: Deps, waiting: Waiting, drill: Drill) -> None:
    """Say once that it could not be run; the row is due again by itself."""
    now = deps.machine_now()
    async with deps.transaction() as session:
        settled = await service.postpone(session, waiting, now)
        if settled is not None:
            await outgoing.show(session, settled, views.down(), now)
    if settled is not None:
        await _fill(deps, waiting, drill, None)


async def _fill(deps: Deps, waiting: Waiting, drill: Drill, told: views.Result | None) -> None:
    """The result in the form that it was sent from, if that is open still."""
    place = deps.directory.of_id(waiting.session.workspace_id)
    if waiting.view_id is None or place is None:
        return
    given = deps.queries.known(deps.content.data_of(drill))
    view = views.form(views.Form(waiting.session.id, given, waiting.query, told, down=told is None))
    try:
        await deps.slack.update_modal(place.token, waiting.view_id, "", view)
    except (SlackRefused, SlackLost) as error:  # closed by now: the thread has the result
        log.info("form_closed", extra={"code": error.code})
