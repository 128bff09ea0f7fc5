"""The Slack app manifest, from the same declarations that register the handlers."""

from collections.abc import Iterable
from typing import Any

from bot.slack.declare import Declaration, Event, Verb

# What the bot calls, beside what its listeners need: posting, direct and group messages, people,
# and files for exports.
CALLS = ("chat:write", "commands", "im:write", "im:history", "mpim:write", "mpim:history")
ALSO = ("users:read", "files:read", "files:write")
BACK = "/slack/oauth_redirect"  # where Slack sends a browser that allowed the bot
OPTIONAL = (
    "channels:read",
    "channels:history",
    "groups:read",
    "groups:history",
    "app_mentions:read",
)
LONG = (
    "Drumbeat sends a product-interview drill every day at your own time: thirty minutes in a "
    "thread, answered in your own words, scored on four rubric cells with quotes of what you wrote "
    "as evidence, followed by one probe and one retake. It is self-hosted: answers and marks stay "
    "in your own store, and /drill delete-me erases them."
)


def scopes(declarations: Iterable[Declaration]) -> tuple[list[str], list[str]]:
    """(needed, optional) bot scopes, in a fixed order."""
    needed, optional = set(CALLS) | set(ALSO), set(OPTIONAL)
    for one in declarations:
        if isinstance(one, Event):
            (optional if one.optional else needed).update(one.scopes)
    return sorted(needed), sorted(optional - needed)


def build(declarations: Iterable[Declaration], mode: str, url: str) -> dict[str, Any]:
    """A manifest for `mode` socket or http; `url` is the public address, needed for http."""
    known = tuple(declarations)
    needed, optional = scopes(known)
    address = f"{url.rstrip('/')}/slack/events" if mode == "http" else None
    back = {"redirect_urls": [f"{url.rstrip('/')}{BACK}"]} if mode == "http" else {}
    settings = _settings(known, mode, address)
    return {
        "_metadata": {"major_version": 2},
        "display_information": {
            "name": "Drumbeat",
            "description": "A product-interview drill every day, scored with evidence.",
            "long_description": LONG,
            "background_color": "#1f3a5f",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "Drumbeat", "always_online": True},
            "slash_commands": commands(known, address),
        },
        "oauth_config": {"scopes": {"bot": needed, "bot_optional": optional}} | back,
        "settings": settings,
    }


def _settings(known: tuple[Declaration, ...], mode: str, address: str | None) -> dict[str, Any]:
    settings: dict[str, Any] = {
        "event_subscriptions": {"bot_events": events(known)},
        "interactivity": {"is_enabled": True},
        # Over HTTP an organisation may install it for all its workspaces; a socket is for one.
        "org_deploy_enabled": mode == "http",
        "socket_mode_enabled": mode == "socket",
        "token_rotation_enabled": False,
    }
    if address:
        settings["event_subscriptions"]["request_url"] = address
        settings["interactivity"]["request_url"] = address
    return settings


def events(declarations: Iterable[Declaration]) -> list[str]:
    return sorted({one.name for one in declarations if isinstance(one, Event)})


def commands(declarations: Iterable[Declaration], address: str | None) -> list[dict[str, Any]]:
    """One entry a command; its usage hint names the verbs."""
    verbs: dict[str, list[str]] = {}
    for one in declarations:
        if isinstance(one, Verb):
            verbs.setdefault(one.command, []).append(one.name)
    made = []
    for command, names in sorted(verbs.items()):
        entry: dict[str, Any] = {
            "command": command,
            "description": SUMMARIES[command],
            "usage_hint": " | ".join(name for name in names if name),
            "should_escape": True,
        }
        made.append(entry | ({"url": address} if address else {}))
    return made


SUMMARIES = {
    "/drill": "Today’s interview drill, and everything about it",
    "/mock": "A mock interview every week: your partner, your times, your marks",
    "/okr": "Your team’s goals: check-ins, scoreboard, digest",
}
