"""What Slack got of the bot, read as it comes, and sending until nothing is left."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.clock import Clock, instant_of
from bot.deps import Deps
from bot.drills.answers import jobs as answer_jobs
from bot.outbox import service as outbox
from bot.sandbox.server import SlackServer
from tests.learners.cast import Speech
from tests.learners.diary import Diary
from tests.month_crew import SENDING
from tests.person import Json, Person, Sandbox, rule_of, until


@dataclass(frozen=True)
class Heard:
    """A message of the bot's to one learner, as it was posted; `at` by the calendar."""

    user: str
    at: datetime
    rule: str
    ts: str
    thread: str
    text: str


@dataclass
class Open:
    """A session whose message came and that the driver has still to do with."""

    id: int
    user: str
    manner: str  # as a cast's Manner says, or `done`
    ts: str


@dataclass
class Watch:
    slack: SlackServer
    sandbox: Sandbox
    deps: Deps
    clock: Clock
    speech: Speech
    diaries: dict[str, Diary]
    members: dict[int, str]
    heard: list[Heard] = field(default_factory=list)
    live: dict[int, Open] = field(default_factory=dict)
    _read: dict[str, str] = field(default_factory=dict)

    def person(self, user: str) -> Person:
        return self.sandbox.person(user)

    async def settle(self) -> None:
        """Score and send until nothing is left, then read what came."""
        await answer_jobs.score_waiting(self.deps)
        while await self._unsent() is not None:
            for job in SENDING:
                await job(self.deps)
        self.look()

    async def _unsent(self) -> float | None:
        async with self.deps.transaction() as session:
            return await outbox.sendable_in(session, self.deps.now(), self.deps.machine_now())

    def look(self) -> None:
        """Keep what the bot posted since."""
        bot = self.slack.state.app.bot_user
        for user in self.diaries:
            channel = self.slack.state.direct(user, bot)
            seen, new = self._read.get(user, ""), list[Json]()
            for ts in reversed(channel.messages) if channel else ():
                if ts <= seen or channel is None:
                    break
                new.append(channel.messages[ts])
            for message in reversed(new):
                self._read[user] = message["ts"]
                if message.get("user") == bot:
                    self.heard.append(self._heard(user, message))

    def _heard(self, user: str, message: Json) -> Heard:
        rule = rule_of(message)
        at = self.clock.calendar_of(instant_of(message["ts"]))
        words = f"{message['text']} {message.get('blocks', '')}"
        parent = str(message.get("thread_ts") or "")  # a thread's first message names itself
        thread = "" if parent == message["ts"] else parent
        return Heard(user, at, rule, message["ts"], thread, words)

    def drill_message(self, user: str, session_id: int) -> Heard | None:
        mark = f"'value': '{session_id}'"
        return next(
            (
                one
                for one in reversed(self.heard)
                if one.user == user and not one.thread and mark in one.text
            ),
            None,
        )

    def in_thread(self, one: Open, rule: str) -> Heard | None:
        return next(
            (
                each
                for each in reversed(self.heard)
                if each.thread == one.ts and each.user == one.user and each.rule == rule
            ),
            None,
        )

    def message(self, user: str, ts: str) -> Json:
        """The message as it stands now."""
        channel = self.slack.state.direct(user, self.slack.state.app.bot_user)
        assert channel is not None
        return {**channel.messages[ts], "channel": channel.id, "ts": ts}

    async def waits(self, waiting: Sequence[Open], rule: str) -> None:
        """Until each of these threads has a message under this rule."""

        async def all_there() -> bool:
            await self.settle()
            return all(self.in_thread(one, rule) for one in waiting)

        await until(all_there, 20.0)
