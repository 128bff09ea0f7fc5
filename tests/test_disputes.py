"""*This mark is wrong*: a sentence on one cell's mark, counted without words or names."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import select

from bot.db import Base
from bot.drills.marks import listeners, views
from bot.errors import UserMistake
from bot.home import jobs as home_jobs
from bot.home import outgoing as home_pages
from bot.home import views as home
from bot.people import service as people
from bot.scoring.rules import Cell
from bot.scoring.tables import DisputedMark
from bot.slack.declare import Knock
from bot.web.metrics import metrics
from tests import exported
from tests.person import Person, until
from tests.world import ANSWER, Json, World

ANA, DEV = "U0ANA", "U0DEV"
GENERAL = "C0GENERAL"
WHY = "I named zanzibar as the market that loses."
EXECUTION = f"{views.WRONG}.execution"


async def carded(world: World, user: str = ANA, answer: str = ANSWER) -> tuple[Person, Json, Json]:
    """Somebody, their drill and its card."""
    person = world.person(user)
    await person.types("/drill now")
    drill = await world.drill(person)
    await person.says(await person.app(), answer, thread_ts=drill["ts"])
    return person, drill, await world.card(person, drill)


async def form(person: Person, card: Json, what: str = EXECUTION) -> Json:
    await person.clicks(card, what)
    return await person.waits_for_modal()


async def sends(person: Person, view: Json, **values: str) -> Json:
    told = await person.submits(view, values)
    if not told["errors"]:
        await person.closes(told["view"])
    return told


async def stored(world: World) -> Sequence[DisputedMark]:
    async with world.deps.transaction() as session:
        return (await session.scalars(select(DisputedMark).order_by(DisputedMark.id))).all()


async def page(world: World, user: str) -> str:
    place = world.deps.directory.all()[0]
    async with world.deps.transaction() as session:
        told = await home_pages.page(
            session, place.workspace_id, user, world.deps.content, world.deps.now(), ""
        )
    return json.dumps(told, ensure_ascii=False)


async def an_admin(world: World) -> bool:
    async with world.deps.transaction() as session:
        member = await people.find(session, 1, ANA)
    return member is not None and member.is_admin


def knock(world: World, user: str, trigger: str, metadata: str, why: str) -> Knock:
    place = world.deps.directory.all()[0]
    state: dict[str, Any] = {"why": {"value": {"value": why}}}
    view = {"type": "modal", "private_metadata": metadata, "state": {"values": state}}
    return Knock(place.workspace_id, place.token, user, {"trigger_id": trigger, "view": view})


async def test_every_mark_of_a_card_can_be_called_wrong(world: World) -> None:
    _, _, card = await carded(world)
    for cell in Cell:
        assessed = f"{cell.title}: not assessed" not in card["text"]
        assert (f'"{views.WRONG}.{cell}"' in json.dumps(card["blocks"])) == assessed
        label = f"{cell.title}: this mark is wrong"
        assert (label in json.dumps(card["blocks"])) == assessed


async def test_the_form_shows_the_mark_and_asks_for_a_sentence(world: World) -> None:
    ana, _, card = await carded(world)
    view = await form(ana, card)
    at = next(n for n, one in enumerate(card["blocks"]) if "*Execution: " in json.dumps(one))
    mark, grounds = (one["text"]["text"] for one in card["blocks"][at : at + 2])
    shown = view["blocks"][0]["text"]["text"]
    for line in [*mark.splitlines(), *grounds.splitlines()]:
        assert line in shown or line.startswith("_Missing")
    assert "Take back" not in json.dumps(view), "nothing was said yet"

    empty = await sends(ana, view, why="   ")
    assert "one sentence" in empty["errors"]["why"]
    assert await stored(world) == []

    told = await sends(ana, view, why=WHY, fitting="4")
    assert "stays as it is" in json.dumps(told["view"])
    (kept,) = await stored(world)
    assert (kept.cell, kept.why, kept.fitting) == ("execution", WHY, 4)
    assert kept.scorer in json.dumps(card["blocks"])
    thread = await ana.thread(card["channel"], card["thread_ts"])
    assert card["text"] in [message["text"] for message in thread], "no mark was changed"


async def test_saying_it_again_edits_what_was_said(world: World) -> None:
    ana, _, card = await carded(world)
    await sends(ana, await form(ana, card), why="At first I thought so.", fitting="4")
    again = await form(ana, card)
    assert "At first I thought so." in json.dumps(again)
    told = await sends(ana, again, why=WHY)
    assert "Changed: " in json.dumps(told["view"])
    await sends(ana, await form(ana, card, f"{views.WRONG}.communication"), why="And this too.")

    assert [(one.cell, one.why) for one in await stored(world)] == [
        ("execution", WHY),
        ("communication", "And this too."),
    ]


async def test_what_was_said_can_be_taken_back(world: World) -> None:
    ana, _, card = await carded(world)
    await sends(ana, await form(ana, card), why=WHY)
    await sends(ana, await form(ana, card, f"{views.WRONG}.communication"), why="This stays.")
    view = await form(ana, card)
    told = await ana.submits(view, {views.TAKE_BACK: ["back"]})
    assert "Taken back" in json.dumps(told["view"])
    await ana.closes(told["view"])
    assert [one.why for one in await stored(world)] == ["This stays."]
    assert WHY not in json.dumps(await form(ana, card)), "as if it had never been said"


async def test_two_at_once_are_one(world: World) -> None:
    ana, _, card = await carded(world)
    view = await form(ana, card)
    said = [f"Thought {number}." for number in range(4)]
    await asyncio.gather(
        *(
            listeners.save_wrong(
                world.deps, knock(world, ANA, f"t{n}", view["private_metadata"], why)
            )
            for n, why in enumerate(said)
        )
    )
    (kept,) = await stored(world)
    assert kept.why in said


async def test_it_works_when_the_session_is_over(world: World) -> None:
    ana, drill, card = await carded(world)
    await world.pass_time(minutes=45)
    await world.card(ana, drill, "Session closed")
    await sends(ana, await form(ana, card), why=WHY)
    assert len(await stored(world)) == 1


async def test_it_works_on_the_card_of_a_channels_drill(world: World) -> None:
    bot = (await world.sandbox.get("app"))["app"]["bot_user"]
    world.slack.state.channels[GENERAL].members.append(bot)
    ana = world.person(ANA)
    await ana.types("/drill team 09:00 Europe/Berlin", GENERAL)
    await world.move_to("2026-03-03T08:00:00+00:00")
    drill = await ana.waits_for(lambda message: "The team’s drill" in message["text"], GENERAL)
    await ana.says(GENERAL, ANSWER, thread_ts=drill["ts"])
    card = await ana.waits_for(lambda message: "Restatement:" in message["text"])
    await sends(ana, await form(ana, card), why=WHY)
    assert len(await stored(world)) == 1


async def test_a_withdrawn_answer_has_no_mark_to_call_wrong(world: World) -> None:
    ana = world.person(ANA)
    await ana.types("/drill now")
    drill = await world.drill(ana)
    dm = await ana.app()
    mine = await ana.says(dm, ANSWER, thread_ts=drill["ts"])
    card = await world.card(ana, drill)
    view = await form(ana, card)
    await ana.deletes(mine)
    await ana.waits_for(lambda message: "withdrawn" in message["text"], thread_ts=drill["ts"])
    told = await sends(ana, view, why=WHY)
    assert "This mark is gone" in told["errors"]["why"]
    assert await stored(world) == []


@pytest.mark.parametrize("forged", ["", "1", "1.wit", "x.execution", f"{2**40}.execution", "1.1.1"])
async def test_a_form_about_no_mark_is_stale(world: World, forged: str) -> None:
    with pytest.raises(UserMistake, match="stale"):
        await listeners.save_wrong(world.deps, knock(world, ANA, "t1", forged, WHY))


async def test_the_mark_of_somebody_else_is_none(world: World) -> None:
    ana, _, card = await carded(world)
    view = await form(ana, card)
    told = knock(world, DEV, "t1", view["private_metadata"], WHY)
    with pytest.raises(UserMistake, match="session_gone"):
        await listeners.save_wrong(world.deps, told)


async def test_it_is_counted_for_who_runs_it_without_words_or_names(world: World) -> None:
    await until(lambda: an_admin(world))
    dev, _, card = await carded(world, DEV)
    await sends(dev, await form(dev, card), why=WHY)
    ana, _, other = await carded(world, ANA)
    await sends(ana, await form(ana, other), why="A second one.")
    (first, _) = await stored(world)

    told = await page(world, ANA)
    assert f"Execution, by {first.scorer}: 2 marks" in told
    assert "zanzibar" not in told
    assert DEV not in told
    assert "called wrong" not in await page(world, DEV)

    counted = await metrics(world.deps)
    line = f'drumbeat_marks_called_wrong{{cell="execution",scorer="{first.scorer}"}} 2'
    assert line in counted
    assert "zanzibar" not in counted

    await world.move_to("2026-04-03T08:00:00+00:00")
    assert "called wrong" not in await page(world, ANA), "30 days are over"


async def test_it_is_exported_forgotten_and_erased(world: World) -> None:
    ana, drill, card = await carded(world)
    await sends(ana, await form(ana, card), why=WHY)
    await ana.types("/drill export")
    shared = await ana.waits_for(lambda message: bool(message.get("files")))
    told = exported.data(world.slack.state.bytes_of[shared["files"][0]["id"]])
    assert told["disputed_marks"][0]["why"] == WHY

    await home_jobs.forget(world.deps)
    assert (await stored(world))[0].why == WHY, "not older than the limit"
    world.clock.move_to(world.deps.now().replace(year=2028))
    await home_jobs.forget(world.deps)
    assert (await stored(world))[0].why == ""

    await ana.types("/drill delete-me")
    await ana.clicks((await ana.whispers(await ana.app()))[-1], home.DELETE)
    await ana.waits_gone(card["channel"], card["ts"], drill["ts"])
    assert await stored(world) == []


async def test_delete_me_leaves_none_of_its_words(world: World) -> None:
    ana, drill, card = await carded(world)
    await sends(ana, await form(ana, card), why=WHY)
    await ana.types("/drill delete-me")
    await ana.clicks((await ana.whispers(await ana.app()))[-1], home.DELETE)
    await ana.waits_gone(card["channel"], card["ts"], drill["ts"])
    for table in Base.metadata.sorted_tables:
        async with world.deps.transaction() as session:
            assert "zanzibar" not in str((await session.execute(select(table))).all())
