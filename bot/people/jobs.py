import logging

from bot.deps import Deps
from bot.errors import SlackLost, SlackRefused
from bot.people import service
from bot.people.service import Profile
from bot.slack.directory import Place

log = logging.getLogger(__name__)


async def read_everybody(deps: Deps) -> None:
    """At start: everybody's zone and role, so that the first form opens filled."""
    for place in deps.directory.all():
        await _read_workspace(deps, place)


async def read_new_workspaces(deps: Deps) -> None:
    """The same for workspaces that have just installed the bot."""
    while deps.directory.newcomers:
        place = deps.directory.of_id(deps.directory.newcomers.pop())
        if place is not None:
            await _read_workspace(deps, place)


async def _read_workspace(deps: Deps, place: Place) -> None:
    cursor: str | None = None
    while True:
        try:
            await deps.pacer.turn(place.workspace_id, "users.list")
            page = await deps.slack.read(
                place.token,
                "users.list",
                limit=200,
                cursor=cursor,
                team_id=place.team_id,  # an organisation's token has to say; others may
            )
        except (SlackRefused, SlackLost) as error:
            log.warning("people_unread", extra={"code": error.code})
            return
        told = [one for user in page.get("members") or [] if (one := service.profile(user))]
        await _keep(deps, place, told)
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or None
        if cursor is None:
            return


async def read_newcomers(deps: Deps) -> None:
    """Profiles of people who knocked before Slack told us of them."""
    for place in deps.directory.all():
        async with deps.transaction() as session:
            unread = await service.unread_profiles(session, place.workspace_id)
        for user_id in unread:
            await _read_one(deps, place, user_id)


async def _read_one(deps: Deps, place: Place, user_id: str) -> None:
    try:
        await deps.pacer.turn(place.workspace_id, "users.info")
        data = await deps.slack.read(place.token, "users.info", user=user_id)
    except SlackLost:
        return
    except SlackRefused as error:
        log.warning("profile_unread", extra={"code": error.code})
        if error.permanent:
            async with deps.transaction() as session:
                now = deps.machine_now()
                await service.profile_unknown(session, place.workspace_id, user_id, now)
        return
    told = service.profile(data.get("user") or {})
    if told:
        await _keep(deps, place, [told])


async def _keep(deps: Deps, place: Place, told: list[Profile]) -> None:
    async with deps.transaction() as session:
        moved = await service.learn(session, place.workspace_id, told, deps.machine_now())
        for hook in deps.on_moved:
            await hook(session, moved, deps.now())
