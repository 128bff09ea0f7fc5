"""The one place that decides whether a person may do what was declared for a role."""

from bot.deps import Deps
from bot.errors import UserMistake
from bot.people import service
from bot.slack import whose
from bot.slack.declare import Knock, Role
from bot.slack.directory import Place


async def gate(deps: Deps, knock: Knock, needed: Role | None) -> None:
    """Raises UserMistake for strangers, deactivated people and roles that are too low.

    `Role.LEAD` passes here: the lead of what, only the feature knows. `needed` is None for an
    event: it tells what has happened already, so only strangers are not listened to.
    """
    place = deps.directory.of_id(knock.workspace_id)
    if (place is None and needed is not None) or _is_stranger(place, knock):
        raise UserMistake("stranger")
    if needed is None:
        return
    async with deps.transaction() as session:
        member = await service.find(session, knock.workspace_id, knock.user_id)
    if member is not None and member.is_deleted:
        raise UserMistake("deactivated")
    if needed == Role.ADMIN and (member is None or not member.is_admin):
        raise UserMistake("admin_only")


def _is_stranger(place: Place | None, knock: Knock) -> bool:
    """Somebody of another workspace, in a channel that we share with it?"""
    user = knock.body.get("user")
    if knock.event:
        shared = knock.body.get("is_ext_shared_channel")
        home = whose.home_of(knock.event) if shared else ""
    elif isinstance(user, dict):
        home = str(user.get("team_id") or "")
    else:
        home = str(knock.body.get("user_team_id") or "")
    return home != "" and (place is None or home != place.team_id)
