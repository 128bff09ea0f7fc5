from bot.content import Drill
from bot.deps import Deps, Session
from bot.drills import outgoing, rules
from bot.drills import service as drills
from bot.drills import views as drill_views
from bot.drills.queries import service, views
from bot.drills.service import DrillSession
from bot.errors import EngineFailed, UserMistake
from bot.people import service as people
from bot.slack.declare import Action, Declaration, Knock, Open, Outcome, Show, View


async def _asked(
    deps: Deps, session: Session, knock: Knock, session_id: int
) -> tuple[DrillSession, Drill]:
    """The person's own session of a drill that has tables; else a mistake told in words."""
    member = await people.ensure(session, knock.workspace_id, knock.user_id)
    row = await drills.owned(session, session_id, member)
    drill = drills.drill_of(deps.content, row)
    if drill.sql is None:
        raise UserMistake("no_query")
    return row, drill


async def open_form(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """*Write SQL*: the tables, and the query as it stands."""
    async with deps.transaction() as session:
        row, drill = await _asked(deps, session, knock, knock.number)
        if service.is_final(row):
            raise UserMistake("query_final")
        query = await service.query_of(session, row)
    try:
        # A quarter of a second the first time, and remembered: the form needs the tables.
        given = await deps.queries.overview(deps.content.data_of(drill))
    except EngineFailed:
        given = ()
    return (Open(views.form(views.Form(row.id, given, query))),)


async def save_query(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """*Run*: kept at once; the engine's answer comes into the form and the thread."""
    query = views.read_query(knock.state)
    async with deps.transaction(knock) as session:
        session_id = views.read_session(knock.metadata)
        row, drill = await _asked(deps, session, knock, session_id)
        view_id = str(knock.view.get("id") or "")
        await service.write(session, row, query, view_id, deps.machine_now())
        if row.state in (rules.State.PLANNED, rules.State.OPEN):
            told = drills.times(row, drill.minutes)
            drills.keep(row, rules.started(told, deps.now()))
            await outgoing.restate(session, deps.content, row, deps.machine_now())
    given = deps.queries.known(deps.content.data_of(drill))
    return (Show(views.form(views.Form(row.id, given, query, running=True))),)


DECLARATIONS: tuple[Declaration, ...] = (
    Action(drill_views.WRITE, open_form, "write and run a query for the drill"),
    View(views.SAVE, save_query, "a query for the drill"),
)
