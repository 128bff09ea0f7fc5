"""Which workspaces there are and which token speaks in each; a cache in front of the store."""

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Place:
    """A workspace as the Slack side needs it."""

    workspace_id: int
    team_id: str
    bot_user_id: str
    token: str


@dataclass
class Directory:
    """Read on every request, so that no event costs an `auth.test`."""

    _by_id: dict[int, Place] = field(default_factory=dict)

    def keep(self, places: Iterable[Place]) -> None:
        self._by_id |= {place.workspace_id: place for place in places}

    def forget(self, workspace_id: int) -> None:
        self._by_id.pop(workspace_id, None)

    def of_team(self, team_id: str) -> Place | None:
        return next((one for one in self._by_id.values() if one.team_id == team_id), None)

    def of_id(self, workspace_id: int) -> Place | None:
        return self._by_id.get(workspace_id)

    def all(self) -> list[Place]:
        return list(self._by_id.values())
