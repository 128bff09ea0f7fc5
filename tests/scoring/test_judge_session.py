"""The judge in a drill's thread: the whole bot, a local Slack and a real model endpoint."""

import asyncio
import json
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import web

from bot import doctoring
from bot.config import Settings, sandboxed
from bot.drills import views
from bot.drills.answers import judging
from bot.endpoint import Breaker
from bot.errors import SettingsWrong
from bot.home.jobs import forget
from bot.scoring.judge import service as judgements
from bot.web.metrics import metrics
from tests import model_endpoint as model
from tests.fakes import clock_at
from tests.local_slack import serving
from tests.model_endpoint import Behaviour, Json, Model
from tests.person import Person, until
from tests.world import ANSWER, TUESDAY, World, beside, settings

ANA = "U0ANA"
DRILL = "reading-app-guardrails"
CELLS = ("Restatement", "Trade-offs", "Execution", "Communication")


@asynccontextmanager
async def judged_by(
    database_url: str, behaviour: Behaviour, **more: Any
) -> AsyncIterator[tuple[World, Model]]:
    """The bot with a model judge that behaves like this."""
    async with (
        model.model_endpoint(behaviour) as served,
        serving() as (slack, sandbox),
    ):
        told = settings(
            slack,
            database_url,
            llm_url=served.url,
            llm_key="sk-very-secret",
            llm_model="model-x",
            **more,
        )
        async with beside(slack, sandbox, told, clock_at(TUESDAY)) as world:
            await sandbox.connected()
            # One drill: what of an answer may be sent depends on the case it is about.
            whole = world.deps.content
            only = replace(whole, drills={DRILL: whole.drills[DRILL]})
            object.__setattr__(world.deps, "content", only)
            yield world, served


async def opened(world: World, person: Person) -> tuple[str, Json]:
    await person.types("/drill now")
    return await person.app(), await world.drill(person)


async def answered(world: World, person: Person, text: str = ANSWER) -> tuple[Json, Json]:
    """A drill, and the card so far of an answer to it."""
    dm, drill = await opened(world, person)
    await person.says(dm, text, thread_ts=drill["ts"])
    return drill, await world.card(person, drill, "so far")


async def final(world: World, person: Person, drill: Json, word: str) -> Json:
    """The card once it says this anywhere."""
    return await person.waits_for(
        lambda message: "Restatement:" in message["text"] and word in json.dumps(message),
        thread_ts=drill["ts"],
        timeout=8,
    )


def levels(card: Json) -> dict[str, int]:
    found = dict(re.findall(r"^([A-Z][a-z-]+): (\d)/4$", card["text"], re.M))
    return {cell: int(found[cell]) for cell in CELLS}


async def test_the_card_comes_first_and_the_judge_is_asked_once_it_is_final(
    database_url: str,
) -> None:
    async with judged_by(database_url, model.judging(2)) as (world, served):
        ana = world.person(ANA)
        drill, card = await answered(world, ana)
        await asyncio.sleep(0.3)
        assert served.requests == []

        await ana.clicks(drill, views.DONE)
        told = await final(world, ana, drill, "by model-x at 127.0.0.1")

        assert told["ts"] == card["ts"]
        assert len(served.requests) == 1
        shown = json.dumps(told["blocks"], ensure_ascii=False)
        assert re.search(
            r"Overall \d\.\d of 4 \(\d\.\d by embedded-v\d+ · \d\.\d by model-x", shown
        )
        assert "model-x: It says so." in shown
        before, after = levels(card), levels(told)
        assert all(abs(after[cell] - before[cell]) <= 1 for cell in CELLS)
        for cell in CELLS:
            if after[cell] != before[cell]:
                assert f"alone gave {before[cell]}." in shown


async def test_the_end_of_the_box_asks_too_and_a_late_edit_asks_again(database_url: str) -> None:
    async with judged_by(database_url, model.judging(3)) as (world, served):
        ana = world.person(ANA)
        dm, drill = await opened(world, ana)
        mine = await ana.says(dm, ANSWER, thread_ts=drill["ts"])
        await world.card(ana, drill, "so far")
        await world.pass_time(minutes=11)
        await final(world, ana, drill, "by model-x")
        assert len(served.requests) == 1

        await ana.edits(mine, f"{ANSWER} Bea writes down on 9 March what we learned.")
        await until(lambda: len(served.requests) == 2)
        await final(world, ana, drill, "by model-x")


