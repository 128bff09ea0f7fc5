"""Methods about people."""

from bot.sandbox import folk
from bot.sandbox.calls import Call, method, require
from bot.sandbox.methods_conversations import page
from bot.sandbox.refusals import Refused
from bot.sandbox.state import Json
from bot.sandbox.workspace import Workspace


def _email(slack: Workspace) -> bool:
    scopes = slack.state.app.scopes
    return scopes is None or "users:read.email" in scopes


@method("users.info", "users:read", tier=4)
async def users_info(slack: Workspace, call: Call) -> Json:
    return {"user": folk.as_slack(slack, slack.person(call.need("user")), _email(slack))}


@method("users.list", "users:read", tier=2)
async def users_list(slack: Workspace, call: Call) -> Json:
    everyone = [folk.as_slack(slack, one, _email(slack)) for one in slack.state.people.values()]
    shown, more = page(everyone, call, default=len(everyone))
    return {
        "members": shown,
        "cache_ts": int(slack.now()),
        "response_metadata": {"next_cursor": more},
    }


@method("users.profile.get", "users.profile:read", "users:read", tier=4)
async def users_profile_get(slack: Workspace, call: Call) -> Json:
    person = slack.person(call.text("user") or slack.bot)
    return {"profile": folk.as_slack(slack, person, _email(slack))["profile"]}


@method("users.lookupByEmail")
async def users_lookup(slack: Workspace, call: Call) -> Json:
    require(slack, "users:read.email")
    wanted = call.need("email").lower()
    for person in slack.state.people.values():
        if person.email == wanted and not person.deleted:
            return {"user": folk.as_slack(slack, person)}
    raise Refused("users_not_found")


@method("users.getPresence", "users:read")
async def users_presence(slack: Workspace, call: Call) -> Json:
    slack.person(call.text("user") or slack.bot)
    return {"presence": "active"}
