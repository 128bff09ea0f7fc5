from bot.deps import Deps, Session
from bot.drills import outgoing as drills
from bot.drills.blitz import outgoing, service, telling, views
from bot.drills.blitz.service import Refusal, Standing
from bot.drills.following import outgoing as following
from bot.outbox import service as outbox
from bot.outbox.rules import Lane
from bot.people import service as people
from bot.people.service import Member
from bot.slack.blocks import Message
from bot.slack.declare import Action, Declaration, Knock, Outcome, RefreshHome, Say, Verb

REFUSALS = {
    Refusal.NOTHING_ANSWERED: views.nothing_answered,
    Refusal.NOTHING_LEFT: views.nothing_left,
    Refusal.OVER: views.over,
    Refusal.DAY_OVER: views.over_with_its_day,
}


async def blitz(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """`/drill blitz`: goes on with the one of today, or begins one."""
    async with deps.transaction(knock) as session:
        member = await people.ensure(session, knock.workspace_id, knock.user_id)
        at = await service.today(session, deps.content, member, deps.now())
        if at is None:
            begun = await service.begin(session, deps.content, member, deps.now())
            if isinstance(begun, Refusal):
                return (Say(REFUSALS[begun]()),)
            at = begun
        said = await _open(deps, session, member, at)
    return Say(said), RefreshHome()


async def onward(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """*Next: 2 of 3*; in App Home and under a blitz that is over the button names none."""
    if not knock.value:
        return await blitz(deps, knock)
    async with deps.transaction(knock) as session:
        member = await people.ensure(session, knock.workspace_id, knock.user_id)
        row = await service.owned(session, knock.number, member)
        at = await service.standing(session, deps.content, row, member, deps.now())
        refused = service.refusal(at)
        if refused is not None:
            return (Say(REFUSALS[refused]()),)
        said = await _open(deps, session, member, at)
    return Say(said), RefreshHome()


async def _open(deps: Deps, session: Session, member: Member, at: Standing) -> Message:
    """The next drill, unless one of this blitz is open; what else is open is closed."""
    if at.live is not None:
        return views.still_open(at.turn(at.live))
    now, machine_now = deps.now(), deps.machine_now()
    opened = await service.open_next(session, deps.content, member, at, now, deps.judge_name)
    await outbox.say(session, outgoing.draft(opened, member), machine_now)
    for row in opened.replaced:
        await drills.restate(session, deps.content, row, machine_now, Lane.REMINDER)
        await following.replaced(session, deps.content, row, now, machine_now)
    await outgoing.rescored(session, deps.content, opened.row, now, machine_now)
    return views.on_its_way(opened.turn)


async def end(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """*End the blitz*: what was done is summed up; a drill that is open is closed as it stands."""
    now, machine_now = deps.now(), deps.machine_now()
    async with deps.transaction(knock) as session:
        member = await people.ensure(session, knock.workspace_id, knock.user_id)
        row = await service.owned(session, knock.number, member)
        at = await service.standing(session, deps.content, row, member, now)
        closed = await service.end(session, at, now)
        if closed is not None:
            await drills.restate(session, deps.content, closed, machine_now)
            await following.replaced(session, deps.content, closed, now, machine_now)
        await outgoing.restate(session, deps.content, at, closed, now, machine_now)
        steps = await telling.steps(session, deps.content, at)
    return Say(views.ended(at.cell, at.of, steps)), RefreshHome()


DECLARATIONS: tuple[Declaration, ...] = (
    Verb("/drill", "blitz", blitz, "up to three short drills on your weakest marks"),
    Action(views.BLITZ, onward, "a blitz, or its next drill"),
    Action(views.END, end, "end a blitz"),
)
