"""Own marks before the reveal, the card that waits for them, and what comes after it."""

import asyncio
import json
import re
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import select

from bot import features
from bot.db import Base
from bot.drills import views as drill_views
from bot.drills.marks import jobs, listeners, views
from bot.errors import UserMistake
from bot.home import views as home
from bot.home.outgoing import facts
from bot.scoring.rules import Cell
from bot.scoring.tables import Rating, StoredScorecard
from bot.slack.declare import Knock
from tests import exported
from tests import model_endpoint as model
from tests.person import Person, shown
from tests.scoring.test_judge_session import judged_by
from tests.test_session import set_up
from tests.world import ANSWER, Json, World

ANA = "U0ANA"
FIRST = {"own_first": ["first"]}
WEAK = "I would look at the numbers and talk to the team about what to do with all of this next."


async def opened(world: World, user: str = ANA) -> tuple[Person, str, Json]:
    person = world.person(user)
    await person.types("/drill now")
    return person, await person.app(), await world.drill(person)


async def asked_first(world: World, user: str = ANA) -> tuple[Person, str, Json]:
    """A drill of somebody who wants to be asked for their own marks first."""
    await set_up(world, world.person(user), **FIRST)
    return await opened(world, user)


async def form(person: Person, where: Json) -> Json:
    await person.clicks(where, drill_views.SELF_SCORE)
    return await person.waits_for_modal()


async def gives(person: Person, view: Json, marks: dict[str, str], note: str = "") -> Json:
    """Send own marks off; returns what is shown then, which is closed."""
    values: Json = dict(marks)
    told = await person.submits(view, values | ({"note": note} if note else {}))
    if not told["errors"]:
        assert told["view"]
        await person.closes(told["view"])
    return told


def cells_of(view: Json) -> list[str]:
    return [block["block_id"] for block in view["blocks"] if block.get("block_id") in tuple(Cell)]


def every(view: Json, mark: str) -> dict[str, str]:
    return dict.fromkeys(cells_of(view), mark)


async def ratings(world: World) -> Sequence[Rating]:
    async with world.deps.transaction() as session:
        return (await session.scalars(select(Rating).order_by(Rating.id))).all()


async def card_with(world: World, person: Person, drill: Json, what: str) -> Json:
    """The scorecard, once it carries this anywhere."""
    return await person.waits_for(
        lambda message: "Restatement:" in message["text"] and what in json.dumps(message),
        thread_ts=drill["ts"],
    )


async def no_card(person: Person, dm: str, drill: Json) -> bool:
    thread = await person.thread(dm, drill["ts"])
    return not [one for one in thread if "Restatement:" in one["text"]]


def knock(world: World, user: str, trigger: str, metadata: str, values: dict[str, Any]) -> Knock:
    """A form as Slack sends it, for what a page cannot do."""
    place = world.deps.directory.all()[0]
    state = {key: {"value": value} for key, value in values.items()}
    view = {"type": "modal", "private_metadata": metadata, "state": {"values": state}}
    body = {"trigger_id": trigger, "view": view, "user": {"id": user}}
    return Knock(place.workspace_id, place.token, user, body)


def chosen(mark: str) -> Json:
    return {"selected_option": {"value": mark}}


# --- before the reveal --------------------------------------------------------------------------


async def test_the_form_has_the_words_of_each_level_for_the_drills_own_cells(world: World) -> None:
    ana, _, drill = await opened(world)
    view = await form(ana, drill)
    text = json.dumps(view["blocks"], ensure_ascii=False)
    (row,) = await sessions(world)
    told = world.deps.content.drills[row["drill_id"]]
    assert cells_of(view) == [cell.value for cell in Cell if cell.value in told.cells]
    for cell in told.cells:
        for anchor in world.deps.content.rubric["cells"][cell]["anchors"]:
            assert anchor in text
    assert "until you see mine" in text


async def sessions(world: World) -> list[dict[str, Any]]:
    table = Base.metadata.tables["drill_sessions"]
    async with world.deps.transaction() as session:
        rows = await session.execute(select(table).order_by(table.c.id))
        return [dict(row._mapping) for row in rows]


