"""The only place where things are built and joined together."""

import asyncio
import logging
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta

from slack_bolt.async_app import AsyncApp

from bot import clock, content, db, features, leases, migrating
from bot.config import SLACK, Settings
from bot.deps import Deps
from bot.drills.voice import setting_up as voice
from bot.errors import Collided, SettingsWrong, Undelivered
from bot.keys import secret_keys
from bot.links import Links
from bot.measuring import Meters
from bot.mocks.pairing.weights import Weights
from bot.mocks.pairing.worker import Matcher
from bot.outbox import doubts
from bot.outbox import service as outbox
from bot.outbox.rules import Patience
from bot.people.gate import gate
from bot.reaching import find_workspace, reach_slack
from bot.scheduler import Job, Scheduler
from bot.scheduler import run as run_job
from bot.scoring.judge import setting_up
from bot.scoring.rules import Rubric
from bot.scoring.worker import ScoringWorker
from bot.sealing import Seal
from bot.slack import client, listen, manifest
from bot.slack.socket import Socket
from bot.starting import alone, check_settings
from bot.web import board, installing, server
from bot.web.metrics import metrics

log = logging.getLogger(__name__)
GIVING_BACK = 1.0  # seconds
GIVE_UP = 60.0  # seconds; a pass does not wait longer than this for Slack


@asynccontextmanager
async def build_deps(
    settings: Settings,
    calendar: clock.Clock | None = None,
    patience: Patience | None = None,
    bank: content.Content | None = None,
) -> AsyncIterator[Deps]:
    """Everything but the ways in; closes what it opened. Without a `bank` the folders are read."""
    engine = db.engine(settings.database_url)
    bank = _checked(bank or content.load(settings.folders))
    keys = secret_keys(settings)
    meters = Meters()
    async with AsyncExitStack() as stack:
        stack.push_async_callback(engine.dispose)
        told = client.connect(settings.slack_api_url, meters.called)
        slack = await stack.enter_async_context(told)
        scorer = ScoringWorker()
        stack.push_async_callback(scorer.close)
        matcher = Matcher()
        stack.push_async_callback(matcher.close)
        judge = await stack.enter_async_context(setting_up.endpoint(settings))
        transcriber = await stack.enter_async_context(voice.transcriber(settings))
        yield Deps(
            settings=settings,
            clock=calendar or clock.build(settings.clock),
            sessions=db.sessions(engine),
            content=bank,
            scorer=scorer,
            matcher=matcher,
            slack=slack,
            meters=meters,
            topics=features.TOPICS,
            on_moved=features.ON_MOVED,
            on_stopped=features.ON_STOPPED,
            on_resumed=features.ON_RESUMED,
            patience=patience or Patience(),
            judge=judge,
            transcriber=transcriber,
            links=Links(keys, settings.url),
            seal=Seal(keys),
        )


def _checked(bank: content.Content) -> content.Content:
    """Raises SettingsWrong when the folders' rubric or weights of a mock pair cannot be used."""
    try:
        Rubric.from_dict(bank.rubric)
    except ValueError as error:
        raise SettingsWrong(f"rubrics/*.toml in the content folders: {error}") from error
    try:
        Weights().changed(bank.mock_weights)
    except ValueError as error:
        raise SettingsWrong(f"mocks/weights.toml in the content folders: {error}") from error
    return bank


def build_bolt(deps: Deps) -> AsyncApp:
    secret = deps.settings.slack_signing_secret
    return listen.build(
        deps,
        features.DECLARATIONS,
        features.WORDS,
        gate,
        signing_secret=secret.get_secret_value() if secret else None,
        request_verification_enabled=False,  # the HTTP side verifies before Bolt parses
    )


