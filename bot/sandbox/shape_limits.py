"""Every limit on a block, view or metadata, as one table.

`kind` is the definition's name in `schemas/slack_types.json`; `path` leads to the measured
value, `*` standing for each item of a list. Texts are measured in characters, lists in items,
numbers as they are; both ends are allowed. A value that is not there is not measured.
Where a figure comes from:

    doc    Slack's reference pages for Block Kit and views
    sdk    the checks in slack_sdk.models 3.47 (our tests hold this table against them)
    types  the remarks in @slack/types 3.2.0; the smaller figure wins where sources differ
    known  common knowledge of how Slack answers, on no page we could name
"""

from typing import NamedTuple


class Limit(NamedTuple):
    """`least..most` for the value at `path` in each of `kinds`; `source` as explained above."""

    kinds: tuple[str, ...]
    path: tuple[str, ...]
    least: int
    most: int
    source: str


MESSAGE_BLOCKS = 50  # doc
VIEW_BLOCKS = 100  # doc
POST_TEXT = 40_000  # doc: cut off beyond; here refused, for a cut message is a fault of ours
UPDATE_TEXT = 4_000  # doc
MARKDOWN_TOTAL = 12_000  # doc: all markdown blocks of one payload together
VIEW_BYTES = 250_000  # known: view_too_large
TABLES = 1  # known: only_one_table_allowed, data_table counted in

_ENDLESS = 1_000_000_000
_BLOCKS = (
    "ActionsBlock", "AlertBlock", "CardBlock", "CarouselBlock", "ContainerBlock",
    "ContextBlock", "ContextActionsBlock", "DataTableBlock", "DividerBlock", "FileBlock",
    "HeaderBlock", "ImageBlock", "InputBlock", "MarkdownBlock", "RichTextBlock",
    "SectionBlock", "TableBlock", "TaskCardBlock", "PlanBlock", "VideoBlock",
)  # fmt: skip
_SELECTS = tuple(
    f"{many}{what}Select"
    for many in ("", "Multi")
    for what in ("Channels", "Conversations", "External", "Static", "Users")
)
_TYPED = ("EmailInput", "NumberInput", "PlainTextInput", "RichTextInput", "URLInput")
_PLACEHOLDABLE = (*_SELECTS, *_TYPED, "Datepicker", "Timepicker")
_CHOICES = ("Checkboxes", "RadioButtons", "Overflow")
_ELEMENTS = (
    *_PLACEHOLDABLE, *_CHOICES, "Button", "DateTimepicker", "FeedbackButtons", "FileInput",
    "IconButton", "WorkflowButton",
)  # fmt: skip
_OPTIONS = ("PlainTextOption", "MrkdwnOption")
_STATIC = ("StaticSelect", "MultiStaticSelect")
_MULTI = tuple(name for name in _SELECTS if name.startswith("Multi"))
_IMAGES = ("ImageBlock", "ImageElement")
_VIEWS = ("Modal", "Home")


def _limit(
    kinds: str | tuple[str, ...], path: str, least: int, most: int, source: str = "sdk"
) -> Limit:
    names = (kinds,) if isinstance(kinds, str) else kinds
    return Limit(names, tuple(path.split("/")), least, most, source)


