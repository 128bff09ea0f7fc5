"""Blocks and views as they should be, for the tests of what Slack refuses."""

from typing import Any

Json = dict[str, Any]


def plain(text: str = "Go") -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str = "*Go*") -> Json:
    return {"type": "mrkdwn", "text": text}


def option(text: str = "One", value: str = "1") -> Json:
    return {"text": plain(text), "value": value}


def options(count: int) -> list[Json]:
    return [option(str(number), str(number)) for number in range(count)]


def button(**more: Any) -> Json:
    return {"type": "button", "text": plain(), **more}


def section(**more: Any) -> Json:
    return {"type": "section", "text": mrkdwn(), **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def entry(element: Json, **more: Any) -> Json:
    return {"type": "input", "label": plain(), "element": element, **more}


def picture(**more: Any) -> Json:
    return {"type": "image", "alt_text": "A chart", "image_url": "https://example.org/a", **more}


def rich_text() -> Json:
    words = {"type": "rich_text_section", "elements": [{"type": "text", "text": "Hello"}]}
    return {"type": "rich_text", "elements": [words]}


def table(rows: int = 1, columns: int = 1, kind: str = "table") -> Json:
    cells = [{"type": "raw_text", "text": "3"}] * columns
    return {"type": kind, "rows": [cells] * rows}


def card(**more: Any) -> Json:
    return {"type": "card", "title": mrkdwn(), **more}


def container(**more: Any) -> Json:
    return {"type": "container", "title": plain(), "child_blocks": [section()], **more}


def feedback(**sides: Json) -> Json:
    side = {"text": plain(), "value": "x"}
    both = {"positive_button": side, "negative_button": side, **sides}
    return {"type": "context_actions", "elements": [{"type": "feedback_buttons", **both}]}


def select(**more: Any) -> Json:
    return actions({"type": "static_select", "action_id": "a", **({"options": options(2)} | more)})


def modal(**more: Any) -> Json:
    return {"type": "modal", "title": plain(), "blocks": [section()], **more}


def confirm(**more: Any) -> Json:
    whole = {name: plain() for name in ("title", "text", "confirm", "deny")}
    return actions(button(confirm={**whole, **more}))


def choices(kind: str, count: int) -> Json:
    return actions({"type": kind, "options": options(count)})


def typed(**more: Any) -> Json:
    return entry({"type": "plain_text_input", **more})


GOOD_BLOCKS = {
    "section": section(accessory=button(action_id="go", value="1", style="primary")),
    "fields": {"type": "section", "fields": [plain(), mrkdwn()]},
    "header": {"type": "header", "text": plain()},
    "divider": {"type": "divider", "block_id": "line"},
    "context": {"type": "context", "elements": [mrkdwn(), picture()]},
    "actions": actions(
        button(action_id="a", url="https://example.org"),
        {"type": "datepicker", "action_id": "b", "initial_date": "2026-11-20"},
        {"type": "timepicker", "action_id": "c", "initial_time": "08:58"},
        {"type": "overflow", "action_id": "d", "options": options(2)},
    ),
    "select": select(initial_option=option("1", "1")),
    "grouped": actions(
        {
            "type": "multi_static_select",
            "option_groups": [{"label": plain(), "options": options(2)}],
            "initial_options": [option("0", "0")],
        }
    ),
    "radio": actions(
        {"type": "radio_buttons", "options": options(2), "initial_option": option("0", "0")}
    ),
    "checkboxes": entry({"type": "checkboxes", "options": [{"text": mrkdwn(), "value": "1"}]}),
    "typed": typed(action_id="t", multiline=True, min_length=1, max_length=300),
    "number": entry({"type": "number_input", "is_decimal_allowed": True, "min_value": "0"}),
    "image": picture(title=plain()),
    "slack_file": {"type": "image", "alt_text": "A chart", "slack_file": {"id": "F1"}},
    "markdown": {"type": "markdown", "text": "**bold**"},
    "rich_text": rich_text(),
    "table": {**table(2, 3), "column_settings": [{"align": "right"}]},
    "data_table": {**table(2, 2, "data_table"), "caption": "Scores", "page_size": 10},
    "context_actions": feedback(),
    "card": card(actions=[button(action_id="a")]),
    "carousel": {"type": "carousel", "elements": [card()]},
    "container": container(),
    "task_card": {"type": "task_card", "task_id": "1", "title": "Read", "status": "pending"},
    "plan": {"type": "plan", "title": "Plan"},
    "file": {"type": "file", "source": "remote", "external_id": "1"},
    "video": {
        "type": "video",
        "video_url": "https://example.org/v",
        "thumbnail_url": "https://example.org/t",
        "alt_text": "A talk",
        "title": plain(),
    },
    "confirm": confirm(title=plain(), confirm=plain("Yes"), deny=plain("No")),
}
MODAL_ONLY = {
    "alert": {"type": "alert", "text": mrkdwn(), "level": "info"},
    "rich_text_input": entry({"type": "rich_text_input"}),
    "file_input": entry({"type": "file_input", "max_files": 10}),
}
