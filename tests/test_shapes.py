"""What Slack refuses beside sizes: shapes, ids, surfaces, texts, metadata, views."""

import json
from collections.abc import Mapping

import pytest

from bot.sandbox import shapes
from tests.shape_examples import (
    GOOD_BLOCKS,
    MODAL_ONLY,
    actions,
    button,
    container,
    feedback,
    modal,
    mrkdwn,
    option,
    options,
    plain,
    section,
    select,
    table,
    typed,
)


@pytest.mark.parametrize("name", GOOD_BLOCKS)
def test_good_block_is_taken(name: str) -> None:
    assert shapes.blocks_problems([GOOD_BLOCKS[name]]) == []
    assert shapes.message_problems({"text": "Hello", "blocks": [GOOD_BLOCKS[name]]}) == []


@pytest.mark.parametrize("name", MODAL_ONLY)
def test_modal_only_block_is_taken_in_a_modal_and_refused_in_a_message(name: str) -> None:
    block = MODAL_ONLY[name]
    assert shapes.view_problems(modal(blocks=[block], submit=plain())) == []
    (problem,) = shapes.message_problems({"blocks": [block]})
    assert problem.startswith(f"[ERROR] unsupported type: {name} [json-pointer:/blocks/0")


@pytest.mark.parametrize(
    ("block", "problem"),
    [
        ({"type": "foo"}, "unsupported type: foo [json-pointer:/blocks/0/type]"),
        ({"text": plain()}, "missing required field: type [json-pointer:/blocks/0]"),
        ({"type": "header"}, "missing required field: text [json-pointer:/blocks/0]"),
        ({"type": "section"}, "must define either `text` or `fields` [json-pointer:/blocks/0]"),
        (section(colour="red"), "invalid additional property: colour [json-pointer:/blocks/0]"),
        ({"type": "header", "text": mrkdwn()}, "unsupported type"),
        (section(text=plain("")), "must be more than 0 characters"),
        (actions(), "must provide at least 1 items [json-pointer:/blocks/0/elements]"),
        (actions(button(style="blue")), "must be a valid enum value"),
        (actions(typed()["element"]), "unsupported type: plain_text_input"),
        (actions(button(value=3)), "must be a string [json-pointer:/blocks/0/elements/0/value]"),
        ("text", "must provide an object [json-pointer:/blocks/0]"),
        ({"type": "actions", "elements": {}}, "must provide an array"),
        (actions(button(action_id="a"), button(action_id="a")), "duplicate action_id: a"),
        (select(initial_option=option("9", "9")), "initial_option must be one of the options"),
        (
            actions(
                {
                    "type": "checkboxes",
                    "options": options(2),
                    "initial_options": [option("9", "9")],
                }
            ),
            "initial_option must be one of the options",
        ),
        (actions({"type": "static_select"}), "must define either `options` or `option_groups`"),
        (actions({"type": "datepicker", "initial_date": "1 May"}), "YYYY-MM-DD"),
        (actions({"type": "timepicker", "initial_time": "24:00"}), "HH:mm"),
        (typed(min_length=5, max_length=4), "min_length must not be greater than max_length"),
        ({"type": "image", "alt_text": "x"}, "missing required field: image_url"),
        ({"type": "card", "subtitle": mrkdwn()}, "must define either `hero_image`"),
    ],
)
def test_one_fault_gives_one_line_that_names_it(block: object, problem: str) -> None:
    found = shapes.blocks_problems([block])
    assert len(found) == 1
    assert found[0].startswith("[ERROR] ")
    assert problem.removesuffix("]") in found[0]


def test_blocks_must_be_a_list() -> None:
    assert shapes.blocks_problems({}) == ["[ERROR] must provide an array [json-pointer:/blocks]"]


def test_block_id_must_not_repeat() -> None:
    found = shapes.blocks_problems([section(block_id="a"), section(), section(block_id="a")])
    assert found == ["[ERROR] duplicate block_id: a [json-pointer:/blocks/2/block_id]"]


