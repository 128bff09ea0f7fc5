"""A channel's daily drill: replies in its thread, cards by direct message, a nameless summary."""

from tests.world import ANSWER, World

GENERAL = "C0GENERAL"
PEOPLE = ("U0ANA", "U0BEN", "U0CHLOE", "U0DEV", "U0EMI")


async def _invite(world: World) -> None:
    bot = (await world.sandbox.get("app"))["app"]["bot_user"]
    world.slack.state.channels[GENERAL].members.append(bot)


async def test_answers_in_the_channel_cards_in_private(world: World) -> None:
    await _invite(world)
    ana = world.person("U0ANA")
    said = await ana.types("/drill team 09:00 Europe/Berlin", GENERAL)
    assert "daily drill now" in str(said)

    await world.move_to("2026-03-03T08:00:00+00:00")
    drill = await ana.waits_for(lambda message: "The team’s drill" in message["text"], GENERAL)
    for user in PEOPLE:
        await world.person(user).says(GENERAL, ANSWER, thread_ts=drill["ts"])
    for user in PEOPLE:
        person = world.person(user)
        await person.waits_for(lambda message: "Restatement:" in message["text"])
        await person.waits_for(lambda message: "our employer" in message["text"])

    texts = [message["text"] for message in await ana.thread(GENERAL, drill["ts"])]
    assert not [text for text in texts if "Restatement:" in text]

    await world.move_to("2026-03-04T08:00:00+00:00")
    summary = await ana.waits_for(
        lambda message: "5 people answered" in message["text"], GENERAL, drill["ts"]
    )
    assert "<@" not in summary["text"]


async def test_below_five_answerers_there_is_no_summary(world: World) -> None:
    await _invite(world)
    ana = world.person("U0ANA")
    await ana.types("/drill team 09:00 Europe/Berlin", GENERAL)
    await world.move_to("2026-03-03T08:00:00+00:00")
    drill = await ana.waits_for(lambda message: "The team’s drill" in message["text"], GENERAL)
    await ana.says(GENERAL, ANSWER, thread_ts=drill["ts"])
    await ana.waits_for(lambda message: "Restatement:" in message["text"])

    await world.move_to("2026-03-04T08:00:00+00:00")
    thread = await ana.thread(GENERAL, drill["ts"])
    assert not [message for message in thread if "answered" in message["text"]]


async def test_only_the_lead_or_an_admin_changes_it(world: World) -> None:
    await world.person("U0BEN").types("/drill team 09:00 Europe/Berlin", GENERAL)

    refused = await world.person("U0DEV").types("/drill team off", GENERAL)
    stopped = await world.person("U0BEN").types("/drill team off", GENERAL)

    assert "<@U0BEN>" in str(refused)
    assert "no daily drill any more" in str(stopped)


async def test_a_channel_that_refuses_is_told_to_its_lead(world: World) -> None:
    ben = world.person("U0BEN")
    await ben.types("/drill team 09:00 Europe/Berlin", GENERAL)
    await world.move_to("2026-03-03T08:00:00+00:00")
    await ben.waits_for(
        lambda message: "Invite me" in message["text"] or "invite me" in message["text"]
    )


async def test_wrong_words_get_the_right_ones(world: World) -> None:
    ana = world.person("U0ANA")
    for typed, told in {
        "/drill team 25:00": "cannot read",
        "/drill team 09:00 Europe/Berlni": "Europe/Berlin",
        "/drill team": "/drill team 09:00 Europe/Berlin",
    }.items():
        assert told in str(await ana.types(typed, GENERAL)), typed
    assert "in a channel" in str(await ana.types("/drill team 09:00"))


async def test_inviting_the_app_is_enough(world: World) -> None:
    ana = world.person("U0ANA")
    name = world.slack.state.app.name
    await ana.types(f"/invite @{name}", GENERAL)
    await ana.types("/drill team 09:00 Europe/Berlin", GENERAL)
    await world.move_to("2026-03-03T08:00:00+00:00")
    await ana.waits_for(lambda message: "The team’s drill" in message["text"], GENERAL)
