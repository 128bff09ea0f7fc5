"""What goals cost in a store of many: a tick, a check-in, a page, and standings computed anew."""

import asyncio
import gc
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractContextManager, AsyncExitStack, asynccontextmanager
from datetime import date, timedelta
from itertools import groupby

from sqlalchemy import select, update

from bot import app, features
from bot.config import Settings
from bot.deps import Deps, Session
from bot.home.okrs import outgoing as home
from bot.home.okrs.views import goals
from bot.okrs import health, loading
from bot.okrs.board import rendering
from bot.okrs.board import service as boards
from bot.okrs.board.page import page
from bot.okrs.checkins.rules import Said
from bot.okrs.checkins.tables import CheckIn, CheckInCall, Round
from bot.okrs.digests import jobs as digests
from bot.okrs.reviews import service as reviews
from bot.okrs.tables import Cycle, KeyResult, KeyResultOwner, TeamCycle
from bot.okrs.tree import service as trees
from bot.okrs.tree.views import tree
from bot.okrs.votes import service as votes
from bot.people.tables import Member
from tests import databases
from tests.bench.digests import A_TEAM, NOW, plant, watched
from tests.bench.figures import Figure, percentile
from tests.fakes import clock_at

KEY_RESULTS = 10_000
BIG = 500  # of one team
RUNS = 15
BEFORE = NOW - timedelta(hours=1)  # nothing is due yet
SECRET = "k" * 40


@asynccontextmanager
async def store(url: str, key_results: int, team_of: int = A_TEAM) -> AsyncIterator[Deps]:
    """A store in the last week of a quarter; nothing is due."""
    told = Settings(_env_file=None, database_url=url, secret_key=SECRET)
    async with app.build_deps(told, clock_at(BEFORE.isoformat())) as deps:
        await plant(deps, key_results, team_of)
        async with deps.transaction() as session:
            await session.execute(update(TeamCycle).values(next_round_at=NOW + timedelta(days=5)))
        yield deps


async def median(runs: int, work: Callable[[], Awaitable[object]]) -> float:
    """Milliseconds, the first runs left out."""
    took = []
    for _ in range(runs + 2):
        began = time.perf_counter()
        await work()
        took.append(time.perf_counter() - began)
    return percentile(took[2:], 0.5) * 1000


async def open_round(session: Session, team_id: int) -> list[tuple[Member, list[int]]]:
    """A fourteenth round of one team; who is asked, and about which key results."""
    part = (await session.scalars(select(TeamCycle).where(TeamCycle.team_id == team_id))).one()
    ends = NOW + timedelta(days=1)
    row = Round(workspace_id=part.workspace_id, team_cycle_id=part.id, number=14,
                day=date(2026, 4, 1), opened_at=BEFORE, deadline=ends, closes_at=ends,
                digest_at=ends)  # fmt: skip
    session.add(row)
    await session.flush()
    ids = [one.id for one in (await loading.scoreboard(
        session, part.workspace_id, part.id, BEFORE)).key_results]  # fmt: skip
    known = await session.execute(
        select(Member, KeyResultOwner.key_result_id)
        .join(KeyResultOwner, KeyResultOwner.member_id == Member.id)
        .where(KeyResultOwner.key_result_id.in_(ids))
        .order_by(Member.id, KeyResultOwner.key_result_id)
    )
    asked = [
        (who, [row[1] for row in rows])
        for who, rows in groupby(known.all(), key=lambda one: one[0])
    ]
    for who, _ in asked:
        session.add(CheckInCall(workspace_id=part.workspace_id, round_id=row.id, member_id=who.id,
                                due_at=BEFORE, state="asked"))  # fmt: skip
    return asked


async def check_in(deps: Deps, member: Member, ids: list[int], round_id: int) -> None:
    """What the form does in its transaction, before the person gets something back."""
    now = deps.now()
    async with deps.transaction() as session:
        held = await votes.hold(session, member, ids, [round_id], now)
        said = [Said(one, 7, 42.0, None, "It moved.") for one in ids]
        taken = await votes.take(session, member, held, said, now)
        await votes.answered(session, member, held, taken, now)
        for row in held.rounds.values():
            await reviews.reveal(session, row, now)


async def check_ins(deps: Deps) -> list[Figure]:
    async with deps.transaction() as session:
        asked = await open_round(session, 2)
        round_id = (await session.scalars(select(Round.id).where(Round.number == 14))).one()
    ones = iter([(who, [one]) for who, ids in asked for one in ids])
    single = await median(RUNS, lambda: check_in(deps, *next(ones), round_id))
    fives = iter([(who, ids[:5]) for _ in range(RUNS) for who, ids in asked])
    five = await median(RUNS, lambda: check_in(deps, *next(fives), round_id))
    what = f"3 ms of service time for each; among {KEY_RESULTS:,} key results"
    return [
        Figure("a check-in of one key result", single, 3, "ms", what),
        Figure("a check-in of five", five, 15, "ms", what),
    ]


