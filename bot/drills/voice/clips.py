"""What Slack says of a file, read: is it a clip, how long, and what of its transcript. Pure.

Slack's shapes vary: `subtype` may be missing, sound is labelled `video/mp4`, `file_access` may say
that nothing is told before `files.info`, and the events about a file carry its id alone.
"""

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

LONGEST_CLIP = 600  # seconds; Slack's own clips end at 300
SPOKEN = ("slack_audio", "slack_video")
ELSEWHERE = frozenset({"check_file_info", "file_not_found", "access_denied"})
GONE = frozenset({"tombstone", "hidden_by_limit"})  # modes of a file that is there no more
TIMING = re.compile(
    r"(?:(\d+):)?(\d\d?):(\d\d)[.,](\d{3})\s+-->\s+(?:(\d+):)?(\d\d?):(\d\d)[.,](\d{3})"
)
TAG = re.compile(r"<[^<>]*>")
SPACES = re.compile(r"\s+")
# The first bytes of a container, its usual ending and its content type: labels are often wrong.
HEADS = (
    (0, b"\x1aE\xdf\xa3", "webm", "audio/webm"),
    (4, b"ftyp", "m4a", "audio/mp4"),
    (0, b"RIFF", "wav", "audio/wav"),
    (0, b"OggS", "ogg", "audio/ogg"),
    (0, b"fLaC", "flac", "audio/flac"),
    (0, b"ID3", "mp3", "audio/mpeg"),
    (0, b"\xff\xfb", "mp3", "audio/mpeg"),
)


class Kind(StrEnum):
    """What a file is to us."""

    CLIP = "clip"
    UNTOLD = "untold"  # Slack tells no more before it is asked
    LONG = "long"
    GONE = "gone"
    OTHER = "other"


class Script(StrEnum):
    """What there is of Slack's own transcript."""

    READY = "ready"
    COMING = "coming"
    NONE = "none"


@dataclass(frozen=True)
class Clip:
    """One file. `seconds` is None when Slack does not say; `whole`: `words` are all there are."""

    file_id: str
    kind: Kind
    seconds: float | None = None
    script: Script = Script.NONE
    words: str = ""
    whole: bool = True
    locale: str = ""
    vtt: str = ""  # address of the whole transcript
    url: str = ""  # address of the sound
    size: int = 0  # bytes, as far as Slack says


def read(file: Mapping[str, Any]) -> Clip:
    """A file as Slack describes it, in any of its shapes."""
    seconds = _seconds(file.get("duration_ms"))
    said = file.get("transcription")
    said = said if isinstance(said, Mapping) else {}
    preview = said.get("preview")
    preview = preview if isinstance(preview, Mapping) else {}
    script = {"complete": Script.READY, "processing": Script.COMING}.get(
        str(said.get("status") or ""), Script.NONE
    )
    return Clip(
        str(file.get("id") or ""),
        _kind(file, seconds),
        seconds,
        script,
        plain(str(preview.get("content") or "")),
        not preview.get("has_more"),
        str(said.get("locale") or ""),
        str(file.get("vtt") or ""),
        str(file.get("url_private_download") or file.get("url_private") or ""),
        _size(file.get("size")),
    )


def _kind(file: Mapping[str, Any], seconds: float | None) -> Kind:
    mimetype = str(file.get("mimetype") or "").lower()
    if file.get("mode") in GONE:
        return Kind.GONE
    spoken = file.get("subtype") in SPOKEN or mimetype.startswith(("audio/", "video/"))
    if not spoken:
        untold = file.get("file_access") in ELSEWHERE or not mimetype
        return Kind.UNTOLD if untold and file.get("id") else Kind.OTHER
    return Kind.LONG if seconds is not None and seconds > LONGEST_CLIP else Kind.CLIP


def _seconds(told: object) -> float | None:
    if isinstance(told, bool) or not isinstance(told, int | float) or not 0 < told < 1e9:
        return None
    return told / 1000


def _size(told: object) -> int:
    return told if isinstance(told, int) and not isinstance(told, bool) else 0


def of_message(files: object) -> tuple[Clip, ...]:
    """The files of a message, whatever stands where they should."""
    if not isinstance(files, Sequence) or isinstance(files, str):
        return ()
    return tuple(read(file) for file in files if isinstance(file, Mapping) and file.get("id"))


def chosen(found: Sequence[Clip]) -> Clip | None:
    """The one that is listened to: the first clip, or the first that may be one."""
    for kind in (Kind.CLIP, Kind.UNTOLD):
        for clip in found:
            if clip.kind == kind:
                return clip
    return None


def lacks(files: object, file_id: str) -> bool:
    """Does a message that tells its files tell that this one is gone?"""
    if not isinstance(files, Sequence) or isinstance(files, str):
        return False
    return all(one.file_id != file_id or one.kind == Kind.GONE for one in of_message(files))


def plain(text: str) -> str:
    """Words without markup, on one line."""
    return SPACES.sub(" ", html.unescape(text).replace("\0", "")).strip()


@dataclass(frozen=True)
class Transcript:
    """A WebVTT file: its words, and where its last cue ends, in seconds."""

    words: str
    seconds: float


def read_vtt(text: str) -> Transcript | None:
    """The words of a WebVTT file; None when it is none."""
    lines = text.removeprefix("\ufeff").splitlines()
    if not lines or not lines[0].startswith("WEBVTT"):
        return None
    words: list[str] = []
    ends, speaking = 0.0, False
    for line in lines[1:]:
        timing = TIMING.search(line)
        if timing:
            ends, speaking = max(ends, _instant(timing.groups()[4:])), True
        elif not line.strip():
            speaking = False
        elif speaking:
            words.append(TAG.sub("", line))
    return Transcript(plain(" ".join(words)), ends)


def _instant(told: Sequence[str | None]) -> float:
    hours, minutes, seconds, thousandths = (int(one or 0) for one in told)
    return hours * 3600 + minutes * 60 + seconds + thousandths / 1000


def container(content: bytes) -> tuple[str, str] | None:
    """(ending, content type) of sound by its first bytes; None when they are none of sound's."""
    for at, head, ending, mimetype in HEADS:
        if content[at : at + len(head)] == head:
            return ending, mimetype
    return None