async def test_marks_given_first_stand_on_the_card(world: World) -> None:
    ana, dm, drill = await opened(world)
    view = await form(ana, drill)
    told = await gives(ana, view, every(view, "4"), "I named the loser.")
    assert "Until then" in json.dumps(told["view"])

    await ana.says(dm, ANSWER, thread_ts=drill["ts"])
    card = await card_with(world, ana, drill, "Drumbeat")

    shown = re.findall(r"you (\d) · Drumbeat (\d)", json.dumps(card["blocks"], ensure_ascii=False))
    assert len(shown) == len(cells_of(view))
    assert all(own == "4" for own, _ in shown)
    for cell, (_, bot) in zip(cells_of(view), shown, strict=True):
        assert re.search(rf"^{Cell(cell).title}: {bot}/4$", card["text"], re.MULTILINE)
    gap = sum(4 - int(bot) for _, bot in shown) / len(shown)
    line = f"Your own marks are {gap:.1f} higher than mine, on average over {len(shown)} cells."
    assert line in card["text"]
    assert drill_views.SELF_SCORE not in json.dumps(card["blocks"])
    (kept,) = await ratings(world)
    assert (kept.blind, kept.source, kept.note) == (True, "self", "I named the loser.")


async def test_opening_again_shows_what_was_chosen_and_it_can_be_changed(world: World) -> None:
    ana, _, drill = await opened(world)
    view = await form(ana, drill)
    first = cells_of(view)[0]
    await gives(ana, view, {first: "1"}, "A first thought")

    again = await form(ana, drill)
    block = next(block for block in again["blocks"] if block.get("block_id") == first)
    assert block["element"]["initial_option"]["value"] == "1"
    assert "A first thought" in json.dumps(again)
    await gives(ana, again, {first: "3", "communication": "2"})
    (kept,) = await ratings(world)
    assert (getattr(kept, first), kept.communication) == (3, 2)

    # Slack lets nobody empty a list that has a choice, so leaving out is one of the choices.
    await gives(ana, await form(ana, drill), {first: "none"})
    (kept,) = await ratings(world)
    assert (getattr(kept, first), kept.communication) == (None, 2)


async def test_a_form_without_a_mark_says_so_beside_the_field(world: World) -> None:
    ana, _, drill = await opened(world)
    view = await form(ana, drill)
    told = await gives(ana, view, {}, "Only a note")
    assert "at least one cell" in str(told["errors"])
    assert await ratings(world) == []


async def test_the_drill_of_somebody_else_is_not_to_be_marked(world: World) -> None:
    _, _, _ = await opened(world)
    (row,) = await sessions(world)
    told = knock(world, "U0BEN", "t1", str(row["id"]), {})
    with pytest.raises(UserMistake, match="session_gone"):
        await listeners.save_own(world.deps, told)


@pytest.mark.parametrize("forged", ["", "x", "-1", "1.2", str(2**40)])
async def test_a_form_about_no_session_is_stale(world: World, forged: str) -> None:
    with pytest.raises(UserMistake, match="stale"):
        await listeners.save_own(world.deps, knock(world, ANA, "t1", forged, {}))


# --- after the reveal ---------------------------------------------------------------------------


async def test_marks_given_after_the_card_are_told_apart_and_stay(world: World) -> None:
    ana, dm, drill = await opened(world)
    await ana.says(dm, ANSWER, thread_ts=drill["ts"])
    card = await world.card(ana, drill)

    view = await form(ana, card)
    assert "do not count" in json.dumps(view)
    await gives(ana, view, every(view, "0"))
    changed = await card_with(world, ana, drill, "You gave them after you saw the card.")
    assert changed["ts"] == card["ts"]
    assert "lower than mine" in changed["text"]
    (kept,) = await ratings(world)
    assert not kept.blind

    stays = await form(ana, drill)
    assert "stay as they are" in json.dumps(stays)
    assert "submit" not in stays or not stays["submit"]


