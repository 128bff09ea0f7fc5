"""Manifests and events, the compiler against jsonschema, and what a check costs."""

import copy
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sandbox import shapes
from tests.shape_examples import GOOD_BLOCKS, MODAL_ONLY, Json, actions, button, rich_text, section

SCHEMA = json.loads(
    (Path(shapes.__file__).parent / "schemas" / "slack_types.json").read_text(encoding="utf-8")
)

MANIFEST: Json = {
    "_metadata": {"major_version": 2},
    "display_information": {"name": "Drumbeat", "description": "A drill a day"},
    "features": {
        "bot_user": {"display_name": "Drumbeat", "always_online": True},
        "slash_commands": [{"command": "/drill", "description": "Ask for a drill"}],
    },
    "oauth_config": {"scopes": {"bot": ["chat:write"]}},
    "settings": {
        "socket_mode_enabled": True,
        "event_subscriptions": {"bot_events": ["message.im"]},
        "interactivity": {"is_enabled": True},
    },
}


def changed(path: str, value: object) -> Json:
    manifest = copy.deepcopy(MANIFEST)
    *steps, last = path.split("/")
    node = manifest
    for step in steps:
        node = node[step]
    node[last] = value
    return manifest


def test_manifest_is_taken() -> None:
    assert shapes.manifest_problems(MANIFEST) == []


@pytest.mark.parametrize(
    ("path", "most", "build"),
    [
        ("display_information/name", 35, lambda n: "x" * n),
        ("display_information/description", 140, lambda n: "x" * n),
        ("display_information/long_description", 4000, lambda n: "x" * n),
        ("features/bot_user/display_name", 80, lambda n: "x" * n),
        (
            "features/slash_commands",
            50,
            lambda n: [{"command": f"/c{i}", "description": "x"} for i in range(n)],
        ),
        ("settings/event_subscriptions/bot_events", 100, lambda n: ["message.im"] * n),
        ("oauth_config/scopes/bot", 255, lambda n: ["chat:write"] * n),
    ],
)
def test_manifest_limit(path: str, most: int, build: Callable[[int], object]) -> None:
    assert shapes.manifest_problems(changed(path, build(most))) == []
    (problem,) = shapes.manifest_problems(changed(path, build(most + 1)))
    assert problem.endswith(f"[json-pointer:/{path}]")


def test_manifest_over_http_needs_addresses() -> None:
    found = shapes.manifest_problems(changed("settings/socket_mode_enabled", False))
    assert [problem.rpartition(":")[2] for problem in found] == [
        "/settings/event_subscriptions]",
        "/settings/interactivity]",
        "/features/slash_commands/0]",
    ]


def test_manifest_faults() -> None:
    twice = MANIFEST["features"]["slash_commands"] * 2
    assert (
        "duplicate command"
        in shapes.manifest_problems(changed("features/slash_commands", twice))[0]
    )
    assert (
        "invalid additional property: colour"
        in shapes.manifest_problems(changed("settings/colour", 1))[0]
    )
    assert "missing required field" in shapes.manifest_problems({})[0]
    assert "bot_user" in shapes.manifest_problems(changed("features", {}))[0]


def test_event_shapes() -> None:
    event = {
        "type": "message",
        "event_ts": "1.2",
        "ts": "1.2",
        "channel": "D1",
        "channel_type": "im",
        "user": "U1",
        "text": "Hello",
        "blocks": [rich_text()],
        "a_field_slack_added": 1,
    }
    assert shapes.event_problems(event) == []
    (problem,) = shapes.event_problems({k: v for k, v in event.items() if k != "ts"})
    assert problem == "[ERROR] missing required field: ts [json-pointer:/event]"
    edit = {key: event[key] for key in ("type", "event_ts", "ts", "channel", "channel_type")}
    edit |= {"subtype": "message_changed", "hidden": True, "message": event}
    assert shapes.event_problems(edit | {"previous_message": event}) == []
    assert "previous_message" in shapes.event_problems(edit)[0]
    assert "unsupported type: nothing" in shapes.event_problems({"type": "nothing"})[0]


def official_verdict(block: object) -> bool:
    schema = {"$ref": "#/definitions/KnownBlock", "definitions": SCHEMA["definitions"]}
    return bool(jsonschema.Draft7Validator(schema).is_valid(block))


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([*GOOD_BLOCKS.values(), *MODAL_ONLY.values()]), st.data())
def test_compiler_refuses_what_jsonschema_refuses(block: Json, data: st.DataObject) -> None:
    """Damage one field somewhere; whatever the schema then refuses must be refused here too."""
    block = copy.deepcopy(block)
    node: Any = block
    key: Any = data.draw(st.sampled_from(sorted(block)))
    while isinstance(node[key], dict | list) and node[key] and data.draw(st.booleans()):
        node = node[key]
        key = data.draw(st.sampled_from(sorted(node) if isinstance(node, dict) else [0]))
    damage = st.sampled_from([None, "", "x", 0, True, [], {}, [None], {"type": "x"}])
    if data.draw(st.booleans()) and isinstance(node, dict):
        del node[key]
    else:
        node[key] = data.draw(damage)
    if not official_verdict(block):
        assert shapes.blocks_problems([block])


def test_compiler_takes_what_jsonschema_takes() -> None:
    for block in [*GOOD_BLOCKS.values(), *MODAL_ONLY.values()]:
        assert official_verdict(block)
        assert shapes.blocks_problems([block]) == []


def test_fifty_blocks_take_under_ten_milliseconds() -> None:
    blocks = [
        section(block_id=str(number), accessory=button(action_id="a")) for number in range(25)
    ] + [actions(button(action_id="a"), button(action_id="b"), button(action_id="c"))] * 25
    payload = {"text": "Hello", "blocks": blocks}
    assert shapes.message_problems(payload) == []
    best = 1.0
    for _ in range(20):
        start = time.perf_counter()
        shapes.message_problems(payload)
        best = min(best, time.perf_counter() - start)
    assert best < 0.010


def test_import_reads_no_schema_and_no_validator() -> None:
    script = (
        "import sys; import bot.sandbox.shapes as s;"
        "assert not {'jsonschema', 'slack_sdk'} & set(sys.modules);"
        "assert s._shapes.cache_info().currsize == 0"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
