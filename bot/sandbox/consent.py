"""Slack's page on which a person lets an app into a workspace."""

from html import escape
from urllib.parse import urlencode

from aiohttp import web

from bot.sandbox.grants import Grants

PAGE = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Allow {app}?</title>'
    "<h1>{app} asks for access</h1><p>It asks for: {scopes}</p><ul>{choices}</ul>"
    '<p><a href="{cancel}">Cancel</a></p>'
)


class Consent:
    """`/oauth/v2/authorize`, with a link for each workspace, and where these links lead."""

    def __init__(self, grants: Grants) -> None:
        self.grants = grants

    def open_in(self, application: web.Application) -> None:
        application.router.add_get("/oauth/v2/authorize", self.ask)
        application.router.add_get("/oauth/v2/decide", self.decide)

    async def ask(self, request: web.Request) -> web.Response:
        query = self._checked(request)
        app = self.grants.first.state.app
        teams = [(one.state.team["id"], one.state.team["name"]) for one in self.grants.workspaces]
        if any("enterprise_id" in one.state.team for one in self.grants.workspaces):
            teams.append(("", "the whole organisation"))
        choices = "".join(
            f'<li><a href="/oauth/v2/decide?{escape(urlencode({**query, "team": team}))}">'
            f"Allow in {escape(name)}</a></li>"
            for team, name in teams
        )
        cancel = f"/oauth/v2/decide?{urlencode({**query, 'cancel': '1'})}"
        page = PAGE.format(
            app=escape(app.name),
            scopes=escape(query.get("scope", "").replace(",", ", ")),
            choices=choices,
            cancel=escape(cancel),
        )
        return web.Response(text=page, content_type="text/html")

    async def decide(self, request: web.Request) -> web.Response:
        query = self._checked(request)
        told = {"state": query.get("state", "")}
        if "cancel" in query:
            told |= {"error": "access_denied"}
        else:
            told |= {"code": self.grants.allow(query.get("team", ""), query["redirect_uri"])}
        raise web.HTTPFound(f"{query['redirect_uri']}?{urlencode(told)}")

    def _checked(self, request: web.Request) -> dict[str, str]:
        query, app = dict(request.query), self.grants.first.state.app
        if query.get("client_id") != app.client_id:
            raise web.HTTPBadRequest(text="invalid_client_id")
        back = query.get("redirect_uri", "")
        allowed = app.redirect_urls
        if not back or (allowed and not any(back.startswith(one) for one in allowed)):
            raise web.HTTPBadRequest(text="bad_redirect_uri")
        return query
