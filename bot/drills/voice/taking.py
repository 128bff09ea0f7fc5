"""What of a clip counts: its words as they are, corrected or typed, and what replaces them.

The callers hold the clip's session.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.drills import rules as drill_rules
from bot.drills.answers import service as answers
from bot.drills.answers.service import Posted
from bot.drills.rules import Part
from bot.drills.tables import DrillSession
from bot.drills.voice import rules, service
from bot.drills.voice.rules import How, State
from bot.drills.voice.tables import VoiceClip
from bot.errors import UserMistake

BATCH = 100


async def take(
    session: AsyncSession, clip: VoiceClip, text: str, how: How, machine_now: datetime
) -> None:
    """These words are the clip's part of the answer from now on."""
    clip.finish()
    clip.state, clip.how, clip.code = State.TAKEN, how, ""
    if not clip.transcript:
        clip.source = ""  # nobody but the member wrote these
    clip.taken, clip.second, clip.counts_at = text.strip()[: rules.LONGEST], False, None
    await _retell(session, clip, machine_now)


async def _retell(session: AsyncSession, clip: VoiceClip, machine_now: datetime) -> None:
    said = clip.taken if clip.state == State.TAKEN else ""
    text = rules.joined(clip.typed, said)
    await answers.edit(session, clip.workspace_id, clip.channel, clip.ts, text, None, machine_now)


async def due(session: AsyncSession, now: datetime) -> list[tuple[int, int]]:
    """(clip, session) of transcripts that nobody pressed a button for in time."""
    rows = await session.execute(
        select(VoiceClip.id, VoiceClip.session_id)
        .where(VoiceClip.counts_at <= now)
        .order_by(VoiceClip.counts_at)
        .limit(BATCH)
    )
    return [(row[0], row[1]) for row in rows]


async def take_standing(
    session: AsyncSession, row: DrillSession, machine_now: datetime
) -> list[VoiceClip]:
    """*Done*: what was heard of the answer counts as it stands. Returns those clips."""
    standing = await _of(session, row, Part.ANSWER, VoiceClip.state == State.HEARD)
    for clip in standing:
        await take(session, clip, clip.transcript, How.AS_IT_IS, machine_now)
    return standing


async def _of(
    session: AsyncSession, row: DrillSession, part: Part, which: ColumnElement[bool]
) -> list[VoiceClip]:
    rows = await session.scalars(
        select(VoiceClip)
        .where(VoiceClip.session_id == row.id, VoiceClip.part == part)
        .where(which)
        .order_by(VoiceClip.id)
        .with_for_update()
    )
    return list(rows)


def second_take(row: DrillSession, clip: VoiceClip, now: datetime) -> None:
    """The next message replaces this clip, which stands until then. Raises UserMistake."""
    if clip.state not in rules.STANDING:
        raise UserMistake("voice_nothing")
    if service.part_of(row, now) != clip.part or row.state not in drill_rules.LIVE:
        raise UserMistake("voice_part_over")
    clip.second = True


async def replaced(
    session: AsyncSession, row: DrillSession, posted: Posted, machine_now: datetime
) -> list[VoiceClip]:
    """A message came: clips that it is the second take of no longer count. Returns them."""
    waiting = VoiceClip.second.is_(True) & (VoiceClip.ts != posted.ts)
    old = await _of(session, row, service.part_of(row, posted.at), waiting)
    for clip in old:
        clip.finish()
        clip.state, clip.second, clip.counts_at = State.REPLACED, False, None
        clip.transcript = clip.taken = ""
        await _retell(session, clip, machine_now)
    return old


async def edit(
    session: AsyncSession,
    clip: VoiceClip,
    typed: str,
    edited_ts: str,
    machine_now: datetime,
) -> None:
    """The words beside a clip were edited; those in it stay."""
    said = clip.taken if clip.state == State.TAKEN else ""
    text = rules.joined(typed, said)
    if await answers.edit(
        session, clip.workspace_id, clip.channel, clip.ts, text, edited_ts, machine_now
    ):
        clip.typed = typed[: answers.LONGEST]


def delete(clip: VoiceClip) -> bool:
    """The clip's message was deleted; False when that is known."""
    new = clip.state != State.DELETED
    clip.finish()
    clip.state, clip.second, clip.counts_at = State.DELETED, False, None
    clip.typed = clip.transcript = clip.taken = ""
    clip.fillers = None
    return new
