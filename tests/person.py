"""People for the tests: they act in the local workspace through its JSON API, as a page would.

async with Sandbox.over(server.url) as sandbox:
    ana = sandbox.person("U0ANA")
    await ana.types("/drill now")
"""

import asyncio
import base64
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

Json = dict[str, Any]


class NotAllowed(Exception):
    """The workspace said no. `error` is its word."""

    def __init__(self, status: int, body: Json) -> None:
        super().__init__(f"{status} {body}")
        self.status = status
        self.error = str(body.get("error"))
        self.detail = str(body.get("detail", ""))


class Sandbox:
    """The workspace seen from outside: its app, faults, clock and people."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url = url
        self.session = session

    @classmethod
    @asynccontextmanager
    async def over(cls, url: str) -> AsyncIterator["Sandbox"]:
        async with aiohttp.ClientSession() as session:
            yield cls(url, session)

    def person(self, user: str) -> "Person":
        return Person(self, user)

    async def get(self, path: str, **query: str) -> Json:
        async with self.session.get(f"{self.url}/sandbox/{path}", params=query) as response:
            return await self._read(response)

    async def post(self, path: str, body: Json | None = None) -> Json:
        async with self.session.post(f"{self.url}/sandbox/{path}", json=body or {}) as response:
            return await self._read(response)

    async def _read(self, response: aiohttp.ClientResponse) -> Json:
        body: Json = await response.json()
        if response.status != 200:
            raise NotAllowed(response.status, body)
        return body

    async def calls(self, method: str = "", since: int = 0) -> list[Json]:
        """The Web API calls received, oldest first."""
        query = {"since": str(since)} | ({"method": method} if method else {})
        found: list[Json] = (await self.get("calls", **query))["calls"]
        return found

    async def deliveries(self, since: int = 0) -> list[Json]:
        found: list[Json] = (await self.get("deliveries", since=str(since)))["deliveries"]
        return found

    async def faults(self, **settings: Any) -> Json:
        return await self.post("faults", settings)

    async def app(self, **settings: Any) -> Json:
        told: Json = (await self.post("app", settings))["app"]
        return told

    async def connected(self, seconds: float = 15.0) -> None:
        """Wait until the app has a socket open."""

        async def open_sockets() -> bool:
            return bool((await self.get("sockets"))["open"])

        await until(open_sockets, seconds)


async def until(done: Callable[[], Any], seconds: float = 15.0) -> Any:
    """Ask again and again until the answer is true; fails after `seconds`."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    pause = 0.02
    while True:
        found = done()
        found = await found if asyncio.iscoroutine(found) else found
        if found:
            return found
        if loop.time() > end:
            raise AssertionError(f"not within {seconds} s")
        await asyncio.sleep(pause)
        pause = min(pause * 1.2, 0.08)  # each look costs what is looked at: soon, then seldom


