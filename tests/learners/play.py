"""The cast in one workspace: real Slack server, real dispatcher, real scorer, a calendar by hand.

The calendar goes from due instant to due instant. Whoever got a drill answers it in its thread,
presses *Done* and *Finish*; each diary hears what came.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from bot import app, features
from bot.app import Bot
from bot.content import Content
from bot.deps import Deps
from bot.drills.tables import DrillSession
from bot.people import jobs as people_jobs
from bot.people import service as people
from bot.people.rules import WEEKDAYS
from bot.plans import service as plans
from bot.plans.service import Setup
from bot.sandbox.state import Person as Profile
from bot.scheduler import Scheduler
from tests.fakes import clock_at
from tests.learners import second_hand_choice as choice
from tests.learners.acting import Acting
from tests.learners.cast import BEGINS, CAST, Act, Learner, Speech, swapped
from tests.learners.diary import Diary, Seen
from tests.learners.watching import Open
from tests.local_slack import serving
from tests.month_crew import Unhurried
from tests.person import until
from tests.world import MATCHER, QUICK, SCORER, settings

FIVE = timedelta(minutes=5)
EPOCH = datetime(2027, 1, 1, tzinfo=UTC)
OVER = ("closed", "skipped", "missed")


@dataclass
class Play(Acting):
    newest: int = 0  # session that the diaries heard of
    opened: dict[int, str] = field(default_factory=dict)  # {session: its message}

    async def run(self, ends: datetime) -> None:
        acts = [
            (self.when(diary, act), user, act)
            for user, diary in self.diaries.items()
            for act in diary.learner.acts
        ]
        stop = EPOCH + (self.clock.now() - EPOCH) // FIVE * FIVE
        await self._stand_at(self.clock.now(), ())
        while True:
            due = await features.next_due(self.deps, stop)
            if due is not None and (past := (due - EPOCH) % FIVE):
                due += FIVE - past  # what follows a drill by minutes waits: many move together
            coming = [one for one in (due, *(at for at, *_ in acts)) if one and one > stop]
            if not coming or min(coming) > ends:
                return
            stop = min(coming)
            await self._stand_at(stop, [(user, act) for at, user, act in acts if at == stop])

    def when(self, diary: Diary, act: Act) -> datetime:
        """The instant at which somebody acts."""
        local = datetime.fromisoformat(act.at).replace(tzinfo=diary.calendar.zone)
        return local.astimezone(UTC)

    async def _stand_at(self, at: datetime, acts: Sequence[tuple[str, Act]]) -> None:
        self.clock.move_to(at)
        for diary in self.diaries.values():
            diary.time_passes(at)
        for user, act in acts:
            await (self.types if act.do == "types" else self.tells)(user, act.what)
        await features.tick(self.deps)
        await self.settle()
        while await self._observe():
            await self.answer()
        await self._closed()

    async def _observe(self) -> bool:
        """Tell the diaries which sessions are new; whether there are any."""
        async with self.deps.transaction() as session:
            rows = list(
                await session.scalars(
                    select(DrillSession)
                    .where(DrillSession.id > self.newest)
                    .order_by(DrillSession.id)
                )
            )
        for row in rows:
            await self._came(row)
        return bool(rows)

    async def _came(self, row: DrillSession) -> None:
        self.newest, user = row.id, self.members[row.member_id]
        diary = self.diaries[user]
        diary.came(
            Seen(row.id, row.drill_id, row.kind, row.planned_at, row.stage, row.aim, row.back,
                 row.warmup_id)
        )  # fmt: skip
        number = len([one for one in diary.log if one.kind == "daily"]) - 1
        day = diary.calendar.today(row.planned_at)
        manner = diary.learner.manner(number if row.kind == "daily" else 0, day)

        async def there() -> bool:
            await self.settle()
            return self.drill_message(user, row.id) is not None

        await until(there)
        told = self.drill_message(user, row.id)
        assert told
        self.opened[row.id] = told.ts
        self.live[row.id] = Open(row.id, user, manner, told.ts)

    async def _closed(self) -> None:
        """Sessions that ended since, and how: silence is counted."""
        async with self.deps.transaction() as session:
            rows = list(
                await session.scalars(
                    select(DrillSession)
                    .where(DrillSession.id.in_(self.live), DrillSession.state.in_(OVER))
                    .order_by(DrillSession.id)
                )
            )
        for row in rows:
            one = self.live.pop(row.id)
            how = "skip" if row.state == "skipped" else "silent"
            how = "answered" if row.answered_at else how
            self.diaries[one.user].ended(row.id, how, self.clock.now())


def diaries_of(cast: Sequence[Learner], folder: Path, bank: Content) -> dict[str, Diary]:
    items = choice.bank(folder)
    cards: Mapping[str, set[str]] = {
        track: {card.id for card in bank.warmups.values() if card.track == track}
        for track in {card.track for card in bank.warmups.values()}
    }
    return {one.user: Diary(one, items, cards) for one in cast}


async def _set_up(deps: Deps, cast: Sequence[Learner]) -> dict[int, str]:
    """Everybody sits down; returns {member id: user}."""
    await people_jobs.read_everybody(deps)
    (place,) = deps.directory.all()
    members = {}
    async with deps.transaction() as session:
        for one in cast:
            member = await people.ensure(session, place.workspace_id, one.user)
            members[member.id], member.country = one.user, one.country
            days = tuple(WEEKDAYS[day] for day in sorted(one.weekdays))
            form = Setup(one.track, one.at, days, one.tz, one.target, "text", False)
            await plans.set_up(session, member, form, deps.now())
    return members


@asynccontextmanager
async def playing(
    database_url: str, folder: Path, cast: Sequence[Learner] = CAST
) -> AsyncIterator[Play]:
    """The bot on a bank whose model answers are swapped, with everybody set up."""
    bank = swapped(folder)
    async with serving() as (slack, sandbox):
        for one in CAST:  # all of them, so that a lone learner has the same number
            slack.state.people[one.user] = Profile(one.user, one.user.lower(), one.user, one.tz)
        clock = clock_at(BEGINS.isoformat())
        told = settings(slack, database_url, content=str(folder))
        async with app.build_deps(told, clock, patience=QUICK, bank=bank) as built:
            deps = replace(built, pacer=Unhurried(), scorer=SCORER, matcher=MATCHER)
            bot = Bot(deps)
            bot.scheduler = Scheduler(deps, ())  # the driver decides when a tick comes
            await bot.start()
            try:
                await sandbox.connected()
                members = await _set_up(deps, cast)
                diaries = diaries_of(cast, folder, bank)
                yield Play(slack, sandbox, deps, clock, Speech(bank), diaries, members)
            finally:
                await bot.stop()
