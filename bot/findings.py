"""What `drumbeat doctor` finds of the store, of what waits in it, and of the transcriber."""

import shutil
import wave
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from bot import db
from bot.deps import Deps
from bot.errors import TranscriberFailed
from bot.outbox import service as outbox
from bot.outbox import waiting
from bot.outbox.rules import Lane, State
from bot.outbox.waiting import Line
from bot.slack.blocks import plural

SPARE = 500_000_000  # bytes that should be free, or as many as the store has if it is larger
UNMERGED = 200_000_000  # bytes of SQLite's write-ahead log; it is merged at a few megabytes
LATE = {Lane.ANSWER: timedelta(minutes=5)}
LATE_OTHERWISE = timedelta(hours=3)  # after which a drill is left out
INCIDENTS = "start `drumbeat run`; if it runs, docs/incidents.md says where to look"
RATE = 16_000  # samples a second


@dataclass(frozen=True)
class Finding:
    """`what` was looked at, whether it is well, what was `seen`, and how to `mend` it."""

    what: str
    ok: bool
    seen: str
    mend: str = ""

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    def line(self) -> str:
        mark = "ok   " if self.ok else "FAIL "
        return f"{mark}{self.what}: {self.seen}" + (f" → {self.mend}" if self.mend else "")


def space(database_url: str, spare: int = SPARE, unmerged: int = UNMERGED) -> Finding:
    """Has the store room to grow, and is its write-ahead log merged? Only SQLite's can be seen."""
    named = db.address(database_url)
    if named.get_backend_name() != "sqlite" or not named.database:
        return Finding("space", True, "the disk of PostgreSQL's server is not seen from here")
    path = Path(named.database)
    log = path.with_name(f"{path.name}-wal")
    held, apart = path.stat().st_size, log.stat().st_size if log.exists() else 0
    free = shutil.disk_usage(path.parent).free
    seen = f"store {_mega(held)}, write-ahead log {_mega(apart)}, free on the disk {_mega(free)}"
    if free < max(spare, held):
        mend = "make room: the bot cannot write to a full disk, and a backup is a whole copy"
        return Finding("space", False, seen, mend)
    if apart > unmerged:
        mend = "end what else has the store open, such as a query tool, and start the bot again"
        return Finding("space", False, seen, mend)
    return Finding("space", True, seen)


def _mega(size: int) -> str:
    return f"{size / 1e6:,.0f} MB"


async def delivery(deps: Deps) -> Finding:
    """Messages in doubt, those whose channel cannot be asked, and how long the oldest waits."""
    async with deps.transaction() as session:
        unreadable = await outbox.unreadable_channels(session)
        lines = await waiting.lines(session, deps.now(), deps.machine_now())
    if unreadable:
        return Finding(
            "delivery",
            False,
            f"messages wait because their channels cannot be read: {', '.join(unreadable)}",
            "give the bot im:history (or the channel's history scope) again",
        )
    late = [one for one in lines if one.oldest > LATE.get(one.lane, LATE_OTHERWISE).total_seconds()]
    return Finding("delivery", not late, _queue(lines), INCIDENTS if late else "")


def _queue(lines: Sequence[Line]) -> str:
    count = sum(one.count for one in lines)
    if not count:
        return "no message waits"
    doubted = sum(one.count for one in lines if one.state == State.DOUBT)
    oldest = max(lines, key=lambda one: one.oldest)
    lane = oldest.lane.name.lower()
    return (
        f"{plural(count, 'message')} not sent yet, {doubted} of them in doubt; "
        f"the oldest that may go has waited {oldest.oldest / 60:.0f} minutes ({lane})"
    )


async def transcriber(deps: Deps) -> Finding:
    """Have a second of silence transcribed; this is one request, paid as any other."""
    asked = deps.transcriber
    if asked is None:
        return Finding("transcriber", True, "none is set up: clips have Slack's transcript or none")
    try:
        await asked.hear(_silence(), "wav", "audio/wav", deps.machine_now)
    except TranscriberFailed as failed:
        seen = f"{asked.model} at {asked.host} gave no transcript: {failed.code}"
        return Finding("transcriber", False, seen, "docs/judge.md says what each word means")
    return Finding("transcriber", True, f"{asked.model} at {asked.host} hears")


def _silence() -> bytes:
    sound = BytesIO()
    with wave.open(sound, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(bytes(2 * RATE))
    return sound.getvalue()