async def test_a_form_that_the_card_overtook(world: World) -> None:
    """Nothing was given before: kept, as after the reveal. Something was: that stays."""
    ana, dm, drill = await opened(world)
    view = await form(ana, drill)
    await ana.says(dm, ANSWER, thread_ts=drill["ts"])
    await world.card(ana, drill)
    await gives(ana, view, every(view, "2"))
    (kept,) = await ratings(world)
    assert not kept.blind

    (row,) = await sessions(world)
    cell = cells_of(view)[0]
    late = knock(world, ANA, "t9", str(row["id"]), {cell: ""})
    late.body["view"]["state"]["values"][cell] = {"value": chosen("4")}
    with pytest.raises(UserMistake, match="marks_stay"):
        await listeners.save_own(world.deps, late)


async def test_without_an_answer_a_closed_drill_is_not_marked(world: World) -> None:
    ana, _, drill = await opened(world)
    view = await form(ana, drill)
    await ana.types("/drill skip")
    told = await gives(ana, view, every(view, "2"))
    assert "no answer to score" in str(told["errors"])


async def test_an_edit_moves_the_card_but_not_what_is_compared_over_time(world: World) -> None:
    ana, dm, drill = await opened(world)
    view = await form(ana, drill)
    await gives(ana, view, every(view, "2"))
    mine = await ana.says(dm, ANSWER, thread_ts=drill["ts"])
    await card_with(world, ana, drill, "so far")
    await ana.clicks(drill, drill_views.DONE)
    final = await card_with(world, ana, drill, "Your scorecard.")
    (before,) = await ratings(world)
    assert before.settled

    await ana.edits(mine, WEAK)
    await ana.waits_for(
        lambda message: message["ts"] == final["ts"] and message["text"] != final["text"],
        thread_ts=drill["ts"],
    )
    (after,) = await ratings(world)
    assert after.settled == before.settled


async def test_over_time_a_gap_is_to_the_marks_that_the_judge_moved(database_url: str) -> None:
    async with judged_by(database_url, model.judging(0)) as (world, _):
        ana, dm, drill = await opened(world)
        view = await form(ana, drill)
        await gives(ana, view, every(view, "2"))
        await ana.says(dm, ANSWER, thread_ts=drill["ts"])
        await card_with(world, ana, drill, "so far")
        alone = await scored(world)
        await ana.clicks(drill, drill_views.DONE)
        await card_with(world, ana, drill, "by model-x at 127.0.0.1")
        (kept,) = await ratings(world)
        assert kept.settled == await scored(world) != alone


async def scored(world: World) -> dict[str, float | None]:
    async with world.deps.transaction() as session:
        card = (await session.scalars(select(StoredScorecard))).one()
    return {cell.value: getattr(card, cell.value) for cell in Cell}


async def test_a_withdrawn_answer_takes_its_marks_along(world: World) -> None:
    ana, dm, drill = await opened(world)
    view = await form(ana, drill)
    await gives(ana, view, every(view, "2"))
    mine = await ana.says(dm, ANSWER, thread_ts=drill["ts"])
    await world.card(ana, drill)
    await ana.deletes(mine)
    await ana.waits_for(lambda message: "withdrawn" in message["text"], thread_ts=drill["ts"])
    assert await ratings(world) == []


# --- the card waits -----------------------------------------------------------------------------


async def test_it_is_off_until_somebody_switches_it_on(world: World) -> None:
    ana, dm, drill = await opened(world)
    await ana.says(dm, ANSWER, thread_ts=drill["ts"])
    await world.card(ana, drill)

    await ana.home()
    assert "*Your own marks*" not in json.dumps(await ana.waits_for_home())
    await set_up(world, ana, **FIRST)
    await ana.home()
    assert "*Your own marks*  asked for before" in json.dumps(await ana.waits_for_home())
    await ana.types("/drill setup")
    view = await ana.waits_for_modal()
    block = next(block for block in view["blocks"] if block.get("block_id") == "own_first")
    assert [one["value"] for one in block["element"]["initial_options"]] == ["first"]


