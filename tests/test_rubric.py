"""A workspace's own rubric: read by everybody, changed by admins, a version at a time."""

import asyncio
import json
from collections.abc import Awaitable
from typing import Any

import pytest
from sqlalchemy import select

from bot.drills import views as drills
from bot.people import service as people
from bot.scoring.rubrics import service
from bot.scoring.rubrics.rules import CellText, cell_text
from bot.scoring.rubrics.tables import StoredRubric
from bot.scoring.rules import Cell, Rubric
from bot.scoring.tables import StoredScorecard
from tests.person import Json, Person, until
from tests.world import ANSWER, World

OWN = "A plan that a night-shift baker could follow without a call."
STANDARD = "Plausible steps that would fit many cases."


async def page(person: Person) -> Json:
    await person.types("/drill rubric")
    return await person.waits_for_modal()


async def form(person: Person, cell: str = "execution") -> Json:
    opened = await page(person)
    told = await person.submits(opened, {"cell": cell})
    view: Json = told["view"]
    assert view["callback_id"] == "scoring.rubric_save"
    return view


async def change(person: Person, cell: str = "execution", **values: Any) -> Json:
    """Open the form of a cell, enter this, send it off; what the modal then is."""
    named = {f"{cell}_{name}": value for name, value in values.items()}
    return await person.submits(await form(person, cell), named)


async def is_admin(world: World, user: str) -> bool:
    async with world.deps.transaction() as session:
        member = await people.find(session, 1, user)
    return member is not None and member.is_admin


async def admins(world: World) -> tuple[Person, Person]:
    """Ana is one from the start, when everybody is read; then Ben becomes one."""
    await until(lambda: is_admin(world, "U0ANA"))
    await world.sandbox.post("profile", {"as": "U0BEN", "is_admin": True})
    await until(lambda: is_admin(world, "U0BEN"))
    return world.person("U0ANA"), world.person("U0BEN")


async def stored(world: World) -> list[StoredRubric]:
    async with world.deps.transaction() as session:
        return list(await session.scalars(select(StoredRubric).order_by(StoredRubric.number)))


async def cards(world: World) -> list[StoredScorecard]:
    async with world.deps.transaction() as session:
        return list(await session.scalars(select(StoredScorecard).order_by(StoredScorecard.id)))


async def answered(world: World, person: Person, after: str = "") -> Json:
    await person.types("/drill now")
    drill = await world.drill(person, after)
    await person.says(await person.app(), ANSWER, thread_ts=drill["ts"])
    await world.card(person, drill)
    return drill


async def test_a_member_reads_it_and_changes_nothing(world: World) -> None:
    dev = world.person("U0DEV")
    opened = await page(dev)
    shown = json.dumps(opened["blocks"], ensure_ascii=False)
    assert STANDARD in shown
    assert "Version v1 is in use: the standard text" in shown
    assert opened["submit"] is None
    assert not [block for block in opened["blocks"] if block["type"] == "input"]


async def test_app_home_has_the_button_for_admins_and_for_members(world: World) -> None:
    ana, _ = await admins(world)
    for person, words, inputs in ((ana, "Rubric", 1), (world.person("U0DEV"), "The rubric", 0)):
        await person.home()
        await person.clicks(await person.waits_for_home(), words)
        opened = await person.waits_for_modal()
        kinds = [block["type"] for block in opened["blocks"]]
        assert kinds.count("input") == inputs
        if inputs:
            assert kinds.index("input") < kinds.index("divider"), "above the long text"


async def test_the_form_is_filled_with_what_holds(world: World) -> None:
    ana, _ = await admins(world)
    view = await form(ana)
    boxes = [block["element"] for block in view["blocks"] if block["type"] == "input"]
    assert [box["initial_value"] for box in boxes[:5]][2] == STANDARD
    assert {box["max_length"] for box in boxes[:5]} == {200}
    assert boxes[5]["initial_option"]["value"] == "1.0"
    assert "v1 is in use" in json.dumps(view["blocks"])


