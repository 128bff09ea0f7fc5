"""The local workspace against real Bolt apps and the real SDK: people press, the app answers."""

import asyncio
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_sdk.signature import SignatureVerifier

from bot.sandbox.deliver import signature
from bot.sandbox.shapes import event_problems
from tests.local_slack import (
    Json,
    bolt,
    button,
    client,
    field,
    listening,
    modal,
    on_http,
    on_socket,
    section,
    serving,
)
from tests.person import Sandbox, until

NAME = {"type": "plain_text_input", "action_id": "name", "max_length": 5}
ZONES = {
    "type": "static_select",
    "action_id": "zone",
    "options": [
        {"text": {"type": "plain_text", "text": "Paris"}, "value": "paris"},
        {"text": {"type": "plain_text", "text": "Oslo"}, "value": "oslo"},
    ],
}


async def test_a_bolt_app_on_a_socket_answers_in_the_thread_and_hears_its_own_echo() -> None:
    async with serving() as (server, sandbox):
        app, heard = bolt(server), []

        @app.event("message")
        async def answer(event: Json, say: Any) -> None:
            heard.append(event)
            if "bot_id" not in event:
                mark = {"event_type": "mark", "event_payload": {"id": 7}}
                await say(text="Hello", thread_ts=event["ts"], metadata=mark)

        async with on_socket(server, app):
            ana = sandbox.person("U0ANA")
            said = await ana.says(await ana.app(), "a < b & <@U0BEN> @finn https://x.example")
            reply = await ana.waits_for(lambda one: one["text"] == "Hello", thread_ts=said["ts"])
            await until(lambda: len(heard) == 2)
            assert heard[0]["channel_type"] == "im"
            link = "<https://x.example>"
            assert heard[0]["text"] == f"a &lt; b &amp; <@U0BEN> <@U0FINN> {link}"
            assert heard[1]["metadata"]["event_payload"] == {"id": 7}
            assert heard[1]["app_id"] == server.state.app.id
            assert heard[1]["thread_ts"] == said["ts"] == reply["thread_ts"]
            parent = (await ana.thread(said["channel"], said["ts"]))[0]
            assert (parent["reply_count"], parent["latest_reply"]) == (1, reply["ts"])
            assert [one["ts"] for one in await ana.sees(said["channel"])] == [said["ts"]]


class Form:
    """A Bolt app whose `/setup` opens a form, which answers as the name typed into it says."""

    def __init__(self, app: AsyncApp) -> None:
        self.view = modal(field("Name", "b_name", NAME), callback_id="form", notify_on_close=True)
        self.names: list[str] = []
        self.closed: list[Json] = []
        app.command("/setup")(self.setup)
        app.view("form")(self.sent)
        app.view_closed("form")(self.left)

    async def setup(self, ack: Any, body: Json, client: Any) -> None:
        await client.views_open(trigger_id=body["trigger_id"], view=self.view)
        await ack()

    async def sent(self, ack: Any, view: Json) -> None:
        name = view["state"]["values"]["b_name"]["name"]["value"]
        self.names.append(name)
        answers: dict[str, Json] = {
            "bad": {"response_action": "errors", "errors": {"b_name": "No.", "gone": "?"}},
            "upd": {"response_action": "update", "view": self.view},
            "push": {"response_action": "push", "view": self.view},
            "clear": {"response_action": "clear"},
        }
        await ack(**answers.get(name, {}))

    async def left(self, ack: Any, body: Json) -> None:
        self.closed.append(body)
        await ack()


