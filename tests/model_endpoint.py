"""A chat endpoint on a free local port: answers well, slowly, wrongly, maliciously or not at all.

async with model_endpoint(honest) as model:
    endpoint = Endpoint(model.url, "key", "model-x")
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Json = dict[str, Any]
# From a request's body to a response: a reply's text, or a whole response.
Behaviour = Callable[[Json], "str | web.Response | Awaitable[str | web.Response]"]


@dataclass
class Model:
    """Where it is, and what it was sent."""

    url: str = ""
    behaviour: Behaviour = lambda _: "{}"
    requests: list[Json] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)

    @property
    def sent(self) -> str:
        """Everything that was ever sent, as one text."""
        return json.dumps([self.requests, self.headers, self.paths], ensure_ascii=False)


@asynccontextmanager
async def model_endpoint(behaviour: Behaviour) -> AsyncIterator[Model]:
    model = Model(behaviour=behaviour)

    async def take(request: web.Request) -> web.StreamResponse:
        body = await request.json()
        model.requests.append(body)
        model.headers.append(dict(request.headers))
        model.paths.append(request.path)
        told = model.behaviour(body)
        told = told if isinstance(told, str | web.Response) else await told
        return completion(told) if isinstance(told, str) else told

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", take)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    model.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    try:
        yield model
    finally:
        await runner.cleanup()


def completion(text: str) -> web.Response:
    return web.json_response({"choices": [{"message": {"role": "assistant", "content": text}}]})


def status(code: int, **headers: str) -> Behaviour:
    return lambda _: web.Response(status=code, text="no", headers=headers)


def mode(body: Json) -> str:
    """How the request wants its answer: json_schema, json_object or text."""
    form = body.get("response_format")
    return str(form["type"]) if form else "text"


def asked_of(body: Json) -> tuple[str, list[str], int]:
    """The answer that a request carries, the cells it asks for, and the number of key points."""
    system, user = body["messages"][0]["content"], body["messages"][1]["content"]
    answer = json.loads(user.rsplit("The answer, as a JSON string:\n", 1)[1])
    shape = json.loads(system.rsplit("nothing else:\n", 1)[1])
    points = user.split("Key points:\n", 1)[1].split("\n\nThe answer", 1)[0]
    count = 0 if points == "none" else len(points.splitlines())
    return answer, list(shape["cells"]), count


def marks(body: Json, score: float, reason: str = "It says so.", quote: str | None = None) -> str:
    """A well-formed reply that gives every cell this mark, with the first line as its quote."""
    answer, cells, count = asked_of(body)
    words = quote if quote is not None else " ".join(answer.splitlines()[0].split()[:12])
    one = {"score": score, "quote": words if score else "", "reason": reason}
    hits = [{"number": n, "hit": score >= 3, "quote": words} for n in range(1, count + 1)]
    return json.dumps({"cells": dict.fromkeys(cells, one), "key_points": hits})


def judging(score: float, **more: Any) -> Behaviour:
    """Gives every cell this mark."""
    return lambda body: marks(body, score, **more)


def obedient(honest: float, signs: Callable[[str], bool]) -> Behaviour:
    """Gives everything the highest mark once anything it was sent asks for that."""
    return lambda body: marks(body, 4.0 if signs(asked_of(body)[0]) else honest)


def slowly(behaviour: Behaviour, seconds: float) -> Behaviour:
    async def wait(body: Json) -> str | web.Response:
        await asyncio.sleep(seconds)
        told = behaviour(body)
        return told if isinstance(told, str | web.Response) else await told

    return wait


def in_turn(*behaviours: Behaviour) -> Behaviour:
    """One after another; the last one goes on."""
    left = list(behaviours)

    def next_one(body: Json) -> Any:
        return (left.pop(0) if len(left) > 1 else left[0])(body)

    return next_one


def taking(*modes: str, then: Behaviour) -> Behaviour:
    """Refuses every form of answer but these with 400."""
    return lambda body: then(body) if mode(body) in modes else web.Response(status=400)
