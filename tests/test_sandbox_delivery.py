"""What goes out of the local workspace, what goes wrong on purpose, and what a restart keeps."""

import asyncio
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from bot.sandbox.shapes import event_problems
from tests.local_slack import (
    Collector,
    Json,
    bolt,
    client,
    listening,
    on_socket,
    refusal,
    section,
    serving,
)
from tests.person import Sandbox, until

HOME: Json = {"type": "home", "blocks": [section("Welcome")]}


async def test_every_event_an_app_may_hear_of() -> None:
    taken = Collector()
    async with serving() as (server, sandbox), listening(taken.take) as url:
        server.state.app.request_url = url
        ana, ben = sandbox.person("U0ANA"), sandbox.person("U0BEN")
        place = {"as": "U0ANA", "channel": "C0GENERAL"}
        await ana.says("C0GENERAL", "not for the app")
        await sandbox.post("invite", {**place, "user": "U0APP"})
        said = await ana.says("C0GENERAL", "hello @app")
        reply = await ben.says("C0GENERAL", "yes", thread_ts=said["ts"], broadcast=True)
        await ana.edits(said, "hello all")
        await ana.deletes(said)
        await ben.deletes(reply)
        await sandbox.post("react", {**place, "ts": said["ts"], "name": "eyes"})
        await sandbox.post("leave", {**place, "as": "U0BEN"})
        await sandbox.post("profile", {"as": "U0BEN", "tz": "Asia/Tokyo"})
        await sandbox.post("people", {"name": "gus"})
        await sandbox.post("archive", place)
        await sandbox.post("app/uninstall")
        await until(lambda: taken.of("app_uninstalled"))
    # The official types lack some events; those they have must be right.
    wrong = [told for one in taken.events for told in event_problems(one)]
    assert [told for told in wrong if "unsupported type" not in told] == []
    assert not [one for one in taken.events if one.get("text") == "not for the app"]
    edited = taken.of("message_changed")[0]
    assert edited["previous_message"]["text"] == "hello <@U0APP>"
    assert edited["message"]["edited"]["user"] == "U0ANA"
    tombstone = taken.of("message_changed")[1]["message"]
    assert (tombstone["subtype"], tombstone["user"]) == ("tombstone", "USLACKBOT")
    assert taken.of("message_deleted")[0]["deleted_ts"] == reply["ts"]
    assert taken.of("thread_broadcast")[0]["thread_ts"] == said["ts"]
    assert taken.of("app_mention")[0]["ts"] == said["ts"]
    assert taken.of("user_change")[0]["user"]["tz"] == "Asia/Tokyo"
    for kind in ("member_joined_channel", "member_left_channel", "team_join", "reaction_added"):
        assert len(taken.of(kind)) == 1, kind
    assert len([one for one in taken.events if one["type"] == "channel_archive"]) == 1
    assert taken.of("tokens_revoked")[0]["tokens"] == {"oauth": [], "bot": ["U0APP"]}
    assert len({body["event_id"] for body in taken.bodies}) == len(taken.bodies)
    assert taken.bodies[0]["api_app_id"] == "A0SANDBOX"
    assert taken.bodies[0]["authorizations"][0]["user_id"] == "U0APP"


async def test_only_subscribed_events_go_out() -> None:
    taken = Collector()
    async with serving() as (_, sandbox), listening(taken.take) as url:
        await sandbox.app(request_url=url, subscribed=["message.im"])
        ana = sandbox.person("U0ANA")
        await ana.home()
        await sandbox.post("invite", {"as": "U0ANA", "channel": "C0GENERAL", "user": "U0APP"})
        await ana.says("C0GENERAL", "in the channel")
        await ana.says(await ana.app(), "direct")
        await until(lambda: taken.bodies)
        await asyncio.sleep(0.05)
        assert [one["text"] for one in taken.events] == ["direct"]


async def test_an_event_is_sent_again_until_it_is_taken() -> None:
    taken = Collector(500, 500, 200)
    async with serving() as (server, sandbox), listening(taken.take) as url:
        server.state.app.request_url = url
        ana = sandbox.person("U0ANA")
        await ana.says(await ana.app(), "hello")
        await until(lambda: len(taken.bodies) == 3 and not server.state.pending)
        assert len({body["event_id"] for body in taken.bodies}) == 1
        assert "X-Slack-Retry-Num" not in taken.headers[0]
        assert taken.headers[2]["X-Slack-Retry-Num"] == "2"
        assert taken.headers[2]["X-Slack-Retry-Reason"] == "http_error"


