from bot.deps import Deps
from bot.people import service
from bot.slack.declare import Declaration, Event, Knock, Outcome


async def user_changed(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """Slack's zone is taken again, unless the person chose one here."""
    told = service.profile(knock.event.get("user") or {})
    if told is None:
        return ()
    async with deps.transaction(knock) as session:
        moved = await service.learn(session, knock.workspace_id, [told], deps.machine_now())
        for hook in deps.on_moved:
            await hook(session, moved, deps.now())
    return ()


DECLARATIONS: tuple[Declaration, ...] = (
    Event("user_change", user_changed, scopes=("users:read",)),
    Event("team_join", user_changed, scopes=("users:read",)),
)