async def test_the_same_words_are_not_judged_twice(database_url: str) -> None:
    async with judged_by(database_url, model.judging(3)) as (world, served):
        ana = world.person(ANA)
        dm, drill = await opened(world, ana)
        mine = await ana.says(dm, ANSWER, thread_ts=drill["ts"])
        await world.card(ana, drill, "so far")
        await ana.clicks(drill, views.DONE)
        await final(world, ana, drill, "by model-x")
        longer = f"{ANSWER} Bea writes down on 9 March what we learned."
        await ana.edits(mine, longer)
        await until(lambda: len(served.requests) == 2)
        await ana.edits(mine, ANSWER)
        await asyncio.sleep(0.5)
        await final(world, ana, drill, "by model-x")
        assert len(served.requests) == 2


FAILING = {
    "500": (model.status(500), "had a fault of its own"),
    "429": (model.status(429), "takes no more questions right now"),
    "401": (model.status(401), "does not accept our key"),
    "prose": (lambda _: "Great answer!", "could not be read"),
    "another's words": (
        model.judging(4, quote="words that nobody ever wrote"),
        "quoted words that are not in your answer",
    ),
}


@pytest.mark.parametrize(("behaviour", "said"), FAILING.values(), ids=FAILING)
async def test_when_it_fails_the_scorer_stands_and_the_card_says_why(
    database_url: str, behaviour: Behaviour, said: str
) -> None:
    async with judged_by(database_url, behaviour) as (world, _):
        ana = world.person(ANA)
        drill, card = await answered(world, ana)
        await ana.clicks(drill, views.DONE)
        told = await final(world, ana, drill, said)
        assert levels(told) == levels(card)
        assert said in told["text"]
        assert "model-x at 127.0.0.1" in told["text"]


async def test_one_cell_without_its_words_keeps_the_scorers_mark(database_url: str) -> None:
    def behave(body: Json) -> str:
        made = json.loads(model.marks(body, 2))
        made["cells"]["execution"] = {"score": 0.5, "quote": "not in the answer", "reason": ""}
        return json.dumps(made)

    async with judged_by(database_url, behave) as (world, _):
        ana = world.person(ANA)
        drill, card = await answered(world, ana)
        await ana.clicks(drill, views.DONE)
        told = await final(world, ana, drill, "Execution keeps the scorer")
        assert levels(told)["Execution"] == levels(card)["Execution"]


async def test_nothing_private_leaves(database_url: str) -> None:
    private = (
        "I would call Ana Lima and <@U0BEN> about the {subject} at +49 170 1234567 and mail "
        "ana.lima@example.com, see https://wiki.example.com/plan?id=7 first."
    )
    async with judged_by(database_url, model.judging(3)) as (world, served):
        ana = world.person(ANA)
        dm, drill = await opened(world, ana)
        # A sentence goes out where it uses a word of the drill, so this one does.
        asked = next(
            one for one in world.deps.content.drills.values() if one.prompt.strip() in drill["text"]
        )
        subject = max(re.findall(r"[a-z]+", asked.prompt), key=len)
        text = f"{ANSWER} {private.format(subject=subject)}"
        await ana.says(dm, text, thread_ts=drill["ts"])
        await world.card(ana, drill, "so far")
        await ana.clicks(drill, views.DONE)
        await final(world, ana, drill, "by model-x")
        sent = json.dumps(served.requests, ensure_ascii=False)
        for word in ("Ana", "Lima", "U0BEN", "1234567", "example.com", "U0ANA", drill["channel"]):
            assert word not in sent
        assert "[person 1]" in sent
        assert "[email]" in sent


async def test_what_the_model_writes_calls_nobody(database_url: str) -> None:
    rude = "<!channel> <@U0BEN> look at <https://evil.example|this> `and` *this* & that"
    async with judged_by(database_url, model.judging(2, reason=rude)) as (world, _):
        ana = world.person(ANA)
        drill, _ = await answered(world, ana)
        await ana.clicks(drill, views.DONE)
        told = await final(world, ana, drill, "by model-x")
        shown = json.dumps(told)
        assert "&lt;!channel&gt;" in shown
        for mark in ("<!channel>", "<@U0BEN>", "<https://evil"):
            assert mark not in shown


async def test_an_answer_that_changes_meanwhile_is_asked_about_as_it_stands(
    database_url: str,
) -> None:
    slow = model.slowly(model.judging(3), 0.6)
    async with judged_by(database_url, slow) as (world, served):
        ana = world.person(ANA)
        dm, drill = await opened(world, ana)
        mine = await ana.says(dm, ANSWER, thread_ts=drill["ts"])
        await world.card(ana, drill, "so far")
        await ana.clicks(drill, views.DONE)
        await until(lambda: len(served.requests) == 1)
        await ana.edits(mine, f"{ANSWER} Bea writes down on 9 March what we learned.")
        await until(lambda: len(served.requests) == 2)
        await final(world, ana, drill, "by model-x")
        assert "what we learned" in json.dumps(served.requests[1])


