import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.deps import Deps, Session
from bot.drills.service import DrillSession
from bot.drills.voice import clips, outgoing, rules, service, taking
from bot.drills.voice.clips import Clip, Kind, Script
from bot.drills.voice.rules import UNHEARD, How, State
from bot.drills.voice.service import Heard, VoiceClip
from bot.errors import SlackLost, SlackRefused, TranscriberFailed
from bot.slack import files
from bot.slack.directory import Place

log = logging.getLogger(__name__)
AT_ONCE = 4  # clips that one replica asks about at the same time
NO_FILE = frozenset({"file_not_found", "file_deleted"})
NO_SCRIPT = ("none", "never")  # what a transcription endpoint mends
AGAIN = ("slow", "unreachable", "busy", "broken", "lost")  # what may work a moment later
KINDS = {Kind.LONG: "long", Kind.OTHER: "kind", Kind.GONE: "gone"}


@dataclass(frozen=True)
class Awaited:
    """A clip whose transcript is asked for."""

    clip_id: int
    session_id: int
    workspace_id: int
    file_id: str
    since: datetime  # machine


async def await_transcripts(deps: Deps) -> None:
    """Ask Slack for what is due: claim, call outside any transaction, record."""
    while True:
        async with deps.transaction() as session:
            rows = await service.claim(session, deps.machine_now(), AT_ONCE)
            claimed = [
                Awaited(row.id, row.session_id, row.workspace_id, row.file_id, row.since)
                for row in rows
            ]
        if not claimed:
            return
        await asyncio.gather(*(_look(deps, one) for one in claimed))


async def _look(deps: Deps, one: Awaited) -> None:
    place = deps.directory.of_id(one.workspace_id)
    if place is None:
        await _record(deps, one, None, None)
        return
    clip: Clip | None = None
    found: Heard | str | None
    try:
        clip = await _told(deps, place, one.file_id)
        found = await _words(deps, place, clip, deps.machine_now() - one.since)
    except SlackRefused as error:
        log.warning("clip_refused", extra={"clip_id": one.clip_id, "code": error.code})
        found = ("gone" if error.code in NO_FILE else "slack") if error.permanent else None
    except SlackLost as error:
        log.warning("clip_lost", extra={"clip_id": one.clip_id, "code": error.code})
        found = None
    if found is None and deps.machine_now() - one.since >= rules.LONGEST_WAIT:
        found = "never"
    if await _record(deps, one, clip, found) and clip is not None:
        await _ask(deps, place, one, clip)


async def _told(deps: Deps, place: Place, file_id: str) -> Clip:
    wait = await deps.pacer.turn(place.workspace_id, "files.info", answer=True, within=5.0)
    if wait > 0:
        raise SlackLost("paced")
    told = await deps.slack.read(place.token, "files.info", file=file_id)
    file = told.get("file") if isinstance(told, dict) else None
    return clips.read(file if isinstance(file, dict) else {})


async def _words(deps: Deps, place: Place, clip: Clip, waited: timedelta) -> Heard | str | None:
    """The transcript, a code when there will be none, None when it may still come."""
    if clip.kind in KINDS:
        return KINDS[clip.kind]
    if clip.kind == Kind.UNTOLD or clip.script == Script.COMING:
        return None
    if clip.script == Script.NONE:
        return "none" if waited >= rules.GRACE else None
    if clip.whole and (clip.words or not clip.vtt):
        return Heard(clip.words, clip.seconds, clip.locale)
    if not clip.vtt:
        return None
    content = await files.fetch(deps.slack, place.token, clip.vtt)
    told = clips.read_vtt(content.decode("utf-8", "replace"))
    return Heard(told.words, clip.seconds or told.seconds or None, clip.locale) if told else None


async def _record(deps: Deps, one: Awaited, clip: Clip | None, found: Heard | str | None) -> bool:
    """Write what was found and show it; True when the endpoint is to be asked instead."""
    async with deps.transaction() as session:
        held = await _held(session, one)
        if held is None:
            return False
        row, kept = held
        kept.seconds = kept.seconds or (clip.seconds if clip else None)
        if found is None:
            service.later(kept, deps.machine_now())
            return False
        if isinstance(found, Heard):
            service.heard(row, kept, found, deps.now())
        elif not (code := await _refused(deps, session, kept, clip, found)):
            await outgoing.show(session, kept, deps.machine_now())
            return True
        else:
            service.failed(kept, code)
        await outgoing.show(session, kept, deps.machine_now())
    return False


async def _held(session: Session, one: Awaited) -> tuple[DrillSession, VoiceClip] | None:
    """The clip, unless something became of it while Slack was asked."""
    held = await service.hold(session, one.clip_id, one.session_id)
    return held if held is not None and held[1].state in UNHEARD else None


async def _refused(
    deps: Deps, session: Session, kept: VoiceClip, clip: Clip | None, code: str
) -> str:
    """Why no transcript comes; empty when the endpoint is asked for one."""
    if code not in NO_SCRIPT or deps.transcriber is None or clip is None or not clip.url:
        return code
    if clip.size > files.LARGEST:
        return "large"
    day, limit = deps.machine_now().date(), deps.settings.transcribe_daily
    host = deps.transcriber_host
    return await service.may_ask(session, kept, host, day, limit, deps.machine_now())


# --- the endpoint -------------------------------------------------------------------------------


async def _ask(deps: Deps, place: Place, one: Awaited, clip: Clip) -> None:
    """Send the sound on and record what comes back. It is nowhere but in this call's memory."""
    found: Heard | str
    try:
        words = await _transcribed(deps, place, clip)
        found = Heard(words, clip.seconds, source=deps.transcriber_host)
    except TranscriberFailed as failed:
        found = failed.code
    except SlackRefused as error:
        log.warning("clip_unfetched", extra={"clip_id": one.clip_id, "code": error.code})
        found = "large" if error.code == "too_large" else "slack"
    except SlackLost as error:
        log.warning("clip_unfetched", extra={"clip_id": one.clip_id, "code": error.code})
        found = "lost"
    async with deps.transaction() as session:
        held = await _held(session, one)
        if held is None:
            return
        row, kept = held
        if isinstance(found, Heard):
            service.heard(row, kept, found, deps.now())
        elif found in AGAIN and kept.asked < rules.TRIES:
            service.later(kept, deps.machine_now())
        else:
            service.failed(kept, found)
        await outgoing.show(session, kept, deps.machine_now())


async def _transcribed(deps: Deps, place: Place, clip: Clip) -> str:
    if deps.transcriber is None:
        raise TranscriberFailed("unreachable")
    sound = await files.fetch(deps.slack, place.token, clip.url)
    form = clips.container(sound)
    if form is None:
        raise TranscriberFailed("kind")
    return clips.plain(await deps.transcriber.hear(sound, *form, deps.machine_now))


# --- by the clock -------------------------------------------------------------------------------


async def take_due(deps: Deps) -> None:
    """Transcripts that nobody pressed a button for count as they stand."""
    async with deps.transaction() as session:
        found = await taking.due(session, deps.now())
    for clip_id, session_id in found:
        async with deps.transaction() as session:
            held = await service.hold(session, clip_id, session_id)
            if held is None or held[1].state != State.HEARD:
                continue
            clip = held[1]
            if clip.counts_at is None or clip.counts_at > deps.now():
                continue
            text = clip.transcript
            await taking.take(session, clip, text, How.CLOCK, deps.machine_now())
            await outgoing.show(session, clip, deps.machine_now())
