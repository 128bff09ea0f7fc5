"""Files come from Slack's own hosts, with the token, and from nowhere else."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from yarl import URL

from bot.errors import SlackLost, SlackRefused
from bot.slack import client, files
from tests.voice.transcriber import sound

API = URL("https://slack.com/api/")


@pytest.mark.parametrize(
    ("address", "ours"),
    [
        ("https://files.slack.com/files-pri/T1-F1/a.m4a", True),
        ("https://acme.enterprise.slack.com/files-pri/T1-F1/a.m4a", True),
        ("https://slack.com/a", True),
        ("https://files.slack-gov.com/a", True),
        ("https://FILES.SLACK.COM/a", True),
        ("http://files.slack.com/a", False),
        ("https://files.slack.com:8443/a", False),
        ("https://files.slack.com@evil.example/a", False),
        ("https://me:pw@files.slack.com/a", False),
        ("https://evil.example/files.slack.com", False),
        ("https://notslack.com/a", False),
        ("https://files.slack.com.evil.example/a", False),
        ("https://evil.example\\.slack.com/a", False),
        ("https://drive.google.com/file", False),
        ("http://127.0.0.1/latest", False),
        ("http://169.254.169.254/latest/meta-data", False),
        ("file:///etc/passwd", False),
        ("//files.slack.com/a", False),
        ("", False),
    ],
)
def test_whose_the_address_is(address: str, ours: bool) -> None:
    try:
        told = files.is_slacks(URL(address), API)
    except ValueError:
        told = False
    assert told is ours


def test_where_the_web_api_is_counts_as_slack() -> None:
    api = URL("http://127.0.0.1:4000/api/")
    assert files.is_slacks(URL("http://127.0.0.1:4000/files-pri/x"), api)
    assert not files.is_slacks(URL("http://127.0.0.1:4001/files-pri/x"), api)


# status, body, content type, headers
GIVEN = {
    "sound": (200, sound("short.wav"), "audio/wav", {}),
    "html": (200, b"<html>Sign in", "text/html", {}),
    "empty": (200, b"", "audio/mp4", {}),
    "told_huge": (200, b"x" * 3000, "audio/mp4", {}),
    "404": (404, b"no", "text/plain", {}),
    "503": (503, b"no", "text/plain", {}),
    "moved": (302, b"", "text/plain", {"Location": "/sound"}),
    "round": (302, b"", "text/plain", {"Location": "/round"}),
}


@asynccontextmanager
async def serving(port: int = 0) -> AsyncIterator[tuple[str, list[str]]]:
    """A file server with every trick, and the tokens it was shown."""
    seen: list[str] = []

    async def give(request: web.Request) -> web.StreamResponse:
        seen.append(request.headers.get("Authorization", ""))
        name = request.match_info["name"]
        if name == "huge":  # without a length told before
            response = web.StreamResponse(headers={"Content-Type": "audio/mp4"})
            await response.prepare(request)
            await response.write(b"x" * 9000)
            return response
        if name == "away":
            return web.Response(status=302, headers={"Location": request.query["to"]})
        status, content, mimetype, headers = GIVEN[name]
        return web.Response(status=status, body=content, content_type=mimetype, headers=headers)

    application = web.Application()
    application.router.add_get("/{name}", give)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}", seen
    finally:
        await runner.cleanup()


async def test_what_is_fetched_and_what_is_refused() -> None:
    async with (
        serving() as (url, seen),
        serving() as (other, stolen),
        client.connect(f"{url}/api/") as slack,
    ):

        async def get(name: str, largest: int = files.LARGEST) -> str:
            try:
                fetched = await files.fetch(slack, "xoxb-1", f"{url}/{name}", largest)
            except SlackRefused as error:
                return f"{error.code} {error.permanent}"
            except SlackLost as error:
                return error.code
            assert fetched == sound("short.wav")
            return "read"

        assert await get("sound") == "read"
        assert await get("moved") == "read"
        assert await get("html") == "not_a_file True"
        assert await get("empty") == "empty True"
        assert await get("told_huge", 2000) == "too_large True"
        assert await get("huge", 2000) == "too_large True"
        assert await get("404") == "http_404 True"
        assert await get("503") == "http_503"
        assert await get("round") == "redirects True"
        assert await get(f"away?to={other}/sound") == "foreign_host True"
        assert set(seen) == {"Bearer xoxb-1"}
        assert stolen == []
        # What cannot be read as an address must end here too: who asks takes no other error.
        for address in (f"{other}/sound", "//files.slack.com/a", "https://xn--/a", "https://[/"):
            with pytest.raises(SlackRefused, match="foreign_host"):
                await files.fetch(slack, "xoxb-1", address)
        assert await get("away?to=https://xn--/a") == "foreign_host True"
        assert stolen == []