class Bot:
    """The running program: ways in, scheduler and HTTP side. Used by `run` and the sandbox."""

    def __init__(self, deps: Deps) -> None:
        self.deps = deps
        self.scheduler = Scheduler(deps, features.JOBS)
        self.bolt = build_bolt(deps)
        self.socket: Socket | None = None
        bolt = None if deps.settings.slack_app_token else self.bolt
        self.taking = False  # Slack's requests, once it is known whom they are about
        self.stopping = False
        health = server.Health(self.ready, self.alive, self._metrics, lambda: self.taking)
        web = server.build(deps.settings, bolt, health)
        board.add(web, deps)
        if deps.settings.by_oauth:
            installing.add(web, deps, manifest.scopes(features.DECLARATIONS))
        self.http = server.Server(web, deps.settings.host, deps.settings.port)
        self._background: set[asyncio.Task[None]] = set()
        self._catching: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        leases.of(self.deps.sessions).closed = False  # one that lived before on the same store
        await self.http.start()
        await reach_slack(self.deps)
        if self.deps.settings.on_sqlite:
            async with self.deps.transaction() as session:
                await doubts.after_restart(session, self.deps.machine_now(), self.deps.patience)
        self.scheduler.start()
        self.taking = True
        if self.deps.settings.slack_app_token:
            await self._open_socket(self.deps.settings.slack_app_token.get_secret_value())
        for job in features.AT_START:
            self._begin(job)
        self.catch_up()
        log.info("started", extra={"port": self.http.port, "socket": self.socket is not None})

    async def _open_socket(self, token: str) -> None:
        self.socket = Socket(self.bolt, self.deps.slack, token, self.catch_up)
        await self.socket.open()

    def _begin(self, job: Job) -> asyncio.Task[None]:
        task = asyncio.create_task(run_job(job, self.deps))
        self._background.add(task)
        task.add_done_callback(self._background.discard)
        return task

    def catch_up(self) -> None:
        """Look for what happened while nobody listened; a look still under way begins anew."""
        for task in self._catching:
            task.cancel()
        self._catching = [self._begin(job) for job in features.AFTER_GAP]

    async def stop(self) -> None:
        """Intake first, then the jobs, then the HTTP side; under 10 seconds, usually at once.

        What is not finished by then goes back to whoever claims it next.
        """
        self.taking, self.stopping = False, True
        leases.of(self.deps.sessions).closed = True
        if self.socket is not None:
            await self.socket.close()
        await self.scheduler.stop()
        for task in self._background:
            task.cancel()
        await asyncio.gather(*self._background, return_exceptions=True)
        await self.http.stop()
        await self._give_back()

    async def _give_back(self) -> None:
        """Leases end by themselves when the store is away now; that only takes longer."""
        try:
            async with asyncio.timeout(GIVING_BACK), self.deps.transaction() as session:
                machine_now = self.deps.machine_now()
                returned = await leases.of(session).return_all(session, machine_now)
        except (*db.AWAY, Collided) as error:
            log.warning("leases_kept", extra={"error": type(error).__name__})
        else:
            log.info("stopped", extra={"returned": returned})

    def alive(self) -> bool:
        """The ticker turned within the last minute, or has only just begun."""
        turned = self.scheduler.turned_at
        return turned == 0.0 or asyncio.get_running_loop().time() - turned < 60

    async def _metrics(self) -> str:
        return await metrics(self.deps, await self.ready())

    async def ready(self) -> list[str]:
        """Names of what fails: stopping, store, slack (no workspace known), socket, ticker.

        Beside `socket` stands `link_disabled` when Socket Mode is switched off at Slack's.
        """
        failing = ["stopping"] if self.stopping else []
        failing += [] if await db.answers(self.deps.sessions) else ["store"]
        found = self.deps.directory.all() or self.deps.settings.by_oauth
        if not self.taking or not found:
            failing.append("slack")
        failing += self._socket_fails() if self.deps.settings.slack_app_token else []
        if not self.alive():
            failing.append("ticker")
        return failing

    def _socket_fails(self) -> list[str]:
        if self.socket is not None and self.socket.disabled:
            return ["socket", "link_disabled"]
        return [] if self.socket is not None and self.socket.connected else ["socket"]


async def run(settings: Settings) -> None:
    """The bot against Slack until SIGINT or SIGTERM."""
    check_settings(settings)
    with alone(settings):
        async with build_deps(settings) as deps:
            async with deps.sessions() as session:
                await migrating.check(session.bind)  # type: ignore[arg-type]
            bot = Bot(deps)
            stopping = stop_signal()
            starting = asyncio.create_task(bot.start())
            stopped = asyncio.create_task(stopping.wait())
            await asyncio.wait({starting, stopped}, return_when=asyncio.FIRST_COMPLETED)
            if starting.done():
                starting.result()
                await stopped
            starting.cancel()
            await bot.stop()


def stop_signal() -> asyncio.Event:
    """Set when somebody asks the program to end."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stopping.set)
    return stopping


async def tick(settings: Settings, at: str) -> None:
    """One cadence pass at that instant: plans what is due, sends it, returns.

    Raises SettingsWrong against Slack's own address when the instant is over 5 minutes off.
    """
    try:
        instant = clock.parse_instant(at)
    except ValueError as error:
        raise SettingsWrong(f"--now {at}: {error}") from error
    off = abs(instant - clock.machine_now())
    if settings.slack_api_url == SLACK and off > timedelta(minutes=5):
        raise SettingsWrong("--now is over 5 minutes off: refused against Slack's own address")
    still = clock.Clock(stretches=[clock.Stretch(clock.machine_now(), instant, 1.0)])
    async with build_deps(settings, still) as deps:
        async with deps.sessions() as session:
            await migrating.check(session.bind)  # type: ignore[arg-type]
        await find_workspace(deps)
        await features.tick(deps)
        wait = await deliver_all(deps)
    if wait:
        raise Undelivered(
            f"Slack takes no more messages for {wait:.0f} seconds; they are kept. "
            "Run the same command again, or leave them to `drumbeat run`."
        )


async def deliver_all(deps: Deps) -> float:
    """Send until nothing sendable is left, answers of the scorer included.

    Returns 0, or the seconds until the next try when Slack will not take the rest for a while.
    """
    while True:
        for one in features.BELLED:
            await one.job(deps)
        async with deps.transaction() as session:
            wait = await outbox.sendable_in(session, deps.now(), deps.machine_now())
        if wait is None:
            return 0.0
        if wait > GIVE_UP:
            return wait
        await asyncio.sleep(min(max(wait, 0.02), 0.2))
