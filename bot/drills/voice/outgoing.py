"""What is said about clips: one message each, changed in place."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.drills import outgoing as drill_outgoing
from bot.drills.answers.service import Posted
from bot.drills.tables import DrillSession
from bot.drills.voice import service, taking, views
from bot.drills.voice.clips import Clip
from bot.drills.voice.rules import How, State
from bot.drills.voice.speech import Speech, count_words
from bot.drills.voice.tables import VoiceClip
from bot.outbox import service as outbox
from bot.outbox.topics import topic
from bot.people.tables import Member
from bot.slack.blocks import Message

KIND = "voice"


def told(clip: VoiceClip) -> views.Told:
    measured = (
        Speech(count_words(clip.transcript), clip.pace, clip.fillers) if clip.transcript else None
    )
    return views.Told(
        clip.id,
        clip.seconds,
        more=clip.more,
        second=clip.second,
        host=clip.source,
        speech=measured,
    )


def card(clip: VoiceClip) -> Message:
    """The clip's message as it stands."""
    facts = told(clip)
    match State(clip.state):
        case State.HEARD:
            return views.heard(facts, clip.transcript, clip.counts_at or clip.at)
        case State.TAKEN:
            return views.taken(facts, clip.taken, How(clip.how))
        case State.SILENT:
            return views.silent(facts)
        case State.FAILED:
            return views.failed(facts, clip.code)
        case State.REPLACED:
            return views.replaced(facts)
        case State.ASKING:
            return views.asking(facts)
        case _:
            return views.waiting(facts)


async def hear(
    session: AsyncSession,
    row: DrillSession,
    member: Member,
    posted: Posted,
    clip: Clip,
    more: int,
    host: str,
    machine_now: datetime,
) -> None:
    """Keep a message with a clip and say at once that it is listened to, and by whom."""
    kept = await service.receive(session, row, posted, clip, more, machine_now)
    if kept is not None:
        message = views.waiting(told(kept), host if member.transcribe else "")
        draft = drill_outgoing.in_thread(row, member, KIND, message)
        await outbox.say(session, replace(draft, topic=topic(KIND, kept.id)), machine_now)


async def show(session: AsyncSession, clip: VoiceClip, machine_now: datetime) -> None:
    """Let the clip's message say how it stands."""
    name = topic(KIND, clip.id)
    await outbox.revise(session, clip.workspace_id, name, card(clip), machine_now)


async def show_all(
    session: AsyncSession, clips: Iterable[VoiceClip], machine_now: datetime
) -> None:
    for clip in clips:
        await show(session, clip, machine_now)


async def replace_old(
    session: AsyncSession, row: DrillSession, posted: Posted, machine_now: datetime
) -> None:
    """A message came that may be somebody's second take."""
    await show_all(session, await taking.replaced(session, row, posted, machine_now), machine_now)


async def done(session: AsyncSession, row: DrillSession, machine_now: datetime) -> None:
    """*Done*: what was heard so far counts as it stands."""
    await show_all(session, await taking.take_standing(session, row, machine_now), machine_now)


async def withdraw(
    session: AsyncSession, workspace_id: int, channel: str, ts: str, machine_now: datetime
) -> None:
    """A message was deleted: if it had a clip, what was said of that goes too."""
    clip = await service.find(session, workspace_id, channel, ts)
    if clip is None or not taking.delete(clip):
        return
    name = topic(KIND, clip.id)
    await outbox.forget_words(session, workspace_id, [name])
    await outbox.withdraw(session, workspace_id, name, machine_now)
