"""The thirty minutes: box, probe, retake, closing card, and what can happen to a reply."""

import re

from bot.drills import views
from bot.drills.recall import views as recall
from tests.person import Person
from tests.world import ANSWER, Json, World

ANA = "U0ANA"


async def _open(world: World) -> tuple[Person, str, Json]:
    ana = world.person(ANA)
    await ana.types("/drill now")
    drill = await world.drill(ana)
    return ana, await ana.app(), drill


async def _card(world: World, ana: Person, drill: Json, text: str) -> Json:
    return await ana.waits_for(lambda message: text in message["text"], thread_ts=drill["ts"])


async def test_done_makes_it_final_and_brings_the_probe(world: World) -> None:
    ana, dm, drill = await _open(world)
    await ana.says(dm, ANSWER, thread_ts=drill["ts"])
    await _card(world, ana, drill, "so far")

    await ana.clicks(drill, views.DONE)
    await _card(world, ana, drill, "Your scorecard.")
    probe = await _card(world, ana, drill, "Probe: ")

    assert probe["text"].endswith("Answer in this thread.")


async def test_start_shows_the_deadline_and_the_end_of_the_box_brings_the_probe(
    world: World,
) -> None:
    ana, dm, drill = await _open(world)
    await ana.clicks(drill, views.START)
    running = await ana.waits_for(
        lambda message: message["ts"] == drill["ts"] and "<!date^" in str(message["blocks"])
    )
    assert "Answer in this thread" in str(running["blocks"])

    await ana.says(dm, ANSWER, thread_ts=drill["ts"])
    await _card(world, ana, drill, "so far")
    await world.pass_time(minutes=3, seconds=1)

    await _card(world, ana, drill, "Probe: ")


async def test_probe_then_retake_then_closing_card(world: World) -> None:
    ana, dm, drill = await _open(world)
    await ana.says(dm, ANSWER, thread_ts=drill["ts"])
    await _card(world, ana, drill, "so far")
    await ana.clicks(drill, views.DONE)
    await _card(world, ana, drill, "Probe: ")

    asked = await _card(world, ana, drill, "Probe: ")
    assert "the two or three things that would flip your answer. Answer in" in asked["text"]
    await ana.says(dm, "Then I would wait, because the cost doubles.", thread_ts=drill["ts"])
    told = await ana.waits_for(
        lambda message: (
            message["text"].startswith("Probe: ")
            and views.RETAKE in str(message)
            and "Answer in this thread" not in message["text"]
        ),
        thread_ts=drill["ts"],
    )
    assert re.search(r"Flip test: \d of \d before the probe, \d of \d now", told["text"])
    await ana.clicks(told, views.RETAKE)
    retake = await _card(world, ana, drill, "60-second retake")
    assert retake["text"].endswith("Answer in this thread.")

    await ana.says(
        dm, "Bea owns it, we check on 9 March and roll back at 3%.", thread_ts=drill["ts"]
    )
    await _card(world, ana, drill, "Retake: ")
    await world.pass_time(minutes=31)
    closed = await _card(world, ana, drill, "Session closed")
    assert re.search(r"Flip test: \d of \d before the probe, \d after it", closed["text"])
    assert "Your reply to the probe" in closed["text"]


async def test_a_withdrawn_reply_leaves_the_closing_card(world: World) -> None:
    ana, dm, drill = await _open(world)
    await ana.says(dm, ANSWER, thread_ts=drill["ts"])
    await _card(world, ana, drill, "so far")
    await ana.clicks(drill, views.DONE)
    await _card(world, ana, drill, "Probe: ")
    mine = await ana.says(dm, "Then I would wait for March.", thread_ts=drill["ts"])
    told = await _card(world, ana, drill, "Flip test: ")
    await ana.deletes(mine)
    await ana.waits_for(
        lambda message: message["ts"] == told["ts"] and "withdrawn" in message["text"],
        thread_ts=drill["ts"],
    )
    await world.pass_time(minutes=31)
    closed = await _card(world, ana, drill, "Session closed")
    assert "probe" not in closed["text"]


async def test_several_messages_are_one_answer(world: World) -> None:
    ana, dm, drill = await _open(world)
    await ana.says(dm, "First I would restate the question.", thread_ts=drill["ts"])
    card = await _card(world, ana, drill, "not assessed")
    await ana.says(dm, ANSWER, thread_ts=drill["ts"])
    await ana.waits_for(
        lambda message: message["ts"] == card["ts"] and "Communication: not" not in message["text"],
        thread_ts=drill["ts"],
    )
    thread = await ana.thread(dm, drill["ts"])
    assert len([one for one in thread if "Restatement:" in one["text"]]) == 1


