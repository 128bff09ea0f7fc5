"""Attacks on the goals: forged buttons and forms, hostile words, what delete-me leaves behind."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select, update

from bot.db import Base
from bot.errors import UserMistake
from bot.features import DECLARATIONS
from bot.okrs.tables import KeyResult, TeamCycle
from bot.people import service as people
from bot.slack.declare import Action, Knock, View
from bot.workspaces import service as workspaces
from tests.okrs.planting import plant
from tests.world import World

FOREIGN = "Of another workspace"
FORMS = (
    "{}",
    "kr:{}",
    "o:{}",
    "tc:{}",
    "{}.here.0",
    "{} 0",
    "{}:0",
    '{{"id": {}, "marks": {{}}}}',
    '{{"k": [{0}], "x": [{0}], "r": [{0}], "p": [1, 1, 0]}}',
)

GARBAGE = (
    "",
    "0",
    "-1",
    "99999999999999999999",
    "2147483648",
    "kr:99999999999999999999",
    "o:99999999999",
    "tc:0",
    "x:1",
    "kr:1",
    "o:1",
    "kr:",
    "1.here.0",
    "1.away.99999999999",
    "999999999999.here.1",
    "1 1",
    "1 99999999999",
    "999999999 3",
    "٣",
    "²",
    "{}",
    "[]",
    "null",
    '{"id": 1}',
    '{"id": 99999999999999999999, "marks": {}}',
    '{"id": "kr", "marks": {}}',
    '{"k": [99999999999999999999], "x": [], "r": [], "p": [1, 1, 0]}',
    '{"k": [1], "x": [99999999999999999999], "r": [99999999999999999999], "p": [1, 1, 0]}',
    '{"k": [1e999], "x": [], "r": [], "p": [1, 1, 0]}',
    "1:x",
    "99999999999999999999:1",
    "🙂" * 40,
    "\u202e1",
)

# Enough of the team's form to be read, so that what it carries is read too.
TYPED = {
    "name": {"name": {"type": "plain_text_input", "value": "Forgers"}},
    "lead": {"lead": {"type": "users_select", "selected_user": "U0DEV"}},
}


def _ours() -> Iterator[Action | View]:
    for one in DECLARATIONS:
        if isinstance(one, Action | View) and one.handler.__module__.startswith("bot.okrs"):
            yield one


async def test_no_forged_button_or_form_breaks_anything_or_reaches_another_workspace(
    world: World,
) -> None:
    """Pressed by an admin, whom nothing in their own workspace stops."""
    place = world.deps.directory.all()[0]
    async with world.deps.transaction() as session:
        admin = await people.ensure(session, place.workspace_id, "U0DEV")
        admin.is_admin = True
    async with world.deps.transaction() as session:
        await plant(session, place.workspace_id, world.deps.now())
        other = await workspaces.ensure(session, "T2", world.deps.now())
        planted = await plant(session, other, world.deps.now())
        planted.team.name = planted.objective.title = FOREIGN
        titles = update(KeyResult).where(KeyResult.workspace_id == other)
        await session.execute(titles.values(title=FOREIGN))
        part = await session.get_one(TeamCycle, planted.team_cycle_id)
        part.next_round_at = None  # or the clock would change what is compared
    before = await _rows(world, other)
    ids = (planted.team.id, planted.objective.id, planted.ttfv, planted.team_cycle_id)
    foreign = [form.format(one) for one in sorted(set(ids)) for form in FORMS]
    broken: list[str] = []
    for told in _ours():
        for number, value in enumerate((*GARBAGE, *foreign)):
            broken += await _tried(world, told, value, number)
    assert not broken, "\n".join(sorted(set(broken)))
    assert await _rows(world, other) == before


async def _rows(world: World, workspace_id: int) -> dict[str, list[Any]]:
    async with world.deps.transaction() as session:
        return {
            table.name: [
                tuple(row)
                for row in await session.execute(
                    select(table)
                    .where(table.c.workspace_id == workspace_id)
                    .order_by(*table.primary_key.columns)
                )
            ]
            for table in Base.metadata.sorted_tables
            if "workspace_id" in table.c
        }


async def _tried(world: World, told: Action | View, value: str, number: int) -> list[str]:
    place = world.deps.directory.all()[0]
    name = told.action_id if isinstance(told, Action) else told.callback_id
    view: dict[str, Any] = {"type": "modal", "private_metadata": value, "state": {"values": TYPED}}
    body: dict[str, Any] = {"view": view, "trigger_id": f"{name}.{number}"}
    if isinstance(told, Action):
        body["actions"] = [{"action_id": name, "value": value}]
    knock = Knock(place.workspace_id, place.token, "U0DEV", body)
    what = f"{name} {value[:70]!r}"
    try:
        outcomes = await told.handler(world.deps, knock)
    except UserMistake as mistake:
        return [f"{what}: tells"] if FOREIGN in str(mistake.values) else []
    except Exception as error:  # noqa: BLE001  # every kind of bug is looked for
        return [f"{what}: {type(error).__name__} {str(error)[:90]}"]
    return [f"{what}: shows"] if FOREIGN in str(outcomes) else []
