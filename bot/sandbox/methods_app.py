"""Methods about the app itself: who it is, its sockets, its installation, its views."""

from bot.sandbox import modals
from bot.sandbox.calls import Call, method
from bot.sandbox.refusals import Refused
from bot.sandbox.state import Json, outward
from bot.sandbox.workspace import Workspace


@method("api.test", tier=4, token="none")  # noqa: S106 - a kind of token
async def api_test(slack: Workspace, call: Call) -> Json:
    if call.text("error"):
        raise Refused(call.text("error"), args=call.args)
    return {"args": call.args}


@method("auth.test", tier=0, token="any")  # noqa: S106
async def auth_test(slack: Workspace, call: Call) -> Json:
    state = slack.state
    body: Json = {"url": f"{slack.url}/", "team": state.team["name"], "team_id": state.team["id"]}
    if call.token == state.app.app_token:
        return body | {"app_name": state.app.name, "app_id": state.app.id}
    return body | {
        "user": state.people[slack.bot].name,
        "user_id": slack.bot,
        "bot_id": state.app.bot_id,
        "is_enterprise_install": state.app.org_wide,
    }


@method("apps.connections.open", tier=1, token="app")  # noqa: S106
async def connections_open(slack: Workspace, call: Call) -> Json:
    ticket = slack.out.sockets.ticket(slack.now())
    address = slack.url.replace("http://", "ws://", 1)
    return {"url": f"{address}/link/?ticket={ticket}&app_id={slack.state.app.id}"}


@method("team.info", "team:read")
async def team_info(slack: Workspace, call: Call) -> Json:
    return {"team": {**slack.state.team, "email_domain": "", "icon": {"image_default": True}}}


@method("bots.info", "users:read")
async def bots_info(slack: Workspace, call: Call) -> Json:
    app = slack.state.app
    if call.text("bot") not in {"", app.bot_id}:
        raise Refused("bot_not_found")
    bot = {"id": app.bot_id, "app_id": app.id, "user_id": app.bot_user, "name": app.name}
    return {"bot": {**bot, "deleted": False, "updated": 0, "icons": {}}}


@method("oauth.v2.access", tier=4, token="none")  # noqa: S106
async def oauth_access(slack: Workspace, call: Call) -> Json:
    """A code that a person allowed, or a refresh token, for tokens."""
    app = slack.state.app
    if call.text("client_id") != app.client_id:
        raise Refused("invalid_client_id")
    if call.text("client_secret") != app.client_secret:
        raise Refused("bad_client_secret")
    if call.text("grant_type") == "refresh_token":
        return slack.grants.refresh(call.need("refresh_token"))
    return slack.grants.exchange(call.need("code"), call.text("redirect_uri"))


@method("auth.revoke")
async def auth_revoke(slack: Workspace, call: Call) -> Json:
    if call.flag("test"):
        return {"revoked": False}
    uninstall(slack)
    return {"revoked": True}


def uninstall(slack: Workspace) -> None:
    """Take the app out of the workspace: its token is dead and it is told so."""
    for one in slack.grants.revoke(slack):
        one.state.app.installed = False
        one.state.touch("app", "app")
    app = slack.state.app
    tokens = {"oauth": [], "bot": [app.bot_user]}
    slack.out.event({"type": "tokens_revoked", "tokens": tokens})
    slack.out.event({"type": "app_uninstalled"})


@method("views.open", tier=4)
async def views_open(slack: Workspace, call: Call) -> Json:
    given = call.parsed("view")
    return {"view": outward(modals.open_first(slack, call.need("trigger_id"), given))}


@method("views.push", tier=4)
async def views_push(slack: Workspace, call: Call) -> Json:
    given = call.parsed("view")
    return {"view": outward(modals.push_on(slack, call.need("trigger_id"), given))}


@method("views.update", tier=4)
async def views_update(slack: Workspace, call: Call) -> Json:
    given = call.parsed("view")
    if not call.text("view_id") and not call.text("external_id"):
        call.need("view_id")
    old = modals.find(slack, call.text("view_id"), call.text("external_id"))
    return {"view": outward(modals.update(slack, old, given, call.text("hash")))}


@method("views.publish", tier=4)
async def views_publish(slack: Workspace, call: Call) -> Json:
    given = call.parsed("view")
    return {"view": outward(modals.publish(slack, call.need("user_id"), given, call.text("hash")))}
