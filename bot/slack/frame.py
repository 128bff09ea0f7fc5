"""What every knock passes through, whatever kind it is: workspace, role, mistakes, modals."""

import logging
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

from bot.deps import Deps, Repeated
from bot.errors import Collided, SlackLost, SlackRefused, UserMistake
from bot.slack import frame_views as views
from bot.slack.blocks import Message
from bot.slack.declare import (
    Handler,
    Knock,
    Open,
    Outcome,
    Redraw,
    RefreshHome,
    Role,
    Say,
)
from bot.slack.typed import storable
from bot.slack.whose import Address

log = logging.getLogger(__name__)
Gate = Callable[[Deps, Knock, Role | None], Awaitable[None]]  # None: of an event
Words = Mapping[str, str]
TRIES = 3  # of a handler whose transaction was ended for another's sake
BOLD = re.compile(r"\*([^*\n]+)\*")
REMEMBERED = 10_000  # knocks; a replay with a valid signature comes within five minutes


class Frame:
    """What every knock passes through; `gate` raises UserMistake for who may not."""

    def __init__(self, deps: Deps, words: Words, gate: Gate) -> None:
        self.deps = deps
        self.words = words
        self.gate = gate
        self._acted: OrderedDict[tuple[int, str], None] = OrderedDict()

    async def knock(
        self, body: Mapping[str, Any], user_id: str | None, *addresses: Address
    ) -> Knock | None:
        """For the first of the addresses that is ours; None when none of them is."""
        for address in addresses:
            place = await self.deps.directory.find(address)
            if place is not None:
                return Knock(place.workspace_id, place.token, user_id or "", storable(body))
        return None

    async def run(self, handler: Handler, knock: Knock, role: Role) -> tuple[Outcome, ...]:
        """The handler's outcomes, none when the same knock had its effect before.

        Raises UserMistake. The store remembers what changed it; here also what only opened or
        said something is remembered.
        """
        key = (knock.workspace_id, knock.key or "")
        outcomes: tuple[Outcome, ...] = ()
        if key not in self._acted:
            try:
                await self.gate(self.deps, knock, role)
                outcomes = await self._tried(handler, knock)
            except Repeated:
                log.info("knock_repeated")
            self._remember(key)
        else:
            self.deps.meters.knocked("repeated")
        return outcomes

    async def _tried(self, handler: Handler, knock: Knock) -> tuple[Outcome, ...]:
        """The handler, begun anew after a collision: nothing of its transaction was kept."""
        for left in reversed(range(TRIES)):
            try:
                return await handler(self.deps, knock)
            except Collided:
                log.info("knock_collided", extra={"left": left})
                if not left:
                    raise
        raise AssertionError("every try returns or raises")

    def _remember(self, key: tuple[int, str]) -> None:
        if key[1]:
            self._acted[key] = None
        while len(self._acted) > REMEMBERED:
            self._acted.popitem(last=False)

    def say(self, mistake: UserMistake) -> str:
        sentence = self.words.get(mistake.code, self.words["unsaid"])
        return sentence.format(**mistake.values)

    def say_plainly(self, mistake: UserMistake) -> str:
        """The same for the error under a field, where Slack shows stars as they are."""
        return BOLD.sub(r"“\1”", self.say(mistake))

    async def act(self, knock: Knock, outcomes: Iterable[Outcome]) -> Message | None:
        """Open modals, refresh the Home; returns what is to be said to the person."""
        said: Message | None = None
        for outcome in outcomes:
            if isinstance(outcome, Say):
                said = outcome.message
            elif isinstance(outcome, RefreshHome):
                self.deps.refresh_home(knock.workspace_id, knock.user_id)
            elif isinstance(outcome, Open):
                said = await self._open(knock, outcome)
            elif isinstance(outcome, Redraw):
                said = await self._redraw(knock, outcome)
        return said

    async def _redraw(self, knock: Knock, outcome: Redraw) -> Message | None:
        """A modal that has gone on since is left as it is: a newer knock draws it."""
        view_id, hash_ = str(knock.view.get("id")), str(knock.view.get("hash") or "")
        try:
            await self.deps.slack.update_modal(knock.token, view_id, hash_, outcome.view)
        except (SlackRefused, SlackLost) as error:
            log.info("modal_not_redrawn", extra={"code": error.code})
            if error.code not in ("hash_conflict", "not_found"):
                return views.modal_failed()
        return None

    async def _open(self, knock: Knock, outcome: Open) -> Message | None:
        call = self.deps.slack.push_modal if knock.in_modal else self.deps.slack.open_modal
        try:
            await call(knock.token, knock.trigger_id, outcome.view)
        except (SlackRefused, SlackLost) as error:
            log.warning("modal_failed", extra={"code": error.code})
            return views.modal_failed()
        return None

    async def whisper(self, knock: Knock, message: Message) -> None:
        """Tell one person; in a modal or the Home, where nothing can be said, by direct message."""
        arguments: dict[str, Any] = {"text": message.text, "blocks": list(message.blocks) or None}
        try:
            channel = knock.channel_id
            if channel:
                if knock.thread_ts:
                    arguments["thread_ts"] = knock.thread_ts
                await self.deps.slack.whisper(knock.token, channel, knock.user_id, **arguments)
            else:
                await self.deps.slack.post(knock.token, channel=knock.user_id, **arguments)
        except (SlackRefused, SlackLost) as error:
            log.warning("whisper_failed", extra={"code": error.code})
