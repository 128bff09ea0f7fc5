"""A drill from the clock to the scorecard, through the real Bolt dispatcher and a real socket."""

from tests.world import ANSWER, World

ANA = "U0ANA"


async def test_now_answer_card_edit(world: World) -> None:
    ana = world.person(ANA)
    dm = await ana.app()

    said = await ana.types("/drill now")
    drill = await world.drill(ana)
    mine = await ana.says(dm, ANSWER, thread_ts=drill["ts"])
    card = await world.card(ana, drill)

    assert "on its way" in str(said)
    for cell in ("Restatement", "Trade-offs", "Execution", "Communication"):
        assert f"{cell}: " in card["text"]
    assert "so far" in card["text"]

    await ana.edits(mine, "I would wait and see.")
    await ana.waits_for(
        lambda message: message["ts"] == card["ts"] and "not assessed" in message["text"],
        thread_ts=drill["ts"],
    )
