"""Says what Slack would refuse about a message, a view or an app manifest, before Slack does.

Shapes come from the official types (`schemas/README.md`), sizes from `shape_limits.py`, the rest
from `shape_rules.py`. Every function is pure and answers with refusals in the form of Slack's
`response_metadata.messages`, none when all is well. Importing this module reads no file; the
first call compiles the schemas (some 10 ms), later ones reuse them.
"""

import functools
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from bot.sandbox import shape_limits as limits
from bot.sandbox.shape_rules import checks, repeated
from bot.sandbox.shape_schema import Shapes
from bot.sandbox.shape_words import NOT_A, refuse, within


def blocks_problems(blocks: object) -> list[str]:
    """What is wrong with a list of blocks on any surface: shapes, limits, doubled ids.

    How many there may be and what a surface refuses is asked by `message_problems` and
    `view_problems`. Pointers start at `/blocks`.
    """
    return _blocks(blocks, "/blocks")


def message_problems(payload: Mapping[str, object]) -> list[str]:
    """What is wrong with the arguments of chat.postMessage, or, with a `ts`, of chat.update.

    Reads text, markdown_text, blocks and metadata (the last two may be JSON texts, as in a form)
    and nothing else. `error_code` turns the first answer into Slack's error.
    """
    problems = _text_problems(payload)
    blocks = _read(payload.get("blocks"), "/blocks", problems)
    if blocks is not None:
        _size(blocks, limits.MESSAGE_BLOCKS, "/blocks", problems)
        problems += _blocks(blocks, "/blocks")
        problems += _surface_problems(blocks, "message", "/blocks")
        _one_table(blocks, problems)
    metadata = _read(payload.get("metadata"), "/metadata", problems)
    if metadata is not None:
        _slack().check("MessageMetadata")(metadata, "/metadata", problems)
    return problems


def view_problems(view: object) -> list[str]:
    """What is wrong with a modal or a Home tab; `view` may be its JSON text.

    Pointers start at `/view`. The size limit of 250 kB is taken over compact UTF-8 JSON.
    """
    problems: list[str] = []
    view = _read(view, "/view", problems)
    if problems:
        return problems
    _slack().check("View")(view, "/view", problems)
    if not isinstance(view, dict) or view.get("type") not in ("modal", "home"):
        return problems
    if len(json.dumps(view, ensure_ascii=False, separators=(",", ":")).encode()) > (
        limits.VIEW_BYTES
    ):
        refuse(problems, f"must be less than {limits.VIEW_BYTES + 1} bytes", "/view")
    blocks = view.get("blocks")
    if isinstance(blocks, list):
        problems += _blocks(blocks, "/view/blocks")
        problems += _surface_problems(blocks, str(view["type"]), "/view/blocks")
        _submit_with_inputs(view, blocks, problems)
    return problems


def manifest_problems(manifest: Mapping[str, object]) -> list[str]:
    """What is wrong with an app manifest of schema version 2; pointers start at `/`.

    Like Slack, addresses are demanded where events, buttons and commands arrive over HTTP.
    Names of scopes and events are not checked.
    """
    problems: list[str] = []
    _shapes("manifest.json", strict=True).check("Manifest")(manifest, "", problems)
    if problems:
        return problems
    commands = _dig(manifest, "features", "slash_commands")
    repeated(commands, "command", "/features/slash_commands", problems)
    if _dig(manifest, "settings", "socket_mode_enabled") is not True:
        _addresses(manifest, problems)
    if _dig(manifest, "oauth_config", "scopes", "bot") and not _dig(
        manifest, "features", "bot_user"
    ):
        refuse(problems, "bot scopes need a bot_user", "/features/bot_user")
    return problems


def event_problems(event: object) -> list[str]:
    """What an event lacks by the official types; fields they do not name are let through.

    Knows messages with every subtype and the other events this bot subscribes to.
    """
    problems: list[str] = []
    _shapes("slack_types.json", strict=False).check("Event")(event, "/event", problems)
    return problems


def error_code(problem: str) -> str:
    """The `error` Slack's Web API answers with for one refusal of this module."""
    return next((code for part, code in _CODES if part in problem), "invalid_arguments")


_CODES = (
    ("must not be given with `text`", "markdown_text_conflict"),
    ("[json-pointer:/text]", "msg_too_long"),
    ("[json-pointer:/markdown_text]", "msg_too_long"),
    ("[json-pointer:/blocks", "invalid_blocks"),
    ("[json-pointer:/metadata", "invalid_metadata_format"),
    ("must define either `text` or `blocks` [json-pointer:]", "no_text"),
)


@functools.cache
def _shapes(file: str, *, strict: bool) -> Shapes:
    text = (Path(__file__).parent / "schemas" / file).read_text(encoding="utf-8")
    definitions = json.loads(text)["definitions"]
    definitions["View"] = {
        "anyOf": [{"$ref": "#/definitions/Modal"}, {"$ref": "#/definitions/Home"}]
    }
    return Shapes(definitions, checks() if strict else {}, strict=strict)