async def test_a_command_opens_a_form_that_answers_with_errors_and_further_views() -> None:
    async with serving() as (server, sandbox):
        app = bolt(server)
        form = Form(app)
        async with on_socket(server, app):
            ana = sandbox.person("U0ANA")
            assert (await ana.types("/setup"))["notice"] is None
            view = await ana.waits_for_modal()
            empty = await ana.submits(view, {})
            assert empty["errors"] == {"b_name": "Please complete this required field."}
            assert (
                "at most 5" in (await ana.submits(view, {"Name": "too long"}))["errors"]["b_name"]
            )
            assert form.names == []
            assert (await ana.submits(view, {"Name": "bad"}))["errors"] == {"b_name": "No."}
            updated = await ana.submits(view, {"Name": "upd"})
            assert updated["view"]["id"] == view["id"]
            assert updated["view"]["hash"] != view["hash"]
            assert updated["view"]["state"]["values"]["b_name"]["name"]["value"] == "upd"
            pushed = (await ana.submits(view, {"Name": "push"}))["view"]
            assert (pushed["previous_view_id"], pushed["root_view_id"]) == (view["id"], view["id"])
            await ana.closes(pushed)
            assert (await ana.modal() or {})["id"] == view["id"]
            assert form.closed[0]["view"]["id"] == pushed["id"]
            assert not form.closed[0]["is_cleared"]
            done = await ana.submits(view, {"Name": "clear"})
            assert (done["closed"], done["view"]) == (True, None)


async def test_clicks_carry_inputs_and_their_response_url_works() -> None:
    async with serving() as (server, sandbox):
        app, api, seen = bolt(server), client(server), []

        @app.action("go")
        async def go(ack: Any, body: Json, respond: Any) -> None:
            await ack()
            seen.append(body)
            await respond(text="just you", replace_original=False)
            await respond(text="all of you", response_type="in_channel", replace_original=False)
            await respond(text="changed", replace_original=True)

        @app.action("zone")
        async def zone(ack: Any) -> None:
            await ack()

        async with on_socket(server, app):
            ana = sandbox.person("U0ANA")
            buttons = {"type": "actions", "elements": [button("Go", "go", value="7"), ZONES]}
            posted = await api.chat_postMessage(
                channel="U0ANA", text="x", blocks=[section(), buttons]
            )
            message = await ana.waits_for(lambda one: one["ts"] == posted["ts"])
            assert await ana.clicks(message, "zone", "oslo") is None
            assert await ana.clicks(message, "Go") is None
            body, block = seen[0], message["blocks"][1]["block_id"]
            chosen = body["state"]["values"][block]["zone"]["selected_option"]
            assert chosen["value"] == "oslo"
            assert body["actions"][0]["value"] == "7"
            assert body["container"]["message_ts"] == message["ts"]
            changed = await ana.waits_for(lambda one: one["text"] == "changed")
            assert changed["ts"] == message["ts"]
            assert "blocks" not in changed
            assert [one["text"] for one in await ana.whispers(message["channel"])] == ["just you"]
            await ana.waits_for(lambda one: one["text"] == "all of you" and not one["ephemeral"])
            url = body["response_url"]
            assert await _respond(sandbox, url, {"text": "4"}) == "ok"
            assert await _respond(sandbox, url, {"delete_original": True}) == "ok"
            assert message["ts"] not in [one["ts"] for one in await ana.sees(message["channel"])]
            assert "used_url" in await _respond(sandbox, url, {"text": "6"})


async def _respond(sandbox: Sandbox, url: str, body: Json) -> str:
    async with sandbox.session.post(url, json=body) as answer:
        return await answer.text()


async def test_the_app_home_is_published_and_clicked() -> None:
    async with serving() as (server, sandbox):
        app, opened, used = bolt(server), [], []
        blocks = [section(accessory=button("Add", "add"))]

        @app.event("app_home_opened")
        async def home(event: Json, client: Any) -> None:
            opened.append(event)
            view = {"type": "home", "blocks": blocks}
            await client.views_publish(user_id=event["user"], view=view)

        @app.action("add")
        async def use(ack: Any, body: Json) -> None:
            used.append(body)
            await ack()

        async with on_socket(server, app):
            ben = sandbox.person("U0BEN")
            assert await ben.home() is None
            view = await until(ben.home_now)
            assert "view" not in opened[0]
            assert (await ben.home() or {})["id"] == view["id"]
            await until(lambda: len(opened) == 2)
            assert opened[1]["view"]["id"] == view["id"]
            assert [event_problems(one) for one in opened] == [[], []]
            assert await sandbox.person("U0ANA").home_now() is None
            current = await ben.home_now()
            assert current is not None
            assert await ben.clicks(current, "Add") is None
            assert used[0]["view"]["type"] == "home"
            await ben.home()

            async def drawn() -> Json | None:
                view = await ben.home_now() or {}
                return None if view["hash"] == current["hash"] else view

            anew = await until(drawn)
            assert await ben.clicks(current, "Add") is None  # pressed while it was drawn anew
            assert used[1]["actions"][0]["block_id"] == anew["blocks"][0]["block_id"]
            assert anew["blocks"][0]["block_id"] != current["blocks"][0]["block_id"]


