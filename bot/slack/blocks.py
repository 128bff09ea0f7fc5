"""Block Kit, as far as Drumbeat speaks it: pure builders that keep Slack's limits.

Limits are Slack's (docs.slack.dev/reference/block-kit). Text that people typed goes through
`escape`; what may be long goes through `clip`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

Block = dict[str, Any]

SECTION, TEXT, BUTTON, OPTION, TITLE, HEADER, CONTEXT = 3000, 3900, 75, 75, 24, 150, 10
OPTIONS_AT_MOST = 100
FORMER = "a former member"  # somebody whose data was deleted


@dataclass(frozen=True)
class Message:
    """`text` is what screen readers and notifications say; `blocks` is what people see.

    A text is cut at 3,900 characters, because chat.update takes no more than 4,000.
    """

    text: str
    blocks: tuple[Block, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", clip(self.text, TEXT))


def escape(text: str) -> str:
    """Make text harmless in mrkdwn: no mentions, no links, no markup characters of Slack's own."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def clip(text: str, limit: int) -> str:
    """Cut at a word where that is near, never inside `&amp;`, and say so with an ellipsis."""
    if len(text) <= limit:
        return text
    cut = text[: _whole(text, limit - 1)]
    space = cut.rfind(" ")
    return (cut[:space] if space > limit * 0.8 else cut).rstrip() + "…"


def _whole(text: str, at: int) -> int:
    """The last place up to `at` where no entity of `escape` is parted."""
    begun = text.rfind("&", max(0, at - 4), at)
    return begun if begun >= 0 and ";" not in text[begun:at] else at


def mention(user_id: str | None) -> str:
    """The person of this Slack id; without one, a former member."""
    return f"<@{clip(escape(user_id), 40)}>" if user_id else FORMER


def together(texts: Sequence[str]) -> str:
    """*a*, *a and b*, *a, b and c*; empty for nothing."""
    return " and ".join(filter(None, [", ".join(texts[:-1]), *texts[-1:]]))


def mentions(user_ids: Sequence[str | None], most: int = 6) -> str:
    """The people of a small group in a sentence: *@Ana, @Ben and @Cem*."""
    return together([mention(one) for one in user_ids[:most]])


def plural(count: int, one: str, many: str | None = None) -> str:
    """`plural(1, "day")` is "1 day", `plural(2, "day")` is "2 days"."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def listed(texts: Sequence[str], most: int, room: int = 100) -> str:
    """What people typed, in a sentence: *a, b and 3 more*; each in `room` characters."""
    shown = ", ".join(escape(clip(one, room)) for one in texts[:most])
    return f"{shown} and {len(texts) - most:,} more" if len(texts) > most else shown


def date_token(instant: datetime, form: str, fallback: str) -> str:
    """Slack's own date, shown in each reader's zone; `form` such as `{time}`."""
    return f"<!date^{int(instant.timestamp())}^{form}|{fallback}>"


def header(text: str) -> Block:
    return {"type": "header", "text": plain(clip(text, HEADER))}


def plain(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": True}


def mrkdwn(text: str, limit: int = SECTION) -> Block:
    return {"type": "mrkdwn", "text": clip(text, limit)}


def section(text: str, accessory: Block | None = None) -> Block:
    block: Block = {"type": "section", "text": mrkdwn(text)}
    return block | {"accessory": accessory} if accessory else block


def sections(text: str) -> list[Block]:
    """A long text as sections, parted at line ends where possible."""
    parts: list[str] = []
    rest = text
    while len(rest) > SECTION:
        at = rest.rfind("\n", 0, SECTION)
        at = at if at > 0 else _whole(rest, SECTION)
        parts.append(rest[:at])
        rest = rest[at:].lstrip("\n")
    return [section(part) for part in [*parts, rest] if part.strip()]


def note(*texts: str) -> Block:
    return {"type": "context", "elements": [mrkdwn(text, 2000) for text in texts[:CONTEXT]]}


def divider() -> Block:
    return {"type": "divider"}


def button(
    text: str, action_id: str, value: str = "", *, style: str = "", confirm: Block | None = None
) -> Block:
    element: Block = {"type": "button", "text": plain(clip(text, BUTTON)), "action_id": action_id}
    if value:
        element["value"] = value
    if style:
        element["style"] = style
    if confirm:
        element["confirm"] = confirm
    return element


def confirm(title: str, text: str, yes: str, no: str) -> Block:
    return {
        "title": plain(clip(title, 100)),
        "text": plain(clip(text, 300)),
        "confirm": plain(clip(yes, 30)),
        "deny": plain(clip(no, 30)),
    }


def actions(*elements: Block, block_id: str = "") -> Block:
    block: Block = {"type": "actions", "elements": list(elements)}
    return block | {"block_id": block_id} if block_id else block


def option(text: str, value: str) -> Block:
    return {"text": plain(clip(text, OPTION)), "value": value}


def select(action_id: str, options: Sequence[tuple[str, str]], initial: str | None = None) -> Block:
    """A static select over (value, text); `initial` is a value."""
    shown = [option(text, value) for value, text in options[:OPTIONS_AT_MOST]]
    element: Block = {"type": "static_select", "action_id": action_id, "options": shown}
    chosen = [one for one in shown if one["value"] == initial]
    return element | {"initial_option": chosen[0]} if chosen else element


def checkboxes(
    action_id: str, options: Sequence[tuple[str, str]], initial: Iterable[str] = ()
) -> Block:
    shown = [option(text, value) for value, text in options[:10]]
    element: Block = {"type": "checkboxes", "action_id": action_id, "options": shown}
    wanted = set(initial)
    chosen = [one for one in shown if one["value"] in wanted]
    return element | {"initial_options": chosen} if chosen else element


def user_select(action_id: str, initial: str | None = None) -> Block:
    """Slack's own picker of one person."""
    element: Block = {"type": "users_select", "action_id": action_id}
    return element | {"initial_user": initial} if initial else element


