"""Clips in a drill's thread and their transcripts. What of them counts is in `taking.py`.

Whoever changes a clip holds its session first, as everybody who writes in a session does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot import work
from bot.db import insert_once
from bot.drills import rules as drill_rules
from bot.drills import service as drills
from bot.drills.answers import service as answers
from bot.drills.answers.service import Posted
from bot.drills.rules import Part
from bot.drills.tables import DrillSession
from bot.drills.voice import rules, speech
from bot.drills.voice.clips import Clip
from bot.drills.voice.rules import State
from bot.drills.voice.tables import VoiceClip as VoiceClip  # doors name its type
from bot.errors import UserMistake
from bot.outbox.service import ring
from bot.people.tables import Member

BELL = "voice"
ASKING = timedelta(minutes=3)  # the lease while the endpoint has a clip


@dataclass(frozen=True)
class Heard:
    """A clip's words. `source` is the endpoint's host, empty where they are Slack's."""

    words: str
    seconds: float | None
    locale: str = ""
    source: str = ""


async def find(session: AsyncSession, workspace_id: int, channel: str, ts: str) -> VoiceClip | None:
    """The clip that came with a message."""
    found: VoiceClip | None = await session.scalar(
        select(VoiceClip)
        .where(VoiceClip.workspace_id == workspace_id)
        .where(VoiceClip.channel == channel, VoiceClip.ts == ts)
    )
    return found


async def receive(
    session: AsyncSession,
    row: DrillSession,
    posted: Posted,
    clip: Clip,
    more: int,
    machine_now: datetime,
) -> VoiceClip | None:
    """Keep a message with a clip in a session that is held; None when it was already kept.

    The box runs by it, as by any first reply. The words beside the clip count at once, those in it
    when they are taken. `more` clips of the message are not listened to.
    """
    part = part_of(row, posted.at)
    if not await answers.receive(session, row, posted, machine_now):
        return None
    new = await insert_once(
        session,
        VoiceClip,
        workspace_id=row.workspace_id,
        session_id=row.id,
        member_id=row.member_id,
        channel=posted.channel,
        ts=posted.ts,
        file_id=clip.file_id,
        part=part,
        state=State.WAITING,
        more=more,
        seconds=clip.seconds,
        typed=posted.text[: answers.LONGEST],
        since=machine_now,
        at=posted.at,
        next_try_at=machine_now,
    )
    ring(session, BELL)
    return await session.get(VoiceClip, new) if new is not None else None


def part_of(row: DrillSession, at: datetime) -> Part:
    """Which part of the session was open at `at`."""
    return drill_rules.part_of(drills.times(row), at)


async def wake(
    session: AsyncSession, workspace_id: int, file_id: str, machine_now: datetime
) -> None:
    """Slack says that this file changed: ask about it now. Any other file is none of ours."""
    woken = await session.scalars(
        update(VoiceClip)
        .where(VoiceClip.workspace_id == workspace_id, VoiceClip.file_id == file_id)
        .where(VoiceClip.state == State.WAITING)
        .values(next_try_at=machine_now)
        .returning(VoiceClip.id)
    )
    if woken.all():
        ring(session, BELL)


async def claim(session: AsyncSession, machine_now: datetime, limit: int) -> Sequence[VoiceClip]:
    """Clips whose transcript is to be asked for, leased."""
    return await work.claim(session, VoiceClip, machine_now, limit)


async def hold(
    session: AsyncSession, clip_id: int, session_id: int
) -> tuple[DrillSession, VoiceClip] | None:
    """A clip and its session, locked in this order; None when either is gone."""
    row = await session.get(DrillSession, session_id, with_for_update=True)
    clip = await session.get(VoiceClip, clip_id, with_for_update=True, populate_existing=True)
    return (row, clip) if row is not None and clip is not None else None


async def owned(
    session: AsyncSession, clip_id: int, member: Member
) -> tuple[DrillSession, VoiceClip]:
    """The member's clip and its session, locked. Raises UserMistake for anybody else's."""
    session_id = await session.scalar(
        select(VoiceClip.session_id).where(
            VoiceClip.id == clip_id,
            VoiceClip.member_id == member.id,
            VoiceClip.workspace_id == member.workspace_id,
        )
    )
    found = await hold(session, clip_id, session_id) if session_id is not None else None
    if found is None or found[1].state == State.DELETED:
        raise UserMistake("voice_gone")
    return found


# --- the transcript -----------------------------------------------------------------------------


def heard(row: DrillSession, clip: VoiceClip, told: Heard, now: datetime) -> None:
    """The transcript came: it is shown, and counts by itself after a while, or says nothing."""
    clip.finish()
    clip.seconds = clip.seconds or told.seconds
    clip.locale, clip.source = told.locale, told.source
    if not speech.says_something(told.words, rules.FEWEST_WORDS):
        clip.state = State.SILENT
        return
    measured = speech.speech(told.words, clip.seconds, told.locale)
    clip.transcript = told.words[: rules.LONGEST]
    clip.pace = measured.pace
    clip.fillers = None if measured.fillers is None else dict(measured.fillers)
    clip.state = State.HEARD
    clip.counts_at = rules.counts_at(Part(clip.part), row.box_ends_at, now)


def failed(clip: VoiceClip, code: str) -> None:
    """No transcript comes; `code` names the sentence that says why."""
    clip.finish()
    clip.state, clip.code = State.FAILED, code


def later(clip: VoiceClip, machine_now: datetime) -> None:
    """Nothing is known yet: ask again after 2, 4, 8, 16, then every 30 seconds."""
    clip.state = State.WAITING
    clip.next_try_at = machine_now + rules.pause(clip.tries)


async def may_ask(
    session: AsyncSession,
    clip: VoiceClip,
    host: str,
    day: date,
    limit: int,
    machine_now: datetime,
) -> str:
    """Note a request to the transcription endpoint; a code when none may be made.

    A day's requests are counted by workspace, on the clips themselves.
    """
    if not (await session.get_one(Member, clip.member_id)).transcribe:
        return "switched_off"
    clip.source = host
    spent = await session.scalar(
        select(func.sum(VoiceClip.asked)).where(
            VoiceClip.workspace_id == clip.workspace_id, VoiceClip.asked_on == day
        )
    )
    if int(spent or 0) >= limit:
        return "budget"
    clip.state, clip.next_try_at = State.ASKING, machine_now + ASKING
    clip.asked, clip.asked_on = clip.asked + 1, day
    return ""


async def forget(session: AsyncSession, before: datetime) -> None:
    """Old clips lose their words."""
    await session.execute(
        update(VoiceClip)
        .where(VoiceClip.at < before)
        .where((VoiceClip.transcript != "") | (VoiceClip.taken != "") | (VoiceClip.typed != ""))
        .values(transcript="", taken="", typed="", fillers=None)
    )
