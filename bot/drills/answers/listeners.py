from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.clock import instant_of
from bot.deps import Deps, Session
from bot.drills import listeners as drills
from bot.drills import outgoing as drill_outgoing
from bot.drills import rules, service, views
from bot.drills.answers import service as answers
from bot.drills.answers.service import Posted
from bot.drills.following import outgoing as following
from bot.drills.rules import State
from bot.drills.service import DrillSession
from bot.drills.voice import clips, taking
from bot.drills.voice import outgoing as voice
from bot.drills.voice import service as voice_service
from bot.drills.voice import views as voice_views
from bot.drills.voice.clips import Clip, Kind
from bot.errors import UserMistake
from bot.outbox import service as outbox
from bot.people import service as people
from bot.people.service import Member
from bot.slack.blocks import Message
from bot.slack.declare import Action, Declaration, Knock, Outcome, RefreshHome

NEW = (None, "file_share", "thread_broadcast", "me_message")


async def replied(deps: Deps, knock: Knock, session_id: int) -> None:
    """A message, an edit or a deletion in the thread of a member's own drill."""
    async with deps.transaction() as session:
        row = await service.load(session, session_id)
        await take(deps, session, knock, row)


async def elsewhere(deps: Deps, knock: Knock, _: int) -> None:
    """Outside the threads we know: an edit or a deletion of an answer, or words gone astray."""
    event = knock.event
    if event.get("subtype") not in ("message_changed", "message_deleted"):
        await drills.outside_thread(deps, knock)
        return
    ts = str(event.get("deleted_ts") or (event.get("message") or {}).get("ts") or "")
    async with deps.transaction() as session:
        row = await answers.session_of(session, knock.workspace_id, str(event["channel"]), ts)
        if row is not None:
            await take(deps, session, knock, row)


def author(event: Mapping[str, Any]) -> str:
    """Who wrote the message that an event is about; a tombstone's user is not."""
    for part in (event.get("previous_message"), event.get("message"), event):
        if isinstance(part, Mapping) and part.get("user"):
            return str(part["user"])
    return ""


async def take(deps: Deps, session: Session, knock: Knock, row: DrillSession) -> None:
    """One message event for this session, whatever its subtype."""
    event, channel = knock.event, str(knock.event["channel"])
    subtype = event.get("subtype")
    if subtype in NEW:
        await _new(deps, session, row, event)
    elif subtype == "message_changed":
        await _changed(deps, session, row, event)
    elif subtype == "message_deleted":
        await _deleted(deps, session, row, channel, str(event.get("deleted_ts")))


async def _changed(
    deps: Deps, session: Session, row: DrillSession, event: Mapping[str, Any]
) -> None:
    """An edit; one that overtook its message brings it along."""
    message, channel = event.get("message") or {}, str(event["channel"])
    ts = str(message.get("ts") or "")
    if message.get("subtype") == "tombstone":
        await _deleted(deps, session, row, channel, ts)
        return
    if not await answers.known(session, row.workspace_id, channel, ts):
        await _new(deps, session, row, {**message, "channel": channel})
    edited = str((message.get("edited") or {}).get("ts") or "")
    text, now = words_of(message), deps.machine_now()
    clip = await voice_service.find(session, row.workspace_id, channel, ts)
    if clip is None:
        await answers.edit(session, row.workspace_id, channel, ts, text, edited, now)
        return
    await taking.edit(session, clip, text, edited, now)
    if clips.lacks(message.get("files"), clip.file_id):
        await voice.withdraw(session, row.workspace_id, channel, ts, now)


async def _deleted(deps: Deps, session: Session, row: DrillSession, channel: str, ts: str) -> None:
    """A deletion; one that overtook its message keeps it out."""
    if await answers.known(session, row.workspace_id, channel, ts):
        await answers.delete(session, row.workspace_id, channel, ts, deps.machine_now())
        await voice.withdraw(session, row.workspace_id, channel, ts, deps.machine_now())
    elif ts.partition(".")[0].isdecimal():
        at = deps.clock.calendar_of(instant_of(ts))
        await answers.keep_out(session, row, Posted(channel, ts, "", at, 0))


