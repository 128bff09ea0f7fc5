"""An OpenAI-compatible chat endpoint behind one method, with its time-out, breaker and counts.

Instants are the machine's. Nothing here is written to the log but codes.
"""

import asyncio
import json
import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx

from bot.errors import JudgeFailed
from bot.scoring.judge import prompt
from bot.scoring.judge.prompt import Chat
from bot.scoring.judge.reply import Reply, ReplyWrong

log = logging.getLogger(__name__)
SECONDS = 20.0  # for all requests about one answer together
LARGEST = 256_000  # bytes of a response that are read
FAILURES = 3  # in a row, after which nobody is asked for a while
REST = timedelta(minutes=5)
UNSUPPORTED = (400, 415, 422, 501)  # answers to a response_format that is not known
MODES = ("json_schema", "json_object", "text")
LOOPBACK = ("127.0.0.1", "localhost", "::1")
# Codes by HTTP status; every code has a sentence in views.py.
STATUS = {401: "key", 403: "key", 404: "address", 408: "slow", 429: "busy"}
ReadReply = Callable[[str], Reply]


@dataclass(frozen=True)
class Answered:
    """A reply that could be read, and how many requests it took."""

    reply: Reply
    requests: int


class Breaker:
    """After several failures in a row nobody is asked for a while; then one may try."""

    def __init__(self, failures: int = FAILURES, rest: timedelta = REST) -> None:
        self._allowed, self._rest = failures, rest
        self._failures = 0
        self._until: datetime | None = None

    @property
    def open(self) -> bool:
        return self._until is not None

    def lets_through(self, machine_now: datetime) -> bool:
        """May somebody ask now? After a rest only the first one may, until it is known how."""
        if self._until is None:
            return True
        if machine_now < self._until:
            return False
        self._until = machine_now + self._rest
        return True

    def note(self, worked: bool, machine_now: datetime) -> None:
        if worked:
            self._failures, self._until = 0, None
            return
        self._failures += 1
        if self._failures >= self._allowed:
            self._until = machine_now + self._rest


class Endpoint:
    """`model` at `host`; `seconds` bounds everything that one question costs."""

    def __init__(
        self,
        url: str,
        key: str | None,
        model: str,
        *,
        seconds: float = SECONDS,
        breaker: Breaker | None = None,
    ) -> None:
        base = url.rstrip("/").removesuffix("/chat/completions")
        self._url = f"{base}/chat/completions"
        self.model = model
        self.host = urlsplit(url).hostname or ""
        self.breaker = breaker or Breaker()
        self.counts: Counter[str] = Counter()  # *answered* and the codes of failures
        self.requests = 0
        self._seconds = seconds
        self._modes = list(MODES)  # the first is tried first; what is refused is never tried again
        self._http = httpx.AsyncClient(
            timeout=seconds,
            follow_redirects=False,  # the key is for this address alone
            headers={"Authorization": f"Bearer {key}"} if key else {},
            trust_env=self.host not in LOOPBACK,
        )

    async def close(self) -> None:
        await self._http.aclose()

    async def ask(
        self, asked: Chat, schema: dict[str, Any], read: ReadReply, now: Callable[[], datetime]
    ) -> Answered:
        """Ask once, mend once if the reply cannot be read. Raises JudgeFailed with a code."""
        if not self.breaker.lets_through(now()):
            self.counts["resting"] += 1
            raise JudgeFailed("resting", requests=0)
        before = self.requests
        try:
            async with asyncio.timeout(self._seconds):
                reply = await self._asked(asked, schema, read)
        except (TimeoutError, httpx.TimeoutException):
            code = "slow"
        except httpx.HTTPError:
            code = "unreachable"
        except JudgeFailed as failed:
            code = failed.code
        else:
            self.breaker.note(True, now())
            self.counts["answered"] += 1
            return Answered(reply, self.requests - before)
        self.breaker.note(False, now())
        self.counts[code] += 1
        log.warning("judge_failed", extra={"code": code})
        raise JudgeFailed(code, requests=self.requests - before)

    async def _asked(self, asked: Chat, schema: dict[str, Any], read: ReadReply) -> Reply:
        text = await self._complete(asked, schema)
        try:
            return read(text)
        except ReplyWrong as wrong:
            text = await self._complete(prompt.repaired(asked, text[:8000], str(wrong)), schema)
        try:
            return read(text)
        except ReplyWrong as wrong:
            raise JudgeFailed("unusable") from wrong

    async def _complete(self, asked: Chat, schema: dict[str, Any]) -> str:
        """The reply's text, in the first form of answer that the endpoint takes."""
        modes = list(self._modes)
        for mode in modes:
            status, body = await self._post(self._request(asked, schema, mode))
            if status in UNSUPPORTED and mode != modes[-1]:
                continue
            if status == 200:
                self._modes = modes[modes.index(mode) :]
                return _content(body)
            break
        raise JudgeFailed(code_of(status))

    def _request(self, asked: Chat, schema: dict[str, Any], mode: str) -> dict[str, Any]:
        told: dict[str, Any] = {
            "model": self.model,
            "messages": asked,
            "temperature": 0,
        }
        if mode == "json_schema":
            form = {"name": "marks", "strict": True, "schema": schema}
            told["response_format"] = {"type": mode, "json_schema": form}
        elif mode == "json_object":
            told["response_format"] = {"type": mode}
        return told

    async def _post(self, request: dict[str, Any]) -> tuple[int, bytes]:
        self.requests += 1
        body = bytearray()
        async with self._http.stream("POST", self._url, json=request) as response:
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > LARGEST:
                    raise JudgeFailed("unusable")
        return response.status_code, bytes(body)


def code_of(status: int) -> str:
    """The word for an HTTP status that is not 200."""
    if 300 <= status < 400:
        return "address"
    return STATUS.get(status, "broken" if status >= 500 else "refused")


def _content(body: bytes) -> str:
    """The text of a chat completion. Raises JudgeFailed when it is none."""
    try:
        text = json.loads(body)["choices"][0]["message"]["content"]
    except (ValueError, RecursionError, LookupError, TypeError) as error:
        raise JudgeFailed("unusable") from error
    if not isinstance(text, str):
        raise JudgeFailed("unusable")
    return text.encode("utf-8", "replace").decode()  # half a character can be sent to nobody
