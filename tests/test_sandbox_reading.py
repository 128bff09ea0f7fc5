"""Reading the local workspace: history, files, voice clips, changes, the clock, and its walls."""

import asyncio
import signal
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import ClientSession

from bot.sandbox.shapes import event_problems
from tests.local_slack import Json, client, refusal, section, serving
from tests.person import NotAllowed, Sandbox, until


async def test_history_pages_bounds_and_metadata() -> None:
    async with serving() as (server, _):
        api = client(server)
        mark = {"event_type": "mark", "event_payload": {"id": 1}}
        sent = [
            await api.chat_postMessage(channel="U0ANA", text=f"n{n}", metadata=mark)
            for n in range(5)
        ]
        dm, ts = sent[0]["channel"], [one["ts"] for one in sent]
        assert ts == sorted(set(ts))
        await api.chat_postMessage(channel=dm, text="reply", thread_ts=ts[0])

        async def texts(**bounds: object) -> list[str]:
            found = await api.conversations_history(channel=dm, **bounds)  # type: ignore[arg-type]
            return [message["text"] for message in found["messages"]]

        assert await texts() == ["n4", "n3", "n2", "n1", "n0"]
        assert await texts(oldest=ts[1], latest=ts[3]) == ["n2"]
        assert await texts(oldest=ts[1], latest=ts[3], inclusive=True) == ["n3", "n2", "n1"]
        first = await api.conversations_history(channel=dm, limit=2)
        assert first["has_more"]
        assert first["messages"][0]["metadata"] == {"event_type": "mark"}
        cursor = first["response_metadata"]["next_cursor"]
        assert await texts(limit=2, cursor=cursor) == ["n2", "n1"]
        whole = await api.conversations_history(channel=dm, include_all_metadata=True, limit=1)
        assert whole["messages"][0]["metadata"] == mark


async def test_replies_come_after_their_parent() -> None:
    async with serving() as (server, _):
        api = client(server)
        parent = await api.chat_postMessage(channel="U0ANA", text="parent")
        dm, ts = parent["channel"], parent["ts"]
        for n in range(3):
            await api.chat_postMessage(channel=dm, text=f"r{n}", thread_ts=ts)
        found = await api.conversations_replies(channel=dm, ts=ts, limit=2)
        assert [one["text"] for one in found["messages"]] == ["parent", "r0"]
        assert found["messages"][0]["reply_count"] == 3
        cursor = found["response_metadata"]["next_cursor"]
        rest = await api.conversations_replies(channel=dm, ts=ts, cursor=cursor)
        assert [one["text"] for one in rest["messages"]] == ["r1", "r2"]
        link = await api.chat_getPermalink(channel=dm, message_ts=ts)
        assert ts.replace(".", "") in link["permalink"]


async def test_text_without_blocks_takes_the_blocks_away_and_metadata_stays() -> None:
    async with serving() as (server, _):
        api = client(server)
        mark = {"event_type": "mark", "event_payload": {"id": 1}}
        given = {"channel": "U0ANA", "blocks": [section()], "metadata": mark}
        posted = await api.api_call("chat.postMessage", json=given)
        assert posted["message"]["text"] == "This content can't be displayed."
        await api.chat_update(channel=posted["channel"], ts=posted["ts"], text="plain")
        found = await api.conversations_history(
            channel=posted["channel"], include_all_metadata=True
        )
        message = found["messages"][0]
        assert (message["text"], message["metadata"]) == ("plain", mark)
        assert "blocks" not in message
        assert message["edited"]["user"] == "U0APP"


async def test_the_sdk_uploads_a_file_into_a_thread() -> None:
    async with serving() as (server, sandbox):
        api, ana = client(server), sandbox.person("U0ANA")
        parent = await api.chat_postMessage(channel="U0ANA", text="chart follows")
        dm, ts = parent["channel"], parent["ts"]
        done = await api.files_upload_v2(
            channel=dm, content=b"\x89PNG bytes", filename="chart.png", thread_ts=ts
        )
        key = done["file"]["id"]
        assert (await api.files_info(file=key))["file"]["shares"] == {}
        message = await ana.waits_for(lambda one: "files" in one, thread_ts=ts)
        file = (await api.files_info(file=key))["file"]
        assert file["shares"]["private"][dm][0]["ts"] == message["ts"]
        assert (file["mimetype"], file["size"]) == ("image/png", 10)
        assert [one["id"] for one in (await api.files_list())["files"]] == [key]
        async with sandbox.session.get(f"{sandbox.url}/sandbox/file/{key}?as=U0ANA") as answer:
            assert await answer.read() == b"\x89PNG bytes"
        assert await refusal(api.files_info(file="F0")) == "file_not_found"


