"""A chat endpoint behind one method: a text in, a reply that could be read out.

Instants are the machine's.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.endpoint import Breaker, ModelEndpoint, code_of, text_at
from bot.errors import EndpointFailed, JudgeFailed
from bot.scoring.judge import prompt
from bot.scoring.judge.prompt import Chat
from bot.scoring.judge.reply import Reply, ReplyWrong

SECONDS = 20.0  # for all requests about one answer together
UNSUPPORTED = (400, 415, 422, 501)  # answers to a response_format that is not known
MODES = ("json_schema", "json_object", "text")
ReadReply = Callable[[str], Reply]


@dataclass(frozen=True)
class Answered:
    """A reply that could be read, and how many requests it took."""

    reply: Reply
    requests: int


class Endpoint(ModelEndpoint):
    """`model` at `host`; `seconds` bounds everything that one question costs."""

    PATH = "/chat/completions"
    WORKED, FAILED = "answered", "judge_failed"

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
        self.requests = 0
        self._modes = list(MODES)  # the first is tried first; what is refused is never tried again

    async def ask(
        self, asked: Chat, schema: dict[str, Any], read: ReadReply, now: Callable[[], datetime]
    ) -> Answered:
        """Ask once, mend once if the reply cannot be read. Raises JudgeFailed with a code."""
        before = self.requests
        try:
            reply = await self._guarded(lambda: self._asked(asked, schema, read), now)
        except EndpointFailed as failed:
            raise JudgeFailed(failed.code, requests=self.requests - before) from failed
        return Answered(reply, self.requests - before)

    async def _asked(self, asked: Chat, schema: dict[str, Any], read: ReadReply) -> Reply:
        text = await self._complete(asked, schema)
        try:
            return read(text)
        except ReplyWrong as wrong:
            text = await self._complete(prompt.repaired(asked, text[:8000], str(wrong)), schema)
        try:
            return read(text)
        except ReplyWrong as wrong:
            raise EndpointFailed("unusable") from wrong

    async def _complete(self, asked: Chat, schema: dict[str, Any]) -> str:
        """The reply's text, in the first form of answer that the endpoint takes."""
        modes = list(self._modes)
        for mode in modes:
            status, body = await self._sent(self._request(asked, schema, mode))
            if status in UNSUPPORTED and mode != modes[-1]:
                continue
            if status == 200:
                self._modes = modes[modes.index(mode) :]
                return text_at(body, "choices", 0, "message", "content")
            break
        raise EndpointFailed(code_of(status))

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

    async def _sent(self, request: dict[str, Any]) -> tuple[int, bytes]:
        self.requests += 1
        return await self._post(json=request)