async def test_the_card_waits_for_own_marks(world: World) -> None:
    ana, dm, drill = await asked_first(world)
    await ana.says(dm, ANSWER, thread_ts=drill["ts"])
    prompt = await world.card(ana, drill, "scored. The card waits")
    await ana.says(dm, "And I would tell the sellers on Friday.", thread_ts=drill["ts"])
    await asyncio.sleep(1)
    assert await no_card(ana, dm, drill)
    assert len([one for one in await ana.thread(dm, drill["ts"]) if "waits" in one["text"]]) == 1

    view = await form(ana, prompt)
    told = await gives(ana, view, every(view, "3"))
    assert "on its way" in json.dumps(told["view"])
    card = await card_with(world, ana, drill, "you 3")
    assert "after you saw" not in card["text"]
    gone = await ana.waits_for(
        lambda message: "the card is here" in message["text"], dm, drill["ts"]
    )
    assert gone["ts"] == prompt["ts"]
    (kept,) = await ratings(world)
    assert kept.blind


async def test_the_card_comes_when_asked_for(world: World) -> None:
    ana, dm, drill = await asked_first(world)
    await ana.says(dm, ANSWER, thread_ts=drill["ts"])
    prompt = await world.card(ana, drill, "The card waits")
    await ana.clicks(prompt, views.SHOW_CARD)
    card = await world.card(ana, drill)
    view = await form(ana, card)
    await gives(ana, view, every(view, "3"))
    await card_with(world, ana, drill, "after you saw the card")


@pytest.mark.parametrize("done", [False, True])
async def test_the_card_comes_at_the_end_of_the_box(world: World, done: bool) -> None:
    ana, dm, drill = await asked_first(world)
    await ana.says(dm, ANSWER, thread_ts=drill["ts"])
    await world.card(ana, drill, "The card waits")
    if done:
        await ana.clicks(drill, drill_views.DONE)
        await world.card(ana, drill, "Probe: ")
        assert await no_card(ana, dm, drill)
    (row,) = await sessions(world)
    assert await features.next_due(world.deps, world.clock.now()) == row["held_until"]
    await world.pass_time(minutes=3, seconds=1)
    await world.card(ana, drill, "Restatement: ")
    await world.card(ana, drill, "the card is here")


async def test_words_after_the_box_bring_the_card_before_the_clock_does(world: World) -> None:
    ana, dm, drill = await asked_first(world)
    await ana.says(dm, ANSWER, thread_ts=drill["ts"])
    await world.card(ana, drill, "The card waits")
    (row,) = await sessions(world)
    world.clock.move_to(row["held_until"])  # no tick: the clock's jobs have not looked yet
    await ana.says(dm, "And I would tell the sellers on Friday.", thread_ts=drill["ts"])
    await world.card(ana, drill, "Restatement: ")
    await world.card(ana, drill, "the card is here")


async def test_the_card_comes_when_the_session_closes(world: World) -> None:
    ana, dm, drill = await asked_first(world)
    await ana.says(dm, ANSWER, thread_ts=drill["ts"])
    await world.card(ana, drill, "The card waits")
    await ana.types("/drill now")
    await world.drill(ana, after=drill["ts"])
    await world.pass_time(seconds=5)
    await world.card(ana, drill, "Restatement: ")


async def test_a_card_without_marks_never_waits(world: World) -> None:
    ana, dm, drill = await asked_first(world)
    await ana.says(dm, "I would wait.", thread_ts=drill["ts"])
    await world.card(ana, drill, "Restatement: not assessed")
    await ana.says(dm, ANSWER, thread_ts=drill["ts"])
    await world.card(ana, drill, "The card waits")


async def test_an_answer_withdrawn_meanwhile_has_no_card_to_show(world: World) -> None:
    ana, dm, drill = await asked_first(world)
    mine = await ana.says(dm, ANSWER, thread_ts=drill["ts"])
    prompt = await world.card(ana, drill, "The card waits")
    await ana.deletes(mine)
    await ana.waits_for(lambda message: "withdrawn" in message["text"], thread_ts=drill["ts"])
    await ana.clicks(prompt, views.SHOW_CARD)
    seen = await ana.waits_for(
        lambda message: message["ephemeral"] and "no answer to score" in message["text"],
        dm,
        drill["ts"],
    )
    assert seen


