"""What comes unprompted, and what does not: rests, reminders, quiet hours, budget, late drills."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot.drills.tables import DrillSession
from bot.drills.views import box, reminder
from bot.people import service as people
from bot.people.rules import WEEKDAYS
from bot.plans import service as plans
from bot.plans.service import Setup
from tests.person import Person, until
from tests.world import ANSWER, World

ANA = "U0ANA"  # in Madrid; the world begins at 08:58 there, on Tuesday 3 March
MADRID = ZoneInfo("Europe/Madrid")

# A week of days takes a while, so each of these is lived through on one store.
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ON_POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


async def set_up(world: World, at: time = time(9), **limits: Any) -> Person:
    """A daily drill for Ana on work days."""
    (place,) = world.deps.directory.all()
    async with world.deps.transaction() as session:
        member = await people.ensure(session, place.workspace_id, ANA)
        for name, value in limits.items():
            setattr(member, name, value)
        form = Setup("leadership", at, WEEKDAYS[:5], "Europe/Madrid", None, "text", False)
        await plans.set_up(session, member, form, world.deps.now())
    return world.person(ANA)


async def rules_of(person: Person) -> list[str]:
    return [rule for rule, _ in await person.got()]


def madrid(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=MADRID)


async def silent_day(world: World, day: str, at: str = "09:00") -> None:
    """The drill comes and its thirty minutes pass without a word."""
    begins = madrid(f"{day} {at}")
    for minutes in (0, 21, 31):
        await world.move_to(begins + timedelta(minutes=minutes))


WEEK = ("2026-03-03", "2026-03-04", "2026-03-05", "2026-03-06", "2026-03-09")


@ON_POSTGRESQL
async def test_five_silent_work_days_then_one_question_and_rest(world: World) -> None:
    ana = await set_up(world)

    for day in WEEK:
        assert (await rules_of(ana)).count("drill.rest") == 0
        await silent_day(world, day)
    for day in ("2026-03-10", "2026-03-11", "2026-03-16"):
        await silent_day(world, day)

    rules = await rules_of(ana)
    assert rules.count("drill.daily") == 5
    assert rules.count("drill.rest") == 1
    words = next(message["text"] for rule, message in await ana.got() if rule == "drill.rest")
    assert "5 drills went by without an answer" in words

    await ana.types("/drill now")  # called: the daily drill goes on
    await silent_day(world, "2026-03-17")
    assert (await rules_of(ana)).count("drill.daily") == 6


@ON_SQLITE
async def test_an_answer_begins_the_count_anew(world: World) -> None:
    ana = await set_up(world)
    for day in WEEK[:4]:
        await silent_day(world, day)
    await world.move_to(madrid(f"{WEEK[4]} 09:00"))
    drill = [message for rule, message in await ana.got() if rule == "drill.daily"][-1]
    await ana.says(await ana.app(), ANSWER, thread_ts=drill["ts"])
    await world.card(ana, drill)

    await silent_day(world, "2026-03-10")

    assert (await rules_of(ana)).count("drill.rest") == 0
    assert (await rules_of(ana)).count("drill.daily") == 6


@ON_SQLITE
async def test_the_question_waits_for_the_end_of_quiet_hours(world: World) -> None:
    ana = await set_up(world, time(20, 45))
    for day in WEEK:
        await silent_day(world, day, "20:45")  # closes at 21:15, in quiet hours
    assert (await rules_of(ana)).count("drill.rest") == 0
    assert (await rules_of(ana)).count("drill.reminder") == 0  # 21:05 is quiet too

    await world.move_to(madrid("2026-03-10 06:59"))
    assert (await rules_of(ana)).count("drill.rest") == 0
    await world.move_to(madrid("2026-03-10 07:00"))
    assert (await rules_of(ana)).count("drill.rest") == 1


async def test_one_reminder_ten_minutes_before_the_end(world: World) -> None:
    ana = await set_up(world)
    counts = []
    for at in ("09:00", "09:19", "09:21", "09:29", "09:31", "10:30"):
        await world.move_to(madrid(f"2026-03-03 {at}"))
        counts.append((await rules_of(ana)).count("drill.reminder"))

    assert counts == [0, 0, 1, 1, 1, 1]
    (said,) = [message for rule, message in await ana.got() if rule == "drill.reminder"]
    async with world.deps.transaction() as session:
        row = (await session.scalars(select(DrillSession))).one()
    minutes = world.deps.content.drills[row.drill_id].minutes
    assert f"{box(minutes)[1:]} answer is enough: give it in this thread." in said["text"]


@pytest.mark.parametrize(
    ("length", "said"), [(8, "An 8-minute answer is"), (1.5, "A 90-second answer is")]
)
def test_the_reminder_knows_how_long_an_answer_is(length: float, said: str) -> None:
    assert reminder(7, 10, length).text.startswith(f"10 minutes of this session are left. {said}")


async def test_no_reminder_after_the_session_or_an_answer(world: World) -> None:
    ana = await set_up(world)
    await world.move_to(madrid("2026-03-03 09:00"))
    await world.move_to(madrid("2026-03-03 09:45"))  # nobody ticked at 09:20
    await world.move_to(madrid("2026-03-04 09:00"))
    drill = [message for rule, message in await ana.got() if rule == "drill.daily"][-1]
    await ana.says(await ana.app(), ANSWER, thread_ts=drill["ts"])
    await world.card(ana, drill)
    for minute in (21, 31):
        await world.move_to(madrid(f"2026-03-04 09:{minute}"))

    assert "drill.reminder" not in await rules_of(ana)


@pytest.mark.parametrize(
    "limits",
    [
        {"muted": ["drill.reminder"]},
        {"weekly_budget": 1},  # the drill itself uses it up
        {"quiet_from": time(9, 15), "quiet_to": time(10)},
    ],
    ids=["muted", "budget", "quiet"],
)
async def test_a_reminder_that_nobody_wants(world: World, limits: dict[str, Any]) -> None:
    ana = await set_up(world, **limits)

    await silent_day(world, "2026-03-03")
    await silent_day(world, "2026-03-04")

    rules = await rules_of(ana)
    assert rules.count("drill.reminder") == 0
    assert rules.count("drill.daily") == 2  # the drill itself never falls to the budget


async def test_late_within_three_hours_comes_later_is_skipped_and_told(world: World) -> None:
    ana = await set_up(world)
    await world.move_to(madrid("2026-03-03 11:59"))  # nothing ticked since 08:58
    assert (await rules_of(ana)).count("drill.daily") == 1

    await world.move_to(madrid("2026-03-04 12:01"))  # a minute too late
    assert (await rules_of(ana)).count("drill.daily") == 1
    await ana.home()
    told = "The drill of Wednesday 4 March 2026 was skipped"
    home = await ana_home(world, ana, told)
    assert told in home

    await world.move_to(madrid("2026-03-05 09:00"))
    drills = [message for rule, message in await ana.got() if rule == "drill.daily"]
    assert len(drills) == 2
    assert "The drill of Wednesday 4 March was skipped" in str(drills[-1]["blocks"])


async def ana_home(world: World, ana: Person, words: str) -> str:
    """App Home once it shows these words."""

    async def shown() -> str:
        view = str(await ana.home_now())
        return view if words in view else ""

    found: str = await until(shown)
    return found
