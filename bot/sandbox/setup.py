"""The app as the workspace knows it: manifest, addresses, tokens, being installed."""

from typing import Any

from bot.sandbox.methods_app import uninstall
from bot.sandbox.person_looks import app_told
from bot.sandbox.refusals import NotForThem
from bot.sandbox.state import App, Json
from bot.sandbox.workspace import Workspace

PLAIN = ("name", "request_url", "options_url", "signing_secret", "subscribed", "scopes")


def told(slack: Workspace) -> Json:
    """Everything about the app, its tokens included: this is a toy on loopback."""
    app = slack.state.app
    shown = {key: value for key, value in vars(app).items() if key != "verification_token"}
    return {"app": app_told(slack) | shown | {"api_url": f"{slack.url}/api/"}}


def change(slack: Workspace, body: Json) -> None:
    """Take a manifest and the plain settings; the plain ones win."""
    app = slack.state.app
    if "manifest" in body:
        try:
            _read_manifest(app, body["manifest"])
        except (AttributeError, TypeError) as error:
            raise NotForThem("invalid_manifest", "this is not Slack's form of one") from error
    for key in PLAIN:
        if key in body:
            setattr(app, key, body[key])
    bot = slack.state.people[slack.bot]
    bot.real_name = app.name
    slack.state.touch("person", bot.id)
    announce(slack)


def announce(slack: Workspace) -> None:
    """Write the app down and tell the pages."""
    slack.state.touch("app", "app")
    slack.changes.publish("app", None, app=app_told(slack))


def _read_manifest(app: App, manifest: Any) -> None:
    if not isinstance(manifest, dict):
        raise NotForThem("invalid_manifest", "a manifest is an object")
    features = manifest.get("features", {})
    settings = manifest.get("settings", {})
    events = settings.get("event_subscriptions", {})
    interactivity = settings.get("interactivity", {})
    app.name = manifest.get("display_information", {}).get("name", app.name)
    app.commands = list(features.get("slash_commands", []))
    app.shortcuts = list(features.get("shortcuts", []))
    app.events_url = events.get("request_url", "")
    app.interactivity_url = interactivity.get("request_url", "")
    app.options_url = interactivity.get("message_menu_options_url", "")
    app.subscribed = list(events["bot_events"]) if "bot_events" in events else None
    oauth = manifest.get("oauth_config", {})
    app.redirect_urls = list(oauth.get("redirect_urls", []))
    scopes = oauth.get("scopes", {})
    granted = [*scopes.get("bot", []), *scopes.get("bot_optional", [])]
    app.scopes = granted or None


def set_installed(slack: Workspace, installed: bool) -> None:
    if installed:
        slack.state.app.installed = True
    else:
        uninstall(slack)
    announce(slack)
