"""`GET /slack/install` and `GET /slack/oauth_redirect`: a workspace adds the bot by OAuth.

docs.slack.dev/authentication/installing-with-oauth. The page keeps nothing but a cookie; Slack is
asked for the token once the state is known as ours, as this browser's, and as new.
"""

import logging
from urllib.parse import urlencode

from aiohttp import web

from bot.deps import Deps
from bot.errors import SlackLost, SlackRefused
from bot.links import Expired, Forged
from bot.slack.manifest import BACK
from bot.web import installing_pages as pages
from bot.web import installing_state as states
from bot.web.board import HEADERS
from bot.workspaces import service, switching
from bot.workspaces.rules import Granted, NotGranted, granted

log = logging.getLogger(__name__)
COOKIE = "drumbeat_install"
INSTALL = "/slack/install"
LONGEST_CODE = 512  # characters
# Slack's words for a code that is not, or no longer, good; whatever else is wrong is our own.
CODES = frozenset({"invalid_code", "code_already_used", "code_expired"})
Scopes = tuple[list[str], list[str]]


def add(app: web.Application, deps: Deps, scopes: Scopes) -> None:
    """Put both routes into the HTTP side; `scopes` are (needed, optional)."""

    async def install(request: web.Request) -> web.Response:
        return _invite(deps, request, scopes)

    async def back(request: web.Request) -> web.Response:
        if not deps.directory.read:
            return _html(503, pages.starting())
        return await _back(deps, request)

    app.router.add_get(INSTALL, install)
    app.router.add_get(BACK, back)


def authorize_url(deps: Deps, scopes: Scopes, state: str) -> str:
    """Slack's page that asks the person; it stands beside the Web API."""
    base = deps.slack.base_url.removesuffix("api/")
    told = {
        "client_id": deps.settings.slack_client_id or "",
        "scope": ",".join([*scopes[0], *scopes[1]]),
        "redirect_uri": _address(deps, BACK),
        "state": state,
    }
    return f"{base}oauth/v2/authorize?{urlencode(told)}"


def _address(deps: Deps, path: str) -> str:
    return f"{deps.settings.url or ''}{path}"


def _invite(deps: Deps, request: web.Request, scopes: Scopes) -> web.Response:
    kept = request.cookies.get(COOKIE, "")
    browser = kept if states.BROWSER.fullmatch(kept) else states.new_browser()
    state = states.make(deps.links.keys, browser, deps.machine_now())
    answer = _html(200, pages.invitation(authorize_url(deps, scopes, state)))
    answer.set_cookie(
        COOKIE,
        browser,
        max_age=int(states.LIFE.total_seconds()),
        httponly=True,
        samesite="Lax",  # it comes along when Slack sends the browser back, and nowhere else
        secure=_address(deps, "").startswith("https://"),
    )
    return answer


async def _back(deps: Deps, request: web.Request) -> web.Response:
    """Slack sent the browser back, with a code or with the reason why there is none."""
    asked, again = request.query, _address(deps, INSTALL)
    browser = request.cookies.get(COOKIE, "")
    try:
        began = states.read(deps.links.keys, asked.get("state", ""), browser, deps.machine_now())
    except Forged:
        return _html(400, pages.unknown(again))
    except Expired:
        return _html(410, pages.late(again))
    except states.Elsewhere:
        return _html(400, pages.elsewhere(again))
    code = asked.get("code", "")
    if "error" in asked or not code or len(code) > LONGEST_CODE:
        return _html(403, pages.denied(again))
    async with deps.transaction() as session:
        now = deps.machine_now()
        first = await service.spend(session, began.digest, began.ends_at, now)
    if not first:
        return _html(409, pages.twice(again))
    return await _exchange(deps, code, again)


async def _exchange(deps: Deps, code: str, again: str) -> web.Response:
    try:
        told = await _granted(deps, code)
    except SlackLost as error:
        log.warning("install_lost", extra={"code": error.code})
        return _html(502, pages.away(again))
    except SlackRefused as error:
        log.warning("install_refused", extra={"code": error.code})
        if error.code in CODES:
            return _html(400, pages.twice(again))
        return _html(502, pages.misplaced() if error.permanent else pages.away(again))
    except NotGranted:
        log.warning("install_without_bot")
        return _html(502, pages.misplaced())
    await switching.install(deps, told)
    return _html(200, pages.done_org() if told.is_org else pages.done(told.team_name))


async def _granted(deps: Deps, code: str) -> Granted:
    settings = deps.settings
    if settings.slack_client_id is None or settings.slack_client_secret is None:
        raise NotGranted
    answer = await deps.slack.grant(
        settings.slack_client_id,
        settings.slack_client_secret.get_secret_value(),
        code=code,
        redirect_uri=_address(deps, BACK),
    )
    return granted(answer)


def _html(status: int, text: str) -> web.Response:
    return web.Response(status=status, text=text, content_type="text/html", headers=HEADERS)