async def test_a_withdrawn_answer_leaves_nothing_of_what_was_said_of_it(
    database_url: str,
) -> None:
    async with judged_by(database_url, model.judging(3)) as (world, _):
        ana = world.person(ANA)
        dm, drill = await opened(world, ana)
        mine = await ana.says(dm, ANSWER, thread_ts=drill["ts"])
        await world.card(ana, drill, "so far")
        await ana.clicks(drill, views.DONE)
        await final(world, ana, drill, "by model-x")
        await ana.deletes(mine)
        await world.card(ana, drill, "withdrawn")
        async with world.deps.transaction() as session:
            assert await judgements.claim(session, world.deps.machine_now(), 9) == []
            count = await session.connection()
            rows = (await count.exec_driver_sql("SELECT count(*) FROM judgements")).scalar()
        assert rows == 0


async def test_old_verdicts_go_with_old_answers(database_url: str) -> None:
    async with judged_by(database_url, model.judging(3)) as (world, _):
        ana = world.person(ANA)
        drill, _ = await answered(world, ana)
        await ana.clicks(drill, views.DONE)
        await final(world, ana, drill, "by model-x")
        await world.pass_time(days=401)
        await forget(world.deps)
        async with world.deps.transaction() as session:
            connection = await session.connection()
            told = await connection.exec_driver_sql("SELECT count(*) FROM judgements")
            assert told.scalar() == 0


async def test_a_days_budget_is_kept_over_replicas(database_url: str) -> None:
    async with judged_by(database_url, model.judging(3), llm_daily=1) as (world, served):
        ana, ben = world.person(ANA), world.person("U0BEN")
        drill, _ = await answered(world, ana)
        await ana.clicks(drill, views.DONE)
        await final(world, ana, drill, "by model-x")
        second, card = await answered(world, ben)
        await ben.clicks(second, views.DONE)
        told = await final(world, ben, second, "are used up")
        assert levels(told) == levels(card)
        assert len(served.requests) == 1


async def test_many_at_once_spend_no_more_than_the_days_budget(world: World) -> None:
    workspace = world.workspace_id
    day = world.deps.now().date()

    async def one() -> bool:
        async with world.deps.transaction() as session:
            return await judgements.spend(session, workspace, day, 5)

    assert sum(await asyncio.gather(*(one() for _ in range(12)))) == 5


async def test_a_member_can_switch_it_off_at_once(database_url: str) -> None:
    async with judged_by(database_url, model.judging(3)) as (world, served):
        ana = world.person(ANA)
        await ana.types("/drill setup")
        form = await ana.waits_for_modal()
        assert "model-x at 127.0.0.1" in json.dumps(form)
        drill, _ = await answered(world, ana)
        await ana.submits(form, {"tz": "Europe/Berlin", "judge": []})
        await ana.waits_for(lambda message: message["text"].startswith("Saved."))
        await ana.clicks(drill, views.DONE)
        await world.card(ana, drill, "Your scorecard.")
        await asyncio.sleep(0.5)
        assert served.requests == []
        home = await ana.waits_for_home() if await ana.home() is None else await ana.home_now()
        assert "*Second reader*  off" in json.dumps(home)


async def test_the_first_drill_says_who_reads(database_url: str) -> None:
    async with judged_by(database_url, model.judging(3)) as (world, served):
        _, drill = await opened(world, world.person(ANA))
        shown = json.dumps(drill["blocks"], ensure_ascii=False)
        assert "model-x at 127.0.0.1 reads it too" in shown
        assert "sk-very-secret" not in json.dumps(drill)
        assert "/v1" not in shown
        assert served.requests == []


async def test_without_a_judge_nothing_speaks_of_one(world: World) -> None:
    ana = world.person(ANA)
    drill, _ = await answered(world, ana)
    await ana.clicks(drill, views.DONE)
    card = await world.card(ana, drill, "Your scorecard.")
    await ana.types("/drill setup")
    form = await ana.waits_for_modal()
    assert "reads it too" not in json.dumps([drill, card, form])
    assert "judge" not in json.dumps(form)
    assert world.deps.judge is None
    await judging.judge_waiting(world.deps)
    assert "drumbeat_judge" not in await metrics(world.deps)


