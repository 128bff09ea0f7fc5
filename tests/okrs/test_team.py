"""`/okr team`: who may change a team, and what becomes of it when they do."""

from datetime import UTC, datetime

import pytest

from bot.okrs.tables import TeamCycle
from bot.people import service as people
from bot.people.teams import rules
from bot.people.teams import service as teams
from tests.okrs.planting import planted_in
from tests.person import Json, Person, shown
from tests.world import World


async def opens_team(person: Person, team: int) -> Json:
    await person.types("/okr team")
    await person.clicks(await person.waits_for_modal(), f"okrs.team_open.{team}")
    return await person.waits_for_modal()


async def test_a_team_is_made_and_led_by_who_made_it(world: World) -> None:
    ben, chloe = world.person("U0BEN"), world.person("U0CHLOE")
    await ben.types("/okr team")
    await ben.clicks(await ben.waits_for_modal(), "New team")
    form = await ben.waits_for_modal()
    bot = (await world.sandbox.get("app"))["app"]["bot_user"]
    wrong = await ben.submits(
        form, {"name": "Checkout", "product": ["U0CHLOE", bot], "design": ["U0CHLOE"]}
    )
    assert set(wrong["errors"]) == {"product", "design"}
    assert "under Product" in wrong["errors"]["design"]

    given = {"name": "Checkout", "product": ["U0CHLOE"], "design": ["U0BEN"]}
    told = shown((await ben.submits(form, given | {"channel": "C0PRODUCT"}))["view"])
    assert "*Checkout* is made" in told
    assert "/invite @Drumbeat" in told

    await ben.types("/okr team")
    await ben.clicks(await ben.waits_for_modal(), "New team")
    again = await ben.submits(await ben.waits_for_modal(), {"name": "CHECKOUT"})
    assert "tells them apart" in again["errors"]["name"]

    async with world.deps.transaction() as session:
        place = world.workspace_id
        made = await teams.find(session, place, "checkout")
        assert made is not None
        assert (made.lead, made.channel) == ("U0BEN", "C0PRODUCT")
        within = [(one.user_id, brings) for one, brings in await teams.members(session, made.id)]
    assert within == [("U0CHLOE", "product"), ("U0BEN", "design")]
    look = await opens_team(chloe, made.id)
    assert look["submit"] is None
    assert "*Product*  <@U0CHLOE>" in shown(look)


async def test_the_lead_changes_people_and_rhythm(world: World) -> None:
    planted = await planted_in(world)
    form = await opens_team(world.person("U0ANA"), planted.team.id)
    kept = {"name": "Checkout", "lead": "U0ANA", "engineering": [], "day": "Thu", "at": "16:00"}
    told = await world.person("U0ANA").submits(form, kept)
    words = shown(told["view"])
    assert "Thursday 5 March 2026" in words
    assert "1 key result needs a new owner" in words
    assert "Refund rate  <@U0BEN>" in words
    async with world.deps.transaction() as session:
        row = await session.get_one(TeamCycle, planted.team_cycle_id)
        assert (row.every, row.day) == ("week", "Thu")
        assert row.next_round_at == datetime(2026, 3, 5, 2, tzinfo=UTC)  # 16:00 where it is first
        assert row.close_at == datetime(2026, 4, 6, 14, tzinfo=UTC)  # 16:00 in Berlin's summer
        within = {one.user_id for one, _ in await teams.members(session, planted.team.id)}
    assert within == {"U0ANA", "U0CHLOE"}


async def test_only_the_lead_changes_a_team_until_the_lead_has_left(world: World) -> None:
    planted = await planted_in(world)
    chloe, dev = world.person("U0CHLOE"), world.person("U0DEV")
    async with world.deps.transaction() as session:
        team = await teams.get(session, planted.workspace_id, planted.team.id)
        team.lead = "U0EMI"
    before = await opens_team(chloe, planted.team.id)
    assert before["submit"] is None
    assert "Take over" not in shown(before)

    async with world.deps.transaction() as session:
        (await people.ensure(session, planted.workspace_id, "U0EMI")).is_deleted = True
    assert "Take over" not in shown(await opens_team(dev, planted.team.id))
    await chloe.clicks(await opens_team(chloe, planted.team.id), "Take over as lead")
    form = await chloe.waits_for_modal()
    assert form["callback_id"] == "okrs.team_save"

    # Somebody else's hands are on it meanwhile: what was shown as a form is refused.
    async with world.deps.transaction() as session:
        team = await teams.get(session, planted.workspace_id, planted.team.id)
        assert team.lead == "U0CHLOE"
        team.lead = "U0BEN"
    refused = await chloe.submits(form, {"name": "Mine"})
    assert "Only the team’s lead" in next(iter(refused["errors"].values()))
    async with world.deps.transaction() as session:
        assert (await teams.get(session, planted.workspace_id, planted.team.id)).name == "Checkout"


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("Crème & Co", ["creme-co", "creme-co-2"]),
        ("決済", ["team", "team-2"]),
        ("x" * 99, ["x" * 40, "x" * 40 + "-2"]),
    ],
)
def test_a_team_has_a_key_that_files_can_name(name: str, keys: list[str]) -> None:
    found = rules.keys_for(name)
    assert [next(found), next(found)] == keys


def test_the_nearest_team_comes_first() -> None:
    assert rules.nearest("chekout", ["Billing", "Checkout", "Core"])[0] == "Checkout"
    assert rules.nearest("zzz", ["Billing", "Core"]) == ["Billing", "Core"]