def users_select(action_id: str, initial: Sequence[str] = ()) -> Block:
    """Slack's own picker of several people."""
    element: Block = {"type": "multi_users_select", "action_id": action_id}
    return element | {"initial_users": list(initial)} if initial else element


def channel_select(action_id: str, initial: str | None = None) -> Block:
    """Slack's own picker of a channel, private ones included."""
    kinds = {"include": ["public", "private"], "exclude_bot_users": True}
    element: Block = {"type": "conversations_select", "action_id": action_id, "filter": kinds}
    return element | {"initial_conversation": initial} if initial else element


def text_field(
    action_id: str,
    initial: str = "",
    *,
    multiline: bool = False,
    placeholder: str = "",
    most: int = 3000,
) -> Block:
    element: Block = {
        "type": "plain_text_input",
        "action_id": action_id,
        "multiline": multiline,
        "max_length": most,
    }
    if initial:
        element["initial_value"] = initial[:most]
    if placeholder:
        element["placeholder"] = plain(clip(placeholder, 150))
    return element


def time_field(action_id: str, initial: time | None = None) -> Block:
    element: Block = {"type": "timepicker", "action_id": action_id}
    return element | {"initial_time": f"{initial:%H:%M}"} if initial else element


def date_field(action_id: str, initial: date | None = None) -> Block:
    element: Block = {"type": "datepicker", "action_id": action_id}
    return element | {"initial_date": initial.isoformat()} if initial else element


def field(
    block_id: str, label: str, element: Block, *, hint: str = "", optional: bool = False
) -> Block:
    """An input block; errors of a submission are shown under it by its `block_id`."""
    block: Block = {
        "type": "input",
        "block_id": block_id,
        "label": plain(clip(label, 2000)),
        "element": element,
        "optional": optional,
    }
    return block | {"hint": plain(clip(hint, 2000))} if hint else block


def live(made: Block) -> Block:
    """The input tells at once what is typed or chosen in it: an action of its element's id."""
    element = made["element"]
    if element["type"] == "plain_text_input":
        when = {"trigger_actions_on": ["on_enter_pressed", "on_character_entered"]}
        element = element | {"dispatch_action_config": when}
    return made | {"element": element, "dispatch_action": True}


def modal(
    title: str,
    callback_id: str,
    blocks: Sequence[Block],
    *,
    metadata: str = "",
    submit: str = "Save",
    close: str = "Cancel",
) -> Block:
    view: Block = {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(clip(title, TITLE)),
        "close": plain(clip(close, TITLE)),
        "private_metadata": metadata,
        "blocks": list(blocks),
    }
    return view | {"submit": plain(clip(submit, TITLE))} if submit else view


def home(blocks: Sequence[Block]) -> Block:
    return {"type": "home", "blocks": list(blocks)[:100]}


def entered(state: Mapping[str, Any], block_id: str) -> Any:
    """What a person entered in the input of this block: str, list of str, or None."""
    block: Mapping[str, Any] = state.get(block_id) or {}
    element: Mapping[str, Any] = next(iter(block.values()), {}) or {}
    for key in (
        "value",
        "selected_time",
        "selected_date",
        "selected_user",
        "selected_users",
        "selected_conversation",
    ):
        if key in element:
            return element[key]
    if "selected_option" in element:
        return (element["selected_option"] or {}).get("value")
    if "selected_options" in element:
        return [one["value"] for one in element["selected_options"] or []]
    return None
