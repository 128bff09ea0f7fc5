"""A coding drill as a member meets it: the whole bot, both databases."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.drills.queries.worker import ENGINE, QueryEngine
from bot.drills.views import WRITE
from bot.home import views as home
from tests.databases import Postgres
from tests.ending import ended_once
from tests.person import Json, Person, rule_of, until
from tests.world import World, living

DRILL = "ferry-stars-from-nobody"
WORDS = (
    "I would leave the crew alone. The column counts a blank as a nought; without that Skerries "
    "has 4.6 and Sentrum 4.2, though only 30% were rated. On Monday Niamh moves the screen."
)
WRONG = "SELECT line, COUNT(*), COUNT(stars), 80.0, ROUND(AVG(stars), 2) FROM crossings GROUP BY 1"


def right(world: World) -> str:
    sql = world.deps.content.drills[DRILL].sql
    assert sql is not None
    return sql.query


async def opened(world: World, person: Person) -> Json:
    """The coding drill, open in the person's direct message: the bank is cut down to it."""
    deps = world.deps
    only = replace(deps.content, drills={DRILL: deps.content.drills[DRILL]})
    object.__setattr__(deps, "content", only)
    await person.types("/drill track metrics-coding")
    await person.types("/drill now")
    return await world.drill(person)


async def result(person: Person, drill: Json, *words: str) -> Json:
    def fits(message: Json) -> bool:
        return rule_of(message) == "drill.query" and all(word in str(message) for word in words)

    return await person.waits_for(fits, thread_ts=drill["ts"])


def shown(message: Json) -> str:
    return "\n".join(
        str(block.get("text", {}).get("text") or block.get("elements"))
        for block in message["blocks"]
    )


async def test_a_query_in_the_thread_is_run_told_and_kept_from_the_scorer(world: World) -> None:
    ana = world.person("U0ANA")
    drill = await opened(world, ana)
    assert "Write SQL" in str(drill["blocks"])
    first = await ana.says(drill["channel"], f"```{WRONG}```", drill["ts"])
    told = await result(ana, drill, "Query: not yet")
    assert "`80.0` differs in 1 row" in shown(told)
    assert "37.5" not in shown(told)
    assert "pct_rated" not in shown(told)
    assert "twelve words" in shown(told)
    await ana.waits_for(lambda one: "Your scorecard comes here" in one["text"], None, drill["ts"])
    await ana.edits(first, f"```{right(world)}```\n{WORDS}")
    await result(ana, drill, "Query: right")
    card = await ana.waits_for(
        lambda one: "Query: right" in one["text"] and "Restatement:" in one["text"],
        thread_ts=drill["ts"],
    )
    assert "COALESCE" not in str(card)
    assert "GROUP BY" not in str(card)
    second = await ana.says(drill["channel"], "SELECT nothing FROM crossings;", drill["ts"])
    told = await result(ana, drill, "There is no column `nothing`")
    assert "SELECT nothing FROM crossings" in shown(told)
    assert "\n       ^" in shown(told)
    await ana.deletes(second)
    await result(ana, drill, "Query: right", "mean_stars")
    await ana.clicks(drill, "Done")
    final = await result(ana, drill, "One way to write it")
    assert "Query: right" in final["text"]
    export = str(await world.sandbox.get("messages", **{"as": "U0BEN", "channel": "C0GENERAL"}))
    assert "crossings" not in export


async def test_a_result_that_stood_in_the_way_is_not_left_to_its_lease(postgres: Postgres) -> None:
    with postgres.fresh() as url:
        async with living(url) as world:
            ana = world.person("U0ANA")
            drill = await opened(world, ana)
            async with ended_once(world.deps, "drill_queries", "NEW.verdict <> ''"):
                await ana.says(drill["channel"], f"```{WRONG}```", drill["ts"])
                assert await result(ana, drill, "Query: not yet")


async def test_the_form_shows_tables_runs_and_stays(world: World) -> None:
    ana = world.person("U0ANA")
    drill = await opened(world, ana)
    await ana.clicks(drill, WRITE)
    form = await until(ana.modal)
    assert "*crossings*, 600 rows" in str(form)
    assert "Skerries" not in form["title"]["text"]
    await ana.submits(form, {"query": "SELECT * FROM read_csv(‘/etc/passwd’)"})

    def holding(*words: str) -> Any:
        async def look() -> Json | None:
            view = await ana.modal()
            return view if view and all(word in str(view) for word in words) else None

        return look

    form = await until(holding("read_csv", "reaches outside"))
    await ana.submits(form, {"query": right(world)})
    form = await until(holding("Query: right", "mean_stars"))
    told = await result(ana, drill, "Query: right")
    assert "twelve words or more" in shown(told)
    await ana.closes(form)
    await ana.says(drill["channel"], WORDS, drill["ts"])
    await ana.waits_for(
        lambda one: "Query: right" in one["text"] and "Restatement:" in one["text"],
        thread_ts=drill["ts"],
    )
    await ana.clicks(drill, "Done")
    await result(ana, drill, "One way to write it")
    await ana.clicks(drill, "Write SQL")
    await until(lambda: _whispered(ana, "the one that counts"))


async def _whispered(person: Person, word: str) -> bool:
    return any(word in one["text"] for one in await person.whispers(await person.app()))


async def test_bombs_do_not_stop_the_bot_and_a_dead_engine_loses_nothing(
    world: World, tmp_path: Path
) -> None:
    ana = world.person("U0ANA")
    drill = await opened(world, ana)
    dead = tmp_path / "dead.py"
    dead.write_text("raise SystemExit(1)")
    object.__setattr__(world.deps, "queries", QueryEngine(engine=dead))
    bomb = "SELECT count(*) FROM range(100000000000) a, crossings"
    await ana.says(drill["channel"], f"```{bomb}```", drill["ts"])
    await result(ana, drill, "could not be run just now")
    object.__setattr__(world.deps, "queries", QueryEngine(engine=ENGINE, longest=0.4))
    await result(ana, drill, "It was stopped")
    await ana.says(drill["channel"], "```ATTACH '/tmp/x'```", drill["ts"])
    await result(ana, drill, "`ATTACH` opens another database")
    await ana.says(drill["channel"], f"```{right(world)}```", drill["ts"])
    told = await result(ana, drill, "Query: right")
    await ana.types("/drill delete-me")
    await ana.clicks((await ana.whispers(await ana.app()))[-1], home.DELETE)
    await ana.waits_gone(drill["channel"], told["ts"], thread_ts=drill["ts"])
