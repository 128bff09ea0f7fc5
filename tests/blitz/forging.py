"""A knock with a button or form that somebody made up, or kept."""

from typing import Any

from bot.declared import DECLARATIONS
from bot.errors import UserMistake
from bot.slack.declare import Action, Knock, View
from tests.world import World


async def forged(world: World, what: str, user: str, value: str) -> str:
    """The mistake that a knock of this person's comes to."""
    told = next(
        one
        for one in DECLARATIONS
        if (isinstance(one, Action) and one.action_id == what)
        or (isinstance(one, View) and one.callback_id == what)
    )
    where = world.deps.directory.all()[0]
    marks: dict[str, Any] = {"person": {"value": {"selected_user": "U0DEV"}}}
    view = {"type": "modal", "private_metadata": value, "state": {"values": marks}}
    body = {"view": view, "trigger_id": f"{what}.{user}.{value}", "actions": [{"value": value}]}
    try:
        return str(
            await told.handler(world.deps, Knock(where.workspace_id, where.token, user, body))
        )
    except UserMistake as mistake:
        return mistake.code
