"""Thirteen weeks of three teams, played by people through the bot's own messages and forms.

`quarter.yaml` is what is imported, `season.yaml` what people do; nothing here knows what must come
of it.
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from sqlalchemy import select

from bot.okrs.exchange import reading
from bot.okrs.exchange import service as exchange
from bot.okrs.tables import KeyResult
from bot.people import jobs as people_jobs
from bot.sandbox.state import Person as Profile
from tests.person import Json, Person, rule_of, until
from tests.world import World

HERE = Path(__file__).parent
WEEKS = 13
FIRST = date(2027, 1, 5)  # the first check-in day, a Tuesday
BERLIN = ZoneInfo("Europe/Berlin")
HOLIDAY = (8, ("U0DEV", "U0FINN", "U1MIO", "U1LENA"))  # 23 February, in Tokyo
HURRY = 100.0  # times Slack's pace: a quarter of it would take an hour
LINE = re.compile(r"^(?:🟢|🟡|🔴|⚪) (On track|At risk|Off track|Unknown): (.+)$")
VOTES = re.compile(r"^Confidence [\d.]+ of 10(?:, votes ([\d, ]+))?\.$")
COLOURS = {"On track": "green", "At risk": "amber", "Off track": "red", "Unknown": "grey"}


def told(name: str) -> Any:
    return yaml.safe_load((HERE / f"{name}.yaml").read_text("utf-8"))


@dataclass
class Seen:
    """A key result in a digest; `words` are its lines below the title."""

    colour: str
    words: list[str]

    @property
    def votes(self) -> list[int] | None:
        found = [match for line in self.words if (match := VOTES.match(line))]
        if not found:
            return None
        said = found[0][1] or found[0][0].split()[1]
        return sorted(round(float(one)) for one in said.split(","))


@dataclass
class Digest:
    """What a team's channel was told of one week."""

    headline: str
    seen: dict[str, Seen]  # by title
    reviews: list[str]  # titles
    pictures: list[str]  # alt texts


