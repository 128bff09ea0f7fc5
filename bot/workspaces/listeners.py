from bot.deps import Deps
from bot.slack.declare import Declaration, Event, Knock, Outcome
from bot.workspaces import service


async def uninstalled(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    async with deps.transaction() as session:
        await service.stop(session, knock.workspace_id, deps.machine_now())
    deps.directory.forget(knock.workspace_id)
    return ()


async def tokens_revoked(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """Slack lists user ids whose tokens are gone; only the bot's own ends the installation."""
    if (knock.event.get("tokens") or {}).get("bot"):
        return await uninstalled(deps, knock)
    return ()


DECLARATIONS: tuple[Declaration, ...] = (
    Event("app_uninstalled", uninstalled),
    Event("tokens_revoked", tokens_revoked),
)
