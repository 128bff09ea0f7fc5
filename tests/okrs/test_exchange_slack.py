"""`/okr import` and `/okr export` as people meet them."""

from bot.okrs.exchange import printing, reading
from bot.people.teams import service as teams
from tests.okrs.test_exchange import Office
from tests.world import World

TEAM = """
teams:
  - {key: lights, name: Lights, lead: U0BEN, members: [{user: U0BEN, function: engineering}]}
cycles:
  - {key: 2026-Q1, starts: 2026-01-05, ends: 2026-04-05}
objectives:
  - {key: bright, team: lights, cycle: 2026-Q1, title: Nobody rides in the dark, key_results: [
      {key: lamps, title: Lamps that work, kind: increase, baseline: 60, target: 90, owner: U0BEN}]}
"""


async def test_paste_look_import_and_get_it_back(world: World) -> None:
    ben, chloe = world.person("U0BEN"), world.person("U0CHLOE")
    await ben.types("/okr import")
    form = await ben.waits_for_modal()
    wrong = TEAM.replace("increase", "increese").replace("U0BEN, members", "ben, members")
    answer = await ben.submits(form, {"Document": wrong})
    told = str(answer)
    assert "objectives[0].key_results[0].kind: must be one of increase" in told
    assert "teams[0].lead: must be the id of a person" in told

    await ben.submits(form, {"Document": TEAM})
    look = await ben.waits_for_modal()
    assert "1 team, 1 cycle, 1 objective, 1 key result new; nothing else." in str(look["blocks"])
    async with world.deps.transaction() as session:
        office = Office(session, world.workspace_id)
        assert "teams" not in await office.tells(world.deps.now())  # it was only looked at
    async with world.deps.transaction() as session:  # meanwhile another leads a team of this key
        place = world.workspace_id
        await teams.ensure(session, place, "lights", "Lamps", "U0CHLOE")
    await ben.submits(look)
    again = await ben.waits_for_modal()
    assert "only the lead of Lamps or an admin may import this" in str(again["blocks"])
    assert "Nobody rides in the dark" in str(again["blocks"])  # nothing typed is lost
    async with world.deps.transaction() as session:
        await session.delete(await teams.find(session, place, "lights"))
    await ben.submits(again, {"Document": TEAM})
    await ben.submits(await ben.waits_for_modal())
    done = await ben.waits_for_modal()
    assert "Done." in str(done["blocks"])

    said = await ben.types("/okr export")
    assert "on their way" in str(said)
    message = await ben.waits_for(lambda one: one.get("files"))
    content = world.slack.state.bytes_of[message["files"][0]["id"]].decode()
    kept = reading.parsed(content)
    assert kept["objectives"][0]["key_results"][0]["key"] == "lamps"
    assert "members" not in kept  # other people's settings are for admins

    await chloe.types("/okr import")
    form = await chloe.waits_for_modal()
    kept["objectives"][0]["title"] = "Everybody rides in the dark"
    answer = await chloe.submits(form, {"Document": printing.to_yaml(kept)})
    assert "only the lead of Lights or an admin may import this" in str(answer)
    assert "You are in no team yet" in str(await chloe.types("/okr export"))
