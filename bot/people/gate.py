"""The one place that decides whether a person may do what was declared for a role."""

from bot.deps import Deps
from bot.errors import UserMistake
from bot.people import service
from bot.slack.declare import Knock, Role


async def gate(deps: Deps, knock: Knock, needed: Role) -> None:
    """Raises UserMistake for strangers, deactivated people and roles that are too low.

    `Role.LEAD` passes here: the lead of what, only the feature knows.
    """
    place = deps.directory.of_id(knock.workspace_id)
    user = knock.body.get("user")
    home = user.get("team_id") if isinstance(user, dict) else knock.body.get("user_team_id")
    if place is None or (home and home != place.team_id):
        raise UserMistake("stranger")
    async with deps.transaction() as session:
        member = await service.find(session, knock.workspace_id, knock.user_id)
    if member is not None and member.is_deleted:
        raise UserMistake("deactivated")
    if needed == Role.ADMIN and (member is None or not member.is_admin):
        raise UserMistake("admin_only")
