from bot.deps import Deps, Session
from bot.drills.service import DrillSession
from bot.drills.voice import outgoing, service, taking, views
from bot.drills.voice.rules import STANDING, How, State
from bot.drills.voice.service import VoiceClip
from bot.errors import UserMistake
from bot.people import service as people
from bot.slack.declare import Action, Declaration, Event, Knock, Open, Outcome, View, read_id


async def _mine(session: Session, knock: Knock, clip_id: int) -> tuple[DrillSession, VoiceClip]:
    member = await people.ensure(session, knock.workspace_id, knock.user_id)
    row, clip = await service.owned(session, clip_id, member)
    if clip.state == State.REPLACED:
        raise UserMistake("voice_replaced")
    return row, clip


async def use(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """*Use it as it is*, and *Keep this one* after *Second take*."""
    async with deps.transaction(knock) as session:
        _, clip = await _mine(session, knock, knock.number)
        if clip.state not in STANDING:
            raise UserMistake("voice_nothing")
        if clip.state == State.HEARD:
            text = clip.transcript
            await taking.take(session, clip, text, How.AS_IT_IS, deps.machine_now())
        clip.second = False
        await outgoing.show(session, clip, deps.machine_now())
    return ()


async def second(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """*Second take*: the next clip or message replaces this one."""
    async with deps.transaction(knock) as session:
        row, clip = await _mine(session, knock, knock.number)
        taking.second_take(row, clip, deps.now())
        await outgoing.show(session, clip, deps.machine_now())
    return ()


async def correct(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """The form with what counts, or would; it changes nothing."""
    async with deps.transaction() as session:
        _, clip = await _mine(session, knock, knock.number)
        if clip.state not in STANDING:
            raise UserMistake("voice_nothing")
        words = clip.taken if clip.state == State.TAKEN else clip.transcript
        form = views.correction(outgoing.told(clip), words)
    return (Open(form),)


async def type_instead(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """The same form, empty: for who would rather type, or was not heard."""
    async with deps.transaction() as session:
        _, clip = await _mine(session, knock, knock.number)
        form = views.correction(outgoing.told(clip), "", fresh=True)
    return (Open(form),)


async def save(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """What the form says counts from now on, also when the session is over."""
    clip_id, _, way = knock.metadata.partition(":")
    words = views.read_correction(knock.state)
    async with deps.transaction(knock) as session:
        _, clip = await _mine(session, knock, read_id(clip_id))
        how = How.TYPED if way == How.TYPED else How.CORRECTED
        await taking.take(session, clip, words, how, deps.machine_now())
        await outgoing.show(session, clip, deps.machine_now())
    return ()


async def file_changed(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """Slack tells only which file: ask about it, if somebody waits for its transcript."""
    file = knock.event.get("file")
    told = file.get("id") if isinstance(file, dict) else None
    file_id = str(knock.event.get("file_id") or told or "")
    if file_id:
        async with deps.transaction() as session:
            await service.wake(session, knock.workspace_id, file_id, deps.machine_now())
    return ()


DECLARATIONS: tuple[Declaration, ...] = (
    Event("file_change", file_changed, scopes=("files:read",)),
    Action(views.USE, use, "let a clip’s transcript count as it is"),
    Action(views.CORRECT, correct, "correct a clip’s transcript"),
    Action(views.SECOND, second, "let the next clip replace this one"),
    Action(views.TYPE, type_instead, "type what a clip says"),
    View(views.SAVE, save, "the words of a clip"),
)
