"""What Slack refuses, the local workspace refuses, with the same word."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.server import SlackServer
from tests.local_slack import client, field, modal, refusal, section, serving
from tests.person import Person, Sandbox

PICTURE = {"type": "image", "slack_file": {"id": "F0NOTHING"}, "alt_text": "a chart"}
NAME = {"type": "plain_text_input", "action_id": "name"}


@dataclass
class Scene:
    server: SlackServer
    sandbox: Sandbox
    api: AsyncWebClient
    ana: Person
    dm: str


@pytest_asyncio.fixture
async def scene() -> AsyncIterator[Scene]:
    async with AsyncExitStack() as stack:
        server, sandbox = await stack.enter_async_context(serving())
        ana = sandbox.person("U0ANA")
        yield Scene(server, sandbox, client(server), ana, await ana.app())


POSTS: list[tuple[str, dict[str, Any]]] = [
    ("no_text", {}),
    ("msg_too_long", {"text": "x" * 40_001}),
    ("invalid_blocks", {"blocks": [section("x" * 3_001)]}),
    ("invalid_blocks", {"blocks": [{"type": "sectoin"}]}),
    ("invalid_blocks", {"blocks": [section(block_id="a"), section(block_id="a")]}),
    ("invalid_blocks", {"blocks": [section() for _ in range(51)]}),
    ("invalid_blocks_format", {"text": "x", "blocks": "[{"}),
    ("invalid_metadata_format", {"text": "x", "metadata": "nothing"}),
    ("invalid_metadata_schema", {"text": "x", "metadata": {"event_type": "a"}}),
    (
        "metadata_too_large",
        {"text": "x", "metadata": {"event_type": "a", "event_payload": {"a": "x" * 20_000}}},
    ),
    ("invalid_blocks", {"text": "x", "blocks": [PICTURE]}),
    ("channel_not_found", {"text": "x", "channel": "C0NOWHERE"}),
    ("not_in_channel", {"text": "x", "channel": "C0GENERAL"}),
    ("thread_not_found", {"text": "x", "thread_ts": "1700000000.000100"}),
]


@pytest.mark.parametrize(("word", "arguments"), POSTS)
async def test_messages(scene: Scene, word: str, arguments: dict[str, Any]) -> None:
    wanted = {"channel": scene.dm, **arguments}
    assert await refusal(scene.api.api_call("chat.postMessage", json=wanted)) == word
    assert await scene.ana.sees(scene.dm) == []


async def test_what_is_wrong_with_blocks_is_said(scene: Scene) -> None:
    with pytest.raises(SlackApiError) as refused:
        await scene.api.chat_postMessage(channel=scene.dm, text="x", blocks=[section("x" * 3_001)])
    assert "json-pointer:/blocks/0/text" in str(refused.value.response["response_metadata"])


async def test_tokens_and_scopes(scene: Scene) -> None:
    address = scene.server.api_url
    nobody = AsyncWebClient(base_url=address)
    stranger = AsyncWebClient(token="xoxb-no", base_url=address)
    app = AsyncWebClient(token=scene.server.state.app.app_token, base_url=address)
    assert await refusal(nobody.api_call("users.list")) == "not_authed"
    assert await refusal(stranger.users_list()) == "invalid_auth"
    assert await refusal(app.users_list()) == "not_allowed_token_type"
    assert await refusal(scene.api.api_call("chat.whistle")) == "unknown_method"
    await scene.sandbox.app(scopes=["chat:write", "im:history"])
    with pytest.raises(SlackApiError) as refused:
        await scene.api.users_list()
    assert refused.value.response["error"] == "missing_scope"
    assert refused.value.response["needed"] == "users:read"
    assert refused.value.response["provided"] == "chat:write,im:history"
    assert await refusal(scene.api.conversations_history(channel=scene.dm)) == "ok"
    assert await refusal(scene.api.conversations_open(users="U0ANA")) == "missing_scope"
    await scene.sandbox.post("app/uninstall")
    assert await refusal(scene.api.auth_test()) == "account_inactive"
    await scene.sandbox.post("app/install")
    assert await refusal(scene.api.auth_test()) == "ok"


async def test_changing_what_is_not_ones_own(scene: Scene) -> None:
    api, dm = scene.api, scene.dm
    theirs = await scene.ana.says(dm, "mine")
    ours = (await api.chat_postMessage(channel=dm, text="ours"))["ts"]
    update, delete = api.chat_update, api.chat_delete
    assert await refusal(update(channel=dm, ts=theirs["ts"], text="x")) == "cant_update_message"
    assert await refusal(delete(channel=dm, ts=theirs["ts"])) == "cant_delete_message"
    assert await refusal(update(channel=dm, ts="1.000001", text="x")) == "message_not_found"
    assert await refusal(update(channel=dm, ts=ours, text="x" * 4_001)) == "msg_too_long"
    assert await refusal(delete(channel=dm, ts=ours)) == "ok"
    assert await refusal(delete(channel=dm, ts=ours)) == "message_not_found"
    react = api.reactions_add
    assert await refusal(react(channel=dm, timestamp=theirs["ts"], name="eyes")) == "ok"
    again = react(channel=dm, timestamp=theirs["ts"], name="eyes")
    assert await refusal(again) == "already_reacted"
    reply = await scene.ana.says(dm, "reply", thread_ts=theirs["ts"])
    nested = api.chat_postMessage(channel=dm, text="x", thread_ts=reply["ts"])
    assert await refusal(nested) == "thread_not_found"


async def test_channels_and_people(scene: Scene) -> None:
    api, ana = scene.api, scene.ana
    assert await refusal(api.users_info(user="U0NOBODY")) == "user_not_found"
    assert await refusal(api.users_lookupByEmail(email="a@b.example")) == "users_not_found"
    assert await refusal(api.conversations_open(users="USLACKBOT")) == "cannot_dm_bot"
    secret = (await scene.sandbox.post("channels", {"as": "U0ANA", "name": "s", "private": True}))[
        "channel"
    ]["id"]
    assert await refusal(api.conversations_info(channel=secret)) == "channel_not_found"
    await api.conversations_join(channel="C0GENERAL")
    await scene.sandbox.post("archive", {"as": "U0ANA", "channel": "C0GENERAL"})
    late = api.chat_postMessage(channel="C0GENERAL", text="x")
    assert await refusal(late) == "is_archived"
    await scene.sandbox.post("profile", {"as": "U0ANA", "user": "U0BEN", "deleted": True})
    assert await refusal(api.conversations_open(users="U0BEN")) == "user_disabled"
    said = await ana.says("C0PRODUCT", "x")
    assert await refusal(api.conversations_history(channel="C0PRODUCT")) == "not_in_channel"
    assert await refusal(api.conversations_replies(channel=scene.dm, ts=said["ts"])) == (
        "thread_not_found"
    )
    assert await refusal(api.conversations_history(channel=scene.dm, cursor="?")) == (
        "invalid_cursor"
    )
    assert await refusal(api.api_call("chat.postMessage", json={"text": "x"})) == (
        "invalid_arguments"
    )


async def test_triggers_and_views(scene: Scene) -> None:
    api, slack = scene.api, scene.server.workspace
    assert await refusal(api.views_open(trigger_id="1.2.3", view=modal())) == "invalid_trigger_id"
    old = slack.trigger("U0ANA")
    slack.triggers[old].sent -= slack.trigger_seconds + 0.1
    assert await refusal(api.views_open(trigger_id=old, view=modal())) == "expired_trigger_id"
    trigger = slack.trigger("U0ANA")
    view = (await api.views_open(trigger_id=trigger, view=modal(external_id="one")))["view"]
    assert await refusal(api.views_open(trigger_id=trigger, view=modal())) == (
        "exchanged_trigger_id"
    )
    assert await refusal(api.views_update(view_id="V0", view=modal())) == "not_found"
    stale = api.views_update(view_id=view["id"], hash="1.x", view=modal())
    assert await refusal(stale) == "hash_conflict"
    fresh = api.views_update(external_id="one", hash=view["hash"], view=modal())
    assert await refusal(fresh) == "ok"
    for expected in ("ok", "ok", "push_limit_reached"):
        inside = slack.trigger("U0ANA", view["id"])
        assert await refusal(api.views_push(trigger_id=inside, view=modal())) == expected
    outside = slack.trigger("U0ANA")
    assert await refusal(api.views_push(trigger_id=outside, view=modal())) == "not_found"


async def test_what_a_view_may_not_be(scene: Scene) -> None:
    api, slack = scene.api, scene.server.workspace

    async def opened(**view: Any) -> str:
        given = {**modal(), **view}
        return await refusal(api.views_open(trigger_id=slack.trigger("U0ANA"), view=given))

    twice = [section(block_id="a"), section(block_id="a")]
    assert await opened(blocks=twice) == "invalid_arguments"
    assert await opened(blocks=[field("Name", "n", NAME)], submit=None) == "invalid_arguments"
    assert await opened(type="home") == "invalid_arguments"
    long = {"type": "plain_text", "text": "x" * 25}
    assert await opened(title=long) == "invalid_arguments"
    big = [section("x" * 3_000) for _ in range(90)]
    assert await opened(blocks=big) == "view_too_large"
    assert await refusal(api.views_publish(user_id="U0X", view={"type": "home", "blocks": []})) == (
        "user_not_found"
    )


async def test_people_too_are_refused_with_a_word_and_a_status(scene: Scene) -> None:
    post = scene.sandbox.session.post
    theirs = await scene.sandbox.person("U0BEN").says("C0GENERAL", "mine")
    cases: list[tuple[str, dict[str, Any], int, str]] = [
        ("post", {"as": "U0ANA", "channel": scene.dm, "text": " "}, 400, "no_text"),
        ("post", {"as": "U0BEN", "channel": scene.dm, "text": "x"}, 404, "channel_not_found"),
        ("post", {"as": "U0APP", "channel": scene.dm, "text": "x"}, 403, "not_allowed"),
        ("edit", {"as": "U0ANA", **theirs, "text": "x"}, 403, "not_allowed"),
        (
            "command",
            {"as": "U0ANA", "channel": scene.dm, "text": "/x", "thread_ts": "1"},
            400,
            "not_in_threads",
        ),
        ("profile", {"as": "U0ANA", "tz": "Mars/Olympus"}, 400, "invalid_timezone"),
        ("clock", {"action": "next_due"}, 409, "real_clock"),
        ("wave", {"as": "U0ANA"}, 404, "unknown_method"),
        ("app", {"manifest": {"features": 5}}, 400, "invalid_manifest"),
        ("faults", {"all": {"rate_limited": "often"}}, 400, "invalid_arguments"),
        ("post", {"as": "U0ANA", "channel": scene.dm, "files": 5}, 400, "invalid_arguments"),
    ]
    for act, body, status, word in cases:
        async with post(f"{scene.sandbox.url}/sandbox/{act}", json=body) as answer:
            assert (answer.status, (await answer.json())["error"]) == (status, word)
