"""A workspace begins, ends and goes on: store and directory together, features told."""

import logging
from collections.abc import Sequence
from datetime import datetime

from bot.deps import Deps, Session
from bot.slack.directory import Place
from bot.slack.whose import Address
from bot.workspaces import service
from bot.workspaces.finding import service as finding
from bot.workspaces.purging import service as purging
from bot.workspaces.rules import Granted

log = logging.getLogger(__name__)


async def install(deps: Deps, told: Granted) -> None:
    """Keep what Slack granted; whoever knocks there is known at once."""
    async with deps.transaction() as session:
        half = await service.half_purged(session, told.team_id, told.enterprise_id)
    for workspace_id in half:  # what is being erased may not come back in parts
        await erase(deps, workspace_id)
    async with deps.transaction() as session:
        now = deps.machine_now()
        ids, resumed = await service.install(session, deps.seal, told, now)
        await _go_on(deps, session, resumed)
        places = await finding.places(session, deps.seal, ids)
    deps.directory.keep(places)
    deps.directory.newcomers.update(ids)
    deps.bells.ring(["installed"])
    log.info("installed", extra={"workspaces": len(ids), "resumed": len(resumed)})


async def take_own(deps: Deps, team_id: str, name: str, bot_user_id: str, token: str) -> None:
    """The one workspace of the settings' token, as Slack has just told."""
    async with deps.transaction() as session:
        half = await service.half_purged(session, team_id)
    for workspace_id in half:
        await erase(deps, workspace_id)
    async with deps.transaction() as session:
        now = deps.machine_now()
        resumed = await service.stands_still(session, team_id)
        workspace_id = await service.installed(session, team_id, name, bot_user_id, now)
        await _go_on(deps, session, [workspace_id] if resumed else [])
    place = Place(workspace_id, team_id, bot_user_id, token)
    deps.directory.own = place
    deps.directory.keep([place])


async def look(deps: Deps, address: Address) -> Place | None:
    """Ask the store about a team that this process does not know."""
    async with deps.transaction() as session:
        place, resumed = await finding.find(session, deps.seal, address, deps.machine_now())
        if place is not None and resumed:
            await _go_on(deps, session, [place.workspace_id])
    return place


async def stop(
    deps: Deps, workspace_id: int, code: str, told_at: datetime | None = None
) -> list[int]:
    """End the installation that speaks there; returns the workspaces that stood still by it."""
    async with deps.transaction() as session:
        ids = await service.stop(session, workspace_id, code, deps.machine_now(), told_at)
        await _stopped(deps, session, ids)
    _forget(deps, ids, code)
    return ids


async def lose_access(
    deps: Deps, workspace_id: int, teams: Sequence[str], told_at: datetime
) -> None:
    """The organisation took the bot out of these teams."""
    async with deps.transaction() as session:
        now = deps.machine_now()
        ids = await service.lose_access(session, workspace_id, teams, now, told_at)
        await _stopped(deps, session, ids)
    _forget(deps, ids, "team_access_revoked")


def _forget(deps: Deps, ids: Sequence[int], code: str) -> None:
    for one in ids:
        deps.directory.forget(one)
        log.warning("workspace_stopped", extra={"workspace_id": one, "code": code})


async def _stopped(deps: Deps, session: Session, ids: Sequence[int]) -> None:
    for hook in deps.on_stopped if ids else ():
        await hook(session, ids, deps.machine_now())


async def _go_on(deps: Deps, session: Session, ids: Sequence[int]) -> None:
    for hook in deps.on_resumed if ids else ():
        await hook(session, ids, deps.machine_now())


async def erase(deps: Deps, workspace_id: int) -> None:
    """Erase the rest of a workspace whose erasure has begun, some rows a transaction."""
    left = True
    while left:
        async with deps.transaction() as session:
            left = await purging.batch(session, workspace_id, deps.machine_now())
