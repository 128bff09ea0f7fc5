from datetime import timedelta

from bot.deps import Deps
from bot.workspaces import switching
from bot.workspaces.purging import service


async def purge(deps: Deps) -> None:
    """Erase workspaces that have stood still for `DRUMBEAT_PURGE_DAYS`."""
    before = deps.machine_now() - timedelta(days=deps.settings.purge_days)
    async with deps.transaction() as session:
        due = await service.due(session, before)
    for workspace_id in due:
        async with deps.transaction() as session:
            begun = await service.begin(session, workspace_id, before)
        if begun:
            await switching.erase(deps, workspace_id)
