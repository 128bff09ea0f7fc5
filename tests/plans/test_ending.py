"""After the interview day: asked once a day, told in a form, changed, and what follows."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot.declared import DECLARATIONS
from bot.errors import UserMistake
from bot.home import jobs as home_jobs
from bot.people import service as people
from bot.people.tables import Member
from bot.plans import service as plans
from bot.plans.ending import service
from bot.plans.ending.rules import Then, Word
from bot.plans.tables import Interview, PracticePlan
from bot.slack.declare import Verb
from tests.person import Json, Person, rule_of, shown
from tests.plans import planting
from tests.world import World

ANA = "U0ANA"
MADRID = ZoneInfo("Europe/Madrid")
DAY = date(2026, 3, 6)  # a Friday
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
GO_ON, REST = {"went": "well", "then": "go_on"}, {"went": "badly", "then": "rest"}


def madrid(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=MADRID)


async def at_the_day(world: World, now: str = "2026-03-06 18:00") -> Person:
    """Ana set up on Tuesday for an interview on Friday."""
    async with world.deps.transaction() as session:
        start = madrid("2026-03-03 08:00")
        await planting.planned(
            session, world.workspace_id, ANA, start, tz="Europe/Madrid", target=DAY
        )
        member = await people.ensure(session, world.workspace_id, ANA)
        (await plans.ensure(session, member)).next_due_at = None
    await world.move_to(madrid(now))
    return world.person(ANA)


async def asked(person: Person) -> list[Json]:
    """Messages about the interview that is over, oldest first."""
    seen = await person.sees(await person.app())
    return [one for one in seen if rule_of(one) == "plan.after"]


async def stored(world: World) -> tuple[PracticePlan, list[Interview]]:
    async with world.deps.transaction() as session:
        member = await people.ensure(session, world.workspace_id, ANA)
        rows = await session.scalars(select(Interview).order_by(Interview.day))
        return await plans.ensure(session, member), list(rows)


async def question(world: World, person: Person) -> Json:
    await person.types("/drill stats")
    await world.tick()
    return await person.waits_for(lambda one: "Until you tell me" in one["text"])


async def test_asked_with_the_next_answer_and_told_once(world: World) -> None:
    ana = await at_the_day(world)
    assert await asked(ana) == []  # unprompted it is not asked
    home = shown(await _home(ana))
    assert "Once it is over, tell me how it went" in home
    assert "Your interview is today, so nothing comes from me until you call." in home

    message = await question(world, ana)
    await ana.types("/drill track leadership")
    await ana.types("/drill delete-me")
    await world.tick()
    assert len(await asked(ana)) == 1  # once a day

    await ana.clicks(message, "plans.went")
    form = await ana.waits_for_modal()
    for typed, field in (
        ({"went": "well", "then": "new_date"}, "next_day"),
        ({"went": "well", "then": "go_on", "next_day": "2026-03-20"}, "next_day"),
        ({"went": "well", "then": "new_date", "next_day": "2026-03-06"}, "next_day"),
        ({"went": "well", "then": "new_date", "next_day": "2036-03-06"}, "next_day"),
    ):
        refused = await ana.submits(form, typed)
        assert list(refused["errors"]) == [field]
    assert (await stored(world))[1] == []

    form = await ana.waits_for_modal()
    typed = {"went": "so_so", "note": "Asked about <@U0BEN> & churn", "then": "new_date"}
    told = await ana.submits(form, typed | {"next_day": "2026-03-20"})
    assert told["closed"]
    await world.tick()
    plan, (row,) = await stored(world)
    assert (row.day, row.went, row.then, row.began_on) == (
        DAY,
        "so_so",
        "new_date",
        date(2026, 3, 3),
    )
    assert (plan.target, plan.began_on) == (date(2026, 3, 20), DAY)
    assert plan.next_due_at == madrid("2026-03-09 09:00")
    newest = await ana.waits_for(lambda one: "begins anew today" in one["text"])
    assert "Interview on Friday 20 March 2026, in 14 days. 10 practice days" in newest["text"]
    await ana.waits_for(lambda one: one["text"].startswith("Thank you, you have told me"))
    assert "U0BEN> & churn" not in shown(await _home(ana))  # typed: harmless

    await ana.clicks(newest, "plans.went")  # pressed again: filled with what was said
    form = await ana.waits_for_modal()
    kept = {block.get("block_id"): block.get("element", {}) for block in form["blocks"]}
    assert kept["went"]["initial_option"]["value"] == "so_so"
    assert kept["next_day"]["initial_date"] == "2026-03-20"
    await ana.submits(form, {"then": "go_on", "next_day": None})
    plan, (row,) = await stored(world)
    assert (plan.target, plan.began_on, row.then) == (None, date(2026, 3, 3), "go_on")
    assert plan.next_due_at == madrid("2026-03-09 09:00")

    assert row.note
    world.clock.move_to(madrid("2026-03-08 10:00") + timedelta(days=world.deps.settings.keep_days))
    await home_jobs.forget(world.deps)
    _, (row,) = await stored(world)
    assert (row.went, row.note) == ("so_so", "")  # old words go, as those of answers do


async def _home(person: Person) -> Json:
    await person.home()
    return await person.waits_for_home()


@ON_SQLITE
async def test_asked_again_on_another_day_and_not_after_a_new_date(world: World) -> None:
    ana = await at_the_day(world)
    await question(world, ana)
    await world.move_to(madrid("2026-03-08 10:00"))
    assert len(await asked(ana)) == 1
    await ana.types("/drill now")
    await world.tick()
    assert [("is today" in one["text"]) for one in await asked(ana)] == [True, False]

    await ana.types("/drill target 2026-04-10")
    await world.move_to(madrid("2026-03-09 10:00"))
    await ana.types("/drill stats")
    await world.tick()
    assert len(await asked(ana)) == 2
    notice = await ana.clicks((await asked(ana))[0], "plans.went")
    whispers = await ana.whispers(await ana.app())
    assert "You have named another date since" in f"{notice} {whispers}"


@ON_SQLITE
async def test_rest_is_silence_until_the_member_calls(world: World) -> None:
    ana = await at_the_day(world, "2026-03-08 18:00")
    await ana.clicks(await question(world, ana), "plans.went")
    await ana.submits(await ana.waits_for_modal(), REST)
    await world.tick()
    count = len(await ana.sees(await ana.app()))
    plan, _ = await stored(world)
    async with world.deps.transaction() as session:
        member = await people.ensure(session, world.workspace_id, ANA)
        assert plans.silent(plan, member, world.deps.now())
    for weeks in (1, 2, 6):
        await world.move_to(madrid("2026-03-09 09:00") + timedelta(weeks=weeks))
    assert len(await ana.sees(await ana.app())) == count

    said = (await ana.types("/drill resume"))["reply"]["text"]
    assert "The next drill comes on Tuesday 21 April" in said
    plan, _ = await stored(world)
    assert (plan.resting, plan.target) == (False, None)


def test_every_drill_command_asks_but_the_one_that_forgets() -> None:
    """The question hangs on the handlers, so a new command has it without being told."""
    verbs = [one for one in DECLARATIONS if isinstance(one, Verb) and one.command == "/drill"]
    asking = {one.name for one in verbs if "and_asks" in one.handler.__code__.co_name}
    assert {one.name for one in verbs} - asking == {"delete-me"}


class Said:
    """One member's plan in a store, asked and told without Slack."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def tell(self, now: str, day: date = DAY, then: str = "go_on", **more: Any) -> None:
        word = Word(more.get("went", "well"), "", then, more.get("next_day"))
        async with self.world.deps.transaction() as session:
            member = await people.ensure(session, self.world.workspace_id, ANA)
            plan = await plans.ensure(session, member)
            await service.tell(session, plan, member, day, word, madrid(now))

    async def name(self, now: str, day: date | None) -> None:
        async with self.world.deps.transaction() as session:
            member: Member = await people.ensure(session, self.world.workspace_id, ANA)
            plans.name_day(await plans.ensure(session, member), member, day, madrid(now))


