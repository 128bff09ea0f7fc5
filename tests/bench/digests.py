"""How long a team's digest takes in a store of many teams, and a chart beside the loop."""

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Select, case, insert, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import app
from bot.config import Settings
from bot.deps import Deps
from bot.okrs.checkins.tables import CheckIn, Reveal, Round
from bot.okrs.digests import outgoing, service
from bot.okrs.digests.chart import Panel, Picture
from bot.okrs.digests.jobs import PAINTER
from bot.okrs.digests.tables import Digest
from bot.okrs.tables import Cycle, KeyResult, KeyResultOwner, Objective, TeamCycle
from bot.pen import Pen
from bot.people.tables import Member
from bot.people.teams.tables import Team
from bot.workspaces import service as workspaces
from tests import databases
from tests.bench.figures import Figure, percentile
from tests.fakes import clock_at

STARTS = date(2026, 1, 5)
WEEKS = 13
NOW = datetime(2026, 4, 2, 10, tzinfo=UTC)  # the deadline of the last week
A_TEAM = 40  # key results
PEOPLE = 8  # in a team; every key result has two owners
CHUNK = 2_000


async def a_digest(key_results: int, url: str, runs: int = 9) -> float:
    """Seconds that the median digest takes, read, composed and written to the outbox."""
    told = Settings(_env_file=None, database_url=url)
    async with app.build_deps(told, clock_at(NOW.isoformat())) as deps:
        await plant(deps, key_results)
        took = []
        for _ in range(runs):
            began = time.perf_counter()
            async with deps.transaction() as session:
                due = await service.due(session, deps.now())
                assert due is not None
                assert len(list(due.board.key_results)) == A_TEAM
                await outgoing.tell(session, due, deps.now(), deps.machine_now())
            took.append(time.perf_counter() - began)
    return percentile(took, 0.5)