async def test_a_deleted_answer_is_withdrawn(world: World) -> None:
    ana, dm, drill = await _open(world)
    mine = await ana.says(dm, ANSWER, thread_ts=drill["ts"])
    card = await _card(world, ana, drill, "Restatement:")
    await ana.deletes(mine)
    await ana.waits_for(
        lambda message: message["ts"] == card["ts"] and "withdrawn" in message["text"],
        thread_ts=drill["ts"],
    )


async def test_a_late_answer_is_scored_and_marked_late(world: World) -> None:
    ana, dm, drill = await _open(world)
    await world.pass_time(minutes=45)
    await ana.says(dm, ANSWER, thread_ts=drill["ts"])
    card = await _card(world, ana, drill, "Restatement:")
    assert "late, and counted" in card["text"]


async def test_nothing_answered_no_closing_card(world: World) -> None:
    ana, dm, drill = await _open(world)
    await world.pass_time(minutes=45)
    thread = await ana.thread(dm, drill["ts"])
    assert not [one for one in thread if "Session closed" in one["text"]]


async def test_an_edit_after_the_end_still_changes_the_card(world: World) -> None:
    ana, dm, drill = await _open(world)
    mine = await ana.says(dm, ANSWER, thread_ts=drill["ts"])
    card = await _card(world, ana, drill, "Restatement:")
    await world.pass_time(minutes=45)
    await ana.edits(mine, "I would wait.")
    await ana.waits_for(
        lambda message: message["ts"] == card["ts"] and "not assessed" in message["text"],
        thread_ts=drill["ts"],
    )


async def test_words_after_the_end_are_kept_and_said_so(world: World) -> None:
    ana, dm, drill = await _open(world)
    await ana.says(dm, ANSWER, thread_ts=drill["ts"])
    await _card(world, ana, drill, "Restatement:")
    await world.pass_time(minutes=45)
    await ana.says(dm, "One more thought.", thread_ts=drill["ts"])
    await _card(world, ana, drill, "kept your words but did not score them")


async def test_words_outside_the_thread_are_pointed_there(world: World) -> None:
    ana, dm, _ = await _open(world)
    await ana.says(dm, ANSWER)
    await ana.waits_for(lambda message: "in the thread of a drill" in message["text"], dm)


async def test_now_again_closes_the_open_one_as_it_stands(world: World) -> None:
    ana, dm, drill = await _open(world)
    await ana.types("/drill now")
    second = await world.drill(ana, after=drill["ts"])
    assert second["ts"] > drill["ts"]
    await ana.waits_for(
        lambda message: message["ts"] == drill["ts"] and "Closed without" in str(message["blocks"])
    )
    await ana.says(dm, ANSWER, thread_ts=drill["ts"])
    await _card(world, ana, drill, "Restatement:")


async def test_the_warm_up_is_buttons_only(world: World) -> None:
    ana = world.person(ANA)
    await set_up(world, ana)
    await world.move_to("2026-03-03T08:00:00+00:00")
    drill = await world.drill(ana)
    card = await _card(world, ana, drill, "Warm-up, 90 seconds")
    await ana.clicks(card, recall.SHOW_RECALL)
    shown = await ana.waits_for(
        lambda message: message["ts"] == card["ts"] and "Knew it" in str(message["blocks"]),
        thread_ts=drill["ts"],
    )
    await ana.clicks(shown, f"{recall.MARK_RECALL}.half")
    await ana.waits_for(
        lambda message: message["ts"] == card["ts"] and "You said: Half" in message["text"],
        thread_ts=drill["ts"],
    )


async def set_up(world: World, person: Person, **values: object) -> Json:
    """The setup form as it opens, sent off with these changes."""
    await person.types("/drill setup")
    form = await person.waits_for_modal()
    told = await person.submits(form, {"tz": "Europe/Berlin", **values})
    await person.waits_for(lambda message: message["text"].startswith("Saved."))
    return told


async def test_every_card_quotes_the_answer(world: World) -> None:
    ana, dm, drill = await _open(world)
    await ana.says(dm, ANSWER, thread_ts=drill["ts"])
    card = await _card(world, ana, drill, "Restatement:")
    quotes = re.findall(r"“([^”…]+)”", str(card["blocks"]))
    assert [quote for quote in quotes if quote in ANSWER]
