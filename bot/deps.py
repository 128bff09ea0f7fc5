"""What the two doors, listeners and jobs, may reach for. Nothing below them sees it."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from bot import db
from bot.clock import Clock
from bot.config import Settings
from bot.content import Content
from bot.drills.queries.worker import QueryEngine
from bot.errors import Collided
from bot.links import Links
from bot.measuring import Meters
from bot.mocks.pairing.worker import Matcher
from bot.outbox import service as outbox
from bot.outbox.rules import Patience
from bot.outbox.topics import Topics
from bot.scoring.judge.views import named
from bot.scoring.worker import ScoringWorker
from bot.sealing import Seal
from bot.slack.client import Slack
from bot.slack.declare import Knock
from bot.slack.directory import Directory
from bot.slack.pace import Pacer

if TYPE_CHECKING:  # httpx is only loaded where a judge is set up
    from bot.drills.voice.endpoint import Transcriber
    from bot.scoring.judge.endpoint import Endpoint

# Called with the members whose time zone changed, in the same transaction.
Moved = Callable[[AsyncSession, Sequence[int], datetime], Awaitable[None]]
# Called with workspaces that stand still from now on, or go on, in the same transaction; the
# instant is the machine's.
Switched = Callable[[AsyncSession, Sequence[int], datetime], Awaitable[None]]


Session = AsyncSession  # what a transaction gives; doors pass it on and never query it


class Repeated(Exception):
    """This knock took effect before; the frame acknowledges it and does nothing."""


class Bell:
    """Wakes one waiting job; rung while nobody waits, it is not lost."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        self._rung.set()

    async def wait(self, seconds: float) -> None:
        """Return when it rings, or after so many seconds."""
        try:
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        except TimeoutError:
            return
        finally:
            self._rung.clear()


@dataclass
class Bells:
    """Bells by name; every job that waits for a name has a bell of its own."""

    _bells: dict[str, list[Bell]] = field(default_factory=lambda: defaultdict(list))

    def hang(self, name: str) -> Bell:
        bell = Bell()
        self._bells[name].append(bell)
        return bell

    def ring(self, names: Iterable[str]) -> None:
        for name in names:
            for bell in self._bells[name]:
                bell.ring()


@asynccontextmanager
async def _told_collisions() -> AsyncIterator[None]:
    try:
        yield
    except DBAPIError as error:
        if db.collided(error):
            raise Collided from error
        raise


@dataclass(frozen=True)
class Deps:
    settings: Settings
    clock: Clock
    sessions: async_sessionmaker[AsyncSession]
    content: Content
    scorer: ScoringWorker
    slack: Slack
    topics: Topics
    directory: Directory = field(default_factory=Directory)
    matcher: Matcher = field(default_factory=Matcher)
    queries: QueryEngine = field(default_factory=QueryEngine)
    # Held while a round is matched: whoever comes second, such as a move of the calendar, waits.
    matching: asyncio.Lock = field(default_factory=asyncio.Lock)
    pacer: Pacer = field(default_factory=Pacer)
    bells: Bells = field(default_factory=Bells)
    meters: Meters = field(default_factory=Meters)
    patience: Patience = field(default_factory=Patience)
    on_moved: tuple[Moved, ...] = ()
    on_stopped: tuple[Switched, ...] = ()
    on_resumed: tuple[Switched, ...] = ()
    seal: Seal = field(default_factory=lambda: Seal(()))
    links: Links = field(default_factory=lambda: Links(()))
    judge: "Endpoint | None" = None  # the model judge, where one is set up
    transcriber: "Transcriber | None" = None  # for clips that Slack gives no transcript of
    stale_homes: set[tuple[int, str]] = field(default_factory=set)

    def now(self) -> datetime:
        """The calendar: due times, boxes, dates."""
        return self.clock.now()

    def machine_now(self) -> datetime:
        """Always real: leases, retries, pacing, Slack's timestamps."""
        return self.clock.machine_now()

    @property
    def judge_name(self) -> str:
        """`MODEL at HOST` as people read it; empty without a model judge."""
        return named(self.judge.model, self.judge.host) if self.judge else ""

    @property
    def transcriber_host(self) -> str:
        """Where clips without a transcript of Slack's are sent; empty without an endpoint."""
        return self.transcriber.host if self.transcriber else ""

    @asynccontextmanager
    async def transaction(self, knock: Knock | None = None) -> AsyncIterator[AsyncSession]:
        """Commit when the block ends well, roll back when it raises.

        With a knock, raises Repeated when the same knock took effect before. Raises Collided when
        the store ended the transaction for another's sake.
        """
        async with self.sessions() as session:
            async with _told_collisions(), session.begin():
                if knock is not None and (key := knock.key):
                    now = self.machine_now()
                    if not await outbox.first_time(session, knock.workspace_id, key, now):
                        self.meters.knocked("repeated")
                        raise Repeated(key)
                yield session
            self.bells.ring(session.info.pop("bells", ()))
        if knock is not None:
            self.meters.knocked("effective")

    def refresh_home(self, workspace_id: int, user_id: str) -> None:
        self.stale_homes.add((workspace_id, user_id))
        self.bells.ring(["home"])
