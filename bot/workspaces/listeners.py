from datetime import UTC, datetime

from bot.deps import Deps
from bot.slack.declare import Declaration, Event, Knock, Outcome
from bot.slack.whose import Address
from bot.workspaces import switching
from bot.workspaces.rules import BELL, Stop


def _told_at(knock: Knock) -> datetime | None:
    """When it happened by Slack's clock; None when Slack does not say."""
    told = knock.body.get("event_time")
    return datetime.fromtimestamp(told, UTC) if isinstance(told, int) else None


async def uninstalled(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    await switching.stop(deps, knock.workspace_id, Stop.UNINSTALLED, _told_at(knock))
    return ()


async def tokens_revoked(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """Slack lists user ids whose tokens are gone; only the bot's own ends the installation.

    Where tokens rotate it may be the former one that is gone: there the current one is tried.
    """
    if not (knock.event.get("tokens") or {}).get("bot"):
        return ()
    place = deps.directory.of_id(knock.workspace_id)
    if place is not None and place.rotates:
        deps.directory.doubted.add(knock.workspace_id)
        deps.bells.ring([BELL])
    else:
        await switching.stop(deps, knock.workspace_id, Stop.REVOKED, _told_at(knock))
    return ()


async def access_granted(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """Finding the first of these teams wrote it down; the others come with it."""
    enterprise = str(knock.body.get("enterprise_id") or "")
    for team_id in list(knock.event.get("team_ids") or [])[1:]:
        await deps.directory.find(Address(str(team_id), enterprise, is_org=True, returns=True))
    return ()


async def access_revoked(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    told_at = _told_at(knock) or deps.machine_now()
    teams = [str(one) for one in knock.event.get("team_ids") or []]
    await switching.lose_access(deps, knock.workspace_id, teams, told_at)
    return ()


DECLARATIONS: tuple[Declaration, ...] = (
    Event("app_uninstalled", uninstalled),
    Event("tokens_revoked", tokens_revoked),
    Event("team_access_granted", access_granted),
    Event("team_access_revoked", access_revoked),
)