async def test_a_change_is_a_version_that_the_next_card_meets(world: World) -> None:
    ana, _ = await admins(world)
    first = await answered(world, world.person("U0DEV"))

    told = await change(ana, level_3=OWN, weight="2.0")
    shown = json.dumps(told["view"]["blocks"], ensure_ascii=False)
    assert "Marks from now on meet version v1+1; earlier cards stay as they are." in shown
    assert "Changed by <@U0ANA> on <!date^" in shown
    assert "(weight 2)" in shown
    await answered(world, world.person("U0DEV"), first["ts"])

    before, after = await cards(world)
    assert (before.rubric, after.rubric) == ("v1", "v1+1")
    (row,) = await stored(world)
    rubric = Rubric.from_dict(row.document)
    assert rubric.anchors[Cell.execution][3] == OWN
    assert rubric.weights[Cell.execution] == 2
    assert (row.version, row.changed_by) == ("v1+1", "U0ANA")
    level = int(after.execution + 0.5) if after.execution is not None else -1
    assert after.card["cells"]["execution"]["anchor"] == rubric.anchors[Cell.execution][level]


async def test_the_mark_meets_the_workspaces_own_words(world: World) -> None:
    """Whatever level the answer gets, the card's anchor is the one that was written here."""
    ana, _ = await admins(world)
    words = {f"level_{level}": f"Level {level} as the bakery sees it." for level in range(5)}
    await change(ana, **words)
    drill = await answered(world, world.person("U0DEV"))
    await world.person("U0DEV").clicks(drill, drills.DONE)
    (card,) = await cards(world)
    assert "as the bakery sees it" in card.card["cells"]["execution"]["anchor"]


async def test_every_change_is_kept_beside_the_ones_before(world: World) -> None:
    ana, ben = await admins(world)
    await change(ana, level_3=OWN)
    await change(ben, "trade_offs", weight="0.5")
    told = await change(ana, "execution", reset=["reset"], level_3="Never stored.")
    assert "version v1+3" in json.dumps(told["view"])
    rows = await stored(world)
    assert [row.version for row in rows] == ["v1+1", "v1+2", "v1+3"]
    last = Rubric.from_dict(rows[-1].document)
    assert last.anchors == service.standard(world.deps.content).anchors
    assert last.weights[Cell.trade_offs] == 0.5  # Ben's change stands


async def test_nothing_different_is_no_version(world: World) -> None:
    ana, _ = await admins(world)
    told = await change(ana, level_0="  Nothing that anyone could  go and do.\n")
    assert "Nothing was different" in json.dumps(told["view"])
    assert await stored(world) == []


@pytest.mark.parametrize(
    ("cell", "values", "field", "said"),
    [
        ("execution", {"level_2": "  \n "}, "execution_level_2", "Say in a few words"),
        ("restatement", {"level_4": " "}, "restatement_level_4", "Say in a few words"),
    ],
)
async def test_a_mistake_is_told_beside_its_field(
    world: World, cell: str, values: Json, field: str, said: str
) -> None:
    ana, _ = await admins(world)
    told = await change(ana, cell, level_1="Kept while it is mended.", **values)
    assert said in told["errors"][field]
    kept = told["view"]["state"]["values"][f"{cell}_level_1"]
    assert "Kept while it is mended." in str(kept)
    assert await stored(world) == []


async def test_the_last_cell_that_counts_cannot_be_put_to_0(world: World) -> None:
    ana, _ = await admins(world)
    await change(ana, "restatement", weight="0.0")
    await change(ana, "trade_offs", weight="0.0")
    told = await change(ana, "execution", weight="0.0")
    assert "must count" in told["errors"]["execution_weight"]
    mended = await ana.submits(told["view"], {"execution_weight": "0.5"})
    assert "version v1+3" in json.dumps(mended["view"])