async def test_two_replicas_show_a_card_once(world: World) -> None:
    ana, dm, drill = await asked_first(world)
    await ana.says(dm, ANSWER, thread_ts=drill["ts"])
    await world.card(ana, drill, "The card waits")
    (row,) = await sessions(world)
    world.clock.move_to(row["held_until"])
    await asyncio.gather(*(jobs.reveal_due(world.deps) for _ in range(4)))
    await world.card(ana, drill, "Restatement: ")
    thread = await ana.thread(dm, drill["ts"])
    assert len([one for one in thread if "Restatement:" in one["text"]]) == 1


async def test_two_forms_at_once_are_one_mark(world: World) -> None:
    ana, dm, drill = await asked_first(world)
    await ana.says(dm, ANSWER, thread_ts=drill["ts"])
    await world.card(ana, drill, "The card waits")
    (row,) = await sessions(world)
    cell = world.deps.content.drills[row["drill_id"]].cells[0]

    def sent(trigger: str, mark: str) -> Knock:
        told = knock(world, ANA, trigger, str(row["id"]), {})
        told.body["view"]["state"]["values"][cell] = {"value": chosen(mark)}
        return told

    outcomes = await asyncio.gather(
        *(listeners.save_own(world.deps, sent(f"t{n}", str(n))) for n in (1, 2, 3)),
        return_exceptions=True,
    )
    refused = [one for one in outcomes if isinstance(one, UserMistake)]
    assert [one.code for one in refused] == ["marks_stay"] * 2
    (kept,) = await ratings(world)
    assert kept.blind
    await card_with(world, ana, drill, f"you {getattr(kept, cell)}")


# --- over time ----------------------------------------------------------------------------------


async def test_app_home_tells_the_gap_from_three_blind_answers_on(world: World) -> None:
    ana = world.person(ANA)
    await ana.home_with("under a drill before its scorecard comes")
    drill: Json = {"ts": ""}
    for told in ("So far: 1.", "So far: 2.", "over 3 answers"):
        await ana.types("/drill now")
        drill = await world.drill(ana, drill["ts"])
        view = await form(ana, drill)
        await gives(ana, view, every(view, "4"))
        await ana.says(await ana.app(), ANSWER, thread_ts=drill["ts"])
        await card_with(world, ana, drill, "you 4")
        page = shown(await ana.home_with(told))
    assert re.search(r"You mark yourself \d\.\d higher than I do, give or take \d\.\d, over", page)
    assert re.search(r"\*Execution\*  \d\.\d higher than I do over \d answers?", page)


async def test_marks_given_after_the_card_do_not_count_in_app_home(world: World) -> None:
    ana, dm, drill = await opened(world)
    await ana.says(dm, ANSWER, thread_ts=drill["ts"])
    view = await form(ana, await world.card(ana, drill))
    await gives(ana, view, every(view, "0"))
    await card_with(world, ana, drill, "you 0")
    place = world.deps.directory.all()[0]
    async with world.deps.transaction() as session:
        told = await facts(
            session, place.workspace_id, ANA, world.deps.content, world.deps.now(), ""
        )
    assert told.seen_self.answers == 0
    await ana.home_with("compares your marks with mine")


async def test_own_marks_are_exported_and_erased(world: World) -> None:
    ana, dm, drill = await opened(world)
    view = await form(ana, drill)
    await gives(ana, view, every(view, "3"), "zanzibar was my doubt")
    await ana.says(dm, ANSWER, thread_ts=drill["ts"])
    card = await card_with(world, ana, drill, "you 3")

    await ana.types("/drill export")
    shared = await ana.waits_for(lambda message: bool(message.get("files")))
    told = exported.data(world.slack.state.bytes_of[shared["files"][0]["id"]])
    assert told["ratings"][0]["note"] == "zanzibar was my doubt"

    await ana.types("/drill delete-me")
    await ana.clicks((await ana.whispers(await ana.app()))[-1], home.DELETE)
    await ana.waits_gone(dm, card["ts"], drill["ts"])
    assert await ratings(world) == []
    for table in Base.metadata.sorted_tables:
        async with world.deps.transaction() as session:
            assert "zanzibar" not in str((await session.execute(select(table))).all())
