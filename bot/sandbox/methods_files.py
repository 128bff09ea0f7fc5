"""Methods about files. Sharing happens a moment after the call, as in Slack."""

from bot.sandbox import filing, rooms, talk
from bot.sandbox.calls import Call, method
from bot.sandbox.methods_conversations import page
from bot.sandbox.refusals import Refused
from bot.sandbox.shapes import blocks_problems
from bot.sandbox.state import Json, outward
from bot.sandbox.workspace import Workspace


@method("files.getUploadURLExternal", "files:write", tier=4)
async def upload_url(slack: Workspace, call: Call) -> Json:
    name, length = call.need("filename"), call.number("length", 0)
    if length < 1:
        raise Refused("invalid_arguments")
    file = filing.add(slack, slack.bot, name, b"")
    file["_upload"] = length
    if call.text("alt_txt"):
        file["alt_txt"] = call.text("alt_txt")
    return {"upload_url": f"{slack.url}/upload/v1/{file['id']}", "file_id": file["id"]}


def received(slack: Workspace, key: str, content: bytes) -> bool:
    """Take the bytes of an upload; False when no such upload is awaited or its size is wrong."""
    file = slack.state.files.get(key)
    if file is None or file.get("_upload") != len(content):
        return False
    file["size"] = len(content)
    file["_arrived"] = True
    slack.state.bytes_of[key] = content
    slack.state.touch("bytes", key)
    slack.state.touch("file", key)
    return True


@method("files.completeUploadExternal", "files:write", tier=4)
async def complete_upload(slack: Workspace, call: Call) -> Json:
    given = call.parsed("files")
    if (
        not isinstance(given, list)
        or not given
        or not all(isinstance(one, dict) and "id" in one for one in given)
    ):
        raise Refused("invalid_arguments")
    files = [_awaited(slack, str(one["id"])) for one in given]
    where = call.text("channel_id") or call.text("channels").split(",")[0]
    place = _place(slack, call, where) if where else None
    for file, wanted in zip(files, given, strict=True):
        file["title"] = str(wanted.get("title") or file["name"])
        del file["_upload"], file["_arrived"]
        slack.state.touch("file", file["id"])
    if place is not None:
        place["batch"] = [file["id"] for file in files]
        files[0]["_pending"] = place
        slack.later(slack.share_delay, lambda: filing.complete(slack, files[0]))
    return {"files": [outward(file) for file in files]}


def _awaited(slack: Workspace, key: str) -> Json:
    file = slack.state.files.get(key)
    if file is None or not file.get("_arrived"):
        raise Refused("file_not_found")
    return file


def _place(slack: Workspace, call: Call, where: str) -> Json:
    channel = rooms.to_post(slack, where)
    body: Json = {"text": call.text("initial_comment")}
    blocks = call.parsed("blocks", "invalid_blocks_format")
    if blocks and not body["text"]:
        wrong = blocks_problems(blocks)
        if wrong:
            raise Refused("invalid_blocks", response_metadata={"messages": wrong})
        body["blocks"] = talk.with_ids(blocks)
    thread = call.text("thread_ts")
    if thread:
        if thread not in channel.messages:
            raise Refused("thread_not_found")
        body["thread_ts"] = thread
    return {"channel": channel.id, "body": body}


@method("files.info", "files:read", tier=4)
async def files_info(slack: Workspace, call: Call) -> Json:
    file = outward(filing.find(slack, call.need("file")))
    return {"file": file, "comments": [], "response_metadata": {"next_cursor": ""}}


@method("files.list", "files:read")
async def files_list(slack: Workspace, call: Call) -> Json:
    user, channel = call.text("user"), call.text("channel")
    found = [
        outward(file)
        for file in slack.state.files.values()
        if not file.get("_upload")
        and user in {"", file["user"]}
        and (not channel or channel in file["channels"] + file["groups"] + file["ims"])
    ]
    shown, _ = page(found[::-1], call)
    paging = {"count": len(shown), "total": len(found), "page": 1, "pages": 1}
    return {"files": shown, "paging": paging}


@method("files.delete", "files:write")
async def files_delete(slack: Workspace, call: Call) -> Json:
    file = filing.find(slack, call.need("file"))
    if file["user"] != slack.bot:
        raise Refused("cant_delete_file")
    del slack.state.files[file["id"]]
    slack.state.bytes_of.pop(file["id"], None)
    slack.state.touch("file", file["id"])
    slack.state.touch("bytes", file["id"])
    return {}
