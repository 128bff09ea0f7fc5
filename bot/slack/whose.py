"""Which workspace a request is about. Pure.

Slack names several teams in one request: the one it happened in, the one whose installation it is
sent for, and the one its author is at home in. They differ in channels that two workspaces share
and for apps that are installed for a whole organisation.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

GRANTED = "team_access_granted"
Body = Mapping[str, Any]


@dataclass(frozen=True)
class Address:
    """A team of Slack's; with `is_org` the installation of its organisation speaks there.

    `returns`: Slack says itself that the organisation's installation may act there again.
    """

    team_id: str
    enterprise_id: str = ""
    is_org: bool = False
    returns: bool = False


def of_event(body: Body) -> tuple[Address, ...]:
    """The teams to try in this order: the first of them that is ours is meant.

    A channel that two workspaces share has each event sent once, for either of their installations,
    "best not to rely on the single party listed" (docs.slack.dev/apis/events-api). What somebody
    does there belongs to the author's own workspace if that is ours.
    """
    told = _first(body.get("authorizations"))
    is_org = bool(told.get("is_enterprise_install") or body.get("is_enterprise_install") is True)
    enterprise = _text(told.get("enterprise_id")) or _text(body.get("enterprise_id"))
    event: Body = _object(body.get("event"))
    if event.get("type") == GRANTED:
        teams = event.get("team_ids") or [""]
        return (Address(_text(teams[0]), enterprise, is_org=True, returns=True),)
    team = _text(told.get("team_id")) or _text(body.get("context_team_id"))
    address = Address(team or _text(body.get("team_id")), enterprise, is_org)
    if not body.get("is_ext_shared_channel"):
        return (address,)
    home = home_of(event)
    return (Address(home), address) if home and home != address.team_id else (address,)


def of_command(body: Body) -> Address:
    """Typed commands are forms: their flags are words."""
    return Address(
        _text(body.get("team_id")),
        _text(body.get("enterprise_id")),
        _text(body.get("is_enterprise_install")) == "true",
    )


def of_interaction(body: Body) -> Address:
    """A modal says itself for which installation it was opened; else the workspace it happened in.

    An organisation's installation is told no team for a click in a modal or in the Home; then the
    person's own workspace is meant.
    """
    view, user = _object(body.get("view")), _object(body.get("user"))
    team, enterprise = _object(body.get("team")), _object(body.get("enterprise"))
    happened = _text(team.get("id")) or _text(user.get("team_id"))
    return Address(
        _text(view.get("app_installed_team_id")) or happened,
        _text(enterprise.get("id")) or _text(team.get("enterprise_id")),
        body.get("is_enterprise_install") in (True, "true"),
    )


def home_of(event: Body) -> str:
    """The team its author is at home in, also of an edit or a deletion; empty when not told."""
    for part in (event.get("message"), event.get("previous_message"), event):
        told = _object(part)
        home = _text(told.get("user_team")) or _text(told.get("source_team"))
        if home or (home := _text(told.get("team"))):
            return home
    return ""


def _first(told: Any) -> Body:
    return _object(told[0]) if isinstance(told, list) and told else {}


def _object(told: Any) -> Body:
    return told if isinstance(told, Mapping) else {}


def _text(told: Any) -> str:
    return told if isinstance(told, str) else ""
