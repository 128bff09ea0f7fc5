from bot.deps import Deps
from bot.drills import outgoing as drill_outgoing
from bot.drills import service as drills
from bot.drills import views
from bot.drills.following import outgoing as following
from bot.drills.later.views import NEXT
from bot.drills.opening import outgoing, service
from bot.outbox import service as outbox
from bot.outbox.rules import Lane
from bot.people import service as people
from bot.plans import outgoing as plan_outgoing
from bot.slack.declare import Action, Declaration, Knock, Outcome, RefreshHome, Say, Verb


async def now(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """`/drill now`: a new drill in the direct message; one still open is closed as it stands."""
    async with deps.transaction(knock) as session:
        member = await people.ensure(session, knock.workspace_id, knock.user_id)
        opened, replaced = await service.open_now(
            session, deps.content, member, deps.now(), deps.judge_name, deps.transcriber_host
        )
        for draft in outgoing.drafts(opened, deps.content):
            await outbox.say(session, draft, deps.machine_now())
        for row in replaced:
            machine_now = deps.machine_now()
            await drill_outgoing.restate(session, deps.content, row, machine_now, Lane.REMINDER)
            await following.replaced(session, deps.content, row, deps.now(), machine_now)
        silence = plan_outgoing.silence(opened.plan, member, deps.now())
    return Say(views.on_its_way(silence)), RefreshHome()


async def today(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """`/drill` and *Next scenario*: the drill that is open, or else a new one.

    A closing card stays in its thread for days: what was opened since is not closed by it.
    """
    async with deps.transaction() as session:
        member = await people.ensure(session, knock.workspace_id, knock.user_id)
        row = await drills.current(session, member.id)
    if row is None:
        return await now(deps, knock)
    return (Say(views.still_open()),)


DECLARATIONS: tuple[Declaration, ...] = (
    Verb("/drill", "", today, "today’s drill"),
    Verb("/drill", "now", now, "a drill at once, here in our direct message"),
    Action(views.NOW, now, "a drill at once"),
    Action(NEXT, today, "the next drill, where none is open"),
)
