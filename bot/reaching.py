"""At start: which workspaces there are, and whose token speaks in each."""

import asyncio
import logging
from functools import partial

from bot.deps import Deps
from bot.errors import SettingsWrong, SlackLost, SlackRefused
from bot.slack.client import GONE
from bot.workspaces import jobs, switching
from bot.workspaces.rules import BELL
from bot.workspaces.tokens import jobs as tokens

log = logging.getLogger(__name__)
RETRY = 5.0  # seconds between tries to reach Slack


async def find_workspace(deps: Deps) -> None:
    """Know whom the program is for: the settings' workspace, or all that installed the bot.

    Raises SlackRefused, SlackLost or SettingsWrong for the settings' token.
    """
    if deps.settings.by_oauth:
        await _find_installed(deps)
    else:
        await _find_own(deps)


async def _find_own(deps: Deps) -> None:
    """Ask Slack who the token is."""
    token = deps.settings.slack_bot_token
    if token is None:
        raise SettingsWrong("SLACK_BOT_TOKEN is missing: put the bot token (xoxb-…) in .env")
    told = await deps.slack.call(token.get_secret_value(), "auth.test")
    await switching.take_own(
        deps,
        str(told["team_id"]),
        str(told.get("team") or ""),
        str(told.get("user_id") or ""),
        token.get_secret_value(),
    )


async def _find_installed(deps: Deps) -> None:
    """Slack is asked nothing but for tokens that end soon; one it refuses ends a workspace."""

    def gone(token: str, code: str) -> None:
        deps.directory.refused[token] = code
        deps.bells.ring([BELL])

    deps.slack.on_gone = gone
    deps.directory.look = partial(switching.look, deps)
    await tokens.refresh(deps)
    await jobs.read_all(deps)


async def reach_slack(deps: Deps) -> None:
    """`find_workspace`, as often as it takes; a wrong token ends the program."""
    while True:
        try:
            await find_workspace(deps)
        except (SlackRefused, SlackLost) as error:
            if error.code in GONE:
                raise SettingsWrong(
                    f"Slack refuses SLACK_BOT_TOKEN ({error.code}): copy the bot token again"
                ) from error
            log.warning("slack_unreachable", extra={"code": error.code})
            await asyncio.sleep(RETRY)
        else:
            return
