"""An OpenAI-compatible transcription endpoint behind one method: sound in, words out.

The sound is in memory while it is asked and nowhere else. Instants are the machine's.
"""

import asyncio
import json
import logging
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit

import httpx

from bot.errors import TranscriberFailed
from bot.scoring.judge.endpoint import LOOPBACK, Breaker, code_of

log = logging.getLogger(__name__)
SECONDS = 60.0  # for one request, sending the sound included
LARGEST = 256_000  # bytes of a response that are read


class Transcriber:
    """`model` at `host`; nobody is asked for a while after failures in a row."""

    def __init__(
        self,
        url: str,
        key: str | None,
        model: str,
        *,
        seconds: float = SECONDS,
        breaker: Breaker | None = None,
    ) -> None:
        base = url.rstrip("/").removesuffix("/audio/transcriptions")
        self._url = f"{base}/audio/transcriptions"
        self.model = model
        self.host = urlsplit(url).hostname or ""
        self.breaker = breaker or Breaker()
        self.counts: Counter[str] = Counter()  # *heard* and the codes of failures
        self._seconds = seconds
        self._http = httpx.AsyncClient(
            timeout=seconds,
            follow_redirects=False,  # the key and the sound are for this address alone
            headers={"Authorization": f"Bearer {key}"} if key else {},
            trust_env=self.host not in LOOPBACK,
        )

    async def close(self) -> None:
        await self._http.aclose()

    async def hear(
        self, sound: bytes, ending: str, mimetype: str, now: Callable[[], datetime]
    ) -> str:
        """The words of a sound, empty for silence. Raises TranscriberFailed with a code.

        The codes are those of the model judge: slow, unreachable, busy, broken, refused, key,
        address, unusable, resting.
        """
        if not self.breaker.lets_through(now()):
            self.counts["resting"] += 1
            raise TranscriberFailed("resting")
        try:
            async with asyncio.timeout(self._seconds):
                words = await self._heard(sound, f"clip.{ending}", mimetype)
        except (TimeoutError, httpx.TimeoutException):
            code = "slow"
        except httpx.HTTPError:
            code = "unreachable"
        except TranscriberFailed as failed:
            code = failed.code
        else:
            self.breaker.note(True, now())
            self.counts["heard"] += 1
            return words
        self.breaker.note(False, now())
        self.counts[code] += 1
        log.warning("transcriber_failed", extra={"code": code})
        raise TranscriberFailed(code)

    async def _heard(self, sound: bytes, name: str, mimetype: str) -> str:
        body = bytearray()
        async with self._http.stream(
            "POST",
            self._url,
            data={"model": self.model, "response_format": "json"},
            files={"file": (name, sound, mimetype)},
        ) as response:
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > LARGEST:
                    raise TranscriberFailed("unusable")
        if response.status_code != 200:
            raise TranscriberFailed(code_of(response.status_code))
        return _words(bytes(body))


def _words(body: bytes) -> str:
    """The text of a transcription. Raises TranscriberFailed when it is none."""
    try:
        text = json.loads(body)["text"]
    except (ValueError, RecursionError, LookupError, TypeError) as error:
        raise TranscriberFailed("unusable") from error
    if not isinstance(text, str):
        raise TranscriberFailed("unusable")
    return text.encode("utf-8", "replace").decode()  # half a character can be kept by nobody
