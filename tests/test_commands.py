"""`/drill …` and the same things in App Home: what they say, what they change, what they refuse."""

import json
from datetime import UTC, datetime

import pytest

from bot.drills.blitz.views import BLITZ
from bot.home import views as home
from bot.people.jobs import read_everybody
from bot.plans import views as plans
from tests import exported
from tests.person import Person
from tests.world import ANSWER, Json, World

ANA = "U0ANA"


async def _set_up(world: World, person: Person, **values: object) -> None:
    await person.types("/drill setup")
    form = await person.waits_for_modal()
    await person.submits(form, {"tz": "Europe/Berlin", **values})
    await person.waits_for(lambda message: message["text"].startswith("Saved."))


async def _home(person: Person) -> Json:
    """The App Home as it stands once it was published."""
    await person.home()
    found: Json = await person.waits_for_home()
    return found


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("/drill help", "/drill pause 2w"),
        ("/drill puase", "Did you mean `/drill pause`?"),
        ("/drill time 8:30", "08:30"),
        ("/drill time noonish", "cannot read “noonish” as a time"),
        ("/drill track leadership", "Leadership"),
        ("/drill track", "/drill track metrics-coding"),
        ("/drill track leadersip", "`/drill track leadership`"),
        ("/drill track SQL", "Track: *Metrics and SQL*"),
        ("/drill track metrics", "`product-metrics` (Product metrics), `metrics-coding` (Metrics"),
        ("/drill target 2027-03-01", "1 March 2027"),
        ("/drill target soon", "cannot read “soon” as a date"),
        ("/drill target 2020-01-01", "is over, or more than three years away"),
        ("/drill target none", "No interview date"),
        ("/drill pause 2w", "it ends by itself"),
        ("/drill pause for ever", "cannot pause for"),
        ("/drill resume", "Welcome back"),
        ("/drill off 2026-12-24..2027-01-02", "24 December 2026"),
        ("/drill off 2026-12-24..2026-12-01", "cannot read"),
        ("/drill off", "No days off"),
        ("/drill skip", "no drill to skip"),
        ("/drill stats", "Nothing scored yet"),
        ("/drill blitz", "there is none yet"),
        ("/drill export", "on its way"),
        ("/drill delete-me", "cannot be undone"),
        ("/drill", "on its way"),
    ],
)
async def test_what_a_command_says(world: World, typed: str, told: str) -> None:
    reply = await world.person(ANA).types(typed)
    assert told in json.dumps(reply, ensure_ascii=False), reply


async def test_setup_schedules_the_first_drill(world: World) -> None:
    ana = world.person(ANA)
    await _set_up(world, ana, daily_time="09:00")
    await world.move_to("2026-03-03T08:00:01+00:00")
    drill = await world.drill(ana)
    assert "Today’s drill" in drill["text"]
    assert drill["metadata"]["event_payload"]["rule"] == "drill.daily"


async def test_setup_refuses_next_to_the_field_and_keeps_what_was_typed(world: World) -> None:
    ana = world.person(ANA)
    await ana.types("/drill setup")
    form = await ana.waits_for_modal()
    right = {"tz": "Europe/Berlin", "weekly_budget": "15", "country": "", "days_off": ""}
    for values, field, told in (
        ({"tz": "Berlin"}, "tz", "Europe/Berlin"),
        ({"weekly_budget": "few"}, "weekly_budget", "whole number"),
        ({"country": "Q1"}, "country", "Two letters"),
        ({"days_off": "tomorrow"}, "days_off", "tomorrow"),
        ({"target": "2020-01-01"}, "target", "more than three years away"),
    ):
        answer = await ana.submits(form, {**right, **values})
        assert told in answer["errors"][field], answer
    assert await ana.modal() is not None


async def test_the_zone_follows_slack_until_somebody_chooses(world: World) -> None:
    ana = world.person(ANA)
    await read_everybody(world.deps)
    await ana.types("/drill setup")
    form = await ana.waits_for_modal()
    zone = next(block for block in form["blocks"] if block.get("block_id") == "tz")
    assert zone["element"]["initial_value"] == "Europe/Madrid"


async def test_pause_skips_and_ends_by_itself(world: World) -> None:
    ana = world.person(ANA)
    await _set_up(world, ana, daily_time="09:00")
    await ana.types("/drill pause 3d")
    await world.move_to("2026-03-05T08:05:00+00:00")
    assert not [one for one in await ana.sees(await ana.app()) if "Today" in one["text"]]
    await world.move_to("2026-03-06T08:00:05+00:00")
    await world.drill(ana)


async def test_every_command_has_its_place_in_app_home(world: World) -> None:
    ana = world.person(ANA)
    await _set_up(world, ana)
    page = json.dumps(await _home(ana))
    for action in (
        "drills.now",
        "drills.skip",
        plans.PAUSE,
        home.SETUP,
        BLITZ,
        home.EXPORT,
        home.DELETE,
    ):
        assert action in page, action
    for word in ("Track", "Time", "Interview", "Quiet"):
        assert f"*{word}*" in page
    await ana.clicks(await _home(ana), plans.PAUSE)
    assert plans.RESUME in json.dumps(await _home(ana))


async def test_export_is_a_file_of_everything(world: World) -> None:
    ana = world.person(ANA)
    await ana.types("/drill now")
    drill = await world.drill(ana)
    await ana.says(await ana.app(), ANSWER, thread_ts=drill["ts"])
    await world.card(ana, drill)
    await ana.types("/drill export")
    shared = await ana.waits_for(lambda message: bool(message.get("files")))
    told = exported.data(world.slack.state.bytes_of[shared["files"][0]["id"]])
    assert told["answer_messages"][0]["text"] == ANSWER
    assert told["members"][0]["user_id"] == ANA


async def test_two_people_change_nothing_of_each_other(world: World) -> None:
    ana, ben = world.person(ANA), world.person("U0BEN")
    await ana.types("/drill now")
    drill = await world.drill(ana)
    await ben.types("/drill now")
    theirs = await world.drill(ben)
    value = next(
        element["value"]
        for block in drill["blocks"]
        if block["type"] == "actions"
        for element in block["elements"]
    )
    assert value
    assert theirs["ts"] != drill["ts"]


async def test_mute_and_hear_again(world: World) -> None:
    ana = world.person(ANA)
    await _set_up(world, ana, daily_time="09:00")
    await world.move_to("2026-03-03T08:00:01+00:00")
    drill = await world.drill(ana)
    await world.pass_time(minutes=21)
    reminder = await world.card(ana, drill, "minutes of this session")
    await ana.clicks(reminder, "drills.mute")
    page = await _home(ana)
    assert "Hear it again" in json.dumps(page)

    await world.move_to(datetime(2026, 3, 4, 8, 0, 1, tzinfo=UTC))
    second = await world.drill(ana, after=drill["ts"])
    await world.pass_time(minutes=21)
    thread = await ana.thread(await ana.app(), second["ts"])
    assert not [one for one in thread if "minutes of this session" in one["text"]]
