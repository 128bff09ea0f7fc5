import logging
from datetime import timedelta

from bot.deps import Deps
from bot.errors import SlackLost, SlackRefused
from bot.home import outgoing, service

log = logging.getLogger(__name__)


async def forget(deps: Deps) -> None:
    """Erase what is older than `DRUMBEAT_KEEP_DAYS`."""
    before = deps.now() - timedelta(days=deps.settings.keep_days)
    async with deps.transaction() as session:
        await service.forget(session, before)


async def publish(deps: Deps) -> None:
    """Publish the App Homes that are stale; one that fails is fresh again at its next opening."""
    while deps.stale_homes:
        workspace_id, user_id = deps.stale_homes.pop()
        place = deps.directory.of_id(workspace_id)
        if place is None:
            continue
        async with deps.transaction() as session:
            view = await outgoing.page(
                session, workspace_id, user_id, deps.content, deps.now(), deps.judge_name
            )
        try:
            await deps.pacer.turn(workspace_id, "views.publish", answer=True)
            await deps.slack.publish_home(place.token, user_id, view)
        except (SlackRefused, SlackLost) as error:
            log.warning("home_unpublished", extra={"code": error.code})
