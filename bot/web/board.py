"""`GET /board/…`: a team's scoreboard for whoever holds its link."""

from aiohttp import web

from bot.deps import Deps


def add(app: web.Application, deps: Deps) -> None:
    """Put the scoreboard's route into the HTTP side."""
