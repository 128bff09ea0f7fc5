import logging

from bot.deps import Deps
from bot.errors import SlackLost, SlackRefused
from bot.workspaces import switching
from bot.workspaces.rules import BELL, Granted, NotGranted, granted
from bot.workspaces.tokens import service
from bot.workspaces.tokens.service import Due

log = logging.getLogger(__name__)


async def refresh(deps: Deps) -> None:
    """Exchange the tokens that end within two hours, one after the other."""
    while True:
        async with deps.transaction() as session:
            due = await service.claim(session, deps.seal, deps.machine_now())
        if due is None:
            return
        await _refresh(deps, due)


async def _refresh(deps: Deps, due: Due) -> None:
    """A lost answer is survived: the old token is used on, and the same exchange is tried again.

    A refresh token is good once. If Slack took it and the answer was lost, it refuses the second
    try; the token before it is good until it ends, and then the bot has to be installed again.
    """
    try:
        told = await _exchange(deps, due.refresh)
    except SlackRefused as error:
        log.warning("refresh_refused", extra={"code": error.code})
        if error.permanent:
            await _not_renewed(deps, due, error.code)
    except (SlackLost, NotGranted) as error:
        log.warning("refresh_lost", extra={"code": str(error)})
    else:
        async with deps.transaction() as session:
            await service.renewed(session, deps.seal, due, told, deps.machine_now())
        deps.bells.ring([BELL])


async def _exchange(deps: Deps, refresh_token: str) -> Granted:
    settings = deps.settings
    if settings.slack_client_id is None or settings.slack_client_secret is None:
        raise NotGranted
    return granted(
        await deps.slack.grant(
            settings.slack_client_id,
            settings.slack_client_secret.get_secret_value(),
            grant_type="refresh_token",
            refresh_token=refresh_token,
        )
    )


async def _not_renewed(deps: Deps, due: Due, code: str) -> None:
    async with deps.transaction() as session:
        ended = await service.not_renewed(session, due, deps.machine_now())
    if ended is not None:
        await switching.stop(deps, ended, code)


async def seal_anew(deps: Deps) -> None:
    """Seal with the newest key what an older one sealed, batch after batch."""
    done = 1
    while done and deps.seal.keys:
        async with deps.transaction() as session:
            done = await service.seal_anew(session, deps.seal)