async def test_a_voice_clip_gets_its_transcript_later_or_never() -> None:
    async with serving() as (server, sandbox):
        api, ana = client(server), sandbox.person("U0ANA")
        dm = await ana.app()
        words = "we would first ask who the customer is " * 10
        clip = await ana.records(dm, words, delay=0.1, audio=b"sound")
        assert clip["message"]["subtype"] == "file_share"
        assert clip["file"]["transcription"] == {"status": "processing"}
        assert clip["file"]["subtype"] == "slack_audio"

        async def ready() -> Json | None:
            file: Json = (await api.files_info(file=clip["file"]["id"]))["file"]
            return file if file["transcription"]["status"] == "complete" else None

        file = await until(ready)
        for body in list(server.state.pending.values()):
            assert event_problems(body["event"]) == []
        preview = file["transcription"]["preview"]
        assert preview["has_more"]
        assert words.startswith(preview["content"])
        token = {"Authorization": f"Bearer {server.state.app.bot_token}"}
        async with sandbox.session.get(file["vtt"], headers=token) as answer:
            text = await answer.text()
        assert text.startswith("WEBVTT\n\n00:00:00.000 --> ")
        spoken = [line for line in text.splitlines() if "-->" not in line and line]
        assert " ".join(spoken[1:]) == words.strip()
        async with sandbox.session.get(file["url_private"]) as answer:
            assert (answer.status, answer.content_type) == (200, "text/html")
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        silent = await ana.records(dm, None)
        await until(lambda: "_delay" not in server.state.files[silent["file"]["id"]])
        assert server.state.files[silent["file"]["id"]]["transcription"] == {"status": "none"}


async def test_changes_reach_those_who_may_see_them() -> None:
    async with serving() as (_, sandbox):
        ana, ben = sandbox.person("U0ANA"), sandbox.person("U0BEN")
        dm = await ana.app()
        since = (await ana.state())["seq"]
        waiting = asyncio.create_task(
            sandbox.get("changes", **{"as": "U0ANA", "since": str(since), "wait": "5"})
        )
        await asyncio.sleep(0.05)
        said = await ana.says(dm, "private")
        told = await waiting
        assert [one["kind"] for one in told["changes"]] == ["message"]
        assert told["changes"][0]["message"]["ts"] == said["ts"]
        mine = {"as": "U0BEN", "since": str(since), "wait": "0"}
        assert (await sandbox.get("changes", **mine))["changes"] == []
        old = await sandbox.get("changes", **{**mine, "since": "12"})
        assert old["reset"]
        address = f"{sandbox.url}/sandbox/changes?as=U0BEN&since={since}"
        async with sandbox.session.ws_connect(address) as socket:
            await ana.says("C0GENERAL", "hello")
            frame = await socket.receive_json(timeout=2)
            assert (frame["kind"], frame["message"]["text"]) == ("message", "hello")
        shown = {one["id"]: one for one in (await ben.state())["channels"]}
        assert shown["C0GENERAL"]["unread"] == 1
        assert dm not in shown
        await sandbox.post("read", {"as": "U0BEN", "channel": "C0GENERAL"})
        again = {one["id"]: one for one in (await ben.state())["channels"]}
        assert again["C0GENERAL"]["unread"] == 0


async def test_the_server_stops_at_once_though_pages_look_on() -> None:
    async with serving() as (server, sandbox):
        state = await sandbox.person("U0ANA").state()
        query = {"as": "U0ANA", "since": str(state["seq"]), "wait": "20"}
        polling = asyncio.create_task(sandbox.get("changes", **query))
        address = f"{sandbox.url}/sandbox/changes?as=U0ANA"
        async with sandbox.session.ws_connect(address) as socket:
            await asyncio.sleep(0.05)
            began = asyncio.get_running_loop().time()
            await asyncio.gather(server.stop(), socket.receive())
            assert asyncio.get_running_loop().time() - began < 0.9
            assert socket.closed
        assert (await polling)["changes"] == []


class Calendar:
    """A clock that has something due every hour."""

    speed = 1.0

    def __init__(self) -> None:
        self.instant = datetime(2026, 3, 10, 7, 58, tzinfo=UTC)

    def now(self) -> datetime:
        return self.instant

    async def next_due(self) -> datetime | None:
        return self.instant.replace(minute=0) + timedelta(hours=1)

    async def move_to(self, instant: datetime) -> None:
        self.instant = instant


