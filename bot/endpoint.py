"""An OpenAI-compatible endpoint that the operator names: time-out, breaker and counts.

Instants are the machine's. Nothing here is written to the log but codes.
"""

import asyncio
import json
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, ClassVar, TypeVar
from urllib.parse import urlsplit

import httpx

from bot.errors import EndpointFailed

log = logging.getLogger(__name__)
T = TypeVar("T")
LARGEST = 256_000  # bytes of a response that are read
FAILURES = 3  # in a row, after which nobody is asked for a while
REST = timedelta(minutes=5)
LOOPBACK = ("127.0.0.1", "localhost", "::1")
# Codes by HTTP status; every code has a sentence in the views of whoever asks.
STATUS = {401: "key", 403: "key", 404: "address", 408: "slow", 429: "busy"}


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


class ModelEndpoint:
    """`model` at `host`; `seconds` bounds everything that one question costs.

    A subclass names the `PATH` that is asked, how `counts` calls what worked, and what the log
    calls what did not.
    """

    PATH: ClassVar[str]
    WORKED: ClassVar[str]
    FAILED: ClassVar[str]

    def __init__(
        self,
        url: str,
        key: str | None,
        model: str,
        *,
        seconds: float,
        breaker: Breaker | None = None,
    ) -> None:
        self._url = url.rstrip("/").removesuffix(self.PATH) + self.PATH
        self.model = model
        self.host = urlsplit(url).hostname or ""
        self.breaker = breaker or Breaker()
        self.counts: Counter[str] = Counter()  # `WORKED` and the codes of failures
        self._seconds = seconds
        self._http = httpx.AsyncClient(
            timeout=seconds,
            follow_redirects=False,  # the key and what is sent are for this address alone
            headers={"Authorization": f"Bearer {key}"} if key else {},
            trust_env=self.host not in LOOPBACK,
        )

    async def close(self) -> None:
        await self._http.aclose()

    async def _guarded(self, asking: Callable[[], Awaitable[T]], now: Callable[[], datetime]) -> T:
        """What `asking` gives, in time and counted. Raises EndpointFailed with a code."""
        if not self.breaker.lets_through(now()):
            self.counts["resting"] += 1
            raise EndpointFailed("resting")
        try:
            async with asyncio.timeout(self._seconds):
                given = await asking()
        except (TimeoutError, httpx.TimeoutException):
            code = "slow"
        except httpx.HTTPError:
            code = "unreachable"
        except EndpointFailed as failed:
            code = failed.code
        else:
            self.breaker.note(True, now())
            self.counts[self.WORKED] += 1
            return given
        self.breaker.note(False, now())
        self.counts[code] += 1
        log.warning(self.FAILED, extra={"code": code})
        raise EndpointFailed(code)

    async def _post(self, **sent: Any) -> tuple[int, bytes]:
        """Status and body; `sent` as httpx takes it. Raises EndpointFailed and httpx.HTTPError."""
        body = bytearray()
        async with self._http.stream("POST", self._url, **sent) as response:
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > LARGEST:
                    raise EndpointFailed("unusable")
        return response.status_code, bytes(body)


def code_of(status: int) -> str:
    """The word for an HTTP status that is not 200."""
    if 300 <= status < 400:
        return "address"
    return STATUS.get(status, "broken" if status >= 500 else "refused")


def text_at(body: bytes, *path: str | int) -> str:
    """The text under these keys and places of a JSON body. Raises EndpointFailed."""
    try:
        text = json.loads(body)
        for step in path:
            text = text[step]
    except (ValueError, RecursionError, LookupError, TypeError) as error:
        raise EndpointFailed("unusable") from error
    if not isinstance(text, str):
        raise EndpointFailed("unusable")
    return text.encode("utf-8", "replace").decode()  # half a character can be kept by nobody