async def screens(deps: Deps) -> list[Figure]:
    """App Home of a lead and the tree of all teams."""
    async with deps.transaction() as session:
        lead = (await session.scalars(select(Member).where(Member.user_id == "U00000"))).one()
        cycle = (await session.scalars(select(Cycle))).one()

    async def home_shown() -> None:
        async with deps.transaction() as session:
            goals(await home.told(session, lead, deps.now()), "Europe/Berlin")

    async def tree_shown() -> None:
        async with deps.transaction() as session:
            tree(await trees.tree(session, lead.workspace_id, cycle.id, 0, 3, deps.now()))

    what = f"a lead of {A_TEAM} among {KEY_RESULTS:,} key results"
    return [
        Figure("App Home", await median(RUNS, home_shown), 300, "ms", what),
        Figure("a page of the tree", await median(RUNS, tree_shown), 300, "ms", what),
    ]


async def board(url: str, store_name: str) -> list[Figure]:
    async with store(url, BIG, BIG) as deps:

        async def shown() -> None:
            async with deps.transaction() as session:
                told = await boards.read(session, 1, 1, deps.now())
            await asyncio.to_thread(lambda: rendering.board(page(told)))

        took = min([await median(3, shown) for _ in range(3)])  # others share the machine
    return [Figure(f"scoreboard of {BIG}, {store_name}", took, 500, "ms", "read and rendered")]


async def ticks(deps: Deps) -> list[Figure]:
    idle = await median(60, lambda: features.tick(deps))
    what = f"{len(features.DUE)} jobs, {KEY_RESULTS:,} key results, none due"
    return [Figure("idle tick", idle, 5, "ms", what)]


async def stalls(deps: Deps) -> list[Figure]:
    """The morning on which every team's digest is due at once: how long others wait meanwhile."""
    deps.clock.move_to(NOW)
    gc.collect()
    gc.freeze()  # as `drumbeat run` does with what it loads
    longest = await watched(lambda: digests.tell_due(deps), time.thread_time)
    what = f"{KEY_RESULTS // A_TEAM} digests due at once; the loop's own CPU"
    return [Figure("longest stall meanwhile", longest * 1000, 50, "ms", what)]


async def recomputed(deps: Deps, *, long: bool) -> list[Figure]:
    """All standings anew against one pass that only keeps the newest; in CPU time."""
    laps = 8 if long else 1
    began = time.process_time()
    for _ in range(laps):
        async with deps.transaction() as session:
            rows = await session.execute(
                select(CheckIn.key_result_id, CheckIn.at, CheckIn.value, CheckIn.confidence)
                .order_by(CheckIn.key_result_id, CheckIn.at, CheckIn.id)
            )  # fmt: skip
            _ = {row[0]: row for row in rows}
    one_pass = time.process_time() - began
    began, ruled = time.process_time(), 0.0
    for _ in range(laps):
        ruled += await _all_standings(deps)
    whole = time.process_time() - began
    what = f"2 × one SQL pass of {one_pass:.1f} s"
    return [
        Figure(f"{laps * 260_000:,} check-ins anew", whole, 2 * one_pass, "s", what),
        Figure("of which the rules took", ruled, whole, "s", "all of it"),
    ]


async def _all_standings(deps: Deps) -> float:
    """Seconds that the rules took of it."""
    ruled = 0.0
    async with deps.transaction() as session:
        cycle = (await session.scalars(select(Cycle))).one()
        places = list(await session.scalars(select(TeamCycle)))
    for place in places:
        async with deps.transaction() as session:
            found = (await session.scalars(
                select(KeyResult).where(KeyResult.team_id == place.team_id))).all()  # fmt: skip
            beat = loading.rhythm(place, cycle)
            known = await loading.histories(session, found, cycle, beat)
        began = time.process_time()
        health.standings(known.values(), NOW)
        ruled += time.process_time() - began
    return ruled


async def measure(*, long: bool) -> list[Figure]:
    figures: list[Figure] = []
    async with AsyncExitStack() as stack:
        url = stack.enter_context(await asyncio.to_thread(_sqlite))
        async with store(url, KEY_RESULTS) as deps:
            for part in (ticks, screens, check_ins):
                figures += await part(deps)
            figures += await recomputed(deps, long=long)
            figures += await stalls(deps)
        figures += await board(stack.enter_context(await asyncio.to_thread(_sqlite)), "SQLite")
        server = await asyncio.to_thread(stack.enter_context, databases.postgres())
        fresh = await asyncio.to_thread(stack.enter_context, server.fresh())
        figures += await board(fresh, "PostgreSQL")
    return figures


def _sqlite() -> AbstractContextManager[str]:
    """A migrated store; Alembic brings a loop of its own, so this is called in a thread."""
    databases.migrated_sqlite()
    return databases.sqlite()