@dataclass
class Season:
    world: World
    quarter: Json = field(default_factory=lambda: told("quarter"))
    script: Json = field(default_factory=lambda: told("season"))
    ids: dict[str, int] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.tz = {one["user"]: ZoneInfo(one["tz"]) for one in self.quarter["members"]}
        self.results = {
            one["key"]: one | {"team": told["team"]}
            for told in self.quarter["objectives"]
            for one in told["key_results"]
        }
        self.titles = {one["title"]: key for key, one in self.results.items()}
        self.channels = {one["key"]: one["channel"] for one in self.quarter["teams"]}
        self.names = {one["key"]: one["name"] for one in self.quarter["teams"]}

    async def begin(self) -> None:
        """People come, the bot is invited, the quarter is imported."""
        state = self.world.slack.state
        for user, tz in self.tz.items():
            if user not in state.people:
                state.people[user] = Profile(user, user.lower(), user)
            state.people[user].tz = str(tz)
        for channel in set(self.channels.values()):
            state.channels[channel].members.append(state.app.bot_user)
            state.channels[channel].members += [
                user for user in self.tz if user not in state.channels[channel].members
            ]
        deps = self.world.deps
        await people_jobs.read_everybody(deps)
        async with deps.transaction() as session:
            place = deps.directory.all()[0].workspace_id
            text = (HERE / "quarter.yaml").read_text("utf-8")
            given = reading.understood(reading.from_yaml(text))
            await exchange.apply(session, place, given, deps.now())
            rows = await session.execute(select(KeyResult.key, KeyResult.id))
            self.ids = {row[0]: row[1] for row in rows}

    async def week(self, number: int) -> dict[str, Digest]:
        """Monday to the digest of Thursday; {team: what its channel was told}."""
        day, before = FIRST + timedelta(weeks=number - 1), self._stamp()
        await self._monday(number, day - timedelta(days=1))
        calls: list[tuple[datetime, str | None]] = []
        for user, tz in self.tz.items():
            late = number in self.script.get("late", {}).get(user, ())
            silent = number in self.script.get("silent", {}).get(user, ())
            if user in self.gone or silent:
                continue
            when, hour = (day + timedelta(days=1), 15) if late else (day, 10)
            calls.append((datetime.combine(when, time(hour, 1), tz), user))
        for tz in set(self.tz.values()):  # the reminders are due a day later
            calls.append((datetime.combine(day + timedelta(days=1), time(10), tz), None))
        for at, user in sorted(calls, key=lambda call: (call[0], call[1] or "")):
            if at > self.world.clock.now():  # those of one zone answer at one instant
                await self.world.move_to(at.astimezone(UTC))
            if user is not None:
                await self._check_in(user, number)
        deadline = datetime.combine(day + timedelta(days=2), time(10, 0, 5), BERLIN)
        await self.world.move_to(deadline.astimezone(UTC))
        return {team: await self._digest(team, number, before) for team in self.channels}

    def _stamp(self) -> str:
        """The newest message of all; what is posted from now on is newer."""
        stamps = [
            ts for channel in self.world.slack.state.channels.values() for ts in channel.messages
        ]
        return max(stamps, default="0")

    async def _monday(self, number: int, day: date) -> None:
        noon = datetime.combine(day, time(12), UTC)
        leaves, amend = self.script["leaves"], self.script["amend"]
        if number == leaves["week"]:
            await self.world.move_to(noon)
            user = leaves["user"]
            await self.world.sandbox.post("profile", {"as": user, "deleted": True})
            self.gone.add(user)
        if number == amend["week"]:
            await self.world.move_to(noon)
            person = self.world.person(amend["by"])
            await person.types("/okr edit")
            step = f"okrs.edit.kr:{self.ids[amend['key_result']]}"
            await person.clicks(await person.waits_for_modal(), step)
            form = await person.waits_for_modal()
            typed = {"target": str(amend["target"]), "reason": amend["reason"]}
            shown = await person.submits(form, typed)
            assert not shown.get("errors"), shown
            await self._close(person)

    async def _close(self, person: Person) -> None:
        while (form := await person.modal()) is not None:
            await person.closes(form, everything=True)

    async def _check_in(self, user: str, number: int) -> None:
        """Press the button of the newest message and fill in what the script says."""
        person = self.world.person(user)
        channel = await person.app()
        asked = [
            one
            for one in await person.sees(channel)
            if "Check in" in str(one.get("blocks")) and not one.get("ephemeral")
        ]
        if asked:
            await person.clicks(asked[-1], "Check in")
        else:  # a public holiday: the question waits, but Japan's team likes its Tuesday
            assert (user in HOLIDAY[1], number) == (True, HOLIDAY[0])
            await person.types("/okr")
        form: Json | None = await person.waits_for_modal()
        while form is not None:
            answer = await person.submits(form, self._typed(form, user, number))
            assert not answer.get("errors"), (user, number, answer)
            following = answer.get("view")
            form = following if following and following.get("submit") else None
        await self._close(person)

    def _typed(self, form: Json, user: str, number: int) -> Json:
        keys = {id_: key for key, id_ in self.ids.items()}
        typed: Json = {}
        for block in form["blocks"]:
            if block["type"] != "input":
                continue
            name, id_ = block["block_id"].split(".")[:2]
            key = keys[int(id_)]
            words = self.script.get("words", {}).get(key, {}).get(number, {}).get(user, {})
            value = self.script["values"][key][number - 1]
            if name == "confidence":
                typed[block["block_id"]] = str(self.script["confidence"][key][user][number - 1])
            elif name == "value":
                typed[block["block_id"]] = self._value(block, value)
            elif name == "done" and value is not None:
                typed[block["block_id"]] = self._boxes(block, value)
            elif words.get(name):
                typed[block["block_id"]] = words[name]
        return typed

    def _value(self, block: Json, value: Any) -> str:
        if value is None:
            return ""
        if block["element"]["type"] != "static_select":
            return f"{value}"
        options = block["element"]["options"]
        return next(str(one["value"]) for one in options if one["text"]["text"] == value)

    def _boxes(self, block: Json, done: list[str]) -> list[str]:
        options = block["element"]["options"]
        return [str(one["value"]) for one in options if one["text"]["text"] in done]

    async def _digest(self, team: str, number: int, after: str) -> Digest:
        person, channel = self.world.person("U0ANA"), self.channels[team]
        head = f"{self.names[team]}, week {number}"

        def ours(message: Json) -> bool:
            return rule_of(message) == "okr.digest" and str(message["text"]).startswith(head)

        first = await person.waits_for(ours, channel, timeout=20.0)

        async def whole() -> list[Json] | None:
            thread = await person.thread(channel, first["ts"])
            return thread if any(one.get("files") for one in thread) else None

        thread: list[Json] = await until(whole, 20.0)
        seen: dict[str, Seen] = {}
        for message in thread:
            seen |= _seen(texts_of(message))
        reviews = [
            title
            for one in await person.sees(channel)
            if one["ts"] > after and "risk review" in one["text"].lower()
            for title in self.titles
            if title in one["text"] and self.results[self.titles[title]]["team"] == team
        ]
        alts = [str(file.get("alt_txt")) for one in thread for file in one.get("files", [])]
        return Digest(first["text"].splitlines()[0], seen, reviews, alts)


def texts_of(message: Json) -> list[str]:
    """What stands in its blocks, line by line."""
    texts = [block.get("text", {}) for block in message.get("blocks", [])]
    return [line for one in texts for line in str(one.get("text", "")).splitlines()]


def _seen(lines: list[str]) -> dict[str, Seen]:
    found: dict[str, Seen] = {}
    newest: Seen | None = None
    for line in lines:
        if match := LINE.match(line):
            newest = found.setdefault(match[2], Seen(COLOURS[match[1]], []))
        elif not line.strip() or line.startswith("*"):
            newest = None
        elif newest is not None:
            newest.words.append(line)
    return found