async def plant(deps: Deps, key_results: int, team_of: int = A_TEAM) -> None:
    """Teams of `team_of` key results, thirteen weeks with a value and two votes each."""
    teams = key_results // team_of
    async with deps.transaction() as session:
        place = await workspaces.installed(session, "T0BENCH", "Bench", "U0BOT", deps.machine_now())
        ends = STARTS + timedelta(weeks=WEEKS, days=-1)
        row = Cycle(workspace_id=place, key="2026-Q1", starts=STARTS, ends=ends)
        session.add(row)
        await session.flush()
        own = {"workspace_id": place, "cycle_id": row.id}
        members = [{"workspace_id": place, "user_id": f"U{n:05}"} for n in range(teams * PEOPLE)]
        await _rows(session, Member, members)
        named = [
            {"workspace_id": place, "key": f"t{n}", "name": f"Team {n}", "channel": f"C{n}",
             "lead": f"U{n * PEOPLE:05}"}
            for n in range(teams)
        ]  # fmt: skip
        await _rows(session, Team, named)
        ids = list(await session.scalars(select(Team.id).order_by(Team.id)))
        await _rows(session, TeamCycle, [own | {"team_id": one} for one in ids])
        created = datetime(2026, 1, 5, 9, tzinfo=UTC)
        goals = [
            own
            | {"team_id": team, "key": f"o{n}", "title": f"Objective {n}", "created_at": created}
            for team in ids
            for n in range(team_of // 5)
        ]
        await _rows(session, Objective, goals)
        objectives = (await session.execute(select(Objective.id, Objective.team_id))).all()
        await _rows(session, KeyResult, [
            own | {"team_id": team, "objective_id": one, "key": f"k{one}-{n}", "position": n,
                   "title": f"Key result {n} of objective {one}", "created_at": created,
                   **(KEEPS if n == 4 else GROWS)}
            for one, team in objectives
            for n in range(5)
        ])  # fmt: skip
        await _history(session, place, team_of)


GROWS = {"kind": "increase", "baseline": 0.0, "target": 80.0, "unit": "shops"}
KEEPS = {"kind": "keep_below", "baseline": None, "target": 95.0, "unit": "%"}


async def _history(session: AsyncSession, place: int, team_of: int) -> None:
    """Two owners each; every week a round, a value, two votes, a reveal, a digest."""
    known = list(await session.scalars(select(KeyResult.id).order_by(KeyResult.id)))
    first = min(await session.scalars(select(Member.id)))

    def owners(one: int, n: int) -> tuple[int, int]:
        team = first + n // team_of * PEOPLE
        return team + one % PEOPLE, team + (one + 1) % PEOPLE

    await _rows(session, KeyResultOwner, [
        {"workspace_id": place, "key_result_id": one, "member_id": who, "accountable": not second}
        for n, one in enumerate(known)
        for second, who in enumerate(owners(one, n))
    ])  # fmt: skip
    for week in range(WEEKS):
        await _week(session, week)


async def _week(session: AsyncSession, week: int) -> None:
    """Set-based: a quarter of a million rows in a few seconds."""
    day = STARTS + timedelta(weeks=week, days=1)
    opened = datetime.combine(day, datetime.min.time(), UTC) + timedelta(hours=10)
    ended, last = opened + timedelta(days=2), week == WEEKS - 1
    part, key_result, owner = TeamCycle, KeyResult, KeyResultOwner
    await _chosen(session, Round, select(part.workspace_id, part.id), {
        "workspace_id": None, "team_cycle_id": None, "number": week + 1, "day": day,
        "opened_at": opened, "deadline": ended, "closes_at": None,
        "digest_at": NOW if last else None,
    })  # fmt: skip
    of_round = (
        select(key_result.workspace_id, key_result.id, Round.id)
        .join(part, part.team_id == key_result.team_id)
        .join(Round, (Round.team_cycle_id == part.id) & (Round.number == week + 1))
    )
    value = case((owner.accountable, 5.0 * week + key_result.id % 7))
    voted = case((owner.accountable, 4), else_=6)
    said = of_round.add_columns(owner.member_id, value, voted).join(
        owner, owner.key_result_id == key_result.id
    )
    await _chosen(session, CheckIn, said, {
        "workspace_id": None, "key_result_id": None, "round_id": None, "member_id": None,
        "value": None, "confidence": None, "at": opened, "note": "It moved as planned.",
        "blocker": "Waiting for legal." if last else "",
    })  # fmt: skip
    await _chosen(session, Reveal, of_round, {
        "workspace_id": None, "key_result_id": None, "round_id": None,
        "at": opened + timedelta(hours=30), "votes": [4, 6], "voters": 2, "review": False,
    })  # fmt: skip
    if not last:
        told = select(Round.workspace_id, Round.team_cycle_id, Round.id)
        await _chosen(session, Digest, told.where(Round.number == week + 1), {
            "workspace_id": None, "team_cycle_id": None, "round_id": None, "at": ended,
        })  # fmt: skip


async def _chosen(
    session: AsyncSession, table: type[Any], rows: Select[*tuple[Any, ...]], values: dict[str, Any]
) -> None:
    """Insert what is selected under the first names, and the same values under the others."""
    columns = table.__table__.c
    count = len(rows.selected_columns)
    fixed = {name: value for name, value in values.items() if list(values).index(name) >= count}
    filled = rows.add_columns(
        *(literal(value, columns[name].type).label(f"as_{name}") for name, value in fixed.items())
    )
    await session.execute(
        insert(table).from_select([*list(values)[:count], *fixed], filled, include_defaults=False)
    )


async def _rows(session: AsyncSession, table: type[Any], rows: list[dict[str, Any]]) -> None:
    for part in _parts(rows):
        await session.execute(insert(table), part)


def _parts(rows: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]


async def a_chart() -> tuple[float, float]:
    """(seconds from nothing to a picture, longest stall of the loop meanwhile)."""
    panel = Panel("A key result", "green", "On track", "62; from 0 to 80", "On pace.",
                  tuple((7.0 * n, 5.0 * n) for n in range(WEEKS)), ((0.0, 0.0), (91.0, 80.0)),
                  ((2.0, 7.0),), (80.0,), False, (60.0, 66.0, 72.0))  # fmt: skip
    told = Picture("Team 0, 2026-Q1", "", 80.0, 91.0, ((0.0, "5 Jan"),), (panel,) * 12, "")
    took = 0.0

    async def draw() -> None:
        nonlocal took
        began = time.perf_counter()
        async with Pen(PAINTER) as pen:
            await pen.draw(told.to_dict())
        took = time.perf_counter() - began

    stall = await watched(draw)
    return took, stall


async def watched(
    work: Callable[[], Awaitable[object]], clock: Callable[[], float] = time.perf_counter
) -> float:
    """The longest stall of the loop, in seconds, while this is done.

    By `time.thread_time` what other processes took from this one does not count.
    """
    stalls = [0.0]
    watching = asyncio.create_task(_watch(stalls, clock))
    await asyncio.sleep(0.1)
    await work()
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)
    return max(stalls)


async def _watch(stalls: list[float], clock: Callable[[], float], step: float = 0.005) -> None:
    slept = step if clock is time.perf_counter else 0.0
    while True:
        began = clock()
        await asyncio.sleep(step)
        stalls.append(clock() - began - slept)


async def measure() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "drumbeat.db"
        path.write_bytes(await asyncio.to_thread(databases.migrated_sqlite))
        took = await a_digest(10_000, f"sqlite:///{path}")
    tries = [await a_chart() for _ in range(3)]  # the best, because others share the machine
    drawn, stall = min(one for one, _ in tries), min(one for _, one in tries)
    what = "a team of 40 among 10,000 key results, 13 weeks, SQLite"
    return [
        Figure("a team's digest", took * 1000, 300, "ms", what),
        Figure("a chart of twelve, with its process", drawn, 10, "s", "a person's patience"),
        Figure("longest stall meanwhile", stall * 1000, 50, "ms", "the plan of the engines"),
    ]
