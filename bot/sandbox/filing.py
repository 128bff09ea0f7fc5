"""Files and voice clips: what Slack says about them, sharing, and a transcript that comes later."""

from typing import Any
from urllib.parse import quote

from bot.sandbox import rooms, talk
from bot.sandbox.refusals import Refused
from bot.sandbox.state import Channel, Json, new_id, outward
from bot.sandbox.workspace import Workspace

PREVIEW = 160
TYPES = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "text/plain": "text",
    "text/csv": "csv",
    "application/pdf": "pdf",
    "audio/webm": "webm",
    "audio/mp4": "m4a",
    "video/mp4": "mp4",
}
ENDINGS = {ending: mimetype for mimetype, ending in TYPES.items()} | {"txt": "text/plain"}

# What Slack says of every file kept in the workspace itself.
ORDINARY: Json = {
    "mode": "hosted",
    "editable": False,
    "is_external": False,
    "external_type": "",
    "is_public": False,
    "public_url_shared": False,
    "display_as_bot": False,
    "username": "",
    "file_access": "visible",
}


def mimetype_of(name: str) -> str:
    """The content type that a name's ending suggests."""
    return ENDINGS.get(name.rpartition(".")[2].lower(), "application/octet-stream")


def add(slack: Workspace, user: str, name: str, content: bytes, mimetype: str = "") -> Json:
    """Keep a file that is not shared anywhere yet."""
    mimetype = mimetype or mimetype_of(name)
    name = name.replace("/", "_").replace("\\", "_")
    quoted = quote(name)
    key = new_id("F0")[:11]
    address = f"{slack.url}/files-pri/{slack.state.team['id']}-{key}"
    moment = int(slack.now())
    file: Json = {
        "id": key,
        "created": moment,
        "timestamp": moment,
        "name": name,
        "title": name,
        "mimetype": mimetype,
        "filetype": TYPES.get(mimetype, "binary"),
        "pretty_type": TYPES.get(mimetype, "binary").upper(),
        "user": user,
        "user_team": slack.state.team["id"],
        "size": len(content),
        **ORDINARY,
        "url_private": f"{address}/{quoted}",
        "url_private_download": f"{address}/download/{quoted}",
        "permalink": f"{slack.url}/files/{user}/{key}/{quoted}",
        "channels": [],
        "groups": [],
        "ims": [],
        "shares": {},
    }
    slack.state.files[key] = file
    slack.state.bytes_of[key] = content
    slack.state.touch("file", key)
    slack.state.touch("bytes", key)
    return file


def find(slack: Workspace, key: Any) -> Json:
    """The file with this id; refuses `file_not_found`."""
    file = slack.state.files.get(str(key))
    if file is None or file.get("_upload"):
        raise Refused("file_not_found")
    return file


def share(slack: Workspace, files: list[Json], channel: Channel, user: str, body: Json) -> Json:
    """Post files into a conversation; each learns where it stands."""
    shared = [in_message(file) for file in files]
    message = talk.post(
        slack,
        channel,
        user,
        {"subtype": "file_share", "files": shared, "upload": False, **body},
    )
    kind = "public" if channel.kind == "channel" else "private"
    field = {"im": "ims", "channel": "channels"}.get(channel.kind, "groups")
    place: Json = {
        "ts": message["ts"],
        "channel_name": channel.name,
        "team_id": slack.state.team["id"],
    }
    if "thread_ts" in body:
        place |= {"thread_ts": body["thread_ts"]}
    for file in files:
        file[field].append(channel.id)
        file["shares"].setdefault(kind, {}).setdefault(channel.id, []).append(place)
        slack.state.touch("file", file["id"])
        rooms.tell(slack, channel, _event(file, "file_shared") | {"channel_id": channel.id})
    return message


def _event(file: Json, kind: str) -> Json:
    return {
        "type": kind,
        "file_id": file["id"],
        "user_id": file["user"],
        "file": {"id": file["id"]},
    }


def in_message(file: Json) -> Json:
    """A file as its message shows it: of another workspace's Slack tells no more than its id."""
    if not file.get("_untold"):
        return outward(file)
    return {"id": file["id"], "created": file["created"], "file_access": "check_file_info"}


