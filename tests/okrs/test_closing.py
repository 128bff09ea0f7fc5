"""A quarter ends: grades, close-out, undo, the next cycle, and how sure the team was."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot import db
from bot.errors import UserMistake
from bot.okrs import service as okrs
from bot.okrs.calibration import service as calibration
from bot.okrs.checkins.tables import CheckIn
from bot.okrs.closing import service as closing
from bot.okrs.closing.rules import CloseOut, Said
from bot.okrs.closing.tables import Grade
from bot.okrs.drafting import service as drafting
from bot.okrs.tables import Cycle, KeyResult, KeyResultOwner, Objective, TeamCycle
from bot.outbox import waiting
from bot.people import service as people
from bot.people.tables import Member
from bot.workspaces import service as workspaces
from tests.okrs.planting import CHANNEL, Planted, invite, plant, said
from tests.person import Json, Person, rule_of, shown
from tests.world import World

LATE = datetime(2026, 3, 31, 12, tzinfo=UTC)  # in the last week
OVER = datetime(2026, 4, 6, 8, tzinfo=UTC)  # the Monday after, ten o'clock in Berlin


def _ended(planted: Planted) -> list[CheckIn]:
    """*ttfv* half-way, *checklist* out but for its last step; *refunds* was never measured."""
    return [
        said(planted, planted.ttfv, "U0ANA", LATE, 6.5, 8),
        said(planted, planted.ttfv, "U0ANA", OVER - timedelta(hours=8), 4.0),  # a day late
        said(planted, planted.checklist, "U0ANA", LATE, 75.0, 7),
    ]


async def _planted(world: World, *, invited: bool = True) -> Planted:
    async with world.deps.transaction() as session:
        place = world.workspace_id
        planted = await plant(session, place, world.deps.now())
        session.add_all(_ended(planted))
    if invited:
        invite(world)
    return planted


async def _grades(world: World, key_result_id: int) -> list[tuple[float | None, float, str]]:
    async with world.deps.transaction() as session:
        rows = await session.scalars(
            select(Grade).where(Grade.key_result_id == key_result_id).order_by(Grade.number)
        )
        return [(one.computed, one.given, one.onward) for one in rows]


def _asked(message: Json) -> bool:
    return rule_of(message) == "okr.close"


def _closed(message: Json) -> bool:
    return "how it ended" in str(message.get("blocks", [])[:1])


async def _end(world: World) -> None:
    await world.move_to(OVER)
    await world.pass_time(days=1)  # over Easter Monday and the night, wherever it is one


async def test_grading_closing_correcting_and_drafting(world: World) -> None:
    planted = await _planted(world)
    ana, ben, dev = (world.person(user) for user in ("U0ANA", "U0BEN", "U0DEV"))
    assert "still running" in shown((await ana.types("/okr close"))["reply"])
    await _end(world)
    assert await _grades(world, planted.ttfv) == [(0.5, 0.5, "")]
    assert await _grades(world, planted.refunds) == [(None, 0.0, "")]

    # errors at their fields, all at once; what was typed stays, and nothing is kept
    await ana.clicks(await ana.waits_for(_asked), "Grade")
    form = await ana.waits_for_modal()
    words = shown(form)
    promise = "Last value: 6.5 days. Promise: from 9 to 4 days. "
    assert f"{promise}That is 50\xa0% of the way: 0.5." in words
    assert "Refund rate" not in words
    ttfv, checklist = planted.ttfv, planted.checklist
    onward = {f"onward_{ttfv}": "change", f"onward_{checklist}": "keep"}
    wrong = await ana.submits(form, {f"grade_{ttfv}": "0.6", **onward})
    assert set(wrong["errors"]) == {f"reason_{ttfv}", f"cause_{ttfv}"}
    assert len(await _grades(world, ttfv)) == 1
    because = {
        f"reason_{ttfv}": "The last shops came a day late.",
        f"cause_{ttfv}": "We built before we asked <!channel> shops.",
    }
    kept = await ana.submits(await ana.waits_for_modal(), because)
    assert "1 key result of Checkout, 2026-Q1 still wants a grade" in shown(kept["view"])

    # the last grade closes; the channel hears grades and causes, and nobody's name
    await ben.types("/okr close")
    form = await ben.waits_for_modal()
    assert "never measured" in shown(form)
    given = {f"cause_{planted.refunds}": "No report.", f"onward_{planted.refunds}": "drop"}
    done = await ben.submits(form, given)
    assert "is closed" in shown(done["view"])
    await world.tick()
    out = await ana.waits_for(_closed, CHANNEL)
    told = shown(out)
    assert "1 of 3 key results reached 0.7 or more" in told
    assert (
        "*0.6* (by the figures 0.5: “The last shops came a day late.”); next cycle: to be changed"
        in told
    )
    assert "“We built before we asked &lt;!channel&gt; shops.”" in told
    assert told.count("The first-sale checklist is out") == 1
    assert told.count("next cycle: kept") == told.count("next cycle: dropped") == 1
    assert not any(name in told for name in ("U0ANA", "U0BEN", "Ana", "Ben"))
    over = await ben.types("/okr close")
    assert "closed, 3 key results graded" in shown(over["reply"])
    assert "Reopen" not in str(over["reply"])

    out = await _undone_and_done_again(world, ana, planted, out)
    await _next_cycle(world, ana, ben, out)
    assert await _whispered(ben, out, "How sure were we?") == "takes 5 graded key results"
    assert await _whispered(dev, out, "How sure were we?") == "shown to that team alone"


async def _undone_and_done_again(world: World, ana: Person, planted: Planted, out: Json) -> Json:
    await ana.types("/okr close")
    await ana.clicks(await _newest_whisper(ana), "Reopen")
    await ana.types("/okr close")
    await ana.clicks(await _newest_whisper(ana), "Look at my grades")
    form = await ana.waits_for_modal()
    assert "The last shops came a day late." in str(form)
    await ana.submits(form, {f"grade_{planted.ttfv}": "0.7", f"cause_{planted.ttfv}": ""})
    await world.tick()
    again = next(one for one in await ana.sees(CHANNEL) if one["ts"] == out["ts"])
    assert "was reopened by its lead" in shown(again)
    await ana.types("/okr close")
    await ana.clicks(await _newest_whisper(ana), "Close it again")
    await world.tick()
    seen = [one for one in await ana.sees(CHANNEL) if _closed(one)]
    assert len(seen) == 1
    assert "2 of 3 key results reached 0.7 or more" in shown(seen[0])
    assert await _grades(world, planted.ttfv) == [
        (0.5, 0.5, ""),
        (0.5, 0.6, "change"),
        (0.5, 0.7, "change"),
    ]
    await world.pass_time(days=2)
    assert "Reopen" not in str(await ana.types("/okr close"))
    return seen[0]


async def _newest_whisper(person: Person) -> Json:
    return (await person.whispers(await person.app()))[-1]


async def _whispered(person: Person, where: Json, what: str) -> str:
    """What of the known answers is whispered after a click."""
    await person.clicks(where, what)
    said = (await person.whispers(CHANNEL))[-1]["text"]
    known = ("takes 5 graded key results", "shown to that team alone", "Only the team’s lead")
    return next(one for one in known if one in said)


async def _next_cycle(world: World, ana: Person, ben: Person, out: Json) -> None:
    assert await _whispered(ben, out, "Draft the next cycle") == "Only the team’s lead"
    await ana.clicks(out, "Draft the next cycle")
    await ana.clicks(out, "Draft the next cycle")
    drafted = (await ana.whispers(CHANNEL))[-1]
    words = shown(drafted)
    assert "Monday 6 April 2026 to Sunday 5 July 2026" in words
    assert "first sale: _to be changed; its guardrail does not go on_" in words
    assert "Dropped: Refund rate." in words
    await world.tick()
    out = next(one for one in await ana.sees(CHANNEL) if one["ts"] == out["ts"])
    assert "The next cycle is drafted: 2026-Q2. `/okr edit` changes it." in shown(out)
    assert "Draft the next cycle" not in str(out)
    over = (await ana.types("/okr close"))["reply"]
    assert "The next cycle is drafted: 2026-Q2" in shown(over)
    assert "Draft the next cycle" not in str(over)
    async with world.deps.transaction() as session:
        new = (await session.scalars(select(Cycle).where(Cycle.key == "2026-Q2"))).one()
        objective = (
            await session.scalars(select(Objective).where(Objective.cycle_id == new.id))
        ).one()
        rows = (
            await session.scalars(
                select(KeyResult).where(KeyResult.cycle_id == new.id).order_by(KeyResult.position)
            )
        ).all()
        assert [(one.key, one.baseline, one.target) for one in rows] == [
            ("ttfv", 6.5, 4),
            ("checklist", None, None),
        ]
        owners = await session.scalars(
            select(KeyResultOwner).where(KeyResultOwner.key_result_id == rows[0].id)
        )
        assert sorted((one.function, one.accountable) for one in owners) == [
            ("engineering", False),
            ("product", True),
        ]
        part = (await session.scalars(select(TeamCycle).where(TeamCycle.cycle_id == new.id))).one()
        assert (objective.state, part.next_round_at, part.close_at) == ("draft", None, None)
    assert "nobody is asked for anything until it is started" in str(await ana.types("/okr close"))

    await ana.clicks(drafted, "Start all of them")
    assert "The first check-in is on" in (await ana.whispers(CHANNEL))[-1]["text"]
    async with world.deps.transaction() as session:
        part = (await session.scalars(select(TeamCycle).where(TeamCycle.cycle_id == new.id))).one()
        assert part.next_round_at is not None
        again = await session.get_one(Objective, objective.id)
        assert again.state == "active"
    await ana.clicks(drafted, "Start all of them")
    assert "started already" in (await ana.whispers(CHANNEL))[-1]["text"]


async def test_silence_is_closed_by_the_figures_and_told_to_the_lead(world: World) -> None:
    """Ben has left, nobody grades, and the channel will not have the message."""
    planted = await _planted(world, invited=False)
    async with world.deps.transaction() as session:
        ben = await session.merge(planted.members["U0BEN"])
        ben.is_deleted = True
    ana = world.person("U0ANA")
    await _end(world)
    asked = await ana.waits_for(_asked)
    assert "Yours to grade (2)" in asked["text"]
    assert "so they come to you as the lead*\n• Refund rate" in asked["text"]
    await ana.clicks(asked, "Grade")
    assert "Refund rate" in shown(await ana.waits_for_modal())

    await world.pass_time(days=5)
    async with world.deps.transaction() as session:
        assert (await session.get_one(TeamCycle, planted.team_cycle_id)).closed_at is None
    await world.pass_time(days=1, hours=1)
    told = shown(await ana.waits_for(_closed))
    assert "Not decided for the next cycle: Days from sign-up" in told
    assert "*0.5* (by the figures; nobody gave a grade)" in told
    assert "*0.0* (never measured; nobody gave a grade)" in told
    assert "/invite @Drumbeat" in told
    # taken back and closed again, the lead's message changes and nothing is left waiting
    await ana.types("/okr close")
    await ana.clicks(await _newest_whisper(ana), "Reopen")
    await ana.types("/okr close")
    await ana.submits(
        await ana.waits_for_modal(),
        {
            f"grade_{planted.ttfv}": "0.5",
            **{f"cause_{one}": "Late." for one in (planted.ttfv, planted.refunds)},
            **{f"onward_{one}": "drop" for one in (planted.ttfv, planted.refunds)},
            f"onward_{planted.checklist}": "drop",
        },
    )
    await ana.types("/okr close")
    await ana.clicks(await _newest_whisper(ana), "Close it again")
    await world.tick()
    seen = [one for one in await ana.sees(await ana.app()) if _closed(one)]
    assert len(seen) == 1
    assert shown(seen[0]).count("next cycle: dropped") == 3
    assert len([one for one in await ana.sees(await ana.app()) if _asked(one)]) == 1
    async with world.deps.transaction() as session:
        assert await waiting.lines(session, world.deps.now(), world.deps.machine_now()) == []


async def test_the_last_grades_at_once_close_once_and_two_drafts_are_one(
    database_url: str,
) -> None:
    engine = db.engine(database_url)
    sessions = db.sessions(engine)
    async with sessions() as session, session.begin():
        place = await workspaces.ensure(session, "T1", LATE)
        planted = await plant(session, place, LATE)
        session.add_all(_ended(planted))
        half, checklist = LATE - timedelta(days=40), planted.checklist
        session.add(said(planted, planted.ttfv, "U0ANA", half, None, 3))
        session.add(said(planted, checklist, "U0ANA", half - timedelta(days=7), None, 2))
        session.add(said(planted, checklist, "U0ANA", half, None, 9))
        session.add(said(planted, checklist, "U0BEN", half, None, 7))
    async with sessions() as session, session.begin():
        asked, _ = await closing.ask_due(session, OVER)
    assert {one.member.user_id for one in asked} == {"U0ANA", "U0BEN"}
    ana, ben = planted.members["U0ANA"], planted.members["U0BEN"]
    keep = {"cause": "Late.", "onward": "keep"}
    hers = [Said(planted.ttfv, 0.5, **keep), Said(planted.checklist, 0.75, onward="keep")]
    his = [Said(planted.refunds, 0.0, **keep)]

    async def give(member: Member, grades: list[Said]) -> CloseOut | None:
        async with sessions() as session, session.begin():
            return await closing.give(session, member, planted.team_cycle_id, grades, OVER)

    closed = await asyncio.gather(give(ana, hers), give(ben, his))
    assert len([one for one in closed if one]) == 1
    with pytest.raises(UserMistake, match="close_over"):
        await give(ben, his)

    async with sessions() as session, session.begin():
        chloe = planted.members["U0CHLOE"]
        told = await calibration.sureness(session, chloe, planted.team_cycle_id)
        assert told == ("Checkout", None, 2)  # *refunds* never had a confidence
        row = await session.get_one(TeamCycle, planted.team_cycle_id)
        cycle = await session.get_one(Cycle, row.cycle_id)
        assert await calibration.pairs_of(session, row, cycle) == [(3.0, False), (8.0, True)]
        admin = await people.ensure(session, place, "U0DEV")
        admin.is_admin = True
        with pytest.raises(UserMistake, match="sure_not_yours"):
            await calibration.sureness(session, admin, planted.team_cycle_id)

    async def draft() -> int:
        async with sessions() as session, session.begin():
            told = await drafting.draft(session, ana, planted.team_cycle_id, OVER)
        return sum(len(one.key_results) for one in told.objectives)

    assert list(await asyncio.gather(draft(), draft())) == [3, 3]
    async with sessions() as session, session.begin():
        new = await okrs.cycle_of(session, place, "2026-Q2")
        assert new is not None
        rows = (await session.scalars(select(KeyResult).where(KeyResult.cycle_id == new.id))).all()
        by_key = {one.key: one for one in rows}
        assert len(rows) == 3
        assert by_key["ttfv"].guardrail_id == by_key["refunds"].id
    await engine.dispose()