LIMITS: tuple[Limit, ...] = (
    # ids
    _limit(_BLOCKS, "block_id", 1, 255),
    _limit(_ELEMENTS, "action_id", 1, 255),
    # texts
    _limit("PlainTextElement", "text", 1, 3000, "doc"),
    _limit("MrkdwnElement", "text", 1, 3000, "doc"),
    _limit("RawTextElement", "text", 1, _ENDLESS, "known"),
    _limit("RichTextText", "text", 1, _ENDLESS, "known"),
    _limit("MarkdownBlock", "text", 1, 12_000),
    # blocks
    _limit("SectionBlock", "text/text", 1, 3000),
    _limit("SectionBlock", "fields", 1, 10),
    _limit("SectionBlock", "fields/*/text", 1, 2000, "doc"),
    _limit("HeaderBlock", "text/text", 1, 150),
    _limit("ContextBlock", "elements", 1, 10),
    _limit("ActionsBlock", "elements", 1, 25),
    _limit("ContextActionsBlock", "elements", 1, 5),
    _limit("InputBlock", "label/text", 1, 2000),
    _limit("InputBlock", "hint/text", 1, 2000),
    _limit(_IMAGES, "alt_text", 1, 2000),
    _limit(_IMAGES, "image_url", 1, 3000),
    _limit("ImageBlock", "title/text", 1, 2000),
    _limit("VideoBlock", "title/text", 1, 200),
    _limit("VideoBlock", "author_name", 1, 50),
    _limit("RichTextBlock", "elements", 1, _ENDLESS, "known"),
    _limit("RichTextList", "indent", 0, 8, "known"),
    _limit("TableBlock", "rows", 1, 100, "doc"),
    _limit("TableBlock", "rows/*", 1, 20, "doc"),
    _limit("TableBlock", "column_settings", 0, 20, "doc"),
    _limit("DataTableBlock", "page_size", 1, 100, "doc"),
    _limit("ContainerBlock", "child_blocks", 1, 10),
    _limit("ContainerBlock", "title/text", 1, 150),
    _limit("ContainerBlock", "subtitle/text", 1, 150),
    _limit("CarouselBlock", "elements", 1, 10),
    _limit("CardBlock", "title/text", 1, 150),
    _limit("CardBlock", "subtitle/text", 1, 150),
    _limit("CardBlock", "body/text", 1, 200),
    # elements
    _limit(("Button", "IconButton", "WorkflowButton"), "text/text", 1, 75),
    _limit(("Button", "IconButton"), "value", 1, 2000),
    _limit("Button", "url", 1, 3000),
    _limit(("Button", "IconButton", "WorkflowButton"), "accessibility_label", 1, 75, "doc"),
    _limit("FeedbackButtons", "positive_button/text/text", 1, 75),
    _limit("FeedbackButtons", "negative_button/text/text", 1, 75),
    _limit("FeedbackButtons", "positive_button/value", 1, 2000),
    _limit("FeedbackButtons", "negative_button/value", 1, 2000),
    _limit(_PLACEHOLDABLE, "placeholder/text", 1, 150),
    _limit(_STATIC, "options", 1, 100),
    _limit(_STATIC, "option_groups", 1, 100),
    _limit(_STATIC, "option_groups/*/options", 1, 100),
    _limit(_STATIC, "option_groups/*/label/text", 1, 75),
    _limit("Overflow", "options", 1, 5),
    _limit(("Checkboxes", "RadioButtons"), "options", 1, 10, "doc"),
    _limit(_OPTIONS, "text/text", 1, 75),
    _limit(_OPTIONS, "value", 1, 75, "types"),
    _limit(_OPTIONS, "description/text", 1, 75, "types"),
    _limit(_OPTIONS, "url", 1, 3000, "types"),
    _limit(_MULTI, "max_selected_items", 1, _ENDLESS, "types"),
    _limit("PlainTextInput", "min_length", 0, 3000, "types"),
    _limit("PlainTextInput", "max_length", 1, 3000, "types"),
    _limit("FileInput", "max_files", 1, 10, "types"),
    _limit("ConfirmationDialog", "title/text", 1, 100),
    _limit("ConfirmationDialog", "text/text", 1, 300),
    _limit("ConfirmationDialog", "confirm/text", 1, 30),
    _limit("ConfirmationDialog", "deny/text", 1, 30),
    # views and metadata
    _limit("Modal", "title/text", 1, 24),
    _limit("Modal", "submit/text", 1, 24),
    _limit("Modal", "close/text", 1, 24),
    _limit(_VIEWS, "blocks", 1, VIEW_BLOCKS),
    _limit(_VIEWS, "private_metadata", 0, 3000),
    _limit(_VIEWS, "callback_id", 0, 255),
    _limit("MessageMetadata", "event_type", 1, _ENDLESS, "known"),
)

# Blocks and elements that only some surfaces take; a type not named here goes everywhere.
SURFACES: dict[str, frozenset[str]] = {
    "alert": frozenset({"modal"}),
    "rich_text_input": frozenset({"modal", "home"}),
    "file_input": frozenset({"modal"}),
    "datetimepicker": frozenset({"message", "modal"}),
    "context_actions": frozenset({"message"}),
    "feedback_buttons": frozenset({"message"}),
    "icon_button": frozenset({"message"}),
}
