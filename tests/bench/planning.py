"""How long it takes to plan the drills of many members due in the same minute."""

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot import app, content
from bot.config import ROOT, Settings
from bot.content import Content, Drill
from bot.deps import Deps
from bot.drills.answers.service import card_topic
from bot.drills.opening import jobs
from bot.drills.rules import Part
from bot.drills.tables import DrillSession
from bot.people.tables import Member
from bot.plans.tables import PracticePlan
from bot.scoring.rules import Cell
from bot.scoring.tables import StoredScorecard
from bot.workspaces import service as workspaces
from tests.fakes import clock_at

DUE = datetime(2026, 3, 3, 8, tzinfo=UTC)  # a Tuesday, 09:00 in Berlin
CHUNK = 500


async def plan_due(count: int, url: str, past: int = 20, drills: int = 0) -> float:
    """Seconds to plan `count` daily drills on an empty, migrated store, delivery not counted.

    Each member has answered `past` drills before, of a bank of so many; 0: of the usual one.
    """
    told = Settings(_env_file=None, database_url=url)
    bank = _bank(drills) if drills else None
    async with app.build_deps(told, clock_at(DUE.isoformat()), bank=bank) as deps:
        await fill(deps, count, past)
        begun = time.perf_counter()
        await jobs.open_due(deps)
        return time.perf_counter() - begun


def _bank(size: int) -> Content:
    """The usual drills under as many names as that takes."""
    usual = content.load([ROOT / "content"])
    drills = sorted(usual.drills.values(), key=lambda drill: drill.id)
    picked = (drills[number % len(drills)] for number in range(size))
    named = [one.model_copy(update={"id": f"{one.id}-{nth}"}) for nth, one in enumerate(picked)]
    return replace(usual, drills={drill.id: drill for drill in named})


async def fill(deps: Deps, count: int, past: int) -> None:
    """Members of one workspace, all due at `DUE`, with a past each."""
    async with deps.transaction() as session:
        place = await workspaces.installed(session, "T0BENCH", "Bench", "U0BOT", deps.machine_now())
        members = [
            {"workspace_id": place, "user_id": f"U{number:05}", "tz": "Europe/Berlin"}
            for number in range(count)
        ]
        await session.execute(insert(Member), members)
        ids = list((await session.execute(Member.__table__.select())).scalars())
        plans = [
            {"workspace_id": place, "member_id": one, "set_up_at": DUE, "next_due_at": DUE}
            for one in ids
        ]
        await session.execute(insert(PracticePlan), plans)
        await _give_past(session, deps.content, place, ids, past)


async def _give_past(
    session: AsyncSession, bank: Content, place: int, ids: list[int], past: int
) -> None:
    drills = sorted(bank.drills.values(), key=lambda drill: drill.id)
    for day in range(past):
        drill = drills[day % len(drills)]
        at = DUE - timedelta(days=past - day)
        rows = [_session(place, one, at, drill) for one in ids]
        first = day * len(ids) + 1
        cards = [_card(place, one, at, drill, first + nth) for nth, one in enumerate(ids)]
        for start in range(0, len(rows), CHUNK):
            await session.execute(insert(DrillSession), rows[start : start + CHUNK])
            await session.execute(insert(StoredScorecard), cards[start : start + CHUNK])


def _session(place: int, member_id: int, at: datetime, drill: Drill) -> dict[str, object]:
    return {
        "workspace_id": place,
        "member_id": member_id,
        "kind": "daily",
        "daily_date": at.date(),
        "drill_id": drill.id,
        "drill_version": drill.version,
        "family": drill.family,
        "aim": list(Cell)[at.day % 4].value,
        "stage": "daily",
        "state": "closed",
        "planned_at": at,
    }


def _card(
    place: int, member_id: int, at: datetime, drill: Drill, session_id: int
) -> dict[str, object]:
    marks = {cell.value: float((at.day + nth) % 5) for nth, cell in enumerate(Cell)}
    return marks | {
        "workspace_id": place,
        "member_id": member_id,
        "topic": card_topic(session_id, Part.ANSWER),
        "drill_id": drill.id,
        "scorer": "local",
        "rubric": "v1",
        "card": {},
        "overall": 2.0,
        "at": at,
    }
