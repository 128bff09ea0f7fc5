"""What Slack grants, and why a workspace stands still. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

BELL = "workspaces"  # rung when a token may be gone, or another was given
EARLY = timedelta(hours=2)  # a token is exchanged for the next one when so much of it is left
OVERLAP = timedelta(seconds=60)  # that replicas' clocks and slow commits may be apart
SECOND = timedelta(seconds=1)


class Stop(StrEnum):
    """Why a workspace stands still; Slack's own word for a refused token may stand there too."""

    UNINSTALLED = "uninstalled"
    REVOKED = "tokens_revoked"
    ACCESS = "team_access_revoked"  # the organisation's installation may not act there any more
    PURGING = "purging"  # what it had stored is being erased


class NotGranted(Exception):
    """Slack's answer holds no token that a bot could speak with."""


@dataclass(frozen=True)
class Granted:
    """What `oauth.v2.access` gave; `lives` is in seconds, None for a token that does not end."""

    enterprise_id: str
    team_id: str
    team_name: str
    is_org: bool
    app_id: str
    bot_user_id: str
    scopes: str
    token: str = field(repr=False)
    refresh: str | None = field(default=None, repr=False)
    lives: int | None = None

    def expires_at(self, now: datetime) -> datetime | None:
        return None if self.lives is None else now + timedelta(seconds=self.lives)


def granted(told: Any) -> Granted:
    """Read Slack's answer. Raises NotGranted."""
    answer, team = _object(told), _object(_object(told).get("team"))
    enterprise = _object(answer.get("enterprise"))
    is_org = answer.get("is_enterprise_install") is True
    token, lives = _text(answer.get("access_token")), answer.get("expires_in")
    where = _text(enterprise.get("id")) if is_org else _text(team.get("id"))
    if not token or not where or answer.get("token_type") != "bot":
        raise NotGranted
    ends = type(lives) is int and lives > 0
    return Granted(
        _text(enterprise.get("id")),
        "" if is_org else where,
        _text(team.get("name")),
        is_org,
        _text(answer.get("app_id")),
        _text(answer.get("bot_user_id")),
        _text(answer.get("scope")),
        token,
        (_text(answer.get("refresh_token")) or None) if ends else None,
        lives if ends else None,
    )


def is_stale(told_at: datetime | None, installed_at: datetime) -> bool:
    """Did it happen before the installation there is now? Slack tells whole seconds."""
    return told_at is not None and told_at + SECOND <= installed_at


def _object(told: Any) -> Mapping[str, Any]:
    return told if isinstance(told, Mapping) else {}


def _text(told: Any) -> str:
    return told if isinstance(told, str) else ""
