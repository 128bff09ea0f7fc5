from bot.deps import Deps
from bot.drills import outgoing, rules, service, views
from bot.drills.answers import service as answers
from bot.drills.following import outgoing as following
from bot.drills.memory import service as memory
from bot.drills.recall import views as recall
from bot.drills.rules import State
from bot.drills.voice import outgoing as voice
from bot.errors import UserMistake
from bot.outbox import service as outbox
from bot.people import service as people
from bot.plans import service as plans
from bot.slack.declare import Action, Declaration, Knock, Outcome, RefreshHome, Say, Verb


async def skip(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """`/drill skip` and the button: today's drill is closed, or left out if it has not come."""
    async with deps.transaction(knock) as session:
        member = await people.ensure(session, knock.workspace_id, knock.user_id)
        row = (
            await service.owned(session, knock.number, member)
            if knock.value
            else await service.current(session, member.id)
        )
        if row is None:
            day = await plans.skip_next(session, member, deps.now())
            return Say(views.skipped_next(day)), RefreshHome()
        if row.state not in rules.LIVE:
            raise UserMistake("closed")
        service.close(row, deps.now(), State.CLOSED if row.answered_at else State.SKIPPED)
        await outgoing.restate(session, deps.content, row, deps.machine_now())
        said = await following.skipped(session, deps.content, row, deps.now(), deps.machine_now())
    return Say(said or views.skipped()), RefreshHome()


async def start(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    async with deps.transaction(knock) as session:
        member = await people.ensure(session, knock.workspace_id, knock.user_id)
        row = await service.owned(session, knock.number, member)
        drill = service.drill_of(deps.content, row)
        if row.answered_at is not None or row.state not in (
            State.PLANNED,
            State.OPEN,
            State.CLOSED,
        ):
            raise UserMistake("already_started")
        service.keep(row, rules.started(service.times(row, drill.minutes), deps.now()))
        await outgoing.restate(session, deps.content, row, deps.machine_now())
    return ()


async def done(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """The answer is final: the card says so and the probe comes."""
    async with deps.transaction(knock) as session:
        member = await people.ensure(session, knock.workspace_id, knock.user_id)
        row = await service.owned(session, knock.number, member)
        if row.state in (State.PROBE, State.RETAKE):
            raise UserMistake("already_final")
        if row.answered_at is None:
            raise UserMistake("nothing_yet")
        if row.state not in rules.LIVE:
            raise UserMistake("closed")
        service.keep(row, rules.finished(service.times(row), deps.now()))
        await voice.done(session, row, deps.machine_now())
        await answers.rescore(session, row, deps.machine_now())
        await outgoing.probe(session, deps.content, row, deps.machine_now())
    return ()


async def show_recall(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    async with deps.transaction(knock) as session:
        member = await people.ensure(session, knock.workspace_id, knock.user_id)
        row = await service.owned(session, knock.number, member)
        card = service.warmup_of(deps.content, row)
        message = recall.warmup_shown(card, row.id)
        await outgoing.revise_warmup(session, row, message, deps.machine_now())
    return ()


async def mark_recall(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    code = str(knock.action.get("action_id") or "").rpartition(".")[2]
    if code not in recall.RECALLS:
        raise UserMistake("stale")
    async with deps.transaction(knock) as session:
        member = await people.ensure(session, knock.workspace_id, knock.user_id)
        row = await service.owned(session, knock.number, member)
        card = service.warmup_of(deps.content, row)
        row.recall = code
        await memory.recalled(session, row)
        message = recall.warmup_marked(card, code)
        await outgoing.revise_warmup(session, row, message, deps.machine_now())
    return ()


async def mute(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    async with deps.transaction(knock) as session:
        member = await people.ensure(session, knock.workspace_id, knock.user_id)
        await people.mute(session, member, knock.value)
    return Say(views.muted()), RefreshHome()


async def outside_thread(deps: Deps, knock: Knock) -> None:
    """A direct message that is no reply: told where answers are read."""
    event = knock.event
    plain = event.get("subtype") in (None, "file_share") and event.get("channel_type") == "im"
    if not plain or not knock.user_id:
        return
    async with deps.transaction(knock) as session:
        member = await people.ensure(session, knock.workspace_id, knock.user_id)
        member.dm_channel = str(event["channel"])
        if event.get("thread_ts"):
            return
        row = await service.current(session, member.id)
        message = views.outside_thread() if row else views.hello()
        await outbox.say(
            session,
            outgoing.answer_to(member, str(event["channel"]), str(event["ts"]), message),
            deps.machine_now(),
        )


DECLARATIONS: tuple[Declaration, ...] = (
    Verb("/drill", "skip", skip, "skip the drill that is open, or the next one"),
    Action(views.SKIP, skip, "skip this drill"),
    Action(views.START, start, "open the answer box"),
    Action(views.DONE, done, "make the answer final"),
    Action(recall.SHOW_RECALL, show_recall, "turn the recall card"),
    Action(recall.MARK_RECALL, mark_recall, "mark one’s own recall"),
    Action(views.MUTE, mute, "mute one kind of message"),
)
