"""`GET /board/…`: a team's scoreboard for whoever holds its link."""

import asyncio

from aiohttp import web

from bot.deps import Deps
from bot.errors import UserMistake
from bot.links import Expired, Forged
from bot.okrs.board import rendering, service
from bot.okrs.board.page import page
from bot.okrs.board.rules import PURPOSE

HEADERS = {
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": rendering.POLICY,
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",  # the address is the permission
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}


def add(app: web.Application, deps: Deps) -> None:
    """Put the scoreboard's route into the HTTP side."""

    async def board(request: web.Request) -> web.Response:
        return await _answer(deps, request.match_info["token"])

    app.router.add_get(f"/{PURPOSE}/{{token:.*}}", board)


async def _answer(deps: Deps, token: str) -> web.Response:
    """404 for what is forged, of another workspace or gone alike: nobody learns what there is."""
    if not deps.directory.read:
        return _html(503, rendering.starting())  # it is not known yet whom links are about
    try:
        ids = deps.links.read(PURPOSE, token, deps.machine_now())
    except Expired:
        return _html(410, rendering.ended())
    except Forged:
        return _html(404, rendering.missing())
    made = await _page(deps, *ids) if len(ids) == 2 else None
    return _html(404, rendering.missing()) if made is None else _html(200, made)


async def _page(deps: Deps, workspace_id: int, team_cycle_id: int) -> str | None:
    """None when there is no such place, or the workspace is not ours any more."""
    if deps.directory.of_id(workspace_id) is None:
        return None
    try:
        async with deps.transaction() as session:
            told = await service.read(session, workspace_id, team_cycle_id, deps.now())
    except UserMistake:
        return None
    # Hundreds of key results take a while to word, and people wait for their answers.
    return await asyncio.to_thread(lambda: rendering.board(page(told)))


def _html(status: int, text: str) -> web.Response:
    answer = web.Response(status=status, text=text, content_type="text/html", headers=HEADERS)
    answer.enable_compression()  # a big team's page shrinks to a tenth
    return answer
