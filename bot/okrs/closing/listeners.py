from bot.deps import Deps, Session
from bot.okrs.closing import loading, outgoing, service, views
from bot.okrs.closing.outcomes import views as outcomes
from bot.people import service as people
from bot.slack.declare import (
    Action,
    Declaration,
    Knock,
    Open,
    Outcome,
    RefreshHome,
    Role,
    Say,
    Show,
    Verb,
    View,
)


async def _member(session: Session, knock: Knock) -> people.Member:
    return await people.ensure(session, knock.workspace_id, knock.user_id)


async def close(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """`/okr close` and the button: the form where there is one thing to do, else what there is."""
    async with deps.transaction() as session:
        member, now = await _member(session, knock), deps.now()
        if knock.value:
            sheet = await service.sheet(session, member, knock.number, now)
            return (Open(views.form(sheet, 0)),)
        places = await loading.overview(session, member, now)
        due = [one for one in places if one.mine]
        if len(due) == 1:
            sheet = await service.sheet(session, member, due[0].team_cycle_id, now)
            return (Open(views.form(sheet, 0)),)
    return (Say(outcomes.overview(places)),)


async def save(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """One page of the form; the next follows, and the last one says how far it is."""
    said, (team_cycle_id, page) = views.read(knock.state), views.place(knock.metadata)
    async with deps.transaction(knock) as session:
        member, now = await _member(session, knock), deps.now()
        told = await service.give(session, member, team_cycle_id, said, now)
        if told is not None:
            await outgoing.close_out(session, told, now, deps.machine_now())
            return Show(views.saved(told.team, told.cycle, 0, closed=True)), RefreshHome()
        sheet = await service.sheet(session, member, team_cycle_id, now)
        if page + 1 < views.pages(sheet):
            return (Show(views.form(sheet, page + 1)),)
        left = await service.left(session, member, team_cycle_id, now)
    return Show(views.saved(sheet.team, sheet.cycle, left, closed=False)), RefreshHome()


async def reopen(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    async with deps.transaction(knock) as session:
        member = await _member(session, knock)
        told = await service.reopen(session, member, knock.number, deps.now())
        await outgoing.close_out(session, told, deps.now(), deps.machine_now())
    return Say(outcomes.reopened(told.team, told.cycle)), RefreshHome()


async def again(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    async with deps.transaction(knock) as session:
        member = await _member(session, knock)
        told = await service.close_again(session, member, knock.number, deps.now())
        await outgoing.close_out(session, told, deps.now(), deps.machine_now())
    return Say(outcomes.closed_again(told.team, told.cycle)), RefreshHome()


DECLARATIONS: tuple[Declaration, ...] = (
    Verb(
        "/okr",
        "close",
        close,
        "grade a cycle that is over, and see how far its close-out is",
        whose="key results one answers for; the lead also what nobody grades",
    ),
    Action(
        views.CLOSE,
        close,
        "grade a cycle that is over",
        whose="key results one answers for; the lead also what nobody grades",
    ),
    View(
        views.SAVE,
        save,
        "grades of a cycle",
        whose="key results one answers for; the lead also what nobody grades",
    ),
    Action(
        outcomes.REOPEN,
        reopen,
        "reopen a cycle within a day of its close",
        role=Role.LEAD,
        whose="a team one leads",
    ),
    Action(
        outcomes.AGAIN,
        again,
        "close a reopened cycle again",
        role=Role.LEAD,
        whose="a team one leads",
    ),
)