async def test_an_event_is_dropped_after_three_retries_or_when_asked() -> None:
    taken = Collector(*[500] * 9)
    async with serving() as (server, sandbox), listening(taken.take) as url:
        server.state.app.request_url = url
        ana = sandbox.person("U0ANA")
        await ana.says(await ana.app(), "hello")
        await until(lambda: not server.state.pending)
        assert len(taken.bodies) == 4
        taken.answer_headers = {"x-slack-no-retry": "1"}
        await ana.says(await ana.app(), "again")
        await until(lambda: not server.state.pending)
        assert len(taken.bodies) == 5


async def test_socket_payloads_go_to_one_connection_and_again_when_not_acknowledged() -> None:
    async with serving() as (server, sandbox), aiohttp.ClientSession() as session:
        server.workspace.out.deadline = server.workspace.out.sockets.deadline = 0.1
        sockets = [await _plain_socket(server, session) for _ in range(11)]
        first = [await socket.receive_json() for socket in sockets]
        assert first[0]["type"] == "hello"
        assert first[0]["debug_info"]["approximate_connection_time"] > 3600
        assert first[10] == {"type": "disconnect", "reason": "too_many_websockets"}
        ana = sandbox.person("U0ANA")
        seen: list[Json] = []

        async def listen(socket: aiohttp.ClientWebSocketResponse) -> None:
            async for frame in socket:
                seen.append(frame.json())
                if len(seen) == 2:
                    await socket.send_json({"envelope_id": seen[1]["envelope_id"]})

        listeners = [asyncio.create_task(listen(socket)) for socket in sockets[:10]]
        await ana.says(await ana.app(), "hello")
        await until(lambda: not server.state.pending)
        assert [(one["retry_attempt"], one["retry_reason"]) for one in seen] == [
            (0, ""),
            (1, "timeout"),
        ]
        assert seen[0]["payload"]["event_id"] == seen[1]["payload"]["event_id"]
        await sandbox.post("sockets", {"disconnect": "warning"})
        await until(lambda: len(seen) == 12)
        assert seen[-1]["reason"] == "warning"
        assert (await sandbox.get("sockets"))["open"] == 10
        await sandbox.post("sockets", {"disconnect": "refresh_requested"})
        await asyncio.gather(*listeners)
        assert (await sandbox.get("sockets"))["open"] == 0


async def _plain_socket(server: Any, session: Any) -> aiohttp.ClientWebSocketResponse:
    token = {"Authorization": f"Bearer {server.state.app.app_token}"}
    async with session.post(f"{server.api_url}apps.connections.open", headers=token) as answer:
        url = (await answer.json())["url"]
    socket: aiohttp.ClientWebSocketResponse = await session.ws_connect(url)
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await session.ws_connect(url)
    return socket


FAULTS: list[tuple[str, str, int]] = [
    ("rate_limited", "ratelimited", 0),
    ("error_before", "internal_error", 0),
    ("error_after", "internal_error", 1),
    ("lost_after", "ServerDisconnectedError", 1),
]


@pytest.mark.parametrize(("fault", "word", "effects"), FAULTS)
async def test_faults_fail_as_named_and_end_after_their_times(
    fault: str, word: str, effects: int
) -> None:
    async with serving() as (server, sandbox):
        api, ana = client(server), sandbox.person("U0ANA")
        one = {fault: 1.0, "times": 1, "retry_after": 7}
        told = await sandbox.faults(methods={"chat.postMessage": one})
        assert told["bad_day"]
        with pytest.raises((SlackApiError, aiohttp.ServerDisconnectedError)) as failed:
            await api.chat_postMessage(channel="U0ANA", text="hello")
        if isinstance(failed.value, SlackApiError):
            assert failed.value.response["error"] == word
            waited = failed.value.response.headers.get("Retry-After")
            assert waited == ("7" if fault == "rate_limited" else None)
        else:
            assert type(failed.value).__name__ == word
        assert len(await ana.sees(await ana.app())) == effects
        await api.chat_postMessage(channel="U0ANA", text="hello")
        assert len(await ana.sees(await ana.app())) == effects + 1
        assert [call["effect"] for call in await sandbox.calls("chat.postMessage")] == [
            bool(effects),
            True,
        ]