class Person:
    """One person. Channels are named by id; `app` is the direct message with the app."""

    def __init__(self, sandbox: Sandbox, user: str) -> None:
        self.sandbox = sandbox
        self.user = user
        self._before: str | None = None  # what the App Home was when it was last opened

    async def _do(self, act: str, **body: Any) -> Json:
        return await self.sandbox.post(act, {"as": self.user, **body})

    async def state(self) -> Json:
        return await self.sandbox.get("state", **{"as": self.user})

    async def app(self) -> str:
        """The id of the direct message with the app, opened if need be."""
        bot = (await self.sandbox.get("app"))["app"]["bot_user"]
        channel: str = (await self._do("dm", users=[bot]))["channel"]["id"]
        return channel

    async def says(
        self, channel: str, text: str, thread_ts: str | None = None, **more: Any
    ) -> Json:
        body = await self._do("post", channel=channel, text=text, thread_ts=thread_ts, **more)
        message: Json = body["message"]
        return message

    async def edits(self, message: Json, text: str) -> Json:
        body = await self._do("edit", channel=message["channel"], ts=message["ts"], text=text)
        edited: Json = body["message"]
        return edited

    async def deletes(self, message: Json) -> None:
        await self._do("delete", channel=message["channel"], ts=message["ts"])

    async def records(
        self,
        channel: str,
        transcript: str | None,
        thread_ts: str | None = None,
        delay: float = 0.0,
        duration_ms: int = 42_000,
        audio: bytes = b"",
        **more: Any,
    ) -> Json:
        """Post a voice clip; its transcript comes `delay` seconds later, or never when None."""
        return await self._do(
            "clip",
            channel=channel,
            transcript=transcript,
            thread_ts=thread_ts,
            delay=delay,
            duration_ms=duration_ms,
            audio=base64.b64encode(audio).decode(),
            **more,
        )

    async def types(self, command: str, channel: str | None = None, **more: Any) -> Json:
        """Type a slash command; returns `{"notice", "reply"}`."""
        return await self._do("command", channel=channel or await self.app(), text=command, **more)

    async def clicks(
        self, where: Json, what: str, value: Any = None, values: Json | None = None
    ) -> str | None:
        """Click an element of a message or a view, by action id or by the text on it."""
        block_id, action_id = element(where.get("blocks", []), what)
        at = (
            {"view_id": where["id"]}
            if where.get("type") in {"modal", "home"}
            else {"channel": where["channel"], "ts": where["ts"]}
        )
        body = await self._do(
            "action", **at, block_id=block_id, action_id=action_id, value=value, values=values
        )
        notice: str | None = body["notice"]
        return notice

    async def submits(self, view: Json, values: Json | None = None) -> Json:
        """Send a modal off. `values` are named by block id or by the input's label."""
        named = {block.get("label", {}).get("text"): block["block_id"] for block in view["blocks"]}
        given = {named.get(key, key): value for key, value in (values or {}).items()}
        return await self._do("submit", view_id=view["id"], values=given)

    async def closes(self, view: Json, everything: bool = False) -> str | None:
        body = await self._do("close", view_id=view["id"], all=everything)
        notice: str | None = body["notice"]
        return notice

    async def picks(self, callback_id: str, message: Json | None = None) -> str | None:
        """Use a shortcut, on a message when one is given."""
        at = {"channel": message["channel"], "ts": message["ts"]} if message else {}
        notice: str | None = (await self._do("shortcut", callback_id=callback_id, **at))["notice"]
        return notice

    async def home(self) -> Json | None:
        """Open the App Home; returns it as it stood."""
        self._before = (await self.home_now() or {}).get("hash")
        view: Json | None = (await self._do("home"))["view"]
        return view

    async def home_now(self) -> Json | None:
        """The App Home as published, without opening it."""
        view: Json | None = (await self.state())["home"]["view"]
        return view

    async def waits_for_home(self, timeout: float = 15.0) -> Json:
        """The App Home once the app has answered its opening with one."""

        async def anew() -> Json | None:
            view = await self.home_now()
            return view if view and view["hash"] != self._before else None

        found: Json = await until(anew, timeout)
        return found

    async def home_with(self, text: str) -> Json:
        """The App Home, opened, once it says this."""
        await self.home()

        async def there() -> Json | None:
            home = await self.home_now()
            return home if home and text in shown(home) else None

        found: Json = await until(there)
        return found

    async def waits_gone(
        self, channel: str, ts: str, thread_ts: str | None = None, timeout: float = 15.0
    ) -> None:
        """Return when this message is no longer there."""

        async def gone() -> bool:
            seen = await (self.thread(channel, thread_ts) if thread_ts else self.sees(channel))
            return ts not in {message["ts"] for message in seen}

        await until(gone, timeout)

    async def modal(self) -> Json | None:
        """The view on top of the stack, if one is open."""
        stack = (await self.state())["modals"]
        return stack[-1] if stack else None

    async def sees(self, channel: str) -> list[Json]:
        """What stands in a channel, oldest first, the person's ephemeral messages included."""
        body = await self.sandbox.get("messages", **{"as": self.user, "channel": channel})
        found: list[Json] = body["messages"]
        return found

    async def thread(self, channel: str, ts: str) -> list[Json]:
        """A thread: the parent, then the replies."""
        query = {"as": self.user, "channel": channel, "thread_ts": ts}
        found: list[Json] = (await self.sandbox.get("messages", **query))["messages"]
        return found

    async def got(self) -> list[tuple[str, Json]]:
        """(rule, message) of what the app said in its direct message, threads included."""
        dm, found = await self.app(), []
        for message in await self.sees(dm):
            thread = await self.thread(dm, message["ts"]) if message.get("reply_count") else []
            found += [(rule, one) for one in [message, *thread[1:]] if (rule := rule_of(one))]
        return found

    async def whispers(self, channel: str) -> list[Json]:
        """The ephemeral messages among what stands in a channel."""
        return [message for message in await self.sees(channel) if message["ephemeral"]]

    async def waits_for(
        self,
        predicate: Callable[[Json], Any],
        channel: str | None = None,
        thread_ts: str | None = None,
        timeout: float = 15.0,
    ) -> Json:
        """The first message, in the app's direct message or elsewhere, that fits."""
        where = channel or await self.app()

        async def fitting() -> Json | None:
            seen = await (self.thread(where, thread_ts) if thread_ts else self.sees(where))
            return next((message for message in seen if predicate(message)), None)

        found: Json = await until(fitting, timeout)
        return found

    async def waits_for_modal(self, timeout: float = 15.0) -> Json:
        found: Json = await until(self.modal, timeout)
        return found


def element(blocks: list[Json], what: str) -> tuple[str, str]:
    """The block and action id of the element with this action id or text."""
    for block in blocks:
        nested = [*block.get("elements", []), block.get("accessory"), block.get("element")]
        for one in nested:
            if not isinstance(one, dict) or "action_id" not in one:
                continue
            text = one.get("text", {})
            label = text.get("text") if isinstance(text, dict) else None
            if what in (one["action_id"], label):
                return block["block_id"], one["action_id"]
    raise AssertionError(f"nothing here is called {what!r}")


def rule_of(message: Json) -> str:
    """The rule under which the app said this; empty for what it did not send by its outbox."""
    told = message.get("metadata") or {}
    return str((told.get("event_payload") or {}).get("rule") or "")


def shown(view: Json) -> str:
    """Every text of a view or message, a line each."""
    return "\n".join(_texts(view["blocks"]))


def _texts(node: object) -> list[str]:
    if isinstance(node, dict):
        own = [node["text"]] if isinstance(node.get("text"), str) else []
        return own + [text for one in node.values() for text in _texts(one)]
    return [text for one in node for text in _texts(one)] if isinstance(node, list) else []