async def test_the_clock_moves_only_forward_and_messages_remember_it() -> None:
    async with serving(clockwork=Calendar()) as (_, sandbox):
        told = await sandbox.get("clock")
        assert told["local"]["U0ANA"] == "2026-03-10T08:58:00+01:00"
        assert told["next_due"] == "2026-03-10T08:00:00+00:00"
        moved = await sandbox.post("clock", {"action": "next_due"})
        assert moved["now"] == "2026-03-10T08:00:00+00:00"
        said = await sandbox.person("U0ANA").says("C0GENERAL", "now")
        assert said["shown_at"] == "2026-03-10T08:00:00+00:00"
        assert abs(float(said["ts"]) - datetime.now(UTC).timestamp()) < 5
        ahead = await sandbox.post("clock", {"action": "advance", "seconds": 86400})
        assert ahead["now"] == "2026-03-11T08:00:00+00:00"
        with pytest.raises(NotAllowed, match="cannot_go_back"):
            await sandbox.post("clock", {"action": "set", "to": "2026-03-10T00:00:00Z"})


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Origin": "http://evil.example"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "null"},
    ],
)
@pytest.mark.parametrize("path", ["/sandbox/app", "/api/api.test"])
async def test_other_hosts_and_pages_are_shut_out(path: str, headers: dict[str, str]) -> None:
    async with (
        serving() as (server, sandbox),
        sandbox.session.get(f"{server.url}{path}", headers=headers) as answer,
    ):
        assert answer.status == 403
    async with serving() as (server, sandbox):
        own = {"Origin": server.url}
        async with sandbox.session.get(f"{server.url}{path}", headers=own) as answer:
            assert answer.status == 200


async def test_the_page_is_served_under_a_strict_policy(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<!doctype html><title>Sandbox</title>")
    (tmp_path / "page.js").write_text("export {}")
    async with serving(page=tmp_path) as (server, sandbox):
        for path, kind in (("/", "text/html"), ("/page/page.js", "javascript")):
            async with sandbox.session.get(f"{server.url}{path}") as answer:
                assert answer.status == 200
                assert answer.content_type.endswith(kind)
                assert "script-src 'self';" in answer.headers["Content-Security-Policy"]
        async with sandbox.session.get(f"{server.url}/page/%2e%2e/x.py") as answer:
            assert answer.status in {403, 404}


async def test_a_manifest_gives_commands_shortcuts_scopes_and_events() -> None:
    manifest = {
        "display_information": {"name": "Rhythm"},
        "features": {
            "slash_commands": [{"command": "/go", "description": "Go", "usage_hint": "[now]"}],
            "shortcuts": [{"name": "Save", "type": "message", "callback_id": "save"}],
        },
        "oauth_config": {"scopes": {"bot": ["chat:write"], "bot_optional": ["pins:write"]}},
        "settings": {"event_subscriptions": {"bot_events": ["message.im"]}},
    }
    async with serving() as (server, sandbox):
        told = await sandbox.app(manifest=manifest)
        assert (told["name"], told["scopes"]) == ("Rhythm", ["chat:write", "pins:write"])
        ana = sandbox.person("U0ANA")
        state = await ana.state()
        assert state["commands"] == manifest["features"]["slash_commands"]  # type: ignore[index]
        assert state["shortcuts"][0]["callback_id"] == "save"
        assert (await ana.types("/stop"))["notice"] == "/stop is not a valid command."
        assert server.state.app.subscribed == ["message.im"]


@pytest.mark.processes
async def test_a_killed_server_comes_back_with_every_message_it_took(tmp_path: Path) -> None:
    async def start() -> tuple[asyncio.subprocess.Process, str]:
        command = [sys.executable, "-m", "bot.sandbox", "--port", "0", "--data", str(tmp_path)]
        process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
        assert process.stdout is not None
        return process, (await process.stdout.readline()).decode().strip()

    async def seen(url: str) -> list[str]:
        async with ClientSession() as session:
            ana = Sandbox(url, session).person("U0ANA")
            return [message["text"] for message in await ana.sees("C0GENERAL")]

    process, url = await start()
    async with ClientSession() as session:
        ana = Sandbox(url, session).person("U0ANA")
        for n in range(30):
            await ana.says("C0GENERAL", f"n{n}")
    process.send_signal(signal.SIGKILL)
    await process.communicate()
    process, url = await start()
    assert await seen(url) == [f"n{n}" for n in range(30)]
    process.send_signal(signal.SIGINT)
    await process.communicate()
    assert process.returncode == 0