@ON_SQLITE
async def test_saying_it_twice_changes_it_while_nothing_newer_is_there(world: World) -> None:
    await at_the_day(world)
    said = Said(world)
    with pytest.raises(UserMistake, match="interview_ahead"):
        await said.tell("2026-03-05 09:00")
    with pytest.raises(UserMistake, match="interview_settled"):
        await said.tell("2026-03-06 09:00", date(2026, 3, 2))
    await said.tell("2026-03-06 19:00", then=Then.REST)
    await said.tell("2026-03-06 19:00", then=Then.REST)  # the other device
    plan, rows = await stored(world)
    assert (len(rows), plan.resting, len(plan.pauses)) == (1, True, 1)

    await said.tell("2026-03-07 10:00", then=Then.NEW_DATE, next_day=date(2026, 3, 20))
    await said.tell("2026-03-09 10:00", then=Then.NEW_DATE, next_day=date(2026, 3, 20))
    plan, rows = await stored(world)
    assert (len(rows), plan.resting, plan.began_on) == (1, False, date(2026, 3, 7))

    await said.tell("2026-03-09 11:00", then=Then.GO_ON, went="badly")
    plan, rows = await stored(world)
    assert (plan.target, plan.began_on, rows[0].went) == (None, date(2026, 3, 3), "badly")
    assert plan.pauses[0][1] is not None  # the short rest is over and remembered

    await said.name("2026-03-09 12:00", date(2026, 3, 13))
    with pytest.raises(UserMistake, match="interview_settled"):
        await said.tell("2026-03-09 12:01", then=Then.REST)
    await said.tell("2026-03-13 20:00", date(2026, 3, 13))
    assert len((await stored(world))[1]) == 2
    with pytest.raises(UserMistake, match="interview_settled"):
        await said.tell("2026-03-13 20:01", then=Then.REST)  # of the first one
