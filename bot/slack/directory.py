"""Which workspaces there are and which token speaks in each; a cache in front of the store."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from bot.slack.whose import Address

FORGOTTEN = 5.0  # seconds after which a team that nobody knew is looked up again
STRANGERS = 10_000  # teams that are remembered as unknown


@dataclass(frozen=True)
class Place:
    """A workspace as the Slack side needs it.

    Without `installation_id` the token is that of the settings. `installed_at` is the machine's:
    what Slack told of earlier days is about a former installation.
    """

    workspace_id: int
    team_id: str
    bot_user_id: str
    token: str = field(repr=False)
    enterprise_id: str = ""
    installation_id: int | None = None
    installed_at: datetime | None = None
    rotates: bool = False  # Slack exchanges its token every few hours


Look = Callable[[Address], Awaitable[Place | None]]


@dataclass
class Directory:
    """Read on every request, so that no event costs an `auth.test`.

    `look` asks the store about a team that is not known here; one task a team asks for all who
    wait, and a team that the store does not know either is not asked for again for some seconds.
    """

    look: Look | None = None
    own: Place | None = None  # that of the settings' token
    read: bool = False  # known which workspaces there are, even if none
    read_to: datetime | None = None  # what changed in the store up to then is known
    refused: dict[str, str] = field(default_factory=dict, repr=False)  # {token: Slack's word}
    doubted: set[int] = field(default_factory=set)  # workspaces whose token may be gone
    newcomers: set[int] = field(default_factory=set)  # whose people are not read yet
    _by_id: dict[int, Place] = field(default_factory=dict)
    _by_team: dict[str, Place] = field(default_factory=dict)
    _unknown: dict[Address, float] = field(default_factory=dict)
    _looking: dict[Address, asyncio.Task[Place | None]] = field(default_factory=dict, repr=False)

    def keep(self, places: Iterable[Place]) -> None:
        for place in places:
            self._by_id[place.workspace_id] = self._by_team[place.team_id] = place
        self._unknown.clear()
        self.read = True

    def forget(self, workspace_id: int) -> None:
        place = self._by_id.pop(workspace_id, None)
        if place is not None:
            self._by_team.pop(place.team_id, None)

    def of_team(self, team_id: str) -> Place | None:
        return self._by_team.get(team_id)

    def of_id(self, workspace_id: int) -> Place | None:
        return self._by_id.get(workspace_id)

    def all(self) -> list[Place]:
        return list(self._by_id.values())

    async def find(self, address: Address) -> Place | None:
        """The workspace that a request is about; None when it is none of ours."""
        known = self.of_team(address.team_id)
        if known is not None or self.look is None:
            return known
        now = asyncio.get_running_loop().time()
        if self._unknown.get(address, 0.0) > now:
            return None
        task = self._looking.get(address)
        if task is None:
            task = self._looking[address] = asyncio.create_task(self._ask(address))
            task.add_done_callback(lambda _: self._looking.pop(address, None))
        return await asyncio.shield(task)

    async def _ask(self, address: Address) -> Place | None:
        found = await self.look(address) if self.look else None
        if found is not None:
            self.keep([found])
            return found
        if len(self._unknown) >= STRANGERS:
            self._unknown.clear()
        self._unknown[address] = asyncio.get_running_loop().time() + FORGOTTEN
        return None
