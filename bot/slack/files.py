"""Fetches a file from Slack with the bot's token, and from nowhere else. Knows no feature.

An address comes from what Slack says of a file, and that may be told by anybody (a file of another
service has the address its adder chose), so the token only goes to Slack's own hosts and to where
the Web API is. What is fetched is returned and kept nowhere.
"""

import asyncio

import aiohttp
from yarl import URL

from bot.errors import SlackLost, SlackRefused
from bot.slack.client import Slack

LARGEST = 25 * 1024 * 1024  # bytes
WITHIN = 30.0  # seconds for everything
HOSTS = ("slack.com", "slack-gov.com")
HOPS = 3  # redirects that are followed, on these hosts
MOVED = (301, 302, 303, 307, 308)
PERMANENT = (401, 403, 404, 410)


def is_slacks(address: URL, api: URL) -> bool:
    """May the token go there? `api` is where the Web API is, such as a sandbox."""
    if address.user or address.password or not address.host:
        return False
    if api.host and address.origin() == api.origin():
        return True
    ours = any(address.host == host or address.host.endswith(f".{host}") for host in HOSTS)
    return ours and address.scheme == "https" and address.port == 443


async def fetch(slack: Slack, token: str, address: str, largest: int = LARGEST) -> bytes:
    """The bytes of the file at this address. Raises SlackRefused and SlackLost.

    Codes beside `http_STATUS`: `foreign_host`, `not_a_file` (the login page that Slack shows in
    place of a file), `too_large`, `empty`.
    """
    try:
        async with asyncio.timeout(WITHIN):
            return await _followed(slack, token, address, largest)
    except (aiohttp.ClientError, TimeoutError) as error:
        raise SlackLost(type(error).__name__) from error


async def _followed(slack: Slack, token: str, address: str, largest: int) -> bytes:
    api = URL(slack.base_url)
    at = _checked(address, None, api)
    for _ in range(HOPS + 1):
        async with slack.http.get(
            at, headers={"Authorization": f"Bearer {token}"}, allow_redirects=False
        ) as response:
            if response.status not in MOVED:
                return await _read(response, largest)
            at = _checked(response.headers.get("Location", ""), at, api)
    raise SlackRefused("redirects", permanent=True)


def _checked(address: str, base: URL | None, api: URL) -> URL:
    """Where the token may go. What cannot be read as an address is nobody's, some only in parts."""
    try:
        at = URL(address) if base is None else base.join(URL(address))
        ours = is_slacks(at, api)
    except ValueError as error:
        raise SlackRefused("foreign_host", permanent=True) from error
    if not ours:
        raise SlackRefused("foreign_host", permanent=True)
    return at


async def _read(response: aiohttp.ClientResponse, largest: int) -> bytes:
    if response.status >= 500 or response.status == 429:
        raise SlackLost(f"http_{response.status}")
    if response.status != 200:
        permanent = response.status in PERMANENT
        raise SlackRefused(f"http_{response.status}", permanent=permanent)
    if response.content_type in ("text/html", "application/xhtml+xml"):
        raise SlackRefused("not_a_file", permanent=True)
    if (response.content_length or 0) > largest:
        raise SlackRefused("too_large", permanent=True)
    content = bytearray()
    async for chunk in response.content.iter_chunked(65_536):
        content += chunk
        if len(content) > largest:
            raise SlackRefused("too_large", permanent=True)
    if not content:
        raise SlackRefused("empty", permanent=True)
    return bytes(content)
