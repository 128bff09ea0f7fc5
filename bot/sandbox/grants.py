"""Several workspaces in one server, told apart by token, and OAuth, which gives the tokens."""

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.sandbox.refusals import Refused
from bot.sandbox.state import Json

if TYPE_CHECKING:
    from bot.sandbox.calls import Call
    from bot.sandbox.workspace import Workspace

CODE_SECONDS = 600.0


@dataclass
class Code:
    """What a person allowed; `team` is empty for the whole organisation."""

    team: str
    redirect_uri: str
    until: float
    used: bool = False


@dataclass
class Token:
    """`ends` is Unix time, None for a token that does not end."""

    team: str
    ends: float | None
    refresh: str = ""


class Grants:
    """What was allowed to the app. `lifetime` in seconds switches token rotation on."""

    def __init__(self, first: "Workspace") -> None:
        self.workspaces: list[Workspace] = [first]
        self.enterprise = "E0SANDBOX"
        self.lifetime: int | None = None
        self.codes: dict[str, Code] = {}
        self.tokens: dict[str, Token] = {}
        self.refreshable: dict[str, str] = {}  # {refresh token: team}

    @property
    def first(self) -> "Workspace":
        return self.workspaces[0]

    def named(self, team: str) -> "Workspace | None":
        ours = (one for one in self.workspaces if one.state.team["id"] == team)
        return next(ours, None)

    def of_call(self, call: "Call") -> "Workspace":
        """The workspace a call is for; the first where the token says nothing."""
        for one in self.workspaces:
            if call.token and call.token in {one.state.app.bot_token, one.state.app.app_token}:
                return one
        token = self.tokens.get(call.token)
        if token is None:
            return self.first
        if token.team:
            return self.named(token.team) or self.first
        return self._of_org(call)

    def _of_org(self, call: "Call") -> "Workspace":
        """An organisation's token says by `team_id`, or by what it names, where it acts."""
        told = self.named(call.text("team_id"))
        if told is not None:
            return told
        named = {call.text(name) for name in ("channel", "user", "users", "user_id", "trigger_id")}
        ours = [one for one in self.workspaces if one.state.app.org_wide]
        for one in ours:
            if named & ({*one.state.channels} | {*one.state.people} | {*one.triggers}):
                return one
        return ours[0] if ours else self.first

    def speaks_for(self, slack: "Workspace", token: str) -> bool:
        """Is this a bot token of this workspace or its organisation? Refuses one that has ended."""
        known = self.tokens.get(token)
        if known is None:
            return token == slack.state.app.bot_token
        if known.ends is not None and known.ends <= slack.now():
            raise Refused("token_expired")
        return known.team in ("", slack.state.team["id"])

    def allow(self, team: str, redirect_uri: str) -> str:
        """A person pressed *Allow*: the code that the app exchanges."""
        code = secrets.token_urlsafe(18)
        self.codes[code] = Code(team, redirect_uri, self.first.now() + CODE_SECONDS)
        return code

    def exchange(self, code: str, redirect_uri: str) -> Json:
        found = self.codes.get(code)
        if found is None:
            raise Refused("invalid_code")
        if found.used:
            raise Refused("code_already_used")
        if found.until < self.first.now():
            raise Refused("code_expired")
        if redirect_uri != found.redirect_uri:
            raise Refused("bad_redirect_uri")
        found.used = True
        return self.install(found.team)

    def install(self, team: str) -> Json:
        """The app is in the workspace, or in the organisation and all of its workspaces."""
        for one in self.workspaces:
            if one.state.team["id"] == team or (not team and "enterprise_id" in one.state.team):
                one.state.app.installed, one.state.app.org_wide = True, not team
                one.state.touch("app", "app")
        return self._issue(team)

    def refresh(self, token: str) -> Json:
        """The next token; the refresh token is good once, the token before it until it ends."""
        if token not in self.refreshable:
            raise Refused("invalid_refresh_token")
        return self._issue(self.refreshable.pop(token))

    def _issue(self, team: str) -> Json:
        kind = "xoxb" if self.lifetime is None else "xoxe.xoxb"
        made = f"{kind}-{team or self.enterprise}-{secrets.token_hex(12)}"
        rotating = self.lifetime is not None
        ends = self.first.now() + self.lifetime if self.lifetime is not None else None
        refresh = f"xoxe-1-{secrets.token_hex(12)}" if rotating else ""
        self.tokens[made] = Token(team, ends, refresh)
        if rotating:
            self.refreshable[refresh] = team
        slack = self.named(team)
        if slack is not None:
            slack.state.app.bot_token = made
        body = self._told(team, slack or self.first) | {"access_token": made}
        return body | ({"refresh_token": refresh, "expires_in": self.lifetime} if rotating else {})

    def _told(self, team: str, slack: "Workspace") -> Json:
        app, here = slack.state.app, slack.state.team
        enterprise = here.get("enterprise_id") if team else self.enterprise
        return {
            "app_id": app.id,
            "authed_user": {"id": "U0ANA"},
            "scope": ",".join(app.scopes or []),
            "token_type": "bot",
            "bot_user_id": app.bot_user,
            "team": {"id": here["id"], "name": here["name"]} if team else None,
            "enterprise": {"id": enterprise, "name": "Sandbox Org"} if enterprise else None,
            "is_enterprise_install": not team,
        }

    def revoke(self, slack: "Workspace") -> list["Workspace"]:
        """The app is taken out; returns the workspaces that it is out of now."""
        mine = slack.state.app
        out = [one for one in self.workspaces if mine.org_wide and one.state.app.org_wide]
        team = "" if mine.org_wide else slack.state.team["id"]
        for token in [key for key, one in self.tokens.items() if one.team == team]:
            if token != mine.bot_token:
                del self.tokens[token]
        self.refreshable = {key: one for key, one in self.refreshable.items() if one != team}
        return out or [slack]