def _slack() -> Shapes:
    return _shapes("slack_types.json", strict=True)


def _read(value: object, at: str, problems: list[str]) -> object:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        refuse(problems, "must be valid JSON", at)
        return None


def _size(items: object, most: int, at: str, problems: list[str]) -> None:
    fault = within(len(items), 0, most, "items") if isinstance(items, list) else None
    if fault:
        refuse(problems, fault, at)


def _blocks(blocks: object, at: str) -> list[str]:
    problems: list[str] = []
    if not isinstance(blocks, list):
        refuse(problems, NOT_A["array"], at)
        return problems
    check = _slack().check("KnownBlock")
    for index, block in enumerate(blocks):
        check(block, f"{at}/{index}", problems)
    repeated(blocks, "block_id", at, problems)
    _markdown_total(blocks, at, problems)
    return problems


def _markdown_total(blocks: list[object], at: str, problems: list[str]) -> None:
    texts = [
        block["text"]
        for block in blocks
        if isinstance(block, dict)
        and block.get("type") == "markdown"
        and isinstance(block.get("text"), str)
    ]
    # A single block that is too long has been refused already.
    if len(texts) > 1 and sum(map(len, texts)) > limits.MARKDOWN_TOTAL:
        words = f"markdown blocks together must be less than {limits.MARKDOWN_TOTAL + 1} characters"
        refuse(problems, words, at)


def _text_problems(payload: Mapping[str, object]) -> list[str]:
    problems: list[str] = []
    most = limits.UPDATE_TEXT if payload.get("ts") else limits.POST_TEXT
    for name, longest in (("text", most), ("markdown_text", limits.MARKDOWN_TOTAL)):
        text = payload.get(name)
        if text is not None and not isinstance(text, str):
            refuse(problems, NOT_A["string"], f"/{name}")
        elif text and len(text) > longest:
            refuse(problems, f"must be less than {longest + 1} characters", f"/{name}")
    if payload.get("markdown_text") and (payload.get("text") or payload.get("blocks")):
        refuse(problems, "must not be given with `text` or `blocks`", "/markdown_text")
    if not any(payload.get(name) for name in ("text", "markdown_text", "blocks", "attachments")):
        refuse(problems, "must define either `text` or `blocks`", "")
    return problems


def _parts(block: object, at: str) -> Iterator[tuple[Mapping[str, object], str]]:
    """A block and the blocks and elements inside it, each with its pointer."""
    if not isinstance(block, dict):
        return
    yield block, at
    for name in ("accessory", "element"):
        yield from _parts(block.get(name), f"{at}/{name}")
    for name in ("elements", "child_blocks"):
        inner = block.get(name)
        for index, part in enumerate(inner if isinstance(inner, list) else []):
            yield from _parts(part, f"{at}/{name}/{index}")


def _surface_problems(blocks: object, surface: str, at: str) -> list[str]:
    problems: list[str] = []
    for index, block in enumerate(blocks if isinstance(blocks, list) else []):
        for part, pointer in _parts(block, f"{at}/{index}"):
            kind = part.get("type")
            taken = limits.SURFACES.get(kind) if isinstance(kind, str) else None
            if taken is not None and surface not in taken:
                refuse(problems, f"unsupported type: {kind}", f"{pointer}/type")
    return problems


def _one_table(blocks: object, problems: list[str]) -> None:
    tables = [
        pointer
        for index, block in enumerate(blocks if isinstance(blocks, list) else [])
        for part, pointer in _parts(block, f"/blocks/{index}")
        if part.get("type") in ("table", "data_table")
    ]
    for pointer in tables[limits.TABLES :]:
        refuse(problems, "only_one_table_allowed", pointer)


def _submit_with_inputs(
    view: Mapping[str, object], blocks: list[object], problems: list[str]
) -> None:
    if view["type"] != "modal" or "submit" in view:
        return
    for index, block in enumerate(blocks):
        for part, pointer in _parts(block, f"/view/blocks/{index}"):
            if part.get("type") == "input":
                words = "must define `submit` to use an `input` block in modals"
                refuse(problems, words, f"{pointer}/input")


def _dig(value: object, *path: str) -> object:
    for step in path:
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def _addresses(manifest: Mapping[str, object], problems: list[str]) -> None:
    demanded: list[tuple[bool, object, str]] = []
    for name in ("event_subscriptions", "interactivity"):
        part = _dig(manifest, "settings", name)
        used = bool(_dig(part, "bot_events")) or _dig(part, "is_enabled") is True
        demanded.append((used, _dig(part, "request_url"), f"/settings/{name}"))
    commands = _dig(manifest, "features", "slash_commands")
    for index, command in enumerate(commands if isinstance(commands, list) else []):
        demanded.append((True, _dig(command, "url"), f"/features/slash_commands/{index}"))
    for used, address, pointer in demanded:
        if used and not address:
            field = "url" if "slash_commands" in pointer else "request_url"
            refuse(problems, f"missing required field: {field}", pointer)
