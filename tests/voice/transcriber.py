"""A transcription endpoint on a free local port: knows the recordings of `tests/data/voice`.

async with transcriber(honest) as served:
    heard = await Transcriber(served.url, "key", "whisper-x").hear(…)
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import BodyPartReader, web

SOUNDS = Path(__file__).parent.parent / "data" / "voice"
SAID = (
    "I would, um, roll back first. You know, option A costs forty thousand euros a week and "
    "option B loses the small sellers. I choose option A, and I would flip if refunds passed "
    "three percent."
)
SHORT = "Roll back first, then check the funnel."


def sound(name: str) -> bytes:
    return (SOUNDS / name).read_bytes()


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


WORDS = {
    _digest(sound("answer.m4a")): SAID,
    _digest(sound("answer.webm")): SAID,
    _digest(sound("short.wav")): SHORT,
    _digest(sound("silence.webm")): "",
}


@dataclass(frozen=True)
class Asked:
    """One request as it came in."""

    path: str
    fields: dict[str, str]
    file_name: str
    mimetype: str
    content: bytes
    authorization: str


Behaviour = Callable[[Asked], "web.Response | Awaitable[web.Response]"]


@dataclass
class Served:
    url: str = ""
    behaviour: Behaviour = lambda _: web.Response(status=500)
    requests: list[Asked] = field(default_factory=list)


def honest(asked: Asked) -> web.Response:
    """The words of a recording that it knows; other sound is refused."""
    words = WORDS.get(_digest(asked.content))
    if words is None:
        return web.json_response({"error": {"message": "no such sound"}}, status=400)
    return web.json_response({"text": words})


def status(code: int, **headers: str) -> Behaviour:
    return lambda _: web.Response(status=code, text="no", headers=headers)


def saying(body: str, content_type: str = "application/json") -> Behaviour:
    return lambda _: web.Response(text=body, content_type=content_type)


def slowly(seconds: float) -> Behaviour:
    async def wait(asked: Asked) -> web.Response:
        await asyncio.sleep(seconds)
        return honest(asked)

    return wait


def in_turn(*behaviours: Behaviour) -> Behaviour:
    """One after another; the last one goes on."""
    left = list(behaviours)
    return lambda asked: (left.pop(0) if len(left) > 1 else left[0])(asked)


async def _read(request: web.Request) -> Asked:
    fields: dict[str, str] = {}
    name = mimetype = ""
    content = b""
    async for part in await request.multipart():
        assert isinstance(part, BodyPartReader)
        body = bytes(await part.read())
        if part.filename:
            name, mimetype = part.filename, part.headers.get("Content-Type", "")
            content = body
        else:
            fields[str(part.name)] = body.decode()
    authorization = request.headers.get("Authorization", "")
    return Asked(request.path, fields, name, mimetype, content, authorization)


@asynccontextmanager
async def transcriber(behaviour: Behaviour = honest) -> AsyncIterator[Served]:
    served = Served(behaviour=behaviour)

    async def take(request: web.Request) -> web.StreamResponse:
        asked = await _read(request)
        served.requests.append(asked)
        told = served.behaviour(asked)
        return told if isinstance(told, web.Response) else await told

    application = web.Application(client_max_size=30 * 2**20)
    application.router.add_post("/{path:.*}", take)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    served.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    try:
        yield served
    finally:
        await runner.cleanup()
