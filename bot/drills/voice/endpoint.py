"""A transcription endpoint behind one method: sound in, words out.

The sound is in memory while it is asked and nowhere else. Instants are the machine's.
"""

from collections.abc import Callable
from datetime import datetime

from bot.endpoint import Breaker, ModelEndpoint, code_of, text_at
from bot.errors import EndpointFailed, TranscriberFailed

SECONDS = 60.0  # for one request, sending the sound included


class Transcriber(ModelEndpoint):
    """`model` at `host`; nobody is asked for a while after failures in a row."""

    PATH = "/audio/transcriptions"
    WORKED, FAILED = "heard", "transcriber_failed"

    def __init__(
        self,
        url: str,
        key: str | None,
        model: str,
        *,
        seconds: float = SECONDS,
        breaker: Breaker | None = None,
    ) -> None:
        super().__init__(url, key, model, seconds=seconds, breaker=breaker)

    async def hear(
        self, sound: bytes, ending: str, mimetype: str, now: Callable[[], datetime]
    ) -> str:
        """The words of a sound, empty for silence. Raises TranscriberFailed with a code.

        The codes are those of the model judge: slow, unreachable, busy, broken, refused, key,
        address, unusable, resting.
        """
        try:
            return await self._guarded(lambda: self._heard(sound, f"clip.{ending}", mimetype), now)
        except EndpointFailed as failed:
            raise TranscriberFailed(failed.code) from failed

    async def _heard(self, sound: bytes, name: str, mimetype: str) -> str:
        form = {"model": self.model, "response_format": "json"}
        status, body = await self._post(data=form, files={"file": (name, sound, mimetype)})
        if status != 200:
            raise EndpointFailed(code_of(status))
        return text_at(body, "text")