async def _new(deps: Deps, session: Session, row: DrillSession, event: Mapping[str, Any]) -> None:
    member = await people.get(session, row.member_id)
    if event.get("user") != member.user_id:
        return
    text, ts, channel = words_of(event), str(event["ts"]), str(event["channel"])
    files = clips.of_message(event.get("files"))
    clip = clips.chosen(files)
    if not text.strip() and clip is None:
        await _say(deps, session, row, member, channel, ts, _unread(files))
        return
    drill = service.drill_of(deps.content, row)
    at = deps.clock.calendar_of(instant_of(ts))
    posted = Posted(channel, ts, text, at, drill.minutes)
    if await answers.known(session, row.workspace_id, channel, ts):
        return
    over = row.state in (State.CLOSED, State.SKIPPED, State.MISSED)
    if over and row.answered_at is not None and row.closed_at and at > row.closed_at:
        await answers.keep_unscored(session, row, posted)
        said = views.closed_notice() if text.strip() else voice_views.closed()
        await _say(deps, session, row, member, channel, ts, said)
        return
    if clip is None:
        await answers.receive(session, row, posted, deps.machine_now())
    else:
        more, host = sum(one.kind == Kind.CLIP for one in files) - 1, deps.transcriber_host
        now = deps.machine_now()
        await voice.hear(session, row, member, posted, clip, max(more, 0), host, now)
    await voice.replace_old(session, row, posted, deps.machine_now())


def _unread(files: Sequence[Clip]) -> Message:
    """What is said of a message with neither words nor a clip."""
    long = any(one.kind == Kind.LONG for one in files)
    return voice_views.too_long() if long else voice_views.takes()


async def _say(
    deps: Deps,
    session: Session,
    row: DrillSession,
    member: Member,
    channel: str,
    ts: str,
    message: Message,
) -> None:
    draft = drill_outgoing.answer_to(member, channel, ts, message)
    if row.team_run_id is None:
        draft = outbox.in_thread(draft, drill_outgoing.drill_topic(row))
    else:  # what goes on between the two is not the channel's
        draft = replace(draft, channel=member.dm_channel or member.user_id)
    await outbox.say(session, draft, deps.machine_now())


def words_of(message: Mapping[str, Any]) -> str:
    """A message's words; code blocks and lists are in its text as Slack writes them."""
    return str(message.get("text") or "")


async def retake(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """The 60-second retake of the one thing missed."""
    async with deps.transaction(knock) as session:
        member = await people.ensure(session, knock.workspace_id, knock.user_id)
        row = await service.owned(session, knock.number, member)
        if row.state not in (State.PROBE, State.RETAKE):
            raise UserMistake("closed")
        service.keep(row, rules.retaken(service.times(row), deps.now()))
        focus = answers.focus_of(row)
        message = views.retake(focus.what, focus.cell.title, row.id)
        draft = drill_outgoing.in_thread(row, member, "retake", message)
        await outbox.say(session, draft, deps.machine_now())
    return ()


async def finish(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """Close before minute thirty; the closing card comes now."""
    async with deps.transaction(knock) as session:
        member = await people.ensure(session, knock.workspace_id, knock.user_id)
        row = await service.owned(session, knock.number, member)
        if row.state not in rules.LIVE:
            raise UserMistake("closed")
        service.close(row, deps.now())
        await following.close(session, deps.content, row, deps.now(), deps.machine_now())
        await drill_outgoing.restate(session, deps.content, row, deps.machine_now())
    return (RefreshHome(),)


DECLARATIONS: tuple[Declaration, ...] = (
    Action(views.RETAKE, retake, "retake the one thing missed"),
    Action(views.FINISH, finish, "close the session"),
)