def test_without_a_judge_httpx_is_not_even_loaded() -> None:
    code = (
        "import sys, bot.app, bot.features; "
        "sys.exit('httpx' in sys.modules or 'bot.scoring.judge.endpoint' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


async def test_delete_me_takes_what_was_said_along(database_url: str) -> None:
    async with judged_by(database_url, model.judging(3)) as (world, _):
        ana = world.person(ANA)
        drill, _ = await answered(world, ana)
        await ana.clicks(drill, views.DONE)
        await final(world, ana, drill, "by model-x")
        await ana.types("/drill delete-me")
        asked = await ana.waits_for(lambda message: "cannot be undone" in message["text"])
        await ana.clicks(asked, "home.delete_me")

        async def gone() -> bool:
            async with world.deps.transaction() as session:
                connection = await session.connection()
                told = await connection.exec_driver_sql("SELECT count(*) FROM judgements")
                return told.scalar() == 0

        await until(gone)


async def test_a_program_that_ends_in_mid_question_asks_again(database_url: str) -> None:
    """As after kill -9: the row is leased, nothing was recorded, and another life takes it on."""
    async with (
        model.model_endpoint(model.slowly(model.judging(3), 30)) as served,
        serving() as (slack, sandbox),
    ):
        told = settings(slack, database_url, llm_url=served.url, llm_model="model-x")
        async with beside(slack, sandbox, told, clock_at(TUESDAY)) as world:
            await sandbox.connected()
            ana = world.person(ANA)
            drill, _ = await answered(world, ana)
            await ana.clicks(drill, views.DONE)
            await until(lambda: len(served.requests) == 1)
            await world.card(ana, drill, "is reading your answer too")
        served.behaviour = model.judging(3)
        async with beside(slack, sandbox, told, clock_at(TUESDAY)) as world:
            async with world.deps.transaction() as session:
                connection = await session.connection()
                await connection.exec_driver_sql(  # the lease of sixty seconds has run out
                    "UPDATE judgements SET next_try_at = '2020-01-01 00:00:00+00:00'"
                )
            await final(world, world.person(ANA), drill, "by model-x")
            assert len(served.requests) == 2


async def test_metrics_and_doctor_tell_of_it(database_url: str) -> None:
    async with judged_by(database_url, model.judging(3)) as (world, served):
        ana = world.person(ANA)
        drill, _ = await answered(world, ana)
        await ana.clicks(drill, views.DONE)
        await final(world, ana, drill, "by model-x")
        page = await metrics(world.deps)
        assert 'drumbeat_judge_answers_total{outcome="answered"} 1' in page
        assert "drumbeat_judge_requests_total 1" in page
        found = {one.what: one for one in await doctoring.examine(world.deps.settings)}
        assert found["judge"].ok
        assert found["judge"].seen == "model-x at 127.0.0.1 marks"
        served.behaviour = model.status(401)
        found = {one.what: one for one in await doctoring.examine(world.deps.settings)}
        assert (found["judge"].ok, "key" in found["judge"].seen) == (False, True)


async def test_after_failures_nobody_waits_for_it(database_url: str) -> None:
    async with judged_by(database_url, lambda _: web.Response(status=500)) as (world, served):
        assert world.deps.judge is not None
        world.deps.judge.breaker = Breaker(failures=1)
        ana, ben = world.person(ANA), world.person("U0BEN")
        drill, _ = await answered(world, ana)
        await ana.clicks(drill, views.DONE)
        await final(world, ana, drill, "fault of its own")
        second, _ = await answered(world, ben)
        await ben.clicks(second, views.DONE)
        await final(world, ben, second, "left in peace")
        assert len(served.requests) == 1


@pytest.mark.parametrize(
    "given",
    [
        {"llm_url": "api.example.com/v1", "llm_model": "m"},
        {"llm_url": "https://user:pass@api.example.com/v1", "llm_model": "m"},
        {"llm_url": "https://api.example.com/v1?key=abc", "llm_model": "m"},
        {"llm_url": "https://api.example.com/v1"},
        {"llm_model": "m"},
    ],
    ids=["no scheme", "with a password", "with a query", "no model", "no address"],
)
def test_half_a_judge_is_no_setting(given: dict[str, str]) -> None:
    with pytest.raises((SettingsWrong, ValueError)):
        sandboxed(**given)


def test_a_whole_judge_is() -> None:
    told = sandboxed(llm_url="https://api.example.com/v1", llm_model="m")
    assert isinstance(told, Settings)
    assert "abc" not in repr(sandboxed(llm_url="http://x", llm_model="m", llm_key="abc"))
