"""HTTP mode behind a real server: who is let in, and what changes nothing."""

from collections.abc import AsyncIterator, Iterator

import pytest

from bot.web import knocks
from tests import databases
from tests.door import Door, opened
from tests.knocking import (
    FORM,
    JSON,
    Answer,
    Json,
    click,
    command,
)

ANA = "U0ANA"


@pytest.fixture
def store() -> Iterator[str]:
    with databases.sqlite() as url:
        yield url


@pytest.fixture
async def door(store: str) -> AsyncIterator[Door]:
    async with opened(store) as made:
        await made.settled()
        yield made


def test_the_official_vector() -> None:
    """The example of Slack's own page on verifying requests."""
    secret, stamp = "8f742231b10e8888abcd99yyyzzz85a5", 1531420618
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow"
        b"&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner"
        b"&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands"
        b"%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    made = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    assert knocks.signed(secret, str(stamp), made, body, now=stamp + 300)
    assert not knocks.signed(secret, str(stamp), made, body, now=stamp + 301)
    assert not knocks.signed(secret, str(stamp), made, body, now=stamp - 301)
    assert not knocks.signed(secret, str(stamp), made, body + b"&", now=stamp)


BAD_STAMPS = ("", "now", "-5", "1e9", "9" * 5000, "１５３１４２０６１８")


@pytest.mark.parametrize("stamp", BAD_STAMPS, ids=lambda stamp: stamp[:12] or "none")
def test_a_stamp_is_a_number_of_seconds(stamp: str) -> None:
    assert not knocks.signed("secret", stamp, "v0=00", b"{}", now=1531420618)


async def test_what_slack_did_not_sign_changes_nothing(door: Door) -> None:
    reply = door.reply()
    typed = command("/drill skip", ANA, door.dm, door.team)
    pressed = click("drills.skip", "1", ANA, door.dm, door.team)
    before = await door.held()

    for spoilt in (
        {"secret": "another-secret"},
        {"off": -301},
        {"off": 301},
        {"spoil": b" "},
        {"headers": {"X-Slack-Signature": ""}},
        {"headers": {"X-Slack-Request-Timestamp": ""}},
        {"headers": {"X-Slack-Signature": "v0=é"}},
        {"headers": {"X-Slack-Request-Timestamp": "9" * 5000}},
    ):
        sent: list[Answer] = [
            await door.slack.event(reply, **spoilt),
            await door.slack.form(typed, **spoilt),
            await door.slack.interaction(pressed, **spoilt),
        ]
        assert [answer.status for answer in sent] == [401] * 3, spoilt

    assert await door.settled() == before


def malformed() -> dict[str, tuple[bytes, str]]:
    """Signed, but not what Slack sends."""
    good = b'{"type":"event_callback","team_id":"T","event_id":"E","event":'
    return {
        "nothing": (b"", JSON),
        "nothing in a form": (b"", FORM),
        "half of a JSON text": (good, JSON),
        "a JSON list": (b"[]", JSON),
        "a JSON word": (b'"hello"', JSON),
        "an empty object": (b"{}", JSON),
        "too deep": (b"[" * 100_000, JSON),
        "not UTF-8": (b'{"type":"\xff"}', JSON),
        "no event": (good + b"null}", JSON),
        "an event that is a list": (good + b"[]}", JSON),
        "an event without a type": (good + b"{}}", JSON),
        "a message without a channel": (good + b'{"type":"message","ts":"1.2"}}', JSON),
        "a message without a time": (good + b'{"type":"message","channel":"D1"}}', JSON),
        "an edit of nothing": (
            good + b'{"type":"message","subtype":"message_changed","channel":"D1"}}',
            JSON,
        ),
        "a deletion of nothing": (
            good + b'{"type":"message","subtype":"message_deleted","channel":"D1"}}',
            JSON,
        ),
        "a home of nobody": (good + b'{"type":"app_home_opened"}}', JSON),
        "a person without an id": (good + b'{"type":"user_change","user":{}}}', JSON),
        "an unknown envelope": (b'{"type":"something"}', JSON),
        "a challenge without one": (b'{"type":"url_verification"}', JSON),
        "JSON called text": (b'{"type":"url_verification","challenge":"x"}', "text/plain"),
        "JSON called a form": (b'{"type":"url_verification","challenge":"x"}', FORM),
        "JSON in a form of words": (b'{"a=":1}&command=%2Fdrill', FORM),
        "a form called JSON": (b"command=%2Fdrill&text=now", JSON),
        "a form that is none": (b"command", FORM),
        "a form not in UTF-8": (b"command=%2Fdrill&text=%ff", FORM),
        "a command of nobody": (b"command=%2Fdrill&text=now", FORM),
        "a payload that is no JSON": (b"payload=%7B", FORM),
        "a payload that is a list": (b"payload=%5B%5D", FORM),
        "a click without a person": (b"payload=%7B%22type%22%3A%22block_actions%22%7D", FORM),
    }


async def test_malformed_requests_change_nothing(door: Door) -> None:
    before = await door.held()
    told = malformed()
    found = {name: (await door.slack.send(*sent)).status for name, sent in told.items()}
    assert {name: status for name, status in found.items() if not 400 <= status < 500} == {}
    assert await door.settled() == before


@pytest.mark.parametrize("signed", [True, False])
async def test_twenty_megabytes_change_nothing(door: Door, signed: bool) -> None:
    before = await door.held()
    body = b'{"type":"event_callback","filler":"' + b"x" * 20 * 2**20 + b'"}'
    more: Json = {} if signed else {"secret": "another-secret"}
    assert (await door.slack.send(body, **more)).status == 413
    assert (await door.slack.get("/healthz")).status == 200
    assert await door.settled() == before


async def test_other_ways_in_are_closed(door: Door) -> None:
    for method in ("GET", "PUT", "DELETE"):
        url = f"{door.slack.url}/slack/events"
        async with door.slack.http.request(method, url) as response:
            assert response.status == 405
    assert (await door.slack.get("/slack/elsewhere")).status == 404
