"""Twelve weeks of mock interviews, played by people through the bot's own messages and forms.

`quarter.yaml` is what they do; nothing here knows what must come of it. The calendar stops at every
instant at which something is due, as in the sandbox, and whatever the bot posts is kept with the
instant at which it came.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from sqlalchemy import select

from bot import features
from bot.mocks.rounds import jobs as round_jobs
from bot.outbox import jobs as outbox_jobs
from bot.outbox import service as outbox
from bot.people import jobs as people_jobs
from bot.people.tables import Member
from bot.sandbox.state import Channel
from bot.sandbox.state import Person as Profile
from tests.mocks.quarter_messages import buttons, fits, group_of, pressable, pressed
from tests.person import Json, Person, rule_of, until
from tests.world import World

HERE = Path(__file__).parent
BEGINS = "2027-01-04T11:00:00+00:00"
FIRST = date(2027, 1, 11)
ROUNDS = 12
HURRY = 100.0  # times Slack's pace
WEEK = timedelta(weeks=1)
LOOK = 0.02  # seconds between looks at whether all is sent
PATIENCE = 50  # looks, after which the test sends it itself
CELLS = ("restatement", "trade_offs", "execution", "communication")
Act = dict[str, Any]


def read(name: str) -> Any:
    return yaml.safe_load((HERE / f"{name}.yaml").read_text("utf-8"))


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")


def matching_of(week: int) -> datetime:
    """Sunday noon before the week; that of the week after ends the counting of this one."""
    return datetime.combine(FIRST + (week - 1) * WEEK - timedelta(days=1), datetime.min.time(), UTC
                            ) + timedelta(hours=12)  # fmt: skip


@dataclass
class Seen:
    """A message as it was posted: when, to whom besides the app, under which rule."""

    at: str
    people: tuple[str, ...]
    rule: str
    ts: str
    thread: str | None
    told: Json


@dataclass
class Quarter:
    world: World
    counting: Callable[[int], Awaitable[None]]  # told of each matching, with its week
    script: Json = field(default_factory=lambda: read("quarter"))
    log: list[Seen] = field(default_factory=list)
    members: dict[str, int] = field(default_factory=dict)  # of the store, by Slack's id
    newest: str = "0"

    @property
    def state(self) -> Any:
        return self.world.slack.state

    async def begin(self) -> None:
        state = self.state
        for user, one in self.script["members"].items():
            if user not in state.people:
                state.people[user] = Profile(user, user.lower(), f"{user[2:].title()} Doe")
            state.people[user].tz = one["tz"]
        await people_jobs.read_everybody(self.world.deps)
        async with self.world.deps.transaction() as session:
            rows = await session.execute(select(Member.user_id, Member.id))
            self.members = {row[0]: row[1] for row in rows}
        self._look()

    async def play(self, last: datetime) -> None:
        for act in sorted(self.script["acts"], key=lambda one: instant(one["at"])):
            at = instant(act["at"])
            if at > self.world.clock.now():
                await self._to(at)
            await getattr(self, f"_do_{act['do']}")(self.world.person(act["who"]), act)
            await self._settle(acted=True)
        await self._to(last)

    # --- the calendar -----------------------------------------------------------------------------

    async def _to(self, target: datetime) -> None:
        """Forward, and at every instant on the way at which something is due."""
        deps = self.world.deps
        while (due := await features.next_due(deps, deps.now())) and due <= target:
            await self._stand_at(due)
        if target > deps.now():
            self.world.clock.move_to(target)

    async def _stand_at(self, at: datetime) -> None:
        self.world.clock.move_to(at)
        await self._settle()
        week = (at.date() + timedelta(days=1) - FIRST) // WEEK + 1
        if at == matching_of(week):
            await self.counting(week)

    async def _settle(self, *, acted: bool = False) -> None:
        """All that is due now is done, and what follows from it is sent.

        What comes of an act the bot sends by itself; that the calendar was moved it cannot see.
        """
        deps = self.world.deps
        await features.tick(deps)
        await round_jobs.pair_waiting(deps)
        looks = 0
        while await self._unsent() is not None:
            if looks % PATIENCE == 0 and (looks or not acted):
                await outbox_jobs.deliver_answers(deps)
                await outbox_jobs.deliver_planned(deps)
            looks += 1
            await asyncio.sleep(LOOK)
        self._look()

    async def _unsent(self) -> float | None:
        """The seconds until something can be sent; None when all is sent."""
        deps = self.world.deps
        async with deps.transaction() as session:
            return await outbox.sendable_in(session, deps.now(), deps.machine_now())

    def _look(self) -> None:
        """Keep what was posted since."""
        at, bot, newest = stamp(self.world.deps.now()), self.state.app.bot_user, self.newest
        found = []
        for channel in self.state.channels.values():
            for ts in reversed(channel.messages):
                if ts <= self.newest:
                    break
                newest = max(newest, ts)
                if channel.messages[ts].get("user") == bot:
                    found.append((ts, self._seen(at, channel, channel.messages[ts])))
        self.newest = newest
        self.log += [one for _, one in sorted(found, key=lambda pair: pair[0])]

    def _seen(self, at: str, channel: Channel, message: Json) -> Seen:
        people = tuple(sorted(set(channel.members) - {self.state.app.bot_user}))
        rule = rule_of(message)
        thread = message.get("thread_ts")
        return Seen(at, people, rule, message["ts"], thread, dict(message))

    # --- what people see --------------------------------------------------------------------------

    async def _group(self, person: Person, act: Act) -> tuple[str, Json]:
        """(group's id, its message) of the newest group of that week with this person in it."""
        monday = FIRST + (act["week"] - 1) * WEEK
        told = [
            one
            for one in self.log
            if one.rule == "mock.pair" and group_of(one.told) and person.user in one.people
            if monday <= instant(one.at).date() + timedelta(days=1) <= monday + timedelta(days=7)
        ]
        assert told, f"{act} is about no group that was told"
        group_id = group_of(told[-1].told)
        channel = next(one for one in self.state.channels.values() if told[-1].ts in one.messages)
        message = next(one for one in await person.sees(channel.id) if one["ts"] == told[-1].ts)
        return group_id, message

    async def _types(self, person: Person, command: str) -> Json:
        """A command; what the app whispers back, if it does."""
        where = await person.app()
        before = len(await person.whispers(where))
        told = await person.types(command)
        assert told["notice"] is None, told
        found: Json = await until(lambda: self._whispered(person, where, before))
        return found

    async def _whispered(self, person: Person, where: str, before: int) -> Json | None:
        heard = await person.whispers(where)
        return heard[-1] if len(heard) > before else None

    async def _close(self, person: Person) -> None:
        while (form := await person.modal()) is not None:
            await person.closes(form, everything=True)

    async def _with(self, person: Person, action: str, value: str) -> Json | None:
        """The newest message in the direct message that has this button with this value."""
        for message in reversed(await person.sees(await person.app())):
            for one in buttons(message):
                if one["action_id"].startswith(action) and fits(one.get("value", ""), value):
                    return message
        return None

    # --- what they do -----------------------------------------------------------------------------

    async def _do_join(self, person: Person, act: Act) -> None:
        told = self.script["members"][person.user]
        await person.types("/mock join")
        form = await person.waits_for_modal()
        values = {
            "rhythm": told["rhythm"],
            "windows": "\n".join(told["windows"]),
            "level": str(told["level"]),
            "tracks": told["types"],
        }
        answer = await person.submits(form, values)
        assert not answer["errors"], answer
        await self._close(person)

    async def _do_windows(self, person: Person, act: Act) -> None:
        said = await self._types(person, f"/mock windows {'; '.join(act['windows'])}")
        assert "Kept" in said["text"], said

    async def _do_partner(self, person: Person, act: Act) -> None:
        assert self.world.deps.now() < matching_of(act["for_week"])
        said = await self._types(person, "/mock partner next week")
        assert "You take part" in said["text"], said

    async def _do_not_this_week(self, person: Person, act: Act) -> None:
        assert self.world.deps.now() < matching_of(act["for_week"])
        said = await self._types(person, "/mock not next week")
        assert "You take no part" in said["text"], said

    async def _do_exclude(self, person: Person, act: Act) -> None:
        whom = self.state.people[act["whom"]]
        said = await self._types(person, f"/mock exclude <@{whom.id}|{whom.name}>")
        assert "I never pair you" in said["text"], said

    async def _do_pause(self, person: Person, act: Act) -> None:
        weeks = (instant(act["until"]) - instant(act["at"])) // WEEK
        said = await self._types(person, f"/drill pause {weeks}w")
        assert "aused" in said["text"], said

    async def _do_days_off(self, person: Person, act: Act) -> None:
        said = await self._types(person, f"/drill off {act['first']}..{act['last']}")
        assert "off" in said["text"], said

    async def _do_deactivate(self, person: Person, act: Act) -> None:
        await self.world.sandbox.post("profile", {"as": person.user, "deleted": True})

    async def _do_leave(self, person: Person, act: Act) -> None:
        asked = await self._types(person, "/mock leave")
        if any(one["action_id"] == "mocks.leave" for one in buttons(asked)):
            await person.clicks(asked, "mocks.leave")

    async def _do_return(self, person: Person, act: Act) -> None:
        """The button of the newest message that offers to come back."""
        message = await self._with(person, "mocks.partner", "")
        assert message, act
        await person.clicks(message, "mocks.partner")

    async def _do_press_slots(self, person: Person, act: Act) -> None:
        _, message = await self._group(person, act)
        shown = pressable(message)
        which = {"earliest": shown[:1], "latest": shown[-1:], "all": shown}
        chosen = act["slots"]
        wanted = which[chosen] if isinstance(chosen, str) else [*map(instant, chosen)]
        assert set(wanted) <= set(shown), (act, shown)
        there = pressed(message, person.user)
        for number, at in enumerate(one for one in shown if (one in wanted) != (one in there)):
            if number:
                await self._settle(acted=True)
                _, message = await self._group(person, act)
            if at in pressable(message):  # else all have agreed on an earlier one
                await person.clicks(message, f"mocks.suits.{int(at.timestamp())}")

    async def _do_another_time(self, person: Person, act: Act) -> None:
        _, message = await self._group(person, act)
        await person.clicks(message, "mocks.another_time")
        zone = ZoneInfo(self.script["members"][person.user]["tz"])
        at = instant(act["start"]).astimezone(zone)
        typed = {"date": at.date().isoformat(), "time": f"{at:%H:%M}"}
        answer = await person.submits(await person.waits_for_modal(), typed)
        assert not answer["errors"], answer

    async def _do_give_up(self, person: Person, act: Act) -> None:
        _, message = await self._group(person, act)
        await person.clicks(message, "mocks.find_another")

    async def _do_outcome(self, person: Person, act: Act) -> None:
        """In the question, else by its *Change my answer*, else by the command."""
        group_id, _ = await self._group(person, act)
        answer = f"{group_id}:{act['answer']}"
        if absent := act.get("absent"):
            answer += f":{self.members[absent]}"
        where = await self._with(person, "mocks.say", answer)
        if where is None:
            changing = await self._with(person, "mocks.outcome", group_id)
            if changing:
                await person.clicks(changing, "mocks.outcome")
            else:
                await person.types("/mock outcome")
            where = await person.waits_for_modal()
        action = next(one["action_id"] for one in buttons(where) if one.get("value") == answer)
        await person.clicks(where, action)
        await self._close(person)

    async def _do_marks(self, person: Person, act: Act) -> None:
        group_id, _ = await self._group(person, act)
        message = await self._with(person, "mocks.marks", group_id)
        if message:
            await person.clicks(message, "mocks.marks")
        else:
            await person.types("/mock feedback")
        form = await person.waits_for_modal()
        assert form["private_metadata"] == group_id, (act, form)
        typed = {
            f"{cell}.{self.members[user]}": str(mark)
            for user, marks in act["marks"].items()
            for cell, mark in zip(CELLS, marks, strict=True)
        }
        asked = {block["block_id"] for block in form["blocks"] if block["type"] == "input"}
        assert {one for one in asked if not one.startswith("note")} == set(typed), act
        answer = await person.submits(form, typed)
        assert not answer["errors"], answer
        await self._close(person)