async def test_the_step_that_takes_a_files_bytes_has_faults_of_its_own() -> None:
    async with serving() as (server, sandbox):
        api = client(server)
        given = await api.files_getUploadURLExternal(filename="a.txt", length=3)
        url, files = str(given["upload_url"]), [{"id": str(given["file_id"])}]
        await sandbox.faults(methods={"upload": {"error_before": 1.0, "times": 1}})
        early = api.files_completeUploadExternal(files=[{**files[0]}])
        async with sandbox.session.post(url, data=b"abc") as answer:
            assert answer.status == 500
        assert await refusal(early) == "file_not_found"
        async with sandbox.session.post(url, data=b"abcd") as answer:
            assert answer.status == 400
        async with sandbox.session.post(url, data=b"abc") as answer:
            assert answer.status == 200
        assert await refusal(api.files_completeUploadExternal(files=[{**files[0]}])) == "ok"


async def test_events_can_be_repeated_and_held_back() -> None:
    taken = Collector()
    async with serving() as (server, sandbox), listening(taken.take) as url:
        server.state.app.request_url = url
        await sandbox.faults(events={"repeat": 1.0, "delay": 1.0, "delay_seconds": 0.2})
        ana = sandbox.person("U0ANA")
        before = server.workspace.now()
        await ana.says(await ana.app(), "hello")
        await until(lambda: len(taken.bodies) == 2)
        assert server.workspace.now() - before >= 0.2
        assert len({body["event_id"] for body in taken.bodies}) == 1
        assert not (await sandbox.faults(bad_day=False))["bad_day"]


async def test_slacks_own_pacing_when_asked_for() -> None:
    async with serving() as (server, sandbox):
        api = client(server)
        await sandbox.faults(enforce_limits=True)
        words = [await refusal(api.chat_postMessage(channel="U0ANA", text="x")) for _ in range(5)]
        assert words == ["ok"] * 4 + ["ratelimited"]
        assert await refusal(api.chat_postMessage(channel="U0BEN", text="x")) == "ok"


async def test_a_restart_finds_everything_again(tmp_path: Path) -> None:
    taken = Collector()
    async with serving(tmp_path, retries=(60.0,)) as (server, sandbox):
        api, ana = client(server), sandbox.person("U0ANA")
        dm = await ana.app()
        mark = {"event_type": "a", "event_payload": {"id": 1}}
        posted = await api.chat_postMessage(channel=dm, text="kept", metadata=mark)
        await ana.says(dm, "reply", thread_ts=posted["ts"])
        gone = await api.chat_postMessage(channel=dm, text="gone")
        await api.chat_delete(channel=dm, ts=gone["ts"])
        await api.views_publish(user_id="U0ANA", view=HOME)
        await api.chat_postEphemeral(channel=dm, user="U0ANA", text="for now")
        await ana.records(dm, "spoken words", delay=60)
        await sandbox.post("profile", {"as": "U0ANA", "tz": "Asia/Tokyo"})
        file = next(iter(server.state.files.values()))
        file["_delay"] = 0.0
        server.state.touch("file", file["id"])
        # Nothing is stopped here: a second server reads what the first had written by now.
        server.workspace.write()
        async with listening(taken.take) as url:
            async with serving(tmp_path) as (second, other):
                second.state.app.request_url = url
                await _same_again(other, dm, posted["ts"])
                history = await client(second).conversations_history(
                    channel=dm, include_all_metadata=True
                )
                assert history["messages"][-1]["metadata"] == mark
                await until(lambda: not second.state.pending)
            # The events the first server could not deliver were not forgotten.
            assert "reply" in [one.get("text") for one in taken.events]
            assert taken.of("file_change")


async def _same_again(sandbox: Sandbox, dm: str, ts: str) -> None:
    ana = sandbox.person("U0ANA")
    seen = await ana.sees(dm)
    assert [one["text"] for one in seen] == ["kept", ""]
    assert [one["text"] for one in await ana.thread(dm, ts)] == ["kept", "reply"]
    state = await ana.state()
    assert state["me"]["tz"] == "Asia/Tokyo"
    assert state["home"]["view"]["type"] == "home"


async def test_400_messages_at_once_reach_the_app_and_none_is_lost(tmp_path: Path) -> None:
    async with serving(tmp_path) as (server, sandbox):
        app, heard = bolt(server), set()

        @app.event("message")
        async def hear(event: Json) -> None:
            heard.add(event["text"])

        async with on_socket(server, app):
            ana = sandbox.person("U0ANA")
            dm = await ana.app()
            for start in range(0, 400, 20):
                await asyncio.gather(*(ana.says(dm, f"n{n}") for n in range(start, start + 20)))
            await until(lambda: len(heard) == 400)