def test_message_holds_fifty_blocks_and_one_table() -> None:
    assert shapes.message_problems({"blocks": [section()] * 50}) == []
    (problem,) = shapes.message_problems({"blocks": [section()] * 51})
    assert problem == "[ERROR] no more than 50 items allowed [json-pointer:/blocks]"
    (problem,) = shapes.message_problems({"blocks": [table(), container(child_blocks=[table()])]})
    assert "only_one_table_allowed" in problem
    assert "/blocks/1/child_blocks/0" in problem


def test_markdown_blocks_count_together() -> None:
    half = {"type": "markdown", "text": "x" * 6000}
    assert shapes.message_problems({"blocks": [half, half]}) == []
    (problem,) = shapes.message_problems({"blocks": [half, half, {**half, "text": "x"}]})
    assert "12001 characters" in problem


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ({"text": "x" * 40_001}, "msg_too_long"),
        ({"text": "x" * 4001, "ts": "1.2"}, "msg_too_long"),
        ({"text": ""}, "no_text"),
        ({"markdown_text": "x", "text": "y"}, "markdown_text_conflict"),
        ({"blocks": "[{"}, "invalid_blocks"),
        ({"blocks": [{"type": "foo"}]}, "invalid_blocks"),
        ({"text": "x", "metadata": {"event_type": "a"}}, "invalid_metadata_format"),
        ({"text": "x", "metadata": {"event_type": "", "event_payload": {}}}, "invalid_metadata"),
        (
            {"text": "x", "metadata": {"event_type": "a", "event_payload": {"k": None}}},
            "invalid_metadata_format",
        ),
    ],
)
def test_message_faults_and_their_codes(payload: Mapping[str, object], code: str) -> None:
    (problem,) = shapes.message_problems(payload)
    assert shapes.error_code(problem).startswith(code)


@pytest.mark.parametrize(
    "payload",
    [
        {"text": "x" * 40_000},
        {"text": "x" * 4000, "ts": "1.2"},
        {"markdown_text": "x" * 12_000},
        {"blocks": json.dumps([section()])},
        {
            "text": "x",
            "metadata": {"event_type": "drumbeat_delivery", "event_payload": {"id": "1", "n": 2}},
        },
    ],
)
def test_good_messages(payload: Mapping[str, object]) -> None:
    assert shapes.message_problems(payload) == []


def test_modal_with_inputs_needs_submit() -> None:
    assert shapes.view_problems(modal(blocks=[typed()], submit=plain())) == []
    assert shapes.view_problems({"type": "home", "blocks": [typed()]}) == []
    (problem,) = shapes.view_problems(modal(blocks=[section(), typed()]))
    words = "must define `submit` to use an `input` block in modals"
    assert problem == f"[ERROR] {words} [json-pointer:/view/blocks/1/input]"


def test_view_faults() -> None:
    assert shapes.view_problems({"type": "page"}) == [
        "[ERROR] unsupported type: page [json-pointer:/view/type]"
    ]
    assert shapes.view_problems("{") == ["[ERROR] must be valid JSON [json-pointer:/view]"]
    assert "must provide an object" in shapes.view_problems(None)[0]
    assert "at least 1 items" in shapes.view_problems(modal(blocks=[]))[0]
    assert (
        "missing required field: title"
        in shapes.view_problems({"type": "modal", "blocks": [section()]})[0]
    )
    pickers = {"type": "home", "blocks": [actions({"type": "datetimepicker"})]}
    assert "unsupported type: datetimepicker" in shapes.view_problems(pickers)[0]
    assert "unsupported type" in shapes.view_problems(modal(blocks=[feedback()]))[0]


def test_view_may_weigh_250_kilobytes() -> None:
    view = modal(blocks=[section(text=mrkdwn("x" * 3000))] * 80)
    room = 250_000 - len(json.dumps(view, separators=(",", ":")))
    view["blocks"] += [section(text=mrkdwn("x" * 3000))] * (room // 3060)
    room = 250_000 - len(json.dumps(view, separators=(",", ":")))
    view["callback_id"] = ""
    view["private_metadata"] = "x" * (room - len(',"callback_id":"","private_metadata":""'))
    assert shapes.view_problems(view) == []
    view["callback_id"] = "x"
    assert shapes.view_problems(view) == [
        "[ERROR] must be less than 250001 bytes [json-pointer:/view]"
    ]
