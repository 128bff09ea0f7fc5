"""`drumbeat sandbox`: the bot beside a local workspace, with a calendar that the page moves."""

import asyncio
import contextlib
import json
import secrets
import shutil
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from bot import app, features, first_day, first_drills, migrating, starting
from bot.clock import Clock, Stretch, machine_now, parse_instant
from bot.config import Settings, sandboxed
from bot.db import soonest
from bot.deps import Deps
from bot.drills.team.tables import TeamDrill, TeamRun
from bot.errors import SettingsWrong
from bot.okrs.rounds import service as rounds
from bot.people.rules import is_holiday, wall_clock, zone
from bot.plans.tables import PracticePlan
from bot.sandbox.server import SlackServer
from bot.slack import manifest

HOME = "Europe/Madrid"  # the zone of the first person
OPENS = time(8, 58)
DRILLS = (PracticePlan.next_due_at, TeamDrill.next_due_at, TeamRun.summary_at)
SETTLE = 20.0  # seconds that one move of the calendar may take to deliver what is due


class Calendar:
    """The page moves it, and it stops at every instant at which something is due."""

    speed = 1.0
    planned = "drill"
    tour = (
        "#product holds last week’s digest of a team’s goals. Press Next until a check-in comes: "
        "two taps, when nothing has changed.",
    )

    def __init__(self, clock: Clock, kept: Path) -> None:
        self.clock = clock
        self.kept = kept
        self.deps: Deps | None = None
        self._moving = asyncio.Lock()

    def now(self) -> datetime:
        return self.clock.now()

    async def _next_stop(self) -> datetime | None:
        """The next instant at which anything is due, also the end of an answer box."""
        return await features.next_due(self.deps, self.now()) if self.deps else None

    async def next_due(self) -> datetime | None:
        """When the next thing comes that people notice; `planned` says what it is."""
        if self.deps is None:
            return None
        async with self.deps.transaction() as session:
            check_in, digest = await rounds.next_seen(session, self.now())
        named = {"drill": await self.next_drill(), "check-in": check_in, "digest": digest}
        due = {word: instant for word, instant in named.items() if instant is not None}
        if not due:
            return None
        self.planned = min(due, key=lambda word: due[word])
        return due[self.planned]

    async def next_drill(self) -> datetime | None:
        """When the next daily drill is due, a member's or a channel's."""
        if self.deps is None:
            return None
        async with self.deps.transaction() as session:
            return await soonest(session, self.now(), *DRILLS)

    async def move_to(self, target: datetime) -> None:
        """Move forward, doing on the way what becomes due."""
        async with self._moving:
            while (due := await self._next_stop()) is not None and due < target:
                await self._stand_at(due)
            await self._stand_at(target)

    async def _stand_at(self, instant: datetime) -> None:
        self.clock.move_to(instant)
        self.kept.write_text(json.dumps({"now": instant.isoformat()}), "utf-8")
        if self.deps is None:
            return
        with contextlib.suppress(TimeoutError):  # a bad day delays; the jobs go on by themselves
            async with asyncio.timeout(SETTLE):
                await features.tick(self.deps)
                await app.deliver_all(self.deps)


def first_morning(today: date) -> datetime:
    """08:58 for the first person on the next Tuesday that is no holiday there."""
    day = today + timedelta(days=1)
    while day.weekday() != 1 or is_holiday(day, "ES"):
        day += timedelta(days=1)
    return wall_clock(day, OPENS, zone(HOME))


def _clock(kept: Path) -> Clock:
    """Where the calendar was left, or the first morning."""
    if kept.exists():
        start = parse_instant(json.loads(kept.read_text("utf-8"))["now"])
    else:
        start = first_morning(machine_now().date())
    return Clock(stretches=[Stretch(machine_now(), start.astimezone(UTC), 1.0)])


def _settings(slack: SlackServer, data: Path) -> Settings:
    told = slack.state.app
    return sandboxed(
        slack_bot_token=told.bot_token,
        slack_app_token=told.app_token,
        slack_signing_secret=told.signing_secret,
        slack_api_url=slack.api_url,
        database_url=f"sqlite:///{data / 'drumbeat.db'}",
        port=0,
    )


@contextlib.contextmanager
def _folder(data: Path, *, fresh: bool) -> Iterator[Path]:
    """The sandbox's folder; thrown away first when that was asked for."""
    marker = data / ".drumbeat-sandbox"
    if fresh and data.exists():
        if not marker.exists() and any(data.iterdir()):
            raise SettingsWrong(f"{data} is not a sandbox's folder, so --fresh leaves it alone")
        shutil.rmtree(data)
    data.mkdir(parents=True, exist_ok=True)
    marker.write_text(secrets.token_hex(8), "utf-8")
    yield data


async def run(data: Path, port: int, *, fresh: bool) -> None:
    """Serve until Ctrl-C. Raises SettingsWrong when the port is taken."""
    with _folder(data, fresh=fresh) as folder:
        stopping = app.stop_signal()
        calendar = Calendar(_clock(folder / "clock.json"), folder / "clock.json")
        slack = SlackServer(folder / "slack", clockwork=calendar)
        new = not (folder / "drumbeat.db").exists()
        try:
            await slack.start(port)
        except OSError as error:
            raise SettingsWrong(
                f"Port {port} is taken ({error.strerror}). Try `make sandbox PORT=9000`."
            ) from error
        try:
            await _beside(slack, folder, calendar, stopping, new=new)
        finally:
            await slack.stop()


async def _beside(
    slack: SlackServer, data: Path, calendar: Calendar, stopping: asyncio.Event, *, new: bool
) -> None:
    settings = _settings(slack, data)
    await asyncio.to_thread(migrating.migrate, settings.database_url)
    slack.install(manifest.build(features.DECLARATIONS, "socket", ""))
    with starting.alone(settings):
        async with app.build_deps(settings, calendar.clock) as deps:
            if new:
                few = replace(deps, content=first_drills.few(deps.content))
                async with _living(few, calendar):
                    await first_day.happen(slack, calendar)
            async with _living(deps, calendar):
                sys.stdout.write(f"{slack.url}\n")
                sys.stdout.flush()
                await stopping.wait()


@contextlib.asynccontextmanager
async def _living(deps: Deps, calendar: Calendar) -> AsyncIterator[None]:
    """The bot, started, with the calendar in its hands."""
    bot = app.Bot(deps)
    await bot.start()
    deps.links.base = f"http://{deps.settings.host}:{bot.http.port}"
    calendar.deps = deps
    try:
        yield
    finally:
        await bot.stop()
