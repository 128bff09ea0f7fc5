"""Each limit at its border and one over; the table held against slack_sdk and the types."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.sandbox import shapes
from bot.sandbox.shape_limits import LIMITS
from tests.shape_examples import (
    Json,
    actions,
    button,
    card,
    choices,
    confirm,
    container,
    entry,
    feedback,
    modal,
    mrkdwn,
    option,
    options,
    picture,
    plain,
    section,
    select,
    table,
    typed,
)

SCHEMA = json.loads(
    (Path(shapes.__file__).parent / "schemas" / "slack_types.json").read_text(encoding="utf-8")
)

# Name: largest allowed size, what to build of that size, where the refusal points.
BLOCK_BORDERS: dict[str, tuple[int, Callable[[int], Json], str]] = {
    "block_id": (255, lambda n: section(block_id="x" * n), "/block_id"),
    "action_id": (255, lambda n: actions(button(action_id="x" * n)), "/elements/0/action_id"),
    "section text": (3000, lambda n: section(text=mrkdwn("x" * n)), "/text/text"),
    "section fields": (10, lambda n: section(fields=[plain()] * n), "/fields"),
    "field text": (2000, lambda n: section(fields=[plain("x" * n)]), "/fields/0/text"),
    "header": (150, lambda n: {"type": "header", "text": plain("x" * n)}, "/text/text"),
    "context": (10, lambda n: {"type": "context", "elements": [plain()] * n}, "/elements"),
    "actions": (25, lambda n: actions(*[button()] * n), "/elements"),
    "context actions": (
        5,
        lambda n: {"type": "context_actions", "elements": feedback()["elements"] * n},
        "/elements",
    ),
    "button text": (75, lambda n: actions(button(text=plain("x" * n))), "/elements/0/text/text"),
    "button value": (2000, lambda n: actions(button(value="x" * n)), "/elements/0/value"),
    "button url": (3000, lambda n: actions(button(url="x" * n)), "/elements/0/url"),
    "select options": (100, lambda n: select(options=options(n)), "/elements/0/options"),
    "option groups": (
        100,
        lambda n: actions(
            {
                "type": "static_select",
                "option_groups": [{"label": plain(), "options": options(1)}] * n,
            }
        ),
        "/elements/0/option_groups",
    ),
    "overflow": (5, lambda n: choices("overflow", n), "/elements/0/options"),
    "radio buttons": (10, lambda n: choices("radio_buttons", n), "/elements/0/options"),
    "checkboxes": (10, lambda n: choices("checkboxes", n), "/elements/0/options"),
    "option text": (
        75,
        lambda n: select(options=[option("x" * n)]),
        "/elements/0/options/0/text/text",
    ),
    "option value": (
        75,
        lambda n: select(options=[option(value="x" * n)]),
        "/elements/0/options/0/value",
    ),
    "option description": (
        75,
        lambda n: select(options=[{**option(), "description": plain("x" * n)}]),
        "/elements/0/options/0/description/text",
    ),
    "placeholder": (
        150,
        lambda n: select(placeholder=plain("x" * n)),
        "/elements/0/placeholder/text",
    ),
    "max_length": (3000, lambda n: typed(max_length=n), "/element/max_length"),
    "initial_value": (
        20,
        lambda n: typed(max_length=20, initial_value="x" * n),
        "/element/initial_value",
    ),
    "label": (2000, lambda n: typed() | {"label": plain("x" * n)}, "/label/text"),
    "hint": (2000, lambda n: typed() | {"hint": plain("x" * n)}, "/hint/text"),
    "image alt": (2000, lambda n: picture(alt_text="x" * n), "/alt_text"),
    "image title": (2000, lambda n: picture(title=plain("x" * n)), "/title/text"),
    "image url": (3000, lambda n: picture(image_url="x" * n), "/image_url"),
    "accessory alt": (
        2000,
        lambda n: section(accessory=picture(alt_text="x" * n)),
        "/accessory/alt_text",
    ),
    "markdown": (12_000, lambda n: {"type": "markdown", "text": "x" * n}, "/text"),
    "table rows": (100, lambda n: table(n, 1), "/rows"),
    "table cells": (20, lambda n: table(1, n), "/rows/0"),
    "table columns": (20, lambda n: table() | {"column_settings": [{}] * n}, "/column_settings"),
    "data table page": (
        100,
        lambda n: table(kind="data_table") | {"caption": "c", "page_size": n},
        "/page_size",
    ),
    "container": (10, lambda n: container(child_blocks=[section()] * n), "/child_blocks"),
    "container title": (150, lambda n: container(title=plain("x" * n)), "/title/text"),
    "container subtitle": (150, lambda n: container(subtitle=plain("x" * n)), "/subtitle/text"),
    "carousel": (10, lambda n: {"type": "carousel", "elements": [card()] * n}, "/elements"),
    "card title": (150, lambda n: card(title=mrkdwn("x" * n)), "/title/text"),
    "card subtitle": (150, lambda n: card(subtitle=mrkdwn("x" * n)), "/subtitle/text"),
    "card body": (200, lambda n: card(body=mrkdwn("x" * n)), "/body/text"),
    "confirm title": (
        100,
        lambda n: confirm(title=plain("x" * n)),
        "/elements/0/confirm/title/text",
    ),
    "confirm text": (300, lambda n: confirm(text=plain("x" * n)), "/elements/0/confirm/text/text"),
    "confirm yes": (
        30,
        lambda n: confirm(confirm=plain("x" * n)),
        "/elements/0/confirm/confirm/text",
    ),
    "confirm no": (30, lambda n: confirm(deny=plain("x" * n)), "/elements/0/confirm/deny/text"),
    "feedback text": (
        75,
        lambda n: feedback(positive_button={"text": plain("x" * n), "value": "x"}),
        "/elements/0/positive_button/text/text",
    ),
    "indent": (
        8,
        lambda n: {
            "type": "rich_text",
            "elements": [
                {"type": "rich_text_list", "style": "bullet", "indent": n, "elements": []}
            ],
        },
        "/elements/0/indent",
    ),
    "files": (10, lambda n: entry({"type": "file_input", "max_files": n}), "/element/max_files"),
}
VIEW_BORDERS: dict[str, tuple[int, Callable[[int], Json], str]] = {
    "blocks": (100, lambda n: modal(blocks=[section()] * n), "/blocks"),
    "title": (24, lambda n: modal(title=plain("x" * n)), "/title/text"),
    "submit": (24, lambda n: modal(submit=plain("x" * n)), "/submit/text"),
    "close": (24, lambda n: modal(close=plain("x" * n)), "/close/text"),
    "private_metadata": (3000, lambda n: modal(private_metadata="x" * n), "/private_metadata"),
    "callback_id": (255, lambda n: modal(callback_id="x" * n), "/callback_id"),
    "home blocks": (100, lambda n: {"type": "home", "blocks": [section()] * n}, "/blocks"),
}


@pytest.mark.parametrize("name", BLOCK_BORDERS)
def test_block_limit(name: str) -> None:
    most, build, pointer = BLOCK_BORDERS[name]
    assert shapes.blocks_problems([build(most)]) == []
    (problem,) = shapes.blocks_problems([build(most + 1)])
    assert problem.endswith(f" [json-pointer:/blocks/0{pointer}]")
    assert f"{most + 1}" in problem or f"no more than {most} items" in problem


@pytest.mark.parametrize("name", VIEW_BORDERS)
def test_view_limit(name: str) -> None:
    most, build, pointer = VIEW_BORDERS[name]
    assert shapes.view_problems(build(most)) == []
    (problem,) = shapes.view_problems(build(most + 1))
    assert problem.endswith(f" [json-pointer:/view{pointer}]")


def sdk_refuses(block: Json) -> bool:
    try:
        parsed = Block.parse(block)
        assert parsed is not None
        parsed.validate_json()
    except SlackObjectFormationError:
        return True
    return False


# Where slack_sdk says nothing or allows more: it does not look inside these on parsing.
SDK_IS_SILENT = {
    "field text", "option value", "option description", "max_length", "initial_value",
    "table rows", "table cells", "table columns", "indent", "files",
    "data table page",
}  # fmt: skip


@pytest.mark.parametrize("name", [name for name in BLOCK_BORDERS if name not in SDK_IS_SILENT])
def test_sdk_takes_what_we_take(name: str) -> None:
    most, build, _ = BLOCK_BORDERS[name]
    assert not sdk_refuses(build(most))


@pytest.mark.parametrize(
    "name",
    ["block_id", "section text", "section fields", "header", "context", "actions",
     "context actions", "image alt", "image title", "image url", "markdown", "label", "hint",
     "container", "carousel", "card title", "card body"],
)  # fmt: skip
def test_sdk_refuses_what_we_refuse(name: str) -> None:
    most, build, _ = BLOCK_BORDERS[name]
    assert sdk_refuses(build(most + 1))


def test_sdk_agrees_on_view_limits() -> None:
    for most, build, _ in VIEW_BORDERS.values():
        View(**build(most)).validate_json()
        with pytest.raises(SlackObjectFormationError):
            View(**build(most + 1)).validate_json()


def test_every_limit_names_a_definition_and_a_field_of_the_official_types() -> None:
    for limit in LIMITS:
        for kind in limit.kinds:
            node = json.dumps(SCHEMA["definitions"][kind])
            assert f'"{limit.path[0]}"' in node, f"{kind} has no {limit.path[0]}"