def clip(slack: Workspace, channel: Channel, user: str, wanted: Json, audio: bytes) -> Json:
    """Post a voice clip. Its transcript is ready `delay` seconds later, or never comes.

    `subtype` null: a recording that was uploaded; `outcome`: how its transcription ends without
    words; `untold`: the message carries its id alone, as for files of another workspace.
    """
    mimetype = str(wanted.get("mimetype") or "audio/webm")
    name = f"audio_message.{TYPES.get(mimetype, 'webm')}"
    said = wanted.get("transcript")
    file = add(slack, user, name, audio, mimetype)
    kind = wanted.get("subtype", "slack_audio")
    if kind:
        media = "video" if kind == "slack_video" else "audio"
        file |= {"subtype": str(kind), "media_display_type": media}
    file |= {
        "_outcome": "failed" if wanted.get("outcome") == "failed" else "none",
        "_untold": bool(wanted.get("untold")),
        "duration_ms": int(wanted.get("duration_ms") or 1000),
        "transcription": {"status": "processing"},
        "_transcript": None if said is None else str(said),
        "_delay": float(wanted.get("delay", 1.5)),
    }
    body: Json = {"text": str(wanted.get("text") or "")}
    if wanted.get("thread_ts"):
        body["thread_ts"] = str(wanted["thread_ts"])
        if wanted.get("broadcast"):
            body["subtype"] = "thread_broadcast"
    message = share(slack, [file], channel, user, body)
    await_transcript(slack, file)
    return message


def await_transcript(slack: Workspace, file: Json) -> None:
    slack.later(file.get("_delay", 0.0), lambda: _transcribed(slack, file))


def _transcribed(slack: Workspace, file: Json) -> None:
    said = file.pop("_transcript", None)
    file.pop("_delay", None)
    if file["id"] not in slack.state.files:
        return
    if said is None:
        file["transcription"] = {"status": file.get("_outcome", "none")}
    else:
        file["vtt"] = f"{slack.url}/files-pri/{slack.state.team['id']}-{file['id']}/file.vtt"
        file["transcription"] = {
            "status": "complete",
            "locale": "en-US",
            "preview": {"content": said[:PREVIEW], "has_more": len(said) > PREVIEW},
        }
        file["_said"] = said
    slack.state.touch("file", file["id"])
    _refresh_messages(slack, file)
    slack.changes.publish("file", None, file=outward(file))
    slack.out.event(_event(file, "file_change") | {"event_ts": slack.state.next_ts(slack.now())})


def _refresh_messages(slack: Workspace, file: Json) -> None:
    for channels in file["shares"].values():
        for key, places in channels.items():
            channel = slack.state.channels[key]
            for place in places:
                message = channel.messages.get(place["ts"])
                if message is not None and "files" in message:
                    message["files"] = [
                        in_message(file) if one["id"] == file["id"] else one
                        for one in message["files"]
                    ]
                    slack.state.touch("message", key, place["ts"])
                    told = talk.shown(key, message)
                    slack.changes.publish(
                        "message_changed", slack.audience(channel), channel=key, message=told
                    )


def vtt(file: Json) -> str:
    """The clip's transcript as WebVTT, a cue for every dozen words spread over its length."""
    words = str(file.get("_said", "")).split()
    lines = [" ".join(words[at : at + 12]) for at in range(0, len(words), 12)]
    each = file.get("duration_ms", 1000) / max(len(lines), 1)
    cues = ["WEBVTT", ""]
    for number, line in enumerate(lines):
        cues += [f"{_stamp(number * each)} --> {_stamp((number + 1) * each)}", line, ""]
    return "\n".join(cues)


def _stamp(milliseconds: float) -> str:
    seconds, thousandths = divmod(round(milliseconds), 1000)
    minutes, seconds = divmod(seconds, 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}.{thousandths:03}"


def complete(slack: Workspace, file: Json) -> None:
    """Share an upload where the app asked; done once, also after a restart."""
    place = file.pop("_pending", None)
    slack.state.touch("file", file["id"])
    channel = slack.state.channels.get(place["channel"]) if place else None
    if place is None or channel is None:
        return
    batch = [slack.state.files[key] for key in place["batch"]]
    share(slack, batch, channel, slack.bot, place["body"])