async def test_shortcuts_and_suggestions_reach_the_app() -> None:
    async with serving() as (server, sandbox):
        app, used = bolt(server), []
        more = {"type": "external_select", "action_id": "more", "min_query_length": 1}

        @app.shortcut("note")
        @app.shortcut("save")
        async def use(ack: Any, body: Json) -> None:
            used.append(body)
            await ack()

        @app.options("more")
        async def options(ack: Any, payload: Json) -> None:
            text = {"type": "plain_text", "text": payload["value"]}
            await ack(options=[{"text": text, "value": payload["value"]}])

        async with on_socket(server, app):
            ben = sandbox.person("U0BEN")
            view = {"type": "home", "blocks": [section("Pick", accessory=more)]}
            home = (await client(server).views_publish(user_id="U0BEN", view=view))["view"]
            chosen = {"as": "U0BEN", "view_id": home["id"], "action_id": "more", "query": "pay"}
            found = await sandbox.post("suggest", chosen)
            assert [one["value"] for one in found["options"]] == ["pay"]
            said = await ben.says("C0GENERAL", "worth keeping")
            assert await ben.picks("note") is None
            assert await ben.picks("save", said) is None
            assert [one["type"] for one in used] == ["shortcut", "message_action"]
            assert used[1]["message"]["text"] == "worth keeping"


async def test_a_bolt_app_behind_http_gets_signed_requests() -> None:
    async with serving() as (server, sandbox):
        app, heard = bolt(server), []

        @app.command("/echo")
        async def echo(ack: Any, command: Json) -> None:
            await ack(f"*{command['text']}*")

        @app.event("message")
        async def hear(event: Json) -> None:
            heard.append(event["text"])

        async with on_http(server, app):
            ana = sandbox.person("U0ANA")
            said = await ana.types("/echo what & why")
            assert said["reply"]["text"] == "*what & why*"
            await ana.says(await ana.app(), "over HTTP")
            await until(lambda: heard == ["over HTTP"])
            server.state.app.signing_secret = "another"
            forged = await ana.types("/echo again")
            assert forged["notice"] == '/echo failed with the error "dispatch_failed"'


async def test_a_command_may_ask_for_names_escaped() -> None:
    async with serving() as (server, sandbox):
        app = bolt(server)
        command = {"command": "/echo", "description": "", "should_escape": True}
        await sandbox.app(manifest={"features": {"slash_commands": [command]}})

        @app.command("/echo")
        async def echo(ack: Any, command: Json) -> None:
            await ack(command["text"])

        async with on_socket(server, app):
            said = await sandbox.person("U0ANA").types("/echo @ben in #product")
            assert said["reply"]["text"] == "<@U0BEN|ben> in <#C0PRODUCT|product>"


async def test_failures_of_an_app_are_told_in_slacks_words() -> None:
    async with serving() as (server, sandbox):
        server.workspace.out.deadline = 0.2
        ana = sandbox.person("U0ANA")
        gone = await ana.types("/drill now")
        assert gone["notice"] == '/drill failed with the error "dispatch_failed"'
        assert (await ana.whispers(await ana.app()))[0]["text"] == gone["notice"]

        async def slow(request: Any) -> Any:
            await asyncio.sleep(0.5)

        async with listening(slow) as url:
            server.state.app.request_url = url
            late = await ana.types("/drill now")
            assert late["notice"] == '/drill failed with the error "operation_timeout"'
        calls = await sandbox.deliveries()
        assert [one["outcome"] for one in calls] == ["connection_failed", "http_timeout"]


def test_signatures_are_slacks() -> None:
    body = b'{"type":"event_callback"}'
    expected = SignatureVerifier("secret").generate_signature(timestamp="1700000000", body=body)
    assert signature("secret", 1_700_000_000, body) == expected