async def test_who_comes_second_loses_nothing_and_decides(world: World) -> None:
    ana, ben = await admins(world)
    of_ben = await form(ben)
    await change(ana, level_3=OWN)

    told = await ben.submits(
        of_ben, {"execution_level_3": "Ben's words", "execution_weight": "3.0"}
    )
    shown = json.dumps(told["view"]["blocks"], ensure_ascii=False)
    assert "<@U0ANA> changed this cell while you were writing" in shown
    assert OWN in shown
    assert "Ben's words" in shown
    assert [row.version for row in await stored(world)] == ["v1+1"]

    done = await ben.submits(told["view"], {})
    assert "version v1+2" in json.dumps(done["view"])
    last = Rubric.from_dict((await stored(world))[-1].document)
    assert last.anchors[Cell.execution][3] == "Ben's words"
    assert last.weights[Cell.execution] == 3


async def test_another_cell_in_between_is_no_conflict(world: World) -> None:
    ana, ben = await admins(world)
    of_ben = await form(ben, "trade_offs")
    await change(ana, level_3=OWN)
    await ben.submits(of_ben, {"trade_offs_weight": "2.0"})
    last = Rubric.from_dict((await stored(world))[-1].document)
    assert last.anchors[Cell.execution][3] == OWN
    assert last.weights[Cell.trade_offs] == 2


async def test_who_is_no_admin_any_more_changes_nothing(world: World) -> None:
    _, ben = await admins(world)
    view = await form(ben)
    await world.sandbox.post("profile", {"as": "U0BEN", "is_admin": False})

    async def told() -> bool:
        return not await is_admin(world, "U0BEN")

    await until(told)
    refused = await ben.submits(view, {"execution_level_3": OWN})
    assert "Only an admin" in str(refused["errors"])
    assert await stored(world) == []


async def test_two_at_the_same_instant_make_one_version(world: World) -> None:
    await admins(world)
    deps = world.deps

    async def one(user: str, text: str) -> service.Changed:
        async with deps.transaction() as session:
            member = await people.ensure(session, 1, user)
            holds = cell_text(service.standard(deps.content), Cell.execution)
            wanted = CellText((text, *holds.anchors[1:]), 1.0)
            return await service.change(
                session, member, deps.content, Cell.execution, wanted, "v1", deps.now()
            )

    for _ in range(5):
        async with deps.transaction() as session:
            for row in await session.scalars(select(StoredRubric)):
                await session.delete(row)
        work: list[Awaitable[service.Changed]] = [one("U0ANA", "Ana's"), one("U0BEN", "Ben's")]
        done = await asyncio.gather(*work)
        assert sorted(each.moved for each in done) == [False, True]
        assert len(await stored(world)) == 1


async def test_delete_me_leaves_the_teams_record_without_the_name(world: World) -> None:
    ana, ben = await admins(world)
    await change(ben, level_3=OWN)
    asked = await ben.types("/drill delete-me")
    where = asked["reply"] | {"channel": await ben.app()}
    await ben.clicks(where, "Delete my data")

    async def nameless() -> bool:
        return [row.changed_by for row in await stored(world)] == [None]

    await until(nameless)
    shown = json.dumps((await page(ana))["blocks"])
    assert "Changed by a former member" in shown
    assert OWN in shown


async def test_an_unknown_version_is_a_conflict_not_a_crash(world: World) -> None:
    await admins(world)
    deps = world.deps
    async with deps.transaction() as session:
        member = await people.ensure(session, 1, "U0ANA")
        done = await service.change(
            session, member, deps.content, Cell.execution, None, "v0", deps.now()
        )
    assert done.moved


async def test_a_workspace_has_its_own(world: World) -> None:
    """What one workspace changed is not another's."""
    ana, _ = await admins(world)
    await change(ana, level_3=OWN)
    async with world.deps.transaction() as session:
        other = await service.rubric_for(session, 2, world.deps.content)
    assert other == service.standard(world.deps.content)
